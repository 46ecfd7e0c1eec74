//! The traits that users of Rust expect of types: this file does not compile without them. And what they do.

#![expect(clippy::needless_borrows_for_generic_args, reason = "that references are taken is what is tested")]

use netlink_packet::{Build, Fixed, Packet, Put, UnknownWord, View, Words};
use rtnetlink::address::{AddressFlags, AddressMessage, AddressMessageBuf, AddressProtocol};
use rtnetlink::advertisement::{NdOptionType, PrefixFlags};
use rtnetlink::ipnet::{IpNet, Ipv4Net};
use rtnetlink::link::*;
use rtnetlink::neighbour::*;
use rtnetlink::netconf::ReversePathFilter;
use rtnetlink::nexthop::*;
use rtnetlink::route::encap::*;
use rtnetlink::route::*;
use rtnetlink::rule::{Rule, RuleAction, RuleFlags, RuleMessage, RuleMessageBuf};
use rtnetlink::tc;
use rtnetlink::{
    AddressFamily, AddressLabelMessage, BuildError, Group, HardwareAddress, IntoPrefix, Lifetime,
    NamespaceId, NamespaceIdMessage, NdOptionMessage, NetconfMessage, PrefixMessage, RouteScope,
};
use std::borrow::Borrow;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::str::FromStr;
use std::{fs, io};

fn view<V: View + Debug + Eq + Hash + AsRef<[u8]> + Send + Sync + ?Sized>()
where
    Packet<V>: Clone + Debug + Eq + Hash + Borrow<V> + PartialEq<V> + Send + Sync,
{
}

fn builder<B: Build + Clone + Debug + Default + Eq + Hash + AsRef<B::View> + Send + Sync>() {}

fn value<T: Copy + Debug + Display + Default + Eq + Ord + Hash + FromStr + Send + Sync>() {}

#[test]
fn traits_are_there() {
    view::<LinkMessage>();
    view::<AddressMessage>();
    view::<RouteMessage>();
    view::<RuleMessage>();
    view::<NeighbourMessage>();
    view::<NeighbourTableMessage>();
    view::<NextHopMessage>();
    view::<NextHop>();
    view::<AddressLabelMessage>();
    view::<NamespaceIdMessage>();
    view::<NetconfMessage>();
    view::<NdOptionMessage>();
    view::<PrefixMessage>();
    view::<StatsMessage>();
    view::<Bond>();
    view::<Vxlan>();
    view::<BridgePort>();
    view::<Seg6>();
    builder::<LinkMessageBuf>();
    builder::<AddressMessageBuf>();
    builder::<RouteMessageBuf>();
    builder::<RuleMessageBuf>();
    builder::<NeighbourMessageBuf>();
    builder::<NextHopMessageBuf>();
    builder::<NextHopBuf>();
    value::<HardwareAddress>();
    value::<Realms>();
    value::<ila::Locator>();
}

/// How many values of this type have a word; each is read back as it prints, and so are numbers without one.
fn round_trip<W>() -> usize
where
    W: Words + Fixed<Owned = W> + Copy + Debug + Default + Eq + Ord + Hash + Display + Send + Sync,
    W: FromStr<Err = UnknownWord> + for<'a> TryFrom<&'a str, Error = UnknownWord> + Put<W>,
    for<'a> &'a str: Put<W>,
{
    let of = |number: u64| match W::SIZE {
        1 => u8::try_from(number).map(|number| W::read(&number.to_ne_bytes())).ok(),
        2 => u16::try_from(number).map(|number| W::read(&number.to_ne_bytes())).ok(),
        4 => u32::try_from(number).map(|number| W::read(&number.to_ne_bytes())).ok(),
        8 => Some(W::read(&number.to_ne_bytes())),
        size => panic!("{size} bytes are no integer"),
    };
    let named = (W::SCHEMA.values.unwrap().list)();
    let unnamed = (0..300).chain([u8::MAX.into(), u16::MAX.into(), u32::MAX.into(), u64::MAX]);
    for number in named.iter().map(|(_, number)| *number).chain(unnamed) {
        let Some(value) = of(number) else { continue };
        assert_eq!(value.to_string().parse(), Ok(value), "{value} of {}", std::any::type_name::<W>());
        assert_eq!(W::try_from(value.to_string().as_str()), Ok(value));
    }
    assert!("not a word".parse::<W>().is_err());
    named.len()
}

