//! Next hops, groups and buckets: added, read back, compared with `ip`, used by routes, deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::rtnetlink::nexthop::{
    Bucket, GroupMember, GroupStats, GroupType, NextHopMessageBuf, ResilientGroup,
};
use iproute2::rtnetlink::route::encap::Seg6;
use iproute2::{AddressFamily, LinkMessage, NextHopMessage, Route, RouteProtocol, Veth};
use std::net::IpAddr;
use std::time::Duration;
use support::{Handle, ip, ip_json, run, run_blocking};

async fn pair(ip: &Handle) {
    ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
    ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
    // Next hops that drop packets stand on the loopback device.
    ip.link().change("lo", LinkMessage::build().up()).await.unwrap();
    ip.address().add("v0", "192.0.2.1/24").await.unwrap();
}

fn hop(id: u32, last: u8) -> NextHopMessageBuf {
    NextHopMessage::via(IpAddr::from([192, 0, 2, last])).device("v0").id(id)
}

#[test]
fn the_verbs() {
    run(|handle| async move {
        pair(&handle).await;
        let hops = handle.nexthop();
        let created = hops.add(hop(10, 254)).created().await.unwrap();
        assert_eq!(created.malformed().count(), 0, "{created:?}");
        assert_eq!((created.id(), created.gateway()), (Some(10), Some("192.0.2.254".parse().unwrap())));
        assert_eq!(hops.add(hop(10, 254)).await.unwrap_err().to_string(), "add next hop 10: file exists");
        hops.replace(hop(10, 253).protocol(RouteProtocol::BGP)).await.unwrap();
        let found = hops.get(10).await.unwrap();
        assert_eq!(
            (found.gateway(), found.protocol()),
            (Some("192.0.2.253".parse().unwrap()), RouteProtocol::BGP)
        );
        if let Some(shown) = ip_json("nexthop show id 10") {
            assert_eq!(
                (&shown[0]["gateway"], &shown[0]["protocol"], &shown[0]["dev"]),
                (&"192.0.2.253".into(), &"bgp".into(), &"v0".into())
            );
        }
        let chosen = hops.add(NextHopMessage::on("v1").family(AddressFamily::INET6)).created().await.unwrap();
        assert!(chosen.id().is_some_and(|id| id != 0 && id != 10));
        let dropping = hops.add(NextHopMessage::dropping().id(30)).created().await.unwrap();
        assert_eq!(dropping.blackhole(), Some(true));
        let encap =
            NextHopMessage::on("v0").family(AddressFamily::INET6).encap(Seg6::encap(["fc00::1"])).id(31);
        let encap = hops.add(encap).created().await.unwrap();
        assert_eq!(encap.encap::<Seg6>().unwrap().path().count(), 1);
        assert_eq!(encap.malformed().count(), 0);

        let ids = |list: Vec<iproute2::netlink_packet::Packet<NextHopMessage>>| {
            list.iter().filter_map(|hop| hop.id()).collect::<Vec<_>>()
        };
        assert_eq!(ids(hops.list().family(AddressFamily::INET).await.unwrap()), [10, 30]);
        assert_eq!(ids(hops.list().device("v0").await.unwrap()), [10, 31]);
        assert_eq!(ids(hops.list().protocol(RouteProtocol::BGP).await.unwrap()), [10]);
        hops.delete(10).await.unwrap();
        assert!(hops.get(10).await.unwrap_err().is_not_found());
        assert!(hops.delete(10).await.unwrap_err().is_not_found());
        assert_eq!(hops.list().flush().await.unwrap(), 3);
    });
}

