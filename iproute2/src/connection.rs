//! The sockets behind a handle, for each protocol that it uses: one that requests share, and one for each running dump.

use crate::driver::dump::DumpSocket;
use crate::driver::receive::ROOM;
use crate::driver::receive::Room;
use crate::driver::state::State;
use crate::namespace::{Identity, Namespace};
use crate::trace::Log;
use netlink_sys::{Address, Protocol, Socket};
use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

/// How many idle sockets are kept for further dumps.
const IDLE: usize = 4;

/// The port that replies must carry: any. The socket is connected to the kernel and in no group, so it receives only
/// what the kernel sends to it.
pub(crate) const ANY_PORT: u32 = 0;

/// How often a thread checks again whether another has released the state, before it sleeps.
const SPINS: u32 = 1_000;

/// The sockets of one protocol that the clones of a handle share.
pub(crate) struct Connection {
    pub(crate) socket: Arc<Socket>,
    pub(crate) state: Mutex<State>,
    idle: Mutex<Vec<DumpSocket>>,
    /// Length of the longest datagram of a dump seen so far.
    room: AtomicUsize,
    /// Requests remembered for the log.
    pub(crate) log: Arc<Log>,
    home: Home,
    /// Further state of a connection of a protocol other than `NETLINK_ROUTE`.
    other: Option<Box<Other>>,
    /// The connection that replaces this one in a child of the process that opened it.
    anew: OnceLock<Arc<Connection>>,
}

/// Further state of a connection of a protocol other than `NETLINK_ROUTE`.
struct Other {
    /// The connection that resolves names of devices.
    route: Arc<Connection>,
    /// The ids of generic netlink families looked up so far, by name.
    ids: Mutex<Vec<(&'static str, u16)>>,
}

/// The connections of protocols other than `NETLINK_ROUTE`, shared by the clones of a handle and in the same namespace;
/// each is opened on first use.
#[derive(Default)]
pub(crate) struct Others {
    connections: Mutex<Vec<(Protocol, Arc<Connection>)>>,
    /// What their families remember of the kernel.
    #[cfg(feature = "ethtool")]
    pub(crate) ethtool: crate::ethtool::cache::Known,
}

impl Others {
    /// The connection of this protocol, beside that of the route family.
    pub(crate) fn of(&self, route: &Arc<Connection>, protocol: Protocol) -> io::Result<Arc<Connection>> {
        if protocol == Protocol::ROUTE {
            return Ok(Arc::clone(route));
        }
        let mut others = self.connections.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((_, connection)) = others.iter().find(|(of, _)| *of == protocol) {
            return Ok(Arc::clone(connection));
        }
        let connection = Arc::new(Connection::beside(route, protocol)?);
        others.push((protocol, Arc::clone(&connection)));
        Ok(connection)
    }
}

#[cfg(test)]
impl Others {
    /// Sends requests of this protocol through a socket provided by a test.
    pub(crate) fn put(&self, route: &Arc<Connection>, protocol: Protocol, socket: Socket) -> Arc<Connection> {
        let home = Home::of(protocol, &socket, None);
        let other = Other { route: Arc::clone(route), ids: Mutex::default() };
        let connection = Arc::new(Connection::at(home, socket, Some(Box::new(other))).unwrap());
        self.connections.lock().unwrap().push((protocol, Arc::clone(&connection)));
        connection
    }
}

/// The protocol and the namespace of the sockets.
#[derive(Clone)]
struct Home {
    protocol: Protocol,
    /// Its cookie (`SO_NETNS_COOKIE`).
    cookie: Option<u64>,
    /// What identifies it on kernels without cookies, before Linux 5.14.
    identity: Option<Identity>,
    /// The file to enter it by.
    namespace: Option<Arc<Namespace>>,
}

impl Home {
    /// The namespace of this socket.
    fn of(protocol: Protocol, socket: &Socket, namespace: Option<Namespace>) -> Self {
        let cookie = socket.netns_cookie().ok();
        let identity = match (cookie, &namespace) {
            (None, Some(namespace)) => namespace.identity().ok(),
            _ => None,
        };
        Home { protocol, cookie, identity, namespace: namespace.map(Arc::new) }
    }

