//! Network namespaces: by name as in `ip netns`, by process, by path, or as an open file.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip netns add blue` | [`Namespace::create("blue")`](Namespace::create) |
//! | `ip netns list` | [`Namespace::names()`](Namespace::names) |
//! | `ip netns delete blue` | [`Namespace::delete("blue")`](Namespace::delete) |
//! | `ip -n blue ...` | [`connect_in(&Namespace::named("blue")?)`](crate::connect_in) |
//! | `ip netns exec blue ...` | [`Namespace::named("blue")?.run(\|\| ...)`](Namespace::run) |
//! | `ip link set dev v1 netns blue` | `ip.link().change("v1", LinkMessage::build().namespace_file(&blue))` |
//!
//! Neither the calling thread nor the runtime's threads ever change their namespace: work inside another one is done by
//! a short-lived thread.

use crate::error::{Error, ErrorKind, Result};
use netlink_sys::errno::ESRCH;
use netlink_sys::namespace;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Where `ip netns` keeps names: one file each, on which the namespace is mounted.
const NAMES: &str = "/run/netns";

/// The namespace of the calling thread.
const THREAD: &str = "/proc/thread-self/ns/net";

/// A network namespace, held open: it exists at least as long as this value.
#[derive(Debug)]
pub struct Namespace {
    file: OwnedFd,
    /// How errors refer to it.
    name: OsString,
}

impl Namespace {
    /// The namespace created under this name by `ip netns add NAME` or [`create`](Self::create).
    ///
    /// # Errors
    /// [Is not found](Error::is_not_found) if there is no namespace of that name.
    pub fn named(name: impl AsRef<OsStr>) -> Result<Self> {
        let name = name.as_ref();
        match path_of(name) {
            Ok(path) => open(&path, name),
            Err(error) => Err(failed(OPEN, name, error)),
        }
    }

    /// The namespace of a process.
    ///
    /// # Errors
    /// [Is not found](Error::is_not_found) if there is no such process; [is not permitted](Error::is_not_permitted) if
    /// the caller may not access it.
    pub fn of_process(id: u32) -> Result<Self> {
        let name = OsString::from(format!("of process {id}"));
        let path = format!("/proc/{id}/ns/net");
        match namespace::open(path) {
            Ok(file) => checked(file, name),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(failed(OPEN, &name, no_process())),
            Err(error) => Err(failed(OPEN, &name, error)),
        }
    }

    /// The namespace that is mounted at a path, such as `/proc/1/ns/net`.
    ///
    /// # Errors
    /// The path can't be opened, or [is not a network namespace](ErrorKind::NotANamespace).
    pub fn at(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        open(path, path.as_os_str())
    }

    /// The calling thread's namespace.
    ///
    /// # Errors
    /// `/proc` is not mounted.
    pub fn current() -> Result<Self> {
        let name = OsString::from("of this thread");
        match namespace::current() {
            Ok(file) => Ok(Namespace { file, name }),
            Err(error) => Err(failed(OPEN, &name, error)),
        }
    }

    /// Creates a named namespace, like `ip netns add NAME`. Its only link is a loopback device that is down.
    ///
    /// # Errors
    /// [Already exists](Error::is_already_exists) if the name is taken; [is not permitted](Error::is_not_permitted)
    /// without `CAP_SYS_ADMIN`.
    pub fn create(name: impl AsRef<OsStr>) -> Result<Self> {
        let name = name.as_ref();
        let made = path_of(name).and_then(create).map_err(|error| failed("add namespace", name, error))?;
        Ok(Namespace { file: made.into(), name: name.to_owned() })
    }

    /// Deletes the name of a namespace, like `ip netns delete NAME`. The namespace lives on while it is in use.
    ///
    /// # Errors
    /// [Is not found](Error::is_not_found) if there is no namespace of that name.
    pub fn delete(name: impl AsRef<OsStr>) -> Result<()> {
        let name = name.as_ref();
        path_of(name).and_then(|path| delete(&path)).map_err(|error| failed("delete namespace", name, error))
    }

    /// Names of namespaces, sorted, like `ip netns list`.
    ///
    /// # Errors
    /// The directory of names can't be read; without the directory there are no names.
    pub fn names() -> Result<Vec<OsString>> {
        names().map_err(|error| failed("list namespaces", OsStr::new(""), error))
    }

