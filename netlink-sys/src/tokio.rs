//! Sockets for a tokio runtime, with the feature `tokio`.
//!
//! [`AsyncSocket`] owns a socket and stays registered with the runtime. [`Readiness`] is for programs that try the socket
//! first and register only while they wait.

use std::borrow::Borrow;
use std::error::Error;
use std::fmt;
use std::io;
use std::mem;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ::tokio::io::Interest;
use ::tokio::io::unix::AsyncFd;
use ::tokio::runtime::Handle;
use bytes::BytesMut;

use crate::{Address, DatagramInfo, Socket};

/// A socket in a tokio runtime.
///
/// Receiving waits for the kernel; sending doesn't, since the kernel replies at once. Several tasks can share it.
///
/// ```no_run
/// use netlink_sys::tokio::AsyncSocket;
/// use netlink_sys::{Protocol, Socket};
///
/// # async fn run() -> std::io::Result<()> {
/// const RTNLGRP_LINK: u32 = 1;
///
/// let socket = Socket::new(Protocol::ROUTE)?;
/// socket.bind(0)?;
/// socket.add_membership(RTNLGRP_LINK)?;
/// let socket = AsyncSocket::new(socket)?;
/// let mut buffer = bytes::BytesMut::new();
/// loop {
///     buffer.reserve(32 * 1024);
///     socket.recv(&mut buffer).await?;
///     println!("{:?}", buffer.split());
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct AsyncSocket(Registered<Socket>);

impl AsyncSocket {
    /// Sets the socket non-blocking and registers it with the runtime of the calling thread.
    ///
    /// [`Missing`] outside a runtime, or in one that was built without I/O.
    pub fn new(socket: Socket) -> io::Result<AsyncSocket> {
        socket.set_nonblocking(true)?;
        register(socket).map(AsyncSocket)
    }

    /// The socket, for its options.
    ///
    /// Receiving from it directly may leave a [`recv`](AsyncSocket::recv) waiting for a datagram that is gone; it does no
    /// other harm.
    pub fn socket(&self) -> &Socket {
        self.0.holder()
    }

    /// Deregisters the socket and returns it. It stays non-blocking. In a child of the process that registered it, the
    /// registration is left alone: it belongs to the parent.
    pub fn into_socket(self) -> Socket {
        self.0.into_inner()
    }

    /// Sends one datagram to the kernel, or to the connected peer: see [`Socket::send`].
    ///
    /// The kernel never lets it wait. `WouldBlock` where the peer is another program whose receive buffer is full: netlink
    /// doesn't signal when there is room again.
    pub async fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        self.socket().send(datagram)
    }

    /// Sends one datagram to a port or to groups: see [`Socket::send_to`] and, for `WouldBlock`,
    /// [`send`](AsyncSocket::send).
    pub async fn send_to(&self, datagram: &[u8], address: Address) -> io::Result<usize> {
        self.socket().send_to(datagram, address)
    }

    /// Receives one datagram into the spare capacity of `buffer`: see [`Socket::recv`].
    ///
    /// Cancel safe: dropping the future loses no datagram.
    pub async fn recv(&self, buffer: &mut BytesMut) -> io::Result<DatagramInfo> {
        loop {
            let mut guard = self.0.place().readable().await?;
            if let Ok(result) = guard.try_io(|_| self.socket().try_recv(buffer)) {
                return result;
            }
        }
    }

    /// Receives like [`recv`](AsyncSocket::recv). Only the task that polled last is woken.
    pub fn poll_recv(&self, cx: &mut Context<'_>, buffer: &mut BytesMut) -> Poll<io::Result<DatagramInfo>> {
        poll_io(&self.0, cx, |socket| socket.try_recv(buffer))
    }

    /// Waits until there is something to receive: a datagram or an error.
    ///
    /// Another task that shares the socket may be the first to receive it.
    pub async fn readable(&self) -> io::Result<()> {
        loop {
            let mut guard = self.0.place().readable().await?;
            if let Ok(result) = guard.try_io(|_| look(self.socket())) {
                return result;
            }
        }
    }
}

impl AsFd for AsyncSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket().as_fd()
    }
}

impl AsRawFd for AsyncSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.socket().as_raw_fd()
    }
}

/// Reactor registration, to be made when a task has to wait and dropped when none does.
///
/// A registered socket wakes the runtime for each datagram, even if its reader doesn't need to be woken. Most netlink
/// families reply inside the sending call: try the socket first, and wait only after `WouldBlock`.
///
/// ```no_run
/// # use std::{future::poll_fn, io, sync::Arc};
/// # use netlink_sys::{DatagramInfo, Socket, tokio::Readiness};
/// # use bytes::BytesMut;
/// async fn recv(socket: &Arc<Socket>, buffer: &mut BytesMut) -> io::Result<DatagramInfo> {
///     match socket.try_recv(buffer) {
///         Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
///         result => return result,
///     }
///     let readiness = Readiness::new(socket.clone())?;
///     poll_fn(|cx| readiness.poll_recv(cx, buffer)).await
/// }
/// ```
///
/// Its methods share one waker, that of the task that polled last.
#[derive(Debug)]
pub struct Readiness(Registered<Arc<Socket>>);

impl Readiness {
    /// Registers the socket with the runtime of the calling thread, for reading. Dropping it deregisters.
    ///
    /// The socket's mode doesn't matter. [`Missing`] where there is no runtime, or one that was built without I/O; `EEXIST`
    /// while another registration of the same socket with this runtime lives.
    pub fn new(socket: Arc<Socket>) -> io::Result<Readiness> {
        register(socket).map(Readiness)
    }

