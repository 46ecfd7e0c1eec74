//! Families of your own through the handle: generic netlink families by name, and other netlink protocols, declared as
//! a program does.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::netlink_packet::generic::{ControllerMessage, GenericMessage};
use iproute2::netlink_packet::{Command, Family, IfIndex, NLA_F_NESTED, netlink};
use iproute2::rtnetlink::Group;
use iproute2::watch::{Change, Event, EventGroup, Topics};
use iproute2::{ErrorKind, LinkMessage, Namespace, Veth, blocking, errno};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;
use support::ethtool::{Device, LinkState, on_lo};
use support::{current_thread, enter, in_child, run, run_blocking, skip, skip_always};

const MPTCP: Family = Family::Generic { name: "mptcp_pm", version: 1 };
const NETDEV: Family = Family::Generic { name: "netdev", version: 1 };

const MPTCP_PM_CMD_ADD_ADDR: u16 = 1;
const MPTCP_PM_CMD_DEL_ADDR: u16 = 2;

netlink! {
    /// MPTCP endpoints.
    struct Mptcp / MptcpBuf
    header genlmsghdr: 4 {
        /// The command.
        cmd = 0 => command: u8,
    }
    attributes {
        /// An endpoint.
        MPTCP_PM_ATTR_ADDR = 1 | NLA_F_NESTED => endpoint: &Endpoint as Endpoint,
    }
}

netlink! {
    /// An MPTCP endpoint.
    struct Endpoint / EndpointBuf
    attributes {
        /// Its address family.
        MPTCP_PM_ADDR_ATTR_FAMILY = 1 => family: u16,
        /// Its id.
        MPTCP_PM_ADDR_ATTR_ID = 2 => id: u8,
        /// Its address.
        MPTCP_PM_ADDR_ATTR_ADDR4 = 3 => address: Ipv4Addr,
        /// What it is for.
        MPTCP_PM_ADDR_ATTR_FLAGS = 6 => flags: u32,
        /// Its device.
        MPTCP_PM_ADDR_ATTR_IF_IDX = 7 => device: u32 as IfIndex,
    }
}

impl Command for Mptcp {
    const FAMILY: Family = MPTCP;
    const COMMAND: u16 = 3; // MPTCP_PM_CMD_GET_ADDR
    type Reply = Mptcp;
}

netlink! {
    /// A request to a family that no kernel has.
    struct Nothing / NothingBuf
    header genlmsghdr: 4 {}
    attributes {}
}

impl Command for Nothing {
    const FAMILY: Family = Family::Generic { name: "no_such_family", version: 1 };
    const COMMAND: u16 = 1;
    type Reply = Nothing;
}

netlink! {
    /// A request to a protocol that no kernel has.
    struct Nowhere / NowhereBuf
    header nowhere: 4 {}
    attributes {}
}

impl Command for Nowhere {
    const FAMILY: Family = Family::Protocol(31);
    const COMMAND: u16 = 16;
    type Reply = Nowhere;
}

netlink! {
    /// How many security associations there are.
    struct SadInfo / SadInfoBuf
    header xfrm_sadinfo: 4 {}
    attributes {
        /// How many there are.
        XFRMA_SAD_CNT = 1 => count: u32,
    }
}

impl Command for SadInfo {
    const FAMILY: Family = Family::XFRM;
    const COMMAND: u16 = 0x23; // XFRM_MSG_GETSADINFO
    type Reply = SadInfo;
}

netlink! {
    /// The requested sockets.
    struct SocketRequest / SocketRequestBuf
    header inet_diag_req_v2: 56 {
        /// The address family.
        sdiag_family = 0 => family: u8,
        /// The protocol.
        sdiag_protocol = 1 => protocol: u8,
        /// The states, a bit each.
        idiag_states = 4 => states: u32,
    }
    attributes {}
}

netlink! {
    /// A socket.
    struct SocketMessage / SocketMessageBuf
    header inet_diag_msg: 72 {
        /// The address family.
        idiag_family = 0 => family: u8,
        /// The state.
        idiag_state = 1 => state: u8,
    }
    attributes {}
}

