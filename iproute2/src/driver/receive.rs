//! Receiving a datagram of the kernel, without waiting.

use crate::error::{ErrorKind, Fault};
use crate::trace::Log;
use bytes::BytesMut;
use netlink_sys::{DatagramInfo, Socket, is_overrun};
use std::io;
use std::sync::Arc;

/// The minimum room of a receive: the kernel packs dumps into the largest receive length it has seen, up to this one.
pub(crate) const ROOM: usize = 32 * 1024;

/// Size of a new chunk; small answers are split off it until less than [`ROOM`] is left.
pub(crate) const CHUNK: usize = 64 * 1024;

/// The result of a receive.
pub(crate) enum Received {
    /// The chunk has a datagram of the kernel, of this many bytes.
    Datagram { full_length: usize },
    /// Datagrams were lost.
    Overrun,
}

/// The room of a receive, and the logger of what is received.
pub(crate) struct Room {
    pub(crate) bytes: usize,
    pub(crate) log: Arc<Log>,
}

impl Room {
    pub(crate) fn new(bytes: usize, log: &Arc<Log>) -> Self {
        Room { bytes, log: Arc::clone(log) }
    }
}

/// Receives one datagram of the kernel into an empty chunk, without waiting; those of others are ignored.
#[inline(always)]
pub(crate) fn receive(chunk: &mut BytesMut, room: &mut Room, socket: &Socket) -> io::Result<Received> {
    // Not a call of `receive_by`: closures are not always inlined, and this is a tenth of a request.
    offer(chunk, room.bytes);
    let received = socket.try_recv(chunk);
    heard(chunk, room, received)
}

/// The same, received by `recv`.
#[inline(always)]
pub(crate) fn receive_by(
    chunk: &mut BytesMut,
    room: &mut Room,
    recv: impl FnOnce(&mut BytesMut) -> io::Result<DatagramInfo>,
) -> io::Result<Received> {
    offer(chunk, room.bytes);
    let received = recv(chunk);
    heard(chunk, room, received)
}

/// Makes room in a chunk. What is split off pins all of it: it has room for many datagrams.
#[inline(always)]
pub(crate) fn offer(chunk: &mut BytesMut, room: usize) {
    if chunk.capacity() - chunk.len() < room {
        chunk.reserve(room.max(CHUNK));
    }
}

#[inline(always)]
fn heard(chunk: &mut BytesMut, room: &mut Room, received: io::Result<DatagramInfo>) -> io::Result<Received> {
    let Some(datagram) = take(chunk, &mut room.bytes, received)? else { return Ok(Received::Overrun) };
    room.log.received(chunk);
    Ok(Received::Datagram { full_length: if chunk.is_empty() { 0 } else { datagram.full_length } })
}

/// What was received into a chunk that was empty: it still is where another program sent it. `None` where datagrams were
/// lost.
#[inline(always)]
pub(crate) fn take(
    chunk: &mut BytesMut,
    room: &mut usize,
    received: io::Result<DatagramInfo>,
) -> io::Result<Option<DatagramInfo>> {
    let datagram = match received {
        Ok(datagram) => datagram,
        Err(error) if is_overrun(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    // In tests a program plays the part of the kernel.
    if !(datagram.is_from_kernel() || cfg!(test)) {
        chunk.clear();
    } else if datagram.is_truncated() {
        grow(room, datagram.full_length);
    }
    Ok(Some(datagram))
}

/// Makes room for a datagram as long as the truncated one.
#[cold]
fn grow(room: &mut usize, full_length: usize) {
    log::warn!("a datagram of {full_length} bytes was truncated to {room}: growing the receive buffer");
    *room = full_length.next_power_of_two();
}

/// Fails if the socket belongs to the parent process, and with it everything started on it.
#[inline]
pub(crate) fn own(socket: &Socket) -> io::Result<()> {
    if socket.is_inherited() { Err(Fault::Plain(|| ErrorKind::Forked).into()) } else { Ok(()) }
}
