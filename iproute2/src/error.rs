//! What can go wrong, and what callers ask of it.

use bytes::Bytes;
use netlink_packet::control::Diagnostic;
use netlink_packet::{BuildError, DecodeError, Escaped, Failure, Family, Packet, RequestError, Table, View};
use netlink_sys::errno::{
    EACCES, EADDRNOTAVAIL, EBUSY, EEXIST, EINVAL, ENODEV, ENOENT, EOPNOTSUPP, EPERM, ESRCH,
};
use std::fmt;
use std::io;
use std::time::Duration;

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request failed: what was to be done, to what, and the reason in the kernel's words where it gave one.
///
/// It prints in one line, by `{}` and by `{:?}`, so also where `main` returns it:
/// `add link v5: numerical result out of range: VXLAN ID must be lower than 16777216 (IFLA_LINKINFO / IFLA_INFO_DATA /
/// IFLA_VXLAN_ID)`. To react to it, ask: [`is_not_found`](Self::is_not_found) and its like, or [`errno`](Self::errno).
pub struct Error(Box<Inner>);

struct Inner {
    operation: &'static str,
    object: String,
    /// What was waited for, such as `to be up`.
    goal: &'static str,
    device: Option<String>,
    step: Option<Step>,
    /// Objects that the kernel sent before it failed.
    replies: Vec<Bytes>,
    kind: ErrorKind,
}

/// A step that failed after others were carried out.
struct Step {
    part: String,
    others: Others,
}

/// What became of the steps that were carried out before one failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    Remain,
    /// They were taken back, in words.
    Undone(&'static str),
    /// Somebody else deleted the object.
    Deleted,
}

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Others::Remain => "the rest was done",
            Others::Undone(words) => words,
            Others::Deleted => "it was deleted meanwhile",
        })
    }
}

