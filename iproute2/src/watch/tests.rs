//! The core against a scripted kernel: what it notifies and what lists find, in an order that no real one could be
//! brought to.

use super::core::Core;
use super::topic::list::{Topic, TopicSet};
use super::topic::part::push;
use super::tree::{Record, Tree};
use super::{Change, EventMessage, Update};
use netlink_packet::{Attr, Build, Flags, HEADER_LEN, Header, NLMSG_ERROR, NLMSG_NOOP};
use rtnetlink::link::{FamilySpecs, InetSpec, Ipv4Setting};
use rtnetlink::message::{
    RTM_DELLINK, RTM_DELNETCONF, RTM_DELROUTE, RTM_NEWLINK, RTM_NEWNETCONF, RTM_NEWROUTE, RTM_NEWTCLASS,
};
use rtnetlink::netconf::{NetconfMessage, ReversePathFilter};
use rtnetlink::route::{NextHop, Route, RouteMessageBuf};
use rtnetlink::{AddressFamily, Group, LinkMessage};
use std::collections::{BTreeMap, VecDeque};

const LINK: Option<u32> = Some(Group::LINK.0);

fn message(kind: u16, flags: Flags, built: impl Build) -> Vec<u8> {
    let mut buffer = built.into_buffer();
    buffer.set_header(Header { message_type: kind, flags, ..Header::default() }).unwrap().to_vec()
}

fn link(kind: u16, index: u32, mtu: u32) -> Vec<u8> {
    message(kind, Flags::empty(), LinkMessage::build().index(index).name(&*format!("l{index}")).mtu(mtu))
}

fn route(kind: u16, flags: Flags, route: RouteMessageBuf) -> Vec<u8> {
    message(kind, flags, route)
}

fn core(topic: Topic) -> Core {
    Core::new(TopicSet::from_iter([topic]), topic.facts().groups.iter().map(|group| group.0).collect())
}

/// The queue of events is empty, and all that can be done is done, in the smallest turns.
fn empty(core: &mut Core) {
    core.queue_is_empty();
    while core.turn(1) {}
}

/// Marks the end of the queue, if something waits for it. Returns the kernel's answer.
fn mark(core: &mut Core) -> Option<Vec<u8>> {
    let sequence = core.unsent_mark()?.sequence();
    core.mark_sent();
    let header = Header { message_type: NLMSG_NOOP, sequence, ..Header::default() };
    let body = [&0i32.to_ne_bytes()[..], &header.to_bytes()].concat();
    let length = (HEADER_LEN + body.len()) as u32;
    let header = Header { length, message_type: NLMSG_ERROR, sequence, ..Header::default() };
    Some([&header.to_bytes()[..], &body].concat())
}

/// A link of the running list.
fn listed(core: &mut Core, index: u32, mtu: u32) {
    core.listed(std::iter::once((RTM_NEWLINK, link(RTM_NEWLINK, index, mtu).as_slice())));
}

/// The topic that is to be listed, after what has to be found out first.
fn begin_list(core: &mut Core) -> Option<Topic> {
    let mut topic = core.begin_list();
    while topic.is_none() && core.has_work() {
        core.turn(1);
        topic = core.begin_list();
    }
    topic
}

/// Answers each list that the core asks for.
fn list(core: &mut Core, kernel: &[Vec<u8>]) -> usize {
    let mut lists = 0;
    empty(core);
    while let Some(topic) = begin_list(core) {
        let kind = if matches!(topic, Topic::Route4 | Topic::Route6) { RTM_NEWROUTE } else { RTM_NEWLINK };
        core.listed(kernel.iter().map(|message| (kind, message.as_slice())));
        core.list_ended(true);
        empty(core);
        lists += 1;
    }
    lists
}

/// What the caller hears, in short.
fn heard(core: &mut Core) -> Vec<String> {
    std::iter::from_fn(|| core.next()).map(|change| short(&change)).collect()
}

