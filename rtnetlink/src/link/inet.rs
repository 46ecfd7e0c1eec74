//! What IPv4 and IPv6 know of a link: their settings and counters.

use netlink_packet::{
    Buffer, BuildError, Chunks, Codec, Fixed, NLA_TYPE_MASK, Packed, Put, Schema, Scope, View, flags,
    netlink, values,
};
use std::fmt;
use std::marker::PhantomData;
use std::net::Ipv6Addr;

netlink! {
    /// What IPv4 knows of a link.
    pub struct InetSpec / InetSpecBuf
    attributes {
        /// Its settings, as in `/proc/sys/net/ipv4/conf`.
        IFLA_INET_CONF = 1 => settings: Places<'_, Ipv4Setting> as ByPlace<Ipv4Setting>; separate,
    }
}

netlink! {
    /// What IPv6 knows of a link.
    pub struct Inet6Spec / Inet6SpecBuf
    attributes {
        /// How it stands with routers.
        IFLA_INET6_FLAGS = 1 => flags: Inet6Flags; read_only,
        /// Its settings, as in `/proc/sys/net/ipv6/conf`.
        IFLA_INET6_CONF = 2 => settings: Places<'_, Ipv6Setting> as ByPlace<Ipv6Setting>; read_only,
        /// What it has counted. Their order is that of [`Ipv6Statistic`] up to Linux 6.12; later kernels have
        /// moved some.
        IFLA_INET6_STATS = 3 => stats: Chunks<'_, u64> as Ipv6Statistics; read_only,
        /// Its groups; no kernel sends them.
        IFLA_INET6_MCAST = 4 => groups: &[u8] as [u8]; read_only,
        /// How it treats neighbours and fragments.
        IFLA_INET6_CACHEINFO = 5 => cache_info: &Inet6CacheInfo as Inet6CacheInfo; read_only,
        /// What it has counted of ICMPv6.
        IFLA_INET6_ICMP6STATS = 6 => icmp6_stats: Places<'_, Icmp6Statistic> as ByPlace<Icmp6Statistic>; read_only,
        /// The last 64 bits of the addresses that it makes; `::` where it has none of its own.
        IFLA_INET6_TOKEN = 7 => token: Ipv6Addr; unless(has_no_token),
        /// How it makes link-local addresses.
        IFLA_INET6_ADDR_GEN_MODE = 8 => address_generation: AddressGeneration,
        /// The MTU that a router told.
        IFLA_INET6_RA_MTU = 9 => router_mtu: u32; read_only,
    }
}

/// Whether it has no token of its own, which only some links can be told.
fn has_no_token(scope: &Scope<'_>) -> bool {
    Inet6Spec::cast(scope.bytes()).token() == Some(Ipv6Addr::UNSPECIFIED)
}

flags! {
    /// How IPv6 on a link stands with routers: `IF_RA_*`, `IF_RS_SENT` and `IF_READY`.
    pub struct Inet6Flags: u32 = "" {
        /// It has asked for routers.
        const RS_SENT = 0x10 => "rs_sent";
        /// A router has answered.
        const RA_RCVD = 0x20 => "ra_rcvd";
        /// Routers say that addresses come from a server.
        const RA_MANAGED = 0x40 => "ra_managed";
        /// Routers say that other settings come from a server.
        const RA_OTHERCONF = 0x80 => "ra_otherconf";
        /// It is ready.
        const READY = 0x8000_0000 => "ready";
    }
}

netlink! {
    /// How IPv6 treats neighbours and fragments on a link: `struct ifla_cacheinfo`.
    pub struct Inet6CacheInfo / Inet6CacheInfoBuf
    header ifla_cacheinfo: 16 {
        /// The longest packet that it puts together, in bytes.
        max_reasm_len = 0 => max_reassembly: u32,
        /// When it last changed, in hundredths of a second since boot.
        tstamp = 4 => changed: u32,
        /// How long a neighbour counts as reachable, in milliseconds.
        reachable_time = 8 => reachable_time: i32,
        /// How long it waits before it asks again, in milliseconds.
        retrans_time = 12 => retransmit_time: u32,
    }
}

