//! IPv4 and IPv6 parts of a link: settings (sysctls) and counters.

use netlink_packet::{
    Buffer, BuildError, Chunks, Codec, Fixed, NLA_TYPE_MASK, Packed, Plain, Put, Schema, Scope, View, flags,
    netlink, values,
};
use std::fmt;
use std::marker::PhantomData;
use std::net::Ipv6Addr;

netlink! {
    /// IPv4 settings of a link: the `AF_INET` part of `IFLA_AF_SPEC`.
    pub struct InetSpec / InetSpecBuf
    attributes {
        /// Per-interface settings (devconf), as in `/proc/sys/net/ipv4/conf`.
        IFLA_INET_CONF = 1 => settings: IndexedValues<'_, Ipv4Setting> as ByIndex<Ipv4Setting>; separate,
    }
}

netlink! {
    /// IPv6 settings and state of a link: the `AF_INET6` part of `IFLA_AF_SPEC`.
    pub struct Inet6Spec / Inet6SpecBuf
    attributes {
        /// Flags: state of router discovery.
        IFLA_INET6_FLAGS = 1 => flags: Inet6Flags; read_only,
        /// Per-interface settings (devconf), as in `/proc/sys/net/ipv6/conf`.
        IFLA_INET6_CONF = 2 => settings: IndexedValues<'_, Ipv6Setting> as ByIndex<Ipv6Setting>; read_only,
        /// IPv6 statistics (stats, MIB counters), in the order of [`Ipv6Statistic`] up to Linux 6.12; later
        /// kernels have moved some.
        IFLA_INET6_STATS = 3 => stats: Chunks<'_, u64> as Ipv6Statistics; read_only,
        /// Multicast groups; no kernel sends them.
        IFLA_INET6_MCAST = 4 => groups: &[u8] as [u8]; read_only,
        /// Cache information: neighbour discovery timers and reassembly limit.
        IFLA_INET6_CACHEINFO = 5 => cache_info: &Inet6CacheInfo as Inet6CacheInfo; read_only,
        /// ICMPv6 statistics (MIB counters).
        IFLA_INET6_ICMP6STATS = 6 => icmp6_stats: IndexedValues<'_, Icmp6Statistic> as ByIndex<Icmp6Statistic>; read_only,
        /// Token: interface identifier (low 64 bits) of autoconfigured addresses; `::` where there is none.
        IFLA_INET6_TOKEN = 7 => token: Ipv6Addr; unless(has_no_token),
        /// Address generation mode of link-local and autoconfigured addresses.
        IFLA_INET6_ADDR_GEN_MODE = 8 => address_generation: AddressGeneration,
        /// MTU from the router advertisement (RA), in bytes.
        IFLA_INET6_RA_MTU = 9 => router_mtu: u32; read_only,
    }
}

/// Whether the token is unset: only some links accept it.
fn has_no_token(scope: &Scope<'_>) -> bool {
    Inet6Spec::cast(scope.bytes()).token() == Some(Ipv6Addr::UNSPECIFIED)
}

flags! {
    /// Router discovery state of IPv6 on a link: `IF_RA_*`, `IF_RS_SENT` and `IF_READY`.
    pub struct Inet6Flags: u32 = "" {
        /// Router solicitations have been sent.
        const RS_SENT = 0x10 => "rs_sent";
        /// A router advertisement has been received.
        const RA_RCVD = 0x20 => "ra_rcvd";
        /// M flag of the router advertisement: addresses are available by DHCPv6.
        const RA_MANAGED = 0x40 => "ra_managed";
        /// O flag of the router advertisement: other configuration is available by DHCPv6.
        const RA_OTHERCONF = 0x80 => "ra_otherconf";
        /// Ready: the link is up and IPv6 can use it.
        const READY = 0x8000_0000 => "ready";
    }
}

