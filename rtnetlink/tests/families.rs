//! Values whose meaning depends on the address family: one of another family than the message's is malformed, and what a
//! family has that is not known stays as bytes.

use netlink_packet::{Attr, Build, Table, View};
use rtnetlink::AddressFamily;
use rtnetlink::address::AddressMessage;
use rtnetlink::link::{
    BridgeSpec, FamilySpecs, InetSpec, LinkMessage, MulticastInterface, MulticastInterfaces, MulticastSpec,
};
use rtnetlink::neighbour::NeighbourMessage;
use rtnetlink::nexthop::NextHopMessage;
use rtnetlink::route::{NextHop, RouteMessage, Via};
use rtnetlink::rule::RuleMessage;
use std::net::IpAddr;

const V4: [u8; 4] = [192, 0, 2, 1];
const V6: [u8; 16] = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// The key of an attribute, for bytes that its codec would not write.
fn raw<S: ?Sized, C: ?Sized>(key: Attr<S, C>) -> Attr<S, [u8]> {
    Attr::new(key.number_and_flags(), key.name())
}

/// How many attributes of what was built can't be read.
fn malformed<B: Build>(built: &B) -> Vec<String> {
    let view = B::View::cast(built.buffer().body());
    let malformed: Vec<_> = view.malformed_in().into_iter().map(|malformed| malformed.path).collect();
    let printed = format!("{view:?}");
    assert_eq!(printed.contains("malformed"), !malformed.is_empty(), "{printed}");
    malformed
}

macro_rules! own_addresses {
    ($($Message:ident::$KEY:ident $getter:ident),* $(,)?) => { $({
        let of = |family: AddressFamily, bytes: &[u8]| {
            $Message::build().family(family).with(raw($Message::$KEY), bytes)
        };
        for (family, own, other) in [
            (AddressFamily::INET, &V4[..], &V6[..]),
            (AddressFamily::INET6, &V6[..], &V4[..]),
            (AddressFamily::IPMR, &V4[..], &V6[..]),
            (AddressFamily::IP6MR, &V6[..], &V4[..]),
        ] {
            let sound = of(family, own);
            assert!(sound.view().$getter().is_some() && malformed(&sound).is_empty());
            assert_eq!(sound.view().attributes().get($Message::$KEY), sound.view().$getter());
            assert_eq!(sound.view().attributes().pick(($Message::$KEY,)), (sound.view().$getter(),));
            for bytes in [other, &V4[..3], &[], &V6[..15], &[0; 17][..]] {
                let built = of(family, bytes);
                assert_eq!(built.view().$getter(), None, "{family} {bytes:?}");
                assert_eq!(built.view().attributes().pick(($Message::$KEY,)), (None,));
                assert_eq!(malformed(&built), [stringify!($KEY)], "{family} {bytes:?}");
            }
        }
        // Of no family, an address is of either.
        for bytes in [&V4[..], &V6[..]] {
            let built = of(AddressFamily::UNSPEC, bytes);
            assert!(built.view().$getter().is_some() && malformed(&built).is_empty());
        }
        // A family that is not known has what it has.
        for bytes in [&V4[..], &V6[..], &[7; 6][..], &[]] {
            let built = of(AddressFamily(250), bytes);
            assert_eq!(built.view().$getter(), None);
            assert_eq!(malformed(&built), [""; 0]);
            assert_eq!(built.view().attributes().raw().payload_of($Message::$KEY.number()), Some(bytes));
        }
    })* };
}

#[test]
fn addresses_are_of_the_messages_family() {
    own_addresses! {
        RouteMessage::RTA_DST destination,
        RouteMessage::RTA_SRC source,
        RouteMessage::RTA_GATEWAY raw_gateway,
        RouteMessage::RTA_PREFSRC preferred_source,
        RuleMessage::FRA_DST destination,
        RuleMessage::FRA_SRC source,
        AddressMessage::IFA_ADDRESS address,
        AddressMessage::IFA_LOCAL local,
        NeighbourMessage::NDA_DST address,
    }
    let hop =
        NextHopMessage::build().family(AddressFamily::INET).with(raw(NextHopMessage::NHA_GATEWAY), &V6[..]);
    assert_eq!((hop.view().gateway(), malformed(&hop)), (None, vec!["NHA_GATEWAY".to_owned()]));
}

#[test]
fn a_prefix_is_not_made_up() {
    let route = |bytes: &[u8]| {
        RouteMessage::build()
            .family(AddressFamily::INET)
            .destination_length(24)
            .with(raw(RouteMessage::RTA_DST), bytes)
    };
    assert_eq!(route(&V4).view().prefix().map(|prefix| prefix.to_string()).as_deref(), Some("192.0.2.1/24"));
    assert_eq!(route(&V6).view().prefix(), None);
    assert_eq!(route(&V4[..2]).view().prefix(), None);
    let default = RouteMessage::build().family(AddressFamily::INET);
    assert_eq!(default.view().prefix().map(|prefix| prefix.to_string()).as_deref(), Some("0.0.0.0/0"));
}

#[test]
fn labels_are_not_addresses() {
    let route = RouteMessage::label(100);
    assert_eq!((route.view().destination(), malformed(&route)), (None, vec![]));
    let route =
        RouteMessage::build().family(AddressFamily::MPLS).with(raw(RouteMessage::RTA_DST), &[0; 3][..]);
    assert_eq!(malformed(&route), ["RTA_DST"]);
}

