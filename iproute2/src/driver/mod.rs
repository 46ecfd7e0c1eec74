//! What moves datagrams between sockets and conversations: one file for tokio, one for blocking callers.

pub(crate) mod blocking;
#[cfg(feature = "tokio")]
pub(crate) mod tokio;

use crate::connection::{DumpSocket, ROOM};
use crate::error::Fault;
use crate::trace::trace;
use bytes::BytesMut;
#[cfg(feature = "tokio")]
use netlink_packet::{Conversation, Heard};
use netlink_sys::{Datagram, Socket, is_overrun};
use std::io;

/// Bytes that a chunk has when it is new; small answers are split off it until less than [`ROOM`] is left.
pub(crate) const CHUNK: usize = 64 * 1024;

/// What is known of the socket that requests share, and the room for what comes in.
pub(crate) struct State {
    chunk: BytesMut,
    room: usize,
    /// The number of the last request of a blocking caller. They follow each other, so that there is no conversation.
    last: u32,
    #[cfg(feature = "tokio")]
    pub(crate) conversation: Conversation<()>,
    #[cfg(feature = "tokio")]
    pub(crate) waiting: tokio::Waiting,
}

impl State {
    #[cfg_attr(not(feature = "tokio"), expect(unused_variables))]
    pub(crate) fn new(port: u32) -> Self {
        State {
            chunk: BytesMut::new(),
            room: ROOM,
            last: 0,
            #[cfg(feature = "tokio")]
            conversation: Conversation::new(port),
            #[cfg(feature = "tokio")]
            waiting: tokio::Waiting::default(),
        }
    }

    /// A number for a request that is alone on the socket.
    #[inline]
    fn number(&mut self) -> u32 {
        self.last = self.last.checked_add(1).unwrap_or(1);
        self.last
    }

    /// Receives a datagram for a request that is alone on the socket. `WouldBlock` where there is none.
    #[inline(always)]
    fn receive_alone(&mut self, socket: &Socket) -> io::Result<Received> {
        receive(&mut self.chunk, &mut self.room, try_recv(socket))
    }

    /// Hands what a receive gave to the conversation; tells the numbers of the exchanges that ended.
    #[cfg(feature = "tokio")]
    fn received(&mut self, received: io::Result<Received>, mut ended: impl FnMut(u32)) -> io::Result<()> {
        let mut hear = |heard: Heard<'_, ()>| {
            if let Heard::Ended { sequence, .. } = heard {
                ended(sequence);
            }
        };
        match received {
            Ok(Received::Datagram { full_length }) => {
                self.conversation.receive(&mut self.chunk, full_length, hear);
                Ok(())
            }
            Ok(Received::Overrun) => {
                self.conversation.overrun();
                Ok(())
            }
            Err(error) => {
                if error.kind() == io::ErrorKind::WouldBlock {
                    self.conversation.queue_is_empty(&mut hear);
                }
                Err(error)
            }
        }
    }
}

/// What a receive gave.
pub(crate) enum Received {
    /// The chunk holds a datagram of the kernel, which had this many bytes.
    Datagram { full_length: usize },
    /// Datagrams were lost.
    Overrun,
}

/// Receives one datagram of the kernel into an empty chunk; those of others are ignored.
#[inline(always)]
pub(crate) fn receive(
    chunk: &mut BytesMut,
    room: &mut usize,
    recv: impl FnOnce(&mut BytesMut) -> io::Result<Datagram>,
) -> io::Result<Received> {
    if chunk.capacity() - chunk.len() < *room {
        chunk.reserve((*room).max(CHUNK));
    }
    let datagram = match recv(chunk) {
        Ok(datagram) => datagram,
        Err(error) if is_overrun(&error) => return Ok(Received::Overrun),
        Err(error) => return Err(error),
    };
    // In tests a program plays the kernel.
    if !(datagram.is_from_kernel() || cfg!(test)) {
        chunk.clear();
    } else if datagram.is_truncated() {
        grow(room, datagram.full_length);
    }
    trace("<-", chunk);
    Ok(Received::Datagram { full_length: if chunk.is_empty() { 0 } else { datagram.full_length } })
}

/// Makes room for a datagram like the one that was cut off.
#[cold]
fn grow(room: &mut usize, full_length: usize) {
    log::warn!("a datagram of {full_length} bytes was cut off to {room}: the room grows");
    *room = full_length.next_power_of_two();
}

/// The socket that requests share, or one of a dump, without waiting.
#[inline(always)]
pub(crate) fn try_recv(socket: &Socket) -> impl FnOnce(&mut BytesMut) -> io::Result<Datagram> + '_ {
    |chunk| socket.try_recv(chunk)
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
fn try_recv_all(socket: &Socket, chunk: &mut BytesMut, overflow: &mut BytesMut) -> io::Result<Datagram> {
    let datagram = socket.try_recv_with_overflow(chunk, overflow)?;
    if !overflow.is_empty() {
        chunk.extend_from_slice(overflow);
        overflow.clear();
    }
    Ok(datagram)
}

/// A failure where the socket is the parent's, and what was begun on it, too.
#[inline]
pub(crate) fn own(socket: &Socket) -> io::Result<()> {
    if socket.is_inherited() { Err(Fault::Forked.into()) } else { Ok(()) }
}

#[cfg(all(test, feature = "tokio"))]
mod tests;
