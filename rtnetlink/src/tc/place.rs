//! From the options of a kind to the message that says where it goes.

use super::TcHandle;
use super::message::{ClassMessage, ClassMessageBuf, QdiscMessage, QdiscMessageBuf};
use super::qdisc::{ClassKind, QdiscKind};
use netlink_packet::{Build, Put};

/// Where a qdisc goes: methods of the builders of all kinds.
pub trait PlaceQdisc: Build<View: QdiscKind> + Sized {
    /// A qdisc at the root of a device, like `root`: for all that it sends.
    fn root(self) -> QdiscMessageBuf {
        self.under(TcHandle::ROOT)
    }

    /// A qdisc in a class of another one, like `parent 1:10`.
    fn under(self, parent: impl Put<TcHandle>) -> QdiscMessageBuf {
        QdiscMessage::build().parent(parent).kind(self)
    }

    /// A qdisc where filters see what a device receives, like `ingress` and `clsact`.
    fn ingress(self) -> QdiscMessageBuf {
        self.under(TcHandle::INGRESS).handle(TcHandle::new(0xffff, 0))
    }
}

impl<B: Build<View: QdiscKind>> PlaceQdisc for B {}

/// Where a class goes: a method of the builders of all kinds that have classes.
pub trait PlaceClass: Build<View: ClassKind> + Sized {
    /// A class with this handle, like `classid 1:10`, in the qdisc that its major number says. Another parent than the qdisc
    /// itself follows: `.class("1:10").parent("1:1")`.
    fn class(
        self,
        handle: impl TryInto<TcHandle, Error: Into<netlink_packet::BuildError>>,
    ) -> ClassMessageBuf {
        ClassMessage::at(handle).kind(self)
    }
}

impl<B: Build<View: ClassKind>> PlaceClass for B {}