/// What kind of failure an [`Error`] is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The kernel refused the request.
    #[error(transparent)]
    Kernel(Box<KernelError>),
    /// The dump was interrupted by changes (`NLM_F_DUMP_INTR`), as often as it was tried: what it gave is not
    /// one consistent state.
    #[error("interrupted by changes")]
    Interrupted,
    /// The receive buffer overflowed before the answer was read: whether the request was carried out is not known.
    #[error("the answer was lost in an overrun of the receive buffer")]
    Lost,
    /// No answer came in time.
    #[error("no answer in time")]
    TimedOut,
    /// What was waited for did not happen in time.
    #[error("timed out after {}", time(.after))]
    Expired {
        /// How long it was waited for.
        after: Duration,
    },
    /// The answer does not decode.
    #[error("the answer is malformed")]
    Malformed,
    /// The answer does not decode, being too short.
    #[error(transparent)]
    TooShort(#[from] DecodeError),
    /// The answer was longer than the room for it, which has grown now.
    #[error("the answer of {length} bytes was truncated")]
    Truncated {
        /// Bytes of the answer.
        length: usize,
    },
    /// The kernel acknowledged where an object was asked for, and it can't be read back.
    #[error("done, but the kernel did not return the object")]
    NotEchoed,
    /// The request could not be put into bytes.
    #[error(transparent)]
    Invalid(#[from] BuildError),
    /// A system call failed, and nothing was carried out: opening a socket or a namespace, sending, receiving a list.
    #[error("{}", call(.0))]
    Io(#[from] io::Error),
    /// The kernel has no generic netlink family of this name.
    #[error("family {0:?}: not found: is its module loaded?")]
    UnknownFamily(&'static str),
    /// The family has no multicast group of this name; only generic netlink families have names for them.
    #[error("{family} has no multicast group {group:?}")]
    UnknownGroup {
        /// The family.
        family: Family,
        /// Name that was asked for.
        group: &'static str,
    },
    /// Groups of several protocols or families were given where one socket is to hear them.
    #[error("the groups belong to different netlink protocols: listen to each by itself")]
    MixedProtocols,
    /// The file is not a network namespace.
    #[error("not a network namespace")]
    NotANamespace,
    /// The request was sent, and receiving its answer failed: whether it was carried out is not known.
    #[error("the answer was lost: {}", call(.0))]
    Unanswered(#[source] io::Error),
    /// Another host has the address: duplicate address detection failed.
    #[error("duplicate address detected: another host has it")]
    Duplicate,
    /// It was begun before a fork, and this is the child: a list, batch, watch or request under way is the parent's. What the child begins
    /// by itself works, also by a handle of the parent's.
    #[error("started before a fork, by the parent of this process: start it again")]
    Forked,
    /// An async handle was used outside of a tokio runtime.
    #[error("no tokio runtime here: call it inside of one, or use iproute2::blocking")]
    NoRuntime,
    /// It had to wait for the kernel, and the tokio runtime was built without I/O.
    #[error("this tokio runtime has no I/O: build it with enable_all or enable_io")]
    NoIo,
    /// It had to wait with a timeout, and the tokio runtime was built without timers.
    #[error("this tokio runtime has no timers: build it with enable_all or enable_time")]
    NoTimers,
}

/// A refusal by the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KernelError {
    /// The errno as a positive number: `EEXIST` is 17.
    pub errno: i32,
    /// What the kernel says of it, and what it points at.
    pub diagnostic: Diagnostic,
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&words(self.errno))?;
        let diagnostic = self.diagnostic.to_string();
        match (diagnostic.is_empty(), &self.diagnostic.message) {
            (true, _) => Ok(()),
            (false, Some(_)) => write!(f, ": {diagnostic}"),
            (false, None) => write!(f, " {diagnostic}"),
        }
    }
}

impl std::error::Error for KernelError {}

/// A duration as it is written: `2 s`, `50 ms`, `1.5 s`.
fn time(duration: &Duration) -> String {
    let text = format!("{duration:?}");
    let unit = text.find(|letter: char| letter.is_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    format!("{number} {unit}")
}

/// Failures of the drivers that are no errors of a system call: they travel inside of an `io::Error`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The request can't be sent.
    #[error(transparent)]
    Unsendable(RequestError),
    /// The request was sent, and receiving its answer failed.
    #[error("{0}")]
    Unanswered(io::Error),
    /// One that is told as it is.
    #[error("{}", .0())]
    Plain(fn() -> ErrorKind),
}

impl Fault {
    /// The same, for another request that it ends.
    fn copy(&self) -> Self {
        match self {
            Fault::Unsendable(error) => Fault::Unsendable(error.clone()),
            Fault::Unanswered(error) => Fault::Unanswered(copy_of(error)),
            Fault::Plain(kind) => Fault::Plain(*kind),
        }
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
    let says_more = fault(&error).is_some() || error.kind() == io::ErrorKind::TimedOut;
    if says_more { error } else { Fault::Unanswered(error).into() }
}

fn fault(error: &io::Error) -> Option<&Fault> {
    error.get_ref()?.downcast_ref()
}

/// The same error, for another request that it ends.
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

/// What an error of the drivers is to the caller.
#[cold]
pub(crate) fn io_kind(error: io::Error) -> ErrorKind {
    match error.downcast::<Fault>() {
        Ok(fault) => fault.into(),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => ErrorKind::TimedOut,
        Err(error) => ErrorKind::Io(error),
    }
}

/// What a failure of the conversation is to the caller, who sent this message.
#[cold]
pub(crate) fn failure_kind(failure: Failure, message: &[u8], table: fn() -> &'static Table) -> ErrorKind {
    match failure {
        Failure::Kernel(refusal) => {
            let diagnostic = refusal.diagnose(message, Some(table()));
            ErrorKind::Kernel(Box::new(KernelError { errno: refusal.errno, diagnostic }))
        }
        Failure::Interrupted => ErrorKind::Interrupted,
        Failure::Lost => ErrorKind::Lost,
        Failure::Malformed => ErrorKind::Malformed,
        Failure::Truncated { length } => ErrorKind::Truncated { length },
        other => ErrorKind::Io(io::Error::other(other)),
    }
}

/// The reason why a call of the system failed.
fn call(error: &io::Error) -> String {
    error.raw_os_error().map_or_else(|| error.to_string(), words)
}

/// `strerror` without the number that std adds to it, and as a part of a sentence.
fn words(errno: i32) -> String {
    let text = io::Error::from_raw_os_error(errno).to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    match text.split_at_checked(1) {
        // Not where it begins with an abbreviation, as in `RFS specific error`.
        Some((first, rest)) if !rest.starts_with(|letter: char| letter.is_ascii_uppercase()) => {
            first.to_ascii_lowercase() + rest
        }
        _ => text.to_owned(),
    }
}

impl Error {
    pub(crate) fn new(operation: &'static str, object: String, kind: ErrorKind) -> Self {
        let replies = Vec::new();
        Error(Box::new(Inner { operation, object, goal: "", device: None, step: None, replies, kind }))
    }

    /// An error of the question for a device that the request names.
    pub(crate) fn about_device(mut self, device: String) -> Self {
        self.0.device = Some(device);
        self
    }

    /// A refusal that came after these objects.
    #[cold]
    pub(crate) fn after(mut self, objects: impl IntoIterator<Item = Bytes>) -> Self {
        if let ErrorKind::Kernel(_) = self.0.kind {
            self.0.replies.extend(objects);
        }
        self
    }

    /// An error of waiting for an object to become something, such as `to be up`.
    pub(crate) fn waiting_for(mut self, goal: &'static str) -> Self {
        self.0.goal = goal;
        self
    }

    /// An error of a later step of a request, before which others were carried out.
    pub(crate) fn in_step(mut self, part: String) -> Self {
        self.0.step = Some(Step { part, others: Others::Remain });
        self
    }

    /// The request was carried out but for what the error tells.
    pub(crate) fn kept(self) -> Self {
        self.in_step(String::new())
    }

    /// What became of the steps before.
    pub(crate) fn with_others(mut self, others: Others) -> Self {
        if let Some(step) = &mut self.0.step {
            step.others = others;
        }
        self
    }

    /// What was to be done, such as `add link`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// To what it was to be done, such as `eth0`; empty where it has no name.
    pub fn object(&self) -> &str {
        &self.0.object
    }

    /// The device that the request names besides and that could not be looked up, such as the parent of a link.
    pub fn device(&self) -> Option<&str> {
        self.0.device.as_deref()
    }

    /// What could not be done of a request of several steps, such as `alias`, after others were carried out.
    /// [`is_partly_done`](Self::is_partly_done) tells whether those remain.
    pub fn step(&self) -> Option<&str> {
        self.0.step.as_ref().map(|step| &*step.part).filter(|part| !part.is_empty())
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The kernel's refusal, where it is one.
    pub fn kernel_error(&self) -> Option<&KernelError> {
        match &self.0.kind {
            ErrorKind::Kernel(refused) => Some(refused),
            _ => None,
        }
    }

    /// The errno of a refusal or of a failed system call, as a positive number: compare with [`errno`](crate::errno).
    pub fn errno(&self) -> Option<i32> {
        match &self.0.kind {
            ErrorKind::Kernel(refused) => Some(refused.errno),
            ErrorKind::Io(error) | ErrorKind::Unanswered(error) => error.raw_os_error(),
            _ => None,
        }
    }

    /// The kernel's own words, where it gave any.
    pub fn message(&self) -> Option<&str> {
        self.kernel_error()?.diagnostic.message.as_deref()
    }

    /// The attribute that the kernel points at, with the nests around it, outermost first. Empty where it
    /// points at none.
    pub fn path(&self) -> &[&'static str] {
        self.kernel_error().map_or(&[], |refused| &refused.diagnostic.path)
    }

    /// What the kernel sent before it failed, as objects of this type, where the answer consists of several: some families
    /// dump a part, and then refuse the rest.
    pub fn replies<M: View + ?Sized>(&self) -> Vec<Packet<M>> {
        self.0.replies.iter().filter_map(|object| Packet::new(object.clone()).ok()).collect()
    }

    fn is_errno(&self, list: &[i32]) -> bool {
        self.errno().is_some_and(|errno| list.contains(&errno))
    }

    /// No such link, address, namespace, family, ...: `ENODEV`, `ENOENT`, `ESRCH`, `EADDRNOTAVAIL`.
    pub fn is_not_found(&self) -> bool {
        let unknown = matches!(self.0.kind, ErrorKind::UnknownFamily(_) | ErrorKind::UnknownGroup { .. });
        unknown || self.is_errno(&[ENODEV, ENOENT, ESRCH, EADDRNOTAVAIL])
    }

    /// It exists already: `EEXIST`, or another host has the address.
    pub fn is_already_exists(&self) -> bool {
        self.is_errno(&[EEXIST]) || matches!(self.0.kind, ErrorKind::Duplicate)
    }

    /// The caller may not do this: `EPERM`, `EACCES`.
    pub fn is_not_permitted(&self) -> bool {
        self.is_errno(&[EPERM, EACCES])
    }

    /// The object is in use: `EBUSY`.
    pub fn is_busy(&self) -> bool {
        self.is_errno(&[EBUSY])
    }

    /// The kernel does not know how: `EOPNOTSUPP` (an unknown link kind, say).
    pub fn is_not_supported(&self) -> bool {
        self.is_errno(&[EOPNOTSUPP])
    }

    /// A value that the kernel does not take: `EINVAL`; [`message`](Self::message) often says which. Or one that is not even
    /// sent: it can't be written, can't be a name, or is a file that is no namespace.
    pub fn is_invalid(&self) -> bool {
        let refused = match &self.0.kind {
            ErrorKind::Invalid(_) | ErrorKind::NotANamespace => true,
            ErrorKind::Io(error) => error.kind() == io::ErrorKind::InvalidInput,
            _ => false,
        };
        refused || self.is_errno(&[EINVAL])
    }

    /// Changes interrupted the dump as often as it was tried.
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Interrupted)
    }

    /// The answer was lost, in an overrun or because receiving failed: whether the request was carried out is not known.
    pub fn is_lost(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Lost | ErrorKind::Unanswered(_))
    }

    /// The request was carried out but for one [`step`](Self::step) and those after it. A link that was added is
    /// deleted again in that case, so that nothing remains and this is false; as it is where somebody else
    /// [deleted](Self::is_deleted_meanwhile) the object.
    pub fn is_partly_done(&self) -> bool {
        self.has_others(|others| others == Others::Remain)
    }

    /// A request of several [`step`](Self::step)s began, and the object was deleted before it was over, by another program: the
    /// step did not find it, and neither did a question for it. [`is_not_found`](Self::is_not_found) holds as well.
    pub fn is_deleted_meanwhile(&self) -> bool {
        self.is_not_found() && self.has_others(|others| others == Others::Deleted)
    }

    fn has_others(&self, are: impl FnOnce(Others) -> bool) -> bool {
        self.0.step.as_ref().is_some_and(|step| are(step.others))
    }

    /// No answer came in time, or what was waited for did not happen in time.
    pub fn is_timed_out(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TimedOut | ErrorKind::Expired { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, object, goal, device, step, kind, .. } = &*self.0;
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
            Some(Step { part, others, .. }) if part.is_empty() => write!(f, "{kind} ({others})"),
            Some(Step { part, others, .. }) => write!(f, "{}: {kind} ({others})", Escaped(part)),
            None => write!(f, "{kind}"),
        }
    }
}

