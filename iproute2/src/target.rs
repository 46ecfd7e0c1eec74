//! Where the requests of a type go, and what they and their replies consist of.

use crate::family::{FINDER, Finder};
use crate::trace::Tables;
use netlink_packet::{Command, Family, Table, View};

/// Where the requests of a type go, and what they and their replies consist of.
pub(crate) struct Target {
    pub(crate) family: Family,
    /// How the type of the messages is found before they are sent, where they are of any family.
    pub(crate) finder: Option<&'static Finder>,
    /// What a request consists of, where the kernel points at a part of it.
    pub(crate) table: fn() -> &'static Table,
    /// The same and the replies, for the log.
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

    /// What errors call the message, where the operation does not say it.
    pub(crate) fn label(&self) -> String {
        self.finder.map(|_| (self.table)().name.to_owned()).unwrap_or_default()
    }
}
