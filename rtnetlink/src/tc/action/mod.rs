//! Actions: what happens to the packets that a filter matches. A file, a table and a line in the list below for each kind.
//!
//! They are what follows `action` in `tc filter add ... action mirred egress redirect dev eth0`: a filter's builder takes them in
//! order, with [`action`](super::TakeActions::action).
//!
//! ```
//! use rtnetlink::tc::action::{Gact, Mirred};
//! use rtnetlink::tc::filter::Matchall;
//! use rtnetlink::tc::{BuildAction, TakeActions, Verdict};
//!
//! let filter = Matchall::build().action(Mirred::mirror("eth1")).action(Gact::drop().index(7));
//! let actions = filter.view().actions().unwrap();
//! let what: Vec<_> = actions.map(|action| (action.kind_name(), action.verdict())).collect();
//! assert_eq!(what, [(Some("mirred"), Some(Verdict::PIPE)), (Some("gact"), Some(Verdict::DROP))]);
//! ```

use super::message::TcStats;
use super::verdict::Verdict;
use crate::ClockTicks;
use netlink_packet::{
    Attr, Bitfield, Buffer, Build, BuildError, Chosen, Fixed, HEADER_LEN, Kind, NLA_F_NESTED, Nest, NestBuf,
    Put, RawAttributes, Scope, Selector, Table, View, flags, kinds, nested, netlink, set,
};
use std::time::Duration;

/// Defines the parameters of a kind: what all have, and what follows it.
macro_rules! parameters {
    (
        $(#[$meta:meta])* pub struct $View:ident / $Buf:ident = $name:ident : $length:literal { $($more:tt)* }
        $(rest $rest:tt)?
    ) => {
        ::netlink_packet::netlink! {
            $(#[$meta])*
            pub struct $View / $Buf
            header $name: $length {
                /// Index of the action among those of its kind; 0 in a request lets the kernel choose one. A request made from
                /// a filter's action leaves it out, unless the action exists without a filter, too.
                index = 0 => index: u32; unless($crate::tc::action::is_of_its_filters),
                /// Capabilities; without effect.
                capab = 4 => capabilities: u32; read_only,
                /// Control action (verdict): what happens to the packet afterwards.
                action = 8 => verdict: $crate::tc::Verdict,
                /// References: by filters, and one more for an action that was added by itself.
                refcnt = 12 => references: i32; read_only,
                /// Bindings: references by filters.
                bindcnt = 16 => bindings: i32; read_only,
                $($more)*
            }
            $(rest $rest)?
        }
    };
}

mod message;

pub use message::{ActionDumpFlags, ActionMessage, ActionMessageBuf};

kinds! {
    /// The kinds of actions that have a table here.
    pub(super) static ACTIONS: &'static str, Parameters = action_kind {
        bpf: Bpf,
        connmark: Connmark,
        csum: Csum,
        ct: Ct,
        ctinfo: Ctinfo,
        gact: Gact,
        gate: Gate,
        ife: Ife,
        mirred: Mirred,
        mpls: Mpls,
        nat: Nat,
        pedit: Pedit,
        police: Police,
        sample: Sample,
        simple: Simple,
        skbedit: Skbedit,
        skbmod: Skbmod,
        tunnel_key: TunnelKey,
        vlan: Vlan,
    }
}

/// A kind of action: the table of its options.
///
/// A kind of your own is a table ([`netlink!`](netlink_packet::netlink)), a name, and the key of its parameters.
pub trait ActionKind: View {
    /// The name that the kernel has for it, such as `mirred`.
    const NAME: &'static str;

    /// The builder of its parameters: a struct that begins as `struct tc_gact` does.
    type Parameters: Build + Put<<Self::Parameters as Build>::View>;

    /// The key of its parameters.
    const PARAMETERS: Attr<Self, <Self::Parameters as Build>::View>;

    /// The key of its parameters in another form, where it has one.
    const OTHER_PARAMETERS: Option<Attr<Self, <Self::Parameters as Build>::View>> = None;

    /// Where the verdict is in the parameters, in bytes.
    const VERDICT_AT: usize = 8;

    /// The verdict where a request says none: that of `tc`.
    const VERDICT: Verdict = Verdict::PIPE;
}

/// Where an action's parameters are, and its verdict in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameters {
    number: u16,
    other_number: u16,
    verdict_at: usize,
}

const fn action_kind<K: ActionKind + ?Sized>() -> Kind<&'static str, Parameters> {
    let number = K::PARAMETERS.number();
    let other_number = match K::OTHER_PARAMETERS {
        Some(key) => key.number(),
        None => number,
    };
    let more = Parameters { number, other_number, verdict_at: K::VERDICT_AT };
    Kind::new::<K>(K::NAME, &[], more)
}

