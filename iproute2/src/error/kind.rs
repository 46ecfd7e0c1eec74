//! What kind of failure an error is, with the text of each.

use super::kernel::{KernelError, reason};
use netlink_packet::{BuildError, DecodeError, Family, Row};
use std::io;
use std::time::Duration;

/// What kind of failure an [`Error`](super::Error) is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The kernel refused the request.
    #[error(transparent)]
    Kernel(Box<KernelError>),
    /// Concurrent changes interrupted the dump (`NLM_F_DUMP_INTR`), and every retry as well: what was received is not a
    /// consistent snapshot.
    #[error("interrupted by changes")]
    Interrupted,
    /// The receive buffer overran (`ENOBUFS`) before the answer was read: whether the request was carried out is unknown.
    #[error("the answer was lost in an overrun of the receive buffer")]
    Lost,
    /// No answer arrived before the timeout.
    #[error("no answer in time")]
    TimedOut,
    /// The condition that was waited for did not come about before the timeout.
    #[error("timed out after {}", time(.after))]
    Expired {
        /// The timeout.
        after: Duration,
    },
    /// The answer can't be decoded.
    #[error("the answer is malformed")]
    Malformed,
    /// The answer can't be decoded because it is too short.
    #[error(transparent)]
    TooShort(#[from] DecodeError),
    /// The answer did not fit into the receive buffer, which has been enlarged since.
    #[error("the answer of {length} bytes was truncated")]
    Truncated {
        /// Full length of the answer, in bytes.
        length: usize,
    },
    /// The kernel acknowledged the request without returning the object that was asked for, and the object can't be read
    /// back.
    #[error("done, but the kernel did not return the object")]
    NotEchoed,
    /// The request can't be encoded.
    #[error(transparent)]
    Invalid(#[from] BuildError),
    /// The kernel does not know these attributes of the request, being older or built without them, and ignored them. Everything
    /// else was done; an added object is deleted again where the error says so.
    #[error("this kernel does not know {}", unknown(.0))]
    UnknownAttributes(Vec<&'static Row>),
    /// The device accepted the request, but not these bits of it as requested: for example, features that depend on others.
    #[error("not as requested: {}", .0.join(", "))]
    Unchanged(Vec<String>),
    /// A system call failed and nothing was carried out: opening a socket or a namespace, sending, or receiving a list.
    #[error("{}", reason(.0))]
    Io(#[from] io::Error),
    /// The kernel has no generic netlink family of this name.
    #[error("family {0:?}: not found: is its module loaded?")]
    UnknownFamily(&'static str),
    /// The family has no multicast group of this name. Only generic netlink families name their groups.
    #[error("{family} has no multicast group {group:?}")]
    UnknownGroup {
        /// The family.
        family: Family,
        /// Name of the group.
        group: &'static str,
    },
    /// The file is not a network namespace.
    #[error("not a network namespace")]
    NotANamespace,
    /// The request was sent, but receiving the answer failed: whether the request was carried out is unknown.
    #[error("the answer was lost: {}", reason(.0))]
    Unanswered(#[source] io::Error),
    /// Duplicate address detection failed: another host has the address.
    #[error("duplicate address detected: another host has it")]
    Duplicate,
    /// A list, batch, watch or request that was started before a fork was used in the child. It belongs to the parent; the
    /// child can start its own, even with a handle inherited from the parent.
    #[error("started before a fork, by the parent of this process: start it again")]
    Forked,
    /// An async handle was used outside a tokio runtime.
    #[error("no tokio runtime here: call this inside one, or use iproute2::blocking")]
    NoRuntime,
    /// The request had to wait for the kernel, and the tokio runtime was built without I/O.
    #[error("this tokio runtime has no I/O: build it with enable_all or enable_io")]
    NoIo,
    /// The request had to wait with a timeout, and the tokio runtime was built without timers.
    #[error("this tokio runtime has no timers: build it with enable_all or enable_time")]
    NoTimers,
}

/// Attributes by name, with what they need.
fn unknown(rows: &[&Row]) -> String {
    let words = rows.iter().map(|row| match row.marks.needs() {
        Some(needs) => format!("{} (needs {needs})", row.setter(None)),
        None => row.setter(None).to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// A duration for people: `2 s`, `50 ms`, `1.5 s`.
fn time(duration: &Duration) -> String {
    let text = format!("{duration:?}");
    let unit = text.find(|letter: char| letter.is_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    format!("{number} {unit}")
}
