//! Receive-side scaling (RSS).

use super::{AsUint, DeviceHeader, as_uint};
use crate::{Chunks, NLA_F_NESTED, Packed, flags, netlink};

netlink! {
    /// Receive-side scaling (RSS): `ETHTOOL_MSG_RSS_GET`, `ethtool -x` (since Linux 6.3; changed this way since Linux 6.17).
    pub struct Rss / RssBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_RSS_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// RSS context; absent or 0 is the default one.
        ETHTOOL_A_RSS_CONTEXT = 2 => context: u32,
        /// Hash function: a bit of the string set `rss-hash-funcs`, as a mask.
        ETHTOOL_A_RSS_HFUNC = 3 => hash_function: u32,
        /// Indirection table: the queue for each value of the hash.
        ETHTOOL_A_RSS_INDIR = 4 => indirection: Chunks<'_, u32> as Packed<u32>,
        /// Hash key.
        ETHTOOL_A_RSS_HKEY = 5 => hash_key: &[u8] as [u8],
        /// Transformation of the hash's input (since Linux 6.8).
        ETHTOOL_A_RSS_INPUT_XFRM = 6 => input_transformation: InputTransformation,
        /// First context that a dump lists.
        ETHTOOL_A_RSS_START_CONTEXT = 7 => start_context: u32; separate,
        /// Fields of packets that are hashed, by type of flow (since Linux 6.17).
        ETHTOOL_A_RSS_FLOW_HASH = 8 | NLA_F_NESTED => flow_hash: &FlowHash as FlowHash,
    }
}

flags! {
    /// Transformation of the RSS hash's input: `RXH_XFRM_*`.
    pub struct InputTransformation: u32 = "input-xfrm" {
        /// Symmetric: XOR of source and destination.
        const SYM_XOR = 0x1 => "sym-xor";
        /// Symmetric: XOR of source and destination, and OR of them.
        const SYM_OR_XOR = 0x2 => "sym-or-xor";
    }
}

flags! {
    /// Fields of a packet that the RSS hash is about: `RXH_*`.
    pub struct HashFields: u64 = "rxfh-fields" {
        /// Destination MAC address.
        const L2DA = 0x2 => "l2da";
        /// VLAN tag.
        const VLAN = 0x4 => "vlan";
        /// Layer 3 protocol.
        const L3_PROTO = 0x8 => "l3-proto";
        /// Source IP address.
        const IP_SRC = 0x10 => "ip-src";
        /// Destination IP address.
        const IP_DST = 0x20 => "ip-dst";
        /// Bytes 0 and 1 of the layer 4 header: the source port of TCP, UDP and SCTP.
        const L4_B_0_1 = 0x40 => "l4-b-0-1";
        /// Bytes 2 and 3 of the layer 4 header: the destination port of TCP, UDP and SCTP.
        const L4_B_2_3 = 0x80 => "l4-b-2-3";
        /// GTP tunnel endpoint identifier (TEID).
        const GTP_TEID = 0x100 => "gtp-teid";
        /// IPv6 flow label.
        const IP6_FL = 0x200 => "ip6-fl";
        /// Packets are discarded.
        const DISCARD = 0x8000_0000 => "discard";
    }
}

as_uint! { HashFields }

