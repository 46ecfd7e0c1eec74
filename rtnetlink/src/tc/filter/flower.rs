//! Flower: a filter of flows, by the fields of their headers.

use super::{FilterFlags, FilterKind, FilterMessage, HasActions};
use crate::tc::action::Action;
use crate::tc::given::Given as _;
use crate::tc::{EtherType, TcHandle};
use crate::{Ethernet, HardwareAddress, InterfaceName, IntoPrefix};
use ipnet::IpNet;
use netlink_packet::{
    Array, Attr, Be, BuildError, Items, Joined, NLA_F_NESTED, Name, Parts, Repeated, Scope, View, flags,
    netlink,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

netlink! {
    /// Flower: matches packets by the fields of their headers, of tunnels and of connection tracking.
    ///
    /// Each key has a mask, which is all ones where none is set. The kernel takes a key only if those of the layers below say that
    /// the header is there: a request in which it would be ignored is refused. [`source`](FlowerBuf::source),
    /// [`destination`](FlowerBuf::destination), [`tcp`](FlowerBuf::tcp), [`destination_port`](FlowerBuf::destination_port),
    /// [`vlan`](FlowerBuf::vlan) and the like set the keys that belong together.
    ///
    /// ```
    /// use rtnetlink::tc::action::Mirred;
    /// use rtnetlink::tc::filter::Flower;
    /// use rtnetlink::tc::{EtherType, PlaceFilter, TakeActions};
    ///
    /// let web = Flower::build().destination("198.51.100.0/24").tcp().destination_port(80);
    /// let filter = web.action(Mirred::redirect("eth0")).ingress().priority(10);
    /// let flower = filter.view().kind::<Flower>().unwrap();
    /// assert_eq!((flower.ip_protocol(), flower.tcp_destination_port()), (Some(6), Some(80)));
    /// assert_eq!(flower.ether_type(), Some(EtherType::IPV4));
    /// ```
    pub struct Flower / FlowerBuf
    attributes {
        /// Class (`classid`, `flowid`) that the packets go to.
        TCA_FLOWER_CLASSID = 1 => class: TcHandle,
        /// Input device (`indev`): name of the device that received the packet.
        TCA_FLOWER_INDEV = 2 => input_device: &Name as InterfaceName,
        /// Actions, in order.
        TCA_FLOWER_ACT = 3 => actions: Items<'_, Action> as Array<Action>,
        /// Destination MAC address (`dst_mac`).
        TCA_FLOWER_KEY_ETH_DST = 4 => destination_mac: HardwareAddress as Ethernet,
        /// Mask of the destination MAC address; all ones by default, as of all masks.
        TCA_FLOWER_KEY_ETH_DST_MASK = 5 => destination_mac_mask: HardwareAddress as Ethernet,
        /// Source MAC address (`src_mac`).
        TCA_FLOWER_KEY_ETH_SRC = 6 => source_mac: HardwareAddress as Ethernet,
        /// Mask of the source MAC address.
        TCA_FLOWER_KEY_ETH_SRC_MASK = 7 => source_mac_mask: HardwareAddress as Ethernet,
        /// EtherType: in a request the protocol of the filter, which it follows. Kernels list the one behind all VLAN tags and PPPoE
        /// here, so that a filter of these is sent again as a [whole message](super::FilterMessage).
        TCA_FLOWER_KEY_ETH_TYPE = 8 => ether_type: EtherType as Be<EtherType>; unless(is_of_all); sent_as(as_the_filter),
        /// IP protocol (`ip_proto`): the number of what IP carries, such as 6 for TCP.
        TCA_FLOWER_KEY_IP_PROTO = 9 => ip_protocol: u8; ignored(is_not_ip, "it is of IP packets"),
        /// IPv4 source address (`src_ip`).
        TCA_FLOWER_KEY_IPV4_SRC = 10 => ipv4_source: Ipv4Addr,
        /// Mask of the IPv4 source address.
        TCA_FLOWER_KEY_IPV4_SRC_MASK = 11 => ipv4_source_mask: Ipv4Addr,
        /// IPv4 destination address (`dst_ip`).
        TCA_FLOWER_KEY_IPV4_DST = 12 => ipv4_destination: Ipv4Addr,
        /// Mask of the IPv4 destination address.
        TCA_FLOWER_KEY_IPV4_DST_MASK = 13 => ipv4_destination_mask: Ipv4Addr,
        /// IPv6 source address (`src_ip`).
        TCA_FLOWER_KEY_IPV6_SRC = 14 => ipv6_source: Ipv6Addr,
        /// Mask of the IPv6 source address.
        TCA_FLOWER_KEY_IPV6_SRC_MASK = 15 => ipv6_source_mask: Ipv6Addr,
        /// IPv6 destination address (`dst_ip`).
        TCA_FLOWER_KEY_IPV6_DST = 16 => ipv6_destination: Ipv6Addr,
        /// Mask of the IPv6 destination address.
        TCA_FLOWER_KEY_IPV6_DST_MASK = 17 => ipv6_destination_mask: Ipv6Addr,
        /// TCP source port (`src_port`).
        TCA_FLOWER_KEY_TCP_SRC = 18 => tcp_source_port: u16 as Be<u16>; ignored(is_not_tcp, "`ip_protocol` is not that of TCP, 6"),
        /// TCP destination port (`dst_port`).
        TCA_FLOWER_KEY_TCP_DST = 19 => tcp_destination_port: u16 as Be<u16>; ignored(is_not_tcp, "`ip_protocol` is not that of TCP, 6"),
        /// UDP source port (`src_port`).
        TCA_FLOWER_KEY_UDP_SRC = 20 => udp_source_port: u16 as Be<u16>; ignored(is_not_udp, "`ip_protocol` is not that of UDP, 17"),
        /// UDP destination port (`dst_port`).
        TCA_FLOWER_KEY_UDP_DST = 21 => udp_destination_port: u16 as Be<u16>; ignored(is_not_udp, "`ip_protocol` is not that of UDP, 17"),
        /// Flags.
        TCA_FLOWER_FLAGS = 22 => flags: FilterFlags; bits(FilterFlags::SETTABLE),
        /// VLAN ID (`vlan_id`) of the outer tag, 0 to 4095.
        TCA_FLOWER_KEY_VLAN_ID = 23 => vlan_id: u16; ignored(has_no_vlan, "it is of VLANs"),
        /// VLAN priority (`vlan_prio`) of the outer tag, 0 to 7.
        TCA_FLOWER_KEY_VLAN_PRIO = 24 => vlan_priority: u8; ignored(has_no_vlan, "it is of VLANs"),
        /// EtherType (`vlan_ethtype`) behind the outer tag.
        TCA_FLOWER_KEY_VLAN_ETH_TYPE = 25 => vlan_ether_type: EtherType as Be<EtherType>; ignored(has_no_vlan, "it is of VLANs"),
        /// Tunnel key ID (`enc_key_id`): VNI or key of the tunnel that the packet came through.
        TCA_FLOWER_KEY_ENC_KEY_ID = 26 => tunnel_id: u32 as Be<u32>,
        /// IPv4 source address of the tunnel's outer header (`enc_src_ip`).
        TCA_FLOWER_KEY_ENC_IPV4_SRC = 27 => tunnel_ipv4_source: Ipv4Addr,
        /// Mask of the tunnel's IPv4 source address.
        TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK = 28 => tunnel_ipv4_source_mask: Ipv4Addr,
        /// IPv4 destination address of the tunnel's outer header (`enc_dst_ip`).
        TCA_FLOWER_KEY_ENC_IPV4_DST = 29 => tunnel_ipv4_destination: Ipv4Addr,
        /// Mask of the tunnel's IPv4 destination address.
        TCA_FLOWER_KEY_ENC_IPV4_DST_MASK = 30 => tunnel_ipv4_destination_mask: Ipv4Addr,
        /// IPv6 source address of the tunnel's outer header (`enc_src_ip`).
        TCA_FLOWER_KEY_ENC_IPV6_SRC = 31 => tunnel_ipv6_source: Ipv6Addr,
        /// Mask of the tunnel's IPv6 source address.
        TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK = 32 => tunnel_ipv6_source_mask: Ipv6Addr,
        /// IPv6 destination address of the tunnel's outer header (`enc_dst_ip`).
        TCA_FLOWER_KEY_ENC_IPV6_DST = 33 => tunnel_ipv6_destination: Ipv6Addr,
        /// Mask of the tunnel's IPv6 destination address.
        TCA_FLOWER_KEY_ENC_IPV6_DST_MASK = 34 => tunnel_ipv6_destination_mask: Ipv6Addr,
        /// Mask of the TCP source port.
        TCA_FLOWER_KEY_TCP_SRC_MASK = 35 => tcp_source_port_mask: u16 as Be<u16>; ignored(is_not_tcp, "`ip_protocol` is not that of TCP, 6"),
        /// Mask of the TCP destination port.
        TCA_FLOWER_KEY_TCP_DST_MASK = 36 => tcp_destination_port_mask: u16 as Be<u16>; ignored(is_not_tcp, "`ip_protocol` is not that of TCP, 6"),
        /// Mask of the UDP source port.
        TCA_FLOWER_KEY_UDP_SRC_MASK = 37 => udp_source_port_mask: u16 as Be<u16>; ignored(is_not_udp, "`ip_protocol` is not that of UDP, 17"),
        /// Mask of the UDP destination port.
        TCA_FLOWER_KEY_UDP_DST_MASK = 38 => udp_destination_port_mask: u16 as Be<u16>; ignored(is_not_udp, "`ip_protocol` is not that of UDP, 17"),
        /// Mask of the SCTP source port.
        TCA_FLOWER_KEY_SCTP_SRC_MASK = 39 => sctp_source_port_mask: u16 as Be<u16>; ignored(is_not_sctp, "`ip_protocol` is not that of SCTP, 132"),
        /// Mask of the SCTP destination port.
        TCA_FLOWER_KEY_SCTP_DST_MASK = 40 => sctp_destination_port_mask: u16 as Be<u16>; ignored(is_not_sctp, "`ip_protocol` is not that of SCTP, 132"),
        /// SCTP source port (`src_port`).
        TCA_FLOWER_KEY_SCTP_SRC = 41 => sctp_source_port: u16 as Be<u16>; ignored(is_not_sctp, "`ip_protocol` is not that of SCTP, 132"),
        /// SCTP destination port (`dst_port`).
        TCA_FLOWER_KEY_SCTP_DST = 42 => sctp_destination_port: u16 as Be<u16>; ignored(is_not_sctp, "`ip_protocol` is not that of SCTP, 132"),
        /// UDP source port of the tunnel's outer header.
        TCA_FLOWER_KEY_ENC_UDP_SRC_PORT = 43 => tunnel_source_port: u16 as Be<u16>,
        /// Mask of the tunnel's UDP source port.
        TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK = 44 => tunnel_source_port_mask: u16 as Be<u16>,
        /// UDP destination port of the tunnel's outer header (`enc_dst_port`).
        TCA_FLOWER_KEY_ENC_UDP_DST_PORT = 45 => tunnel_destination_port: u16 as Be<u16>,
        /// Mask of the tunnel's UDP destination port.
        TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK = 46 => tunnel_destination_port_mask: u16 as Be<u16>,
        /// IP flags (`ip_flags`): fragments. The [mask](Flower::ip_flags_mask) has to be set, too.
        TCA_FLOWER_KEY_FLAGS = 47 => ip_flags: FlowerKeyFlags as Be<FlowerKeyFlags>,
        /// Mask of the IP flags: those that count.
        TCA_FLOWER_KEY_FLAGS_MASK = 48 => ip_flags_mask: FlowerKeyFlags as Be<FlowerKeyFlags>,
        /// ICMP code (`code`).
        TCA_FLOWER_KEY_ICMPV4_CODE = 49 => icmpv4_code: u8; ignored(is_not_icmp, "it is of ICMP over IPv4"),
        /// Mask of the ICMP code.
        TCA_FLOWER_KEY_ICMPV4_CODE_MASK = 50 => icmpv4_code_mask: u8; ignored(is_not_icmp, "it is of ICMP over IPv4"),
        /// ICMP type (`type`).
        TCA_FLOWER_KEY_ICMPV4_TYPE = 51 => icmpv4_type: u8; ignored(is_not_icmp, "it is of ICMP over IPv4"),
        /// Mask of the ICMP type.
        TCA_FLOWER_KEY_ICMPV4_TYPE_MASK = 52 => icmpv4_type_mask: u8; ignored(is_not_icmp, "it is of ICMP over IPv4"),
        /// ICMPv6 code (`code`).
        TCA_FLOWER_KEY_ICMPV6_CODE = 53 => icmpv6_code: u8; ignored(is_not_icmpv6, "it is of ICMPv6 over IPv6"),
        /// Mask of the ICMPv6 code.
        TCA_FLOWER_KEY_ICMPV6_CODE_MASK = 54 => icmpv6_code_mask: u8; ignored(is_not_icmpv6, "it is of ICMPv6 over IPv6"),
        /// ICMPv6 type (`type`).
        TCA_FLOWER_KEY_ICMPV6_TYPE = 55 => icmpv6_type: u8; ignored(is_not_icmpv6, "it is of ICMPv6 over IPv6"),
        /// Mask of the ICMPv6 type.
        TCA_FLOWER_KEY_ICMPV6_TYPE_MASK = 56 => icmpv6_type_mask: u8; ignored(is_not_icmpv6, "it is of ICMPv6 over IPv6"),
        /// ARP sender IP address (`arp_sip`).
        TCA_FLOWER_KEY_ARP_SIP = 57 => arp_sender_ip: Ipv4Addr; ignored(is_not_arp, "it is of ARP and RARP"),
        /// Mask of the ARP sender IP address.
        TCA_FLOWER_KEY_ARP_SIP_MASK = 58 => arp_sender_ip_mask: Ipv4Addr; ignored(is_not_arp, "it is of ARP and RARP"),
        /// ARP target IP address (`arp_tip`).
        TCA_FLOWER_KEY_ARP_TIP = 59 => arp_target_ip: Ipv4Addr; ignored(is_not_arp, "it is of ARP and RARP"),
        /// Mask of the ARP target IP address.
        TCA_FLOWER_KEY_ARP_TIP_MASK = 60 => arp_target_ip_mask: Ipv4Addr; ignored(is_not_arp, "it is of ARP and RARP"),
        /// ARP operation (`arp_op`): 1 is a request, 2 a reply.
        TCA_FLOWER_KEY_ARP_OP = 61 => arp_operation: u8; ignored(is_not_arp, "it is of ARP and RARP"),
        /// Mask of the ARP operation.
        TCA_FLOWER_KEY_ARP_OP_MASK = 62 => arp_operation_mask: u8; ignored(is_not_arp, "it is of ARP and RARP"),
        /// ARP sender hardware address (`arp_sha`).
        TCA_FLOWER_KEY_ARP_SHA = 63 => arp_sender_mac: HardwareAddress as Ethernet; ignored(is_not_arp, "it is of ARP and RARP"),
        /// Mask of the ARP sender hardware address.
        TCA_FLOWER_KEY_ARP_SHA_MASK = 64 => arp_sender_mac_mask: HardwareAddress as Ethernet; ignored(is_not_arp, "it is of ARP and RARP"),
        /// ARP target hardware address (`arp_tha`).
        TCA_FLOWER_KEY_ARP_THA = 65 => arp_target_mac: HardwareAddress as Ethernet; ignored(is_not_arp, "it is of ARP and RARP"),
        /// Mask of the ARP target hardware address.
        TCA_FLOWER_KEY_ARP_THA_MASK = 66 => arp_target_mac_mask: HardwareAddress as Ethernet; ignored(is_not_arp, "it is of ARP and RARP"),
        /// MPLS time to live of the outermost label; not together with [`mpls_entries`](Flower::mpls_entries), as all of these.
        TCA_FLOWER_KEY_MPLS_TTL = 67 => mpls_ttl: u8; ignored(is_not_mpls, "it is of MPLS"),
        /// MPLS bottom of stack (`mpls_bos`) of the outermost label: 0 or 1.
        TCA_FLOWER_KEY_MPLS_BOS = 68 => mpls_bottom_of_stack: u8; ignored(is_not_mpls, "it is of MPLS"),
        /// MPLS traffic class (`mpls_tc`) of the outermost label, 0 to 7.
        TCA_FLOWER_KEY_MPLS_TC = 69 => mpls_traffic_class: u8; ignored(is_not_mpls, "it is of MPLS"),
        /// MPLS label of the outermost entry, 0 to 1048575.
        TCA_FLOWER_KEY_MPLS_LABEL = 70 => mpls_label: u32; ignored(is_not_mpls, "it is of MPLS"),
        /// TCP flags (`tcp_flags`).
        TCA_FLOWER_KEY_TCP_FLAGS = 71 => tcp_flags: TcpFlags as Be<TcpFlags>; ignored(is_not_tcp, "`ip_protocol` is not that of TCP, 6"),
        /// Mask of the TCP flags: those that count.
        TCA_FLOWER_KEY_TCP_FLAGS_MASK = 72 => tcp_flags_mask: TcpFlags as Be<TcpFlags>; ignored(is_not_tcp, "`ip_protocol` is not that of TCP, 6"),
        /// IP type of service or traffic class (`ip_tos`).
        TCA_FLOWER_KEY_IP_TOS = 73 => tos: u8; ignored(is_not_ip, "it is of IP packets"),
        /// Mask of the type of service.
        TCA_FLOWER_KEY_IP_TOS_MASK = 74 => tos_mask: u8; ignored(is_not_ip, "it is of IP packets"),
        /// IP time to live or hop limit (`ip_ttl`).
        TCA_FLOWER_KEY_IP_TTL = 75 => ttl: u8; ignored(is_not_ip, "it is of IP packets"),
        /// Mask of the time to live.
        TCA_FLOWER_KEY_IP_TTL_MASK = 76 => ttl_mask: u8; ignored(is_not_ip, "it is of IP packets"),
        /// VLAN ID of the inner tag (`cvlan_id`), 0 to 4095.
        TCA_FLOWER_KEY_CVLAN_ID = 77 => inner_vlan_id: u16; ignored(has_no_cvlan, "it is of two VLANs"),
        /// VLAN priority of the inner tag (`cvlan_prio`), 0 to 7.
        TCA_FLOWER_KEY_CVLAN_PRIO = 78 => inner_vlan_priority: u8; ignored(has_no_cvlan, "it is of two VLANs"),
        /// EtherType behind the inner tag (`cvlan_ethtype`).
        TCA_FLOWER_KEY_CVLAN_ETH_TYPE = 79 => inner_vlan_ether_type: EtherType as Be<EtherType>; ignored(has_no_cvlan, "it is of two VLANs"),
        /// Type of service of the tunnel's outer header (`enc_tos`).
        TCA_FLOWER_KEY_ENC_IP_TOS = 80 => tunnel_tos: u8,
        /// Mask of the tunnel's type of service.
        TCA_FLOWER_KEY_ENC_IP_TOS_MASK = 81 => tunnel_tos_mask: u8,
        /// Time to live of the tunnel's outer header (`enc_ttl`).
        TCA_FLOWER_KEY_ENC_IP_TTL = 82 => tunnel_ttl: u8,
        /// Mask of the tunnel's time to live.
        TCA_FLOWER_KEY_ENC_IP_TTL_MASK = 83 => tunnel_ttl_mask: u8,
        /// Tunnel options (`geneve_opts` and the like) of one kind of tunnel.
        TCA_FLOWER_KEY_ENC_OPTS = 84 | NLA_F_NESTED => tunnel_options: &FlowerTunnelOptions as FlowerTunnelOptions,
        /// Mask of the tunnel options.
        TCA_FLOWER_KEY_ENC_OPTS_MASK = 85 | NLA_F_NESTED => tunnel_options_mask: &FlowerTunnelOptions as FlowerTunnelOptions,
        /// In hardware: how many devices have the filter.
        TCA_FLOWER_IN_HW_COUNT = 86 => in_hardware_count: u32; read_only,
        /// First source port of a range.
        TCA_FLOWER_KEY_PORT_SRC_MIN = 87 => source_port_min: u16 as Be<u16>; ignored(has_no_ports, "`ip_protocol` is that of none of TCP, UDP and SCTP"); needs("Linux 5.1"),
        /// Last source port of a range.
        TCA_FLOWER_KEY_PORT_SRC_MAX = 88 => source_port_max: u16 as Be<u16>; ignored(has_no_ports, "`ip_protocol` is that of none of TCP, UDP and SCTP"); needs("Linux 5.1"),
        /// First destination port of a range.
        TCA_FLOWER_KEY_PORT_DST_MIN = 89 => destination_port_min: u16 as Be<u16>; ignored(has_no_ports, "`ip_protocol` is that of none of TCP, UDP and SCTP"); needs("Linux 5.1"),
        /// Last destination port of a range.
        TCA_FLOWER_KEY_PORT_DST_MAX = 90 => destination_port_max: u16 as Be<u16>; ignored(has_no_ports, "`ip_protocol` is that of none of TCP, UDP and SCTP"); needs("Linux 5.1"),
        /// Connection tracking state (`ct_state`).
        TCA_FLOWER_KEY_CT_STATE = 91 => ct_state: CtState; needs("Linux 5.3"),
        /// Mask of the connection tracking state: the bits that count.
        TCA_FLOWER_KEY_CT_STATE_MASK = 92 => ct_state_mask: CtState; needs("Linux 5.3"),
        /// Connection tracking zone (`ct_zone`).
        TCA_FLOWER_KEY_CT_ZONE = 93 => ct_zone: u16; needs("Linux 5.3"),
        /// Mask of the connection tracking zone.
        TCA_FLOWER_KEY_CT_ZONE_MASK = 94 => ct_zone_mask: u16; needs("Linux 5.3"),
        /// Connection mark (`ct_mark`).
        TCA_FLOWER_KEY_CT_MARK = 95 => ct_mark: u32; needs("Linux 5.3"),
        /// Mask of the connection mark.
        TCA_FLOWER_KEY_CT_MARK_MASK = 96 => ct_mark_mask: u32; needs("Linux 5.3"),
        /// Connection labels (`ct_label`).
        TCA_FLOWER_KEY_CT_LABELS = 97 => ct_labels: [u8; 16]; needs("Linux 5.3"),
        /// Mask of the connection labels.
        TCA_FLOWER_KEY_CT_LABELS_MASK = 98 => ct_labels_mask: [u8; 16]; needs("Linux 5.3"),
        /// MPLS label stack entries (`mpls lse depth 1 label 5`).
        TCA_FLOWER_KEY_MPLS_OPTS = 99 | NLA_F_NESTED => mpls_entries: &FlowerMplsEntries as FlowerMplsEntries; ignored(is_not_mpls, "it is of MPLS"); needs("Linux 5.8"),
        /// Hash of the packet, as a [`Skbedit`](crate::tc::action::Skbedit) or bpf action computed it.
        TCA_FLOWER_KEY_HASH = 100 => hash: u32; needs("Linux 5.8"),
        /// Mask of the hash.
        TCA_FLOWER_KEY_HASH_MASK = 101 => hash_mask: u32; needs("Linux 5.8"),
        /// Number of VLAN tags (`num_of_vlans`).
        TCA_FLOWER_KEY_NUM_OF_VLANS = 102 => vlan_count: u8; needs("Linux 5.19"),
        /// PPPoE session ID (`pppoe_sid`).
        TCA_FLOWER_KEY_PPPOE_SID = 103 => pppoe_session: u16 as Be<u16>; ignored(is_not_pppoe, "it is of PPPoE sessions"); needs("Linux 6.0"),
        /// PPP protocol (`ppp_proto`): 0x21 is IPv4, 0x57 IPv6.
        TCA_FLOWER_KEY_PPP_PROTO = 104 => ppp_protocol: u16 as Be<u16>; ignored(is_not_pppoe, "it is of PPPoE sessions"); needs("Linux 6.0"),
        /// L2TPv3 session ID (`l2tpv3_sid`).
        TCA_FLOWER_KEY_L2TPV3_SID = 105 => l2tpv3_session: u32 as Be<u32>; ignored(is_not_l2tp, "`ip_protocol` is not that of L2TP, 115"); needs("Linux 6.1"),
        /// Layer 2 miss (`l2_miss`): whether the bridge's FDB or MDB had no entry for the packet.
        TCA_FLOWER_L2_MISS = 106 => l2_miss: bool; needs("Linux 6.5"),
        /// Connectivity fault management (CFM).
        TCA_FLOWER_KEY_CFM = 107 | NLA_F_NESTED => cfm: &FlowerCfm as FlowerCfm; ignored(is_not_cfm, "it is of CFM"); needs("Linux 6.5"),
        /// IPsec security parameter index (`spi`), of ESP and AH.
        TCA_FLOWER_KEY_SPI = 108 => spi: u32 as Be<u32>; needs("Linux 6.6"),
        /// Mask of the security parameter index.
        TCA_FLOWER_KEY_SPI_MASK = 109 => spi_mask: u32 as Be<u32>; needs("Linux 6.6"),
        /// Flags of the tunnel's outer header (`enc_flags`). The [mask](Flower::tunnel_flags_mask) has to be set, too.
        TCA_FLOWER_KEY_ENC_FLAGS = 110 => tunnel_flags: FlowerKeyFlags as Be<FlowerKeyFlags>; needs("Linux 6.11"),
        /// Mask of the tunnel's flags: those that count.
        TCA_FLOWER_KEY_ENC_FLAGS_MASK = 111 => tunnel_flags_mask: FlowerKeyFlags as Be<FlowerKeyFlags>; needs("Linux 6.11"),
    }
}

flags! {
    /// Flags of an IP header or of a tunnel's: `TCA_FLOWER_KEY_FLAGS_*`.
    pub struct FlowerKeyFlags: u32 = "flower-key-ctrl-flags" {
        /// Fragment.
        const FRAG = 0x1 => "frag";
        /// First fragment.
        const FIRSTFRAG = 0x2 => "firstfrag";
        /// Tunnel checksum.
        const TUNCSUM = 0x4 => "tuncsum";
        /// Tunnel: don't fragment (DF).
        const TUNDF = 0x8 => "tundf";
        /// Tunnel: operations, administration and maintenance (OAM).
        const TUNOAM = 0x10 => "tunoam";
        /// Tunnel: critical options.
        const TUNCRIT = 0x20 => "tuncrit";
    }
}

flags! {
    /// Flags of a TCP header.
    pub struct TcpFlags: u16 = "" {
        /// No more data.
        const FIN = 0x1 => "fin";
        /// Synchronize sequence numbers.
        const SYN = 0x2 => "syn";
        /// Reset the connection.
        const RST = 0x4 => "rst";
        /// Push.
        const PSH = 0x8 => "psh";
        /// Acknowledgment number is valid.
        const ACK = 0x10 => "ack";
        /// Urgent pointer is valid.
        const URG = 0x20 => "urg";
        /// ECN echo.
        const ECE = 0x40 => "ece";
        /// Congestion window reduced.
        const CWR = 0x80 => "cwr";
        /// Accurate ECN.
        const AE = 0x100 => "ae";
    }
}

flags! {
    /// State of connection tracking: `TCA_FLOWER_KEY_CT_FLAGS_*`.
    pub struct CtState: u16 = "ct-state-flags" {
        /// New connection.
        const NEW = 0x1 => "new";
        /// Established connection.
        const ESTABLISHED = 0x2 => "est";
        /// Related to another connection.
        const RELATED = 0x4 => "rel";
        /// Tracked: connection tracking has seen the packet.
        const TRACKED = 0x8 => "trk";
        /// Invalid.
        const INVALID = 0x10 => "inv";
        /// Reply: the other direction than that of the first packet.
        const REPLY = 0x20 => "rpl";
    }
}

netlink! {
    /// MPLS label stack entries.
    pub struct FlowerMplsEntries / FlowerMplsEntriesBuf
    attributes {
        /// Label stack entries (LSE), each with its depth.
        TCA_FLOWER_KEY_MPLS_OPTS_LSE = 1 | NLA_F_NESTED => entries: Items<'_, FlowerMplsEntry> as Repeated<FlowerMplsEntry>,
    }
}

netlink! {
    /// MPLS label stack entry (LSE).
    pub struct FlowerMplsEntry / FlowerMplsEntryBuf
    attributes {
        /// Depth in the stack: 1 is the outermost, 7 the last. Required.
        TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH = 1 => depth: u8,
        /// Time to live.
        TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL = 2 => ttl: u8,
        /// Bottom of stack: 0 or 1.
        TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS = 3 => bottom_of_stack: u8,
        /// Traffic class, 0 to 7.
        TCA_FLOWER_KEY_MPLS_OPT_LSE_TC = 4 => traffic_class: u8,
        /// Label, 0 to 1048575.
        TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL = 5 => label: u32,
    }
}

netlink! {
    /// Options of one kind of tunnel.
    pub struct FlowerTunnelOptions / FlowerTunnelOptionsBuf
    attributes {
        /// Geneve options, in order.
        TCA_FLOWER_KEY_ENC_OPTS_GENEVE = 1 | NLA_F_NESTED => geneve: Parts<'_, FlowerGeneveOption> as Joined<FlowerGeneveOption>,
        /// VXLAN option.
        TCA_FLOWER_KEY_ENC_OPTS_VXLAN = 2 | NLA_F_NESTED => vxlan: &FlowerVxlanOption as FlowerVxlanOption; needs("Linux 5.5"),
        /// ERSPAN option.
        TCA_FLOWER_KEY_ENC_OPTS_ERSPAN = 3 | NLA_F_NESTED => erspan: &FlowerErspanOption as FlowerErspanOption; needs("Linux 5.5"),
        /// GTP option.
        TCA_FLOWER_KEY_ENC_OPTS_GTP = 4 | NLA_F_NESTED => gtp: &FlowerGtpOption as FlowerGtpOption; needs("Linux 5.18"),
        /// PFCP option.
        TCA_FLOWER_KEY_ENC_OPTS_PFCP = 5 | NLA_F_NESTED => pfcp: &FlowerPfcpOption as FlowerPfcpOption; needs("Linux 6.9"),
    }
}

netlink! {
    /// Geneve option. A key has all of it; its mask may leave something out.
    pub struct FlowerGeneveOption / FlowerGeneveOptionBuf
    attributes {
        /// Option class.
        TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS = 1 => class: u16 as Be<u16>,
        /// Option type.
        TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE = 2 => option_type: u8,
        /// Data: 4 to 124 bytes, a multiple of 4.
        TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA = 3 => data: &[u8] as [u8],
    }
}

netlink! {
    /// VXLAN option.
    pub struct FlowerVxlanOption / FlowerVxlanOptionBuf
    attributes {
        /// Group based policy (GBP).
        TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP = 1 => group_policy: u32,
    }
}

netlink! {
    /// ERSPAN option. Its mask has the same version.
    pub struct FlowerErspanOption / FlowerErspanOptionBuf
    attributes {
        /// Version: 1 or 2.
        TCA_FLOWER_KEY_ENC_OPT_ERSPAN_VER = 1 => version: u8,
        /// Index, of version 1.
        TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX = 2 => index: u32 as Be<u32>,
        /// Direction, of version 2.
        TCA_FLOWER_KEY_ENC_OPT_ERSPAN_DIR = 3 => direction: u8,
        /// Hardware ID, of version 2.
        TCA_FLOWER_KEY_ENC_OPT_ERSPAN_HWID = 4 => hardware_id: u8,
    }
}

netlink! {
    /// GTP option.
    pub struct FlowerGtpOption / FlowerGtpOptionBuf
    attributes {
        /// PDU type.
        TCA_FLOWER_KEY_ENC_OPT_GTP_PDU_TYPE = 1 => pdu_type: u8,
        /// QoS flow identifier (QFI).
        TCA_FLOWER_KEY_ENC_OPT_GTP_QFI = 2 => qos_flow: u8,
    }
}

netlink! {
    /// PFCP option.
    pub struct FlowerPfcpOption / FlowerPfcpOptionBuf
    attributes {
        /// Type.
        TCA_FLOWER_KEY_ENC_OPT_PFCP_TYPE = 1 => pfcp_type: u8,
        /// Session endpoint identifier (SEID).
        TCA_FLOWER_KEY_ENC_OPT_PFCP_SEID = 2 => session: u64 as Be<u64>,
    }
}

netlink! {
    /// Connectivity fault management (CFM) header.
    pub struct FlowerCfm / FlowerCfmBuf
    attributes {
        /// Maintenance domain level (`mdl`), 0 to 7.
        TCA_FLOWER_KEY_CFM_MD_LEVEL = 1 => level: u8,
        /// Operation code (`op`).
        TCA_FLOWER_KEY_CFM_OPCODE = 2 => opcode: u8,
    }
}

impl FilterKind for Flower {
    const NAME: &'static str = "flower";

    fn protocol_of(&self) -> Option<EtherType> {
        self.ether_type()
    }
}

impl HasActions for Flower {
    const ACTIONS: Attr<Flower, Array<Action>> = Flower::TCA_FLOWER_ACT;
}

const TCP: u8 = 6;
const UDP: u8 = 17;
const SCTP: u8 = 132;
const ICMP: u8 = 1;
const ICMPV6: u8 = 58;
const L2TP: u8 = 115;

/// PPP protocols that the kernel takes for those of Ethernet.
const PPP: [(u16, EtherType); 4] = [
    (0x0021, EtherType::IPV4),
    (0x0057, EtherType::IPV6),
    (0x0281, EtherType::MPLS_UNICAST),
    (0x0283, EtherType::MPLS_MULTICAST),
];

fn is_vlan(protocol: EtherType) -> bool {
    matches!(protocol, EtherType::DOT1Q | EtherType::DOT1AD)
}

/// Whether there are more tags than so many: a key says so, or the protocol before.
fn has_tag(flower: &Flower, before: Option<EtherType>, more_than: u8) -> bool {
    before.is_some_and(is_vlan) || flower.vlan_count().is_some_and(|count| count > more_than)
}

/// What the packet is, behind all tags, from the outermost on: the protocol that decides which keys the kernel takes.
fn innermost(flower: &Flower, outermost: Option<EtherType>) -> Option<EtherType> {
    let mut protocol = outermost;
    if has_tag(flower, protocol, 0) {
        protocol = flower.vlan_ether_type();
        if has_tag(flower, protocol, 1) {
            protocol = flower.inner_vlan_ether_type();
        }
    }
    if protocol != Some(EtherType::PPPOE_SESSION) {
        return protocol;
    }
    let ppp = flower.ppp_protocol()?;
    PPP.iter().find(|(number, _)| *number == ppp).map(|(_, protocol)| *protocol).or(protocol)
}

/// The set around an attribute.
fn flower<'a>(scope: &Scope<'a>) -> &'a Flower {
    View::cast(scope.bytes())
}