macro_rules! round_trips {
    ($($Words:ty)*) => {
        /// How many types there are, and words in all of them.
        fn round_trips() -> (usize, usize) {
            let words = [$(round_trip::<$Words>()),*];
            (words.len(), words.iter().sum())
        }
    };
}

round_trips! {
    ActivityNotify AddressFamily AddressFlags AddressGeneration AddressProtocol amt::AmtMode
    bond::BondAdSelect bond::BondArpAllTargets bond::BondArpValidate bond::BondFailOverMac
    bond::BondLacpRate bond::BondMode bond_port::BondPortChurn bond_port::BondPortMii
    bond_port::BondPortState rtnetlink::bridge::VlanDump rtnetlink::bridge::VlanTunnelCommand
    rtnetlink::bridge::VniDump bond::BondPrimaryReselect bond::BondTransmitHash BridgeMode
    bridge::BridgeOptions bridge::BridgePortState bridge::BridgeStpMode BridgeTarget BridgeVlanFlags
    can::CanModes can::CanState DeletionReason EncapType tunnel::Encapsulation tunnel::EncapsulationFlags
    gre::ErspanDirection ExtMask gre::GreFlags Group GroupType gtp::GtpRole hsr::HsrProtocol Icmp6Statistic
    ila::IlaChecksumMode ila::IlaHook ila::IlaIdentifierType Inet6Flags ioam6::Ioam6Mode ipoib::IpoibMode
    Ipv4Setting Ipv6Setting Ipv6Statistic ipvlan::IpvlanFlags ipvlan::IpvlanMode bond_port::LacpState
    tc::qdisc::cake::CakeAckFilter tc::qdisc::cake::CakeAtm tc::qdisc::cake::CakeDiffserv tc::qdisc::cake::CakeFlowMode
    tc::qdisc::dualpi2::Dualpi2Drop tc::qdisc::dualpi2::Dualpi2EcnMask tc::qdisc::dualpi2::Dualpi2Gso
    tc::qdisc::dualpi2::Dualpi2Overload tc::ClockId tc::qdisc::etf::EtfFlags tc::FramePreemption tc::qdisc::mqprio::MqprioMode tc::qdisc::mqprio::MqprioShaper
    tc::qdisc::taprio::GateCommand tc::qdisc::taprio::TaprioFlags
    tc::EtherType tc::action::ActionFlags tc::action::HardwareStats tc::action::gact::GactChoice
    tc::action::mirred::MirredMode tc::action::ActionDumpFlags tc::action::csum::CsumFlags tc::action::ct::CtOperation
    tc::action::ife::IfeOperation tc::action::mpls::MplsOperation tc::action::nat::NatFlags tc::action::pedit::PeditCommand tc::action::pedit::PeditHeader tc::action::skbedit::PacketType
    tc::action::skbedit::SkbeditFlags tc::action::skbmod::SkbmodFlags tc::action::tunnel_key::TunnelKeyOperation
    tc::action::vlan::VlanOperation tc::ematch::EmatchFlags tc::ematch::EmatchType tc::ematch::Layer tc::ematch::Operand tc::ematch::cmp::CmpFlags
    tc::ematch::cmp::CmpWidth tc::ematch::meta::MetaId tc::ematch::meta::MetaType tc::filter::flow::FlowKeys tc::filter::flow::FlowMode tc::filter::bpf::BpfFlags tc::filter::u32::U32Flags tc::filter::FilterDumpFlags tc::filter::FilterFlags tc::filter::flower::CtState
    tc::qdisc::plug::PlugAction tc::qdisc::red::RedFlags
    tc::filter::flower::FlowerKeyFlags tc::filter::flower::TcpFlags Lifetime LinkEvent LinkFlags tc::LinkLayer LinkMode LinkType LockedMetrics macsec::MacsecCipher macsec::MacsecOffload
    macsec::MacsecValidation macvlan::MacvlanAddressChange macvlan::MacvlanFlags macvlan::MacvlanMode
    MrpPortRole MrpPortState MrpRingRole MrpRingState bridge::MulticastRouter NamespaceId NeighbourExtFlags
    NeighbourFlags NeighbourState netkit::NetkitMode netkit::NetkitPairing netkit::NetkitPolicy
    netkit::NetkitScrub NextHopFlags NextHopOperations OffloadFilter OperState NdOptionType ovpn::OvpnMode
    PortRequest PortResponse PrefixFlags ReversePathFilter rmnet::RmnetFlags RouteFeatures RouteFlags
    RouteProtocol RouteScope RouteTable RouteType RouterPreference RuleAction RuleFlags
    seg6_local::Seg6Action seg6_local::Seg6Flavor seg6::Seg6Mode StatsFilter tun::TunMode
    tunnel6::Tunnel6Flags tunnel6::Tunnel6Protocol ip::TunnelFlags tunnel::TunnelFlags
    tunnel::TunnelProtocol VfLinkState vlan::VlanFlags vlan::VlanProtocol vxlan::VxlanDf
    vxlan::VxlanLabelPolicy XdpAttached XdpFlags
}

