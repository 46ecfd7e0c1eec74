//! State of the socket that requests share.

use super::receive::{Received, Room, receive};
use super::waiting::Waiting;
use bytes::BytesMut;
use netlink_packet::{Conversation, Incoming};
use netlink_sys::Socket;
use std::io;
use std::task::Waker;

/// State of the socket that requests share, and its receive buffer.
pub(crate) struct State {
    pub(super) chunk: BytesMut,
    pub(super) room: Room,
    /// The sequence number of a blocking caller's last request. Blocking requests follow each other, so they need no
    /// conversation.
    last: u32,
    pub(crate) conversation: Conversation<()>,
    pub(crate) waiting: Waiting,
}

impl State {
    pub(crate) fn new(port: u32, room: Room) -> Self {
        State {
            chunk: BytesMut::new(),
            room,
            last: 0,
            conversation: Conversation::new(port),
            waiting: Waiting::default(),
        }
    }

    /// A sequence number for a request that is alone on the socket.
    #[inline]
    pub(super) fn number(&mut self) -> u32 {
        self.last = self.last.checked_add(1).unwrap_or(1);
        self.last
    }

    /// Receives a datagram for a request that is alone on the socket; `WouldBlock` if there is none.
    #[inline(always)]
    pub(super) fn receive_alone(&mut self, socket: &Socket) -> io::Result<Received> {
        receive(&mut self.chunk, &mut self.room, socket)
    }

    /// Hands what a receive gave to the conversation; `woken` are those whose exchanges it ended, but for the one who received.
    pub(super) fn received(
        &mut self,
        received: io::Result<Received>,
        own: u32,
        woken: &mut Vec<Waker>,
    ) -> io::Result<()> {
        let State { chunk, conversation, waiting, .. } = self;
        let mut hear = |heard: Incoming<'_, ()>| {
            if let Incoming::Ended { sequence, .. } = heard {
                waiting.wakers.tell(sequence, own, woken);
            }
        };
        match received {
            Ok(Received::Datagram { full_length }) => {
                conversation.receive(chunk, full_length, hear);
                Ok(())
            }
            Ok(Received::Overrun) => {
                conversation.overrun();
                Ok(())
            }
            Err(error) => {
                if error.kind() == io::ErrorKind::WouldBlock {
                    conversation.queue_is_empty(&mut hear);
                }
                Err(error)
            }
        }
    }
}
