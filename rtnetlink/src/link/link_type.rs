//! Types of links: what their link-layer header is.

use netlink_packet::values;

values! {
    /// What a link's header is: `ARPHRD_*`, in the words of `ip` (`link/ether`).
    pub struct LinkType: u16 = "" {
        /// Ethernet.
        ETHER = 1 => "ether",
        /// Experimental Ethernet.
        EETHER = 2 => "eether",
        /// AX.25, of radio amateurs.
        AX25 = 3 => "ax25",
        /// PROnet token ring.
        PRONET = 4 => "pronet",
        /// Chaosnet.
        CHAOS = 5 => "chaos",
        /// IEEE 802.2.
        IEEE802 = 6 => "ieee802",
        /// ARCnet.
        ARCNET = 7 => "arcnet",
        /// AppleTalk.
        APPLETLK = 8 => "atalk",
        /// Frame relay, a connection.
        DLCI = 15 => "dlci",
        /// ATM.
        ATM = 19 => "atm",
        /// Metricom STRIP.
        METRICOM = 23 => "metricom",
        /// FireWire.
        IEEE1394 = 24 => "ieee1394",
        /// InfiniBand.
        INFINIBAND = 32 => "infiniband",
        /// Serial line IP.
        SLIP = 256 => "slip",
        /// Serial line IP, compressed.
        CSLIP = 257 => "cslip",
        /// Serial line IP of 6 bits.
        SLIP6 = 258 => "slip6",
        /// Serial line IP of 6 bits, compressed.
        CSLIP6 = 259 => "cslip6",
        /// KISS.
        RSRVD = 260 => "rsrvd",
        /// Adaptive serial line IP.
        ADAPT = 264 => "adapt",
        /// ROSE, of radio amateurs.
        ROSE = 270 => "rose",
        /// X.25.
        X25 = 271 => "x25",
        /// X.25 in firmware.
        HWX25 = 272 => "hwx25",
        /// Controller area network.
        CAN = 280 => "can",
        /// Management component transport protocol.
        MCTP = 290 => "mctp",
        /// Point-to-point protocol.
        PPP = 512 => "ppp",
        /// Cisco HDLC.
        HDLC = 513 => "hdlc",
        /// LAPB.
        LAPB = 516 => "lapb",
        /// DDCMP.
        DDCMP = 517 => "ddcmp",
        /// Raw HDLC.
        RAWHDLC = 518 => "rawhdlc",
        /// Raw IP.
        RAWIP = 519 => "rawip",
        /// IP in IPv4.
        TUNNEL = 768 => "ipip",
        /// IP in IPv6.
        TUNNEL6 = 769 => "tunnel6",
        /// Frame relay access.
        FRAD = 770 => "frad",
        /// SKIP.
        SKIP = 771 => "skip",
        /// The loopback device.
        LOOPBACK = 772 => "loopback",
        /// LocalTalk.
        LOCALTLK = 773 => "ltalk",
        /// FDDI.
        FDDI = 774 => "fddi",
        /// AP1000 BIF.
        BIF = 775 => "bif",
        /// IPv6 in IPv4.
        SIT = 776 => "sit",
        /// IP over AppleTalk.
        IPDDP = 777 => "ip/ddp",
        /// GRE over IPv4.
        IPGRE = 778 => "gre",
        /// Multicast routing's register.
        PIMREG = 779 => "pimreg",
        /// HIPPI.
        HIPPI = 780 => "hippi",
        /// Nexus ASH.
        ASH = 781 => "ash",
        /// Econet.
        ECONET = 782 => "econet",
        /// Infrared.
        IRDA = 783 => "irda",
        /// Fibre channel, point to point.
        FCPP = 784 => "fcpp",
        /// Fibre channel, arbitrated loop.
        FCAL = 785 => "fcal",
        /// Fibre channel, public loop.
        FCPL = 786 => "fcpl",
        /// Fibre channel fabric.
        FCFABRIC = 787 => "fcfb0",
        /// Token ring.
        IEEE802_TR = 800 => "tr",
        /// Wireless LAN.
        IEEE80211 = 801 => "ieee802.11",
        /// Wireless LAN being watched, with Prism headers.
        IEEE80211_PRISM = 802 => "ieee802.11/prism",
        /// Wireless LAN being watched, with radiotap headers.
        IEEE80211_RADIOTAP = 803 => "ieee802.11/radiotap",
        /// Wireless personal area network.
        IEEE802154 = 804 => "ieee802.15.4",
        /// Wireless personal area network being watched.
        IEEE802154_MONITOR = 805 => "ieee802.15.4/monitor",
        /// Phonet, of modems.
        PHONET = 820 => "phonet",
        /// A pipe of Phonet.
        PHONET_PIPE = 821 => "phonet_pipe",
        /// CAIF, of modems.
        CAIF = 822 => "caif",
        /// GRE over IPv6.
        IP6GRE = 823 => "gre6",
        /// What netlink sockets send.
        NETLINK = 824 => "netlink",
        /// IPv6 over wireless personal area networks.
        LOWPAN = 825 => "6lowpan",
        /// What virtual machines' sockets send.
        VSOCKMON = 826 => "vsockmon",
        /// No link-layer header.
        NONE = 0xfffe => "none",
        /// Nothing is known.
        VOID = 0xffff => "void",
    }
}

impl LinkType {
    /// NET/ROM, of radio amateurs. It is 0 and has no word, for requests leave the type out by this number.
    pub const NETROM: Self = LinkType(0);
}