impl SocketMessage {
    /// The local port, which is big endian.
    fn port(&self) -> u16 {
        u16::from_be_bytes([self.as_bytes()[4], self.as_bytes()[5]])
    }
}

impl Command for SocketRequest {
    const FAMILY: Family = Family::SOCK_DIAG;
    const COMMAND: u16 = 20; // SOCK_DIAG_BY_FAMILY
    type Reply = SocketMessage;
}

fn tcp_sockets() -> SocketRequestBuf {
    SocketRequest::build().family(2_u8).protocol(6_u8).states(u32::MAX)
}

fn endpoint(last: u8, device: &str) -> MptcpBuf {
    let address = Ipv4Addr::new(192, 0, 2, last);
    Mptcp::build().endpoint(Endpoint::build().family(2_u16).id(last).address(address).device(device))
}

/// The result of a request that found its family; skips where this kernel lacks it.
fn found<T>(result: iproute2::Result<T>, family: &str) -> Option<T> {
    match result {
        Err(error) if matches!(error.kind(), ErrorKind::UnknownFamily(_) | ErrorKind::Io(_)) => {
            // netdev is newer than the oldest tested kernel.
            let say = if family == "netdev" { skip_always } else { skip };
            say(&format!("this kernel lacks {family}: {error}"));
            None
        }
        result => Some(result.unwrap()),
    }
}

netlink! {
    /// A question for neighbours that the kernel refuses: it lists them by no address.
    struct Mine / MineBuf
    header ndmsg: 12 {}
    attributes {
        /// An address.
        NDA_DST = 1 => dst: &[u8] as [u8],
        /// A link.
        NDA_IFINDEX = 8 => ifindex: u32 as IfIndex,
        /// More of it.
        NDA_FDB_EXT_ATTRS = 14 | NLA_F_NESTED => more: &More as More,
    }
}

netlink! {
    /// More of a neighbour.
    struct More / MoreBuf
    attributes {
        /// A link.
        MORE_IFINDEX = 1 => ifindex: u32 as IfIndex,
    }
}

impl Command for Mine {
    const FAMILY: Family = Family::ROUTE;
    const COMMAND: u16 = 30; // RTM_GETNEIGH
    type Reply = Mine;
}

#[test]
fn a_refused_dump_with_the_name_of_a_device_has_the_kernels_reason() {
    run(async |ip| {
        let by_address = || Mine::build().dst(&[1, 2, 3, 4][..]);
        let refused = ip.dump(by_address().ifindex(1)).await.unwrap_err();
        assert!(refused.errno() == Some(errno::EINVAL) && refused.message().is_some(), "{refused}");
        assert!(refused.to_string().starts_with("dump Mine: invalid argument: "), "{refused}");
        for message in [
            by_address().ifindex("lo"),
            by_address().more(More::build().ifindex("lo")),
            by_address().ifindex("lo").more(More::build().ifindex("lo")),
        ] {
            let error = ip.dump(message.clone()).await.unwrap_err();
            assert_eq!(error.to_string(), refused.to_string());
            let error = ip.dump(message).for_each(|_| ()).await.unwrap_err();
            assert_eq!(error.to_string(), refused.to_string());
        }
        let error = ip.dump(by_address().ifindex("no")).await.unwrap_err();
        assert_eq!(error.to_string(), "dump no: no such device");
        ip.dump(Mine::build().ifindex("lo")).await.unwrap();
    });
}

#[test]
fn families_are_listed_as_by_the_controller() {
    run(async |ip| {
        let families = ip.dump(ControllerMessage::get_family()).await.unwrap();
        let controller = families.iter().find(|family| family.name() == Some("nlctrl")).unwrap();
        assert_eq!(controller.id(), Some(16));
        let by_name = ip.request(ControllerMessage::get_family().name("nlctrl")).one().await.unwrap();
        assert_eq!(by_name.as_bytes(), controller.as_bytes());
        // Streamed, and with a filter.
        let mut stream =
            ip.dump(ControllerMessage::get_family()).filter(|family| family.id() == Some(16)).stream();
        assert_eq!(stream.try_next().await.unwrap().unwrap().name(), Some("nlctrl"));
        assert!(stream.try_next().await.unwrap().is_none());
    });
}