/// The protocol of the filter whose options these are, if it is known.
fn of_filter(scope: &Scope<'_>) -> Option<EtherType> {
    let filter = scope.outer().filter(|outer| std::ptr::eq(outer.table(), FilterMessage::table()))?;
    Some(FilterMessage::cast(filter.bytes()).protocol())
}

/// The EtherType of the frame itself, which lists have only as the protocol of the filter.
fn outermost(scope: &Scope<'_>) -> Option<EtherType> {
    let of_one = of_filter(scope).filter(|protocol| !matches!(*protocol, EtherType::ALL | EtherType(0)));
    of_one.or_else(|| flower(scope).ether_type())
}

fn is_of_all(scope: &Scope<'_>) -> bool {
    of_filter(scope) == Some(EtherType::ALL)
}

fn as_the_filter(scope: &Scope<'_>, listed: u64) -> u64 {
    outermost(scope).map_or(listed, |protocol| protocol.0.to_be().into())
}

fn is_not(scope: &Scope<'_>, protocols: &[EtherType]) -> bool {
    innermost(flower(scope), outermost(scope)).is_none_or(|protocol| !protocols.contains(&protocol))
}

fn is_not_ip(scope: &Scope<'_>) -> bool {
    is_not(scope, &[EtherType::IPV4, EtherType::IPV6])
}

