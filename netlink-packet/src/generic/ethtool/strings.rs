//! String sets: the names of bits and statistics, as the kernel and drivers have them.

use super::DeviceHeader;
use crate::{Flag, Items, NLA_F_NESTED, Repeated, netlink, values};

netlink! {
    /// String sets: `ETHTOOL_MSG_STRSET_GET`.
    ///
    /// Without a device the request is for sets of the kernel, such as the names of features; a device has those of its driver.
    ///
    /// ```
    /// use netlink_packet::generic::ethtool::{StringSetId, StringSets};
    ///
    /// let get = StringSets::of([StringSetId::FEATURES, StringSetId::LINK_MODES]);
    /// let ids: Vec<_> = get.view().list().unwrap().sets().unwrap().filter_map(|set| set.id()).collect();
    /// assert_eq!(ids, [StringSetId::FEATURES, StringSetId::LINK_MODES]);
    /// ```
    pub struct StringSets / StringSetsBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_STRSET_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// List of string sets; in a request those that are wanted, by id.
        ETHTOOL_A_STRSET_STRINGSETS = 2 | NLA_F_NESTED => list: &StringSetList as StringSetList,
        /// Counts only, in a request: just how many strings the sets have.
        ETHTOOL_A_STRSET_COUNTS_ONLY = 3 => counts_only: bool as Flag,
    }
}

impl StringSets {
    /// Asks for these sets.
    pub fn of(ids: impl IntoIterator<Item = StringSetId>) -> StringSetsBuf {
        let sets = ids.into_iter().map(|id| StringSet::build().id(id));
        StringSets::build().list(StringSetList::build().sets(sets))
    }

    /// The set with this id.
    pub fn set(&self, id: StringSetId) -> Option<&StringSet> {
        self.list()?.sets()?.find(|set| set.id() == Some(id))
    }
}

netlink! {
    /// A list of string sets: nested in `ETHTOOL_A_STRSET_STRINGSETS`.
    pub struct StringSetList / StringSetListBuf
    attributes {
        /// The string sets.
        ETHTOOL_A_STRINGSETS_STRINGSET = 1 | NLA_F_NESTED => sets: Items<'_, StringSet> as Repeated<StringSet>,
    }
}

netlink! {
    /// A string set: nested in `ETHTOOL_A_STRINGSETS_STRINGSET`.
    pub struct StringSet / StringSetBuf
    attributes {
        /// String set id: what the strings name.
        ETHTOOL_A_STRINGSET_ID = 1 => id: StringSetId,
        /// String count.
        ETHTOOL_A_STRINGSET_COUNT = 2 => count: u32,
        /// The strings; one list has them all.
        ETHTOOL_A_STRINGSET_STRINGS = 3 | NLA_F_NESTED => lists: Items<'_, StringList> as Repeated<StringList>,
    }
}

impl StringSet {
    /// The strings with their indexes.
    pub fn strings(&self) -> impl Iterator<Item = (u32, &str)> {
        let strings = self.lists().into_iter().flatten().filter_map(StringList::strings).flatten();
        strings.filter_map(|string| Some((string.index()?, string.value()?)))
    }
}

netlink! {
    /// A list of strings: nested in `ETHTOOL_A_STRINGSET_STRINGS`.
    pub struct StringList / StringListBuf
    attributes {
        /// The strings.
        ETHTOOL_A_STRINGS_STRING = 1 | NLA_F_NESTED => strings: Items<'_, IndexedString> as Repeated<IndexedString>,
    }
}

netlink! {
    /// A string with its index: nested in `ETHTOOL_A_STRINGS_STRING`.
    pub struct IndexedString / IndexedStringBuf
    attributes {
        /// Index of the string: the number of the bit or of the statistic.
        ETHTOOL_A_STRING_INDEX = 1 => index: u32,
        /// Value: the string itself.
        ETHTOOL_A_STRING_VALUE = 2 => value: &str as str,
    }
}

values! {
    /// What the strings of a set name: `ETH_SS_*`.
    pub struct StringSetId: u32 = "" {
        /// Results of a driver's self-test.
        TEST = 0 => "test",
        /// A driver's own statistics.
        STATS = 1 => "stats",
        /// A driver's private flags.
        PRIV_FLAGS = 2 => "priv-flags",
        /// n-tuple filters; no longer used.
        NTUPLE_FILTERS = 3 => "ntuple-filters",
        /// Device features.
        FEATURES = 4 => "features",
        /// Receive-side scaling (RSS) hash functions.
        RSS_HASH_FUNCS = 5 => "rss-hash-funcs",
        /// Tunables of devices.
        TUNABLES = 6 => "tunables",
        /// A PHY driver's own statistics.
        PHY_STATS = 7 => "phy-stats",
        /// Tunables of PHYs.
        PHY_TUNABLES = 8 => "phy-tunables",
        /// Link modes.
        LINK_MODES = 9 => "link-modes",
        /// Classes of debug messages.
        MSG_CLASSES = 10 => "msg-classes",
        /// Wake-on-LAN modes.
        WOL_MODES = 11 => "wol-modes",
        /// Timestamping flags (`SOF_TIMESTAMPING_*`).
        SOF_TIMESTAMPING = 12 => "sof-timestamping",
        /// Hardware timestamping of transmitted packets (`HWTSTAMP_TX_*`).
        TS_TX_TYPES = 13 => "ts-tx-types",
        /// Hardware timestamping of received packets (`HWTSTAMP_FILTER_*`).
        TS_RX_FILTERS = 14 => "ts-rx-filters",
        /// UDP tunnel types.
        UDP_TUNNEL_TYPES = 15 => "udp-tunnel-types",
        /// Groups of standard statistics.
        STATS_STD = 16 => "stats-std",
        /// IEEE 802.3 PHY statistics.
        STATS_ETH_PHY = 17 => "stats-eth-phy",
        /// IEEE 802.3 MAC statistics.
        STATS_ETH_MAC = 18 => "stats-eth-mac",
        /// IEEE 802.3 MAC Control statistics.
        STATS_ETH_CTRL = 19 => "stats-eth-ctrl",
        /// RMON statistics.
        STATS_RMON = 20 => "stats-rmon",
        /// Statistics of a PHY that drivers have in common (since Linux 6.14).
        STATS_PHY = 21 => "stats-phy",
        /// Flags of hardware timestamping (`HWTSTAMP_FLAG_*`; since Linux 6.14).
        TS_FLAGS = 22 => "ts-flags",
    }
}
