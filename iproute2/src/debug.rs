//! `Debug` of markers and of what is in progress: just the name, never the contents.

use crate::batch::{Batch, Collecting, Results};
use crate::flush::Flushing;
use crate::list::{ForEach, Listing, Stream};
use crate::mode::{Runtime, Wait};
use crate::object::Deletable;
use crate::request::{Added, Changed, Deleted, Done, Replies, Sending, Whole};
use crate::route::Lookup;
use crate::watch::{Events, Listen, Watch, Watching};
use netlink_packet::View;
use std::fmt;

macro_rules! by_name {
    ($($name:literal: [$($generics:tt)*] $Type:ty),* $(,)?) => { $(
        impl<$($generics)*> fmt::Debug for $Type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct($name).finish_non_exhaustive()
            }
        }
    )* };
}

by_name! {
    "Added": [M: ?Sized] Added<M>,
    "Changed": [M: ?Sized] Changed<M>,
    "Deleted": [] Deleted,
    "Done": [] Done,
    "Replies": [M: ?Sized] Replies<M>,
    "Whole": [T] Whole<T>,
    "Lookup": [] Lookup,
    "Sending": [D: Runtime, R] Sending<D, R>,
    "Stream": [D: Wait, M: View + ?Sized] Stream<D, M>,
    "Listing": [D: Wait, M: View + ?Sized] Listing<D, M>,
    "ForEach": [D: Wait, M: View + ?Sized, F] ForEach<D, M, F>,
    "Flushing": [D: Wait, M: Deletable + ?Sized] Flushing<D, M>,
    "Batch": [D: Wait, S] Batch<D, S>,
    "Results": [D: Wait, S] Results<D, S>,
    "Collecting": [D: Wait, S] Collecting<D, S>,
    "Watch": [D] Watch<D>,
    "Watching": [D: Wait] Watching<D>,
    "Listen": [D] Listen<D>,
    "Events": [D: Wait] Events<D>,
}
