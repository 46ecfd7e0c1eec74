//! The socket of a dump.

use super::clock::Clock;
use super::receive::{Received, Room, own, receive_by};
use super::waiter::Waiter;
use bytes::BytesMut;
use netlink_sys::{DatagramInfo, Socket};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Room that a dump's socket has besides, for a message that is longer: the kernel sends none of this length. It is not written to
/// before one comes, and takes no memory until then.
const OVERFLOW: usize = 256 * 1024;

/// A socket that runs one dump at a time, with its room and the number of the next dump.
pub(crate) struct DumpSocket {
    pub(crate) socket: Arc<Socket>,
    pub(crate) chunk: BytesMut,
    /// Room for what a datagram has no room for in the chunk. Empty between receives.
    pub(crate) overflow: BytesMut,
    pub(crate) sequence: u32,
    pub(crate) room: Room,
}

impl DumpSocket {
    pub(crate) fn new(socket: Socket, room: Room) -> Self {
        let overflow = BytesMut::with_capacity(OVERFLOW);
        DumpSocket { socket: Arc::new(socket), chunk: BytesMut::new(), overflow, sequence: 1, room }
    }
}

impl DumpSocket {
    /// Receives one datagram of a dump, which has its socket for itself: there is one at once, but for slow kernels. It has
    /// room however long it is.
    #[inline]
    pub(crate) fn poll_receive<W: Waiter>(
        &mut self,
        place: &mut W::Place,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Received>> {
        let DumpSocket { socket, chunk, overflow, room, .. } = self;
        own(socket)?;
        W::poll_io(place, socket, cx, |socket| {
            receive_by(chunk, room, |chunk| try_recv_all(socket, chunk, overflow))
        })
    }

    /// The same; `TimedOut` where it takes too long.
    #[inline]
    pub(crate) fn poll_in_time<W: Waiter>(
        &mut self,
        place: &mut W::Place,
        clock: &mut Clock<W>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Received>> {
        let received = loop {
            match self.poll_receive::<W>(place, cx) {
                Poll::Ready(received) => break received,
                Poll::Pending => {
                    if let Err(error) = ready!(clock.poll_sleep(&self.socket, cx)) {
                        break Err(error);
                    }
                }
            }
        };
        clock.reset();
        Poll::Ready(received)
    }
}

/// Receives one datagram into a chunk, and into one that has room for all of it where it is longer.
fn try_recv_all(socket: &Socket, chunk: &mut BytesMut, overflow: &mut BytesMut) -> io::Result<DatagramInfo> {
    let datagram = socket.try_recv_with_overflow(chunk, overflow)?;
    if !overflow.is_empty() {
        chunk.extend_from_slice(overflow);
        overflow.clear();
    }
    Ok(datagram)
}
