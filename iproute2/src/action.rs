//! Actions of traffic control by themselves: what `tc actions` does.
//!
//! | `tc` | here |
//! | --- | --- |
//! | `tc -s actions list action gact` | [`ip.action().list("gact")`](Actions::list) |
//! | `tc actions get action gact index 7` | [`ip.action().get("gact", 7)`](Actions::get) |
//! | `tc actions add action police rate 1mbit burst 10k index 7` | [`ip.action().add(Police::at("1mbit", "10k").index(7))`](Actions::add) |
//! | `tc actions replace action gact drop index 7`, `tc actions change ...` | [`ip.action().replace(Gact::drop().index(7))`](Actions::replace) |
//! | `tc actions delete action gact index 7` | [`ip.action().delete("gact", 7)`](Actions::delete) |
//! | `tc actions flush action gact` | [`ip.action().flush("gact")`](Actions::flush) |
//!
//! Filters share an action by its index: a policer of several filters has one rate for all of them.
//!
//! Changing actions takes `CAP_NET_ADMIN` in the initial user namespace, unlike filters with actions of their own; reading takes
//! none.

use crate::handle::{Handle, verbs};
use crate::list::{Gathered, Get, List};
use crate::object::{Object, into_message};
use crate::request::{Added, Checked as _, Checks, Deleted, Done, Request};
use netlink_packet::{Build, Flags, Packet, PooledBuffer};
use rtnetlink::message::{RTM_DELACTION, RTM_GETACTION, RTM_NEWACTION};
use rtnetlink::tc::action::ActionDumpFlags;
use rtnetlink::tc::{Action, ActionMessage, ActionMessageBuf, IntoAction};

impl<D> Handle<D> {
    /// Actions of traffic control by themselves: `tc actions`.
    pub fn action(&self) -> Actions<'_, D> {
        Actions(self)
    }
}

verbs! {
    /// The verbs of `tc actions`; [`Handle::action`](crate::Handle::action) gives them.
    pub struct Actions
}

impl<D> Actions<'_, D> {
    /// Lists the actions of a kind, of filters as well, with their statistics, like `tc -s actions list action KIND`. There are
    /// none of a kind that the kernel does not know.
    pub fn list(&self, kind: &str) -> Get<D, ListedActions> {
        let message =
            ActionMessage::of(Action::build().kind_name(kind)).flags(ActionDumpFlags::LARGE_DUMP_ON);
        let list: List<D, ActionMessage> = self.0.list("list actions", RTM_GETACTION, message);
        Get::new(list)
    }

    /// Gets the action of this kind and index; the error [is not found](crate::Error::is_not_found) if there is none. The
    /// [action](ActionMessage::action) is the only one in the message.
    pub fn get(&self, kind: &str, index: u32) -> Request<D, Packet<ActionMessage>> {
        let message = ActionMessage::at(kind, index).about_one();
        self.0.send("get action", RTM_GETACTION, Flags::empty(), message)
    }

    /// Adds an action, like `tc actions add`; the error [already exists](crate::Error::is_already_exists) if there is one with
    /// its index. Without one, the kernel chooses it.
    pub fn add(&self, action: impl IntoAction) -> Request<D, Added<ActionMessage>> {
        let flags = Flags::CREATE | Flags::EXCL | Flags::ACK;
        let message = ActionMessage::of(action).says_nothing_ignored();
        self.0.send("add action", RTM_NEWACTION, flags, message)
    }

    /// Adds an action, or puts it in the place of the one with its index, like `tc actions replace` and `tc actions change`,
    /// which kernels do not tell apart. Filters that share it have the new one.
    pub fn replace(&self, action: impl IntoAction) -> Request<D, Added<ActionMessage>> {
        let flags = Flags::CREATE | Flags::REPLACE | Flags::ACK;
        let message = ActionMessage::of(action).says_nothing_ignored();
        self.0.send("replace action", RTM_NEWACTION, flags, message)
    }

    /// Deletes an action, like `tc actions delete`. The error [is not found](crate::Error::is_not_found) if there is none; one
    /// that filters have stays, which is an error, too.
    pub fn delete(&self, kind: &str, index: u32) -> Request<D, Deleted> {
        let message = ActionMessage::at(kind, index).about_one();
        self.0.send("delete action", RTM_DELACTION, Flags::ACK, message)
    }

    /// Deletes all actions of a kind that no filter has, like `tc actions flush action KIND`.
    pub fn flush(&self, kind: &str) -> Request<D, Done> {
        let message = ActionMessage::of(Action::build().kind_name(kind));
        self.0.send("flush actions", RTM_DELACTION, Flags::ROOT | Flags::ACK, message)
    }
}

/// The actions of a [list](Actions::list): `for action in &listed`.
#[derive(Clone, Debug, Default)]
pub struct ListedActions(Vec<Packet<ActionMessage>>);

impl ListedActions {
    /// The actions.
    pub fn iter(&self) -> impl Iterator<Item = &Action> {
        self.0.iter().flat_map(|message| message.actions().into_iter().flatten())
    }
}

impl<'a> IntoIterator for &'a ListedActions {
    type Item = &'a Action;
    type IntoIter = Box<dyn Iterator<Item = &'a Action> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl Gathered for ListedActions {
    type Part = ActionMessage;

    fn gather(parts: Vec<Packet<ActionMessage>>) -> Option<Self> {
        Some(ListedActions(parts))
    }
}

/// Kind and index of the action in a message, if it has any.
fn identity(message: &ActionMessage) -> Option<(&str, Option<u32>)> {
    let action = message.action()?;
    Some((action.kind_name()?, action.index().filter(|index| *index != 0)))
}

/// What identifies the action in a message.
fn key_of(message: &ActionMessage) -> ActionMessageBuf {
    match identity(message) {
        Some((kind, Some(index))) => ActionMessage::at(kind, index),
        Some((kind, None)) => ActionMessage::of(Action::build().kind_name(kind)),
        None => ActionMessage::build(),
    }
}

into_message! { ActionMessage / ActionMessageBuf }

impl Object for ActionMessage {
    type Builder = ActionMessageBuf;

    fn label(&self) -> String {
        match identity(self) {
            Some((kind, Some(index))) => format!("{kind} index {index}"),
            Some((kind, None)) => kind.to_owned(),
            None => String::new(),
        }
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        let (_, index) = identity(self)?;
        index.map(|_| (RTM_GETACTION, key_of(self).into_buffer()))
    }

    fn lacks(&self) -> Option<&'static str> {
        match identity(self) {
            Some((_, Some(_))) => None,
            _ => Some("an action is found by its kind and its index, from 1 on"),
        }
    }

    fn key(&self) -> ActionMessageBuf {
        key_of(self)
    }
}
