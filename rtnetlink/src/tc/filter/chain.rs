//! The message of chains.

use super::{FilterInfo, FilterKind, FilterOptions, message::BLOCK};
use crate::AddressFamily;
use crate::tc::TcHandle;
use netlink_packet::{Build, Chosen, IfIndex, Nest, netlink};

netlink! {
    /// A chain of filters, like `tc chain`: `RTM_NEWCHAIN`, `RTM_DELCHAIN` and `RTM_GETCHAIN`. It may have a template: what the
    /// filters in it have in common.
    pub struct ChainMessage / ChainMessageBuf
    header tcmsg: 20 {
        /// Address family; unspecified.
        family = 0 => family: AddressFamily,
        /// Interface index of the device; all ones for a shared block.
        ifindex = 4 => device: u32 as IfIndex<i32>,
        /// Handle; 0.
        handle = 8 => handle: u32,
        /// Parent: the qdisc or class whose packets its filters see; the number of a shared block.
        parent = 12 => parent: TcHandle,
        /// Information: priority and protocol; of a chain, both are 0.
        info = 16 => info: FilterInfo,
    }
    attributes {
        /// Kind of the filter that is the template, such as `flower`.
        TCA_KIND = 1 => kind_name: &str as str,
        /// Options of the template as raw attributes; [`template`](ChainMessage::template) reads them.
        TCA_OPTIONS = 2 => options: &Nest as Chosen<FilterOptions>,
        /// Chain: its number.
        TCA_CHAIN = 11 => chain: u32,
        /// Extended warning message (extack) in a notification.
        TCA_EXT_WARN_MSG = 16 => warning: &str as str; read_only,
    }
}

impl ChainMessage {
    /// A chain of the packets that a device receives, like `tc chain add dev DEV ingress chain N`.
    pub fn ingress(chain: u32) -> ChainMessageBuf {
        ChainMessage::under(TcHandle::FILTER_INGRESS, chain)
    }

    /// A chain of the packets that a device sends, like `tc chain add dev DEV egress chain N`.
    pub fn egress(chain: u32) -> ChainMessageBuf {
        ChainMessage::under(TcHandle::FILTER_EGRESS, chain)
    }

    /// A chain of a qdisc or class, like `tc chain add dev DEV parent PARENT chain N`.
    pub fn under(parent: impl netlink_packet::Put<TcHandle>, chain: u32) -> ChainMessageBuf {
        ChainMessage::build().parent(parent).chain(chain)
    }

    /// The template, for its options; `None` if there is none, or it is of another kind.
    pub fn template<K: FilterKind + ?Sized>(&self) -> Option<&K> {
        let matches = self.kind_name() == Some(K::NAME);
        matches.then(|| self.options().unwrap_or_default()).and_then(Nest::read_as)
    }

    /// The shared block that the chain is of; `None` if it is a device's own.
    pub fn block(&self) -> Option<u32> {
        (self.device() == BLOCK).then(|| self.parent().0)
    }
}

impl ChainMessageBuf {
    /// The place of the chain in a shared block.
    pub fn block(self, number: u32) -> Self {
        self.device(BLOCK).parent(number)
    }

    /// Sets the template: what the filters in the chain have in common. Of its keys, the masks count.
    pub fn template<B: Build<View: FilterKind>>(self, template: B) -> Self {
        self.kind_name(B::View::NAME).options(template.buffer())
    }
}
