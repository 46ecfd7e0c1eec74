//! Arbitrary bytes as every message, nest and struct: printing reaches every getter.

use crate::{CHOICE, choose, sets};
use netlink_packet::generic::ControllerMessage;
use netlink_packet::generic::ethtool::{Features, LinkState, Statistics, StringSets, TunnelInfo};
use netlink_packet::generic::fou::FouPort;
use netlink_packet::generic::l2tp::L2tpTunnel;
use netlink_packet::generic::macsec::{MacsecMessage, Sci};
use netlink_packet::generic::mptcp::{MptcpEvent, MptcpMessage};
use netlink_packet::generic::ovpn::OvpnMessage;
use netlink_packet::generic::tcp_metrics::TcpMetrics;
use netlink_packet::generic::team::{TeamMessage, TeamOptions};
use netlink_packet::generic::wireguard::{WireguardDevice, WireguardMessage};
use netlink_packet::{Build, HEADER_LEN, Header, Packet, Scope, Table, View, align};
use rtnetlink::link::{Bond, Bridge, BridgePort, Vlan, Vxlan};
use rtnetlink::route::encap::{Mpls, Seg6};
use rtnetlink::{
    AddressMessage, LinkMessage, NdOptionMessage, NeighbourMessage, NextHopMessage, PrefixMessage,
    RouteMessage, RuleMessage, message,
};
use std::fmt::{self, Write};

/// Reads the bytes after the first four as what these choose, and as a message of that number.
pub fn messages(input: &[u8]) {
    let Some((place, bytes)) = choose(input, sets::all().len()) else { return };
    let Some(table) = sets::all().get(place) else { return };
    read(table, bytes);
    let message_type = u16::from_le_bytes([input[0], input[1]]);
    print(&message::describe(message_type, bytes), bytes.len());
    methods(bytes);
}

/// Where the attributes of an input begin.
pub(crate) fn attributes(input: &[u8]) -> usize {
    let place = choose(input, sets::all().len()).map(|(place, _)| place);
    CHOICE + place.and_then(|place| sets::all().get(place)).map_or(0, |table| align(table.header))
}

/// Takes what is printed, counts it, and looks for a word.
struct Sink {
    length: usize,
    malformed: bool,
}

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.length += text.len();
        self.malformed |= text.contains("malformed ");
        Ok(())
    }
}

/// Prints in one line and in several; whether something was malformed.
fn print(what: &dyn fmt::Debug, length: usize) -> bool {
    let mut sink = Sink { length: 0, malformed: false };
    write!(sink, "{what:?}").expect("the sink takes all");
    // A byte is at most a line of its own: the longest name of an attribute, a word and a number.
    assert!(sink.length <= 16_384 + 256 * length, "{} bytes print as {}", length, sink.length);
    let malformed = sink.malformed;
    write!(sink, "{what:#?}").expect("the sink takes all");
    malformed
}

fn read(table: &'static Table, bytes: &[u8]) {
    let scope = Scope::new(table, bytes);
    let printed = print(&scope, bytes.len());
    let malformed = scope.malformed();
    assert!(!printed || !malformed.is_empty(), "printed as malformed, but it is not: {scope:?}");
    for malformed in malformed {
        assert!(malformed.offset + malformed.length <= bytes.len(), "{malformed:?} of {}", bytes.len());
        let path = scope.path(malformed.offset);
        assert!(!path.is_empty() || malformed.path.is_empty() || table.header > 0, "{malformed:?}");
    }
    for offset in [0, 1, 4, bytes.len() / 2, bytes.len(), bytes.len() + 1, usize::MAX] {
        assert!(scope.path(offset).len() <= 17);
        assert!(scope.missing(Some(offset), 1).len() <= 18);
    }
    let lengths = scope.attributes().map(|attribute| attribute.length());
    assert!(lengths.sum::<usize>() <= bytes.len());
    let _ = scope.to_request();
}

/// Calls what is written by hand beside the getters of tables.
fn methods(bytes: &[u8]) {
    link(LinkMessage::cast(bytes));
    route(RouteMessage::cast(bytes));
    let address = AddressMessage::cast(bytes);
    let _ = (address.prefix(), address.peer(), address.flags());
    let _ = (address.valid_lifetime(), address.preferred_lifetime());
    let rule = RuleMessage::cast(bytes);
    let _ = (rule.destination_prefix(), rule.source_prefix(), rule.table());
    let _ = (rule.suppress_prefix_length(), rule.is_inverted());
    let _ = NeighbourMessage::cast(bytes).is_valid();
    let hop = NextHopMessage::cast(bytes);
    assert!(hop.members().count() <= bytes.len());
    let _ = hop.encap::<Mpls>().map(Mpls::labels);
    let _ = PrefixMessage::cast(bytes).prefix();
    let option = NdOptionMessage::cast(bytes);
    assert!(option.options().count() <= bytes.len());
    let _ = option.trailer();
    families(bytes);

    let header = Header { length: (HEADER_LEN + bytes.len()) as u32, ..Header::default() };
    let message = [&header.to_bytes()[..], bytes].concat();
    if let Ok(packet) = Packet::<LinkMessage>::new(message.into()) {
        assert_eq!(packet.as_bytes(), bytes);
        assert_eq!(packet.copy_out().header(), header);
    }
}