#[test]
fn blocking_handles_do_the_same() {
    run_blocking(|ip| {
        let families = ip.dump(ControllerMessage::get_family()).wait().unwrap();
        let mut count = 0;
        ip.dump(ControllerMessage::get_family()).for_each(|_| count += 1).unwrap();
        assert_eq!(count, families.len());
        assert_eq!(ip.dump(ControllerMessage::get_family()).iter().filter(Result::is_ok).count(), count);
        let Some(states) = found(ip.dump(LinkState::build().device(Device::build())).wait(), "ethtool")
        else {
            return;
        };
        assert_eq!(states.len(), ip.link().list().wait().unwrap().len());
        let lo = ip.request(on_lo()).one().wait().unwrap();
        assert_eq!(lo.device().and_then(Device::index), Some(1));
        assert_eq!(ip.request(on_lo()).wait().unwrap().len(), 1);
    });
}

#[test]
fn an_unknown_family_or_protocol_is_an_error_in_words() {
    run_blocking(|ip| {
        let error = ip.request(Nothing::build()).wait().unwrap_err();
        assert_eq!(
            error.to_string(),
            "request Nothing: family \"no_such_family\": not found: is its module loaded?"
        );
        assert!(error.is_not_found());
        let error = ip.dump(Nothing::build()).wait().unwrap_err();
        assert!(error.to_string().starts_with("dump Nothing: family \"no_such_family\": not found"));
        for error in [
            ip.request(Nowhere::build()).wait().unwrap_err(),
            ip.dump(Nowhere::build()).wait().unwrap_err(),
            ip.events([(Nowhere::FAMILY, 1)]).open().err().unwrap(),
            ip.batch([ip.request(Nowhere::build()).into()]).wait().remove(0).unwrap_err(),
        ] {
            assert_eq!(error.errno(), Some(errno::EPROTONOSUPPORT), "{error}");
        }
        // The handle stays usable.
        assert_eq!(ip.link().get(1).wait().unwrap().name(), "lo");
    });
}

#[test]
fn errors_have_the_path_by_the_messages_own_table() {
    run_blocking(|ip| {
        if found(ip.request(on_lo()).wait(), "ethtool").is_none() {
            return;
        }
        let error = ip.request(LinkState::build().device(Device::build().name("no"))).wait().unwrap_err();
        assert_eq!(error.errno(), Some(errno::ENODEV));
        assert_eq!(
            error.to_string(),
            "request LinkState: no such device: no device matches name (ETHTOOL_A_LINKSTATE_HEADER / ETHTOOL_A_HEADER_DEV_NAME)"
        );
        assert_eq!(error.path(), ["ETHTOOL_A_LINKSTATE_HEADER", "ETHTOOL_A_HEADER_DEV_NAME"]);
        let missing = ip.request(LinkState::build()).wait().unwrap_err();
        // Before Linux 6.1 in the kernel's own words.
        let says = ["missing ETHTOOL_A_LINKSTATE_HEADER", "request header missing"];
        assert!(says.iter().any(|says| missing.to_string().contains(says)), "{missing}");
    });
}

#[test]
fn devices_are_resolved_by_the_route_family() {
    run(async |ip| {
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let of_v1 = LinkState::build().device(Device::build().index("v1"));
        let Some(state) = found(ip.request(of_v1.clone()).one().await, "ethtool") else { return };
        assert_eq!(state.device().and_then(Device::name), Some("v1"));
        let error = ip.request(LinkState::build().device(Device::build().index("no"))).await.unwrap_err();
        assert_eq!(error.to_string(), "request LinkState: device no: no such device");
        // Also of dumps, whose request is the same message.
        let error = ip.dump(LinkState::build().device(Device::build().index("no"))).await.unwrap_err();
        assert!(error.to_string().contains("no: no such device"), "{error}");
        ip.dump(of_v1).await.unwrap();
    });
}

