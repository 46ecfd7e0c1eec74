//! The socket of a dump.

use super::clock::Clock;
use super::receive::{Received, Room, own, receive_by};
use super::waiter::Waiter;
use bytes::BytesMut;
use netlink_sys::{DatagramInfo, Socket};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Additional room of a dump's socket for a longer message: the kernel sends none of this length. It is not written to
/// before one arrives, and takes no memory until then.
const OVERFLOW: usize = 256 * 1024;

/// A socket that runs one dump at a time, with its buffers and the sequence number of the next dump.
pub(crate) struct DumpSocket {
    pub(crate) socket: Arc<Socket>,
    pub(crate) chunk: BytesMut,
    /// Room for the rest of a datagram that does not fit into the chunk. Empty between receives.
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
    /// Receives one datagram of a dump, which has its socket to itself: mostly there is one at once. There is room for
    /// any length.
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

    /// The same; `TimedOut` if it takes too long.
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

/// Receives one datagram into a chunk; a longer one goes into a chunk with room for all of it.
fn try_recv_all(socket: &Socket, chunk: &mut BytesMut, overflow: &mut BytesMut) -> io::Result<DatagramInfo> {
    let datagram = socket.try_recv_with_overflow(chunk, overflow)?;
    if !overflow.is_empty() {
        chunk.extend_from_slice(overflow);
        overflow.clear();
    }
    Ok(datagram)
}
