//! The message of filters.

use super::{FILTERS, FilterInfo, FilterKind, Flower};
use crate::AddressFamily;
use crate::tc::given::Given as _;
use crate::tc::message::TcStats;
use crate::tc::stats::{Estimator, OldStats};
use crate::tc::{EtherType, TcHandle};
use netlink_packet::{
    Attr, Bitfield, Build, BuildError, Chosen, IfIndex, Nest, Put, Scope, Selector, Table, View as _, flags,
    nested, netlink,
};

netlink! {
    /// A filter, like `tc filter`: `RTM_NEWTFILTER`, `RTM_DELTFILTER` and `RTM_GETTFILTER`.
    ///
    /// ```
    /// use rtnetlink::tc::action::Gact;
    /// use rtnetlink::tc::filter::Flower;
    /// use rtnetlink::tc::{EtherType, PlaceFilter, TakeActions, TcHandle};
    ///
    /// // tc filter add dev DEV ingress protocol ip prio 10 flower dst_ip 198.51.100.0/24 ip_proto tcp dst_port 80 action drop
    /// let flower = Flower::build().destination("198.51.100.0/24").tcp().destination_port(80);
    /// let filter = flower.action(Gact::drop()).ingress().priority(10);
    /// let filter = filter.view();
    /// assert_eq!((filter.parent(), filter.priority()), (TcHandle::FILTER_INGRESS, 10));
    /// assert_eq!((filter.protocol(), filter.kind_name()), (EtherType::IPV4, Some("flower")));
    /// ```
    pub struct FilterMessage / FilterMessageBuf
    header tcmsg: 20 {
        /// Address family; unspecified.
        family = 0 => family: AddressFamily,
        /// Interface index of the device; all ones for a shared block.
        ifindex = 4 => device: u32 as IfIndex<i32>,
        /// Handle: the number of the filter among those of its priority, as its kind has it; 0 in a request lets the kernel
        /// choose one. That of `u32` is made of a hash table, a bucket and a node.
        handle = 8 => handle: u32,
        /// Parent: the qdisc or class whose packets it sees, such as [`TcHandle::FILTER_INGRESS`]; the number of a shared block.
        parent = 12 => parent: TcHandle,
        /// Information: [priority](FilterMessage::priority) and [protocol](FilterMessage::protocol).
        info = 16 => info: FilterInfo,
    }
    attributes {
        /// Kind of the filter, such as `flower`.
        TCA_KIND = 1 => kind_name: &str as str,
        /// Options of the kind as raw attributes; [`kind`](FilterMessage::kind) reads them.
        TCA_OPTIONS = 2 => options: &Nest as Chosen<FilterOptions>,
        /// Statistics in the old form, of actions in the old form.
        TCA_STATS = 3 => old_stats: &OldStats as OldStats; read_only,
        /// Rate estimator for the actions: how the kernel measures the rate of what they see.
        TCA_RATE = 5 => estimator: &Estimator as Estimator,
        /// Filter count (`fcnt`); no kernel uses it.
        TCA_FCNT = 6 => filter_count: u32; read_only,
        /// Statistics, second form (`stats2`), of actions in the old form.
        TCA_STATS2 = 7 => stats: &TcStats as TcStats; read_only,
        /// Chain: the number of the chain that it is in; absent for 0 in requests.
        TCA_CHAIN = 11 => chain: u32,
        /// Dump flags: what a dump leaves out. Requests only.
        TCA_DUMP_FLAGS = 15 => dump_flags: FilterDumpFlags as Bitfield<FilterDumpFlags>; separate,
        /// Extended warning message (extack) in a notification.
        TCA_EXT_WARN_MSG = 16 => warning: &str as str; read_only,
    }
}

flags! {
    /// What a dump of filters or actions leaves out: `TCA_DUMP_FLAGS_*`.
    pub struct FilterDumpFlags: u32 = "" {
        /// Terse: only what identifies a filter, its flags, and the statistics of its actions.
        const TERSE = 0x1 => "terse";
    }
}

/// The device of a filter in a shared block (`TCM_IFINDEX_MAGIC_BLOCK`).
pub(super) const BLOCK: u32 = u32::MAX;

impl FilterMessage {
    /// Begins with the place: what a device receives. Priority, protocol and handle follow, to get or delete a filter.
    pub fn ingress() -> FilterMessageBuf {
        FilterMessage::under(TcHandle::FILTER_INGRESS)
    }

