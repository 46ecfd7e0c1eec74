//! EtherTypes: the protocols of filters.

use netlink_packet::values;

values! {
    /// EtherType: the protocol of a frame, and of the packets that a filter sees, by the words of `tc`.
    pub struct EtherType: u16 = "" {
        /// All packets, whatever their protocol.
        ALL = 0x0003 => "all",
        /// IPv4.
        IPV4 = 0x0800 => "ip",
        /// Address resolution protocol (ARP).
        ARP = 0x0806 => "arp",
        /// Reverse ARP (RARP).
        RARP = 0x8035 => "rarp",
        /// IEEE 802.1Q customer tag (C-tag).
        DOT1Q = 0x8100 => "802.1Q",
        /// IPv6.
        IPV6 = 0x86dd => "ipv6",
        /// Slow protocols, such as LACP.
        SLOW = 0x8809 => "slow",
        /// MPLS unicast.
        MPLS_UNICAST = 0x8847 => "mpls_uc",
        /// MPLS multicast.
        MPLS_MULTICAST = 0x8848 => "mpls_mc",
        /// PPPoE discovery.
        PPPOE_DISCOVERY = 0x8863 => "ppp_disc",
        /// PPPoE session.
        PPPOE_SESSION = 0x8864 => "ppp_ses",
        /// EAP over LAN (EAPOL, 802.1X).
        EAPOL = 0x888e => "802_1x",
        /// IEEE 802.1ad service tag (S-tag).
        DOT1AD = 0x88a8 => "802.1ad",
        /// Link layer discovery protocol (LLDP).
        LLDP = 0x88cc => "lldp",
        /// MACsec.
        MACSEC = 0x88e5 => "802_1ae",
        /// Precision time protocol (PTP).
        PTP = 0x88f7 => "ptp",
        /// Connectivity fault management (CFM).
        CFM = 0x8902 => "cfm",
    }
}