/// Types of ILA and MACsec that netlink-packet declares, since families of these names have them, too.
const OF_OTHER_FAMILIES: usize = 6;

#[test]
fn words_are_read_as_they_print() {
    let (types, words) = round_trips();
    println!("{words} words of {types} types");
    let Some(declared) = declared() else { return println!("skipped: the sources are not here") };
    assert_eq!(types, declared + OF_OTHER_FAMILIES, "types that are declared in the sources");
}

/// How many enums and flags the sources declare.
fn declared() -> Option<usize> {
    fn count(folder: &Path) -> io::Result<usize> {
        let of = |path: &Path| match path.is_dir() {
            true => count(path),
            false => Ok(fs::read_to_string(path)?.lines().filter(|line| is_declaration(line)).count()),
        };
        fs::read_dir(folder)?.map(|entry| of(&entry?.path())).sum()
    }
    count(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).ok()
}

/// Whether it is a line such as `pub struct BondMode: u8 = "" {`.
fn is_declaration(line: &str) -> bool {
    let declared = line.trim().strip_prefix("pub struct ").and_then(|rest| rest.split_once(": "));
    declared.is_some_and(|(_, int)| int.starts_with(['u', 'i', '$']) && int.contains(" = \""))
}

/// That these make the same message, which is complete.
macro_rules! alike {
    ($first:expr, $($other:expr),+ $(,)?) => {
        let first = $first;
        assert_eq!(first.buffer().problem(), None);
        $(assert_eq!($other, first, stringify!($other));)+
    };
}

