//! Every option: set, then get, and what it does.

mod messages;
mod namespace;

use std::io;
use std::os::fd::AsFd;

use bytes::BytesMut;
use messages::{ERROR, NEW_ADDRESS, NEW_LINK, get_link, message_type, request, set_link};
use netlink_sys::filter::{Instruction, host_half, host_word};
use netlink_sys::namespace::{current, run_in, unshare_network};
use netlink_sys::{Protocol, Socket};

const RTNLGRP_LINK: u32 = 1;
const RTNLGRP_IPV4_IFADDR: u32 = 5;
const RTNLGRP_STATS: u32 = 36;

fn route_socket() -> Socket {
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    socket.bind(0).unwrap();
    socket
}

#[test]
fn switches() {
    if !namespace::enter() {
        return;
    }
    type Get = fn(&Socket) -> io::Result<bool>;
    type Set = fn(&Socket, bool) -> io::Result<()>;
    let switches: [(Get, Set); 7] = [
        (Socket::packet_info, Socket::set_packet_info),
        (Socket::broadcast_error, Socket::set_broadcast_error),
        (Socket::no_enobufs, Socket::set_no_enobufs),
        (Socket::listen_all_namespaces, Socket::set_listen_all_namespaces),
        (Socket::cap_ack, Socket::set_cap_ack),
        (Socket::ext_ack, Socket::set_ext_ack),
        (Socket::strict_check, Socket::set_strict_check),
    ];
    const LISTEN_ALL_NAMESPACES: usize = 3;
    let socket = route_socket();
    for (switch, (get, set)) in switches.into_iter().enumerate() {
        let check = |on| match get(&socket) {
            // Linux 6.1 can set it, but not read it.
            Err(error) if switch == LISTEN_ALL_NAMESPACES => {
                assert_eq!(error.raw_os_error(), Some(libc::ENOPROTOOPT))
            }
            result => assert_eq!(result.unwrap(), on, "switch {switch}"),
        };
        check(false);
        for on in [true, false] {
            set(&socket, on).unwrap();
            check(on);
        }
    }
}