values! {
    /// How link-local addresses are made: `IN6_ADDR_GEN_MODE_*`, in the words of `ip`.
    pub struct AddressGeneration: u8 = "addr-gen-mode" {
        /// From the hardware address.
        EUI64 = 0 => "eui64",
        /// Not at all.
        NONE = 1 => "none",
        /// From the secret.
        STABLE_PRIVACY = 2 => "stable_secret",
        /// From a secret made up at first use.
        RANDOM = 3 => "random",
    }
}

/// Something that is known by its place in a list of values, counted from 0.
pub trait Place: Copy + fmt::Debug + 'static {
    /// The codec of the values.
    type Value: Fixed;
    /// What the list is in the kernel's terms.
    const SCHEMA: Schema;

    /// What is at this place.
    fn at(place: u32) -> Self;

    /// The place of this.
    fn place(self) -> u32;
}

/// Values one behind another, by their places.
pub struct Places<'a, P: Place> {
    values: Chunks<'a, P::Value>,
}

impl<'a, P: Place> Places<'a, P> {
    /// The value of this; `None` where the kernel does not have it.
    pub fn get(&self, what: P) -> Option<<P::Value as Fixed>::Owned> {
        self.values.at(what.place() as usize)
    }

    /// All that the kernel has, with their values.
    pub fn iter(&self) -> impl Iterator<Item = (P, <P::Value as Fixed>::Owned)> + use<'a, P> {
        (0..).map(P::at).zip(self.values.clone())
    }
}

impl<P: Place> fmt::Debug for Places<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The codec of values by their places.
///
/// The kernel sends settings one behind another; a request is a nest of those that it changes, each under its
/// place plus 1, and is made of pairs: `[(Ipv4Setting::FORWARDING, 1)]`.
pub struct ByPlace<P>(PhantomData<fn() -> P>);

impl<P: Place> Codec for ByPlace<P> {
    type Value<'a> = Places<'a, P>;
    const SCHEMA: Schema = P::SCHEMA;

    fn decode(payload: &[u8]) -> Option<Places<'_, P>> {
        <Packed<P::Value> as Codec>::decode(payload).map(|values| Places { values })
    }
}

impl<P: Place<Value = i32>, const N: usize> Put<ByPlace<P>> for [(P, i32); N] {
    fn put(self, out: &mut Buffer) {
        for (setting, value) in self {
            let number = setting.place().checked_add(1).and_then(|number| u16::try_from(number).ok());
            let Some(number) = number.filter(|number| *number <= NLA_TYPE_MASK) else {
                return out.refuse(BuildError::Invalid(format!("there is no setting {}", setting.place())));
            };
            let start = out.open(number);
            out.push(&value.to_ne_bytes());
            out.close(start, "setting");
        }
    }
}

macro_rules! places {
    ($($Place:ident: $Value:ident as $Listed:ident,)*) => { $(
        impl Place for $Place {
            type Value = $Value;
            const SCHEMA: Schema = Schema { values: <$Place as Codec>::SCHEMA.values, ..<Packed<$Listed> as Codec>::SCHEMA };

            fn at(place: u32) -> Self {
                $Place(place)
            }

            fn place(self) -> u32 {
                self.0
            }
        }
    )* };
}

places! {
    Ipv4Setting: i32 as u32,
    Ipv6Setting: i32 as u32,
    Icmp6Statistic: u64 as u64,
}

/// The codec of IPv6's counters, without names: see [`Ipv6Statistic`].
pub struct Ipv6Statistics;

impl Codec for Ipv6Statistics {
    type Value<'a> = Chunks<'a, u64>;
    const SCHEMA: Schema =
        Schema { values: <Ipv6Statistic as Codec>::SCHEMA.values, ..<Packed<u64> as Codec>::SCHEMA };

    fn decode(payload: &[u8]) -> Option<Chunks<'_, u64>> {
        <Packed<u64> as Codec>::decode(payload)
    }
}

