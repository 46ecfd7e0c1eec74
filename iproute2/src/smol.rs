//! The same handles, verbs and messages for tasks of smol and other executors on its reactor (`async-io`), with the
//! feature `smol`. There is no runtime to enter or to configure: any executor can poll these futures.
//!
//! ```no_run
//! use iproute2::{Veth, smol};
//!
//! # async fn run() -> iproute2::Result<()> {
//! let ip = smol::connect()?;
//! ip.link().add(Veth::pair("v0", "v1").up()).await?;
//! for link in ip.link().list().await? {
//!     println!("{}", link.name());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! If the process forks after something has waited, the child shares the reactor with its parent, like every user of
//! `async-io`: in the child, only requests that the kernel answers at once work. Use [`blocking`](crate::blocking)
//! handles in such children.

use crate::driver::reactor::Reactor;
use crate::error::Result;
use crate::namespace::Namespace;
use async_io::{Async, Timer};
use netlink_sys::Socket;
use std::cell::Cell;
use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

/// Marks handles and requests that are awaited in tasks of smol.
#[derive(Clone, Copy, Debug)]
pub struct Smol;

/// A connection whose requests are awaited in tasks of smol.
pub type Handle = crate::handle::Handle<Smol>;

/// Connects to the kernel of the calling thread's network namespace. There is no driver to spawn.
///
/// # Errors
/// A socket can't be opened.
pub fn connect() -> Result<Handle> {
    Handle::open(None)
}

/// Connects to the kernel of another network namespace.
///
/// # Errors
/// [Is not permitted](crate::Error::is_not_permitted) if the caller may not enter it.
pub fn connect_in(namespace: &Namespace) -> Result<Handle> {
    Handle::open(Some(namespace))
}

/// How many operations a thread completes before it yields to other tasks: the executor does not count them.
const BUDGET: u8 = 128;

thread_local! {
    static LEFT: Cell<u8> = const { Cell::new(BUDGET) };
}

/// A socket's registration with the reactor.
///
/// Dropping it in a child of the process that registered it does nothing: the reactor is shared with the parent, which
/// would no longer be woken.
#[derive(Debug)]
pub struct Registered(Option<Async<Arc<Socket>>>);

impl Drop for Registered {
    fn drop(&mut self) {
        if let Some(socket) = self.0.take_if(|socket| socket.get_ref().is_inherited()) {
            mem::forget(socket);
        }
    }
}

impl Reactor for Smol {
    /// There is one reactor.
    type Id = ();
    type Registration = Registered;
    type Timer = Timer;

    fn here() -> io::Result<()> {
        Ok(())
    }

    fn register(socket: Arc<Socket>) -> io::Result<Registered> {
        Async::new_nonblocking(socket).map(|socket| Registered(Some(socket)))
    }

    fn poll_registered<T>(
        registration: &Registered,
        cx: &mut Context<'_>,
        mut receive: impl FnMut(&Socket) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        let Some(socket) = &registration.0 else { return Poll::Pending };
        loop {
            match receive(socket.get_ref()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => ready!(socket.poll_readable(cx))?,
                received => return Poll::Ready(received),
            }
        }
    }

    fn time() -> Instant {
        Instant::now()
    }

    fn set_timer(due: Instant) -> io::Result<Timer> {
        Ok(Timer::at(due))
    }

    fn poll_timer(timer: &mut Timer, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(timer).poll(cx).map(drop)
    }

    #[inline]
    fn poll_in_budget<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        if LEFT.get() == 0 {
            LEFT.set(BUDGET);
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = poll(cx);
        if polled.is_ready() {
            LEFT.set(LEFT.get().saturating_sub(1));
        }
        polled
    }
}