fn short(change: &Change) -> String {
    let link = |link: &LinkMessage| format!("{}={}", link.name(), link.mtu().unwrap_or_default());
    match change {
        Change::Link(Update::Added(now)) => format!("+{}", link(now)),
        Change::Link(Update::Changed { before, now }) => format!("{}>{}", link(before), link(now)),
        Change::Link(Update::Removed(before)) => format!("-{}", link(before)),
        Change::Route(Update::Added(now)) => format!("+{:?}", now.gateway()),
        Change::Route(Update::Changed { before, now }) => {
            format!("{:?}>{:?}", before.gateway(), now.gateway())
        }
        Change::Route(Update::Removed(before)) => format!("-{:?}", before.gateway()),
        Change::Complete => "complete".to_owned(),
        Change::Lost => "lost".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn the_current_state_comes_first() {
    let mut core = core(Topic::Link);
    assert!(!core.is_ready() && core.next().is_none());
    assert_eq!(list(&mut core, &[link(RTM_NEWLINK, 2, 20), link(RTM_NEWLINK, 1, 10)]), 1);
    assert!(core.is_ready() && core.is_settled());
    assert_eq!(heard(&mut core), ["+l1=10", "+l2=20", "complete"]);
    core.datagram(&link(RTM_NEWLINK, 1, 11), LINK, None);
    core.datagram(&link(RTM_DELLINK, 2, 20), LINK, None);
    core.datagram(&link(RTM_NEWLINK, 1, 11), LINK, None);
    assert_eq!(heard(&mut core), ["l1=10>l1=11", "-l2=20"]);
}

/// The event of a wireless driver has a link's name and nothing else of it.
#[test]
fn a_wireless_event_is_not_the_link() {
    const WIRELESS: Attr<LinkMessage, [u8]> = Attr::new(11, "IFLA_WIRELESS");
    let mut core = core(Topic::Link);
    list(&mut core, &[link(RTM_NEWLINK, 1, 10)]);
    assert_eq!(heard(&mut core), ["+l1=10", "complete"]);
    let event = LinkMessage::build().index(1).name("l1").with(WIRELESS, [0; 8]);
    core.datagram(&message(RTM_NEWLINK, Flags::empty(), event), LINK, None);
    let reported = heard(&mut core);
    assert!(reported.len() == 1 && reported[0].starts_with("Other"), "{reported:?}");
    assert_eq!((core.mirror().link("l1").and_then(LinkMessage::mtu), core.is_settled()), (Some(10), true));
}

#[test]
fn the_last_event_beside_a_list_decides() {
    let mut core = core(Topic::Link);
    core.queue_is_empty();
    assert_eq!(core.begin_list(), Some(Topic::Link));
    // The list reads link 1 before it changes, and link 2 after the second of two changes; 3 goes, 4 comes.
    listed(&mut core, 1, 10);
    listed(&mut core, 2, 22);
    core.datagram(&link(RTM_NEWLINK, 1, 11), LINK, None);
    core.datagram(&link(RTM_NEWLINK, 2, 21), LINK, None);
    listed(&mut core, 3, 30);
    core.datagram(&link(RTM_DELLINK, 3, 30), LINK, None);
    core.list_ended(true);
    // These were queued when it ended.
    core.datagram(&link(RTM_NEWLINK, 2, 22), LINK, None);
    core.datagram(&link(RTM_NEWLINK, 4, 40), LINK, None);
    assert!(!core.is_ready());
    empty(&mut core);
    assert_eq!(heard(&mut core), ["+l1=11", "+l2=22", "+l4=40", "complete"]);
    assert!(heard(&mut core).is_empty());
    assert_eq!((list(&mut core, &[]), core.is_settled()), (0, true), "nothing stood on what is gone");
}

/// How many virtual functions a link has is in lists and in no notification: they keep it, and ask for another list.
#[test]
fn attributes_that_only_lists_include() {
    let link = |mtu: u32, functions: Option<u32>| {
        let link = LinkMessage::build().index(1).name("l1").mtu(mtu).parent_device("0000:03:00.0");
        let link =
            if let Some(count) = functions { link.with(LinkMessage::IFLA_NUM_VF, count) } else { link };
        message(RTM_NEWLINK, Flags::empty(), link)
    };
    let known = |core: &Core| core.mirror().link(1u32).map(|link| (link.mtu(), link.vf_count()));
    let mut core = core(Topic::Link);
    core.queue_is_empty();
    core.begin_list();
    // A notification beside the first list: all but this counts as notified.
    core.datagram(&link(11, None), LINK, None);
    core.listed(std::iter::once((RTM_NEWLINK, link(10, Some(2)).as_slice())));
    core.list_ended(true);
    empty(&mut core);
    assert_eq!((known(&core), core.is_settled()), (Some((Some(11), Some(2))), false));
    assert_eq!(list(&mut core, &[link(11, Some(2))]), 1);
    heard(&mut core);
    // They may have changed with it, or alone.
    for mtu in [12, 12] {
        core.datagram(&link(mtu, None), LINK, None);
        assert_eq!((known(&core), core.is_settled()), (Some((Some(12), Some(2))), false));
        assert_eq!(list(&mut core, &[link(12, Some(2))]), 1);
    }
    assert_eq!(heard(&mut core), ["l1=11>l1=12"]);
    core.datagram(&link(12, None), LINK, None);
    list(&mut core, &[link(12, Some(0))]);
    assert_eq!(heard(&mut core), ["l1=12>l1=12"], "their number changed");
    // A link that has none costs no more lists.
    core.datagram(&link(13, None), LINK, None);
    assert_eq!((list(&mut core, &[]), known(&core)), (0, Some((Some(13), Some(0)))));
    // Of one that comes it is not known.
    core.datagram(&message(RTM_DELLINK, Flags::empty(), LinkMessage::build().index(1)), LINK, None);
    assert_eq!(list(&mut core, &[]), 0);
    core.datagram(&link(14, None), LINK, None);
    assert_eq!(list(&mut core, &[link(14, Some(0))]), 1);
    core.datagram(&link(15, None), LINK, None);
    assert_eq!((list(&mut core, &[]), known(&core)), (0, Some((Some(15), Some(0)))));
}

/// What happens beside a list is in the notifications: one list is enough to catch up.
#[test]
fn one_list_catches_up_with_a_flood() {
    // Notifications leave out the virtual functions, so that each leaves it in doubt.
    let link = |mtu: u32| {
        let link = LinkMessage::build().index(1).name("l1").mtu(mtu).with(LinkMessage::IFLA_NUM_VF, 2u32);
        message(RTM_NEWLINK, Flags::empty(), link)
    };
    let mut core = core(Topic::Link);
    list(&mut core, &[link(10)]);
    core.begin_to_catch_up();
    assert!(!core.has_caught_up());
    core.datagram(&link(11), LINK, None);
    assert_eq!((core.has_caught_up(), core.begin_list()), (false, None), "all is read first that was queued");
    core.queue_is_empty();
    assert_eq!((core.has_caught_up(), core.begin_list()), (false, Some(Topic::Link)));
    core.datagram(&link(12), LINK, None);
    core.listed(std::iter::once((RTM_NEWLINK, link(12).as_slice())));
    core.list_ended(true);
    core.datagram(&link(13), LINK, None);
    assert!(!core.has_caught_up());
    empty(&mut core);
    assert_eq!((core.has_caught_up(), core.is_settled()), (true, false), "the last one leaves it in doubt");
    // A queue that is never empty is read as far as it was full then.
    core.begin_to_catch_up();
    let answer = mark(&mut core).unwrap();
    assert!(mark(&mut core).is_none(), "one is enough");
    core.datagram(&link(14), LINK, None);
    assert!(!core.has_caught_up() && core.begin_list().is_none());
    core.datagram(&answer, None, None);
    core.datagram(&link(15), LINK, None);
    assert_eq!(begin_list(&mut core), Some(Topic::Link));
    core.list_ended(false);
    empty(&mut core);
    assert!(!core.has_caught_up(), "that list was interrupted");
    assert_eq!(list(&mut core, &[link(15)]), 1);
    assert!(core.has_caught_up() && core.is_settled());
    core.overrun();
    assert!(!core.has_caught_up());
}

/// A list waits for more doubts in the queue, unless somebody waits for it.
#[test]
fn catching_up_is_urgent() {
    let link = |mtu: u32| {
        let link = LinkMessage::build().index(1).name("l1").mtu(mtu).with(LinkMessage::IFLA_NUM_VF, 2u32);
        message(RTM_NEWLINK, Flags::empty(), link)
    };
    let mut core = core(Topic::Link);
    assert_eq!(core.begin_list(), Some(Topic::Link), "nothing is known");
    core.list_ended(true);
    empty(&mut core);
    core.datagram(&link(11), LINK, None);
    assert_eq!(begin_list(&mut core), None);
    core.begin_to_catch_up();
    let answer = mark(&mut core).unwrap();
    core.datagram(&link(12), LINK, None);
    core.datagram(&answer, None, None);
    assert_eq!(begin_list(&mut core), Some(Topic::Link));
    core.listed(std::iter::once((RTM_NEWLINK, link(12).as_slice())));
    core.list_ended(true);
    empty(&mut core);
    assert!(core.has_caught_up() && core.is_settled());
    core.datagram(&link(13), LINK, None);
    assert_eq!(begin_list(&mut core), None);
}

/// A topic that is always in doubt keeps no other from being listed.
#[test]
fn topics_take_turns() {
    let mut core = core(Topic::Route4);
    core.queue_is_empty();
    let mut topics = Vec::new();
    while topics.len() < 5 {
        topics.extend(begin_list(&mut core));
        // Everything is in doubt again.
        core.truncated();
        core.list_ended(true);
        empty(&mut core);
    }
    assert_eq!(topics, [Topic::Link, Topic::Address, Topic::NextHop, Topic::Route4, Topic::Link]);
}

#[test]
fn a_flood_does_not_put_off_the_end_of_a_list() {
    let mut core = core(Topic::Link);
    core.queue_is_empty();
    core.begin_list();
    core.list_ended(true);
    core.datagram(&link(RTM_NEWLINK, 1, 1), LINK, None);
    let answer = mark(&mut core).unwrap();
    core.datagram(&link(RTM_NEWLINK, 1, 2), LINK, None);
    assert!(!core.has_work());
    core.datagram(&answer, None, None);
    core.datagram(&link(RTM_NEWLINK, 1, 3), LINK, None);
    while core.turn(1) {}
    assert!(core.is_ready());
}

#[test]
fn an_overrun_costs_nothing_but_a_list() {
    let mut core = core(Topic::Link);
    list(&mut core, &[link(RTM_NEWLINK, 1, 10), link(RTM_NEWLINK, 2, 20), link(RTM_NEWLINK, 3, 30)]);
    heard(&mut core);
    core.overrun();
    // What is in the queue came before, and a list must not begin while there is more.
    assert_eq!(core.begin_list(), None);
    core.datagram(&link(RTM_NEWLINK, 1, 11), LINK, None);
    assert_eq!(core.begin_list(), None);
    let kernel = [link(RTM_NEWLINK, 1, 12), link(RTM_NEWLINK, 3, 30), link(RTM_NEWLINK, 4, 40)];
    assert_eq!(list(&mut core, &kernel), 1);
    assert_eq!(heard(&mut core), ["lost", "l1=10>l1=12", "+l4=40", "-l2=20"]);
    assert_eq!((core.statistics().overruns, core.statistics().lists), (1, 2));
    // Another one in the middle of the list: that one still counts for what it found, and there is one more.
    core.overrun();
    core.queue_is_empty();
    assert_eq!(core.begin_list(), Some(Topic::Link));
    listed(&mut core, 1, 13);
    core.overrun();
    core.list_ended(true);
    empty(&mut core);
    assert_eq!(list(&mut core, &[link(RTM_NEWLINK, 1, 13), link(RTM_NEWLINK, 4, 40)]), 1);
    let reported = heard(&mut core);
    assert_eq!(reported, ["lost", "l1=12>l1=13", "-l3=30"], "what was gone and came back is no change");
}

#[test]
fn an_interrupted_list_removes_nothing() {
    let mut core = core(Topic::Link);
    list(&mut core, &[link(RTM_NEWLINK, 1, 10), link(RTM_NEWLINK, 2, 20)]);
    heard(&mut core);
    core.truncated();
    core.queue_is_empty();
    core.begin_list();
    listed(&mut core, 1, 11);
    core.list_ended(false);
    empty(&mut core);
    assert_eq!(heard(&mut core), ["lost", "l1=10>l1=11"]);
    assert!(!core.is_settled());
    assert_eq!(list(&mut core, &[link(RTM_NEWLINK, 1, 11)]), 1);
    assert_eq!(heard(&mut core), ["-l2=20"]);
    assert_eq!((core.statistics().truncated, core.statistics().interrupted), (1, 1));
}

#[test]
fn changes_of_one_object_fold() {
    let mut core = core(Topic::Link);
    list(&mut core, &[link(RTM_NEWLINK, 1, 10)]);
    heard(&mut core);
    for round in 0..10_000 {
        core.datagram(&link(RTM_NEWLINK, 1, 100 + round), LINK, None);
        // It comes and goes: the caller never knows of it.
        core.datagram(&link(RTM_NEWLINK, 1000 + round, 1), LINK, None);
        core.datagram(&link(RTM_DELLINK, 1000 + round, 1), LINK, None);
        assert!(core.pending() <= 1);
    }
    assert_eq!(heard(&mut core), ["l1=10>l1=10099"]);
    core.datagram(&link(RTM_NEWLINK, 1, 5), LINK, None);
    core.datagram(&link(RTM_NEWLINK, 1, 10099), LINK, None);
    assert!(heard(&mut core).is_empty(), "it is as the caller knows it");
}

#[test]
fn messages_that_are_not_objects_are_raw_and_bounded() {
    let mut core = core(Topic::Link);
    list(&mut core, &[]);
    heard(&mut core);
    let class = message(RTM_NEWTCLASS, Flags::empty(), LinkMessage::build());
    core.datagram(&class, LINK, None);
    core.datagram(&class, Some(Group::IPV4_RULE.0), None);
    let reported = heard(&mut core);
    assert!(reported.len() == 1 && reported[0].contains("RTM_NEWTCLASS"), "{reported:?}");
    (0..5000).for_each(|_| core.datagram(&class, LINK, None));
    let reported = heard(&mut core);
    assert_eq!((reported.len(), reported[0].as_str()), (1025, "lost"));
}

#[test]
fn bytes_of_any_kind_are_survived() {
    let mut core = core(Topic::Route4);
    let kernel = route(RTM_NEWROUTE, Flags::empty(), Route::to("192.0.2.0/24").via("192.0.2.1"));
    list(&mut core, &[]);
    for length in 0..kernel.len() {
        core.datagram(&kernel[..length], Some(7), None);
        let mut cut = kernel[..length].to_vec();
        if length >= HEADER_LEN {
            cut[..4].copy_from_slice(&(length as u32).to_ne_bytes());
            core.datagram(&cut, Some(7), None);
            core.listed(std::iter::once((RTM_NEWROUTE, cut.as_slice())));
        }
    }
    heard(&mut core);
}

fn to(last: u8) -> RouteMessageBuf {
    Route::to("198.51.100.0/24").via(std::net::IpAddr::from([192, 0, 2, last])).device(2)
}

#[test]
fn routes_that_have_all_in_common_are_told_apart() {
    let mut core = core(Topic::Route4);
    let group = Some(Group::IPV4_ROUTE.0);
    list(&mut core, &[route(RTM_NEWROUTE, Flags::empty(), to(1))]);
    assert_eq!(heard(&mut core).last().unwrap(), "complete");
    core.datagram(&route(RTM_NEWROUTE, Flags::CREATE | Flags::APPEND, to(2)), group, None);
    core.datagram(&route(RTM_DELROUTE, Flags::empty(), to(1)), group, None);
    assert_eq!(heard(&mut core), ["+Some(192.0.2.2)", "-Some(192.0.2.1)"]);
    core.datagram(&route(RTM_NEWROUTE, Flags::REPLACE, to(3)), group, None);
    assert_eq!(heard(&mut core), ["Some(192.0.2.2)>Some(192.0.2.3)"]);
    assert!(core.is_settled());
    // Of two, one was replaced: which one is not said.
    core.datagram(&route(RTM_NEWROUTE, Flags::CREATE | Flags::APPEND, to(4)), group, None);
    core.datagram(&route(RTM_NEWROUTE, Flags::REPLACE, to(5)), group, None);
    assert!(!core.is_settled());
    let kernel = [to(5), to(4)].map(|built| route(RTM_NEWROUTE, Flags::empty(), built));
    assert!(list(&mut core, &kernel) >= 1);
    let mut gateways: Vec<_> =
        core.mirror().routes().map(|route| route.gateway().unwrap().to_string()).collect();
    gateways.sort();
    assert_eq!(gateways, ["192.0.2.4", "192.0.2.5"]);
}

#[test]
fn one_path_of_several_goes() {
    let mut core = core(Topic::Route6);
    let group = Some(Group::IPV6_ROUTE.0);
    let hop = |last: &str| NextHop::via(last).device(2);
    let paths = |hops: &[&str]| Route::to("2001:db8:1::/48").multipath(hops.iter().map(|last| hop(last)));
    list(&mut core, &[route(RTM_NEWROUTE, Flags::empty(), paths(&["fe80::1", "fe80::2"]))]);
    heard(&mut core);
    // The same in another order is no change.
    core.datagram(&route(RTM_NEWROUTE, Flags::empty(), paths(&["fe80::2", "fe80::1"])), group, None);
    assert!(heard(&mut core).is_empty());
    let one = Route::to("2001:db8:1::/48").via("fe80::1").device(2);
    core.datagram(&route(RTM_DELROUTE, Flags::empty(), one), group, None);
    assert!(!core.is_settled() && heard(&mut core).is_empty());
    let left = Route::to("2001:db8:1::/48").via("fe80::2").device(2);
    list(&mut core, &[route(RTM_NEWROUTE, Flags::empty(), left)]);
    assert_eq!(heard(&mut core), ["None>Some(fe80::2)"]);
}

#[test]
fn the_longest_prefix_matches() {
    let mut core = core(Topic::Route4);
    let table = |prefix: &str| route(RTM_NEWROUTE, Flags::empty(), Route::to(prefix).device(2).table(100));
    let prefixes = ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.128/25", "10.1.3.0/24"];
    list(&mut core, &prefixes.map(table));
    let mirror = core.mirror().clone();
    for (address, expected) in [
        ("10.1.2.3", "10.1.2.0/24"),
        ("10.1.2.200", "10.1.2.128/25"),
        ("10.1.9.9", "10.1.0.0/16"),
        ("10.9.9.9", "10.0.0.0/8"),
        ("10.0.0.0", "10.0.0.0/8"),
        ("9.255.255.255", "0.0.0.0/0"),
        ("255.255.255.255", "0.0.0.0/0"),
    ] {
        let found = mirror.route_for(100, address.parse().unwrap()).unwrap();
        assert_eq!(found.prefix().unwrap().to_string(), expected, "{address}");
    }
    assert!(mirror.route_for(99, "10.1.2.3".parse().unwrap()).is_none());
    assert!(mirror.route_for(100, "2001:db8::1".parse().unwrap()).is_none());
    assert_eq!(mirror.routes_to(100, "10.1.2.0/24").count(), 1);
    assert_eq!((mirror.routes_in(100).count(), mirror.routes_in(101).count()), (6, 0));
}

/// Of the settings of a link only those are notified that change, and all of a new one's.
#[test]
fn a_part_is_laid_over_what_is_known() {
    let group = Some(Group::IPV4_NETCONF.0);
    let settings = |index: u32, filter: i32, forwarding: Option<bool>| {
        let settings = NetconfMessage::build().family(AddressFamily::INET).device(index);
        let settings = settings.reverse_path_filter(ReversePathFilter(filter));
        let settings = if let Some(on) = forwarding { settings.forwarding(on) } else { settings };
        message(RTM_NEWNETCONF, Flags::empty(), settings)
    };
    let known = |core: &Core| -> Vec<_> {
        let of = |one: &NetconfMessage| (one.device(), one.reverse_path_filter(), one.forwarding());
        core.mirror().netconf().map(of).collect()
    };
    let as_known = |index: u32, filter: i32| (Some(index), Some(ReversePathFilter(filter)), Some(true));
    let mut core = Core::new(TopicSet::from_iter([Topic::Netconf]), vec![Group::IPV4_NETCONF.0]);
    // A notification before the list, and one beside it: neither has all settings, and the list may be older.
    core.datagram(&settings(1, 1, None), group, None);
    core.queue_is_empty();
    let mut lists = 0;
    while let Some(topic) = begin_list(&mut core) {
        if topic == Topic::Netconf {
            let filter = if lists == 0 { 0 } else { 2 };
            let listed = settings(1, filter, Some(true));
            core.listed(std::iter::once((RTM_NEWNETCONF, listed.as_slice())));
            if lists == 0 {
                core.datagram(&settings(1, 2, None), group, None);
                core.datagram(&settings(2, 1, None), group, None);
            }
            lists += 1;
        }
        core.list_ended(true);
        empty(&mut core);
        assert!(
            known(&core).iter().all(|(_, _, forwarding)| forwarding.is_some()),
            "it is whole at any time"
        );
    }
    assert_eq!((lists, known(&core)), (2, vec![as_known(1, 2)]));
    // What changes, and a new one.
    core.datagram(&settings(1, 1, None), group, None);
    core.datagram(&settings(2, 0, Some(true)), group, None);
    assert_eq!(known(&core), [as_known(1, 1), as_known(2, 0)]);
    empty(&mut core);
    assert_eq!(begin_list(&mut core), None, "nothing has to be listed");
    // After a missed notification the next one does not have all settings.
    core.overrun();
    core.datagram(&settings(3, 1, None), group, None);
    assert_eq!(known(&core).len(), 2);
    core.datagram(
        &message(
            RTM_DELNETCONF,
            Flags::empty(),
            NetconfMessage::build().family(AddressFamily::INET).device(2),
        ),
        group,
        None,
    );
    assert_eq!(known(&core), [as_known(1, 1)]);
    let reported = std::iter::from_fn(|| core.next());
    assert!(
        reported.into_iter().all(|change| !matches!(change, Change::Other(_))),
        "nor are its notifications handed on"
    );
}

/// The kernel changes settings of IPv4 without its lock: a notification of a link may have old ones and come after new ones were
/// listed.
#[test]
fn a_late_notification_has_old_settings() {
    let with_filter = |filter: i32| {
        let mut settings = [0u8; 4 * 32];
        let at = 4 * Ipv4Setting::RP_FILTER.0 as usize;
        settings[at..at + 4].copy_from_slice(&filter.to_ne_bytes());
        let nest = |number: u16, payload: &[u8]| {
            let mut nest = Vec::new();
            push(&mut nest, number, payload);
            nest
        };
        let inet = nest(InetSpec::IFLA_INET_CONF.number(), &settings);
        let mut link = link(RTM_NEWLINK, 1, 1500);
        push(&mut link, LinkMessage::IFLA_AF_SPEC.number(), &nest(FamilySpecs::AF_INET.number(), &inet));
        let length = u32::try_from(link.len()).unwrap();
        link[..4].copy_from_slice(&length.to_ne_bytes());
        link
    };
    let known = |core: &Core| {
        let settings = core.mirror().link(1).and_then(LinkMessage::inet).and_then(InetSpec::settings);
        settings.and_then(|settings| settings.get(Ipv4Setting::RP_FILTER))
    };
    let settings = NetconfMessage::build().family(AddressFamily::INET).device(1);
    let settings = message(
        RTM_NEWNETCONF,
        Flags::empty(),
        settings.reverse_path_filter(ReversePathFilter::LOOSE).forwarding(false),
    );
    let topics = TopicSet::from_iter([Topic::Link, Topic::Netconf]);
    let mut core = Core::new(topics, vec![Group::LINK.0, Group::IPV4_NETCONF.0]);
    empty(&mut core);
    // Answers each list that the core asks for; one notification comes beside the first of links.
    let list = |core: &mut Core, mut late: Option<Vec<u8>>| {
        let mut seen = Vec::new();
        empty(core);
        while let Some(topic) = begin_list(core) {
            match topic {
                Topic::Netconf => core.listed(std::iter::once((RTM_NEWNETCONF, settings.as_slice()))),
                _ => {
                    core.listed(std::iter::once((RTM_NEWLINK, with_filter(2).as_slice())));
                    late.take().into_iter().for_each(|late| core.datagram(&late, LINK, None));
                }
            }
            core.list_ended(true);
            empty(core);
            seen.push(known(core));
        }
        seen
    };
    assert_eq!(list(&mut core, None), [Some(2); 2]);
    core.overrun();
    // What is notified beside a list counts, until another list.
    assert_eq!(list(&mut core, Some(with_filter(1))), [Some(1), Some(1), Some(2)]);
}

/// A kernel that is made up: what there is, what it has queued, and a list that goes on while things change.
struct Kernel {
    links: BTreeMap<u32, u32>,
    queue: VecDeque<Queued>,
    /// Nothing more is queued until the queue is empty.
    is_congested: bool,
    /// The reader does not know yet that something was dropped.
    has_dropped: bool,
    /// The last link that was listed, and whether anything has changed since the list began.
    list: Option<(u32, bool)>,
    random: u64,
    dropped: u32,
    duplicates: u32,
    /// Changes that it did not notify.
    silent: u32,
    interrupted: u32,
    marks: u32,
}

enum Queued {
    Event(Vec<u8>),
    /// To a mark.
    Answer(Vec<u8>),
    /// Longer than the reader's room.
    TooLong,
}

/// Datagrams that fit into the made-up queue.
const QUEUE: usize = 6;

impl Kernel {
    fn below(&mut self, end: u64) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % end) as u32
    }

    fn change(&mut self) {
        let (index, mtu) = (1 + self.below(6), self.below(3));
        let event = match (self.below(3), self.links.get(&index).copied()) {
            (0, None) => return,
            (0, Some(old)) => {
                self.links.remove(&index);
                link(RTM_DELLINK, index, old)
            }
            _ => {
                self.links.insert(index, mtu);
                link(RTM_NEWLINK, index, mtu)
            }
        };
        if let Some((_, changed)) = &mut self.list {
            *changed = true;
        }
        let times = match self.below(24) {
            0..4 => 2,
            4 => 0,
            _ => 1,
        };
        self.duplicates += u32::from(times == 2);
        self.silent += u32::from(times == 0);
        (0..times).for_each(|_| self.tell(event.clone()));
    }

    fn tell(&mut self, event: Vec<u8>) {
        let is_cut = self.below(60) == 0;
        self.enqueue(if is_cut { Queued::TooLong } else { Queued::Event(event) });
    }

    fn enqueue(&mut self, datagram: Queued) {
        if self.is_congested || self.queue.len() >= QUEUE || self.below(40) == 0 {
            (self.is_congested, self.has_dropped) = (true, self.has_dropped || !self.is_congested);
            self.dropped += 1;
        } else {
            self.queue.push_back(datagram);
        }
    }

    /// Answers a mark, if the reader has one to send.
    fn answer(&mut self, core: &mut Core) {
        if let Some(answer) = mark(core) {
            self.marks += 1;
            self.enqueue(Queued::Answer(answer));
        }
    }

    /// What one call to receive does.
    fn receive(&mut self, core: &mut Core) {
        if std::mem::take(&mut self.has_dropped) {
            return core.overrun();
        }
        match self.queue.pop_front() {
            Some(Queued::Event(event)) => core.datagram(&event, LINK, None),
            Some(Queued::Answer(answer)) => core.datagram(&answer, None, None),
            Some(Queued::TooLong) => core.truncated(),
            None => drop(core.queue_is_empty()),
        }
        self.is_congested &= !self.queue.is_empty();
    }

    /// Begins a list, or lists one link more, or ends it.
    fn list(&mut self, core: &mut Core) {
        let Some((last, changed)) = self.list else {
            if core.begin_list().is_some() {
                self.list = Some((0, false));
            } else if core.may_audit() && self.below(4) == 0 {
                core.begin_audit(Topic::Link);
                self.list = Some((0, false));
            }
            return;
        };
        if let Some((&index, &mtu)) = self.links.range(last + 1..).next() {
            listed(core, index, mtu);
            self.list = Some((index, changed));
            return;
        }
        self.list = None;
        match self.below(8) {
            // Its socket failed, or it was refused at its end.
            0 => core.list_failed(),
            // The flag is not always there when it should be.
            1..=5 if changed => {
                self.interrupted += 1;
                core.list_ended(false);
            }
            _ => core.list_ended(true),
        }
    }
}