values! {
    /// A setting of IPv4 for a link, by its name in `/proc/sys/net/ipv4/conf`, counted from 0.
    pub struct Ipv4Setting: u32 = "ipv4-devconf" {
        /// It forwards packets.
        FORWARDING = 0 => "forwarding",
        /// It forwards packets for groups.
        MC_FORWARDING = 1 => "mc_forwarding",
        /// It answers for others.
        PROXY_ARP = 2 => "proxy_arp",
        /// It believes redirects.
        ACCEPT_REDIRECTS = 3 => "accept_redirects",
        /// It believes redirects of known gateways only.
        SECURE_REDIRECTS = 4 => "secure_redirects",
        /// It sends redirects.
        SEND_REDIRECTS = 5 => "send_redirects",
        /// Several networks share it.
        SHARED_MEDIA = 6 => "shared_media",
        /// Whether sources are checked: 0 no, 1 strictly, 2 loosely.
        RP_FILTER = 7 => "rp_filter",
        /// It takes packets that say their way.
        ACCEPT_SOURCE_ROUTE = 8 => "accept_source_route",
        /// It takes packets from 0/8 that are for others.
        BOOTP_RELAY = 9 => "bootp_relay",
        /// It logs packets from impossible sources.
        LOG_MARTIANS = 10 => "log_martians",
        /// A number without meaning.
        TAG = 11 => "tag",
        /// It answers only where it would send.
        ARPFILTER = 12 => "arpfilter",
        /// Which medium it is on.
        MEDIUM_ID = 13 => "medium_id",
        /// No IPsec encryption.
        NOXFRM = 14 => "noxfrm",
        /// No IPsec policy.
        NOPOLICY = 15 => "nopolicy",
        /// The version of IGMP that it speaks.
        FORCE_IGMP_VERSION = 16 => "force_igmp_version",
        /// Which source address it asks from.
        ARP_ANNOUNCE = 17 => "arp_announce",
        /// Which questions it does not answer.
        ARP_IGNORE = 18 => "arp_ignore",
        /// A secondary address follows a primary one.
        PROMOTE_SECONDARIES = 19 => "promote_secondaries",
        /// It learns from announcements.
        ARP_ACCEPT = 20 => "arp_accept",
        /// It announces itself.
        ARP_NOTIFY = 21 => "arp_notify",
        /// It takes packets from its own addresses.
        ACCEPT_LOCAL = 22 => "accept_local",
        /// The mark counts when sources are checked.
        SRC_VMARK = 23 => "src_vmark",
        /// It answers for others on the same link.
        PROXY_ARP_PVLAN = 24 => "proxy_arp_pvlan",
        /// It routes 127/8.
        ROUTE_LOCALNET = 25 => "route_localnet",
        /// How often memberships are told unasked in version 2, in milliseconds.
        IGMPV2_UNSOLICITED_REPORT_INTERVAL = 26 => "igmpv2_unsolicited_report_interval",
        /// How often memberships are told unasked in version 3, in milliseconds.
        IGMPV3_UNSOLICITED_REPORT_INTERVAL = 27 => "igmpv3_unsolicited_report_interval",
        /// Routes do not count without a carrier.
        IGNORE_ROUTES_WITH_LINKDOWN = 28 => "ignore_routes_with_linkdown",
        /// It drops packets for one that came to all.
        DROP_UNICAST_IN_L2_MULTICAST = 29 => "drop_unicast_in_l2_multicast",
        /// It drops announcements.
        DROP_GRATUITOUS_ARP = 30 => "drop_gratuitous_arp",
        /// It forwards directed broadcasts.
        BC_FORWARDING = 31 => "bc_forwarding",
        /// Neighbours are forgotten without a carrier.
        ARP_EVICT_NOCARRIER = 32 => "arp_evict_nocarrier",
    }
}