#[test]
fn a_remote_host_of_a_bridges_entry_is_of_either_family() {
    for bytes in [&V4[..], &V6[..]] {
        let entry = NeighbourMessage::build()
            .family(AddressFamily::BRIDGE)
            .with(raw(NeighbourMessage::NDA_DST), bytes);
        assert!(entry.view().address().is_some() && malformed(&entry).is_empty());
    }
    let entry = NeighbourMessage::build()
        .family(AddressFamily::BRIDGE)
        .with(raw(NeighbourMessage::NDA_DST), &V4[..3]);
    assert_eq!((entry.view().address(), malformed(&entry)), (None, vec!["NDA_DST".to_owned()]));
}

#[test]
fn a_gateway_of_another_family_tells_which() {
    let via = |family: u16, address: &[u8]| {
        let bytes = [&family.to_ne_bytes()[..], address].concat();
        RouteMessage::build().family(AddressFamily::INET).with(raw(RouteMessage::RTA_VIA), bytes)
    };
    let gateway = |route: &RouteMessage| route.raw_via().and_then(Via::address);
    for (family, own, other) in [(2, &V4[..], &V6[..]), (10, &V6[..], &V4[..])] {
        let sound = via(family, own);
        assert!(gateway(sound.view()).is_some() && malformed(&sound).is_empty());
        for address in [other, &[], &V6[..5]] {
            let built = via(family, address);
            assert_eq!((gateway(built.view()), malformed(&built)), (None, vec!["RTA_VIA".to_owned()]));
        }
    }
    for bytes in [&[][..], &[2][..]] {
        let built = RouteMessage::build().family(AddressFamily::INET).with(raw(RouteMessage::RTA_VIA), bytes);
        assert_eq!((gateway(built.view()), malformed(&built)), (None, vec!["RTA_VIA".to_owned()]));
    }
    // A link-layer address, and what nobody knows.
    assert_eq!(malformed(&via(17, &[2, 0, 0, 0, 0, 1])), [""; 0]);
    assert_eq!(malformed(&via(17, &[0; 33])), ["RTA_VIA"]);
    assert_eq!(malformed(&via(250, &[1, 2, 3])), [""; 0]);
}

#[test]
fn a_path_is_of_its_routes_family() {
    let hop =
        |bytes: &[u8]| NextHop::build().device(3).with(Attr::<NextHop, [u8]>::new(5, "RTA_GATEWAY"), bytes);
    let route = |bytes| RouteMessage::build().family(AddressFamily::INET6).raw_next_hops([hop(bytes)]);
    assert_eq!(malformed(&route(&V6)), [""; 0]);
    assert_eq!(malformed(&route(&V4)), ["RTA_MULTIPATH / RTA_GATEWAY"]);
    assert_eq!(malformed(&route(&V4[..1])), ["RTA_MULTIPATH / RTA_GATEWAY"]);
    // By itself it does not know the route.
    assert_eq!(malformed(&hop(&V4)), [""; 0]);
    assert_eq!(malformed(&hop(&V4[..1])), ["RTA_GATEWAY"]);
}

#[test]
fn a_gateway_moves_to_where_one_of_its_family_belongs() {
    let v6: IpAddr = V6.into();
    let route = RouteMessage::to("198.51.100.0/24").via(v6);
    assert_eq!((route.view().raw_gateway(), route.view().gateway()), (None, Some(v6)));
    assert_eq!(malformed(&route), [""; 0]);
    let hops = [NextHop::via(v6), NextHop::via("192.0.2.1")];
    assert_eq!(malformed(&RouteMessage::to("198.51.100.0/24").multipath(hops)), [""; 0]);
}

#[test]
fn specs_are_of_the_messages_family() {
    let inet = || FamilySpecs::build().inet(InetSpec::build());
    let link = |family| LinkMessage::build().family(family).family_specs(inet());
    assert!(link(AddressFamily::UNSPEC).view().inet().is_some());
    // Under the same number a bridge has its mode.
    let bridge =
        BridgeSpec::build().with(Attr::<BridgeSpec, [u8]>::new(2, "IFLA_BRIDGE_VLAN_INFO"), &[0u8; 4][..]);
    let reported = LinkMessage::build().family(AddressFamily::BRIDGE).family_specs(bridge);
    assert!(reported.view().inet().is_none() && reported.view().inet6().is_none());
    assert!(reported.view().family_specs().is_none() && reported.view().bridge_spec().is_some());
    assert_eq!(malformed(&reported), [""; 0]);

    let interface = MulticastInterface::build().device(3).id(0).flags(1).rx_bytes(7).local("192.0.2.1");
    let interfaces = MulticastInterfaces::build().interfaces([interface]);
    let spec = MulticastSpec::build().table_id(253).register_interface(-1).pim(true).interfaces(interfaces);
    let reported = LinkMessage::build().family(AddressFamily::IPMR).family_specs(spec);
    assert_eq!(malformed(&reported), [""; 0]);
    assert!(reported.view().inet().is_none() && reported.view().family_specs().is_none());
    let spec = reported.view().multicast_spec().unwrap();
    let mut interfaces = spec.interfaces().and_then(MulticastInterfaces::interfaces).unwrap();
    assert_eq!((spec.table_id(), interfaces.next().unwrap().device()), (Some(253), Some(3)));
    assert!(link(AddressFamily::UNSPEC).view().multicast_spec().is_none());
}

/// Every table in which an address is of the message's own family begins with the family.
#[test]
fn messages_begin_with_their_family() {
    fn table<V: View + ?Sized>() -> &'static Table {
        V::table()
    }
    let tables = [
        table::<RouteMessage>(),
        table::<RuleMessage>(),
        table::<AddressMessage>(),
        table::<NeighbourMessage>(),
        table::<NextHopMessage>(),
        table::<LinkMessage>(),
    ];
    for table in tables {
        let family = &table.fields[0];
        assert_eq!((family.field, family.at, family.size), ("family", 0, 1), "{}", table.name);
    }
}