/// Does all that has to be done; the kernel changes nothing any more.
fn settle(core: &mut Core, kernel: &mut Kernel) {
    let mut rounds = 0;
    while !core.may_audit() || !kernel.queue.is_empty() || kernel.has_dropped {
        kernel.receive(core);
        kernel.list(core);
        core.turn(1);
        rounds += 1;
        assert!(rounds < 10_000, "it does not settle");
    }
}

/// What the caller knows from the changes it received, checked step by step.
fn hear(core: &mut Core, known: &mut BTreeMap<u32, u32>) -> bool {
    let state = |link: &LinkMessage| (link.index(), link.mtu().unwrap());
    match core.next() {
        Some(Change::Link(update)) => {
            let before = update.before().map(|link| state(link));
            let now = update.now().map(|link| state(link));
            let index = update.object().index();
            assert_eq!(known.get(&index).map(|mtu| (index, *mtu)), before, "reported last");
            assert_ne!(before, now, "a change is one");
            match now {
                Some((index, mtu)) => known.insert(index, mtu),
                None => known.remove(&index),
            };
        }
        Some(Change::Complete | Change::Lost) => (),
        Some(other) => panic!("{other:?}"),
        None => return false,
    }
    true
}

#[test]
fn drops_repetitions_and_interruptions_do_not_mislead() {
    let (mut dropped, mut duplicates, mut interrupted, mut truncated) = (0, 0, 0, 0);
    let (mut silent, mut found, mut marks) = (0, 0, 0);
    for seed in 1..=1_000 {
        let mut kernel = Kernel {
            links: BTreeMap::new(),
            queue: VecDeque::new(),
            is_congested: false,
            has_dropped: false,
            list: None,
            random: 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed),
            dropped: 0,
            duplicates: 0,
            silent: 0,
            interrupted: 0,
            marks: 0,
        };
        let (mut core, mut known) = (core(Topic::Link), BTreeMap::new());
        let patience = 1 + kernel.below(3);
        for _ in 0..400 {
            match kernel.below(11) {
                8 | 9 => drop(core.turn(1)),
                10 => kernel.answer(&mut core),
                0..=2 => kernel.change(),
                3 | 4 => kernel.receive(&mut core),
                5 | 6 => kernel.list(&mut core),
                _ if kernel.below(patience.into()) == 0 => drop(hear(&mut core, &mut known)),
                _ => (),
            }
            assert!(core.pending() <= 12, "no more than there can be");
        }
        settle(&mut core, &mut kernel);
        // What is changed silently only an audit finds.
        let (index, mtu) = (1 + kernel.below(6), 10 + kernel.below(3));
        kernel.links.insert(index, mtu);
        core.begin_audit(Topic::Link);
        kernel.links.iter().for_each(|(index, mtu)| listed(&mut core, *index, *mtu));
        core.list_ended(true);
        empty(&mut core);
        while hear(&mut core, &mut known) {}
        assert_eq!(known, kernel.links, "what was reported, seed {seed}");
        let mirrored = core.mirror().links().map(|link| (link.index(), link.mtu().unwrap()));
        assert_eq!(mirrored.collect::<BTreeMap<_, _>>(), kernel.links, "the mirror, seed {seed}");
        (dropped, duplicates) = (dropped + kernel.dropped, duplicates + kernel.duplicates);
        marks += kernel.marks;
        (silent, found) = (silent + kernel.silent, found + core.statistics().audit_differences as u32);
        (interrupted, truncated) =
            (interrupted + kernel.interrupted, truncated + core.statistics().truncated as u32);
    }
    let all = [dropped, duplicates, interrupted, truncated, silent, found, marks];
    eprintln!("dropped, repeated, interrupted, cut off, silent, found by audits, marks: {all:?}");
    assert!(all.iter().all(|count| *count > 500), "{all:?}");
}

