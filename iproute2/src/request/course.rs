//! The progress of a request beyond its own message: which message is in flight, and what was learned so far.

use crate::driver::call::Call;
use crate::error::Error;
use crate::order::{Merge, Probe, Question, Steps, Undo};
use crate::rare::Rare;
use crate::resolve;
use crate::trace::Tables;
use netlink_packet::{Expect, Flags, Objects, PooledBuffer};
use std::time::Duration;

/// The part of a plan beyond the request's own message, if any.
#[derive(Default)]
pub(super) struct Course(pub(super) Rare<Box<Progress>>);

/// The progress of a plan of several messages.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) step: Step,
    pub(super) steps: Option<Box<Steps>>,
    /// Objects received after the first.
    pub(super) others: Objects,
    /// The error of a request whose generic netlink family may have got a new id since.
    pub(super) unknown: Option<Error>,
}

impl Course {
    pub(super) fn step(&self) -> &Step {
        self.0.as_ref().map_or(&Step::Main, |progress| &progress.step)
    }

    pub(super) fn steps(&self) -> Option<&Steps> {
        self.0.as_ref()?.steps.as_deref()
    }

    pub(super) fn steps_mut(&mut self) -> Option<&mut Steps> {
        self.0.as_mut()?.steps.as_deref_mut()
    }

    pub(super) fn take(&mut self, steps: Option<Box<Steps>>) {
        if steps.is_some() {
            self.0.get_or_insert_default().steps = steps;
        }
    }

    pub(super) fn go_to(&mut self, step: Step) {
        self.0.get_or_insert_default().step = step;
    }

    /// Goes back to the request's own message, and returns the step it was in.
    pub(super) fn leave(&mut self) -> Step {
        self.0.as_mut().map(|progress| std::mem::take(&mut progress.step)).unwrap_or_default()
    }
}

/// Which message of a plan is in flight.
#[derive(Default)]
pub(super) enum Step {
    /// The request itself, once no device is left to be resolved, or a message after it.
    #[default]
    Main,
    /// A query for the index of a device that the request names.
    Resolve(PooledBuffer),
    /// A message that the kernel refuses, which tells whether it knows what the request says.
    Probe(Probe),
    /// A query for the current object, which is merged into the request or into the messages after it.
    Ask(Question, Merge),
    /// A query for the object that the request created, if the kernel did not echo it.
    ReadBack(Question),
    /// A query for the object that is said to exist: if it does not, the other one that the request would add does.
    Taken(Question, Error),
    /// A query for the object after a later step did not find something: it may have been deleted.
    Left(Question, Error),
    /// The deletion of what was created, after a later step failed.
    Undo(Undo, Error),
}

impl Step {
    /// The message to send, if it is not the request's own.
    #[cold]
    pub(super) fn call(&mut self, tables: &'static Tables, timeout: Option<Duration>) -> Option<Call<'_>> {
        match self {
            Step::Main => None,
            Step::Resolve(question) => Some(resolve::call(question, timeout)),
            Step::Ask(question, _)
            | Step::ReadBack(question)
            | Step::Taken(question, _)
            | Step::Left(question, _) => Some(question.call(timeout)),
            Step::Undo(Undo { message, message_type, .. }, _)
            | Step::Probe(Probe { message, message_type, .. }) => Some(Call {
                message,
                message_type: *message_type,
                flags: Flags::ACK,
                expect: Expect::Ack,
                timeout,
                for_route: false,
                tables,
            }),
        }
    }
}