#[test]
fn endpoints_are_added_listed_and_deleted() {
    run(async |ip| {
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let add = |last| ip.request(endpoint(last, "v0")).command(MPTCP_PM_CMD_ADD_ADDR);
        let Some(replies) = found(add(1).await, "MPTCP") else { return };
        assert!(replies.is_empty(), "a change is acknowledged, and that is all");
        let again = add(1).await.unwrap_err();
        assert!(again.message().is_some(), "{again}");
        let listed = ip.dump(Mptcp::build()).await.unwrap();
        let [one] = &listed[..] else { panic!("{listed:?}") };
        let index = ip.link().get("v0").await.unwrap().index();
        assert_eq!(one.endpoint().and_then(Endpoint::device), Some(index));
        assert_eq!(one.endpoint().and_then(Endpoint::address), Some(Ipv4Addr::new(192, 0, 2, 1)));
        ip.request(endpoint(1, "v0")).command(MPTCP_PM_CMD_DEL_ADDR).await.unwrap();
        assert!(ip.dump(Mptcp::build()).await.unwrap().is_empty());
        let error = ip.request(Mptcp::build()).command(300).await.unwrap_err();
        assert!(error.to_string().contains("300 is not a generic netlink command"), "{error}");
    });
}

#[test]
fn a_batch_goes_to_several_protocols() {
    run(async |ip| {
        let add = |last| ip.request(endpoint(last, "v0")).command(MPTCP_PM_CMD_ADD_ADDR);
        if found(ip.dump(Mptcp::build()).await, "MPTCP").is_none() {
            return;
        }
        let operations = [
            ip.link().add(Veth::pair("v0", "v1")).into(),
            add(1).into(),
            ip.link().add(Veth::pair("v2", "v3")).into(),
            ip.address().add("v2", "192.0.2.1/24").into(),
            add(2).into(),
            add(2).into(),
            ip.request(Nothing::build()).into(),
            add(3).into(),
            ip.link().delete("v2").into(),
            ip.link().delete("v2").into(),
        ];
        let results = ip.batch(operations).await;
        let failed: Vec<usize> = results
            .iter()
            .enumerate()
            .filter_map(|(index, result)| result.is_err().then_some(index))
            .collect();
        assert_eq!(failed, [5, 6, 9], "{results:?}");
        assert!(matches!(
            results[6].as_ref().unwrap_err().kind(),
            ErrorKind::UnknownFamily("no_such_family")
        ));
        let ids: BTreeSet<u8> = ip
            .dump(Mptcp::build())
            .await
            .unwrap()
            .iter()
            .filter_map(|endpoint| endpoint.endpoint()?.id())
            .collect();
        assert_eq!(ids, BTreeSet::from([1, 2, 3]));
        // The same one after another, and many.
        let deletions = (1..=3).map(|last| ip.request(endpoint(last, "v0")).command(MPTCP_PM_CMD_DEL_ADDR));
        assert!(ip.batch(deletions).await.iter().all(Result::is_ok));
        assert!(ip.dump(Mptcp::build()).await.unwrap().is_empty());
    });
}

#[test]
fn blocking_batches_go_to_several_protocols() {
    run_blocking(|ip| {
        if found(ip.dump(Mptcp::build()).wait(), "MPTCP").is_none() {
            return;
        }
        let operations = [
            ip.link().add(Veth::pair("v0", "v1")).into(),
            ip.request(endpoint(1, "v0")).command(MPTCP_PM_CMD_ADD_ADDR).into(),
            ip.request(endpoint(2, "v1")).command(MPTCP_PM_CMD_ADD_ADDR).into(),
            ip.link().delete("v0").into(),
        ];
        let results = ip.batch(operations).wait();
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(ip.dump(Mptcp::build()).wait().unwrap().len(), 2);
    });
}

#[test]
fn other_protocols_are_asked_and_dumped() {
    run(async |ip| {
        let listener = TcpListener::bind("127.0.0.1:0");
        if let Some(sockets) = found(ip.dump(tcp_sockets()).await, "inet_diag") {
            assert_eq!(sockets.len(), usize::from(listener.is_ok()));
            if let Ok(listener) = listener {
                let port = listener.local_addr().unwrap().port();
                assert!(sockets.iter().any(|socket| socket.port() == port && socket.state() == 10));
            }
        }
        if let Some(info) = found(ip.request(SadInfo::build()).one().await, "xfrm") {
            assert_eq!(info.count(), Some(0));
        }
    });
}

