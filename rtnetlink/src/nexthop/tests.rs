//! Next hops as `ip` asks for them and as the kernel tells them.

use super::*;
use crate::capture::capture;
use crate::route::encap::Seg6;
use crate::route::{NextHopFlags, RouteProtocol};
use crate::{AddressFamily, RouteScope};
use netlink_packet::Build;
use std::time::Duration;

/// Attributes in any order, since `ip` writes them in the order of its arguments.
fn sorted(hop: &NextHopMessage) -> (Vec<u8>, Vec<(u16, Vec<u8>)>) {
    let mut attributes: Vec<_> =
        hop.attributes().raw().map(|one| (one.number(), one.payload.to_vec())).collect();
    attributes.sort();
    (hop.as_bytes()[..8].to_vec(), attributes)
}

macro_rules! as_asked {
    ($($name:literal: $hop:expr,)*) => { $(
        let asked = capture!($name);
        assert_eq!(sorted(($hop).view()), sorted(asked.view()), $name);
    )* };
}

#[test]
fn built_as_ip_does() {
    let resilient = ResilientGroup::build()
        .buckets(8)
        .idle_timer(Duration::from_secs(60))
        .unbalanced_timer(Duration::from_secs(300));
    as_asked! {
        "add_nexthop": NextHopMessage::via("192.0.2.254").device(3u32).id(15u32),
        "add_nexthop_device": NextHopMessage::on(2u32).protocol(RouteProtocol::BGP).id(11u32),
        "add_nexthop_blackhole": NextHopMessage::dropping().id(12u32),
        "add_nexthop_group": NextHopMessage::group_of([(10, 1), (11, 3)]).id(20u32),
        "add_nexthop_fdb": NextHopMessage::via("198.51.100.7").fdb(true).id(13u32),
        "add_nexthop_encap": NextHopMessage::via("2001:db8::fe").device(3u32).encap(Seg6::encap(["fc00::1"])).id(14u32),
        "add_nexthop_resilient": NextHopMessage::group_of([10, 11]).resilient_group(resilient).id(21u32),
    }
}

#[test]
fn listed_next_hops_are_read() {
    let reported = capture!("nexthop");
    let hop: &NextHopMessage = reported.view();
    assert_eq!(
        (hop.id(), hop.gateway(), hop.scope()),
        (Some(10), Some([192, 0, 2, 254].into()), RouteScope::LINK)
    );
    assert_eq!((hop.family(), hop.flags()), (AddressFamily::INET, NextHopFlags::empty()));
    let reported = capture!("nexthop_blackhole");
    assert_eq!(reported.view::<NextHopMessage>().blackhole(), Some(true));
    let reported = capture!("nexthop_fdb");
    assert_eq!(reported.view::<NextHopMessage>().fdb(), Some(true));
    let reported = capture!("nexthop_group");
    let group: Vec<_> = reported.view::<NextHopMessage>().members().collect();
    assert_eq!(group, [GroupMember { id: 10, weight: 1 }, GroupMember { id: 11, weight: 3 }]);
    let reported = capture!("nexthop_encap");
    assert_eq!(reported.view::<NextHopMessage>().encap::<Seg6>().unwrap().path().count(), 1);
    assert!(format!("{:?}", reported.view::<NextHopMessage>()).contains("raw_encap: Seg6 {"));
    let reported = capture!("nexthop_resilient");
    let group: &NextHopMessage = reported.view();
    assert_eq!(group.group_type(), Some(GroupType::RES));
    let settings = group.resilient().unwrap();
    assert_eq!((settings.buckets(), settings.idle_timer()), (Some(8), Some(Duration::from_secs(60))));
    assert_eq!(settings.unbalanced_time(), Some(Duration::ZERO));
    let reported = capture!("nexthop_bucket");
    let bucket = reported.view::<NextHopMessage>().bucket().unwrap();
    assert_eq!((bucket.index(), bucket.member_id()), (Some(3), Some(11)));
}

#[test]
fn weights_count_from_one() {
    for (weight, bytes) in [(1, [0, 0]), (256, [255, 0]), (65536, [255, 255])] {
        let group = NextHopMessage::group_of([(1, weight)]);
        let entry = group.as_bytes().get(16..18).unwrap();
        assert_eq!((entry, group.buffer().problem()), (&bytes[..], None));
        assert_eq!(group.view().members().map(|member| member.weight).collect::<Vec<_>>(), [weight]);
    }
    for weight in [0, 65537] {
        assert!(NextHopMessage::group_of([(1, weight)]).buffer().problem().is_some());
    }
}
