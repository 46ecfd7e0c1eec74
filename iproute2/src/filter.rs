//! Filters of traffic control: what `tc filter` does.
//!
//! | `tc` | here |
//! | --- | --- |
//! | `tc -s filter show dev eth0 ingress` | [`ip.filter().list().device("eth0").ingress()`](Filters::list) |
//! | `tc filter show dev eth0 parent 1:` | `ip.filter().list().device("eth0").parent("1:")` |
//! | `tc filter show block 10` | `ip.filter().list().block(10)` |
//! | `tc filter add dev eth0 ingress protocol ip prio 10 flower dst_ip 198.51.100.0/24 ip_proto tcp dst_port 80 action drop` | [`ip.filter().add("eth0", Flower::build().destination("198.51.100.0/24").tcp().destination_port(80).action(Gact::drop()).ingress().priority(10))`](Filters::add) |
//! | `tc filter replace dev eth0 ingress prio 10 handle 1 matchall action mirred egress mirror dev eth1` | [`ip.filter().replace("eth0", Matchall::build().action(Mirred::mirror("eth1")).ingress().priority(10).handle(1))`](Filters::replace) |
//! | `tc filter delete dev eth0 ingress prio 10` | [`ip.filter().delete("eth0", FilterMessage::ingress().priority(10))`](Filters::delete) |
//! | `tc filter delete dev eth0 ingress` | `ip.filter().list().device("eth0").ingress().flush()` |
//!
//! The options of a kind, its actions, and where the filter goes, are built with [`rtnetlink::tc`]. Incoming packets have filters
//! where the device has the qdisc `clsact` or `ingress`.

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::known::removal;
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, built_key, into_message};
use crate::order::Removal;
use crate::request::{Added, Changed, Checked as _, Checks, Deleted, Request};
use netlink_packet::{Build, BuildError, Flags, Packet, PooledBuffer};
use rtnetlink::message::{RTM_DELTFILTER, RTM_GETTFILTER, RTM_NEWTFILTER};
use rtnetlink::tc::filter::{Cgroup, FilterDumpFlags};
use rtnetlink::tc::{ChainMessageBuf, EtherType, FilterKind as _, FilterMessage, FilterMessageBuf, TcHandle};

impl<D> Handle<D> {
    /// Filters of traffic control: `tc filter`.
    pub fn filter(&self) -> Filters<'_, D> {
        Filters(self)
    }
}

verbs! {
    /// The verbs of `tc filter`; [`Handle::filter`](crate::Handle::filter) gives them.
    pub struct Filters
}

/// A shared block of filters, by its number, where verbs otherwise take a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Block(pub u32);

/// Where filters and chains are: a device (`impl Into<Device>`), or a [`Block`] that qdiscs share.
pub trait FilterSite {
    /// The filter there.
    #[doc(hidden)]
    fn with_filter(self, filter: FilterMessageBuf) -> FilterMessageBuf;

    /// The chain there.
    #[doc(hidden)]
    fn with_chain(self, chain: ChainMessageBuf) -> ChainMessageBuf;
}

impl<T: Into<Device>> FilterSite for T {
    fn with_filter(self, filter: FilterMessageBuf) -> FilterMessageBuf {
        filter.device(one(self))
    }

    fn with_chain(self, chain: ChainMessageBuf) -> ChainMessageBuf {
        chain.device(one(self))
    }
}

impl FilterSite for Block {
    fn with_filter(self, filter: FilterMessageBuf) -> FilterMessageBuf {
        filter.block(self.0)
    }

    fn with_chain(self, chain: ChainMessageBuf) -> ChainMessageBuf {
        chain.block(self.0)
    }
}

