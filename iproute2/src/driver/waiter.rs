//! The differences between waiting in a thread and in a task. Lists, batches, watches and requests are written once, on
//! top of it.

use netlink_sys::Socket;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

/// A way to wait. Waiting takes two steps: trying the socket, and sleeping if there is nothing. The first registers a
/// task's waker and the second returns `Pending`; a thread sleeps in the second. So nothing is ever `Pending` for a
/// thread that has slept.
pub(crate) trait Waiter: Sized + 'static {
    /// The registration that is kept while waiting for a socket.
    type Place: Default + Send + Sync + Unpin;

    /// The timer that is kept while waiting for a time.
    type Alarm: Default + Send + Sync + Unpin;

    /// Whether others wait for their turn during long work.
    const TAKES_TURNS: bool;

    /// The current time, by the clock used for sleeping.
    fn now() -> Instant;

    /// Calls `receive` to try the socket. `Pending` if it returns `WouldBlock`, or would: then a task is woken once
    /// there is something.
    fn poll_io<T>(
        place: &mut Self::Place,
        socket: &Arc<Socket>,
        cx: &mut Context<'_>,
        receive: impl FnMut(&Socket) -> io::Result<T>,
    ) -> Poll<io::Result<T>>;

    /// Makes the next [`poll_io`](Self::poll_io) try the socket, whatever the reactor knows about it.
    fn look(place: &mut Self::Place);

    /// Sleeps until there may be something to receive from one of the sockets, or until this time: `false` if the time comes
    /// first. A task sleeps by returning `Pending`.
    fn poll_sleep(
        alarm: &mut Self::Alarm,
        sockets: &[&Socket],
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<bool>>;

    /// Polls, unless the task has used up its budget.
    fn poll_in_turn<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T>;
}
