//! What a request asks for: its message, its subject, and further steps: queries before the message is sent, and
//! messages after it.

use crate::connection::Connection;
use crate::driver::call::Call;
use crate::error::{Error, ErrorKind, Result, failure_kind};
use crate::target::{Label, Noun, Target};
use crate::trace::Tables;
use bytes::Bytes;
use netlink_packet::control::{Diagnostic, ExtAck};
use netlink_packet::generic::GenericMessageBuf;
use netlink_packet::{
    Buffer, Build, BuildError, Command, Expect, Failure, Family, Flags, HEADER_LEN, Ignored, Name, Nest,
    Packet, PooledBuffer, Row,
};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// What a request asks for.
pub(crate) struct Order {
    pub(crate) subject: Subject,
    pub(crate) message_type: u16,
    pub(crate) flags: Flags,
    pub(crate) message: PooledBuffer,
}

impl Order {
    /// A request with a message of any family. The type of the message is [found](Self::address) before it is sent.
    pub(crate) fn own<M: Command + ?Sized>(operation: &'static str, message: PooledBuffer) -> Self {
        let object = const { &About::own::<M>() };
        Order { subject: Subject { operation, object }, message_type: M::COMMAND, flags: Flags::ACK, message }
    }

    /// A request with a message of a family that has verbs here, which may have to be sent in several.
    pub(crate) fn noun<M: Noun + ?Sized>(
        operation: &'static str,
        object: &'static About,
        flags: Flags,
        message: PooledBuffer,
    ) -> Self {
        Order { subject: Subject { operation, object }, message_type: M::COMMAND, flags, message }
    }

    /// Sets another command: in the generic netlink header, or as the message type.
    pub(crate) fn with_command(mut self, command: u16) -> Self {
        match (self.subject.object.target.family, u8::try_from(command)) {
            (Family::Protocol(_), _) => self.message_type = command,
            (Family::Generic { .. }, Ok(command)) => {
                self.message = GenericMessageBuf::from_buffer(self.message).command(command).into_buffer();
            }
            (Family::Generic { .. }, Err(_)) => {
                let problem = format!("{command} is not a generic netlink command: those are below 256");
                self.message.refuse(BuildError::Invalid(problem));
            }
        }
        self
    }

    /// Whether nothing is sent but the message, and nothing asked for but its answer.
    #[inline]
    pub(crate) fn is_simple(&self) -> bool {
        !self.subject.has_steps() && self.message.is_complete() && !self.flags.contains(Flags::ECHO)
    }

    /// The message, to be sent.
    #[inline(always)]
    pub(crate) fn call(&mut self, timeout: Option<Duration>) -> Call<'_> {
        let Order { ref subject, message_type, flags, ref mut message } = *self;
        let tables = &subject.object.target.tables;
        let expect = if flags.contains(Flags::ACK) { Expect::Ack } else { Expect::Answer };
        Call { message, message_type, flags, expect, timeout, for_route: false, tables }
    }

    /// Finds the type of the message: generic netlink families get theirs when they are loaded.
    #[cold]
    pub(crate) fn address(&mut self, connection: &Connection, timeout: Option<Duration>) -> Result<()> {
        let Target { family, finder, .. } = self.subject.object.target;
        let Some(finder) = finder else { return Ok(()) };
        // What can't be sent is wrong whether or not the kernel has the family.
        self.check()?;
        let found = (finder.message_type)(connection, family, self.message_type, timeout);
        self.message_type = found.map_err(|kind| self.error(kind))?;
        Ok(())
    }

    /// Fails if a value of the message is invalid.
    fn check(&self) -> Result<()> {
        match self.message.problem() {
            Some(problem) => Err(self.error(ErrorKind::Invalid(problem.clone()))),
            None => Ok(()),
        }
    }

    /// Prints the operation and its object, but not the message: it may contain a key.
    pub(crate) fn print(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = self.subject.label(self.message.as_written());
        f.debug_struct(name)
            .field("operation", &self.subject.operation)
            .field("object", &object)
            .finish_non_exhaustive()
    }

    /// The steps that it takes besides its message, if any. Fails if the message can't be sent.
    pub(crate) fn steps(&mut self) -> Result<Option<Box<Steps>>> {
        self.check()?;
        let Some(plan) = self.subject.object.plan else { return Ok(None) };
        let mut steps = plan(self).map_err(|problem| self.error(problem.into()))?;
        if let Some(steps) = &mut steps {
            steps.begin(self);
        }
        Ok(steps)
    }

    #[cold]
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        let index = match &kind {
            ErrorKind::Invalid(BuildError::NotAnIndex(index)) => Some(index.to_string()),
            _ => None,
        };
        let label = Some(self.subject.label_of(&self.message)).filter(|label| !label.is_empty());
        Error::new(self.subject.operation, label.or(index).unwrap_or_default(), kind)
    }
}

