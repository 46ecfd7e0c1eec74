//! Error numbers of system calls and of netlink errors, with this architecture's values: errno(3).
//!
//! They differ between architectures: `ENOBUFS` is 105 on most, 132 on MIPS and 55 on SPARC. Compare with these, never
//! with a number of your own.

pub use libc::{
    EACCES, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EBUSY, ECONNREFUSED, EEXIST, EINVAL, EMSGSIZE,
    ENETDOWN, ENETUNREACH, ENOBUFS, ENODEV, ENOENT, ENOPROTOOPT, ENXIO, EOPNOTSUPP, EPERM, EPROTONOSUPPORT,
    ERANGE, ESRCH,
};

use std::io;

/// Whether an error is an overrun: the receive buffer was full and datagrams were dropped (`ENOBUFS`).
///
/// An overrun is an event, not a failure of the socket: the next call receives what is still queued.
///
/// ```
/// use std::io;
///
/// use netlink_sys::errno::{ENOBUFS, is_overrun};
///
/// assert!(is_overrun(&io::Error::from_raw_os_error(ENOBUFS)));
/// assert!(!is_overrun(&io::ErrorKind::WouldBlock.into()));
/// ```
#[inline]
pub fn is_overrun(error: &io::Error) -> bool {
    error.raw_os_error() == Some(ENOBUFS)
}