impl<D> Filters<'_, D> {
    /// Lists filters with their actions and statistics, like `tc -s filter show`: those of the root qdisc of each device, unless
    /// [`ingress`](List::ingress), [`egress`](List::egress) or [`parent`](List::parent) follows, or those of one
    /// [device](List::device) or [block](List::block).
    ///
    /// Kernels list one device at a time, so a list of all devices lists the links first. The entry that they add for each
    /// priority, which is no filter, is left out.
    pub fn list(&self) -> List<D, FilterMessage> {
        self.0
            .list("list filters", RTM_GETTFILTER, FilterMessage::build())
            .over(self.0.link().list().without_stats(), |filter: FilterMessageBuf, index| {
                filter.device(index)
            })
            .filter(FilterMessage::is_filter)
    }

    /// Gets the filter with this place, priority, protocol and handle; the error [is not found](crate::Error::is_not_found) if
    /// there is none.
    pub fn get(
        &self,
        site: impl FilterSite,
        filter: impl IntoMessage<FilterMessage>,
    ) -> Request<D, Packet<FilterMessage>> {
        let message = site.with_filter(filter.into_key()).about_one();
        // Some kernels answer with a notification, of which a requester has to ask for a copy.
        self.0.send("get filter", RTM_GETTFILTER, Flags::ECHO, message)
    }

    /// Adds a filter, like `tc filter add`; the error [already exists](crate::Error::is_already_exists) if there is one with its
    /// priority and handle. Without these, the kernel chooses them.
    pub fn add(
        &self,
        site: impl FilterSite,
        filter: impl IntoMessage<FilterMessage>,
    ) -> Request<D, Added<FilterMessage>> {
        let flags = Flags::CREATE | Flags::EXCL | Flags::ACK;
        let message = site.with_filter(filter.into_message()).says_nothing_ignored();
        self.0.send("add filter", RTM_NEWTFILTER, flags, message).compared::<FilterMessage>()
    }

    /// Adds a filter, or puts it in the place of the one with its priority and handle, like `tc filter replace`.
    pub fn replace(
        &self,
        site: impl FilterSite,
        filter: impl IntoMessage<FilterMessage>,
    ) -> Request<D, Added<FilterMessage>> {
        let flags = Flags::CREATE | Flags::REPLACE | Flags::ACK;
        let message = site.with_filter(filter.into_message()).says_nothing_ignored();
        self.0.send("replace filter", RTM_NEWTFILTER, flags, message).compared::<FilterMessage>()
    }

    /// Changes the filter with this priority and handle, like `tc filter change`; the error [is not
    /// found](crate::Error::is_not_found) if there is none. Most kinds take their options as a whole.
    pub fn change(
        &self,
        site: impl FilterSite,
        filter: impl IntoMessage<FilterMessage>,
    ) -> Request<D, Changed<FilterMessage>> {
        let message = site.with_filter(filter.into_message()).says_nothing_ignored();
        self.0.send("change filter", RTM_NEWTFILTER, Flags::ACK, message).compared::<FilterMessage>()
    }

    /// Deletes a filter, like `tc filter delete`: one that was listed, or the one with this place, priority and handle. Without a
    /// handle, all of that priority are deleted.
    ///
    /// The error [is not found](crate::Error::is_not_found) if there is none.
    pub fn delete(
        &self,
        site: impl FilterSite,
        filter: impl IntoMessage<FilterMessage>,
    ) -> Request<D, Deleted> {
        let message = site.with_filter(filter.into_key()).about_one();
        self.0.send("delete filter", RTM_DELTFILTER, Flags::ACK, message)
    }
}

/// What identifies a filter. Of a kind, kernels check that it is the one with this priority.
fn key_of(filter: &FilterMessage) -> FilterMessageBuf {
    let key = FilterMessage::build().device(filter.device()).parent(filter.parent()).info(filter.info());
    let key = if has_no_key(filter) { key } else { key.handle(filter.handle()) };
    let key = filter.chain().into_iter().fold(key, FilterMessageBuf::chain);
    filter.kind_name().into_iter().fold(key, FilterMessageBuf::kind_name)
}

/// Whether kernels find the filter by its priority alone.
fn has_no_key(filter: &FilterMessage) -> bool {
    filter.kind_name() == Some(Cgroup::NAME)
}

into_message! { FilterMessage / FilterMessageBuf found by built_key }

/// What is under a qdisc or class: filters and chains.
pub trait UnderQdisc: Object {
    /// The message with this parent.
    #[doc(hidden)]
    fn under(message: Self::Builder, parent: TcHandle) -> Self::Builder;

    /// The message with this device or block.
    #[doc(hidden)]
    fn at(message: Self::Builder, site: impl FilterSite) -> Self::Builder;
}

impl UnderQdisc for FilterMessage {
    fn under(filter: FilterMessageBuf, parent: TcHandle) -> FilterMessageBuf {
        filter.parent(parent)
    }

    fn at(filter: FilterMessageBuf, site: impl FilterSite) -> FilterMessageBuf {
        site.with_filter(filter)
    }
}