#[test]
fn a_handle_stays_in_its_namespace() {
    if !enter() {
        return;
    }
    let there = Namespace::current().unwrap();
    let runtime = current_thread();
    let (first, second) = (blocking::connect_in(&there).unwrap(), {
        runtime.block_on(async { support::connect_in(&there).unwrap() })
    });
    first.link().add(Veth::pair("v0", "v1")).wait().unwrap();
    assert!(enter(), "the thread is elsewhere by now");
    // The sockets of these are opened now.
    let of_v1 = || LinkState::build().device(Device::build().name("v1"));
    if found(first.request(of_v1()).wait(), "ethtool").is_none() {
        return;
    }
    runtime.block_on(async {
        second.request(of_v1()).await.unwrap();
        second.request(LinkState::build().device(Device::build().index("v1"))).await.unwrap();
    });
    let here = blocking::connect().unwrap();
    assert!(here.request(of_v1()).wait().unwrap_err().is_not_found(), "the device is in the other one");
    // And a child of this process has its own. Modules of tunnels give each namespace devices besides lo and the pair.
    assert!(in_child(|| first.request(of_v1()).wait().is_ok_and(|states| states.len() == 1)
        && first
            .dump(LinkState::build().device(Device::build()))
            .wait()
            .is_ok_and(|states| states.len() >= 3)
        && first.request(LinkState::build().device(Device::build().index("v1"))).wait().is_ok()));
    assert_eq!(first.request(of_v1()).wait().unwrap().len(), 1);
}

#[test]
fn dropped_futures_leave_it_usable() {
    run(async |ip| {
        if found(ip.request(on_lo()).await, "ethtool").is_none() {
            return;
        }
        for _ in 0..100 {
            drop(ip.request(on_lo()).into_future());
            let mut stream = ip.dump(ControllerMessage::get_family()).stream();
            assert!(stream.next().await.is_some());
            let once = futures::future::poll_immediate(ip.request(on_lo()).into_future()).await;
            drop(once);
        }
        let all = futures::future::join_all((0..100).map(|_| ip.request(on_lo()).one().into_future())).await;
        assert!(
            all.iter().all(|state| state.as_ref().unwrap().device().and_then(Device::name) == Some("lo"))
        );
    });
}

#[test]
fn many_threads_share_a_handle() {
    run_blocking(|ip| {
        if found(ip.request(on_lo()).wait(), "ethtool").is_none() {
            return;
        }
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        assert_eq!(ip.request(on_lo()).wait().unwrap().len(), 1);
                        assert_eq!(ip.link().get(1).wait().unwrap().name(), "lo");
                        assert!(!ip.dump(ControllerMessage::get_family()).wait().unwrap().is_empty());
                    }
                });
            }
        });
    });
}

const SOON: Duration = Duration::from_secs(10);

#[test]
fn groups_are_joined_by_name() {
    run_blocking(|ip| {
        let Some(mut events) = found(ip.events([(NETDEV, "mgmt")]).open(), "netdev") else { return };
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let Some(Event::Message(message)) = events.next_within(SOON).unwrap() else { panic!("nothing came") };
        // NETDEV_CMD_DEV_ADD_NTF
        assert_eq!(message.view::<GenericMessage>().unwrap().command(), 2);
        let error = ip.events([(NETDEV, "no")]).open().err().unwrap();
        assert_eq!(error.to_string(), "listen: netdev has no multicast group \"no\"");
        let error = ip.events([(Nothing::FAMILY, "no")]).open().err().unwrap();
        assert!(error.to_string().starts_with("listen: family \"no_such_family\": not found"), "{error}");
        let error = ip.events([(Family::ROUTE, "link")]).open().err().unwrap();
        assert!(error.is_not_found(), "{error}");
        let error = ip.events([EventGroup::from((NETDEV, "no")).or_later()]).open().err().unwrap();
        assert!(matches!(error.kind(), ErrorKind::UnknownGroup { .. }), "{error}");
    });
}

