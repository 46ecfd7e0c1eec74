//! netlink-bindings with netlink-socket2, as its documentation shows: getters where an object has few fields, its iterator
//! over attributes where there are many.

use netlink_bench::world::{DEVICE, GATEWAY, NAME, WIREGUARD, destination};
use netlink_bench::{EVENTS, Job, Sum, Turns, ask_for_events, block_on, main as run};
use netlink_bindings::ethtool::{self, IterableFeatures, IterableStrset, Stringset};
use netlink_bindings::rt_link::{self, Ifinfomsg, IterableLinkAttrs, LinkAttrs};
use netlink_bindings::rt_neigh::{self, IterableNeighbourAttrs, Ndmsg, NeighbourAttrs};
use netlink_bindings::rt_route::{self, IterableRouteAttrs, RouteAttrs, Rtmsg};
use netlink_bindings::traits::NetlinkRequest;
use netlink_bindings::wireguard::{self, IterableWgdevice, IterableWgpeer, Wgallowedip, Wgpeer};
use netlink_socket2::{ReplyError, tokio as asynchronous};
use std::ffi::CString;

/// Requests in a chain: as many as the receive buffer has room for.
const CHAIN: u32 = 200;

/// Bits of what a list of links holds besides.
const VF: u32 = 1;

fn main() {
    run(|job| match job.variant.as_str() {
        "blocking" | "blocking-compact" | "getters" => in_this_thread(job).unwrap(),
        _ => block_on(&job.variant, in_runtime(job.clone())).unwrap(),
    });
}

/// One pass over the attributes.
fn read_route(header: &Rtmsg, attributes: IterableRouteAttrs<'_>, sum: &mut Sum) {
    let (mut to, mut via, mut device, mut metric) = (None, None, None, None);
    let mut table = u32::from(header.rtm_table);
    for attribute in attributes.flatten() {
        match attribute {
            RouteAttrs::Dst(address) => to = Some(address),
            RouteAttrs::Gateway(address) => via = Some(address),
            RouteAttrs::Oif(index) => device = Some(index),
            RouteAttrs::Priority(priority) => metric = Some(priority),
            RouteAttrs::Table(number) => table = number,
            _ => (),
        }
    }
    sum.route(to, header.rtm_dst_len, via, device, metric, table, header.rtm_protocol);
}

/// A getter for each field, as its examples have it.
fn get_route(header: &Rtmsg, attributes: &IterableRouteAttrs<'_>, sum: &mut Sum) {
    sum.route(
        attributes.get_dst().ok(),
        header.rtm_dst_len,
        attributes.get_gateway().ok(),
        attributes.get_oif().ok(),
        attributes.get_priority().ok(),
        attributes.get_table().unwrap_or(header.rtm_table.into()),
        header.rtm_protocol,
    );
}

fn read_link(header: &Ifinfomsg, attributes: IterableLinkAttrs<'_>, sum: &mut Sum) {
    let (mut name, mut mtu, mut address, mut state) = (&[][..], None, &[][..], None);
    let (mut kind, mut counted) = (&[][..], (0, 0));
    for attribute in attributes.flatten() {
        match attribute {
            LinkAttrs::Ifname(text) => name = text.to_bytes(),
            LinkAttrs::Mtu(bytes) => mtu = Some(bytes),
            LinkAttrs::Address(bytes) => address = bytes,
            LinkAttrs::Operstate(value) => state = Some(value),
            LinkAttrs::Linkinfo(info) => kind = info.get_kind().map_or(&[], |kind| kind.to_bytes()),
            LinkAttrs::Stats64(stats) => counted = (stats.rx_bytes, stats.tx_bytes),
            _ => (),
        }
    }
    sum.link(header.ifi_index as u32, header.ifi_flags, name, mtu, address, state, kind, counted);
}

fn get_link(header: &Ifinfomsg, attributes: &IterableLinkAttrs<'_>, sum: &mut Sum) {
    sum.link(
        header.ifi_index as u32,
        header.ifi_flags,
        attributes.get_ifname().map_or(&[], |name| name.to_bytes()),
        attributes.get_mtu().ok(),
        attributes.get_address().unwrap_or_default(),
        attributes.get_operstate().ok(),
        attributes.get_linkinfo().and_then(|info| info.get_kind()).map_or(&[], |kind| kind.to_bytes()),
        attributes.get_stats64().map_or((0, 0), |stats| (stats.rx_bytes, stats.tx_bytes)),
    );
}

