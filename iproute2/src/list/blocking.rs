//! Lists of callers that wait.

use super::List;
use super::run::Run;
use crate::driver::blocking::{Deadline, exchange};
use crate::driver::call::Answered;
use crate::error::{Error, Result};
use crate::mode::Blocking;
use crate::resolve;
use netlink_packet::{Packet, View};
use std::io;
use std::time::Duration;

impl<M: View + ?Sized> List<Blocking, M> {
    /// Makes the list and waits for it.
    ///
    /// # Errors
    /// See [`Error`]; [`is_interrupted`](Error::is_interrupted) where changes interrupted it 16 times.
    pub fn wait(self) -> Result<Vec<Packet<M>>> {
        let (mut iter, mut objects) = (self.iter(), Vec::new());
        loop {
            match iter.next() {
                Some(Ok(object)) => objects.push(object),
                None => return Ok(objects),
                Some(Err(error)) if iter.again(&error)? => objects.clear(),
                Some(Err(error)) => {
                    return Err(error.after(objects.iter().map(|object| object.message().clone())));
                }
            }
        }
    }

    /// The objects as they come, in constant memory. After an error there are no more.
    pub fn iter(self) -> Iter<M> {
        let timeout = self.plan.timeout;
        Iter { run: Some(self.start()), timeout, over: false }
    }

    /// Lends each object in place, without keeping it: the fastest way through many.
    ///
    /// # Errors
    /// See [`Error`]; what was lent before an error came was no consistent state.
    pub fn for_each(self, mut visit: impl FnMut(&M)) -> Result<()> {
        let timeout = self.plan.timeout;
        let mut run = self.start()?;
        loop {
            if let Some(ending) = run.ending() {
                return ending;
            }
            receive(&mut run, timeout)?;
            run.visit(&mut visit)?;
        }
    }

    fn start(self) -> Result<Run<M>> {
        let List { connection, mut plan, .. } = self;
        while let Some(mut question) = plan.question()? {
            let call = resolve::call(&mut question, plan.timeout);
            let outcome = exchange(&connection, call).map(Answered::into_outcome);
            plan.answered(&question, outcome)?;
        }
        Run::start(connection, plan)
    }
}

/// As [`iter`](List::iter): the objects as they come.
impl<M: View + ?Sized> IntoIterator for List<Blocking, M> {
    type Item = Result<Packet<M>>;
    type IntoIter = Iter<M>;

    fn into_iter(self) -> Iter<M> {
        self.iter()
    }
}

/// Waits for the next datagram of a dump.
fn receive<M: View + ?Sized>(run: &mut Run<M>, timeout: Option<Duration>) -> Result<()> {
    let Some(socket) = &mut run.socket else { return Ok(()) };
    let mut deadline = Deadline::new(timeout);
    let received = loop {
        match socket.receive() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => match deadline.wait(&socket.socket) {
                Ok(()) => (),
                Err(error) => break Err(error),
            },
            received => break received,
        }
    };
    run.received(received)
}

/// The objects of a [`List`] as they come, on a blocking handle.
pub struct Iter<M: View + ?Sized> {
    run: Option<Result<Run<M>>>,
    timeout: Option<Duration>,
    over: bool,
}

impl<M: View + ?Sized> Iter<M> {
    /// Whether a list that ended with this error is to be made anew.
    fn again(&mut self, error: &Error) -> Result<bool> {
        let Some(Ok(run)) = &mut self.run else { return Ok(false) };
        self.over = !run.again(error)?;
        Ok(!self.over)
    }

    fn advance(&mut self) -> Option<Result<Packet<M>>> {
        let run = match self.run.as_mut()? {
            Ok(run) => run,
            Err(_) => return self.run.take().and_then(Result::err).map(Err),
        };
        loop {
            if let Some(packet) = run.next() {
                return Some(packet);
            }
            if let Some(ending) = run.ending() {
                return ending.err().map(Err);
            }
            if let Err(error) = receive(run, self.timeout) {
                return Some(Err(error));
            }
        }
    }
}

impl<M: View + ?Sized> Iterator for Iter<M> {
    type Item = Result<Packet<M>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = self.advance();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}