/// Whether IP carries another protocol, as far as the kernel takes it.
fn carries_not(scope: &Scope<'_>, protocols: &[u8]) -> bool {
    is_not_ip(scope) || flower(scope).ip_protocol().is_none_or(|protocol| !protocols.contains(&protocol))
}

fn is_not_tcp(scope: &Scope<'_>) -> bool {
    carries_not(scope, &[TCP])
}

fn is_not_udp(scope: &Scope<'_>) -> bool {
    carries_not(scope, &[UDP])
}

fn is_not_sctp(scope: &Scope<'_>) -> bool {
    carries_not(scope, &[SCTP])
}

fn has_no_ports(scope: &Scope<'_>) -> bool {
    carries_not(scope, &[TCP, UDP, SCTP])
}

fn is_not_icmp(scope: &Scope<'_>) -> bool {
    is_not(scope, &[EtherType::IPV4]) || carries_not(scope, &[ICMP])
}

fn is_not_icmpv6(scope: &Scope<'_>) -> bool {
    is_not(scope, &[EtherType::IPV6]) || carries_not(scope, &[ICMPV6])
}

fn is_not_l2tp(scope: &Scope<'_>) -> bool {
    carries_not(scope, &[L2TP])
}

fn is_not_arp(scope: &Scope<'_>) -> bool {
    is_not(scope, &[EtherType::ARP, EtherType::RARP])
}