netlink! {
    /// A device as the family `netdev` tells of it.
    struct Netdev / NetdevBuf
    header genlmsghdr: 4 {}
    attributes {
        /// Its index.
        NETDEV_A_DEV_IFINDEX = 1 => index: u32,
    }
}

impl Command for Netdev {
    const FAMILY: Family = NETDEV;
    const COMMAND: u16 = 1; // NETDEV_CMD_DEV_GET
    // NETDEV_CMD_DEV_ADD_NTF, NETDEV_CMD_DEV_DEL_NTF, NETDEV_CMD_DEV_CHANGE_NTF
    const NOTIFICATIONS: &'static [u16] = &[2, 3, 4];
    type Reply = Netdev;
}

/// Groups of the route family, of two generic families and of a third protocol.
fn mixed() -> [EventGroup; 4] {
    let absent = EventGroup::from((Nothing::FAMILY, "news")).or_later();
    [(NETDEV, "mgmt").into(), absent, Group::LINK.into(), (ControllerMessage::FAMILY, "notify").into()]
}

/// Reads what came until both the new links and their twins of the family `netdev` were told.
#[derive(Default)]
struct Told {
    links: BTreeSet<u32>,
    devices: BTreeSet<u32>,
}

impl Told {
    fn is_all(&mut self, event: Event) -> bool {
        let Event::Message(message) = event else { panic!("{event:?}") };
        match message.family() {
            Family::ROUTE => {
                assert_eq!((message.group(), message.group_name()), (Some(Group::LINK), None));
                assert!(message.of::<Netdev>().is_none() && message.command().is_none());
                self.links.insert(message.view::<LinkMessage>().unwrap().index());
            }
            family => {
                assert_eq!((family, message.group_name()), (NETDEV, Some("mgmt")));
                assert!(matches!(message.command(), Some(2 | 4)), "{message:?}");
                assert!(message.of::<ControllerMessage>().is_none());
                self.devices.extend(message.of::<Netdev>().unwrap().index());
                let text = format!("{message:?}");
                assert!(text.starts_with("EventMessage { family: netdev, group: Some(\"mgmt\")"), "{text}");
            }
        }
        self.links.len() == 2 && self.devices.len() == 2
    }
}

#[test]
fn groups_of_several_protocols_are_one_stream() {
    run_blocking(|ip| {
        let Some(mut events) = found(ip.events(mixed()).open(), "netdev") else { return };
        assert!(events.next_within(Duration::from_millis(20)).unwrap().is_none());
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let mut told = Told::default();
        while !told.is_all(events.next_within(SOON).unwrap().expect("nothing came")) {}
        assert_eq!(told.links, told.devices);
    });
    run(async |ip| {
        let Some(mut events) = found(ip.events(mixed()).open(), "netdev") else { return };
        assert!(events.next_within(Duration::from_millis(20)).await.unwrap().is_none());
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let mut told = Told::default();
        while !told.is_all(events.next().await.unwrap()) {}
        assert_eq!(told.links, told.devices);
    });
}

/// Both are heard however much there is of one.
#[test]
fn a_flood_of_one_protocol_silences_no_other() {
    run_blocking(|ip| {
        let groups: [EventGroup; 2] = [Group::LINK.into(), (NETDEV, "mgmt").into()];
        let Some(mut events) = found(ip.events(groups).open(), "netdev") else { return };
        for number in 0..50 {
            ip.link().add(Veth::pair(format!("a{number}"), format!("b{number}"))).wait().unwrap();
        }
        let (mut links, mut first) = (0, None);
        while let Some(Event::Message(message)) = events.next_within(Duration::ZERO).unwrap() {
            match message.of::<Netdev>() {
                Some(_) => first = first.or(Some(links)),
                None => links += 1,
            }
        }
        assert!(links >= 100 && first.is_some_and(|first| first <= 32), "{links} {first:?}");
    });
}

