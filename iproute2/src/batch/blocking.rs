//! Batches of callers that wait.

use super::Batch;
use super::operation::Operation;
use super::run::Fit;
use crate::driver::blocking::{Deadline, exchange};
use crate::driver::call::Answered;
use crate::driver::dump::DumpSocket;
use crate::driver::receive::{receive, try_recv};
use crate::error::Result;
use crate::mode::Blocking;
use crate::resolve;
use std::io;
use std::sync::Arc;

impl<I> Batch<Blocking, I>
where
    I: Iterator,
    I::Item: Into<Operation>,
{
    /// Sends all of them and collects the results.
    pub fn wait(self) -> Vec<Result<()>> {
        self.collect()
    }

    /// The next result, if need be of the next packet.
    #[inline(never)]
    fn give_next(&mut self) -> Option<Result<()>> {
        self.run.outgoing.give().or_else(|| {
            self.exchange();
            self.run.outgoing.give()
        })
    }

    /// Fills a packet, and exchanges it for results.
    fn exchange(&mut self) {
        let run = &mut self.run;
        run.begin();
        loop {
            let fit = if run.has_next() {
                run.add_next()
            } else if run.is_over {
                break;
            } else if let Some(operation) = self.operations.next() {
                run.add(operation.into().0)
            } else {
                run.is_over = true;
                break;
            };
            match fit {
                Fit::Yes if run.outgoing.is_complete() => break,
                Fit::Yes => (),
                Fit::Full => break,
                Fit::Ask(mut question) => {
                    let call = resolve::call(&mut question, run.timeout);
                    let answered = exchange(&run.connection, call);
                    let outcome = answered.map(Answered::into_outcome);
                    run.answered(&question, outcome);
                }
                Fit::Steps(mut plan) => {
                    let result = plan.carry_out(&run.connection);
                    run.done(result.map(drop));
                }
            }
        }
        run.send();
        let mut deadline = Deadline::new(run.timeout);
        while let (Some(_), Some(socket)) = (&run.exchange, &mut run.socket) {
            let DumpSocket { socket, chunk, room, .. } = socket;
            let mut received = receive(chunk, room, try_recv(socket));
            if received.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
                let socket = Arc::clone(socket);
                if run.nothing_received() {
                    break;
                }
                match deadline.wait(&socket) {
                    Ok(()) => continue,
                    Err(error) => received = Err(error),
                }
            }
            run.received(received);
        }
        while let Some(mut question) = run.outgoing.doubt() {
            let answered = exchange(&run.connection, question.call(run.timeout));
            run.outgoing.doubt_answered(answered.map(Answered::into_outcome));
        }
    }
}

impl<I> Iterator for Batch<Blocking, I>
where
    I: Iterator,
    I::Item: Into<Operation>,
{
    type Item = Result<()>;

    #[inline]
    fn next(&mut self) -> Option<Result<()>> {
        self.run.outgoing.give_well().or_else(|| self.give_next())
    }
}
