//! Network namespaces: entering and creating them, and the bind mounts that give them names.
//!
//! All of these functions affect the calling thread only, and permanently: a thread that has entered a namespace stays there, and threads and
//! processes that it starts inherit it. [`run_in`] uses a thread of its own; so does
//! [`Socket::open_in`](crate::Socket::open_in).
//!
//! A named namespace of `ip netns` is a file in `/run/netns` on which the namespace is bind-mounted:
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

/// Namespace types, to be combined with `|`: namespaces(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NamespaceType(libc::c_int);

impl NamespaceType {
    /// Network namespace (devices, addresses, routes, ports): `CLONE_NEWNET`, network_namespaces(7).
    pub const NETWORK: NamespaceType = NamespaceType(libc::CLONE_NEWNET);
    /// Mount namespace: `CLONE_NEWNS`, mount_namespaces(7).
    pub const MOUNT: NamespaceType = NamespaceType(libc::CLONE_NEWNS);
    /// User namespace (user ids and capabilities): `CLONE_NEWUSER`, user_namespaces(7).
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
/// A panic in `work` is resumed in the caller. Errors are those of [`enter`], and `EAGAIN` if no thread could be
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

/// Opens a namespace file without blocking, even where the path is a FIFO. The type of the file is not checked: see
/// [`is_network`].
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
/// `EINVAL` if the descriptor isn't a namespace of this type; `EPERM` without `CAP_SYS_ADMIN` in the user namespace
/// that owns it and in the caller's own.
pub fn enter(namespace: BorrowedFd<'_>, namespace_type: NamespaceType) -> io::Result<()> {
    sys::setns(namespace, namespace_type.0)
}

/// Moves the calling thread into new namespaces: unshare(2).
///
/// `EPERM` without `CAP_SYS_ADMIN`, except for [`NamespaceType::USER`], which grants it; that one fails with `EINVAL` in a
/// process of several threads.
pub fn unshare(types: NamespaceType) -> io::Result<()> {
    sys::unshare(types.0)
}

/// Moves the calling thread into a new network namespace, whose only device is a loopback device that is down.
///
/// `EPERM` without `CAP_SYS_ADMIN`.
pub fn unshare_network() -> io::Result<()> {
    unshare(NamespaceType::NETWORK)
}

/// Recursive bind mount of `source` at `target`: `mount --rbind`.
///
/// A namespace that is bind-mounted outlives its last process. `ENOENT` unless both exist; `EPERM` without `CAP_SYS_ADMIN`.
pub fn bind_mount(source: impl AsRef<Path>, target: impl AsRef<Path>) -> io::Result<()> {
    let (source, target) = (c_string(source.as_ref())?, c_string(target.as_ref())?);
    sys::mount(&source, &target, libc::MS_BIND | libc::MS_REC)
}

/// Shared propagation: mounts made below `target` appear in all mount namespaces that have it: `mount --make-rshared`.
///
/// `EINVAL` where nothing is mounted at `target` itself; `EPERM` without `CAP_SYS_ADMIN`.
pub fn make_shared(target: impl AsRef<Path>) -> io::Result<()> {
    sys::mount(c"none", &c_string(target.as_ref())?, libc::MS_SHARED | libc::MS_REC)
}

/// Private propagation: new mounts below `target` stay in this mount namespace: `mount --make-rprivate`.
///
/// `EINVAL` where nothing is mounted at `target` itself; `EPERM` without `CAP_SYS_ADMIN`.
pub fn make_private(target: impl AsRef<Path>) -> io::Result<()> {
    sys::mount(c"none", &c_string(target.as_ref())?, libc::MS_PRIVATE | libc::MS_REC)
}

/// Lazily unmounts the topmost mount at `target`, even while it is in use: `umount --lazy`.
///
/// `EINVAL` where nothing is mounted there; `EPERM` without `CAP_SYS_ADMIN`.
pub fn unmount(target: impl AsRef<Path>) -> io::Result<()> {
    sys::unmount(&c_string(target.as_ref())?, libc::MNT_DETACH)
}

fn c_string(path: &Path) -> io::Result<CString> {
    Ok(CString::new(path.as_os_str().as_bytes())?)
}