/// The error text for what the kernel would ignore.
pub(crate) fn would_be_ignored(ignored: &Ignored) -> String {
    format!("the kernel ignores {ignored}")
}

/// The operation and the type of object of a request.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) operation: &'static str,
    pub(crate) object: &'static About,
}

/// What has to be known about the objects of a type.
pub(crate) struct About {
    pub(crate) target: Target,
    pub(crate) label: Label,
    /// The index of the device that the object belongs to, which errors name before it.
    pub(crate) on_device: fn(&[u8]) -> Option<u32>,
    pub(crate) read_back: fn(&[u8]) -> Option<Question>,
    pub(crate) other: fn(&[u8]) -> Option<String>,
    pub(crate) plan: Option<Planned>,
    /// Whether each request is a single message that does not change names of devices.
    pub(crate) is_plain: bool,
    /// The errno with which the kernel refuses what it has done: 0 for none.
    pub(crate) done_on: i32,
}

impl About {
    /// A message of any family.
    const fn own<M: Command + ?Sized>() -> Self {
        About::of_family(Target::own::<M>(), |_| Ok(None))
    }

    /// A message of another family that has verbs here; the plan says in how many messages it is sent.
    pub(crate) const fn noun<M: Noun + ?Sized>(plan: Planned) -> Self {
        let on_device = |body: &[u8]| M::cast(body).on_device();
        About { on_device, done_on: M::DONE_ON, ..About::of_family(Target::noun::<M>(), plan) }
    }

    /// What goes to such a target; the plan says in how many messages.
    pub(crate) const fn of_family(target: Target, plan: Planned) -> Self {
        let (label, read_back, other) = (target.label, |_: &[u8]| None, |_: &[u8]| None);
        About {
            target,
            label,
            on_device: |_| None,
            read_back,
            other,
            plan: Some(plan),
            is_plain: false,
            done_on: 0,
        }
    }
}

impl Subject {
    /// Whether a request about such an object may take several steps.
    #[inline]
    pub(crate) fn has_steps(&self) -> bool {
        self.object.plan.is_some()
    }

