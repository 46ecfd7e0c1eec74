//! Prints changes of links as they happen, waiting with mio, like `ip monitor link`.
//!
//! ```text
//! cargo run --example mio_events [COUNT]
//! ```
//! With a count it ends after that many events.

use bytes::BytesMut;
use mio::{Events, Interest, Poll, Token};
use netlink_packet::Messages;
use netlink_sys::{Protocol, Socket};
use rtnetlink::message::{RTM_DELLINK, RTM_NEWLINK};
use rtnetlink::{Group, LinkMessage};
use std::error::Error;
use std::io::ErrorKind;

fn main() -> Result<(), Box<dyn Error>> {
    let mut left = std::env::args().nth(1).map_or(Ok(usize::MAX), |count| count.parse())?;

    let mut socket = Socket::new(Protocol::ROUTE)?;
    socket.bind(0)?;
    socket.add_membership(Group::LINK.0)?;
    let mut poll = Poll::new()?;
    poll.registry().register(&mut socket, Token(0), Interest::READABLE)?;

    let (mut events, mut room) = (Events::with_capacity(1), BytesMut::new());
    while left > 0 {
        poll.poll(&mut events, None)?;
        left = left.saturating_sub(read_all(&socket, &mut room)?);
    }
    Ok(())
}

/// Reads until nothing is left: mio reports readiness once (edge-triggered).
fn read_all(socket: &Socket, room: &mut BytesMut) -> Result<usize, Box<dyn Error>> {
    let mut count = 0;
    loop {
        room.clear();
        room.reserve(32 * 1024);
        match socket.try_recv(room) {
            Ok(datagram) if datagram.is_from_kernel() => count += print(room)?,
            Ok(_) => (),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(count),
            Err(error) => return Err(error.into()),
        }
    }
}

fn print(datagram: &[u8]) -> Result<usize, Box<dyn Error>> {
    let mut count = 0;
    for message in Messages::new(datagram) {
        let word = match message.header.message_type {
            RTM_NEWLINK => "new or changed",
            RTM_DELLINK => "gone",
            _ => continue,
        };
        let link = LinkMessage::new(message.payload())?;
        println!("{word}: {}: {}: {}", link.index(), link.name(), link.flags());
        count += 1;
    }
    Ok(count)
}