fn is_not_mpls(scope: &Scope<'_>) -> bool {
    is_not(scope, &[EtherType::MPLS_UNICAST, EtherType::MPLS_MULTICAST])
}

fn is_not_cfm(scope: &Scope<'_>) -> bool {
    is_not(scope, &[EtherType::CFM])
}

fn is_not_pppoe(scope: &Scope<'_>) -> bool {
    let flower = flower(scope);
    ![outermost(scope), flower.vlan_ether_type(), flower.inner_vlan_ether_type()]
        .contains(&Some(EtherType::PPPOE_SESSION))
}

fn has_no_vlan(scope: &Scope<'_>) -> bool {
    !has_tag(flower(scope), outermost(scope), 0)
}

fn has_no_cvlan(scope: &Scope<'_>) -> bool {
    let flower = flower(scope);
    has_no_vlan(scope) || !has_tag(flower, flower.vlan_ether_type(), 1)
}

impl FlowerBuf {
    /// Sets the source prefix, like `src_ip 192.0.2.0/24`, and that the packets are IPv4 or IPv6.
    pub fn source(self, prefix: impl IntoPrefix) -> Self {
        self.prefix(prefix, |flower, prefix| match prefix {
            IpNet::V4(net) => flower.ipv4_source(net.addr()).ipv4_source_mask(net.netmask()),
            IpNet::V6(net) => flower.ipv6_source(net.addr()).ipv6_source_mask(net.netmask()),
        })
    }