#[test]
fn groups_and_routes_by_them() {
    run(|handle| async move {
        pair(&handle).await;
        let hops = handle.nexthop();
        hops.add(hop(10, 253)).await.unwrap();
        hops.add(hop(11, 254)).await.unwrap();
        let group = hops.add(NextHopMessage::group_of([(10, 1), (11, 255)]).id(20)).created().await.unwrap();
        let members: Vec<_> = group.members().collect();
        assert_eq!(members, [GroupMember { id: 10, weight: 1 }, GroupMember { id: 11, weight: 255 }]);
        assert_eq!(group.malformed().count(), 0);
        if let Some(shown) = ip_json("nexthop show id 20") {
            assert_eq!(shown[0]["group"][1]["weight"], 255);
        }
        let counted = hops.list().groups().stats().await.unwrap();
        assert_eq!(counted.len(), 1);
        match counted[0].stats().and_then(GroupStats::members) {
            Some(members) => {
                let counts: Vec<_> = members.map(|member| (member.id(), member.packets())).collect();
                assert_eq!(counts, [(Some(10), Some(0)), (Some(11), Some(0))]);
            }
            None => assert!(is_before_6_9(), "{counted:?}"),
        }

        handle.route().add(Route::to("198.51.100.0/24").next_hop(20)).await.unwrap();
        let routes = handle.route().list().to("198.51.100.0/24").await.unwrap();
        assert_eq!(routes[0].next_hop_id(), Some(20));
        assert_eq!(routes[0].next_hops().map(|hop| hop.weight()).collect::<Vec<_>>(), [1, 255]);
        assert_eq!(handle.route().list().to("198.51.100.0/24").device("v0").await.unwrap().len(), 1);
        hops.delete(20).await.unwrap();
        assert!(handle.route().list().to("198.51.100.0/24").await.unwrap().is_empty());
        let error = hops.add(NextHopMessage::group_of([99]).id(21)).await.unwrap_err();
        assert_eq!(error.to_string(), "add next hop 21: invalid argument: Invalid nexthop id");
        let error = hops.add(NextHopMessage::group_of([(10, 0)])).await.unwrap_err();
        assert_eq!(error.to_string(), "add next hop: 0 is not a valid weight: it must be 1 to 65536");
    });
}

/// Whether this kernel does not count what groups are used for.
fn is_before_6_9() -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = release.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    (numbers.next(), numbers.next()) < (Some(6), Some(9))
}

#[test]
fn buckets() {
    run(|handle| async move {
        pair(&handle).await;
        let hops = handle.nexthop();
        hops.add(hop(10, 253)).await.unwrap();
        hops.add(hop(11, 254)).await.unwrap();
        let settings = ResilientGroup::build()
            .buckets(8)
            .idle_timer(Duration::from_secs(60))
            .unbalanced_timer(Duration::from_secs(300));
        let group = NextHopMessage::group_of([10, 11]).resilient_group(settings).id(20);
        let created = hops.add(group).created().await.unwrap();
        assert_eq!(created.group_type(), Some(GroupType::RES));
        let settings = created.resilient().unwrap();
        assert_eq!(settings.buckets(), Some(8));
        assert_eq!(settings.idle_timer(), Some(Duration::from_secs(60)));
        assert_eq!(created.malformed().count(), 0, "{created:?}");
        let buckets = hops.buckets().group(20).await.unwrap();
        assert_eq!(buckets.len(), 8);
        assert!(buckets.iter().all(|bucket| bucket.malformed().count() == 0));
        assert_eq!(hops.buckets().group(20).member(10).await.unwrap().len(), 4);
        let third = hops.bucket(20, 3).await.unwrap();
        assert_eq!(third.bucket().and_then(Bucket::index), Some(3));
        if let Some(shown) = ip_json("nexthop bucket get id 20 index 3") {
            assert_eq!(
                shown[0]["bucket"]["nhid"].as_u64().map(|id| id as u32),
                third.bucket().and_then(Bucket::member_id)
            );
        }
    });
}

#[test]
fn what_ip_adds_is_listed() {
    run(|handle| async move {
        pair(&handle).await;
        if !ip("nexthop add id 1 via 192.0.2.254 dev v0 onlink proto static")
            || !ip("nexthop add id 2 group 1,7")
        {
            return;
        }
        let hops = handle.nexthop().list().await.unwrap();
        assert_eq!(hops[0].protocol(), RouteProtocol::STATIC);
        assert!(hops[0].flags().contains(iproute2::rtnetlink::route::NextHopFlags::ONLINK));
        assert_eq!(hops[1].members().collect::<Vec<_>>(), [GroupMember { id: 1, weight: 7 }]);
    });
}

#[test]
fn blocking_verbs() {
    run_blocking(|ip| {
        ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
        ip.nexthop().add(NextHopMessage::dropping().id(5)).wait().unwrap();
        assert_eq!(ip.nexthop().list().wait().unwrap().len(), 1);
        ip.nexthop().delete(5).wait().unwrap();
    });
}
