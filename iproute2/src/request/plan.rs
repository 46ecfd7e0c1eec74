//! The plan of a request: its messages one after another, and what their answers mean.

use super::Answer;
use super::course::{Course, Progress, Step};
use crate::connection::Connection;
use crate::driver::call::{Answered, Call};
use crate::driver::exchange::Messages;
use crate::error::{Error, ErrorKind, Others, Result, failure_kind, io_kind};
use crate::order::{self, Choose, Listing, Merge, Order, Premise, Probe, Question, Steps, Undo};
use crate::resolve;
use crate::target::Target;
use bytes::Bytes;
use netlink_packet::control::ExtAck;
use netlink_packet::{
    Failure, Flags, HEADER_LEN, Header, Nest, Objects, Outcome, Packet, PooledBuffer, View,
};
use netlink_sys::errno::{EEXIST, ENODEV, ENOENT};
use std::io;
use std::time::Duration;

/// The course of a request, regardless of who drives it.
pub(crate) struct Plan {
    order: Order,
    timeout: Option<Duration>,
    /// Whether the steps of the request are yet to be determined.
    begins: bool,
    course: Course,
}

impl Plan {
    #[inline]
    pub(super) fn new(order: Order, timeout: Option<Duration>) -> Self {
        let begins = order.subject.has_steps();
        Plan { order, timeout, begins, course: Course::default() }
    }

    /// A request whose steps are known.
    pub(crate) fn of_steps(order: Order, steps: Box<Steps>, timeout: Option<Duration>) -> Self {
        let mut course = Course::default();
        course.take(Some(steps));
        Plan { order, timeout, begins: false, course }
    }

    /// Whether there is nothing to send but the request's own message.
    #[inline]
    fn is_plain(&self) -> bool {
        self.course.0.is_none() && !self.begins
    }