    /// Sets the destination prefix, like `dst_ip 192.0.2.0/24`, and that the packets are IPv4 or IPv6.
    pub fn destination(self, prefix: impl IntoPrefix) -> Self {
        self.prefix(prefix, |flower, prefix| match prefix {
            IpNet::V4(net) => flower.ipv4_destination(net.addr()).ipv4_destination_mask(net.netmask()),
            IpNet::V6(net) => flower.ipv6_destination(net.addr()).ipv6_destination_mask(net.netmask()),
        })
    }

    /// Only TCP, like `ip_proto tcp`. The filter is of IPv4 or IPv6, by an address or by its protocol.
    pub fn tcp(self) -> Self {
        self.ip_protocol(TCP)
    }

    /// Only UDP, like `ip_proto udp`. The filter is of IPv4 or IPv6, by an address or by its protocol.
    pub fn udp(self) -> Self {
        self.ip_protocol(UDP)
    }

    /// Only SCTP, like `ip_proto sctp`. The filter is of IPv4 or IPv6, by an address or by its protocol.
    pub fn sctp(self) -> Self {
        self.ip_protocol(SCTP)
    }

    /// Only ICMP over IPv4, like `ip_proto icmp`.
    pub fn icmp(self) -> Self {
        self.carried_by(EtherType::IPV4).ip_protocol(ICMP)
    }