netlink! {
    /// IPv6 timers of a link: `struct ifla_cacheinfo`.
    pub struct Inet6CacheInfo / Inet6CacheInfoBuf
    header ifla_cacheinfo: 16 {
        /// Maximum length of a reassembled packet, in bytes.
        max_reasm_len = 0 => max_reassembly: u32,
        /// Timestamp of the last change, in hundredths of a second since boot.
        tstamp = 4 => changed: u32,
        /// Reachable time of neighbours, in milliseconds.
        reachable_time = 8 => reachable_time: i32,
        /// Retransmit time of neighbour solicitations, in milliseconds.
        retrans_time = 12 => retransmit_time: u32,
    }
}

values! {
    /// Generation mode of IPv6 link-local and autoconfigured addresses: `IN6_ADDR_GEN_MODE_*`, in the words
    /// of `ip`.
    pub struct AddressGeneration: u8 = "addr-gen-mode" {
        /// EUI-64: derived from the hardware address.
        EUI64 = 0 => "eui64",
        /// None: no link-local address is generated.
        NONE = 1 => "none",
        /// Stable privacy (RFC 7217): derived from `stable_secret`.
        STABLE_PRIVACY = 2 => "stable_secret",
        /// Random: stable privacy with a secret that the kernel generates.
        RANDOM = 3 => "random",
    }
}

/// Something that is known by its index in a list of values, counted from 0.
pub trait Indexed: Copy + fmt::Debug + 'static {
    /// Codec of the values.
    type Value: Fixed;
    /// The type of the list in the kernel's terms.
    const SCHEMA: Schema;

    /// The value at this index.
    fn at(index: u32) -> Self;

    /// The index of this.
    fn index(self) -> u32;
}

/// Values one after another, by index.
pub struct IndexedValues<'a, P: Indexed> {
    values: Chunks<'a, P::Value>,
}

impl<'a, P: Indexed> IndexedValues<'a, P> {
    /// The value of one entry; `None` where this kernel doesn't have it.
    pub fn get(&self, what: P) -> Option<<P::Value as Fixed>::Owned> {
        self.values.at(what.index() as usize)
    }

    /// All entries with their values.
    pub fn iter(&self) -> impl Iterator<Item = (P, <P::Value as Fixed>::Owned)> + use<'a, P> {
        (0..).map(P::at).zip(self.values.clone())
    }
}

impl<P: Indexed> fmt::Debug for IndexedValues<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Codec of an array of values by index.
///
/// The kernel sends settings one after another; a request is a nest of those that it changes, each under its index plus
/// 1, and is made of pairs: `[(Ipv4Setting::FORWARDING, 1)]`.
#[derive(Debug)]
pub struct ByIndex<P>(PhantomData<fn() -> P>);

impl<P: Indexed> Codec for ByIndex<P> {
    type Value<'a> = IndexedValues<'a, P>;
    const SCHEMA: Schema = P::SCHEMA;

    fn decode(payload: &[u8]) -> Option<IndexedValues<'_, P>> {
        <Packed<P::Value> as Codec>::decode(payload).map(|values| IndexedValues { values })
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        let values = payload.chunks_exact(<P::Value as Fixed>::SIZE);
        let named = (0..).map(P::at).zip(values);
        Plain::Map(
            named.map(|(what, value)| (format!("{what:?}").into(), P::Value::plain(value, scope))).collect(),
        )
    }
}

impl<P: Indexed<Value = i32>, const N: usize> Put<ByIndex<P>> for [(P, i32); N] {
    fn put(self, out: &mut Buffer) {
        for (setting, value) in self {
            let number = setting.index().checked_add(1).and_then(|number| u16::try_from(number).ok());
            let Some(number) = number.filter(|number| *number <= NLA_TYPE_MASK) else {
                return out
                    .refuse(BuildError::Invalid(format!("{} is not a valid setting", setting.index())));
            };
            let start = out.open(number);
            out.push(&value.to_ne_bytes());
            out.close(start, "setting");
        }
    }
}