/// As [`Display`](fmt::Display): a program's last words, where `main` returns the error.
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

/// The error as a source, with the kind that is next to it: for functions that give `io::Result`.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::Io(error) | ErrorKind::Unanswered(error) => error.kind(),
            ErrorKind::Malformed | ErrorKind::TooShort(_) | ErrorKind::Truncated { .. } => {
                io::ErrorKind::InvalidData
            }
            _ if error.is_not_found() => io::ErrorKind::NotFound,
            _ if error.is_already_exists() => io::ErrorKind::AlreadyExists,
            _ if error.is_not_permitted() => io::ErrorKind::PermissionDenied,
            _ if error.is_not_supported() => io::ErrorKind::Unsupported,
            _ if error.is_invalid() => io::ErrorKind::InvalidInput,
            _ if error.is_timed_out() => io::ErrorKind::TimedOut,
            _ => {
                error.errno().map_or(io::ErrorKind::Other, |errno| io::Error::from_raw_os_error(errno).kind())
            }
        };
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(errno: i32, diagnostic: Diagnostic) -> Error {
        Error::new(
            "add link",
            "v5".to_owned(),
            ErrorKind::Kernel(Box::new(KernelError { errno, diagnostic })),
        )
    }

    #[test]
    fn prints_as_one_line() {
        let diagnostic = Diagnostic {
            message: Some("VXLAN ID must be lower than 16777216".to_owned()),
            path: vec!["IFLA_LINKINFO", "IFLA_INFO_DATA", "IFLA_VXLAN_ID"],
            ..Diagnostic::default()
        };
        assert_eq!(
            refused(34, diagnostic).to_string(),
            "add link v5: numerical result out of range: VXLAN ID must be lower than 16777216 \
             (IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_VXLAN_ID)"
        );
        assert_eq!(refused(17, Diagnostic::default()).to_string(), "add link v5: file exists");
        let error = refused(19, Diagnostic::default()).about_device("eth0".to_owned());
        assert_eq!(error.to_string(), "add link v5: device eth0: no such device");
        assert_eq!(format!("{error:?}"), error.to_string());
        let error = Error::new("connect", String::new(), io::Error::from_raw_os_error(24).into());
        assert_eq!(error.to_string(), "connect: too many open files");
        for (after, text) in [(2_000, "2 s"), (50, "50 ms"), (1_500, "1.5 s")] {
            let kind = ErrorKind::Expired { after: Duration::from_millis(after) };
            let error = Error::new("wait for link", "eth0".to_owned(), kind).waiting_for("to be up");
            assert_eq!(error.to_string(), format!("wait for link eth0 to be up: timed out after {text}"));
        }
        let error = Error::new("connect", String::new(), io::Error::other("No words of the system").into());
        assert_eq!(error.to_string(), "connect: No words of the system");
    }

    #[test]
    fn becomes_an_error_of_io() {
        let kind = |kind| io::Error::from(Error::new("add link", "v5".to_owned(), kind)).kind();
        let errno = |errno| io::Error::from(refused(errno, Diagnostic::default())).kind();
        assert_eq!(errno(ENODEV), io::ErrorKind::NotFound);
        assert_eq!(errno(EEXIST), io::ErrorKind::AlreadyExists);
        assert_eq!(errno(EPERM), io::ErrorKind::PermissionDenied);
        assert_eq!(errno(EOPNOTSUPP), io::ErrorKind::Unsupported);
        assert_eq!(errno(EBUSY), io::ErrorKind::ResourceBusy);
        assert_eq!(kind(ErrorKind::TimedOut), io::ErrorKind::TimedOut);
        assert_eq!(kind(ErrorKind::Malformed), io::ErrorKind::InvalidData);
        assert_eq!(kind(ErrorKind::Invalid(BuildError::Nul)), io::ErrorKind::InvalidInput);
        assert_eq!(kind(ErrorKind::Interrupted), io::ErrorKind::Other);

        let error = io::Error::from(refused(EEXIST, Diagnostic::default()));
        assert_eq!(error.to_string(), "add link v5: file exists");
        let ours = error.downcast::<Error>().unwrap();
        assert!(ours.is_already_exists());
    }

    #[test]
    fn sources_lead_to_errors_of_io() {
        use std::error::Error as _;
        for kind in [ErrorKind::Io, ErrorKind::Unanswered] {
            let error = Error::new("connect", String::new(), kind(io::Error::from_raw_os_error(24)));
            let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
            assert_eq!(source.raw_os_error(), Some(24));
        }
        assert!(refused(EEXIST, Diagnostic::default()).source().is_none());
    }

    #[test]
    fn answers_what_callers_ask() {
        let error = refused(17, Diagnostic::default());
        assert!(error.is_already_exists() && !error.is_not_found() && !error.is_busy());
        assert!(refused(19, Diagnostic::default()).is_not_found());
        assert!(Error::new("list links", String::new(), ErrorKind::Interrupted).is_interrupted());
    }
}
