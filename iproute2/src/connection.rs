//! The sockets behind a handle: one that requests share, and one for each dump that runs.

use crate::driver::State;
use crate::namespace::Namespace;
use crate::trace::trace;
use netlink_sys::{Protocol, Socket};
use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// The least room that a receive offers: the kernel packs a dump into the largest it has seen, up to this.
pub(crate) const ROOM: usize = 32 * 1024;

/// Sockets that have no dump to do and are kept for the next one.
const IDLE: usize = 4;

/// The port that exchanges of these sockets look for: any. Only what the kernel sends to the socket alone comes here, since it is
/// connected to the kernel and in no group.
pub(crate) const ANY_PORT: u32 = 0;

/// How often a thread looks again whether another is done with the state, before it sleeps.
const SPINS: u32 = 1_000;

/// What the clones of a handle share.
pub(crate) struct Connection {
    pub(crate) socket: Arc<Socket>,
    pub(crate) state: Mutex<State>,
    idle: Mutex<Vec<DumpSocket>>,
    /// What the longest datagram of a dump takes, as far as is known.
    room: AtomicUsize,
    /// The namespace of the sockets: its cookie tells whether a new socket is in it, and the file leads there.
    cookie: Option<u64>,
    namespace: Option<Namespace>,
}

/// A socket that runs one dump at a time, with its room and the number of the next dump.
pub(crate) struct DumpSocket {
    pub(crate) socket: Arc<Socket>,
    pub(crate) chunk: bytes::BytesMut,
    pub(crate) sequence: u32,
    pub(crate) room: usize,
}

impl Connection {
    /// Opens a connection in the calling thread's namespace, or in the one that is given.
    pub(crate) fn open(namespace: Option<&Namespace>) -> io::Result<Self> {
        let socket = match namespace {
            Some(namespace) => Socket::open_in(namespace.as_fd(), Protocol::ROUTE)?,
            None => Socket::new(Protocol::ROUTE)?,
        };
        // Where /proc is missing the thread that opened the handle has to be the one that lists.
        let namespace = match namespace {
            Some(namespace) => Some(namespace.try_clone()?),
            None => Namespace::current().ok(),
        };
        Connection::over(socket, namespace)
    }

    /// A connection over a socket that was just opened.
    pub(crate) fn over(socket: Socket, namespace: Option<Namespace>) -> io::Result<Self> {
        set_options(&socket);
        let port = socket.bind_auto()?.port;
        Ok(Connection {
            cookie: socket.netns_cookie().ok(),
            socket: Arc::new(socket),
            state: Mutex::new(State::new(port)),
            idle: Mutex::default(),
            room: AtomicUsize::new(ROOM),
            namespace,
        })
    }

    #[inline(always)]
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        match self.state.try_lock() {
            Ok(state) => state,
            Err(_) => self.lock_slowly(),
        }
    }

    /// Another thread holds the state, for some microseconds at the most: it receives, and does not wait. To sleep until
    /// it is done and be woken would be two system calls.
    #[cold]
    fn lock_slowly(&self) -> MutexGuard<'_, State> {
        for _ in 0..SPINS {
            if let Ok(state) = self.state.try_lock() {
                return state;
            }
            std::hint::spin_loop();
        }
        // The state is sound at every point where a panic could come from (a waker, a logger).
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn idle(&self) -> MutexGuard<'_, Vec<DumpSocket>> {
        self.idle.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A socket for a dump: one that is idle, or a new one in the same namespace.
    pub(crate) fn dump_socket(&self) -> io::Result<DumpSocket> {
        let room = self.room.load(Ordering::Relaxed);
        if let Some(idle) = self.idle().pop() {
            return Ok(DumpSocket { room, ..idle });
        }
        let socket = self.another_socket()?;
        set_options(&socket);
        Ok(DumpSocket { socket: Arc::new(socket), chunk: bytes::BytesMut::new(), sequence: 1, room })
    }

    /// A dump was cut off, whose datagrams need this much: those from now on have it.
    pub(crate) fn make_room(&self, room: usize) {
        self.room.fetch_max(room, Ordering::Relaxed);
    }

    /// A new socket in the same namespace, unbound and without options.
    pub(crate) fn another_socket(&self) -> io::Result<Socket> {
        let here = Socket::new(Protocol::ROUTE)?;
        if self.cookie.is_some() && here.netns_cookie().ok() == self.cookie {
            return Ok(here);
        }
        match &self.namespace {
            Some(namespace) => Socket::open_in(namespace.as_fd(), Protocol::ROUTE),
            None if self.cookie.is_none() => Ok(here),
            None => Err(io::Error::other("the thread is in another namespace, and /proc does not lead back")),
        }
    }

    /// Takes back a socket whose dump has ended. One with a dump under way is dropped instead: closing it costs
    /// nothing, reading the rest may cost half a second.
    pub(crate) fn give_back(&self, socket: DumpSocket) {
        let mut idle = self.idle();
        if idle.len() < IDLE {
            idle.push(socket);
        }
    }
}

/// Sends a message that is complete.
#[inline(always)]
pub(crate) fn send(socket: &Socket, message: &[u8]) -> io::Result<()> {
    trace("->", message);
    socket.send(message).map(drop)
}

/// The options that every kernel since 4.20 has; an older one answers in fewer words and filters less, and the
/// filters are applied again here anyway.
fn set_options(socket: &Socket) {
    for set in [Socket::set_ext_ack, Socket::set_cap_ack, Socket::set_strict_check] {
        if let Err(error) = set(socket, true) {
            log::debug!("the kernel lacks a netlink option: {error}");
        }
    }
}