/// The kinds that have a table here: their names, and the table.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
    ACTIONS.tables()
}

netlink! {
    /// An action, as `tc` has it in filters and by itself.
    pub struct Action / ActionBuf
    attributes {
        /// Kind of the action, such as `mirred`.
        TCA_ACT_KIND = 1 => kind_name: &str as str,
        /// Options of the kind as raw attributes; [`kind`](Action::kind) reads them.
        TCA_ACT_OPTIONS = 2 | NLA_F_NESTED => options: &Nest as Chosen<ActionOptions>,
        /// Index by which requests get or delete an action. What was listed has it in its parameters: [`index`](Action::index).
        TCA_ACT_INDEX = 3 => wanted_index: u32,
        /// Statistics: bytes and packets, drops and overlimits.
        TCA_ACT_STATS = 4 => stats: &TcStats as TcStats; read_only,
        /// Cookie: up to 16 bytes that the kernel keeps for whoever added the action.
        TCA_ACT_COOKIE = 6 => cookie: &[u8] as [u8],
        /// Flags.
        TCA_ACT_FLAGS = 7 => flags: ActionFlags as Bitfield<ActionFlags>,
        /// Hardware statistics (`hw_stats`): of which types they may be.
        TCA_ACT_HW_STATS = 8 => hardware_stats: HardwareStats as Bitfield<HardwareStats>,
        /// Used hardware statistics: the type that hardware has.
        TCA_ACT_USED_HW_STATS = 9 => used_hardware_stats: HardwareStats as Bitfield<HardwareStats>; read_only,
        /// In hardware: how many devices do it.
        TCA_ACT_IN_HW_COUNT = 10 => in_hardware_count: u32; read_only,
    }
}

flags! {
    /// Flags of an action: `TCA_ACT_FLAGS_*`.
    pub struct ActionFlags: u32 = "" {
        /// No counters for each CPU: less memory, for actions that are rarely reached.
        const NO_PERCPU_STATS = 0x1 => "no_percpu";
        /// Skip hardware: the action is not offloaded.
        const SKIP_HW = 0x2 => "skip_hw";
        /// Skip software: only hardware does it.
        const SKIP_SW = 0x4 => "skip_sw";
    }
}

flags! {
    /// Types of hardware statistics: `TCA_ACT_HW_STATS_*`. None of them disables the statistics.
    pub struct HardwareStats: u32 = "" {
        /// Immediate: read from the hardware when they are asked for.
        const IMMEDIATE = 0x1 => "immediate";
        /// Delayed: read from the hardware now and then.
        const DELAYED = 0x2 => "delayed";
    }
}

netlink! {
    /// Times of an action: `struct tcf_t`.
    pub struct ActionTimes / ActionTimesBuf
    header tcf_t: 32 {
        /// Installed: how long ago it was added.
        install = 0 => installed: Duration as ClockTicks<u64>,
        /// Last used: how long ago.
        lastuse = 8 => last_used: Duration as ClockTicks<u64>,
        /// Expires: no action does.
        expires = 16 => expires: Duration as ClockTicks<u64>,
        /// First used: how long ago; 0 if it was not.
        firstuse = 24 => first_used: Duration as ClockTicks<u64>,
    }
}

/// Whether an action's parameters are those of one that exists only as a part of its filters.
pub(super) fn is_of_its_filters(parameters: &Scope<'_>) -> bool {
    let count = |name| {
        let fields = parameters.table().fields;
        let at = fields.iter().find(|field| field.name == name).map_or(0, |field| field.at);
        parameters.bytes().get(at..at + i32::SIZE).map(i32::read).unwrap_or_default()
    };
    let bindings = count("bindcnt");
    bindings > 0 && bindings >= count("refcnt")
}

impl Action {
    /// The action of this kind and index, to get or to delete it.
    pub fn at(kind: &str, index: u32) -> ActionBuf {
        Action::build().kind_name(kind).wanted_index(index)
    }

    /// An action of this kind, for its options; `None` if it is of another.
    pub fn kind<K: ActionKind + ?Sized>(&self) -> Option<&K> {
        let matches = self.kind_name() == Some(K::NAME);
        matches.then(|| self.options().unwrap_or_default()).and_then(Nest::read_as)
    }

    /// Index of the action among those of its kind; `None` if the kind has no table here.
    pub fn index(&self) -> Option<u32> {
        self.parameter(|_| 0).map(u32::read).or_else(|| self.wanted_index())
    }

    /// Control action (verdict): what happens to the packet afterwards; `None` if the kind has no table here.
    pub fn verdict(&self) -> Option<Verdict> {
        self.parameter(|parameters| parameters.verdict_at).map(Verdict::read)
    }

