//! CHOose and Keep for responsive flows: `choke`.

use super::QdiscKind;
use super::red::{RedConfig, RedFlags, RedParameters, Unit, fitting_table};
use crate::tc::Percent;
use crate::tc::given::Given as _;
use netlink_packet::{Buffer, Scope, Table, View, append, netlink};

netlink! {
    /// CHOose and Keep (CHOKe): like [`red`](super::Red), and drops also packets of flows of which others wait already. Lengths are in
    /// packets.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceQdisc;
    /// use rtnetlink::tc::qdisc::Choke;
    /// use rtnetlink::tc::qdisc::red::RedConfig;
    ///
    /// // tc qdisc add dev DEV root choke limit 1000 min 83 max 250 bandwidth 10mbit ecn
    /// let qdisc = Choke::of(RedConfig::limit(1000).min(83).max(250).bandwidth("10mbit")).ecn(true).root();
    /// assert_eq!(qdisc.view().kind::<Choke>().and_then(Choke::parameters).map(|all| all.limit()), Some(1000));
    /// ```
    pub struct Choke / ChokeBuf
    attributes {
        /// Parameters (parms): limit, at most 131071, and thresholds, in packets. Of the flags, there are
        /// [`ECN`](RedFlags::ECN) and [`HARDDROP`](RedFlags::HARDDROP).
        TCA_CHOKE_PARMS = 1 => parameters: &RedParameters as RedParameters,
        /// Idle damping table (stab), 256 bytes: by how much the average shrinks while the queue is empty. Kernels do not list it: a
        /// request that is made from what was listed has one that fits.
        TCA_CHOKE_STAB = 2 => idle_table: &[u8] as [u8],
        /// Maximum probability (`max_P`), that of an average at the upper threshold.
        TCA_CHOKE_MAX_P = 3 => probability: Percent,
    }
    also idle_table_of_choke
}

impl QdiscKind for Choke {
    const NAME: &'static str = "choke";
    const STATS: Option<fn() -> &'static Table> = Some(ChokeStats::table);
}

impl Choke {
    /// With these lengths, in packets, and this probability: `choke limit PACKETS bandwidth RATE ...`.
    pub fn of(config: RedConfig) -> ChokeBuf {
        Choke::build().given(config.computed(Unit::Packets), |choke, computed| {
            let (parameters, table) = computed.parameters();
            choke.parameters(parameters).idle_table(&table[..]).probability(computed.probability)
        })
    }
}

impl ChokeBuf {
    /// Explicit congestion notification (ECN): packets are marked rather than dropped.
    pub fn ecn(self, on: bool) -> Self {
        self.flag(RedFlags::ECN, on)
    }

    /// Hard drop: packets are dropped, not marked, from the upper threshold on.
    pub fn harddrop(self, on: bool) -> Self {
        self.flag(RedFlags::HARDDROP, on)
    }

    fn flag(self, flag: RedFlags, on: bool) -> Self {
        let parameters = self.view().parameters().map(RedParameters::to_buf).unwrap_or_default();
        let mut flags = parameters.view().flags();
        flags.set(flag, on);
        self.parameters(parameters.flags(flags))
    }
}

/// Appends the idle damping table, which lists lack.
fn idle_table_of_choke(listed: &Scope<'_>, out: &mut Buffer) {
    if let Some(parameters) = Choke::cast(listed.bytes()).parameters() {
        append(out, Choke::TCA_CHOKE_STAB, &fitting_table(parameters)[..]);
    }
}

netlink! {
    /// Extra statistics of `choke`: `struct tc_choke_xstats`.
    pub struct ChokeStats / ChokeStatsBuf
    header tc_choke_xstats: 20 {
        /// Packets dropped early.
        early = 0 => early_drops: u32,
        /// Packets dropped over the limit.
        pdrop = 4 => limit_drops: u32,
        /// Packets dropped otherwise; 0 in kernels of today.
        other = 8 => other_drops: u32,
        /// Packets marked by ECN.
        marked = 12 => marks: u32,
        /// Packets dropped since others of their flow were waiting.
        matched = 16 => flow_drops: u32,
    }
}