fn link(link: &LinkMessage) {
    let limit = link.as_bytes().len();
    let _ = (link.name(), link.is_up(), link.kind_name(), link.inet(), link.inet6(), link.multicast_spec());
    assert!(link.alt_names().count() <= limit && link.vfs().count() <= limit);
    let _ = (link.kind::<Vlan>(), link.kind::<Bond>(), link.kind::<Bridge>());
    let _ = link.kind::<Vxlan>().map(|vxlan| (vxlan.id(), vxlan.to_buf().buffer().problem().cloned()));
    let _ = (link.bridge_port().and_then(BridgePort::state), link.bridge_spec());
}

fn route(route: &RouteMessage) {
    let limit = route.as_bytes().len();
    let _ = (
        route.prefix(),
        route.source_prefix(),
        route.table(),
        route.gateway(),
        route.mtu(),
        route.expires_in(),
    );
    assert!(route.labels().count() <= limit);
    let mut hops = 0;
    for hop in route.next_hops() {
        let _ = (hop.gateway(), hop.weight(), hop.encap::<Mpls>().map(Mpls::labels));
        hops += 1;
    }
    assert!(hops <= limit);
    let _ = route.encap::<Seg6>().map(|seg6| format!("{seg6:?}"));
}

/// The same of generic netlink families.
fn families(bytes: &[u8]) {
    let limit = bytes.len();
    let _ = ControllerMessage::cast(bytes).multicast_group("notify");
    ethtool(bytes);
    let port = FouPort::cast(bytes);
    let tunnel = L2tpTunnel::cast(bytes);
    let event = MptcpEvent::cast(bytes);
    let peer = OvpnMessage::cast(bytes).peer();
    let _ = (port.local(), port.peer(), tunnel.local(), tunnel.remote(), event.source(), event.destination());
    let _ = (
        MptcpMessage::cast(bytes).endpoint().map(|endpoint| endpoint.address()),
        peer.map(|peer| peer.remote()),
    );
    let metrics = TcpMetrics::cast(bytes);
    let _ = (metrics.destination(), metrics.source(), metrics.age(), metrics.rtt(), metrics.rtt_variance());
    let device = MacsecMessage::cast(bytes);
    let _ = (device.tx_sa(1), device.rx_sc(Sci(1)).and_then(|channel| channel.sa(1)));
    let options = TeamMessage::cast(bytes).options().and_then(|list| list.options());
    assert!(options.into_iter().flatten().filter(|option| option.value().is_some()).count() <= limit);

    let header = Header { length: (HEADER_LEN + limit) as u32, ..Header::default() };
    let message = bytes::Bytes::from([&header.to_bytes()[..], bytes].concat());
    if let Ok(part) = Packet::<TeamMessage>::new(message.clone()) {
        let _ = TeamOptions::new(vec![part.clone(), part]).map(|options| options.get("mode").is_some());
    }
    if let Ok(part) = Packet::<WireguardMessage>::new(message) {
        // The second continues the last peer of the first.
        if let Some(device) = WireguardDevice::new(vec![part.clone(), part]) {
            let prefixes =
                device.peers().flat_map(|peer| peer.allowed_ips()).filter(|ip| ip.prefix().is_some());
            assert!(prefixes.count() <= 2 * limit);
            let _ = device.to_request();
        }
    }
}

/// The same of ethtool: bits, strings and statistics.
fn ethtool(bytes: &[u8]) {
    // A bit of a compact bitset is a bit of the input.
    let limit = 8 * bytes.len();
    let features = Features::cast(bytes);
    for bits in [features.active(), features.wanted(), features.changeable()].into_iter().flatten() {
        assert!(bits.iter().count() <= limit && bits.on().count() <= limit && bits.masked().count() <= limit);
        let _ = (bits.contains(u32::MAX), bits.is_masked(7));
    }
    let strings = StringSets::cast(bytes)
        .list()
        .and_then(|list| list.sets())
        .into_iter()
        .flatten()
        .map(|set| set.strings().count());
    assert!(strings.sum::<usize>() <= limit);
    let statistics = Statistics::cast(bytes).groups().into_iter().flatten();
    assert!(statistics.map(|group| group.counters().count()).sum::<usize>() <= limit);
    assert!(TunnelInfo::cast(bytes).tables().count() <= limit);
    let _ = LinkState::cast(bytes).extended_substate_text();
}