    /// The four bytes of the parameters at an offset.
    fn parameter(&self, at: impl Fn(Parameters) -> usize) -> Option<&[u8]> {
        let parameters = ACTIONS.get(self.kind_name()?)?.more;
        let start = at(parameters);
        let options = RawAttributes::new(self.options()?.as_bytes());
        let numbers = [parameters.number, parameters.other_number];
        let payload = numbers.into_iter().find_map(|number| options.payload_of(number));
        payload?.get(start..start + u32::SIZE)
    }
}

impl ActionBuf {
    /// Sets the kind and its options.
    pub fn kind<B: Build<View: ActionKind>>(self, kind: B) -> Self {
        // With parameters, which every action needs.
        let kind = change(kind, std::convert::identity);
        self.kind_name(B::View::NAME).options(kind.buffer())
    }
}

/// Changes the parameters of an action; where there are none yet, those with the usual verdict.
pub(super) fn change<B, P>(action: B, change: impl FnOnce(P) -> P) -> B
where
    B: Build<View: ActionKind<Parameters = P>>,
    P: Build + Put<P::View>,
{
    let mut buffer = action.into_buffer();
    let has = |number| RawAttributes::new(buffer.body()).payload_of(number).is_some();
    let other = B::View::OTHER_PARAMETERS.filter(|key| has(key.number()));
    let key = other.unwrap_or(B::View::PARAMETERS);
    let is_new = !has(key.number());
    let parameters: P = nested(&buffer, key);
    let parameters = if is_new {
        with_field::<_, Verdict>(parameters, B::View::VERDICT_AT, B::View::VERDICT)
    } else {
        parameters
    };
    set(&mut buffer, key, change(parameters));
    B::from_buffer(buffer)
}

/// The parameters with four bytes of them replaced.
fn with_field<P: Build, C: Fixed>(parameters: P, at: usize, value: impl Put<C>) -> P {
    let mut buffer = parameters.into_buffer();
    value.put_at(HEADER_LEN + at, &mut buffer);
    P::from_buffer(buffer)
}

/// What all kinds of actions have: methods of their builders.
pub trait BuildAction: Build<View: ActionKind> + Sized {
    /// Sets the control action (verdict): what happens to the packet afterwards, such as [`Verdict::PIPE`] or `"goto chain 7"`.
    /// By default it is that of `tc`: most continue with the next action.
    fn verdict(self, verdict: impl Put<Verdict>) -> Self {
        let at = <Self::View as ActionKind>::VERDICT_AT;
        change(self, |parameters| with_field::<_, Verdict>(parameters, at, verdict))
    }

    /// Sets the index among the actions of its kind. A filter with the index of an action that exists shares it.
    fn index(self, index: u32) -> Self {
        change(self, |parameters| with_field::<_, u32>(parameters, 0, index))
    }
}

impl<B: Build<View: ActionKind>> BuildAction for B {}

/// An action for a filter: the builder of a kind, or one of an action with its kind.
pub trait IntoAction {
    /// The action with its kind, to set a [cookie](ActionBuf::cookie), [flags](ActionBuf::flags) or [types of hardware
    /// statistics](ActionBuf::hardware_stats).
    fn into_action(self) -> ActionBuf;
}

impl IntoAction for ActionBuf {
    fn into_action(self) -> ActionBuf {
        self
    }
}

/// An action that was listed.
impl IntoAction for &Action {
    fn into_action(self) -> ActionBuf {
        self.to_request()
    }
}

impl<B: Build<View: ActionKind>> IntoAction for B {
    fn into_action(self) -> ActionBuf {
        Action::build().kind(self)
    }
}

/// The most actions that a filter has (`TCA_ACT_MAX_PRIO`).
const MOST: u16 = 32;

/// Appends an action to those that a message has in this nest.
pub(super) fn append<S: View + ?Sized>(message: &mut Buffer, key: (u16, &'static str), action: ActionBuf) {
    let key: Attr<S, Nest> = Attr::new(key.0, key.1);
    let mut list = nested::<S, Nest, NestBuf>(message, key).into_buffer();
    let order = u16::try_from(RawAttributes::new(list.body()).count() + 1).unwrap_or(u16::MAX);
    if order > MOST {
        message.refuse(BuildError::Invalid(format!("more than {MOST} actions")));
        return;
    }
    Put::<Action>::put_as(action, (order, "action"), &mut list);
    set(message, key, NestBuf::from_buffer(list));
}

/// Chooses the table of [`Action::options`]: the kind does.
#[derive(Debug)]
pub struct ActionOptions;

impl Selector for ActionOptions {
    const FORMATS: &'static str = "act-options-msg";

    fn table(set: &Scope<'_>) -> Option<&'static Table> {
        ACTIONS.table(set.get(Action::TCA_ACT_KIND)?)
    }
}