    /// A new socket of the protocol in the namespace, without options. It is bound and connected to the kernel, so that
    /// no other program can send to it; it can still join groups.
    fn open_socket(&self) -> io::Result<Socket> {
        let socket = self.open_unconnected()?;
        socket.connect(Address::KERNEL)?;
        Ok(socket)
    }

    fn open_unconnected(&self) -> io::Result<Socket> {
        let here = Socket::new(self.protocol)?;
        if self.has(&here) {
            return Ok(here);
        }
        match &self.namespace {
            Some(namespace) => Socket::open_in(namespace.as_fd(), self.protocol),
            None if self.cookie.is_none() => Ok(here),
            None => Err(io::Error::other("the thread is in another namespace, and /proc does not lead back")),
        }
    }

    /// Whether a socket that this thread has just opened is in it.
    fn has(&self, socket: &Socket) -> bool {
        match self.cookie {
            Some(_) => socket.netns_cookie().ok() == self.cookie,
            None => self.identity.is_some() && Identity::here().ok() == self.identity,
        }
    }
}

impl Connection {
    /// Opens a connection to the route family in the given namespace, or in that of the calling thread.
    pub(crate) fn open(namespace: Option<&Namespace>) -> io::Result<Self> {
        let socket = match namespace {
            Some(namespace) => Socket::open_in(namespace.as_fd(), Protocol::ROUTE)?,
            None => Socket::new(Protocol::ROUTE)?,
        };
        socket.connect(Address::KERNEL)?;
        // Without /proc, only the thread that opened the handle can list.
        let namespace = match namespace {
            Some(namespace) => Some(namespace.try_clone()?),
            None => Namespace::current().ok(),
        };
        Connection::over(socket, namespace)
    }

    /// A connection to the route family over a socket that was just opened and connected.
    pub(crate) fn over(socket: Socket, namespace: Option<Namespace>) -> io::Result<Self> {
        let home = Home::of(Protocol::ROUTE, &socket, namespace);
        Connection::at(home, socket, None)
    }

    /// A connection of another protocol in the namespace of this one.
    fn beside(route: &Arc<Connection>, protocol: Protocol) -> io::Result<Self> {
        let home = Home { protocol, ..route.home.clone() };
        let socket = home.open_socket()?;
        Connection::at(
            home,
            socket,
            Some(Box::new(Other { route: Arc::clone(route), ids: Mutex::default() })),
        )
    }

    fn at(home: Home, socket: Socket, other: Option<Box<Other>>) -> io::Result<Self> {
        set_options(&socket);
        let port = socket.local_address()?.port;
        let log: Arc<Log> = Arc::default();
        Ok(Connection {
            home,
            other,
            socket: Arc::new(socket),
            state: Mutex::new(State::new(port, Room::new(ROOM, &log))),
            log,
            idle: Mutex::default(),
            room: AtomicUsize::new(ROOM),
            anew: OnceLock::new(),
        })
    }

    /// The connection that resolves names of devices: that of the route family.
    #[inline]
    pub(crate) fn route(&self) -> &Connection {
        self.other.as_ref().map_or(self, |other| &other.route)
    }

    /// The same, as an owner.
    pub(crate) fn shared_route(self: &Arc<Self>) -> &Arc<Connection> {
        self.other.as_ref().map_or(self, |other| &other.route)
    }

    /// Why there is no connection of another protocol in its namespace.
    #[cold]
    pub(crate) fn why_not(&self, protocol: Protocol) -> io::Error {
        let home = Home { protocol, ..self.home.clone() };
        home.open_socket().err().unwrap_or_else(|| io::Error::other("it could not be opened a moment ago"))
    }

    /// The protocol of its sockets.
    pub(crate) fn protocol(&self) -> Protocol {
        self.home.protocol
    }

    /// The id of a generic netlink family, if it was asked for.
    pub(crate) fn family_id(&self, name: &str) -> Option<u16> {
        let ids = self.ids()?;
        ids.iter().find(|(of, _)| *of == name).map(|(_, id)| *id)
    }