/// Changes are compared by what they say, and printed by it: a watch and its mirror by how much they know.
#[test]
fn changes_are_equal_if_they_say_the_same() {
    let added = |mtu: u32| {
        let mut core = core(Topic::Link);
        list(&mut core, &[link(RTM_NEWLINK, 1, mtu)]);
        (core.next().unwrap(), core)
    };
    let ((one, core), (same, _), (other, _)) = (added(10), added(10), added(11));
    assert_eq!(one, same);
    assert_ne!(one, other);
    let set: std::collections::HashSet<Change> = [one.clone(), same, other].into_iter().collect();
    assert_eq!(set.len(), 2);
    assert!(format!("{one:?}").starts_with("Link(Added("), "{one:?}");
    assert!(format!("{:?}", core.mirror()).starts_with("Mirror { links: 1, addresses: 0,"));
    let message = |sequence: u32, group: u32| {
        let mut bytes = link(RTM_NEWLINK, 1, 10);
        bytes[8..12].copy_from_slice(&sequence.to_ne_bytes());
        EventMessage::new(bytes.into(), Some(group), None)
    };
    assert_eq!(message(1, 5), message(2, 5));
    assert_ne!(message(1, 5), message(1, 6));
}

/// A tree against the standard library's map, with snapshots that must stay as they were.
#[test]
fn a_tree_is_a_map() {
    let (mut tree, mut map) = (Tree::default(), BTreeMap::new());
    let mut snapshots = Vec::new();
    let (mut state, mut scratch) = (88172645463325252_u64, Vec::new());
    let mut random = |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % end
    };
    for step in 0..60_000_u64 {
        // It grows, then shrinks.
        let grows = step % 20_000 < 12_000;
        let key = (random(8_000) as u32).to_be_bytes();
        if (random(10) < 8) == grows {
            let value = step.to_ne_bytes().to_vec();
            let before = tree.insert(Record::new(&mut scratch, &key, &value));
            assert_eq!(before.map(|record| record.message().to_vec()), map.insert(key, value));
        } else {
            let before = tree.remove(&key);
            assert_eq!(before.map(|record| record.message().to_vec()), map.remove(&key));
        }
        assert_eq!(tree.len(), map.len());
        if step % 5_000 == 0 {
            snapshots.push((tree.clone(), map.clone()));
        }
    }
    snapshots.push((tree, map));
    for (tree, map) in &snapshots {
        assert!(tree.iter().map(|record| record.key()).eq(map.keys().map(|key| &key[..])));
        for probe in (0..8_100_u32).step_by(37).map(u32::to_be_bytes) {
            let message = tree.get(&probe).map(Record::message);
            assert_eq!(message, map.get(&probe).map(Vec::as_slice));
            let last = tree.last_until(&probe).map(Record::key);
            assert_eq!(last, map.range(..=probe).next_back().map(|(key, _)| &key[..]));
            let next = tree.from(&probe).next().map(Record::key);
            assert_eq!(next, map.range(probe..).next().map(|(key, _)| &key[..]));
        }
    }
}