    /// Whether a request about such an object is a single message that does not change names of devices.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.object.is_plain
    }

    /// Whether it belongs to a generic netlink family, whose id may change.
    pub(crate) fn has_own_id(&self) -> bool {
        matches!(self.object.target.family, Family::Generic { .. })
    }

    /// How errors refer to the object of this request.
    fn label(&self, message: &[u8]) -> String {
        self.called(message.get(HEADER_LEN..).unwrap_or_default(), &|index| index.to_string())
    }

    /// What errors call the object of a message without its header, with its device before it.
    fn called(&self, body: &[u8], device: &dyn Fn(u32) -> String) -> String {
        let label = (self.object.label)(body, device);
        match (self.object.on_device)(body) {
            Some(index) => format!("{} {label}", device(index)).trim_end().to_owned(),
            None => label,
        }
    }

    /// Whether the only device that a message names, and which is not looked up yet, is the object itself.
    pub(crate) fn lacks_only_its_device(&self, message: &Buffer) -> bool {
        let is_about_device = || {
            let label = (self.object.label)(message.body(), &|index| index.to_string());
            (self.object.on_device)(message.body()).is_some() && label.is_empty()
        };
        message.unresolved().len() == 1 && is_about_device()
    }

    /// What errors call the object of a message: by the name that its device was given by, where the kernel takes an index.
    fn label_of(&self, message: &Buffer) -> String {
        let printed = |name: &[u8]| Name::new(name).to_string();
        let first = message.unresolved().first().map(|device| printed(&device.name));
        let device = |index: u32| match &first {
            Some(name) if index == 0 => name.clone(),
            _ => message.name_given_for(index).map_or_else(|| index.to_string(), printed),
        };
        let label = self.called(message.body(), &device);
        if label.is_empty() { first.unwrap_or_default() } else { label }
    }

    /// The error of a request with this message.
    #[cold]
    pub(crate) fn error_of(&self, message: &Buffer, kind: ErrorKind) -> Error {
        Error::new(self.operation, self.label_of(message), kind)
    }

    /// The same, where the error tells of a device that it failed for: an object without a name is not called by that.
    #[cold]
    pub(crate) fn error_beside(&self, message: &Buffer, kind: ErrorKind) -> Error {
        let has_name = !self.label(message.as_written()).is_empty();
        let label = if has_name { self.label_of(message) } else { String::new() };
        Error::new(self.operation, label, kind)
    }

    /// The error of a request that was sent as these bytes.
    #[cold]
    pub(crate) fn error(&self, message: &[u8], kind: ErrorKind) -> Error {
        Error::new(self.operation, self.label(message), kind)
    }

    /// The error of a request that was sent as these bytes and whose exchange failed like this.
    #[cold]
    pub(crate) fn failure(&self, message: &[u8], failure: Failure) -> Error {
        self.error(message, failure_kind(failure, message, self.object.target.table))
    }

    /// Every warning of the kernel is logged.
    #[cold]
    pub(crate) fn warn(&self, message: &[u8], ext_ack: &ExtAck) {
        let text = Diagnostic::new(ext_ack, message, Some((self.object.target.table)())).to_string();
        if !text.is_empty() {
            log::warn!("{} {}: {text}", self.operation, self.label(message));
        }
    }
}

/// A query for the object of a request.
pub(crate) struct Question {
    pub(crate) message_type: u16,
    pub(crate) message: PooledBuffer,
    /// The tables of the query and its answer, for the log.
    pub(crate) tables: &'static Tables,
    /// Whether the received object is the one that the request created.
    pub(crate) is_answer: fn(&[u8], &[u8]) -> bool,
}

impl Question {
    pub(crate) fn call(&mut self, timeout: Option<Duration>) -> Call<'_> {
        let Question { message, message_type, tables, .. } = self;
        Call {
            message,
            message_type: *message_type,
            flags: Flags::empty(),
            expect: Expect::Answer,
            timeout,
            for_route: false,
            tables,
        }
    }
}

/// Determines which steps a request takes, before it is sent.
#[derive(Debug)]
pub struct Planner {
    /// The types of the messages that may take several.
    pub(crate) message_types: &'static [u16],
    pub(crate) plan: Planned,
}

/// What a planner does: `None` if the message alone is enough.
pub(crate) type Planned = fn(&mut Order) -> std::result::Result<Option<Box<Steps>>, BuildError>;