    /// Only ICMPv6 over IPv6, like `ip_proto icmpv6`.
    pub fn icmpv6(self) -> Self {
        self.carried_by(EtherType::IPV6).ip_protocol(ICMPV6)
    }

    /// Sets the source port of TCP, UDP or SCTP, which was set before, like `src_port 80`.
    pub fn source_port(self, port: u16) -> Self {
        match self.view().ip_protocol() {
            Some(TCP) => self.tcp_source_port(port),
            Some(UDP) => self.udp_source_port(port),
            Some(SCTP) => self.sctp_source_port(port),
            _ => self.without_ports(),
        }
    }

    /// Sets the destination port of TCP, UDP or SCTP, which was set before, like `dst_port 80`.
    pub fn destination_port(self, port: u16) -> Self {
        match self.view().ip_protocol() {
            Some(TCP) => self.tcp_destination_port(port),
            Some(UDP) => self.udp_destination_port(port),
            Some(SCTP) => self.sctp_destination_port(port),
            _ => self.without_ports(),
        }
    }

    /// Sets a range of source ports, like `src_port 1024-65535`. The first is less than the last.
    pub fn source_ports(self, ports: RangeInclusive<u16>) -> Self {
        self.source_port_min(*ports.start()).source_port_max(*ports.end())
    }

