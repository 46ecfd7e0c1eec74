//! From the options of a kind to the message that says where the filter goes, and the actions in them.

use super::{FilterKind, FilterMessage, FilterMessageBuf, HasActions};
use crate::tc::TcHandle;
use crate::tc::action::{IntoAction, append};
use netlink_packet::{Build, Put};

/// Where a filter goes: methods of the builders of all kinds. [Priority](FilterMessageBuf::priority),
/// [protocol](FilterMessageBuf::protocol), [chain](FilterMessageBuf::chain) and [handle](FilterMessageBuf::handle) follow.
pub trait PlaceFilter: Build<View: FilterKind> + Sized {
    /// A filter of what a device receives, like `ingress`: the device has the qdisc `clsact` or `ingress`.
    fn ingress(self) -> FilterMessageBuf {
        self.under(TcHandle::FILTER_INGRESS)
    }

    /// A filter of what a device sends, like `egress`: the device has the qdisc `clsact`.
    fn egress(self) -> FilterMessageBuf {
        self.under(TcHandle::FILTER_EGRESS)
    }

    /// A filter of what comes to a qdisc or a class, like `parent 1:`.
    fn under(self, parent: impl Put<TcHandle>) -> FilterMessageBuf {
        FilterMessage::build().parent(parent).kind(self)
    }

    /// A filter in a shared block, like `tc filter add block N`: of all qdiscs that share it.
    fn block(self, number: u32) -> FilterMessageBuf {
        FilterMessage::build().block(number).kind(self)
    }
}

impl<B: Build<View: FilterKind>> PlaceFilter for B {}

/// The actions of a filter: a method of the builders of all kinds that have them.
pub trait TakeActions: Build<View: HasActions> + Sized {
    /// Appends an action, like `action gact drop`: what happens to the packets that match. There may be up to 32, in order.
    fn action(self, action: impl IntoAction) -> Self {
        let key = <Self::View as HasActions>::ACTIONS;
        let mut buffer = self.into_buffer();
        append::<Self::View>(&mut buffer, (key.number_and_flags(), key.name()), action.into_action());
        Self::from_buffer(buffer)
    }
}

impl<B: Build<View: HasActions>> TakeActions for B {}
