//! The parts of a link inside attributes, without counters and timers: its kind, its address families, its virtual functions.

use super::message::Message;
use netlink_packet::{RawAttributes, View};
use rtnetlink::link::bridge::BridgeQuerier;
use rtnetlink::link::{
    Bridge, BridgePort, Can, FamilySpecs, Hsr, Inet6Flags, Inet6Spec, LinkInfo, LinkKind, LinkMessage,
    PortKind, Vf, VfList,
};

/// Whether an attribute is equivalent: link kinds, address families and virtual functions have timers and counters inside.
pub(super) fn same_inside(kind: u16, a: Message<'_>, b: Message<'_>) -> bool {
    const IFLA_LINKINFO: u16 = LinkMessage::IFLA_LINKINFO.number();
    const IFLA_AF_SPEC: u16 = LinkMessage::IFLA_AF_SPEC.number();
    const IFLA_VFINFO_LIST: u16 = LinkMessage::IFLA_VFINFO_LIST.number();
    let [a, b] = [a, b].map(|message| message.attributes::<LinkMessage>().payload_of(kind));
    let (Some(a), Some(b)) = (a, b) else { return false };
    match kind {
        _ if a.is_empty() || b.is_empty() => false,
        IFLA_LINKINFO => info_without_clocks(a) == info_without_clocks(b),
        IFLA_AF_SPEC => families_without_counters(a) == families_without_counters(b),
        IFLA_VFINFO_LIST => functions_without_counters(a) == functions_without_counters(b),
        _ => false,
    }
}

/// Payloads by their numbers.
type Parts<'a> = Vec<(u16, &'a [u8])>;

/// The settings of address families for a link, without the counters and timers of IPv6.
fn families_without_counters(spec: &[u8]) -> Vec<(u16, Parts<'_>, Option<Inet6Flags>)> {
    const INET6: u16 = FamilySpecs::AF_INET6.number();
    const SILENT: [u16; 4] = [
        Inet6Spec::IFLA_INET6_FLAGS.number(),
        Inet6Spec::IFLA_INET6_STATS.number(),
        Inet6Spec::IFLA_INET6_CACHEINFO.number(),
        Inet6Spec::IFLA_INET6_ICMP6STATS.number(),
    ];
    // Among the flags only those that routers advertise (managed addresses, other configuration) are notified.
    let announced = Inet6Flags::RA_MANAGED | Inet6Flags::RA_OTHERCONF;
    RawAttributes::new(spec)
        .map(|family| match family.number() {
            INET6 => {
                let said = RawAttributes::new(family.payload).filter(|own| !SILENT.contains(&own.number()));
                let flags = Inet6Spec::cast(family.payload).flags().map(|flags| flags & announced);
                (INET6, said.map(|own| (own.number(), own.payload)).collect(), flags)
            }
            family_of_other => (family_of_other, vec![(0, family.payload)], None),
        })
        .collect()
}

/// The settings of virtual functions.
fn functions_without_counters(list: &[u8]) -> Vec<Parts<'_>> {
    const INFO: u16 = VfList::IFLA_VF_INFO.number();
    const STATS: u16 = Vf::IFLA_VF_STATS.number();
    RawAttributes::new(list)
        .filter(|function| function.number() == INFO)
        .map(|function| RawAttributes::new(function.payload).filter(|own| own.number() != STATS))
        .map(|settings| settings.map(|own| (own.number(), own.payload)).collect())
        .collect()
}

/// Timers and counters among the options of links, by kind.
const CLOCKS: &[(&str, &[u16])] = &[
    (
        Bridge::NAME,
        &[
            Bridge::IFLA_BR_HELLO_TIMER.number(),
            Bridge::IFLA_BR_TCN_TIMER.number(),
            Bridge::IFLA_BR_TOPOLOGY_CHANGE_TIMER.number(),
            Bridge::IFLA_BR_GC_TIMER.number(),
            Bridge::IFLA_BR_FDB_N_LEARNED.number(),
        ],
    ),
    (Can::NAME, &[Can::IFLA_CAN_BERR_COUNTER.number()]),
    (Hsr::NAME, &[Hsr::IFLA_HSR_SEQ_NR.number()]),
];

/// The same of ports.
const PORT_CLOCKS: &[(&str, &[u16])] = &[(
    BridgePort::NAME,
    &[
        BridgePort::IFLA_BRPORT_MESSAGE_AGE_TIMER.number(),
        BridgePort::IFLA_BRPORT_FORWARD_DELAY_TIMER.number(),
        BridgePort::IFLA_BRPORT_HOLD_TIMER.number(),
        BridgePort::IFLA_BRPORT_MCAST_N_GROUPS.number(),
        BridgePort::IFLA_BRPORT_MCAST_EHT_HOSTS_CNT.number(),
    ],
)];

/// The same of the multicast querier of a bridge.
const QUERIER_CLOCKS: &[u16] = &[
    BridgeQuerier::BRIDGE_QUERIER_IP_OTHER_TIMER.number(),
    BridgeQuerier::BRIDGE_QUERIER_IPV6_OTHER_TIMER.number(),
];

/// The options of a link's kind and of its port kind, without timers and counters.
fn info_without_clocks(info: &[u8]) -> Vec<(u16, Vec<(u16, Parts<'_>)>)> {
    const DATA: u16 = LinkInfo::IFLA_INFO_DATA.number();
    const STATS: u16 = LinkInfo::IFLA_INFO_XSTATS.number();
    const PORT_DATA: u16 = LinkInfo::IFLA_INFO_SLAVE_DATA.number();
    let of = LinkInfo::cast(info);
    RawAttributes::new(info)
        .filter(|attribute| attribute.number() != STATS)
        .map(|attribute| {
            let clocks = match attribute.number() {
                DATA => clocks_of(CLOCKS, of.kind_name()),
                PORT_DATA => clocks_of(PORT_CLOCKS, of.port_kind_name()),
                _ => None,
            };
            let options = match clocks {
                Some(clocks) => options_without(attribute.payload, clocks),
                None => vec![(0, vec![(0, attribute.payload)])],
            };
            (attribute.number(), options)
        })
        .collect()
}

fn clocks_of(kinds: &[(&str, &'static [u16])], kind: Option<&str>) -> Option<&'static [u16]> {
    kinds.iter().find(|(name, _)| Some(*name) == kind).map(|(_, clocks)| *clocks)
}

/// The options of a kind except for these, and except for the timers of a querier.
fn options_without<'a>(options: &'a [u8], clocks: &[u16]) -> Vec<(u16, Parts<'a>)> {
    const QUERIER: u16 = Bridge::IFLA_BR_MCAST_QUERIER_STATE.number();
    let without = |nest: &'a [u8], clocks: &[u16]| -> Parts<'a> {
        let attributes = RawAttributes::new(nest).filter(|own| !clocks.contains(&own.number()));
        attributes.map(|own| (own.number(), own.payload)).collect()
    };
    without(options, clocks)
        .into_iter()
        .map(|(number, payload)| match number {
            QUERIER => (number, without(payload, QUERIER_CLOCKS)),
            _ => (number, vec![(0, payload)]),
        })
        .collect()
}
