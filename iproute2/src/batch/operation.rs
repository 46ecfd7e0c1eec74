//! One request of many.

use crate::order::Order;
use crate::request::{Added, Changed, Deleted, Done, Replies, Request};

/// One request of a [`Batch`](super::Batch): any of those that add, change or delete, or that [go to any family](crate::handle::Handle::request).
///
/// A batch takes them as they are; turn requests of different types into operations by `into`.
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

impl Operation {
    pub(crate) fn new(order: Order) -> Self {
        Operation(order)
    }
}

into_operation! { [M: ?Sized] Added<M>, [M: ?Sized] Changed<M>, [] Deleted, [] Done, [M: ?Sized] Replies<M> }