values! {
    /// A setting of IPv6 for a link, by its name in `/proc/sys/net/ipv6/conf`: `DEVCONF_*`.
    pub struct Ipv6Setting: u32 = "ipv6-devconf" {
        /// It forwards packets.
        FORWARDING = 0 => "forwarding",
        /// How many hops packets can make.
        HOPLIMIT = 1 => "hoplimit",
        /// The largest packet of IPv6.
        MTU6 = 2 => "mtu6",
        /// It believes routers: 0 no, 1 unless it forwards, 2 always.
        ACCEPT_RA = 3 => "accept_ra",
        /// It believes redirects.
        ACCEPT_REDIRECTS = 4 => "accept_redirects",
        /// It makes addresses from prefixes.
        AUTOCONF = 5 => "autoconf",
        /// How often it asks whether an address is taken.
        DAD_TRANSMITS = 6 => "dad_transmits",
        /// How often it asks for routers.
        RTR_SOLICITS = 7 => "rtr_solicits",
        /// How long it waits between asking, in milliseconds.
        RTR_SOLICIT_INTERVAL = 8 => "rtr_solicit_interval",
        /// How long it waits before asking, in milliseconds.
        RTR_SOLICIT_DELAY = 9 => "rtr_solicit_delay",
        /// Temporary addresses: 0 none, 1 some, 2 preferred.
        USE_TEMPADDR = 10 => "use_tempaddr",
        /// How long those are valid, in seconds.
        TEMP_VALID_LFT = 11 => "temp_valid_lft",
        /// How long those are preferred, in seconds.
        TEMP_PREFERED_LFT = 12 => "temp_prefered_lft",
        /// How often it tries to make one.
        REGEN_MAX_RETRY = 13 => "regen_max_retry",
        /// The most that their lives differ by, in seconds.
        MAX_DESYNC_FACTOR = 14 => "max_desync_factor",
        /// How many addresses it makes.
        MAX_ADDRESSES = 15 => "max_addresses",
        /// The version of MLD that it speaks.
        FORCE_MLD_VERSION = 16 => "force_mld_version",
        /// It believes default routers.
        ACCEPT_RA_DEFRTR = 17 => "accept_ra_defrtr",
        /// It believes prefixes.
        ACCEPT_RA_PINFO = 18 => "accept_ra_pinfo",
        /// It believes routers' preferences.
        ACCEPT_RA_RTR_PREF = 19 => "accept_ra_rtr_pref",
        /// How often it asks after a router, in milliseconds.
        RTR_PROBE_INTERVAL = 20 => "rtr_probe_interval",
        /// The longest prefix that it believes as a route.
        ACCEPT_RA_RT_INFO_MAX_PLEN = 21 => "accept_ra_rt_info_max_plen",
        /// It answers for others.
        PROXY_NDP = 22 => "proxy_ndp",
        /// It uses an address before it knows that none has it.
        OPTIMISTIC_DAD = 23 => "optimistic_dad",
        /// It takes packets that say their way.
        ACCEPT_SOURCE_ROUTE = 24 => "accept_source_route",
        /// It forwards packets for groups.
        MC_FORWARDING = 25 => "mc_forwarding",
        /// It has no IPv6.
        DISABLE_IPV6 = 26 => "disable_ipv6",
        /// It asks whether addresses are taken: 0 no, 1 yes, 2 and gives up IPv6 where its own is.
        ACCEPT_DAD = 27 => "accept_dad",
        /// It always says its hardware address when it answers.
        FORCE_TLLAO = 28 => "force_tllao",
        /// It announces itself.
        NDISC_NOTIFY = 29 => "ndisc_notify",
        /// How often memberships are told unasked in version 1, in milliseconds.
        MLDV1_UNSOLICITED_REPORT_INTERVAL = 30 => "mldv1_unsolicited_report_interval",
        /// How often memberships are told unasked in version 2, in milliseconds.
        MLDV2_UNSOLICITED_REPORT_INTERVAL = 31 => "mldv2_unsolicited_report_interval",
        /// It drops fragments of neighbour discovery.
        SUPPRESS_FRAG_NDISC = 32 => "suppress_frag_ndisc",
        /// It believes itself as a router.
        ACCEPT_RA_FROM_LOCAL = 33 => "accept_ra_from_local",
        /// It prefers such addresses too.
        USE_OPTIMISTIC = 34 => "use_optimistic",
        /// It believes an MTU.
        ACCEPT_RA_MTU = 35 => "accept_ra_mtu",
        /// A secret, which is not shown.
        STABLE_SECRET = 36 => "stable_secret",
        /// Sources come from the link that sends.
        USE_OIF_ADDRS_ONLY = 37 => "use_oif_addrs_only",
        /// The least number of hops that it believes.
        ACCEPT_RA_MIN_HOP_LIMIT = 38 => "accept_ra_min_hop_limit",
        /// Routes do not count without a carrier.
        IGNORE_ROUTES_WITH_LINKDOWN = 39 => "ignore_routes_with_linkdown",
        /// It drops packets for one that came to all.
        DROP_UNICAST_IN_L2_MULTICAST = 40 => "drop_unicast_in_l2_multicast",
        /// It drops announcements.
        DROP_UNSOLICITED_NA = 41 => "drop_unsolicited_na",
        /// It keeps addresses when it goes down.
        KEEP_ADDR_ON_DOWN = 42 => "keep_addr_on_down",
        /// The longest wait between asking for routers, in milliseconds.
        RTR_SOLICIT_MAX_INTERVAL = 43 => "rtr_solicit_max_interval",
        /// It takes packets with a segment routing header.
        SEG6_ENABLED = 44 => "seg6_enabled",
        /// Those must be signed.
        SEG6_REQUIRE_HMAC = 45 => "seg6_require_hmac",
        /// It tells its own questions from others'.
        ENHANCED_DAD = 46 => "enhanced_dad",
        /// How link-local addresses are made.
        ADDR_GEN_MODE = 47 => "addr_gen_mode",
        /// No IPsec policy.
        DISABLE_POLICY = 48 => "disable_policy",
        /// The shortest prefix that it believes as a route.
        ACCEPT_RA_RT_INFO_MIN_PLEN = 49 => "accept_ra_rt_info_min_plen",
        /// The traffic class of neighbour discovery.
        NDISC_TCLASS = 50 => "ndisc_tclass",
        /// It takes packets with an RPL header.
        RPL_SEG_ENABLED = 51 => "rpl_seg_enabled",
        /// The metric of default routers.
        RA_DEFRTR_METRIC = 52 => "ra_defrtr_metric",
        /// It takes part in IOAM.
        IOAM6_ENABLED = 53 => "ioam6_enabled",
        /// Its number in IOAM.
        IOAM6_ID = 54 => "ioam6_id",
        /// Its wide number in IOAM.
        IOAM6_ID_WIDE = 55 => "ioam6_id_wide",
        /// Neighbours are forgotten without a carrier.
        NDISC_EVICT_NOCARRIER = 56 => "ndisc_evict_nocarrier",
        /// It learns from announcements.
        ACCEPT_UNTRACKED_NA = 57 => "accept_untracked_na",
        /// The least lifetime that it believes, in seconds.
        ACCEPT_RA_MIN_LFT = 58 => "accept_ra_min_lft",
        /// It forwards packets, whatever the host does.
        FORCE_FORWARDING = 59 => "force_forwarding",
    }
}