fn read_neighbour(header: &Ndmsg, attributes: IterableNeighbourAttrs<'_>, sum: &mut Sum) {
    let (mut to, mut address) = (None, &[][..]);
    for attribute in attributes.flatten() {
        match attribute {
            NeighbourAttrs::Dst(destination) => to = Some(destination),
            NeighbourAttrs::Lladdr(bytes) => address = bytes,
            _ => (),
        }
    }
    sum.neighbour(to, address, header.ndm_ifindex as u32, header.ndm_state, header.ndm_flags);
}

fn get_neighbour(header: &Ndmsg, attributes: &IterableNeighbourAttrs<'_>, sum: &mut Sum) {
    let (to, address) = (attributes.get_dst().ok(), attributes.get_lladdr().unwrap_or_default());
    sum.neighbour(to, address, header.ndm_ifindex as u32, header.ndm_state, header.ndm_flags);
}

/// One pass over the attributes of each peer.
fn read_peers(device: &IterableWgdevice<'_>, sum: &mut Sum) {
    for peer in device.get_peers().into_iter().flatten() {
        read_peer(peer, sum);
    }
}

fn read_peer(peer: IterableWgpeer<'_>, sum: &mut Sum) {
    let (mut key, mut endpoint, mut keepalive, mut handshake, mut rx, mut tx) =
        (&[0; 32], None, 0, 0, None, 0);
    let mut allowed = None;
    for attribute in peer.flatten() {
        match attribute {
            Wgpeer::PublicKey(bytes) => key = bytes.first_chunk().unwrap(),
            Wgpeer::Endpoint(address) => endpoint = Some(address),
            Wgpeer::PersistentKeepaliveInterval(seconds) => keepalive = seconds,
            Wgpeer::LastHandshakeTime(time) => handshake = time.sec,
            Wgpeer::RxBytes(bytes) => rx = Some(bytes),
            Wgpeer::TxBytes(bytes) => tx = bytes,
            Wgpeer::Allowedips(prefixes) => allowed = Some(prefixes),
            _ => (),
        }
    }
    // What goes on with the allowed IPs of a peer in the next message has just the key.
    if let Some(rx) = rx {
        sum.peer(key, endpoint, keepalive, handshake, (rx, tx));
    }
    for prefix in allowed.into_iter().flatten().flatten() {
        let (mut to, mut length) = (None, 0);
        for attribute in prefix.flatten() {
            match attribute {
                Wgallowedip::Ipaddr(address) => to = Some(address),
                Wgallowedip::CidrMask(bits) => length = bits,
                _ => (),
            }
        }
        sum.allowed_ip(to, length);
    }
}

/// A getter for each field, as its example has it.
fn get_peers(device: &IterableWgdevice<'_>, sum: &mut Sum) {
    for peer in device.get_peers().into_iter().flatten() {
        if let Ok(rx) = peer.get_rx_bytes() {
            sum.peer(
                peer.get_public_key().ok().and_then(<[u8]>::first_chunk).unwrap(),
                peer.get_endpoint().ok(),
                peer.get_persistent_keepalive_interval().unwrap_or_default(),
                peer.get_last_handshake_time().map_or(0, |time| time.sec),
                (rx, peer.get_tx_bytes().unwrap_or_default()),
            );
        }
        for prefix in peer.get_allowedips().into_iter().flatten() {
            sum.allowed_ip(prefix.get_ipaddr().ok(), prefix.get_cidr_mask().unwrap_or_default());
        }
    }
}

/// With names, of a verbose bitset.
fn read_features(features: &IterableFeatures<'_>, sum: &mut Sum) {
    let bits = features.get_active().and_then(|active| active.get_bits());
    for bit in bits.iter().flat_map(|bits| bits.get_bit()) {
        sum.feature(bit.get_name().map_or(&[], |name| name.to_bytes()));
    }
    sum.done();
}

/// Without names, of a compact bitset.
fn read_compact_features(features: &IterableFeatures<'_>, names: &[CString], sum: &mut Sum) {
    let words = features.get_active().and_then(|active| active.get_value()).unwrap_or_default();
    for (at, word) in words.chunks_exact(4).enumerate() {
        let mut word = u32::from_ne_bytes(word.try_into().unwrap());
        while word != 0 {
            sum.feature(names[at * 32 + word.trailing_zeros() as usize].to_bytes());
            word &= word - 1;
        }
    }
    sum.done();
}

/// The names of features by number.
fn names(sets: &IterableStrset<'_>) -> Vec<CString> {
    let sets = sets.get_stringsets().into_iter().flat_map(|sets| sets.get_stringset());
    // Its getter of what repeats ends at the first attribute that is another.
    let lists = sets.flatten().flatten().filter_map(|attribute| match attribute {
        Stringset::Strings(list) => Some(list),
        _ => None,
    });
    let strings = lists.flat_map(|list| list.get_string());
    strings.filter_map(|string| string.get_value().ok().map(CString::from)).collect()
}