#[test]
fn memberships() {
    if !namespace::enter() {
        return;
    }
    let socket = route_socket();
    assert_eq!(socket.memberships().unwrap(), []);
    for group in [RTNLGRP_STATS, RTNLGRP_LINK, 32, 33] {
        socket.add_membership(group).unwrap();
    }
    assert_eq!(socket.memberships().unwrap(), [RTNLGRP_LINK, 32, 33, RTNLGRP_STATS]);
    socket.drop_membership(32).unwrap();
    socket.drop_membership(RTNLGRP_LINK).unwrap();
    assert_eq!(socket.memberships().unwrap(), [33, RTNLGRP_STATS]);
    for group in [0, 10_000, u32::MAX] {
        assert_eq!(socket.add_membership(group).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}

#[test]
fn buffers() {
    if !namespace::enter() {
        return;
    }
    let socket = route_socket();
    socket.set_recv_buffer(50_000).unwrap();
    socket.set_send_buffer(60_000).unwrap();
    assert_eq!(socket.recv_buffer().unwrap(), 100_000);
    assert_eq!(socket.send_buffer().unwrap(), 120_000);
    socket.set_recv_buffer(usize::MAX).unwrap();
    assert!(socket.recv_buffer().unwrap() > 100_000);

    let forced = socket.set_recv_buffer_force(64 << 20).and_then(|()| socket.set_send_buffer_force(32 << 20));
    match forced {
        Ok(()) => {
            assert_eq!(socket.recv_buffer().unwrap(), 128 << 20);
            assert_eq!(socket.send_buffer().unwrap(), 64 << 20);
        }
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied),
    }
}

#[test]
fn overruns_are_counted_and_silenced() {
    if !namespace::enter() {
        return;
    }
    let socket = route_socket();
    socket.set_recv_buffer(0).unwrap();
    let overrun = |drops| while socket.dropped().unwrap() < drops && socket.send(&get_link()).is_ok() {};
    assert_eq!(socket.dropped().unwrap(), 0);
    assert!(socket.take_error().unwrap().is_none());

    overrun(1);
    assert_eq!(socket.take_error().unwrap().unwrap().raw_os_error(), Some(libc::ENOBUFS));
    assert!(socket.take_error().unwrap().is_none());

    socket.set_no_enobufs(true).unwrap();
    overrun(2);
    assert_eq!(socket.dropped().unwrap(), 2);
    socket.recv(&mut BytesMut::with_capacity(8192)).unwrap();
}

#[test]
fn acks_are_capped() {
    if !namespace::enter() {
        return;
    }
    let refused = |socket: &Socket| {
        let mut message = get_link();
        message[4] = 0xee; // No such message type.
        message[5] = 0;
        message[6] = 5;
        message[7] = 0;
        socket.send(&message).unwrap();
        let mut buffer = BytesMut::with_capacity(8192);
        socket.recv(&mut buffer).unwrap();
        assert_eq!(message_type(&buffer), ERROR);
        buffer.len()
    };
    let socket = route_socket();
    assert_eq!(refused(&socket), 16 + 4 + 32);
    socket.set_cap_ack(true).unwrap();
    assert_eq!(refused(&socket), 16 + 4 + 16);
}

#[test]
fn other_namespaces_are_heard() {
    if !namespace::enter() {
        return;
    }
    let socket = route_socket();
    socket.set_listen_all_namespaces(true).unwrap();
    socket.set_packet_info(true).unwrap();
    socket.add_membership(RTNLGRP_LINK).unwrap();

    // Events come from namespaces that have an id here: give the second one the id 7.
    let here = current().unwrap();
    unshare_network().unwrap();
    let there = current().unwrap();
    run_in(here.as_fd(), || request(&new_namespace_id(7, &there))).unwrap();
    request(&set_link(true));

    let mut buffer = BytesMut::with_capacity(8192);
    let datagram = socket.recv(&mut buffer).unwrap();
    assert_eq!(message_type(&buffer), NEW_LINK);
    assert_eq!((datagram.group, datagram.namespace_id), (Some(RTNLGRP_LINK), Some(7)));
}

/// `ip netns set`: `RTM_NEWNSID` with `NETNSA_NSID` and `NETNSA_FD`.
fn new_namespace_id(id: i32, namespace: &impl std::os::fd::AsRawFd) -> Vec<u8> {
    let mut bytes = vec![0; 36];
    bytes[..4].copy_from_slice(&36u32.to_ne_bytes());
    bytes[4..6].copy_from_slice(&88u16.to_ne_bytes());
    bytes[6..8].copy_from_slice(&5u16.to_ne_bytes());
    for (at, attribute, value) in [(20, 1u16, id), (28, 3, namespace.as_raw_fd())] {
        bytes[at..][..2].copy_from_slice(&8u16.to_ne_bytes());
        bytes[at + 2..][..2].copy_from_slice(&attribute.to_ne_bytes());
        bytes[at + 4..][..4].copy_from_slice(&value.to_ne_bytes());
    }
    bytes
}

#[test]
fn namespaces_have_cookies() {
    if !namespace::enter() {
        return;
    }
    let (one, two) = (route_socket(), Socket::new(Protocol::GENERIC).unwrap());
    unshare_network().unwrap();
    let elsewhere = route_socket();
    let cookie = one.netns_cookie().unwrap();
    assert_eq!(two.netns_cookie().unwrap(), cookie);
    assert_ne!(elsewhere.netns_cookie().unwrap(), cookie);
}

#[test]
fn protocols() {
    for protocol in [Protocol::ROUTE, Protocol::GENERIC, Protocol::USERSOCK] {
        assert_eq!(Socket::new(protocol).unwrap().protocol().unwrap(), protocol);
    }
}

#[test]
fn a_filter_drops_one_type() {
    if !namespace::enter() {
        return;
    }
    let socket = route_socket();
    socket.add_membership(RTNLGRP_LINK).unwrap();
    socket.add_membership(RTNLGRP_IPV4_IFADDR).unwrap();
    socket
        .attach_filter(&[
            Instruction::load_half(4),
            Instruction::jump_if_equal(host_half(NEW_LINK), 0, 1),
            Instruction::DROP,
            Instruction::ACCEPT,
        ])
        .unwrap();
    // The loopback device gets its address when it is up: one event of each type.
    request(&set_link(true));
    let received = || {
        let mut buffer = BytesMut::with_capacity(8192);
        socket.try_recv(&mut buffer).map(|_| message_type(&buffer)).ok()
    };
    assert_eq!(std::iter::from_fn(received).collect::<Vec<_>>(), [NEW_ADDRESS]);

    socket.detach_filter().unwrap();
    assert_eq!(socket.detach_filter().unwrap_err().kind(), io::ErrorKind::NotFound);
    request(&set_link(false));
    assert!(std::iter::from_fn(received).any(|kind| kind == NEW_LINK));
}

/// Every instruction there is a constructor for, on `RTM_NEWLINK` messages: whether the program lets them pass.
#[test]
fn instructions() {
    if !namespace::enter() {
        return;
    }
    use Instruction as I;
    let index = host_word(1);
    let programs: [(bool, &[Instruction]); 9] = [
        (true, &[I::load_word(20), I::jump_if_equal(index, 0, 1), I::ACCEPT, I::DROP]),
        (false, &[I::load_word(20), I::jump_if_equal(index, 1, 0), I::ACCEPT, I::DROP]),
        (false, &[I::load_word(100_000), I::ACCEPT]),
        (true, &[I::load_length(), I::jump_if_greater(32, 0, 1), I::ACCEPT, I::DROP]),
        (true, &[I::load_byte(16), I::jump_if_equal(0, 0, 1), I::ACCEPT, I::DROP]),
        (true, &[I::load_half(4), I::jump_if_any(host_half(0x10), 0, 1), I::ACCEPT, I::DROP]),
        (false, &[I::load_half(4), I::mask(host_half(0x20)), I::jump_if_equal(0, 1, 0), I::ACCEPT, I::DROP]),
        (true, &[I::jump(1), I::DROP, I::keep(40)]),
        (false, &[I::new(0x06, 0, 0, 0)]),
    ];
    for (passes, program) in programs {
        let socket = route_socket();
        socket.attach_filter(program).unwrap();
        socket.send(&get_link()).unwrap();
        let received = socket.try_recv(&mut BytesMut::with_capacity(8192));
        assert_eq!(received.is_ok(), passes, "{program:?}");
    }
    let socket = route_socket();
    socket.attach_filter(&[I::keep(40)]).unwrap();
    socket.send(&get_link()).unwrap();
    assert_eq!(socket.recv(&mut BytesMut::with_capacity(8192)).unwrap().full_length, 40);
    assert_eq!(socket.attach_filter(&[]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    assert_eq!(socket.attach_filter(&[I::ACCEPT; 70_000]).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    assert_eq!(format!("{:?}", I::load_half(4)), "40 0 0 4");
    assert_eq!(I::ACCEPT, I::keep(u32::MAX));
    assert_ne!(I::ACCEPT, I::DROP);
}

#[test]
fn a_locked_filter_stays() {
    if !namespace::enter() {
        return;
    }
    let socket = route_socket();
    socket.attach_filter(&[Instruction::DROP]).unwrap();
    assert!(!socket.is_filter_locked().unwrap());
    socket.lock_filter().unwrap();
    assert!(socket.is_filter_locked().unwrap());
    let denied = [socket.detach_filter(), socket.attach_filter(&[Instruction::ACCEPT])];
    for result in denied {
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    }
}