values! {
    /// What a link has counted of ICMPv6, by its place: `ICMP6_MIB_*`.
    pub struct Icmp6Statistic: u32 = "ifla-icmp6-stats" {
        /// How many counters there are.
        NUM = 0 => "num",
        /// Messages received.
        INMSGS = 1 => "inmsgs",
        /// Bad messages received.
        INERRORS = 2 => "inerrors",
        /// Messages sent.
        OUTMSGS = 3 => "outmsgs",
        /// Messages that could not be sent.
        OUTERRORS = 4 => "outerrors",
        /// Messages received with a wrong checksum.
        CSUMERRORS = 5 => "csumerrors",
        /// Messages not sent, for the rate of the host.
        RATELIMITHOST = 6 => "ratelimithost",
    }
}

values! {
    /// What a link has counted of IPv6, by its place up to Linux 6.12: `IPSTATS_MIB_*`.
    pub struct Ipv6Statistic: u32 = "ifla-inet6-stats" {
        /// How many counters there are.
        NUM = 0 => "num",
        /// Packets received.
        INPKTS = 1 => "inpkts",
        /// Bytes received.
        INOCTETS = 2 => "inoctets",
        /// Packets handed to protocols.
        INDELIVERS = 3 => "indelivers",
        /// Packets forwarded.
        OUTFORWDATAGRAMS = 4 => "outforwdatagrams",
        /// Packets sent.
        OUTPKTS = 5 => "outpkts",
        /// Bytes sent.
        OUTOCTETS = 6 => "outoctets",
        /// Packets received with a bad header.
        INHDRERRORS = 7 => "inhdrerrors",
        /// Packets too big to be forwarded.
        INTOOBIGERRORS = 8 => "intoobigerrors",
        /// Packets received without a route.
        INNOROUTES = 9 => "innoroutes",
        /// Packets received for a bad address.
        INADDRERRORS = 10 => "inaddrerrors",
        /// Packets received of an unknown protocol.
        INUNKNOWNPROTOS = 11 => "inunknownprotos",
        /// Packets received that were too short.
        INTRUNCATEDPKTS = 12 => "intruncatedpkts",
        /// Packets that were dropped on their way in.
        INDISCARDS = 13 => "indiscards",
        /// Packets that were dropped on their way out.
        OUTDISCARDS = 14 => "outdiscards",
        /// Packets not sent for want of a route.
        OUTNOROUTES = 15 => "outnoroutes",
        /// Fragments that waited too long.
        REASMTIMEOUT = 16 => "reasmtimeout",
        /// Fragments received.
        REASMREQDS = 17 => "reasmreqds",
        /// Packets put together.
        REASMOKS = 18 => "reasmoks",
        /// Packets that could not be put together.
        REASMFAILS = 19 => "reasmfails",
        /// Packets cut into fragments.
        FRAGOKS = 20 => "fragoks",
        /// Packets that could not be cut.
        FRAGFAILS = 21 => "fragfails",
        /// Fragments made.
        FRAGCREATES = 22 => "fragcreates",
        /// Packets received for groups.
        INMCASTPKTS = 23 => "inmcastpkts",
        /// Packets sent to groups.
        OUTMCASTPKTS = 24 => "outmcastpkts",
        /// Packets received for all.
        INBCASTPKTS = 25 => "inbcastpkts",
        /// Packets sent to all.
        OUTBCASTPKTS = 26 => "outbcastpkts",
        /// Bytes received for groups.
        INMCASTOCTETS = 27 => "inmcastoctets",
        /// Bytes sent to groups.
        OUTMCASTOCTETS = 28 => "outmcastoctets",
        /// Bytes received for all.
        INBCASTOCTETS = 29 => "inbcastoctets",
        /// Bytes sent to all.
        OUTBCASTOCTETS = 30 => "outbcastoctets",
        /// Packets received with a wrong checksum.
        CSUMERRORS = 31 => "csumerrors",
        /// Packets received whose sender knows no congestion marks.
        NOECTPKTS = 32 => "noectpkts",
        /// Packets received with the mark ECT(1).
        ECT1_PKTS = 33 => "ect1_pkts",
        /// Packets received with the mark ECT(0).
        ECT0_PKTS = 34 => "ect0_pkts",
        /// Packets received that met congestion.
        CEPKTS = 35 => "cepkts",
        /// Fragments that overlap.
        REASM_OVERLAPS = 36 => "reasm_overlaps",
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::link::FamilySpecs;
    use netlink_packet::RawAttributes;

    #[test]
    fn as_kernels_tell() {
        for told in [capture!("link_eth0_6_1"), capture!("link_eth0"), capture!("link_v0_6_18")] {
            let settings = told.link().inet().and_then(InetSpec::settings).unwrap();
            assert_eq!(settings.get(Ipv4Setting::ACCEPT_REDIRECTS), Some(1));
            assert_eq!(settings.get(Ipv4Setting(1000)), None);
            let inet6 = told.link().inet6().unwrap();
            let settings = inet6.settings().unwrap();
            assert_eq!(settings.get(Ipv6Setting::RTR_SOLICITS), Some(-1));
            assert_eq!(settings.get(Ipv6Setting::HOPLIMIT), Some(64));
            assert_eq!(settings.iter().nth(1), Some((Ipv6Setting::HOPLIMIT, 64)));
            assert_eq!(inet6.cache_info().map(Inet6CacheInfo::max_reassembly), Some(65535));
            assert_eq!(inet6.token(), Some(Ipv6Addr::UNSPECIFIED));
        }
        let told = capture!("link_v0_6_18");
        let counted = told.link().inet6().and_then(Inet6Spec::icmp6_stats).unwrap();
        assert_eq!(counted.get(Icmp6Statistic::NUM), Some(7));
    }

    #[test]
    fn requests_name_what_they_set() {
        let inet = InetSpec::build().settings([(Ipv4Setting::FORWARDING, 1), (Ipv4Setting::RP_FILTER, -1)]);
        let specs = FamilySpecs::build().inet(inet);
        let inet = specs.view().inet().unwrap();
        let settings = inet.attributes().raw().payload_of(IFLA_INET_CONF.kind()).unwrap();
        let set: Vec<_> =
            RawAttributes::new(settings).map(|setting| (setting.kind(), setting.payload)).collect();
        assert_eq!(set, [(1, &1i32.to_ne_bytes()[..]), (8, &(-1i32).to_ne_bytes()[..])]);
    }
}