    /// Records the id of a generic netlink family, or that it is unknown.
    pub(crate) fn set_family_id(&self, name: &'static str, id: Option<u16>) {
        let Some(mut ids) = self.ids() else { return };
        ids.retain(|(of, _)| *of != name);
        ids.extend(id.map(|id| (name, id)));
    }

    fn ids(&self) -> Option<MutexGuard<'_, Vec<(&'static str, u16)>>> {
        let other = self.other.as_ref()?;
        Some(other.ids.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    /// The connection of this process: this one, or, in a child of the process that opened it, the child's own in the
    /// same namespace. On a shared socket parent and child would take each other's answers.
    #[inline(always)]
    pub(crate) fn here(&self) -> io::Result<&Connection> {
        if self.socket.is_inherited() { self.anew().map(Arc::as_ref) } else { Ok(self) }
    }

    /// The same, as an owner.
    #[inline(always)]
    pub(crate) fn shared_here(self: &Arc<Self>) -> io::Result<&Arc<Connection>> {
        if self.socket.is_inherited() { self.anew() } else { Ok(self) }
    }

    #[cold]
    fn anew(&self) -> io::Result<&Arc<Connection>> {
        let anew = match self.anew.get() {
            Some(anew) => anew,
            None => {
                // The other protocols' connections are looked up through this one.
                let opened = Arc::new(Connection::at(self.home.clone(), self.another_socket()?, None)?);
                // If two threads open one at the same time, one of the two is discarded.
                self.anew.get_or_init(|| opened)
            }
        };
        if anew.socket.is_inherited() { anew.anew() } else { Ok(anew) }
    }

    #[inline(always)]
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        match self.state.try_lock() {
            Ok(state) => state,
            Err(_) => self.lock_slowly(),
        }
    }

    /// Another thread holds the state, for a few microseconds at most: it receives without waiting. Sleeping and being
    /// woken would take two system calls.
    #[cold]
    fn lock_slowly(&self) -> MutexGuard<'_, State> {
        for _ in 0..SPINS {
            if let Ok(state) = self.state.try_lock() {
                return state;
            }
            std::hint::spin_loop();
        }
        // The state is consistent wherever a waker or a logger may panic.
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn idle(&self) -> MutexGuard<'_, Vec<DumpSocket>> {
        self.idle.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A socket for a dump: an idle one, or a new one in the same namespace.
    pub(crate) fn dump_socket(&self) -> io::Result<DumpSocket> {
        let this = self.here()?;
        let room = this.room.load(Ordering::Relaxed);
        if let Some(mut idle) = this.idle().pop() {
            idle.room.bytes = room;
            return Ok(idle);
        }
        let socket = this.another_socket()?;
        set_options(&socket);
        Ok(DumpSocket::new(socket, Room::new(room, &this.log)))
    }

    /// A datagram of a dump was truncated; from now on there is room for this many bytes.
    pub(crate) fn make_room(&self, room: usize) {
        self.room.fetch_max(room, Ordering::Relaxed);
    }

    /// A new socket of the same protocol in the same namespace, connected to the kernel and without options.
    pub(crate) fn another_socket(&self) -> io::Result<Socket> {
        self.home.open_socket()
    }

    /// Takes back a socket whose dump has [finished](netlink_packet::Dump::is_finished), or that had none. One with a
    /// running dump is dropped, since the kernel would refuse the next dump on it: closing it is cheap, reading the
    /// rest may take half a second.
    pub(crate) fn give_back(&self, socket: DumpSocket) {
        let Ok(this) = self.here() else { return };
        let mut idle = this.idle();
        if idle.len() < IDLE && !socket.socket.is_inherited() {
            idle.push(socket);
        }
    }
}

/// The options of Linux 4.20 and later. Older kernels report errors in less detail and filter less; filters are applied
/// again here in any case.
fn set_options(socket: &Socket) {
    for set in [Socket::set_ext_ack, Socket::set_cap_ack, Socket::set_strict_check] {
        if let Err(error) = set(socket, true) {
            log::debug!("the kernel lacks a netlink option: {error}");
        }
    }
}