netlink! {
    /// Fields of packets that are hashed, by type of flow: nested in `ETHTOOL_A_RSS_FLOW_HASH`.
    pub struct FlowHash / FlowHashBuf
    attributes {
        /// Other Ethernet packets.
        ETHTOOL_A_FLOW_ETHER = 1 => ether: HashFields as AsUint<HashFields>,
        /// IPv4 (`ip4`).
        ETHTOOL_A_FLOW_IP4 = 2 => ip4: HashFields as AsUint<HashFields>,
        /// IPv6 (`ip6`).
        ETHTOOL_A_FLOW_IP6 = 3 => ip6: HashFields as AsUint<HashFields>,
        /// TCP over IPv4.
        ETHTOOL_A_FLOW_TCP4 = 4 => tcp4: HashFields as AsUint<HashFields>,
        /// TCP over IPv6.
        ETHTOOL_A_FLOW_TCP6 = 5 => tcp6: HashFields as AsUint<HashFields>,
        /// UDP over IPv4.
        ETHTOOL_A_FLOW_UDP4 = 6 => udp4: HashFields as AsUint<HashFields>,
        /// UDP over IPv6.
        ETHTOOL_A_FLOW_UDP6 = 7 => udp6: HashFields as AsUint<HashFields>,
        /// SCTP over IPv4.
        ETHTOOL_A_FLOW_SCTP4 = 8 => sctp4: HashFields as AsUint<HashFields>,
        /// SCTP over IPv6.
        ETHTOOL_A_FLOW_SCTP6 = 9 => sctp6: HashFields as AsUint<HashFields>,
        /// IPsec AH over IPv4.
        ETHTOOL_A_FLOW_AH4 = 10 => ah4: HashFields as AsUint<HashFields>,
        /// IPsec AH over IPv6.
        ETHTOOL_A_FLOW_AH6 = 11 => ah6: HashFields as AsUint<HashFields>,
        /// IPsec ESP over IPv4.
        ETHTOOL_A_FLOW_ESP4 = 12 => esp4: HashFields as AsUint<HashFields>,
        /// IPsec ESP over IPv6.
        ETHTOOL_A_FLOW_ESP6 = 13 => esp6: HashFields as AsUint<HashFields>,
        /// IPsec AH and ESP over IPv4.
        ETHTOOL_A_FLOW_AH_ESP4 = 14 => ah_esp4: HashFields as AsUint<HashFields>,
        /// IPsec AH and ESP over IPv6.
        ETHTOOL_A_FLOW_AH_ESP6 = 15 => ah_esp6: HashFields as AsUint<HashFields>,
        /// GTP-U over IPv4.
        ETHTOOL_A_FLOW_GTPU4 = 16 => gtpu4: HashFields as AsUint<HashFields>,
        /// GTP-U over IPv6.
        ETHTOOL_A_FLOW_GTPU6 = 17 => gtpu6: HashFields as AsUint<HashFields>,
        /// GTP-C over IPv4.
        ETHTOOL_A_FLOW_GTPC4 = 18 => gtpc4: HashFields as AsUint<HashFields>,
        /// GTP-C over IPv6.
        ETHTOOL_A_FLOW_GTPC6 = 19 => gtpc6: HashFields as AsUint<HashFields>,
        /// GTP-C with TEID over IPv4.
        ETHTOOL_A_FLOW_GTPC_TEID4 = 20 => gtpc_teid4: HashFields as AsUint<HashFields>,
        /// GTP-C with TEID over IPv6.
        ETHTOOL_A_FLOW_GTPC_TEID6 = 21 => gtpc_teid6: HashFields as AsUint<HashFields>,
        /// GTP-U with extension header over IPv4.
        ETHTOOL_A_FLOW_GTPU_EH4 = 22 => gtpu_eh4: HashFields as AsUint<HashFields>,
        /// GTP-U with extension header over IPv6.
        ETHTOOL_A_FLOW_GTPU_EH6 = 23 => gtpu_eh6: HashFields as AsUint<HashFields>,
        /// GTP-U uplink over IPv4.
        ETHTOOL_A_FLOW_GTPU_UL4 = 24 => gtpu_ul4: HashFields as AsUint<HashFields>,
        /// GTP-U uplink over IPv6.
        ETHTOOL_A_FLOW_GTPU_UL6 = 25 => gtpu_ul6: HashFields as AsUint<HashFields>,
        /// GTP-U downlink over IPv4.
        ETHTOOL_A_FLOW_GTPU_DL4 = 26 => gtpu_dl4: HashFields as AsUint<HashFields>,
        /// GTP-U downlink over IPv6.
        ETHTOOL_A_FLOW_GTPU_DL6 = 27 => gtpu_dl6: HashFields as AsUint<HashFields>,
    }
}
