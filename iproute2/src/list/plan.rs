//! What a list requests, regardless of who drives it.

use crate::error::{Error, ErrorKind, Result, failure_kind, io_kind};
use crate::resolve;
use crate::target::Target;
use netlink_packet::{Buffer, Failure, Name, Outcome, PooledBuffer, View};
use rtnetlink::AddressFamily;
use std::io;
use std::time::Duration;

/// Whether an object is wanted; the second message is the request, with the names of devices resolved.
pub(super) type Wanted<M> = Box<dyn Fn(&M, &M) -> bool + Send + Sync>;

/// What is told of objects that are not wanted.
pub(super) type Spared<M> = Box<dyn Fn(&M) + Send + Sync>;

/// What a list asks for, whoever drives it.
pub(super) struct Plan<M: ?Sized> {
    pub(super) operation: &'static str,
    pub(super) target: &'static Target,
    /// The type of the message, or the command of a family.
    pub(super) command: u16,
    /// The type of the message, once it is known.
    pub(super) message_type: u16,
    pub(super) message: PooledBuffer,
    /// The request without its filters, if it has any, for kernels that refuse them: they are applied here in any
    /// case.
    pub(super) plain: Option<PooledBuffer>,
    /// Whether one of the filters is applied here only.
    pub(super) here: bool,
    /// The devices that were given by index.
    pub(super) devices: Vec<u32>,
    /// The family of the wanted objects, which is the first byte of the messages of the route family.
    pub(super) family: Option<AddressFamily>,
    pub(super) wanted: Vec<Wanted<M>>,
    /// What is told of the others.
    pub(super) spared: Option<Spared<M>>,
    pub(super) timeout: Option<Duration>,
    /// The errno by which the kernel says that there is nothing to list.
    pub(super) empty_on: Option<i32>,
    /// Whether a filter selects objects that a flush otherwise spares.
    pub(super) names_spared: bool,
}

impl<M: View + ?Sized> Plan<M> {
    #[cold]
    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        let question = self.unresolved().and_then(|message| resolve::question(message));
        let device = question.map(|question| resolve::label(&question));
        Error::new(self.operation, device.unwrap_or_else(|| self.label()), kind)
    }

    /// What errors call what is listed: the objects of the device that was named first, where nothing else is said.
    #[cold]
    pub(super) fn label(&self) -> String {
        let label = (self.target.label)(self.message.body(), &|index| index.to_string());
        let by_index = || self.devices.last().map(u32::to_string);
        let by_name = || self.message.first_name_given().map(|name| Name::new(name).to_string());
        if label.is_empty() { by_name().or_else(by_index).unwrap_or_default() } else { label }
    }

    /// The request for the next device to be resolved before the list can begin.
    pub(super) fn question(&self) -> Result<Option<PooledBuffer>> {
        match self.message.problem() {
            Some(problem) => Err(self.error(ErrorKind::Invalid(problem.clone()))),
            None => Ok(self.unresolved().and_then(|message| resolve::question(message))),
        }
    }

    /// The message that names a device which is to be asked for.
    fn unresolved(&self) -> Option<&PooledBuffer> {
        std::iter::once(&self.message).chain(&self.plain).find(|message| !message.is_complete())
    }

    pub(super) fn answered(&mut self, question: &Buffer, outcome: io::Result<Outcome>) -> Result<()> {
        let mut outcome = outcome.map_err(|error| self.error(io_kind(error)))?;
        match outcome.failure.take().map(|failure| *failure) {
            // It is sent again, with enough room for the reply.
            Some(Failure::Truncated { .. }) => return Ok(()),
            Some(failure) => {
                return Err(self.error(failure_kind(failure, question.as_written(), resolve::table)));
            }
            None => (),
        }
        // What was asked for is what the first one names that names any.
        let unresolved =
            std::iter::once(&mut self.message).chain(&mut self.plain).find(|message| !message.is_complete());
        let Some(message) = unresolved else { return Ok(()) };
        resolve::answer(message, outcome.objects.take_first()).map_err(|kind| self.error(kind))
    }

    /// The query for a device that was given by index.
    pub(super) fn doubt(&mut self) -> Option<PooledBuffer> {
        self.devices.pop().map(resolve::question_about)
    }

    /// Whether the device of such a query is there.
    pub(super) fn settled(&self, question: &Buffer, outcome: io::Result<Outcome>) -> Result<()> {
        let kind = match outcome.map(|outcome| outcome.failure.map(|failure| *failure)) {
            // There may be more to say of it than fits into a datagram.
            Ok(None | Some(Failure::Truncated { .. })) => return Ok(()),
            Ok(Some(failure)) => failure_kind(failure, question.as_written(), resolve::table),
            Err(error) => io_kind(error),
        };
        Err(Error::new(self.operation, resolve::label(question), kind))
    }

    /// The message to send: the request, or the one without its filters.
    pub(super) fn asked(&self, plain: bool) -> &PooledBuffer {
        self.plain.as_ref().filter(|_| plain).unwrap_or(&self.message)
    }

    pub(super) fn asked_mut(&mut self, plain: bool) -> &mut PooledBuffer {
        self.plain.as_mut().filter(|_| plain).unwrap_or(&mut self.message)
    }

    /// Whether the request has filters that kernels take.
    pub(super) fn is_filtered(&self) -> bool {
        !self.here && self.plain.as_ref().is_some_and(|plain| plain.body() != self.message.body())
    }

    /// The request, with the names of devices resolved.
    pub(super) fn request(&self) -> &M {
        M::cast(self.message.body())
    }

    pub(super) fn wants(&self, object: &M, request: &M) -> bool {
        let is_of_family = self.family.is_none_or(|family| object.as_bytes().first() == Some(&family.0));
        let wants = is_of_family && self.wanted.iter().all(|wanted| wanted(object, request));
        if let (false, Some(spared)) = (wants, &self.spared) {
            spared(object);
        }
        wants
    }
}