macro_rules! indices {
    ($($Indexed:ident: $Value:ident as $Listed:ident,)*) => { $(
        impl Indexed for $Indexed {
            type Value = $Value;
            const SCHEMA: Schema = Schema { values: <$Indexed as Codec>::SCHEMA.values, ..<Packed<$Listed> as Codec>::SCHEMA };

            fn at(index: u32) -> Self {
                $Indexed(index)
            }

            fn index(self) -> u32 {
                self.0
            }
        }
    )* };
}

indices! {
    Ipv4Setting: i32 as u32,
    Ipv6Setting: i32 as u32,
    Icmp6Statistic: u64 as u64,
}

/// Codec of the IPv6 counters: see [`Ipv6Statistic`].
#[derive(Debug)]
pub struct Ipv6Statistics;

impl Codec for Ipv6Statistics {
    type Value<'a> = Chunks<'a, u64>;
    const SCHEMA: Schema =
        Schema { values: <Ipv6Statistic as Codec>::SCHEMA.values, ..<Packed<u64> as Codec>::SCHEMA };

    fn decode(payload: &[u8]) -> Option<Chunks<'_, u64>> {
        <Packed<u64> as Codec>::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        <Packed<u64> as Codec>::plain(payload, scope)
    }
}

values! {
    /// Per-interface IPv4 setting, by its name in `/proc/sys/net/ipv4/conf`; counted from 0 here. See the
    /// kernel's `ip-sysctl`.
    pub struct Ipv4Setting: u32 = "ipv4-devconf" {
        /// IP forwarding of packets received on the interface.
        FORWARDING = 0 => "forwarding",
        /// Multicast forwarding; set by a multicast routing daemon.
        MC_FORWARDING = 1 => "mc_forwarding",
        /// Proxy ARP: answers ARP requests for hosts reachable through other interfaces.
        PROXY_ARP = 2 => "proxy_arp",
        /// Accepts ICMP redirects.
        ACCEPT_REDIRECTS = 3 => "accept_redirects",
        /// Accepts ICMP redirects only to known gateways.
        SECURE_REDIRECTS = 4 => "secure_redirects",
        /// Sends ICMP redirects, if this host is a router.
        SEND_REDIRECTS = 5 => "send_redirects",
        /// Shared media (RFC 1620): several IP subnets share the link; overrides `secure_redirects`.
        SHARED_MEDIA = 6 => "shared_media",
        /// Reverse path filter: source validation (RFC 3704); 0 off, 1 strict, 2 loose.
        RP_FILTER = 7 => "rp_filter",
        /// Accepts packets with a source route option.
        ACCEPT_SOURCE_ROUTE = 8 => "accept_source_route",
        /// BOOTP relay: accept packets from 0.0.0.0/8 for other hosts. Not implemented by Linux.
        BOOTP_RELAY = 9 => "bootp_relay",
        /// Logs martians: packets with impossible addresses.
        LOG_MARTIANS = 10 => "log_martians",
        /// Tag: a number for the administrator's use.
        TAG = 11 => "tag",
        /// ARP filter: answer only on the interface through which the kernel would route back to the sender.
        ARPFILTER = 12 => "arpfilter",
        /// Medium ID, to tell links apart for proxy ARP; 0 the only interface on its medium, -1 unknown.
        MEDIUM_ID = 13 => "medium_id",
        /// No IPsec (xfrm) encryption on this interface: `disable_xfrm`.
        NOXFRM = 14 => "noxfrm",
        /// No IPsec policy lookup for this interface: `disable_policy`.
        NOPOLICY = 15 => "nopolicy",
        /// Forced IGMP version, 1 to 3; 0 follows the querier.
        FORCE_IGMP_VERSION = 16 => "force_igmp_version",
        /// Source address selection for ARP requests: 0 any local address, 1 prefer the target's subnet, 2
        /// the best one.
        ARP_ANNOUNCE = 17 => "arp_announce",
        /// ARP requests to ignore: 0 none, 1 those for addresses of other interfaces, and further modes up to
        /// 8 (all).
        ARP_IGNORE = 18 => "arp_ignore",
        /// Promotes a secondary address when its primary is removed, rather than removing all secondaries.
        PROMOTE_SECONDARIES = 19 => "promote_secondaries",
        /// Accepts gratuitous ARP as new neighbour entries: 0 no, 1 yes, 2 from the same subnet only.
        ARP_ACCEPT = 20 => "arp_accept",
        /// Notifies neighbours by gratuitous ARP when the interface comes up or its hardware address changes.
        ARP_NOTIFY = 21 => "arp_notify",
        /// Accepts packets that have a local address as their source.
        ACCEPT_LOCAL = 22 => "accept_local",
        /// Includes the packet's mark (fwmark) in source validation: `src_valid_mark`.
        SRC_VMARK = 23 => "src_vmark",
        /// Proxy ARP for private VLANs (RFC 3069): may answer on the interface that the request came from.
        PROXY_ARP_PVLAN = 24 => "proxy_arp_pvlan",
        /// Routes 127.0.0.0/8 like other addresses rather than treating it as martian.
        ROUTE_LOCALNET = 25 => "route_localnet",
        /// Interval between unsolicited IGMPv1 and IGMPv2 reports, in milliseconds.
        IGMPV2_UNSOLICITED_REPORT_INTERVAL = 26 => "igmpv2_unsolicited_report_interval",
        /// Interval between unsolicited IGMPv3 reports, in milliseconds.
        IGMPV3_UNSOLICITED_REPORT_INTERVAL = 27 => "igmpv3_unsolicited_report_interval",
        /// Ignores routes through this interface while its link is down.
        IGNORE_ROUTES_WITH_LINKDOWN = 28 => "ignore_routes_with_linkdown",
        /// Drops unicast IP packets in link-layer multicast or broadcast frames.
        DROP_UNICAST_IN_L2_MULTICAST = 29 => "drop_unicast_in_l2_multicast",
        /// Drops gratuitous ARP.
        DROP_GRATUITOUS_ARP = 30 => "drop_gratuitous_arp",
        /// Directed broadcast forwarding (RFC 2644).
        BC_FORWARDING = 31 => "bc_forwarding",
        /// Evicts ARP cache entries when the interface loses carrier.
        ARP_EVICT_NOCARRIER = 32 => "arp_evict_nocarrier",
    }
}

