//! Link-layer types: `ARPHRD_*`.

use netlink_packet::values;

values! {
    /// Link-layer type (ARP hardware type): `ARPHRD_*`, in the words of `ip` (`link/ether`).
    pub struct LinkType: u16 = "" {
        /// Ethernet.
        ETHER = 1 => "ether",
        /// Experimental Ethernet.
        EETHER = 2 => "eether",
        /// AX.25 amateur packet radio.
        AX25 = 3 => "ax25",
        /// PROnet token ring.
        PRONET = 4 => "pronet",
        /// Chaosnet.
        CHAOS = 5 => "chaos",
        /// IEEE 802.2 networks.
        IEEE802 = 6 => "ieee802",
        /// ARCnet.
        ARCNET = 7 => "arcnet",
        /// AppleTalk.
        APPLETLK = 8 => "atalk",
        /// Frame relay DLCI (a virtual circuit).
        DLCI = 15 => "dlci",
        /// Asynchronous Transfer Mode (ATM).
        ATM = 19 => "atm",
        /// Metricom STRIP.
        METRICOM = 23 => "metricom",
        /// IEEE 1394 (FireWire).
        IEEE1394 = 24 => "ieee1394",
        /// InfiniBand.
        INFINIBAND = 32 => "infiniband",
        /// Serial Line IP (SLIP).
        SLIP = 256 => "slip",
        /// Compressed SLIP (CSLIP).
        CSLIP = 257 => "cslip",
        /// SLIP in 6-bit encoding.
        SLIP6 = 258 => "slip6",
        /// Compressed SLIP in 6-bit encoding.
        CSLIP6 = 259 => "cslip6",
        /// Reserved number; KISS.
        RSRVD = 260 => "rsrvd",
        /// Adaptive SLIP.
        ADAPT = 264 => "adapt",
        /// ROSE amateur packet radio.
        ROSE = 270 => "rose",
        /// X.25.
        X25 = 271 => "x25",
        /// X.25 in firmware.
        HWX25 = 272 => "hwx25",
        /// Controller Area Network (CAN).
        CAN = 280 => "can",
        /// Management Component Transport Protocol (MCTP).
        MCTP = 290 => "mctp",
        /// Point-to-Point Protocol (PPP).
        PPP = 512 => "ppp",
        /// Cisco HDLC.
        HDLC = 513 => "hdlc",
        /// LAPB, the link layer of X.25.
        LAPB = 516 => "lapb",
        /// Digital's DDCMP.
        DDCMP = 517 => "ddcmp",
        /// Raw HDLC.
        RAWHDLC = 518 => "rawhdlc",
        /// Raw IP.
        RAWIP = 519 => "rawip",
        /// IPIP tunnel: IP in IPv4.
        TUNNEL = 768 => "ipip",
        /// IP6IP6 tunnel: IP in IPv6.
        TUNNEL6 = 769 => "tunnel6",
        /// Frame relay access device (FRAD).
        FRAD = 770 => "frad",
        /// SKIP virtual interface.
        SKIP = 771 => "skip",
        /// Loopback.
        LOOPBACK = 772 => "loopback",
        /// LocalTalk.
        LOCALTLK = 773 => "ltalk",
        /// Fiber Distributed Data Interface (FDDI).
        FDDI = 774 => "fddi",
        /// AP1000 BIF.
        BIF = 775 => "bif",
        /// SIT tunnel: IPv6 in IPv4.
        SIT = 776 => "sit",
        /// IP over DDP (AppleTalk).
        IPDDP = 777 => "ip/ddp",
        /// GRE over IPv4.
        IPGRE = 778 => "gre",
        /// PIM register interface of multicast routing.
        PIMREG = 779 => "pimreg",
        /// High Performance Parallel Interface (HIPPI).
        HIPPI = 780 => "hippi",
        /// Nexus 64 Mbit/s ASH.
        ASH = 781 => "ash",
        /// Acorn Econet.
        ECONET = 782 => "econet",
        /// IrDA infrared.
        IRDA = 783 => "irda",
        /// Fibre Channel, point-to-point.
        FCPP = 784 => "fcpp",
        /// Fibre Channel, arbitrated loop.
        FCAL = 785 => "fcal",
        /// Fibre Channel, public loop.
        FCPL = 786 => "fcpl",
        /// Fibre Channel fabric.
        FCFABRIC = 787 => "fcfb0",
        /// IEEE 802.5 Token Ring.
        IEEE802_TR = 800 => "tr",
        /// IEEE 802.11 (Wi-Fi).
        IEEE80211 = 801 => "ieee802.11",
        /// IEEE 802.11 monitor mode with Prism headers.
        IEEE80211_PRISM = 802 => "ieee802.11/prism",
        /// IEEE 802.11 monitor mode with radiotap headers.
        IEEE80211_RADIOTAP = 803 => "ieee802.11/radiotap",
        /// IEEE 802.15.4 (low-rate wireless personal area network).
        IEEE802154 = 804 => "ieee802.15.4",
        /// IEEE 802.15.4 monitor mode.
        IEEE802154_MONITOR = 805 => "ieee802.15.4/monitor",
        /// Phonet, the protocol of Nokia modems.
        PHONET = 820 => "phonet",
        /// Phonet pipe.
        PHONET_PIPE = 821 => "phonet_pipe",
        /// CAIF, the protocol of ST-Ericsson modems.
        CAIF = 822 => "caif",
        /// GRE over IPv6.
        IP6GRE = 823 => "gre6",
        /// Netlink messages (nlmon).
        NETLINK = 824 => "netlink",
        /// 6LoWPAN.
        LOWPAN = 825 => "6lowpan",
        /// Vsock monitor.
        VSOCKMON = 826 => "vsockmon",
        /// None: no link-layer header.
        NONE = 0xfffe => "none",
        /// Void: unknown type.
        VOID = 0xffff => "void",
    }
}

impl LinkType {
    /// NET/ROM, of radio amateurs. It is 0 and has no word, for requests leave the type out by this number.
    pub const NETROM: Self = LinkType(0);
}
