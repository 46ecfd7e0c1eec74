//! Gates that open by the clock: `gate`.

use super::{ActionKind, ActionTimes};
use crate::tc::clock::ClockNumber;
use crate::tc::{ClockId, TimeIn};
use netlink_packet::{Attr, Flag, Items, NLA_F_NESTED, Repeated, netlink};
use std::time::Duration;

netlink! {
    /// A gate that opens and closes by the clock (IEEE 802.1Qci): packets that come while it is closed are dropped.
    ///
    /// ```
    /// use rtnetlink::tc::action::Gate;
    /// use std::time::Duration;
    ///
    /// // action gate base-time 0 sched-entry open 200000000 -1 -1 sched-entry close 100000000
    /// let ms = Duration::from_millis;
    /// let gate = Gate::of([Gate::open(ms(200)), Gate::closed(ms(100))]);
    /// assert_eq!(gate.view().entries().and_then(|list| list.entries()).unwrap().count(), 2);
    /// ```
    pub struct Gate / GateBuf
    attributes {
        /// Times: when it was added and used.
        TCA_GATE_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_GATE_PARMS = 2 => parameters: &GateParameters as GateParameters,
        /// Priority; without effect in software.
        TCA_GATE_PRIORITY = 4 => priority: i32,
        /// Entry list: the schedule.
        TCA_GATE_ENTRY_LIST = 5 | NLA_F_NESTED => entries: &GateEntries as GateEntries,
        /// Base time: when the schedule begins.
        TCA_GATE_BASE_TIME = 6 => base_time: Duration as TimeIn<1, u64>,
        /// Cycle time: after how long the schedule begins again; that of all entries by default.
        TCA_GATE_CYCLE_TIME = 7 => cycle_time: Duration as TimeIn<1, u64>,
        /// Cycle time extension.
        TCA_GATE_CYCLE_TIME_EXT = 8 => cycle_time_extension: Duration as TimeIn<1, u64>,
        /// Flags; none are known.
        TCA_GATE_FLAGS = 9 => flags: u32,
        /// Clock of the schedule. Default TAI.
        TCA_GATE_CLOCKID = 10 => clock: ClockId as ClockNumber,
    }
}

parameters! {
    /// Parameters of a gate: `struct tc_gate`.
    pub struct GateParameters / GateParametersBuf = tc_gate: 20 {}
}

netlink! {
    /// The schedule of a gate.
    pub struct GateEntries / GateEntriesBuf
    attributes {
        /// Entries, in order.
        TCA_GATE_ONE_ENTRY = 1 | NLA_F_NESTED => entries: Items<'_, GateEntry> as Repeated<GateEntry>,
    }
}

netlink! {
    /// An entry of the schedule of a gate.
    pub struct GateEntry / GateEntryBuf
    attributes {
        /// Index of the entry.
        TCA_GATE_ENTRY_INDEX = 1 => index: u32,
        /// Gate: whether it is open.
        TCA_GATE_ENTRY_GATE = 2 => open: bool as Flag,
        /// Interval: how long.
        TCA_GATE_ENTRY_INTERVAL = 3 => interval: Duration as TimeIn<1, u32>,
        /// Internal priority value (IPV) of packets; -1 for none.
        TCA_GATE_ENTRY_IPV = 4 => internal_priority: i32,
        /// Maximum octets: bytes that may pass in this interval; -1 for no limit.
        TCA_GATE_ENTRY_MAX_OCTETS = 5 => max_octets: i32,
    }
}

impl ActionKind for Gate {
    const NAME: &'static str = "gate";
    type Parameters = GateParametersBuf;
    const PARAMETERS: Attr<Gate, GateParameters> = Gate::TCA_GATE_PARMS;
}

impl Gate {
    /// A gate with this schedule, from the clock's beginning on, like `action gate base-time 0 sched-entry ...`.
    pub fn of(entries: impl IntoIterator<Item = GateEntryBuf>) -> GateBuf {
        Gate::build().base_time(Duration::ZERO).entries(GateEntries::build().entries(entries))
    }

    /// An entry during which the gate is open, without limits, like `sched-entry open INTERVAL`.
    pub fn open(interval: Duration) -> GateEntryBuf {
        Gate::closed(interval).open(true)
    }

    /// An entry during which the gate is closed, like `sched-entry close INTERVAL`.
    pub fn closed(interval: Duration) -> GateEntryBuf {
        GateEntry::build().interval(interval).internal_priority(-1).max_octets(-1)
    }
}
