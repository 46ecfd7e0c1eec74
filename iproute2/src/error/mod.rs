//! Why requests fail: what was to be done, to what, and the reason.

// A file each: `kind` (kinds of failures), `kernel` (a refusal by the kernel, and errnos in words), `predicates` (what
// callers ask), `step` (a failed step of several), `io` (as `io::Error`), `fault` (failures of the drivers), `convert` (what those are to callers).
mod convert;
mod fault;
mod io;
mod kernel;
mod kind;
mod predicates;
mod step;
#[cfg(test)]
mod tests;

pub(crate) use convert::{failure_kind, io_kind};
pub(crate) use fault::{Fault, copy_of, unanswered, unsendable};
pub use kernel::KernelError;
pub use kind::ErrorKind;
pub(crate) use step::Others;

use bytes::Bytes;
use netlink_packet::{Escaped, Packet, View};
use std::fmt;
use step::Step;

/// The result of every fallible operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request failed: the operation, its object, and the reason, in the kernel's words where it gave any.
///
/// Both `{}` and `{:?}` print it on one line, so it also reads well where `main` returns it:
/// `add link v5: numerical result out of range: VXLAN ID must be lower than 16777216 (IFLA_LINKINFO / IFLA_INFO_DATA /
/// IFLA_VXLAN_ID)`. To react to an error, use [`is_not_found`](Self::is_not_found) and the like, or [`errno`](Self::errno).
pub struct Error(Box<Inner>);

struct Inner {
    operation: &'static str,
    object: String,
    /// The condition that was waited for, such as `to be up`.
    goal: &'static str,
    device: Option<String>,
    step: Option<Step>,
    /// Objects that the kernel sent before it failed.
    replies: Vec<Bytes>,
    kind: ErrorKind,
}

impl Error {
    pub(crate) fn new(operation: &'static str, object: String, kind: ErrorKind) -> Self {
        let replies = Vec::new();
        Error(Box::new(Inner { operation, object, goal: "", device: None, step: None, replies, kind }))
    }

    /// The lookup of a device that the request refers to failed.
    pub(crate) fn about_device(mut self, device: String) -> Self {
        self.0.device = Some(device);
        self
    }

    /// The kernel sent these objects before it refused the rest.
    #[cold]
    pub(crate) fn after(mut self, objects: impl IntoIterator<Item = Bytes>) -> Self {
        if let ErrorKind::Kernel(_) = self.0.kind {
            self.0.replies.extend(objects);
        }
        self
    }

    /// The error occurred while waiting for the object to reach a state, such as `to be up`.
    pub(crate) fn waiting_for(mut self, goal: &'static str) -> Self {
        self.0.goal = goal;
        self
    }

    /// A step of the request failed, after others were carried out.
    pub(crate) fn in_step(mut self, part: String) -> Self {
        self.0.step = Some(Step { part, others: Others::Remain });
        self
    }

    /// The request was carried out except for what the error names.
    pub(crate) fn kept(self) -> Self {
        self.in_step(String::new())
    }

    /// The fate of the earlier steps.
    pub(crate) fn with_others(mut self, others: Others) -> Self {
        if let Some(step) = &mut self.0.step {
            step.others = others;
        }
        self
    }

    /// The operation that failed, such as `add link`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The object of the operation, such as `eth0`; empty where it has no name.
    pub fn object(&self) -> &str {
        &self.0.object
    }

    /// Another device that the request refers to and that caused the failure, such as the parent of a link that was not
    /// found.
    pub fn device(&self) -> Option<&str> {
        self.0.device.as_deref()
    }

    /// The step that failed, such as `alias`, of a request that takes several.
    /// [`is_partly_done`](Self::is_partly_done) says whether the earlier steps remain in effect.
    pub fn step(&self) -> Option<&str> {
        self.0.step.as_ref().map(|step| &*step.part).filter(|part| !part.is_empty())
    }

    /// The kind of failure.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The kernel's refusal, if the kernel refused the request.
    pub fn kernel_error(&self) -> Option<&KernelError> {
        match &self.0.kind {
            ErrorKind::Kernel(error) => Some(error),
            _ => None,
        }
    }

    /// The errno of a refusal or of a failed system call, as a positive number: compare with [`errno`](crate::errno).
    pub fn errno(&self) -> Option<i32> {
        match &self.0.kind {
            ErrorKind::Kernel(error) => Some(error.errno),
            ErrorKind::Io(error) | ErrorKind::Unanswered(error) => error.raw_os_error(),
            _ => None,
        }
    }

    /// The kernel's own message (`NLMSGERR_ATTR_MSG`), if it gave one.
    pub fn message(&self) -> Option<&str> {
        self.kernel_error()?.diagnostic.message.as_deref()
    }

    /// The attribute that the kernel points at, preceded by the nests it is in, outermost first. Empty if the kernel points
    /// at none.
    pub fn path(&self) -> &[&'static str] {
        self.kernel_error().map_or(&[], |error| &error.diagnostic.path)
    }

    /// The objects of this type that the kernel sent before it refused the rest: some families dump a part first. The error's text
    /// says how many there are: `(after 2 replies)`.
    pub fn replies<M: View + ?Sized>(&self) -> Vec<Packet<M>> {
        self.0.replies.iter().filter_map(|object| Packet::new(object.clone()).ok()).collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, object, goal, device, step, replies, kind } = &*self.0;
        f.write_str(operation)?;
        for part in [object.as_str(), goal].into_iter().filter(|part| !part.is_empty()) {
            write!(f, " {}", Escaped(part))?;
        }
        f.write_str(": ")?;
        if let Some(device) = device {
            write!(f, "device {}: ", Escaped(device))?;
        }
        let kind = kind.to_string();
        let kind = Escaped(&kind);
        match step {
            Some(Step { part, others, .. }) if part.is_empty() => write!(f, "{kind} ({others})")?,
            Some(Step { part, others, .. }) => write!(f, "{}: {kind} ({others})", Escaped(part))?,
            None => write!(f, "{kind}")?,
        }
        match replies.len() {
            0 => Ok(()),
            1 => f.write_str(" (after 1 reply)"),
            count => write!(f, " (after {count} replies)"),
        }
    }
}

/// The same as [`Display`](fmt::Display), since it is what a program prints whose `main` returns the error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::Kernel(_) => None,
            kind => std::error::Error::source(kind),
        }
    }
}