    /// The next message to send.
    #[inline]
    fn next_call(&mut self, connection: &Connection) -> Result<Call<'_>> {
        if !self.is_plain() || !self.order.message.is_complete() {
            self.prepare(connection)?;
        }
        if let Some(progress) = &mut *self.course.0 {
            if let Some(call) = progress.step.call(&self.order.subject.object.target.tables, self.timeout) {
                return Ok(call);
            }
        }
        Ok(self.order.call(self.timeout))
    }

    /// What is to be listed before the next message is sent, if anything.
    #[inline]
    pub(crate) fn listing(&mut self, connection: &Connection) -> Result<Option<Listing>> {
        if self.is_plain() { Ok(None) } else { self.next_listing(connection) }
    }

    #[cold]
    #[inline(never)]
    fn next_listing(&mut self, connection: &Connection) -> Result<Option<Listing>> {
        if self.begins {
            self.begin(connection)?;
        }
        Ok(self.due().and_then(Option::take))
    }

    /// The list that is to be made before the next message is sent.
    fn due(&mut self) -> Option<&mut Option<Listing>> {
        let is_complete = self.order.message.is_complete();
        let Progress { step, steps, .. } = &mut **self.course.0.as_mut()?;
        match step {
            Step::Undo(undo, _) => Some(&mut undo.listing),
            Step::Main if is_complete => steps.as_deref_mut().map(|steps| &mut steps.listing),
            _ => None,
        }
    }

    /// Whether a list is to be made before the next message is sent.
    #[inline]
    pub(crate) fn is_interrupted(&mut self) -> bool {
        !self.is_plain() && self.due().is_some_and(|listing| listing.is_some())
    }

    /// What the list is made for, in words for errors.
    pub(crate) fn order(&self) -> &Order {
        &self.order
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Completes the next message by what was listed.
    pub(crate) fn listed(&mut self, objects: Result<Vec<Packet<Nest>>>, choose: Choose) -> Result<()> {
        if let Step::Undo(undo, _) = &mut self.course.0.get_or_insert_default().step {
            let chosen = objects.is_ok_and(|objects| choose(&objects, &mut undo.message).is_ok());
            return match self.course.leave() {
                Step::Undo(_, error) if !chosen => Err(error),
                step => {
                    self.course.go_to(step);
                    Ok(())
                }
            };
        }
        choose(&objects?, &mut self.order.message).map_err(|kind| self.error(kind))
    }

    /// Finds out which steps there are.
    fn begin(&mut self, connection: &Connection) -> Result<()> {
        self.order.address(connection, self.timeout)?;
        self.course.take(self.order.steps()?);
        self.begins = false;
        Ok(())
    }

    /// Finds out which steps there are, and whether something is to be asked before the next message is sent: for a device
    /// that it names, or for the object.
    #[cold]
    #[inline(never)]
    fn prepare(&mut self, connection: &Connection) -> Result<()> {
        if let Some(error) = self.course.0.as_mut().and_then(|progress| progress.unknown.take()) {
            let Order { subject, message_type, .. } = self.order;
            let Target { family, finder, .. } = subject.object.target;
            let renewed =
                finder.and_then(|finder| (finder.renewed)(connection, family, message_type, self.timeout));
            match renewed {
                Some(message_type) => self.order.message_type = message_type,
                None => self.give_up(error)?,
            }
        }
        if self.begins || self.course.0.is_none() {
            self.begin(connection)?;
        }
        if let Step::Main = self.course.step() {
            if let Some(question) = resolve::question(&self.order.message) {
                self.course.go_to(Step::Resolve(question));
            } else if let Some(merge) = self.course.steps_mut().and_then(|steps| steps.before.take()) {
                match self.course.steps_mut().and_then(|steps| steps.premise.take()) {
                    Some(Premise { question, .. }) => self.ask_by(question(self.own().body()), merge),
                    None => self.ask(merge),
                };
            }
        }
        Ok(())
    }

    /// Queries the current object, if the message identifies it.
    fn ask(&mut self, merge: Merge) -> bool {
        let question = (self.order.subject.object.read_back)(self.own().body());
        self.ask_by(question, merge)
    }

    fn ask_by(&mut self, mut question: Option<Question>, merge: Merge) -> bool {
        if let (Some(question), true) = (&mut question, self.order.subject.has_own_id()) {
            // It goes to the same family.
            question.message_type = self.order.message_type;
        }
        let step = question.map(|question| Step::Ask(question, merge));
        step.map(|step| self.course.go_to(step)).is_some()
    }

    /// Asks for an object once something was carried out.
    fn ask_after(&mut self, question: Option<Question>, merge: Merge) -> bool {
        let asks = self.ask_by(question, merge);
        if let Some(steps) = self.course.steps_mut().filter(|_| asks) {
            steps.begin_asking();
        }
        asks
    }

    /// Takes the answer to the last message: the received object, if any. `None` means that there is a next message.
    #[inline]
    fn take(&mut self, answered: io::Result<Answered>) -> Result<Option<Option<Bytes>>> {
        match answered {
            Ok(Answered::Plainly) if self.is_plain() && !self.order.flags.contains(Flags::ECHO) => {
                Ok(Some(None))
            }
            // The variants in full: nothing is left to be dropped above.
            Ok(Answered::Plainly) => self.answered_with(Outcome::default()),
            Ok(Answered::With(outcome)) => self.answered_with(outcome),
            Err(error) => {
                let error = self.error(io_kind(error));
                self.give_up(error).map(|()| None)
            }
        }
    }

    fn answered_with(&mut self, mut outcome: Outcome) -> Result<Option<Option<Bytes>>> {
        if let Some(failure) = outcome.failure.take_if(|failure| !self.is_done_on(failure)) {
            if let Step::Probe(_) = self.course.step() {
                return self.probed(&failure);
            }
            let objects = outcome.objects;
            let has_answered = !objects.is_empty();
            let failed = self.failed(*failure, has_answered);
            return failed.map(|()| None).map_err(|error| error.after(objects));
        }
        if let Some(ext_ack) = outcome.ext_ack() {
            self.order.subject.warn(self.order.message.as_written(), ExtAck::cast(ext_ack));
        }
        let mut object = outcome.objects.take_first();
        if !outcome.objects.is_empty() {
            object = self.keep(object, outcome.objects);
        }
        if self.is_plain() && !self.order.flags.contains(Flags::ECHO) {
            return Ok(Some(object));
        }
        let taken = self.go_on_with(object);
        // For the list to be made.
        if self.is_interrupted() { taken.map(|taken| taken.or(Some(None))) } else { taken }
    }

    /// Keeps objects received after the first. An echo may begin with what was replaced, such as a qdisc: that is not the
    /// object asked for.
    #[cold]
    fn keep(&mut self, first: Option<Bytes>, others: Objects) -> Option<Bytes> {
        if self.order.flags.contains(Flags::ECHO) {
            let is_new = |object: &&Bytes| {
                Header::read(object).is_some_and(|header| header.message_type == self.order.message_type)
            };
            if let Some(new) = first.iter().chain(&others).find(is_new) {
                return Some(new.clone());
            }
        }
        self.course.0.get_or_insert_default().others = others;
        first
    }

    /// Takes the received objects, where more may follow.
    #[inline(never)]
    fn go_on_with(&mut self, object: Option<Bytes>) -> Result<Option<Option<Bytes>>> {
        match self.course.leave() {
            Step::Ask(_, merge) => self.merge(merge, object),
            Step::Resolve(_) => {
                resolve::answer(&mut self.order.message, object).map_err(|kind| self.error(kind))?;
                Ok(None)
            }
            Step::Probe(_) => Ok(self.go_on(None)),
            Step::Main => {
                let check = |steps: &mut Steps| steps.check(&self.order, object.as_ref());
                match self.course.steps_mut().map_or(Ok(()), check) {
                    Ok(()) => Ok(self.go_on(object)),
                    Err((kind, undo)) => {
                        let error = self.error(kind).kept();
                        let Some(undo) = undo else { return Err(error) };
                        self.course.go_to(Step::Undo(undo, error));
                        Ok(None)
                    }
                }
            }
            Step::ReadBack(back) => {
                let made = |object: &Bytes| {
                    object.get(HEADER_LEN..).is_some_and(|body| (back.is_answer)(body, self.own().body()))
                };
                Ok(Some(object.filter(made)))
            }
            Step::Taken(_, error) | Step::Left(_, error) => Err(error),
            Step::Undo(Undo { done, .. }, error) => Err(error.with_others(Others::Undone(done))),
        }
    }

    /// Completes the request with the current object and continues: with the message, or after it if that was carried
    /// out.
    fn merge(&mut self, merge: Merge, object: Option<Bytes>) -> Result<Option<Option<Bytes>>> {
        let Some(steps) = self.course.steps_mut() else { return Ok(None) };
        let merged = match object.as_ref().and_then(|object| object.get(HEADER_LEN..)) {
            Some(body) => merge(body, &mut self.order, steps),
            None => Err(ErrorKind::Malformed),
        };
        match merged {
            Ok(()) if steps.is_sent => {
                steps.has_asked();
                Ok(self.go_on(None))
            }
            Ok(()) => Ok(None),
            Err(kind) => {
                if steps.is_sent {
                    steps.found_wanting();
                }
                let error = self.error(kind);
                self.give_up(error).map(|()| None)
            }
        }
    }

    /// The kernel refused what it always refuses: by how, it knew all of the request, or did not.
    fn probed(&mut self, failure: &Failure) -> Result<Option<Option<Bytes>>> {
        let probe = self.course.leave();
        match (probe, self.course.steps_mut()) {
            (Step::Probe(Probe { rows, .. }), Some(steps)) if is_missing(failure) => {
                steps.found_wanting();
                let error = self.error(ErrorKind::UnknownAttributes(rows));
                self.give_up(error).map(|()| None)
            }
            (_, steps) => {
                steps.map(Steps::has_asked);
                Ok(self.go_on(None))
            }
        }
    }

    /// A message was carried out, and maybe echoed. Returns the received object, if any; `None` if there is a next
    /// message.
    fn go_on(&mut self, object: Option<Bytes>) -> Option<Option<Bytes>> {
        while let Some(steps) = self.course.steps_mut() {
            steps.is_sent = true;
            match steps.after.pop_front() {
                Some(order::Step::Send(further)) => {
                    steps.send(further, &mut self.order);
                    return None;
                }
                Some(order::Step::Ask(merge)) => {
                    let question = (self.order.subject.object.read_back)(self.own().body());
                    if self.ask_after(question, merge) {
                        return None;
                    }
                }
                Some(order::Step::Probe(probe)) => {
                    steps.begin_asking();
                    self.course.go_to(Step::Probe(probe));
                    return None;
                }
                Some(order::Step::AskAbout(other, merge)) => {
                    let question = (self.order.subject.object.read_back)(other.body());
                    if self.ask_after(question, merge) {
                        return None;
                    }
                }
                None => break,
            }
        }
        let echoes = self.order.flags.contains(Flags::ECHO);
        let tells = self.course.steps().map_or(echoes, Steps::tells);
        if object.is_none() && tells {
            if let Some(question) = (self.order.subject.object.read_back)(self.own().body()) {
                self.course.go_to(Step::ReadBack(question));
                return None;
            }
        }
        Some(object)
    }

    /// The message as it was asked for: what errors are about.
    fn asked(&self) -> &PooledBuffer {
        self.course.steps().and_then(|steps| steps.asked.as_ref()).unwrap_or(&self.order.message)
    }

    /// The request's own message.
    fn own(&self) -> &PooledBuffer {
        self.course.steps().and_then(Steps::own).unwrap_or(&self.order.message)
    }

    /// Reads the answer.
    #[inline]
    pub(super) fn read<R: Answer>(&mut self, object: Option<Bytes>) -> Result<R::Output> {
        let others = || self.course.0.take().map(|progress| progress.others).unwrap_or_default();
        R::read_all(object, others).map_err(|kind| self.error(kind))
    }

    /// Whether the kernel has done what the request's own message asks for, whatever it says.
    fn is_done_on(&self, failure: &Failure) -> bool {
        let done_on = self.order.subject.object.done_on;
        let is_own = matches!(self.course.step(), Step::Main);
        is_own && matches!(failure, Failure::Kernel(refusal) if refusal.errno == done_on)
    }

    /// A truncated answer is requested again, with enough room for it; everything else is an error.
    #[cold]
    fn failed(&mut self, failure: Failure, has_answered: bool) -> Result<()> {
        let changes = match self.course.step() {
            Step::Undo(..) => true,
            Step::Main => self.order.flags.contains(Flags::ACK),
            _ => false,
        };
        if let (Failure::Truncated { .. }, false) = (&failure, changes) {
            return Ok(());
        }
        if self.is_missing_as_may_be(&failure) {
            self.course.leave();
            return Ok(());
        }
        let missing = is_missing(&failure);
        // This includes a generic netlink family that no longer has this id, which then sends nothing before.
        let unknown =
            !has_answered && matches!(&failure, Failure::Kernel(refusal) if refusal.errno == ENOENT);
        let exists = matches!(&failure, Failure::Kernel(refusal) if refusal.errno == EEXIST);
        let error = match self.course.step() {
            Step::Main => self.error(failure_kind(
                failure,
                self.order.message.as_written(),
                self.order.subject.object.target.table,
            )),
            Step::Resolve(question) => {
                self.error(failure_kind(failure, question.as_written(), resolve::table))
            }
            // The request was carried out. What it created is elsewhere, or already gone.
            Step::ReadBack(_) if matches!(failure, Failure::Kernel(_)) => self.error(ErrorKind::NotEchoed),
            Step::Ask(question, _) => self.asked_in_vain(question, failure),
            Step::ReadBack(question) => self.asked_in_vain(question, failure),
            Step::Taken(..) | Step::Left(..) | Step::Undo(..) | Step::Probe(_) => {
                self.error(ErrorKind::Malformed)
            }
        };
        match self.course.leave() {
            Step::Taken(_, error) => Err(self.taken(error, missing)),
            Step::Left(_, error) | Step::Undo(_, error) if missing => Err(error.with_others(Others::Deleted)),
            Step::Main if unknown && self.order.subject.has_own_id() => self.ask_again(error),
            Step::Main if exists => self.ask_who_exists(error),
            step => self.give_up_at(step, error),
        }
    }

    /// Sends the request once more if its family has another id by now.
    fn ask_again(&mut self, error: Error) -> Result<()> {
        self.course.0.get_or_insert_default().unknown = Some(error);
        Ok(())
    }

    /// Whether the object queried before the message is missing, as it may be.
    fn is_missing_as_may_be(&self, failure: &Failure) -> bool {
        let may_be = self.course.steps().is_some_and(|steps| steps.may_be_missing && !steps.is_sent);
        matches!(self.course.step(), Step::Ask(..)) && may_be && is_missing(failure)
    }

    /// The object exists, or another one that would be created with it: where there is another, queries which.
    fn ask_who_exists(&mut self, error: Error) -> Result<()> {
        let message = self.order.message.body();
        let is_sent = self.course.steps().is_some_and(|steps| steps.is_sent);
        let other = (self.order.subject.object.other)(message).filter(|_| !is_sent);
        match other.and_then(|_| (self.order.subject.object.read_back)(message)) {
            Some(question) => self.course.go_to(Step::Taken(question, error)),
            None => return self.give_up(error),
        }
        Ok(())
    }

    /// The error that an object exists: the other one if the first is missing.
    fn taken(&self, error: Error, missing: bool) -> Error {
        match (self.order.subject.object.other)(self.order.message.body()) {
            Some(other) if missing => error.about_device(other),
            _ => error,
        }
    }

    fn asked_in_vain(&self, question: &Question, failure: Failure) -> Error {
        self.error(failure_kind(
            failure,
            question.message.as_written(),
            self.order.subject.object.target.table,
        ))
    }

    /// The step failed: if an earlier step created something, that is deleted before the error is returned.
    #[cold]
    fn give_up(&mut self, error: Error) -> Result<()> {
        let step = self.course.leave();
        self.give_up_at(step, error)
    }

    fn give_up_at(&mut self, step: Step, error: Error) -> Result<()> {
        if let Step::Undo(_, error) | Step::Left(_, error) = step {
            return Err(error);
        }
        let Some(steps) = self.course.steps_mut() else { return Err(error) };
        let (undo, error) = steps.failed(error);
        let next = match undo {
            Some(undo) => Step::Undo(undo, error),
            None => self.look_for_what_is_left(error)?,
        };
        self.course.go_to(next);
        Ok(())
    }

    /// A later step did not find something. If that is the object, nothing is left of the earlier steps.
    fn look_for_what_is_left(&self, error: Error) -> Result<Step> {
        let question = Some(&error)
            .filter(|error| error.is_partly_done() && error.is_not_found())
            .and_then(|_| (self.order.subject.object.read_back)(self.own().body()));
        match question {
            Some(question) => Ok(Step::Left(question, error)),
            None => Err(error),
        }
    }

    #[cold]
    fn error(&self, kind: ErrorKind) -> Error {
        match self.course.step() {
            Step::Resolve(question) if self.course.steps().is_some_and(|steps| steps.is_sent) => {
                let error = self.order.subject.error_of(self.asked(), kind);
                error.about_device(resolve::label(question))
            }
            Step::Resolve(question) => {
                resolve::failed(&self.order.subject, &self.order.message, question, kind)
            }
            _ => self.order.subject.error_of(self.asked(), kind),
        }
    }
}

impl Messages for Plan {
    /// The received object, if any.
    type Output = Option<Bytes>;
    type Error = Error;

    #[inline]
    fn next(&mut self, connection: &Connection) -> Result<Call<'_>> {
        self.next_call(connection)
    }

    #[inline]
    fn answered(&mut self, answered: io::Result<Answered>) -> Result<Option<Option<Bytes>>> {
        self.take(answered)
    }
}

/// Whether the kernel has no such device.
pub(crate) fn is_missing(failure: &Failure) -> bool {
    matches!(failure, Failure::Kernel(refusal) if refusal.errno == ENODEV)
}
