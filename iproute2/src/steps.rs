//! Requests of several steps: what is asked before the request's own message, and what is sent after it.

use crate::error::{Error, Result};
use crate::object::Object;
use crate::request::Order;
use bytes::Bytes;
use netlink_packet::{BuildError, Draft, Flags, HEADER_LEN};
use std::collections::VecDeque;

/// Finds out which steps a request takes, before it is sent.
pub struct Planner {
    /// The type of the messages that may take several.
    pub(crate) kind: u16,
    pub(crate) plan: Plan,
}

/// The plan of a message's requests.
pub(crate) const fn plan_of<M: Object + ?Sized>() -> Option<Plan> {
    match M::STEPS {
        Some(Planner { plan, .. }) => Some(plan),
        None => None,
    }
}

/// What a planner does: `None` where the message by itself does all that it says.
pub(crate) type Plan = fn(&mut Order) -> std::result::Result<Option<Box<Steps>>, BuildError>;

/// The steps of a request besides its own message.
#[derive(Default)]
pub(crate) struct Steps {
    /// The object is asked for before the message is sent, and this completes the message by what the kernel has.
    pub(crate) before: Option<Merge>,
    /// The object is echoed, and this tells what the kernel did not do.
    pub(crate) echoed: Option<Check>,
    /// Whether the object may be missing then: the message is sent as it is.
    pub(crate) may_be_missing: bool,
    /// What comes after it, one after another.
    pub(crate) after: VecDeque<Step>,
    /// How to delete what the message made, if a later step fails.
    undo: Option<Undo>,
    /// Whether the request's own message was carried out.
    pub(crate) is_sent: bool,
    /// The request's own message, once another has taken its place.
    own: Option<Draft>,
    /// What the message does that is on its way, where it is not the request's own.
    part: Option<String>,
    /// Whether the object is asked for at the end.
    tells: bool,
}

/// Compares a request with the object that was echoed.
pub(crate) type Check = fn(&[u8], &[u8]) -> std::result::Result<(), BuildError>;

/// Completes a request and its steps by the object that the kernel has, a message without its header.
pub(crate) type Merge = fn(&[u8], &mut Order, &mut Steps) -> std::result::Result<(), BuildError>;

/// A step after the request's own message.
pub(crate) enum Step {
    /// The object is asked for, and this adds further messages.
    Ask(Merge),
    /// A further message.
    Send(Further),
}

/// A further message.
pub(crate) struct Further {
    /// What it does, in words for errors.
    pub(crate) part: String,
    pub(crate) kind: u16,
    pub(crate) flags: Flags,
    pub(crate) message: Draft,
}

/// A message that deletes what was made.
pub(crate) struct Undo {
    pub(crate) kind: u16,
    pub(crate) message: Draft,
    /// What was done then, in words for errors.
    pub(crate) done: &'static str,
}

impl Steps {
    /// The object is read before the request is sent, and this completes the request.
    pub(crate) fn before(merge: Merge) -> Box<Self> {
        Box::new(Steps { before: Some(merge), ..Steps::default() })
    }

    /// The object is echoed, and compared with the request.
    pub(crate) fn compared(check: Check) -> Box<Self> {
        Box::new(Steps { echoed: Some(check), ..Steps::default() })
    }

    /// The object is read before the request is sent, if there is one, and this completes the request.
    pub(crate) fn read_if_there(&mut self, merge: Merge) {
        (self.before, self.may_be_missing) = (Some(merge), true);
    }

    /// Steps after the request's own message, and how to take back what that made.
    pub(crate) fn after(steps: impl IntoIterator<Item = Step>, undo: Option<Undo>) -> Box<Self> {
        Box::new(Steps { after: steps.into_iter().collect(), undo, ..Steps::default() })
    }

    /// Begins: the object is asked for once all is done, and not echoed before.
    pub(crate) fn begin(&mut self, order: &mut Order) {
        self.tells = order.flags.contains(Flags::ECHO);
        match self.echoed {
            Some(_) => order.flags |= Flags::ECHO,
            None => order.flags -= Flags::ECHO,
        }
    }

    /// Puts a further message in the place of the one that was carried out.
    pub(crate) fn send(&mut self, Further { part, kind, flags, message }: Further, order: &mut Order) {
        let done = std::mem::replace(&mut order.message, message);
        self.own.get_or_insert(done);
        (order.kind, order.flags) = (kind, flags);
        self.part = Some(part);
    }

    /// The request's own message, where another is in its place.
    pub(crate) fn own(&self) -> Option<&Draft> {
        self.own.as_ref()
    }

    /// Whether the object is to be asked for at the end.
    pub(crate) fn tells(&self) -> bool {
        self.tells
    }

    /// Whether the kernel did all, by the object that it echoed.
    pub(crate) fn check(
        &mut self,
        order: &Order,
        object: Option<&Bytes>,
    ) -> std::result::Result<(), BuildError> {
        let body = object.and_then(|object| object.get(HEADER_LEN..));
        let check = self.echoed.take().zip(body);
        check.map_or(Ok(()), |(check, object)| check(object, order.message.body()))
    }

    /// A step failed: the error, or how to take back what was done before that.
    pub(crate) fn failed(&mut self, error: Error) -> Result<(Undo, Error)> {
        let Some(part) = self.part.take() else { return Err(error) };
        match self.undo.take() {
            Some(undo) => Ok((undo, error.in_step(part, ""))),
            None => Err(error.in_step(part, "the rest was done")),
        }
    }
}
