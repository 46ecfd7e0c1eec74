//! Network namespaces: entering and making them, and the mounts that give them names.
//!
//! All of it concerns the calling thread alone, and lasts: a thread that entered a namespace stays there, and threads and
//! processes that it starts begin there. [`run_in`] does it on a thread of its own; so does
//! [`Socket::open_in`](crate::Socket::open_in).
//!
//! A namespace that `ip netns` knows by a name is a file in `/run/netns` on which the namespace is mounted:
//!
//! ```no_run
//! use std::fs::{self, File};
//! use netlink_sys::namespace;
//!
//! # fn main() -> std::io::Result<()> {
//! // Like `ip netns add blue`, on a thread that has nothing else to do.
//! fs::create_dir_all("/run/netns")?;
//! if namespace::make_shared("/run/netns").is_err() {
//!     namespace::bind_mount("/run/netns", "/run/netns")?;
//!     namespace::make_shared("/run/netns")?;
//! }
//! File::create_new("/run/netns/blue")?;
//! namespace::unshare_network()?;
//! namespace::bind_mount("/proc/thread-self/ns/net", "/run/netns/blue")?;
//!
//! // Like `ip netns delete blue`.
//! namespace::unmount("/run/netns/blue")?;
//! fs::remove_file("/run/netns/blue")?;
//! # Ok(())
//! # }
//! ```

use std::ffi::CString;
use std::fs::{File, OpenOptions};
use std::io;
use std::ops::BitOr;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::panic;
use std::path::Path;
use std::thread;

use crate::sys;

/// Kinds of namespaces, to be joined by `|`: namespaces(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NamespaceType(libc::c_int);

impl NamespaceType {
    /// Devices, addresses, routes, ports: `CLONE_NEWNET`, network_namespaces(7).
    pub const NETWORK: NamespaceType = NamespaceType(libc::CLONE_NEWNET);
    /// Mounted file systems: `CLONE_NEWNS`, mount_namespaces(7).
    pub const MOUNT: NamespaceType = NamespaceType(libc::CLONE_NEWNS);
    /// Users and capabilities: `CLONE_NEWUSER`, user_namespaces(7).
    pub const USER: NamespaceType = NamespaceType(libc::CLONE_NEWUSER);
}

impl BitOr for NamespaceType {
    type Output = NamespaceType;

    fn bitor(self, other: NamespaceType) -> NamespaceType {
        NamespaceType(self.0 | other.0)
    }
}

/// Runs `work` in a network namespace, on a thread of its own that ends with it; the caller waits.
///
/// A panic of `work` goes on in the caller. The errors are those of [`enter`], and `EAGAIN` where no thread could be
/// started.
///
/// ```no_run
/// use std::{fs::File, net::TcpListener, os::fd::AsFd};
///
/// # fn main() -> std::io::Result<()> {
/// let blue = File::open("/run/netns/blue")?;
/// let listener = netlink_sys::namespace::run_in(blue.as_fd(), || TcpListener::bind("[::]:80"))??;
/// # Ok(())
/// # }
/// ```
pub fn run_in<T: Send>(namespace: BorrowedFd<'_>, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let work = || enter(namespace, NamespaceType::NETWORK).map(|()| work());
        let thread = thread::Builder::new().name("namespace".into()).spawn_scoped(scope, work)?;
        thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
    })
}

/// The network namespace of the calling thread, for [`run_in`] and [`enter`].
///
/// The descriptor keeps the namespace alive.
pub fn current() -> io::Result<OwnedFd> {
    File::open("/proc/thread-self/ns/net").map(OwnedFd::from)
}

/// Opens the file of a namespace, without waiting: a FIFO would be waited for until somebody writes to it. What kind of file it is
/// is not looked at, see [`is_network`].
pub fn open(path: impl AsRef<Path>) -> io::Result<OwnedFd> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags).open(path).map(OwnedFd::from)
}

/// Whether a file is a network namespace: `NS_GET_NSTYPE`, ioctl_nsfs(2).
pub fn is_network(file: BorrowedFd<'_>) -> bool {
    sys::namespace_type_of(file).is_ok_and(|namespace_type| namespace_type == libc::CLONE_NEWNET)
}

/// Moves the calling thread into a namespace: setns(2).
///
/// `EINVAL` where the descriptor isn't a namespace of this type; `EPERM` without `CAP_SYS_ADMIN` in the user namespace
/// that owns it and in the caller's own.
pub fn enter(namespace: BorrowedFd<'_>, namespace_type: NamespaceType) -> io::Result<()> {
    sys::setns(namespace, namespace_type.0)
}

/// Moves the calling thread into new namespaces: unshare(2).
///
/// `EPERM` without `CAP_SYS_ADMIN`, but for [`NamespaceType::USER`], which grants it, and which only a process that has a single
/// thread can ask for (`EINVAL`).
pub fn unshare(types: NamespaceType) -> io::Result<()> {
    sys::unshare(types.0)
}

/// Moves the calling thread into a new network namespace, where there is a loopback device, down, and nothing else.
///
/// `EPERM` without `CAP_SYS_ADMIN`.
pub fn unshare_network() -> io::Result<()> {
    unshare(NamespaceType::NETWORK)
}

/// Shows at `target` what lies at `source`, with all that is mounted below: `mount --rbind`.
///
/// A namespace mounted so outlives its last process. `ENOENT` unless both exist; `EPERM` without `CAP_SYS_ADMIN`.
pub fn bind_mount(source: impl AsRef<Path>, target: impl AsRef<Path>) -> io::Result<()> {
    let (source, target) = (c_string(source.as_ref())?, c_string(target.as_ref())?);
    sys::mount(&source, &target, libc::MS_BIND | libc::MS_REC)
}

/// Lets mounts made below `target` appear in all mount namespaces that have it: `mount --make-rshared`.
///
/// `EINVAL` where nothing is mounted at `target` itself; `EPERM` without `CAP_SYS_ADMIN`.
pub fn make_shared(target: impl AsRef<Path>) -> io::Result<()> {
    sys::mount(c"none", &c_string(target.as_ref())?, libc::MS_SHARED | libc::MS_REC)
}

/// Lets mounts made from now on below `target` stay in this mount namespace: `mount --make-rprivate`.
///
/// `EINVAL` where nothing is mounted at `target` itself; `EPERM` without `CAP_SYS_ADMIN`.
pub fn make_private(target: impl AsRef<Path>) -> io::Result<()> {
    sys::mount(c"none", &c_string(target.as_ref())?, libc::MS_PRIVATE | libc::MS_REC)
}

/// Takes the topmost mount at `target` away, at once even if it is in use: `umount --lazy`.
///
/// `EINVAL` where nothing is mounted there; `EPERM` without `CAP_SYS_ADMIN`.
pub fn unmount(target: impl AsRef<Path>) -> io::Result<()> {
    sys::unmount(&c_string(target.as_ref())?, libc::MNT_DETACH)
}

fn c_string(path: &Path) -> io::Result<CString> {
    Ok(CString::new(path.as_os_str().as_bytes())?)
}