#[test]
fn setters_take_values_references_and_text() {
    let (v4, net) = (Ipv4Addr::new(192, 0, 2, 1), Ipv4Net::new([192, 0, 2, 0].into(), 24).unwrap());
    let (ip, prefix, text) = (IpAddr::from(v4), IpNet::from(net), "192.0.2.0/24".to_owned());
    let via = v4.to_string();
    alike! { Route::to(prefix), Route::to(&prefix), Route::to(net), Route::to(&net), Route::to(&text), Route::to("192.0.2.0/24") }
    alike! { Route::to(ip), Route::to(&ip), Route::to(v4), Route::to(&v4), Route::to(&via), Route::to("192.0.2.1") }
    let route = || Route::to("198.51.100.0/24");
    alike! { route().via(ip), route().via(&ip), route().via(v4), route().via(&v4), route().via(&via), route().via("192.0.2.1") }
    alike! { route().preferred_source(ip), route().preferred_source(&v4), route().preferred_source(&via) }
    alike! { route().destination(ip), route().destination(&ip), route().destination(&via) }
    let main = "main".to_owned();
    alike! {
        route().table(RouteTable::MAIN), route().table(254), route().table(254u32), route().table("main"),
        route().table(&main), route().table("254"),
    }
    alike! { Rule::lookup(1000), Rule::lookup("1000"), Rule::lookup(RouteTable(1000)) }
    alike! { route().protocol(RouteProtocol::STATIC), route().protocol("static") }
    alike! { route().scope(RouteScope::LINK), route().scope("link") }
    alike! { route().realms(Realms { from: 1, to: 2 }), route().realms("1/2") }
    let hardware = HardwareAddress::from([2, 0, 0, 0, 0, 1]);
    let text = hardware.to_string();
    let entry = || NeighbourMessage::of("192.0.2.7");
    alike! {
        entry().hardware_address(hardware), entry().hardware_address(&hardware), entry().hardware_address(&text),
        entry().hardware_address("02:00:00:00:00:01"), entry().hardware_address([2, 0, 0, 0, 0, 1]),
    }
    alike! { entry().state(NeighbourState::STALE), entry().state("stale") }
    let link = || LinkMessage::build().name("d0");
    let (parent, name) = ("eth0".to_owned(), "d0".to_owned());
    alike! { link(), LinkMessage::build().name(&name), LinkMessage::build().name(&"d0") }
    alike! { link().parent("eth0"), link().parent(&parent), link().parent(parent.clone()) }
    alike! { link().parent(2), link().parent(&2) }
    alike! { link().kind(Bond::build().mode(bond::BondMode::ACTIVE_BACKUP)), link().kind(Bond::build().mode("active-backup")) }
    let address = || AddressMessage::build().prefix("192.0.2.1/24");
    alike! { address().flags(AddressFlags::NODAD), address().flags("nodad") }
    alike! { link().alt_names(["a", "b"]), link().alt_names(&["a".to_owned(), "b".to_owned()]), link().alt_names(&vec!["a", "b"]) }
}

#[test]
fn what_is_not_a_word_is_refused() {
    let unknown = |name, word| Some(BuildError::UnknownWord(UnknownWord::new(name, word)));
    let route = Route::to("198.51.100.0/24");
    assert_eq!(route.clone().table("mein").buffer().problem().cloned(), unknown("RouteTable", "mein"));
    assert_eq!(route.protocol("sttaic").buffer().problem().cloned(), unknown("RouteProtocol", "sttaic"));
    assert_eq!(Rule::lookup("").buffer().problem().cloned(), unknown("RouteTable", ""));
    let address = AddressMessage::build().prefix("192.0.2.1/24");
    assert_eq!(address.flags("nodadd").buffer().problem().cloned(), unknown("AddressFlags", "nodadd"));
}

#[test]
fn prefixes_by_reference() {
    let prefix: IpNet = "2001:db8::/32".parse().unwrap();
    assert_eq!((&prefix).into_prefix(), Ok(prefix));
    assert_eq!((&prefix.addr()).into_prefix().map(|prefix| prefix.prefix_len()), Ok(128));
}

#[test]
fn realms_are_read_as_they_print() {
    for (text, realms) in [("2", Realms { from: 0, to: 2 }), ("1/2", Realms { from: 1, to: 2 })] {
        assert_eq!((text.parse(), realms.to_string()), (Ok(realms), text.to_owned()));
    }
    for wrong in ["", "/", "1/", "1/2/3", "65536"] {
        assert!(wrong.parse::<Realms>().is_err(), "{wrong}");
    }
}