/// Filters of a list of filters or chains.
impl<D, M: UnderQdisc + ?Sized> List<D, M> {
    /// Those of this device, like `tc filter show dev DEV` and `tc chain show dev DEV`.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device).of_one(|message| M::at(message, device.clone()))
    }

    /// Those of a block that qdiscs share, like `tc filter show block BLOCK` and `tc chain show block BLOCK`.
    pub fn block(self, block: u32) -> Self {
        self.of_one(|message| M::at(message, Block(block)))
    }

    /// Those of what the device receives, like `tc filter show dev DEV ingress` and `tc chain show dev DEV ingress`.
    pub fn ingress(self) -> Self {
        self.parent(TcHandle::FILTER_INGRESS)
    }

    /// Those of what the device sends, under the qdisc `clsact`, like `tc filter show dev DEV egress` and `tc chain show dev DEV
    /// egress`.
    pub fn egress(self) -> Self {
        self.parent(TcHandle::FILTER_EGRESS)
    }

    /// Those of this qdisc or class, like `tc filter show dev DEV parent 1:` and `tc chain show dev DEV parent 1:`.
    pub fn parent(self, parent: impl TryInto<TcHandle, Error: Into<BuildError>>) -> Self {
        // Not one filter among others: without it, kernels list those of another qdisc.
        self.given(parent, |list, parent: TcHandle| list.ask_for_more(|message| M::under(message, parent)))
    }
}

/// Filters of a list of filters.
impl<D> List<D, FilterMessage> {
    /// Only filters of this chain, like `chain 5`.
    pub fn chain(self, chain: u32) -> Self {
        self.ask(|message: FilterMessageBuf| message.chain(chain))
            .filter(move |filter| filter.chain().unwrap_or_default() == chain)
    }

    /// Only filters of this priority, like `prio 10`.
    pub fn priority(self, priority: u16) -> Self {
        self.ask(|message: FilterMessageBuf| message.priority(priority))
            .filter(move |filter| filter.priority() == priority)
    }

    /// Only filters of this protocol, like `protocol ip`.
    pub fn protocol(self, protocol: impl TryInto<EtherType, Error: Into<BuildError>>) -> Self {
        self.given(protocol, |list, protocol: EtherType| {
            list.ask(|message: FilterMessageBuf| message.protocol(protocol))
                .filter(move |filter| filter.protocol() == protocol)
        })
    }

    /// Only filters of this kind. Applied in user space.
    pub fn kind(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.filter(move |filter| filter.kind_name() == Some(&name))
    }

    /// Only what identifies each filter, its flags, and the statistics of its actions, like `tc -br filter show`. Kernels list
    /// only filters of the kind `flower` so.
    pub fn terse(self) -> Self {
        self.ask_for_more(|message: FilterMessageBuf| message.dump_flags(FilterDumpFlags::TERSE))
    }
}

/// How errors refer to where a filter or a chain is.
pub(crate) fn place(block: Option<u32>, parent: TcHandle, device: impl FnOnce() -> String) -> String {
    match (block, parent) {
        (Some(block), _) => format!("in block {block}"),
        (None, TcHandle::FILTER_INGRESS) => format!("at ingress of {}", device()),
        (None, TcHandle::FILTER_EGRESS) => format!("at egress of {}", device()),
        (None, TcHandle::UNSPEC | TcHandle::ROOT) => format!("on {}", device()),
        (None, parent) => format!("under {parent} on {}", device()),
    }
}

impl Object for FilterMessage {
    type Builder = FilterMessageBuf;

    const REMOVAL: Option<Removal> = Some(removal::<FilterMessage>());

    fn label(&self) -> String {
        self.label_by(&|index| index.to_string())
    }

    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        let kind = self.kind_name().map(str::to_owned);
        let priority = Some(self.priority()).filter(|priority| *priority != 0);
        let handle = Some(self.handle()).filter(|handle| *handle != 0);
        let chain = self.chain().filter(|chain| *chain != 0);
        let parts = kind
            .into_iter()
            .chain(priority.map(|priority| format!("prio {priority}")))
            .chain(handle.map(|handle| format!("handle {handle:#x}")))
            .chain(chain.map(|chain| format!("chain {chain}")))
            .chain([place(self.block(), self.parent(), || device(self.device()))]);
        parts.collect::<Vec<_>>().join(" ")
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        let is_one = self.priority() != 0 && self.handle() != 0 && !has_no_key(self);
        is_one.then(|| (RTM_GETTFILTER, key_of(self).into_buffer()))
    }

    fn lacks(&self) -> Option<&'static str> {
        (self.priority() == 0).then_some("a filter is found by its priority")
    }

    fn key(&self) -> FilterMessageBuf {
        key_of(self)
    }
}

impl Deletable for FilterMessage {
    const DELETION: (&'static str, u16) = ("delete filter", RTM_DELTFILTER);
}