/// The steps of a request besides its own message.
#[derive(Default)]
pub(crate) struct Steps {
    /// The object is read before the message is sent, and this completes the message with the kernel's state.
    pub(crate) before: Option<Merge>,
    /// The other object that is read then, in place of it.
    pub(crate) premise: Option<Premise>,
    /// All objects that the message may be about are listed before it is sent, and this completes it by them.
    pub(crate) listing: Option<Listing>,
    /// The object is echoed, and this tells what the kernel did not do.
    pub(crate) echoed: Option<Check>,
    /// How to take back what was echoed, if that is not what was asked for.
    take_back: Option<TakeBack>,
    /// Whether the object may be missing then: the message is sent as it is.
    pub(crate) may_be_missing: bool,
    /// The messages after it, in order.
    pub(crate) after: VecDeque<Step>,
    /// How to delete what the message made, if a later step fails.
    pub(crate) undo: Option<Undo>,
    /// Whether the request's own message was carried out.
    pub(crate) is_sent: bool,
    /// The message as it was asked for, before anything was taken out of it or completed: what errors are about.
    pub(crate) asked: Option<PooledBuffer>,
    /// The request's own message, once another has replaced it.
    own: Option<PooledBuffer>,
    /// What the message in flight does, if it is not the request's own.
    part: Option<String>,
    /// Whether the object is read at the end.
    tells: bool,
}

/// Another object that is read before a message is sent: what a message may be about depends on it.
pub(crate) struct Premise {
    pub(crate) question: fn(&[u8]) -> Option<Question>,
    /// What messages have in common that depend on the same object: a batch asks for it once.
    pub(crate) key: Vec<u8>,
}

/// Compares a request with the object that was echoed.
pub(crate) type Check = fn(&[u8], &[u8]) -> std::result::Result<(), ErrorKind>;

/// How to delete an object that was echoed, a message without its header.
pub(crate) type TakeBack = fn(&[u8]) -> Undo;

/// How to delete what was added, where that is not what was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Removal(pub(crate) TakeBack);

/// A list that is made before a message is sent.
pub(crate) struct Listing {
    pub(crate) message_type: u16,
    pub(crate) message: PooledBuffer,
    /// Which objects of it are wanted.
    pub(crate) wanted: Wanted,
    pub(crate) choose: Choose,
}

/// Whether a listed object is wanted, a message without its header.
pub(crate) type Wanted = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// Completes a message by the objects that were listed.
pub(crate) type Choose = fn(&[Packet<Nest>], &mut PooledBuffer) -> std::result::Result<(), ErrorKind>;

/// Completes a request and its steps with the kernel's object, a message without its header.
pub(crate) type Merge = fn(&[u8], &mut Order, &mut Steps) -> std::result::Result<(), ErrorKind>;

/// A step after the request's own message.
pub(crate) enum Step {
    /// The object is read, and this adds further messages, or tells what the kernel did not do.
    Ask(Merge),
    /// The same of another object, by a message that names it.
    AskAbout(PooledBuffer, Merge),
    /// A message that tells whether the kernel knew all of the request.
    Probe(Probe),
    /// A further message.
    Send(Further),
}

/// A further message.
pub(crate) struct Further {
    /// What it does, for errors.
    pub(crate) part: String,
    pub(crate) message_type: u16,
    pub(crate) flags: Flags,
    pub(crate) message: PooledBuffer,
}

/// A message that the kernel always refuses: if it does not know these attributes, since there is no such device.
pub(crate) struct Probe {
    pub(crate) message_type: u16,
    pub(crate) message: PooledBuffer,
    pub(crate) rows: Vec<&'static Row>,
}

/// A message that deletes what was created.
pub(crate) struct Undo {
    pub(crate) message_type: u16,
    pub(crate) message: PooledBuffer,
    /// What is listed before, so that the message deletes nothing else.
    pub(crate) listing: Option<Listing>,
    /// What was done then, in words for errors.
    pub(crate) done: &'static str,
}