    /// Runs a closure inside the namespace, on a thread of its own, and waits for it. A panic in it is resumed in the
    /// caller.
    ///
    /// Sockets that the closure opens and processes that it starts stay in the namespace.
    ///
    /// # Errors
    /// [Is not permitted](Error::is_not_permitted) if the caller may not enter it.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        namespace::run_in(self.as_fd(), work).map_err(|error| self.failed("enter namespace", error))
    }

    /// Duplicates the descriptor of the namespace.
    ///
    /// # Errors
    /// The limit of open files is reached (`EMFILE`).
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Namespace { file: self.file.try_clone()?, name: self.name.clone() })
    }

    /// The error of an operation in it.
    pub(crate) fn failed(&self, operation: &'static str, error: io::Error) -> Error {
        if namespace::is_network(self.as_fd()) {
            return failed(operation, &self.name, error);
        }
        Error::new(operation, self.name.to_string_lossy().into_owned(), ErrorKind::NotANamespace)
    }
}

/// The identity of a namespace among all that exist: the device and inode number of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity(u64, u64);

impl Identity {
    /// Of the calling thread's namespace.
    pub(crate) fn here() -> io::Result<Self> {
        fs::metadata(THREAD).map(|file| Identity::of(&file))
    }

    fn of(file: &Metadata) -> Self {
        Identity(file.dev(), file.ino())
    }
}

impl Namespace {
    pub(crate) fn identity(&self) -> io::Result<Identity> {
        File::from(self.file.try_clone()?).metadata().map(|file| Identity::of(&file))
    }
}

impl AsFd for Namespace {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// A file that is already open, whoever opened it. Whether it is a namespace is checked on first use.
impl From<OwnedFd> for Namespace {
    fn from(file: OwnedFd) -> Self {
        Namespace { name: OsString::from(format!("of file descriptor {}", file.as_raw_fd())), file }
    }
}

const OPEN: &str = "open namespace";

fn failed(operation: &'static str, object: &OsStr, error: io::Error) -> Error {
    Error::new(operation, object.to_string_lossy().into_owned(), ErrorKind::Io(error))
}

/// The file of a name, which must be a single path component.
fn path_of(name: &OsStr) -> io::Result<PathBuf> {
    let mut parts = Path::new(name).components();
    match (parts.next(), parts.next()) {
        (Some(std::path::Component::Normal(part)), None) if part == name => Ok(Path::new(NAMES).join(name)),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a valid name for a namespace: it must not be empty, . or .., or contain /",
        )),
    }
}

fn no_process() -> io::Error {
    io::Error::from_raw_os_error(ESRCH)
}

/// Opens a file that must be a namespace.
fn open(path: &Path, name: &OsStr) -> Result<Namespace> {
    match namespace::open(path) {
        Ok(file) => checked(file, name.to_owned()),
        Err(error) => Err(failed(OPEN, name, error)),
    }
}

fn checked(file: OwnedFd, name: OsString) -> Result<Namespace> {
    if namespace::is_network(file.as_fd()) {
        return Ok(Namespace { file, name });
    }
    Err(Error::new(OPEN, name.to_string_lossy().into_owned(), ErrorKind::NotANamespace))
}

fn create(path: PathBuf) -> io::Result<File> {
    share_names()?;
    OpenOptions::new().write(true).create_new(true).mode(0o000).open(&path)?;
    // Only the thread that creates the namespace is in it, so it also mounts it on the name.
    let mount = || {
        namespace::unshare_network()?;
        namespace::bind_mount(THREAD, &path)
    };
    let mounted = std::thread::scope(|scope| match std::thread::Builder::new().spawn_scoped(scope, mount) {
        Ok(thread) => thread.join().unwrap_or_else(|_| Err(io::Error::other("the thread panicked"))),
        Err(error) => Err(error),
    });
    match mounted.and_then(|()| File::open(&path)) {
        Ok(namespace) => Ok(namespace),
        Err(error) => {
            // A name without a namespace is useless.
            let _ = namespace::unmount(&path);
            let _ = fs::remove_file(&path);
            Err(error)
        }
    }
}

/// Makes the directory of names a mount shared with other mount namespaces, so that names can be seen and removed
/// everywhere.
fn share_names() -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o755).create(NAMES)?;
    if namespace::make_shared(NAMES).is_err() {
        namespace::bind_mount(NAMES, NAMES)?;
        namespace::make_shared(NAMES)?;
    }
    Ok(())
}

fn delete(path: &Path) -> io::Result<()> {
    match namespace::unmount(path) {
        // A file on which nothing is mounted: the remains of an interrupted creation.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => (),
        result => result?,
    }
    fs::remove_file(path)
}

fn names() -> io::Result<Vec<OsString>> {
    let entries = match fs::read_dir(NAMES) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names =
        entries.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