    /// Begins with the place: what a device sends, under the qdisc `clsact`.
    pub fn egress() -> FilterMessageBuf {
        FilterMessage::under(TcHandle::FILTER_EGRESS)
    }

    /// Begins with the place: a qdisc or a class.
    pub fn under(parent: impl Put<TcHandle>) -> FilterMessageBuf {
        FilterMessage::build().parent(parent)
    }

    /// Priority (`prio`, `pref`): filters with a lower one are tried first. 0 in a request lets the kernel choose one.
    pub fn priority(&self) -> u16 {
        self.info().priority
    }

    /// Protocol of the packets that the filter sees.
    pub fn protocol(&self) -> EtherType {
        self.info().protocol
    }

    /// The shared block that the filter is in; `None` if it is a device's own.
    pub fn block(&self) -> Option<u32> {
        (self.device() == BLOCK).then(|| self.parent().0)
    }

    /// A filter of this kind, for its options; `None` if it is of another.
    pub fn kind<K: FilterKind + ?Sized>(&self) -> Option<&K> {
        let matches = self.kind_name() == Some(K::NAME);
        matches.then(|| self.options().unwrap_or_default()).and_then(Nest::read_as)
    }

    /// Whether this is a filter. Kernels list one more for each priority that filters have, without options or handle.
    pub fn is_filter(&self) -> bool {
        self.handle() != 0
            || self.attributes().raw().payload_of(FilterMessage::TCA_OPTIONS.number()).is_some()
    }
}

impl FilterMessageBuf {
    /// Sets the kind and its options. If these say a protocol, it becomes that of the filter; else the filter sees all packets,
    /// unless it already has a protocol.
    pub fn kind<B: Build<View: FilterKind>>(self, kind: B) -> Self {
        let options = B::View::read(kind.buffer().body()).ok();
        let said = options.and_then(B::View::protocol_of);
        let handle = options.and_then(B::View::handle_of).filter(|_| self.view().handle() == 0);
        let before = Some(self.view().protocol()).filter(|protocol| *protocol != EtherType(0));
        let filter = self.kind_name(B::View::NAME).options(kind.buffer());
        let filter = handle.into_iter().fold(filter, FilterMessageBuf::handle);
        filter.protocol(said.or(before).unwrap_or(EtherType::ALL))
    }

    /// Sets the priority (`prio`, `pref`): filters with a lower one are tried first. Without one, the kernel chooses.
    pub fn priority(self, priority: u16) -> Self {
        let info = self.view().info();
        self.info(FilterInfo { priority, ..info })
    }

    /// Sets the protocol of the packets that the filter sees, such as `"ip"`, `"802.1Q"` or [`EtherType::IPV6`]. A
    /// [`Flower`] in it matches this protocol.
    pub fn protocol(self, protocol: impl TryInto<EtherType, Error: Into<BuildError>>) -> Self {
        self.given(protocol.try_into(), |filter, protocol: EtherType| {
            let info = filter.view().info();
            let filter = filter.info(FilterInfo { protocol, ..info });
            if filter.view().kind_name() == Some(Flower::NAME) { filter.matching(protocol) } else { filter }
        })
    }

    /// The place of the filter in a shared block.
    pub fn block(self, number: u32) -> Self {
        self.device(BLOCK).parent(number)
    }

    /// The same with this protocol in the options of flower.
    fn matching(self, protocol: EtherType) -> Self {
        let key: Attr<FilterMessage, Flower> =
            Attr::new(FilterMessage::TCA_OPTIONS.number(), FilterMessage::TCA_OPTIONS.name());
        let flower: super::flower::FlowerBuf = nested(&self.0, key);
        let flower = match protocol {
            EtherType::ALL => flower.without(Flower::TCA_FLOWER_KEY_ETH_TYPE),
            protocol => flower.ether_type(protocol),
        };
        self.with(key, flower)
    }
}

/// Chooses the table of [`FilterMessage::options`]: the kind does.
#[derive(Debug)]
pub struct FilterOptions;

impl Selector for FilterOptions {
    const FORMATS: &'static str = "options-msg";

    fn table(set: &Scope<'_>) -> Option<&'static Table> {
        FILTERS.table(set.get(FilterMessage::TCA_KIND)?)
    }
}