    /// Sets a range of destination ports, like `dst_port 1024-65535`. The first is less than the last.
    pub fn destination_ports(self, ports: RangeInclusive<u16>) -> Self {
        self.destination_port_min(*ports.start()).destination_port_max(*ports.end())
    }

    /// Sets the VLAN of the outer tag (802.1Q), like `protocol 802.1Q flower vlan_id 5`. What was set before is behind the tag.
    pub fn vlan(self, id: u16) -> Self {
        let flower = match self.view().ether_type() {
            Some(protocol) if !is_vlan(protocol) => {
                self.vlan_ether_type(protocol).ether_type(EtherType::DOT1Q)
            }
            Some(_) => self,
            None => self.ether_type(EtherType::DOT1Q),
        };
        flower.vlan_id(id)
    }

    /// Sets the source prefix of the tunnel's outer header, like `enc_src_ip 192.0.2.0/24`.
    pub fn tunnel_source(self, prefix: impl IntoPrefix) -> Self {
        self.any_prefix(prefix, |flower, prefix| match prefix {
            IpNet::V4(net) => flower.tunnel_ipv4_source(net.addr()).tunnel_ipv4_source_mask(net.netmask()),
            IpNet::V6(net) => flower.tunnel_ipv6_source(net.addr()).tunnel_ipv6_source_mask(net.netmask()),
        })
    }