#[test]
fn a_watch_joins_groups_of_other_families() {
    let group = || EventGroup::from((NETDEV, "mgmt"));
    // The link, and the device in the other family's words: which comes first is not said.
    let is_told = |change: Change, told: &mut (Option<u32>, BTreeSet<u32>)| {
        match change {
            Change::Link(link) if link.object().name() == "v0" => told.0 = Some(link.object().index()),
            Change::Other(message) => {
                assert_eq!((message.family(), message.group_name()), (NETDEV, Some("mgmt")));
                told.1.extend(message.of::<Netdev>().unwrap().index());
            }
            _ => (),
        }
        told.0.is_some_and(|index| told.1.contains(&index))
    };
    run_blocking(|ip| {
        let absent = EventGroup::from((Nothing::FAMILY, "news"));
        let watch = ip.watch(Topics::LINK).group(group()).group(absent.or_later()).wait();
        let Some(mut changes) = found(watch, "netdev") else { return };
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let mut told = (None, BTreeSet::new());
        while !is_told(changes.next_within(SOON).unwrap().expect("nothing came"), &mut told) {}
        // Nothing else happens, and it sleeps.
        while let Some(change) = changes.next_within(Duration::from_millis(20)).unwrap() {
            assert!(matches!(change, Change::Link(_) | Change::Other(_)), "{change:?}");
        }
        let error = ip.watch(Topics::LINK).group(absent).wait().err().unwrap();
        assert_eq!(error.to_string(), "watch: family \"no_such_family\": not found: is its module loaded?");
        let error = ip.watch(Topics::LINK).group((NETDEV, "no")).wait().err().unwrap();
        assert_eq!(error.to_string(), "watch: netdev has no multicast group \"no\"");
        let error = ip.watch(Topics::LINK).group((Family::ROUTE, "link")).wait().err().unwrap();
        assert!(error.is_not_found(), "{error}");
        let error = ip.watch(Topics::LINK).group((Nowhere::FAMILY, 1)).wait().err().unwrap();
        assert_eq!(error.errno(), Some(errno::EPROTONOSUPPORT), "{error}");
    });
    run(async |ip| {
        let Some(mut changes) = found(ip.watch(Topics::LINK).group(group()).await, "netdev") else { return };
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let mut told = (None, BTreeSet::new());
        while !is_told(changes.next().await.unwrap().unwrap(), &mut told) {}
    });
}

#[test]
fn tasks_listen_to_groups_of_several_families() {
    run(async |ip| {
        let groups: [EventGroup; 2] = [(ControllerMessage::FAMILY, "notify").into(), (NETDEV, "mgmt").into()];
        let Some(mut events) = found(ip.events(groups).open(), "netdev") else { return };
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let Event::Message(message) = events.next().await.unwrap() else { panic!("some were lost") };
        assert_eq!(message.view::<GenericMessage>().unwrap().command(), 2);
    });
}

#[test]
fn groups_of_other_protocols_are_joined_by_number() {
    run_blocking(|ip| {
        const XFRMNLGRP_SA: u32 = 3;
        let Some(mut events) = found(ip.events([(Family::XFRM, XFRMNLGRP_SA)]).open(), "xfrm") else {
            return;
        };
        netlink! {
            /// Which security associations are to go.
            struct Flush / FlushBuf
            header xfrm_usersa_flush: 4 {
                /// Of which protocol.
                proto = 0 => protocol: u8,
            }
            attributes {}
        }
        impl Command for Flush {
            const FAMILY: Family = Family::XFRM;
            const COMMAND: u16 = 0x1c; // XFRM_MSG_FLUSHSA
            type Reply = Flush;
        }
        match ip.request(Flush::build()).wait() {
            Ok(replies) => assert!(replies.is_empty()),
            // If there was nothing to flush.
            Err(error) => assert_eq!(error.errno(), Some(errno::ESRCH), "{error}"),
        }
        if let Some(Event::Message(message)) = events.next_within(Duration::from_millis(100)).unwrap() {
            assert_eq!((message.message_type(), message.group()), (0x1c, Some(Group(XFRMNLGRP_SA))));
        }
    });
}