/// Compares the request with the object that was read.
fn check_present(present: &[u8], order: &mut Order, steps: &mut Steps) -> std::result::Result<(), ErrorKind> {
    let asked = steps.asked.as_ref().unwrap_or(&order.message);
    let checked = steps.echoed.take().map_or(Ok(()), |check| check(present, asked.body()));
    checked.inspect_err(|_| steps.undo = steps.take_back.map(|take_back| take_back(present)))
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

    /// All objects that the message may be about are listed before it is sent.
    pub(crate) fn listing(listing: Listing) -> Box<Self> {
        Box::new(Steps { listing: Some(listing), ..Steps::default() })
    }

    /// The object is echoed, compared with the request, and deleted again where it differs.
    pub(crate) fn compared_or_undone(check: Check, take_back: TakeBack) -> Box<Self> {
        Box::new(Steps { echoed: Some(check), take_back: Some(take_back), ..Steps::default() })
    }

    /// The object is read before the request is sent, if there is one, and this completes the request.
    pub(crate) fn read_if_there(&mut self, merge: Merge) {
        (self.before, self.may_be_missing) = (Some(merge), true);
    }

    /// Steps after the request's own message, and how to undo that one.
    pub(crate) fn after(steps: impl IntoIterator<Item = Step>, undo: Option<Undo>) -> Box<Self> {
        Box::new(Steps { after: steps.into_iter().collect(), undo, ..Steps::default() })
    }

    /// Starts: the object is read once all steps are done, instead of being echoed earlier.
    pub(crate) fn begin(&mut self, order: &mut Order) {
        self.tells = order.flags.contains(Flags::ECHO);
        self.asked.get_or_insert_with(|| order.message.clone());
        match self.echoed {
            Some(_) => order.flags |= Flags::ECHO,
            None => order.flags -= Flags::ECHO,
        }
    }

    /// The premise, where there is nothing else to do than to read it.
    pub(crate) fn premise_alone(&self) -> Option<&[u8]> {
        let is_alone = self.echoed.is_none() && self.after.is_empty() && self.listing.is_none();
        self.premise.as_ref().filter(|_| is_alone).map(|premise| &*premise.key)
    }

    /// Replaces the message that was carried out by a further one.
    pub(crate) fn send(
        &mut self,
        Further { part, message_type, flags, message }: Further,
        order: &mut Order,
    ) {
        let done = std::mem::replace(&mut order.message, message);
        self.own.get_or_insert(done);
        (order.message_type, order.flags) = (message_type, flags);
        self.part = Some(part);
    }

    /// The request's own message, if another has replaced it.
    pub(crate) fn own(&self) -> Option<&PooledBuffer> {
        self.own.as_ref()
    }

    /// Asks for an object once something was carried out: if that fails, what was made is taken back.
    pub(crate) fn begin_asking(&mut self) {
        self.part.get_or_insert_default();
    }

    /// What was asked for came.
    pub(crate) fn has_asked(&mut self) {
        self.part.take_if(|part| part.is_empty());
    }

    /// What was done is not what was asked for, by an object that came.
    pub(crate) fn found_wanting(&mut self) {
        self.part = Some(String::new());
    }

    /// Whether the object is to be read at the end.
    pub(crate) fn tells(&self) -> bool {
        self.tells
    }

    /// Whether the kernel did all, by the object that it echoed; and where it did not, how to take that back.
    pub(crate) fn check(
        &mut self,
        order: &Order,
        object: Option<&Bytes>,
    ) -> std::result::Result<(), (ErrorKind, Option<Undo>)> {
        let Some(body) = object.and_then(|object| object.get(HEADER_LEN..)) else {
            if self.echoed.is_some() {
                // What a replacement leaves as it was is not echoed.
                self.after.push_front(Step::Ask(check_present));
            }
            return Ok(());
        };
        let check = self.echoed.take().map_or(Ok(()), |check| check(body, order.message.body()));
        check.map_err(|kind| (kind, self.take_back.map(|take_back| take_back(body))))
    }

    /// A step failed: the error, and how to undo the earlier ones, if there is a way.
    pub(crate) fn failed(&mut self, error: Error) -> (Option<Undo>, Error) {
        match self.part.take() {
            Some(part) => (self.undo.take(), error.in_step(part)),
            None => (None, error),
        }
    }
}