    /// Sets the destination prefix of the tunnel's outer header, like `enc_dst_ip 192.0.2.0/24`.
    pub fn tunnel_destination(self, prefix: impl IntoPrefix) -> Self {
        self.any_prefix(prefix, |flower, prefix| match prefix {
            IpNet::V4(net) => {
                flower.tunnel_ipv4_destination(net.addr()).tunnel_ipv4_destination_mask(net.netmask())
            }
            IpNet::V6(net) => {
                flower.tunnel_ipv6_destination(net.addr()).tunnel_ipv6_destination_mask(net.netmask())
            }
        })
    }

    fn any_prefix(self, prefix: impl IntoPrefix, set: impl FnOnce(Self, IpNet) -> Self) -> Self {
        self.given(prefix.into_prefix(), set)
    }

    fn prefix(self, prefix: impl IntoPrefix, set: impl FnOnce(Self, IpNet) -> Self) -> Self {
        self.any_prefix(prefix, |flower, prefix| {
            let protocol = match prefix.addr() {
                IpAddr::V4(_) => EtherType::IPV4,
                IpAddr::V6(_) => EtherType::IPV6,
            };
            set(flower.carried_by(protocol), prefix)
        })
    }

    /// The same with this protocol behind all tags; refused where there is another.
    fn carried_by(mut self, wanted: EtherType) -> Self {
        let flower = self.view();
        let (outer, inner) = (flower.ether_type(), flower.vlan_ether_type());
        match (outer, innermost(flower, outer)) {
            (_, Some(protocol)) if protocol == wanted => self,
            (_, Some(protocol)) => {
                let problem = format!("a filter of {protocol} packets can't match {wanted}");
                self.0.refuse(BuildError::Invalid(problem));
                self
            }
            (None, None) => self.ether_type(wanted),
            (Some(_), None) if inner.is_some() => self.inner_vlan_ether_type(wanted),
            (Some(_), None) => self.vlan_ether_type(wanted),
        }
    }

    fn without_ports(mut self) -> Self {
        let problem = "a port needs its protocol before it: `tcp()`, `udp()` or `sctp()`";
        self.0.refuse(BuildError::Invalid(problem.to_owned()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tc::PlaceFilter as _;
    use netlink_packet::Build as _;

    fn problem(flower: &FlowerBuf) -> String {
        flower.buffer().problem().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn the_protocol_is_that_of_the_addresses() {
        let flower = Flower::build().source("2001:db8::/32").destination("2001:db8:1::1");
        assert_eq!(flower.view().ether_type(), Some(EtherType::IPV6));
        assert_eq!(flower.view().ipv6_destination_mask(), Some(Ipv6Addr::from_bits(u128::MAX)));
        assert_eq!(flower.ingress().view().protocol(), EtherType::IPV6);
        let mixed = Flower::build().source("2001:db8::/32").destination("192.0.2.1");
        assert_eq!(problem(&mixed), "a filter of ipv6 packets can't match ip");
        assert!(problem(&Flower::build().source("nonsense")).contains("nonsense"));
    }

    #[test]
    fn the_protocol_may_follow() {
        let filter = Flower::build().tcp().destination_port(80).egress().protocol("ipv6").chain(3u32);
        assert_eq!(filter.view().kind::<Flower>().and_then(Flower::ether_type), Some(EtherType::IPV6));
        let other = filter.protocol("ip");
        assert_eq!(other.view().kind::<Flower>().and_then(Flower::ether_type), Some(EtherType::IPV4));
        assert_eq!((other.view().protocol(), other.view().chain()), (EtherType::IPV4, Some(3)));
        let all = other.protocol(EtherType::ALL);
        assert_eq!(all.view().kind::<Flower>().and_then(Flower::ether_type), None);
        let wrong = all.protocol("nonsense");
        assert!(wrong.buffer().problem().is_some());
    }

    #[test]
    fn tags_come_before_what_is_in_them() {
        let (before, after) = (
            Flower::build().vlan(5).destination("192.0.2.1"),
            Flower::build().destination("192.0.2.1").vlan(5),
        );
        for flower in [before, after] {
            let flower = flower.view();
            assert_eq!(
                (flower.ether_type(), flower.vlan_id(), flower.vlan_ether_type()),
                (Some(EtherType::DOT1Q), Some(5), Some(EtherType::IPV4))
            );
        }
    }

    #[test]
    fn ports_follow_their_protocol() {
        let flower = Flower::build().udp().source_port(53);
        assert_eq!(flower.view().udp_source_port(), Some(53));
        assert!(problem(&Flower::build().destination_port(80)).contains("needs its protocol before it"));
    }

    #[test]
    fn what_the_kernel_ignores() {
        let ignored = |flower: FlowerBuf| {
            Scope::of(flower.view()).ignored().map(|ignored| ignored.field).unwrap_or_default()
        };
        assert_eq!(ignored(Flower::build().tcp()), "ip_protocol");
        let ip = || Flower::build().destination("192.0.2.1");
        assert_eq!(ignored(ip().tcp().tcp_source_port(1)), "");
        assert_eq!(ignored(ip().udp().tcp_source_port(1)), "tcp_source_port");
        assert_eq!(ignored(ip().vlan_id(5)), "vlan_id");
        assert_eq!(ignored(ip().vlan(5).tcp().tcp_source_port(1)), "");
        assert_eq!(ignored(ip().arp_operation(1)), "arp_operation");
        assert_eq!(ignored(ip().icmp().icmpv4_type(8)), "");
        assert_eq!(ignored(ip().icmp().icmpv6_type(8)), "icmpv6_type");
        let pppoe = Flower::build().ether_type(EtherType::PPPOE_SESSION).pppoe_session(7);
        assert_eq!(ignored(pppoe.clone()), "");
        assert_eq!(ignored(pppoe.clone().tcp()), "ip_protocol");
        assert_eq!(ignored(pppoe.ppp_protocol(0x21).tcp()), "");
        let two = Flower::build().vlan_count(2).vlan_id(5).inner_vlan_id(6);
        assert_eq!(ignored(two), "");
    }
}