    /// The socket.
    pub fn socket(&self) -> &Arc<Socket> {
        self.0.holder()
    }

    /// Ready where there is something to receive, verified by a system call.
    pub fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        poll_io(&self.0, cx, look)
    }

    /// Receives one datagram into the spare capacity of `buffer`: see [`Socket::recv`].
    pub fn poll_recv(&self, cx: &mut Context<'_>, buffer: &mut BytesMut) -> Poll<io::Result<DatagramInfo>> {
        poll_io(&self.0, cx, |socket| socket.try_recv(buffer))
    }

    /// Calls `operation` whenever the socket may be readable, until it returns anything but `WouldBlock`.
    ///
    /// `WouldBlock` must come from the socket, or the wait never ends.
    pub fn poll_io<R>(
        &self,
        cx: &mut Context<'_>,
        operation: impl FnMut(&Socket) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        poll_io(&self.0, cx, operation)
    }
}

/// Owners that keep one socket open for as long as they live, and always the same one.
trait Holder: Borrow<Socket> + AsRawFd {}

impl Holder for Socket {}

impl Holder for Arc<Socket> {}

/// A registration with a reactor, until it is dropped.
///
/// Dropping it in a child of the process that registered it does nothing: the reactor is shared with the parent, which
/// would no longer be woken.
#[derive(Debug)]
struct Registered<S: Holder> {
    /// Present until it is dropped or taken, and dropped before the holder.
    place: Option<AsyncFd<RawFd>>,
    /// The same.
    holder: Option<S>,
}

const THERE: &str = "it is there until it is dropped";

impl<S: Holder> Registered<S> {
    #[inline]
    fn place(&self) -> &AsyncFd<RawFd> {
        self.place.as_ref().expect(THERE)
    }

    #[inline]
    fn holder(&self) -> &S {
        self.holder.as_ref().expect(THERE)
    }

    fn into_inner(mut self) -> S {
        self.leave();
        self.holder.take().expect(THERE)
    }

    /// Deregisters, unless the reactor belongs to the parent process.
    fn leave(&mut self) {
        let Some(place) = self.place.take() else { return };
        if Borrow::<Socket>::borrow(self.holder()).is_inherited() {
            mem::forget(place);
        }
    }
}

impl<S: Holder> Drop for Registered<S> {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Why a socket can't wait here: the source of an [`io::Error`] of kind `Unsupported`.
///
/// tokio can't be asked whether a runtime has I/O, and panics if it has none: the panic is caught, but the program's
/// panic hook prints it, and with `panic = "abort"` it ends the program.
///
/// ```
/// use std::sync::Arc;
///
/// use netlink_sys::tokio::{Missing, Readiness};
/// use netlink_sys::{Protocol, Socket};
///
/// # fn main() -> std::io::Result<()> {
/// let error = Readiness::new(Arc::new(Socket::new(Protocol::ROUTE)?)).unwrap_err();
/// assert_eq!(Missing::of(&error), Some(Missing::Runtime));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// The calling thread isn't in a tokio runtime.
    Runtime,
    /// The runtime was built without I/O: neither with `enable_all` nor with `enable_io`.
    Io,
}

impl Missing {
    /// What is missing, if this error says so.
    pub fn of(error: &io::Error) -> Option<Missing> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Missing::Runtime => "no tokio runtime here",
            Missing::Io => "this tokio runtime has no I/O: build it with enable_all or enable_io",
        })
    }
}

impl Error for Missing {}

impl From<Missing> for io::Error {
    fn from(missing: Missing) -> io::Error {
        io::Error::new(io::ErrorKind::Unsupported, missing)
    }
}

#[allow(unsafe_code)]
fn register<S: Holder>(holder: S) -> io::Result<Registered<S>> {
    Handle::try_current().map_err(|_| Missing::Runtime)?;
    let register = || {
        // SAFETY: `holder` owns the descriptor or a share of it, and is kept beside the `AsyncFd` until that is gone: it stays
        // open and the same. Nothing replaces either, since nobody is given `&mut` to them.
        unsafe { AsyncFd::register_with_interest(holder.as_raw_fd(), Interest::READABLE) }
    };
    // Whatever a panic leaves half done is dropped with it.
    match panic::catch_unwind(AssertUnwindSafe(register)) {
        Ok(registered) => match registered {
            Ok(place) => Ok(Registered { place: Some(place), holder: Some(holder) }),
            Err(error) => Err(error.into()),
        },
        Err(_) => Err(Missing::Io.into()),
    }
}

/// The guard is taken before the receive that fails: a datagram that arrives in between sets the readiness again, and
/// the guard then clears nothing.
fn poll_io<S: Holder, R>(
    registered: &Registered<S>,
    cx: &mut Context<'_>,
    mut operation: impl FnMut(&Socket) -> io::Result<R>,
) -> Poll<io::Result<R>> {
    loop {
        let mut guard = ready!(registered.place().poll_read_ready(cx))?;
        if let Ok(result) = guard.try_io(|_| operation(registered.holder().borrow())) {
            return Poll::Ready(result);
        }
    }
}

fn look(socket: &Socket) -> io::Result<()> {
    if socket.wait_readable(Some(Duration::ZERO))? { Ok(()) } else { Err(io::ErrorKind::WouldBlock.into()) }
}
