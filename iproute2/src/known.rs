//! Whether the kernel knew all of a request: it ignores attributes that it does not know.
//!
//! A request with what [needs](netlink_packet::Marks::needs) a newer kernel is compared with the object that the kernel
//! echoes. What was added otherwise than it was asked for is deleted again.

use crate::error::ErrorKind;
use crate::exact::listing;
use crate::object::{Deletable, Object};
use crate::order::{About, Order, Planned, Removal, Steps, Subject, Undo};
use crate::request::Request;
use netlink_packet::{Buffer, Build, Flags, Row, Scope};

impl<D, T> Request<D, T> {
    /// Has it compared with the object that the kernel then has, if it says what not every kernel knows.
    #[inline]
    pub(crate) fn compared<M: Object + ?Sized>(self) -> Self {
        self.planned(|operation, message| {
            let may_be = message.may_hold(M::SUSPECTS) && may_be_unknown::<M>(message);
            may_be.then(|| Subject::compared::<M>(operation))
        })
    }
}

impl Subject {
    /// A request that is compared with the object that the kernel then has.
    pub(crate) fn compared<M: Object + ?Sized>(operation: &'static str) -> Self {
        Subject { operation, object: const { &About::of::<M>(Some(plan_of::<M>())) } }
    }
}

/// The plan of a request that has what not every kernel knows.
pub(crate) const fn plan_of<M: Object + ?Sized>() -> Planned {
    |order: &mut Order| {
        let adds = order.flags.contains(Flags::CREATE) && !order.flags.contains(Flags::REPLACE);
        Ok(Some(match M::REMOVAL {
            Some(Removal(take_back)) if adds => Steps::compared_or_undone(is_known::<M>, take_back),
            _ => Steps::compared(is_known::<M>),
        }))
    }
}

/// Whether a message has what not every kernel knows.
#[cold]
#[inline(never)]
pub(crate) fn may_be_unknown<M: Object + ?Sized>(message: &Buffer) -> bool {
    Scope::of(M::cast(message.body())).find(&mut |row, _| row.marks.needs().is_some()).is_some()
}

/// Compares an object with the request that added or changed it.
pub(crate) fn is_known<M: Object + ?Sized>(told: &[u8], asked: &[u8]) -> Result<(), ErrorKind> {
    let [told, asked] = [told, asked].map(M::cast);
    if !told.is_made_by(asked) {
        return Ok(());
    }
    known(Scope::of(asked).unknown(Scope::of(told).attributes()))
}

/// Fails if there is anything that the kernel does not know.
pub(crate) fn known(unknown: Vec<&'static Row>) -> Result<(), ErrorKind> {
    if unknown.is_empty() { Ok(()) } else { Err(ErrorKind::UnknownAttributes(unknown)) }
}

/// How to delete what was added, by what the kernel told of it: that, and nothing else.
pub(crate) const fn removal<M: Deletable + ?Sized>() -> Removal {
    Removal(|told: &[u8]| {
        let told = M::cast(told);
        Undo {
            message_type: M::DELETION.1,
            message: told.key().into_buffer(),
            listing: listing(told),
            done: M::DELETED_AGAIN,
        }
    })
}
