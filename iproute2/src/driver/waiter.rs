//! What is different where a thread waits and where a task does. Lists, batches, watches and requests are written above it, once.

use netlink_sys::Socket;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

/// A way to wait. What polls waits in two steps: it tries the socket, and where there is nothing, it sleeps. A task is
/// told to be woken by the first, and leaves by the second; a thread sleeps in it. So nothing is ever `Pending` for a thread that has slept.
pub(crate) trait Waiter: Sized + 'static {
    /// What somebody who waits for a socket keeps beside it: its registration.
    type Place: Default + Send + Sync + Unpin;

    /// What somebody who waits for a time keeps.
    type Alarm: Default + Send + Sync + Unpin;

    /// Whether others wait for their turn while something is done at length.
    const TAKES_TURNS: bool;

    /// The present time, by the clock of those who sleep.
    fn now() -> Instant;

    /// Has `receive` try the socket. `Pending` where it gives `WouldBlock`, or would: then a task is woken once there is
    /// something.
    fn poll_io<T>(
        place: &mut Self::Place,
        socket: &Arc<Socket>,
        cx: &mut Context<'_>,
        receive: impl FnMut(&Socket) -> io::Result<T>,
    ) -> Poll<io::Result<T>>;

    /// Has the next [`poll_io`](Self::poll_io) try the socket whatever the reactor knows of it.
    fn look(place: &mut Self::Place);

    /// Sleeps until there may be something to receive, or until then: `false` where that comes first. A task sleeps by being
    /// `Pending`.
    fn poll_sleep(
        alarm: &mut Self::Alarm,
        socket: &Socket,
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<bool>>;

    /// Polls, unless the task has used up what the runtime lets it do before others have their turn.
    fn poll_in_turn<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T>;
}
