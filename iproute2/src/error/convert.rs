//! From failures of the conversation and of the drivers to the kinds that callers see.

use super::fault::Fault;
use super::kernel::KernelError;
use super::kind::ErrorKind;
use netlink_packet::{Failure, RequestError, Table};
use std::io;

/// The kind of a failure of the conversation. `message` is the request, into which the kernel's offset points.
#[cold]
pub(crate) fn failure_kind(failure: Failure, message: &[u8], table: fn() -> &'static Table) -> ErrorKind {
    match failure {
        Failure::Kernel(error) => {
            let diagnostic = error.diagnose(message, Some(table()));
            ErrorKind::Kernel(Box::new(KernelError { errno: error.errno, diagnostic }))
        }
        Failure::Interrupted => ErrorKind::Interrupted,
        Failure::Lost => ErrorKind::Lost,
        Failure::Malformed => ErrorKind::Malformed,
        Failure::Truncated { length } => ErrorKind::Truncated { length },
        other => ErrorKind::Io(io::Error::other(other)),
    }
}

/// The kind of a driver's error.
#[cold]
pub(crate) fn io_kind(error: io::Error) -> ErrorKind {
    match error.downcast::<Fault>() {
        Ok(fault) => fault.into(),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => ErrorKind::TimedOut,
        Err(error) => ErrorKind::Io(error),
    }
}

impl From<Fault> for ErrorKind {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unsendable(RequestError::Incomplete(problem)) => ErrorKind::Invalid(problem),
            Fault::Unsendable(error) => ErrorKind::Io(io::Error::other(error)),
            Fault::Unanswered(error) => ErrorKind::Unanswered(error),
            Fault::Plain(kind) => kind(),
        }
    }
}
