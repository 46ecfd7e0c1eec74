//! Failures of the drivers that are not errors of a system call. They travel inside an `io::Error`.

use super::kind::ErrorKind;
use netlink_packet::RequestError;
use std::io;

/// A failure of a driver.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The request can't be sent.
    #[error(transparent)]
    Unsendable(RequestError),
    /// The request was sent, but receiving the answer failed.
    #[error("{0}")]
    Unanswered(io::Error),
    /// One that needs no further data.
    #[error("{}", .0())]
    Plain(fn() -> ErrorKind),
}

impl Fault {
    /// A copy, for another request that fails for the same reason.
    fn copy(&self) -> Self {
        match self {
            Fault::Unsendable(error) => Fault::Unsendable(error.clone()),
            Fault::Unanswered(error) => Fault::Unanswered(copy_of(error)),
            Fault::Plain(kind) => Fault::Plain(*kind),
        }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        io::Error::other(fault)
    }
}

/// The error of a request that can't be sent.
#[cold]
pub(crate) fn unsendable(error: impl Into<RequestError>) -> io::Error {
    Fault::Unsendable(error.into()).into()
}

/// What an error while waiting for an answer means to a request that was sent.
#[cold]
pub(crate) fn unanswered(error: io::Error) -> io::Error {
    let is_specific = fault(&error).is_some() || error.kind() == io::ErrorKind::TimedOut;
    if is_specific { error } else { Fault::Unanswered(error).into() }
}

/// A copy of the error, for another request that fails for the same reason.
#[cold]
pub(crate) fn copy_of(error: &io::Error) -> io::Error {
    match fault(error) {
        Some(fault) => fault.copy().into(),
        None => match error.raw_os_error() {
            Some(errno) => io::Error::from_raw_os_error(errno),
            None if error.get_ref().is_none() => error.kind().into(),
            None => io::Error::new(error.kind(), error.to_string()),
        },
    }
}

fn fault(error: &io::Error) -> Option<&Fault> {
    error.get_ref()?.downcast_ref()
}
