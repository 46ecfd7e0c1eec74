//! One request of a batch.

use crate::order::Order;
use crate::request::{Added, Changed, Deleted, Done, Replies, Request};
use std::fmt;

/// One request of a [`Batch`](super::Batch): any that adds, changes or deletes, or one [for any
/// family](crate::handle::Handle::request).
///
/// Requests of different types become operations by `into`.
pub struct Operation(pub(super) Order);

macro_rules! into_operation {
    ($([$($generics:tt)*] $Answer:ty),*) => { $(
        impl<D, $($generics)*> From<Request<D, $Answer>> for Operation {
            #[inline]
            fn from(request: Request<D, $Answer>) -> Self {
                Operation(request.into_order())
            }
        }
    )* };
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.print("Operation", f)
    }
}

impl Operation {
    pub(crate) fn new(order: Order) -> Self {
        Operation(order)
    }
}

into_operation! { [M: ?Sized] Added<M>, [M: ?Sized] Changed<M>, [] Deleted, [] Done, [M: ?Sized] Replies<M> }