fn read_one_link(header: &Ifinfomsg, attributes: &IterableLinkAttrs<'_>, sum: &mut Sum) {
    let name = attributes.get_ifname().map_or(&[][..], |name| name.to_bytes());
    sum.one_link(header.ifi_index as u32, name, attributes.get_mtu().ok());
}

fn routes() -> rt_route::OpGetrouteDump<'static> {
    let header = Rtmsg { rtm_family: libc::AF_INET as u8, ..Default::default() };
    rt_route::Request::new().op_getroute_dump(&header)
}

fn links() -> rt_link::OpGetlinkDump<'static> {
    let mut request = rt_link::Request::new().op_getlink_dump(&Ifinfomsg::default());
    request.encode().push_ext_mask(VF);
    request
}

fn neighbours() -> rt_neigh::OpGetneighDump<'static> {
    let header = Ndmsg { ndm_family: libc::AF_INET as u8, ..Default::default() };
    rt_neigh::Request::new().op_getneigh_dump(&header)
}

fn device() -> wireguard::OpGetDeviceDump<'static> {
    let mut request = wireguard::Request::new().op_get_device_dump();
    request.encode().push_ifname_bytes(WIREGUARD.as_bytes());
    request
}

fn feature_names() -> ethtool::OpStrsetGetDo<'static> {
    let mut request = ethtool::Request::new().op_strset_get_do();
    let sets = request.encode().nested_header().end_nested().nested_stringsets();
    sets.nested_stringset().push_id(4);
    request
}

fn features(is_compact: bool) -> ethtool::OpFeaturesGetDo<'static> {
    let mut request = ethtool::Request::new().op_features_get_do();
    // Without that it sends the number of another command.
    request.header_mut().cmd = 11;
    let flags = if is_compact { ethtool::HeaderFlags::CompactBitsets as u32 } else { 0 };
    request.encode().nested_header().push_dev_name_bytes(NAME.as_bytes()).push_flags(flags);
    request
}

fn one_link() -> rt_link::OpGetlinkDo<'static> {
    let header = Ifinfomsg { ifi_index: DEVICE as i32, ..Default::default() };
    rt_link::Request::new().op_getlink_do(&header)
}

fn header_to_add() -> Rtmsg {
    Rtmsg {
        rtm_family: libc::AF_INET as u8,
        rtm_dst_len: 32,
        rtm_table: libc::RT_TABLE_MAIN,
        rtm_protocol: libc::RTPROT_BOOT,
        rtm_type: libc::RTN_UNICAST,
        ..Default::default()
    }
}

fn header_to_delete() -> Rtmsg {
    Rtmsg {
        rtm_family: libc::AF_INET as u8,
        rtm_dst_len: 32,
        rtm_table: libc::RT_TABLE_MAIN,
        rtm_scope: libc::RT_SCOPE_NOWHERE,
        ..Default::default()
    }
}