values! {
    /// Per-interface IPv6 setting, by its name in `/proc/sys/net/ipv6/conf`: `DEVCONF_*`. See the kernel's
    /// `ip-sysctl`.
    pub struct Ipv6Setting: u32 = "ipv6-devconf" {
        /// IPv6 forwarding: the interface acts as a router.
        FORWARDING = 0 => "forwarding",
        /// Default hop limit of sent packets.
        HOPLIMIT = 1 => "hoplimit",
        /// IPv6 MTU, in bytes.
        MTU6 = 2 => "mtu6",
        /// Accepts router advertisements: 0 no, 1 unless forwarding is enabled, 2 always.
        ACCEPT_RA = 3 => "accept_ra",
        /// Accepts ICMPv6 redirects.
        ACCEPT_REDIRECTS = 4 => "accept_redirects",
        /// Autoconfigures addresses from advertised prefixes (SLAAC).
        AUTOCONF = 5 => "autoconf",
        /// Number of duplicate address detection probes to transmit.
        DAD_TRANSMITS = 6 => "dad_transmits",
        /// Number of router solicitations to send before giving up; -1 never gives up.
        RTR_SOLICITS = 7 => "rtr_solicits",
        /// Initial interval between router solicitations, in milliseconds.
        RTR_SOLICIT_INTERVAL = 8 => "rtr_solicit_interval",
        /// Delay before the first router solicitation, in milliseconds.
        RTR_SOLICIT_DELAY = 9 => "rtr_solicit_delay",
        /// Temporary addresses (RFC 8981): 0 off, 1 on but public ones preferred, 2 on and preferred.
        USE_TEMPADDR = 10 => "use_tempaddr",
        /// Valid lifetime of temporary addresses, in seconds.
        TEMP_VALID_LFT = 11 => "temp_valid_lft",
        /// Preferred lifetime of temporary addresses, in seconds.
        TEMP_PREFERED_LFT = 12 => "temp_prefered_lft",
        /// Maximum attempts (retries) to generate a temporary address.
        REGEN_MAX_RETRY = 13 => "regen_max_retry",
        /// Maximum random desynchronisation of temporary address lifetimes, in seconds.
        MAX_DESYNC_FACTOR = 14 => "max_desync_factor",
        /// Maximum number of autoconfigured addresses; 0 means no limit.
        MAX_ADDRESSES = 15 => "max_addresses",
        /// Forced MLD version, 1 or 2; 0 follows the querier.
        FORCE_MLD_VERSION = 16 => "force_mld_version",
        /// Accepts default routers from router advertisements.
        ACCEPT_RA_DEFRTR = 17 => "accept_ra_defrtr",
        /// Accepts prefix information from router advertisements.
        ACCEPT_RA_PINFO = 18 => "accept_ra_pinfo",
        /// Accepts the router preference (RFC 4191) of router advertisements.
        ACCEPT_RA_RTR_PREF = 19 => "accept_ra_rtr_pref",
        /// Minimum interval between router reachability probes (RFC 4191), in milliseconds.
        RTR_PROBE_INTERVAL = 20 => "rtr_probe_interval",
        /// Maximum prefix length of accepted route information options (RFC 4191).
        ACCEPT_RA_RT_INFO_MAX_PLEN = 21 => "accept_ra_rt_info_max_plen",
        /// Proxy NDP: answers neighbour solicitations for configured proxy entries.
        PROXY_NDP = 22 => "proxy_ndp",
        /// Optimistic DAD (RFC 4429): addresses are usable before duplicate address detection has finished.
        OPTIMISTIC_DAD = 23 => "optimistic_dad",
        /// Accepts source routing headers: 0 type 2 only, negative none.
        ACCEPT_SOURCE_ROUTE = 24 => "accept_source_route",
        /// Multicast forwarding; set by a multicast routing daemon.
        MC_FORWARDING = 25 => "mc_forwarding",
        /// Disables IPv6 on the interface.
        DISABLE_IPV6 = 26 => "disable_ipv6",
        /// Duplicate address detection: 0 off, 1 on, 2 on, and disable IPv6 where the MAC-based link-local
        /// address is taken.
        ACCEPT_DAD = 27 => "accept_dad",
        /// Forces the target link-layer address option in answers to unicast solicitations too.
        FORCE_TLLAO = 28 => "force_tllao",
        /// Notifies neighbours by unsolicited advertisements when the interface comes up or its hardware
        /// address changes.
        NDISC_NOTIFY = 29 => "ndisc_notify",
        /// Interval between unsolicited MLDv1 reports, in milliseconds.
        MLDV1_UNSOLICITED_REPORT_INTERVAL = 30 => "mldv1_unsolicited_report_interval",
        /// Interval between unsolicited MLDv2 reports, in milliseconds.
        MLDV2_UNSOLICITED_REPORT_INTERVAL = 31 => "mldv2_unsolicited_report_interval",
        /// Drops fragmented neighbour discovery packets (RFC 6980).
        SUPPRESS_FRAG_NDISC = 32 => "suppress_frag_ndisc",
        /// Accepts router advertisements whose source is a local address.
        ACCEPT_RA_FROM_LOCAL = 33 => "accept_ra_from_local",
        /// Uses optimistic addresses as source addresses as if they were preferred.
        USE_OPTIMISTIC = 34 => "use_optimistic",
        /// Accepts the MTU of router advertisements.
        ACCEPT_RA_MTU = 35 => "accept_ra_mtu",
        /// Stable secret for address generation (RFC 7217); the kernel does not report its value.
        STABLE_SECRET = 36 => "stable_secret",
        /// Uses only addresses of the outgoing interface as source addresses.
        USE_OIF_ADDRS_ONLY = 37 => "use_oif_addrs_only",
        /// Minimum hop limit accepted from router advertisements.
        ACCEPT_RA_MIN_HOP_LIMIT = 38 => "accept_ra_min_hop_limit",
        /// Ignores routes through this interface while its link is down.
        IGNORE_ROUTES_WITH_LINKDOWN = 39 => "ignore_routes_with_linkdown",
        /// Drops unicast IPv6 packets in link-layer multicast or broadcast frames.
        DROP_UNICAST_IN_L2_MULTICAST = 40 => "drop_unicast_in_l2_multicast",
        /// Drops unsolicited neighbour advertisements.
        DROP_UNSOLICITED_NA = 41 => "drop_unsolicited_na",
        /// Keeps global addresses when the interface goes down: positive yes, 0 as the system-wide setting,
        /// negative no.
        KEEP_ADDR_ON_DOWN = 42 => "keep_addr_on_down",
        /// Maximum interval between router solicitations, in milliseconds.
        RTR_SOLICIT_MAX_INTERVAL = 43 => "rtr_solicit_max_interval",
        /// Accepts and processes SRv6 packets (segment routing header).
        SEG6_ENABLED = 44 => "seg6_enabled",
        /// SRv6 HMAC: -1 ignored, 0 verified where present, 1 required.
        SEG6_REQUIRE_HMAC = 45 => "seg6_require_hmac",
        /// Enhanced DAD (RFC 7527): a nonce tells looped-back probes from those of other hosts.
        ENHANCED_DAD = 46 => "enhanced_dad",
        /// Address generation mode: 0 EUI-64, 1 none, 2 stable privacy, 3 random.
        ADDR_GEN_MODE = 47 => "addr_gen_mode",
        /// Disables IPsec policy lookup for this interface.
        DISABLE_POLICY = 48 => "disable_policy",
        /// Minimum prefix length of accepted route information options (RFC 4191).
        ACCEPT_RA_RT_INFO_MIN_PLEN = 49 => "accept_ra_rt_info_min_plen",
        /// Traffic class of neighbour discovery messages.
        NDISC_TCLASS = 50 => "ndisc_tclass",
        /// Accepts and processes packets with an RPL source routing header.
        RPL_SEG_ENABLED = 51 => "rpl_seg_enabled",
        /// Metric of default routes from router advertisements.
        RA_DEFRTR_METRIC = 52 => "ra_defrtr_metric",
        /// Accepts IOAM options on this interface (in-situ OAM).
        IOAM6_ENABLED = 53 => "ioam6_enabled",
        /// IOAM interface id, 16 bits.
        IOAM6_ID = 54 => "ioam6_id",
        /// IOAM wide interface id, 32 bits.
        IOAM6_ID_WIDE = 55 => "ioam6_id_wide",
        /// Evicts neighbour entries when the interface loses carrier.
        NDISC_EVICT_NOCARRIER = 56 => "ndisc_evict_nocarrier",
        /// Accepts neighbour advertisements of unknown neighbours (RFC 9131): 0 no, 1 yes, 2 from the same
        /// subnet only.
        ACCEPT_UNTRACKED_NA = 57 => "accept_untracked_na",
        /// Minimum lifetime accepted from router advertisements, in seconds.
        ACCEPT_RA_MIN_LFT = 58 => "accept_ra_min_lft",
        /// Forces forwarding on this interface, even where it is off globally.
        FORCE_FORWARDING = 59 => "force_forwarding",
    }
}

