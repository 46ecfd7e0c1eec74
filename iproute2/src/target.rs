//! Where the requests of a type go, and the tables of requests and replies.

use crate::family::{FINDER, Finder};
use crate::trace::Tables;
use netlink_packet::{Command, Family, Table, View};

/// Where the requests of a type go, and the tables of requests and replies.
pub(crate) struct Target {
    pub(crate) family: Family,
    /// How the message type is found before sending, for messages of any family.
    pub(crate) finder: Option<&'static Finder>,
    /// The table of requests, for errors in which the kernel points at an attribute.
    pub(crate) table: fn() -> &'static Table,
    /// The tables of requests and replies, for the log.
    pub(crate) tables: Tables,
}

impl Target {
    /// A message of the route family that has verbs.
    pub(crate) const fn of<M: View + ?Sized>() -> Self {
        Target { family: Family::ROUTE, finder: None, table: M::table, tables: Tables::of::<M>() }
    }

    /// A message of any family.
    pub(crate) const fn own<M: Command + ?Sized>() -> Self {
        Target { family: M::FAMILY, finder: Some(&FINDER), table: M::table, tables: Tables::own::<M>() }
    }

    /// How errors refer to the message, where the operation does not say it.
    pub(crate) fn label(&self) -> String {
        self.finder.map(|_| (self.table)().name.to_owned()).unwrap_or_default()
    }
}
