//! What callers ask of an error in order to react to it.

use super::Error;
use super::kind::ErrorKind;
use super::step::Others;
use netlink_sys::errno::{
    EACCES, EADDRNOTAVAIL, EBUSY, EEXIST, EINVAL, ENODEV, ENOENT, EOPNOTSUPP, EPERM, ESRCH,
};
use std::io;

/// The kernel's message about an MPTCP endpoint that does not exist, beside `EINVAL`.
const ADDRESS: &str = "address not found";

impl Error {
    /// There is no such link, address, namespace, family, ...: `ENODEV`, `ENOENT`, `ESRCH`, `EADDRNOTAVAIL`,
    /// or the kernel says so in words, as of MPTCP endpoints.
    pub fn is_not_found(&self) -> bool {
        let unknown = matches!(self.kind(), ErrorKind::UnknownFamily(_) | ErrorKind::UnknownGroup { .. });
        unknown || self.message() == Some(ADDRESS) || self.is_errno(&[ENODEV, ENOENT, ESRCH, EADDRNOTAVAIL])
    }

    /// The object already exists (`EEXIST`), or another host has the address.
    pub fn is_already_exists(&self) -> bool {
        self.is_errno(&[EEXIST]) || matches!(self.kind(), ErrorKind::Duplicate)
    }

    /// The caller lacks the privileges: `EPERM`, `EACCES`.
    pub fn is_not_permitted(&self) -> bool {
        self.is_errno(&[EPERM, EACCES])
    }

    /// The object is in use: `EBUSY`.
    pub fn is_busy(&self) -> bool {
        self.is_errno(&[EBUSY])
    }

    /// The kernel does not support this (`EOPNOTSUPP`), for example an unknown link kind, or does not know an attribute
    /// ([`UnknownAttributes`](ErrorKind::UnknownAttributes)).
    pub fn is_not_supported(&self) -> bool {
        matches!(self.kind(), ErrorKind::UnknownAttributes(_)) || self.is_errno(&[EOPNOTSUPP])
    }

    /// A value is invalid: the kernel rejected it (`EINVAL`; [`message`](Self::message) often says which), or it was
    /// rejected before anything was sent, such as a malformed address or name, or a file that is not a namespace.
    pub fn is_invalid(&self) -> bool {
        let rejected_here = match self.kind() {
            ErrorKind::Invalid(_) | ErrorKind::NotANamespace => true,
            ErrorKind::Io(error) => error.kind() == io::ErrorKind::InvalidInput,
            _ => false,
        };
        rejected_here || self.is_errno(&[EINVAL])
    }

    /// Concurrent changes interrupted the dump and every retry: the kernel flagged it (`NLM_F_DUMP_INTR`), or ended it with
    /// `EAGAIN`.
    pub fn is_interrupted(&self) -> bool {
        matches!(self.kind(), ErrorKind::Interrupted)
    }

    /// The answer was lost, in a receive buffer overrun or because receiving failed: whether the request was carried out is
    /// unknown.
    pub fn is_lost(&self) -> bool {
        matches!(self.kind(), ErrorKind::Lost | ErrorKind::Unanswered(_))
    }

    /// The request was carried out except for one [`step`](Self::step) and those after it. Not so if the earlier steps were
    /// undone, as a link that was added is deleted again, or if another program
    /// [deleted](Self::is_deleted_meanwhile) the object.
    pub fn is_partly_done(&self) -> bool {
        self.has_others(|others| others == Others::Remain)
    }

    /// Another program deleted the object between the [`step`](Self::step)s of a request: the step did not find it, and
    /// neither did a query. [`is_not_found`](Self::is_not_found) holds as well.
    pub fn is_deleted_meanwhile(&self) -> bool {
        self.is_not_found() && self.has_others(|others| others == Others::Deleted)
    }

    /// No answer arrived before the timeout, or the condition that was waited for did not come about.
    pub fn is_timed_out(&self) -> bool {
        matches!(self.kind(), ErrorKind::TimedOut | ErrorKind::Expired { .. })
    }

    fn has_others(&self, are: impl FnOnce(Others) -> bool) -> bool {
        self.0.step.as_ref().is_some_and(|step| are(step.others))
    }

    fn is_errno(&self, errnos: &[i32]) -> bool {
        self.errno().is_some_and(|errno| errnos.contains(&errno))
    }
}