values! {
    /// ICMPv6 counter of a link, by its index: `ICMP6_MIB_*`.
    pub struct Icmp6Statistic: u32 = "ifla-icmp6-stats" {
        /// Number of counters.
        NUM = 0 => "num",
        /// Messages received: `Icmp6InMsgs`.
        INMSGS = 1 => "inmsgs",
        /// Messages received with errors: `Icmp6InErrors`.
        INERRORS = 2 => "inerrors",
        /// Messages sent: `Icmp6OutMsgs`.
        OUTMSGS = 3 => "outmsgs",
        /// Messages not sent because of errors: `Icmp6OutErrors`.
        OUTERRORS = 4 => "outerrors",
        /// Messages received with checksum errors: `Icmp6InCsumErrors`.
        CSUMERRORS = 5 => "csumerrors",
        /// Messages suppressed by the host-wide rate limit: `Icmp6OutRateLimitHost`.
        RATELIMITHOST = 6 => "ratelimithost",
    }
}

values! {
    /// IPv6 counter of a link, by its index up to Linux 6.12: `IPSTATS_MIB_*` (RFC 4293).
    pub struct Ipv6Statistic: u32 = "ifla-inet6-stats" {
        /// Number of counters.
        NUM = 0 => "num",
        /// Packets received: `InReceives`.
        INPKTS = 1 => "inpkts",
        /// Octets received: `InOctets`.
        INOCTETS = 2 => "inoctets",
        /// Packets delivered to upper-layer protocols: `InDelivers`.
        INDELIVERS = 3 => "indelivers",
        /// Datagrams forwarded: `OutForwDatagrams`.
        OUTFORWDATAGRAMS = 4 => "outforwdatagrams",
        /// Packets that local protocols asked to send: `OutRequests`.
        OUTPKTS = 5 => "outpkts",
        /// Octets sent: `OutOctets`.
        OUTOCTETS = 6 => "outoctets",
        /// Packets discarded because of header errors: `InHdrErrors`.
        INHDRERRORS = 7 => "inhdrerrors",
        /// Packets too big to be forwarded: `InTooBigErrors`.
        INTOOBIGERRORS = 8 => "intoobigerrors",
        /// Received packets discarded because there was no route: `InNoRoutes`.
        INNOROUTES = 9 => "innoroutes",
        /// Received packets discarded because of an invalid destination address: `InAddrErrors`.
        INADDRERRORS = 10 => "inaddrerrors",
        /// Received packets of an unknown or unsupported protocol: `InUnknownProtos`.
        INUNKNOWNPROTOS = 11 => "inunknownprotos",
        /// Received packets discarded because they were truncated: `InTruncatedPkts`.
        INTRUNCATEDPKTS = 12 => "intruncatedpkts",
        /// Valid received packets discarded, such as for lack of memory: `InDiscards`.
        INDISCARDS = 13 => "indiscards",
        /// Valid outgoing packets discarded, such as for lack of memory: `OutDiscards`.
        OUTDISCARDS = 14 => "outdiscards",
        /// Outgoing packets discarded because there was no route: `OutNoRoutes`.
        OUTNOROUTES = 15 => "outnoroutes",
        /// Reassemblies that timed out: `ReasmTimeout`.
        REASMTIMEOUT = 16 => "reasmtimeout",
        /// Fragments received that required reassembly: `ReasmReqds`.
        REASMREQDS = 17 => "reasmreqds",
        /// Packets successfully reassembled: `ReasmOKs`.
        REASMOKS = 18 => "reasmoks",
        /// Reassembly failures: `ReasmFails`.
        REASMFAILS = 19 => "reasmfails",
        /// Packets successfully fragmented: `FragOKs`.
        FRAGOKS = 20 => "fragoks",
        /// Packets discarded because they could not be fragmented: `FragFails`.
        FRAGFAILS = 21 => "fragfails",
        /// Fragments created: `FragCreates`.
        FRAGCREATES = 22 => "fragcreates",
        /// Multicast packets received: `InMcastPkts`.
        INMCASTPKTS = 23 => "inmcastpkts",
        /// Multicast packets sent: `OutMcastPkts`.
        OUTMCASTPKTS = 24 => "outmcastpkts",
        /// Broadcast packets received: `InBcastPkts`.
        INBCASTPKTS = 25 => "inbcastpkts",
        /// Broadcast packets sent: `OutBcastPkts`.
        OUTBCASTPKTS = 26 => "outbcastpkts",
        /// Octets received in multicast packets: `InMcastOctets`.
        INMCASTOCTETS = 27 => "inmcastoctets",
        /// Octets sent in multicast packets: `OutMcastOctets`.
        OUTMCASTOCTETS = 28 => "outmcastoctets",
        /// Octets received in broadcast packets: `InBcastOctets`.
        INBCASTOCTETS = 29 => "inbcastoctets",
        /// Octets sent in broadcast packets: `OutBcastOctets`.
        OUTBCASTOCTETS = 30 => "outbcastoctets",
        /// Packets received with checksum errors: `InCsumErrors`.
        CSUMERRORS = 31 => "csumerrors",
        /// Packets received as Not-ECT (not ECN-capable): `InNoECTPkts`.
        NOECTPKTS = 32 => "noectpkts",
        /// Packets received with ECT(1): `InECT1Pkts`.
        ECT1_PKTS = 33 => "ect1_pkts",
        /// Packets received with ECT(0): `InECT0Pkts`.
        ECT0_PKTS = 34 => "ect0_pkts",
        /// Packets received as CE (congestion experienced): `InCEPkts`.
        CEPKTS = 35 => "cepkts",
        /// Overlapping fragments received: `ReasmOverlaps`.
        REASM_OVERLAPS = 36 => "reasm_overlaps",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::link::FamilySpecs;
    use netlink_packet::RawAttributes;

    #[test]
    fn as_kernels_report_it() {
        for reported in [capture!("link_eth0_6_1"), capture!("link_eth0"), capture!("link_v0_6_18")] {
            let settings = reported.link().inet().and_then(InetSpec::settings).unwrap();
            assert_eq!(settings.get(Ipv4Setting::ACCEPT_REDIRECTS), Some(1));
            assert_eq!(settings.get(Ipv4Setting(1000)), None);
            let inet6 = reported.link().inet6().unwrap();
            let settings = inet6.settings().unwrap();
            assert_eq!(settings.get(Ipv6Setting::RTR_SOLICITS), Some(-1));
            assert_eq!(settings.get(Ipv6Setting::HOPLIMIT), Some(64));
            assert_eq!(settings.iter().nth(1), Some((Ipv6Setting::HOPLIMIT, 64)));
            assert_eq!(inet6.cache_info().map(Inet6CacheInfo::max_reassembly), Some(65535));
            assert_eq!(inet6.token(), Some(Ipv6Addr::UNSPECIFIED));
        }
        let reported = capture!("link_v0_6_18");
        let counted = reported.link().inet6().and_then(Inet6Spec::icmp6_stats).unwrap();
        assert_eq!(counted.get(Icmp6Statistic::NUM), Some(7));
    }

    #[test]
    fn requests_name_what_they_set() {
        let inet = InetSpec::build().settings([(Ipv4Setting::FORWARDING, 1), (Ipv4Setting::RP_FILTER, -1)]);
        let specs = FamilySpecs::build().inet(inet);
        let inet = specs.view().inet().unwrap();
        let settings = inet.attributes().raw().payload_of(InetSpec::IFLA_INET_CONF.number()).unwrap();
        let set: Vec<_> =
            RawAttributes::new(settings).map(|setting| (setting.number(), setting.payload)).collect();
        assert_eq!(set, [(1, &1i32.to_ne_bytes()[..]), (8, &(-1i32).to_ne_bytes()[..])]);
    }
}
