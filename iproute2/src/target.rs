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
    /// What errors call what a message of any family is about; nothing for lists of the route family.
    pub(crate) label: Label,
}

/// What errors call the object of a message without its header; the function says what they call a device by its index.
pub(crate) type Label = fn(&[u8], &dyn Fn(u32) -> String) -> String;

/// A message of another family than the route family that has verbs here.
pub(crate) trait Noun: Command {
    /// The errno with which the kernel refuses what it has done: 0 for none.
    const DONE_ON: i32 = 0;

    /// What errors and logs call what it is about: `wg0`. Empty where it is about a device, [`on_device`](Self::on_device), itself.
    fn label(&self) -> String;

    /// The index of the device that it belongs to, if any: errors name that first. It is 0 where it is yet to be looked up.
    fn on_device(&self) -> Option<u32> {
        None
    }
}

impl Target {
    /// A message of the route family that has verbs.
    pub(crate) const fn of<M: View + ?Sized>() -> Self {
        let label: Label = |_, _| String::new();
        Target { family: Family::ROUTE, finder: None, table: M::table, tables: Tables::of::<M>(), label }
    }

    /// A message of any family.
    pub(crate) const fn own<M: Command + ?Sized>() -> Self {
        let label: Label = |_, _| M::table().name.to_owned();
        let finder = Some(&FINDER);
        Target { family: M::FAMILY, finder, table: M::table, tables: Tables::own::<M>(), label }
    }

    /// A message of another family that has verbs here.
    pub(crate) const fn noun<M: Noun + ?Sized>() -> Self {
        Target { label: |body, _| M::cast(body).label(), ..Target::own::<M>() }
    }
}