fn add(request: rt_route::Request<'_>, number: u32) -> rt_route::OpNewrouteDo<'_> {
    let mut request = request.set_create().set_excl().op_newroute_do(&header_to_add());
    request.encode().push_dst(destination(number).into()).push_gateway(GATEWAY.into()).push_oif(DEVICE);
    request
}

fn delete(request: rt_route::Request<'_>, number: u32) -> rt_route::OpDelrouteDo<'_> {
    let mut request = request.op_delroute_do(&header_to_delete());
    request.encode().push_dst(destination(number).into());
    request
}

/// So many requests in one send, each with an acknowledgement.
fn chain(numbers: std::ops::Range<u32>, deletes: bool, sequence: u32) -> rt_route::ChainedFinal<'static> {
    let mut chain = rt_route::Chained::new(sequence);
    for number in numbers {
        if deletes {
            delete(chain.request(), number);
        } else {
            add(chain.request(), number);
        }
    }
    chain.finalize()
}

fn read_event(kind: u16, buffer: &[u8], sum: &mut Sum) {
    assert!(matches!(kind, libc::RTM_NEWROUTE | libc::RTM_DELROUTE));
    let (header, attributes) = rt_route::OpGetrouteDump::decode_reply(buffer);
    read_route(&header, attributes, sum);
}

/// The same text for the blocking socket and for tokio's.
macro_rules! work {
    ($job:ident, $Socket:path, $Multicast:path $(, $await:tt)?) => {{
        let mut socket = <$Socket>::new();
        let mut turns = Turns::new($job.times);
        let getters = $job.variant == "getters";
        match $job.workload.as_str() {
            "routes" => {
                while let Some(sum) = turns.begin() {
                    let mut reply = socket.request(&routes())$(.$await)??;
                    while let Some((header, attributes)) = reply.recv()$(.$await)?.transpose()? {
                        if getters {
                            get_route(&header, &attributes, sum);
                        } else {
                            read_route(&header, attributes, sum);
                        }
                    }
                }
            }
            "links" => {
                while let Some(sum) = turns.begin() {
                    let mut reply = socket.request(&links())$(.$await)??;
                    while let Some((header, attributes)) = reply.recv()$(.$await)?.transpose()? {
                        if getters {
                            get_link(&header, &attributes, sum);
                        } else {
                            read_link(&header, attributes, sum);
                        }
                    }
                }
            }
            "neighbours" => {
                while let Some(sum) = turns.begin() {
                    let mut reply = socket.request(&neighbours())$(.$await)??;
                    while let Some((header, attributes)) = reply.recv()$(.$await)?.transpose()? {
                        if getters {
                            get_neighbour(&header, &attributes, sum);
                        } else {
                            read_neighbour(&header, attributes, sum);
                        }
                    }
                }
            }
            "peers" => {
                while let Some(sum) = turns.begin() {
                    let mut reply = socket.request(&device())$(.$await)??;
                    while let Some(device) = reply.recv()$(.$await)?.transpose()? {
                        if getters {
                            get_peers(&device, sum);
                        } else {
                            read_peers(&device, sum);
                        }
                    }
                }
            }
            "features" => {
                let names = if $job.variant.ends_with("compact") {
                    names(&socket.request(&feature_names())$(.$await)??.recv_one()$(.$await)??)
                } else {
                    Vec::new()
                };
                while let Some(sum) = turns.begin() {
                    for _ in 0..$job.size {
                        let mut reply = socket.request(&features(!names.is_empty()))$(.$await)??;
                        let features = reply.recv_one()$(.$await)??;
                        if names.is_empty() {
                            read_features(&features, sum);
                        } else {
                            read_compact_features(&features, &names, sum);
                        }
                    }
                }
            }
            "get" => {
                while let Some(sum) = turns.begin() {
                    for _ in 0..$job.size {
                        let mut reply = socket.request(&one_link())$(.$await)??;
                        let (header, attributes) = reply.recv_one()$(.$await)??;
                        read_one_link(&header, &attributes, sum);
                    }
                }
            }
            "change" => {
                while let Some(sum) = turns.begin() {
                    for number in 0..$job.size {
                        let request = add(rt_route::Request::new(), number);
                        socket.request(&request)$(.$await)??.recv_ack()$(.$await)??;
                        sum.done();
                    }
                    for number in 0..$job.size {
                        let request = delete(rt_route::Request::new(), number);
                        socket.request(&request)$(.$await)??.recv_ack()$(.$await)??;
                        sum.done();
                    }
                }
            }
            "batch" => {
                while let Some(sum) = turns.begin() {
                    for deletes in [false, true] {
                        for first in (0..$job.size).step_by(CHAIN as usize) {
                            let numbers = first..$job.size.min(first + CHAIN);
                            let count = numbers.len() as u32;
                            let chain = chain(numbers, deletes, socket.reserve_seq(count));
                            let mut reply = socket.request_chained(&chain)$(.$await)??;
                            while let Some(result) = reply.recv()$(.$await)? {
                                result?;
                                sum.done();
                            }
                        }
                    }
                }
            }
            "events" => {
                let mut socket = <$Multicast>::new(rt_route::PROTONUM)?;
                socket.listen(libc::RTNLGRP_IPV4_ROUTE)?;
                while let Some(sum) = turns.begin() {
                    ask_for_events();
                    for _ in 0..EVENTS {
                        let (received, buffer) = socket.recv()$(.$await)??;
                        read_event(received.message_type, buffer, sum);
                    }
                }
            }
            _ => return Ok(None),
        }
        Ok(Some(turns.end()))
    }};
}

fn in_this_thread(job: &Job) -> Result<Option<Sum>, ReplyError> {
    work!(job, netlink_socket2::NetlinkSocket, netlink_socket2::MulticastSocketRaw)
}

async fn in_runtime(job: Job) -> Result<Option<Sum>, ReplyError> {
    work!(job, asynchronous::NetlinkSocket, asynchronous::MulticastSocketRaw, await)
}
