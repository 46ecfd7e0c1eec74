//! A socket in a mio poll.

#![cfg(feature = "mio")]

mod messages;
mod namespace;

use std::io::ErrorKind;
use std::time::Duration;

use bytes::BytesMut;
use messages::{NEW_LINK, get_link, message_type};
use mio::{Events, Interest, Poll, Token};
use netlink_sys::{Protocol, Socket};

#[test]
fn register_reregister_deregister() {
    if !namespace::enter() {
        return;
    }
    let mut socket = Socket::new(Protocol::ROUTE).unwrap();
    socket.set_nonblocking(true).unwrap();
    let (mut poll, mut events) = (Poll::new().unwrap(), Events::with_capacity(8));
    let mut tokens = |poll: &mut Poll| {
        poll.poll(&mut events, Some(Duration::ZERO)).unwrap();
        let readable = events.iter().filter(|event| event.is_readable());
        readable.map(|event| event.token()).collect::<Vec<_>>()
    };
    poll.registry().register(&mut socket, Token(1), Interest::READABLE).unwrap();
    assert_eq!(tokens(&mut poll), []);
    socket.send(&get_link()).unwrap();
    assert_eq!(tokens(&mut poll), [Token(1)]);

    let mut buffer = BytesMut::with_capacity(8192);
    socket.recv(&mut buffer).unwrap();
    assert_eq!(message_type(&buffer), NEW_LINK);
    assert_eq!(socket.recv(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(tokens(&mut poll), []);

    poll.registry().reregister(&mut socket, Token(2), Interest::READABLE).unwrap();
    socket.send(&get_link()).unwrap();
    assert_eq!(tokens(&mut poll), [Token(2)]);

    poll.registry().deregister(&mut socket).unwrap();
    socket.send(&get_link()).unwrap();
    assert_eq!(tokens(&mut poll), []);
}
