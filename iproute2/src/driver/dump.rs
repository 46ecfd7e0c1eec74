//! The socket of a dump.

use super::receive::{Received, Room, own, receive};
use bytes::BytesMut;
use netlink_sys::{DatagramInfo, Socket};
use std::io;
use std::sync::Arc;

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
    /// Receives one datagram of a dump, without waiting. It has room however long it is.
    pub(crate) fn receive(&mut self) -> io::Result<Received> {
        own(&self.socket)?;
        let DumpSocket { socket, chunk, overflow, room, .. } = self;
        receive(chunk, room, |chunk| try_recv_all(socket, chunk, overflow))
    }
}

/// Receives one datagram into a chunk, and into one that has room for all of it where it is longer.
pub(super) fn try_recv_all(
    socket: &Socket,
    chunk: &mut BytesMut,
    overflow: &mut BytesMut,
) -> io::Result<DatagramInfo> {
    let datagram = socket.try_recv_with_overflow(chunk, overflow)?;
    if !overflow.is_empty() {
        chunk.extend_from_slice(overflow);
        overflow.clear();
    }
    Ok(datagram)
}
