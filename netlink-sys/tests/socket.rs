//! Sending, receiving, addresses, waiting.

mod messages;
mod namespace;

use std::io::{ErrorKind, IoSlice};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use messages::{NEW_LINK, get_link, message_type, request, set_link};
use netlink_sys::{Address, Protocol, Socket};

const RTNLGRP_LINK: u32 = 1;
const RTNLGRP_NEXTHOP: u32 = 32;
const RTNLGRP_STATS: u32 = 36;

#[test]
fn a_request_and_its_answer() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    assert_eq!(socket.send(&get_link()).unwrap(), get_link().len());

    let mut buffer = BytesMut::with_capacity(8192);
    buffer.extend_from_slice(b"kept");
    let datagram = socket.recv(&mut buffer).unwrap();
    assert_eq!(datagram.sender, Address::KERNEL);
    assert!(datagram.is_from_kernel() && !datagram.is_truncated());
    assert_eq!((datagram.group, datagram.namespace_id), (None, None));
    assert_eq!(buffer.len(), 4 + datagram.length);
    assert_eq!(&buffer[..4], b"kept");
    assert_eq!(message_type(&buffer[4..]), NEW_LINK);
}

#[test]
fn sent_in_parts_and_to_an_address() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    let mut buffer = BytesMut::with_capacity(8192);

    let message = get_link();
    let (head, tail) = message.split_at(7);
    let parts = [IoSlice::new(head), IoSlice::new(&[]), IoSlice::new(tail)];
    assert_eq!(socket.send_vectored(&parts).unwrap(), get_link().len());
    socket.recv(&mut buffer).unwrap();
    assert_eq!(message_type(&buffer), NEW_LINK);

    buffer.clear();
    assert_eq!(socket.send_to(&get_link(), Address::KERNEL).unwrap(), get_link().len());
    socket.recv(&mut buffer).unwrap();
    assert_eq!(message_type(&buffer), NEW_LINK);
}

#[test]
fn a_socket_connected_to_the_kernel_refuses_others() {
    if !namespace::enter() {
        return;
    }
    let [one, two] = [(); 2].map(|()| Socket::new(Protocol::USERSOCK).unwrap());
    let address = one.bind_auto().unwrap();
    assert_eq!(one.peer_address().unwrap(), Address::KERNEL);
    two.send_to(b"I am not the kernel", address).unwrap();
    let mut buffer = BytesMut::with_capacity(64);
    assert!(!one.try_recv(&mut buffer).unwrap().is_from_kernel());

    one.connect(Address::KERNEL).unwrap();
    let error = two.send_to(b"I am not the kernel", address).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(one.try_recv(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn truncation_is_reported() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    socket.send(&get_link()).unwrap();
    let length = socket.peek_length().unwrap();
    assert_eq!(socket.peek_length().unwrap(), length);

    let mut room = BytesMut::with_capacity(64).split_off(44);
    let capacity = room.capacity();
    let datagram = socket.recv(&mut room).unwrap();
    assert!(datagram.is_truncated());
    assert_eq!((datagram.length, datagram.full_length), (capacity, length));
    assert_eq!((room.len(), message_type(&room)), (capacity, NEW_LINK));
    assert_eq!(socket.try_recv(&mut BytesMut::with_capacity(1)).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_datagram_that_just_fits() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    socket.send(&get_link()).unwrap();
    let length = socket.peek_length().unwrap();
    let mut room = BytesMut::with_capacity(length);
    let datagram = socket.recv(&mut room).unwrap();
    assert!(!datagram.is_truncated());
    assert_eq!((datagram.length, datagram.full_length, room.len()), (length, length, length));
}

#[test]
fn no_room_is_an_error_and_loses_nothing() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    socket.send(&get_link()).unwrap();
    let mut none = BytesMut::new();
    assert_eq!(socket.try_recv(&mut none).unwrap_err().kind(), ErrorKind::InvalidInput);
    none.reserve(8192);
    assert!(!socket.try_recv(&mut none).unwrap().is_truncated());
}

#[test]
fn nothing_to_receive() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    let mut buffer = BytesMut::with_capacity(64);
    assert_eq!(socket.try_recv(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
    socket.set_nonblocking(true).unwrap();
    assert_eq!(socket.recv(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(socket.peek_length().unwrap_err().kind(), ErrorKind::WouldBlock);
    assert!(buffer.is_empty());
    socket.set_nonblocking(false).unwrap();
    socket.send(&get_link()).unwrap();
    assert!(socket.recv(&mut buffer).unwrap().is_truncated());
}

#[test]
fn ports() {
    if !namespace::enter() {
        return;
    }
    let first = Socket::new(Protocol::ROUTE).unwrap();
    assert_eq!(first.local_address().unwrap(), Address::KERNEL);
    first.bind(4711).unwrap();
    assert_eq!(first.local_address().unwrap(), Address { port: 4711, groups: 0 });
    assert_eq!(first.bind(4712).unwrap_err().kind(), ErrorKind::InvalidInput);

    let second = Socket::new(Protocol::ROUTE).unwrap();
    assert_eq!(second.bind(4711).unwrap_err().kind(), ErrorKind::AddrInUse);
    let chosen = second.bind_auto().unwrap();
    assert!(chosen.port != 0 && chosen.port != 4711);
    assert_eq!(second.local_address().unwrap(), chosen);
    let third = Socket::new(Protocol::ROUTE).unwrap().bind_auto().unwrap();
    assert_ne!(third.port, chosen.port);

    second.add_membership(RTNLGRP_LINK).unwrap();
    second.add_membership(RTNLGRP_NEXTHOP).unwrap();
    second.add_membership(RTNLGRP_STATS).unwrap();
    assert_eq!(second.local_address().unwrap(), Address { groups: 0x8000_0001, ..chosen });
}

#[test]
fn between_two_programs() {
    if !namespace::enter() {
        return;
    }
    let [one, two] = [(); 2].map(|()| Socket::new(Protocol::USERSOCK).unwrap());
    let [from, to] = [&one, &two].map(|socket| socket.bind_auto().unwrap());
    assert_eq!(one.peer_address().unwrap(), Address::KERNEL);
    one.connect(to).unwrap();
    assert_eq!(one.peer_address().unwrap(), to);

    one.send(b"hello").unwrap();
    let mut buffer = BytesMut::with_capacity(64);
    let datagram = two.recv(&mut buffer).unwrap();
    assert_eq!((datagram.sender, &buffer[..]), (from, &b"hello"[..]));
    assert!(!datagram.is_from_kernel());

    buffer.clear();
    two.send_to(b"and back", from).unwrap();
    assert_eq!(one.recv(&mut buffer).unwrap().sender, to);
    let nobody = Address { port: 77, groups: 0 };
    assert_eq!(two.send_to(b"?", nobody).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn a_full_peer_would_block() {
    if !namespace::enter() {
        return;
    }
    let [one, two] = [(); 2].map(|()| Socket::new(Protocol::USERSOCK).unwrap());
    one.connect(two.bind_auto().unwrap()).unwrap();
    one.set_nonblocking(true).unwrap();
    let error = (0..10_000_000).find_map(|_| one.send(&[0; 4096]).err()).unwrap();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    assert_eq!(two.try_recv(&mut BytesMut::with_capacity(4096)).unwrap().length, 4096);
}

#[test]
fn too_long_for_the_send_buffer() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    socket.set_send_buffer(8192).unwrap();
    let limit = socket.send_buffer().unwrap();
    let error = socket.send(&vec![0; limit]).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EMSGSIZE));
    assert_eq!(socket.send(&vec![0; limit - 32]).unwrap(), limit - 32);
}

#[test]
fn events_have_their_group() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    socket.bind(0).unwrap();
    socket.add_membership(RTNLGRP_LINK).unwrap();
    let mut buffer = BytesMut::with_capacity(16 * 1024);
    for (on, up) in [(false, true), (true, false)] {
        socket.set_packet_info(on).unwrap();
        request(&set_link(up));
        buffer.clear();
        let datagram = socket.recv(&mut buffer).unwrap();
        assert_eq!(message_type(&buffer), NEW_LINK);
        assert_eq!((datagram.group, datagram.sender.groups), (Some(RTNLGRP_LINK), 1));
        assert!(datagram.is_from_kernel());

        socket.send(&get_link()).unwrap();
        assert_eq!(socket.recv(&mut buffer).unwrap().group, None);
    }
}

#[test]
fn waiting() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    assert!(!socket.wait_readable(Some(Duration::ZERO)).unwrap());
    let (start, timeout) = (Instant::now(), Duration::from_micros(2500));
    assert!(!socket.wait_readable(Some(timeout)).unwrap());
    assert!(start.elapsed() >= timeout);

    socket.send(&get_link()).unwrap();
    assert!(socket.wait_readable(Some(Duration::ZERO)).unwrap());
    assert!(socket.wait_readable(Some(Duration::MAX)).unwrap());
    assert!(socket.wait_readable(None).unwrap());
}

#[test]
fn waiting_for_another_thread() {
    if !namespace::enter() {
        return;
    }
    let [one, two] = [(); 2].map(|()| Socket::new(Protocol::USERSOCK).unwrap());
    one.connect(two.bind_auto().unwrap()).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert!(two.wait_readable(None).unwrap());
            let mut buffer = BytesMut::with_capacity(64);
            assert_eq!(two.try_recv(&mut buffer).unwrap().length, 5);
            assert_eq!(two.recv(&mut buffer).unwrap().length, 6);
        });
        one.send(b"first").unwrap();
        one.send(b"second").unwrap();
    });
}

#[test]
fn signals_do_not_interrupt() {
    if !namespace::enter() {
        return;
    }
    static SIGNALS: AtomicU32 = AtomicU32::new(0);
    extern "C" fn count(_: libc::c_int) {
        SIGNALS.fetch_add(1, Ordering::SeqCst);
    }
    // SAFETY: the handler does nothing but count; zero is a value of all its other fields (no SA_RESTART).
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = count as *const () as usize;
        assert_eq!(libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut()), 0);
    }
    let [one, two] = [(); 2].map(|()| Socket::new(Protocol::USERSOCK).unwrap());
    one.connect(two.bind_auto().unwrap()).unwrap();
    let (this_is_me, who) = mpsc::channel();
    let receive = || {
        // SAFETY: takes nothing.
        this_is_me.send(unsafe { libc::pthread_self() } as usize).unwrap();
        let mut buffer = BytesMut::with_capacity(64);
        two.recv(&mut buffer).unwrap();
        assert!(two.wait_readable(None).unwrap());
    };
    std::thread::scope(|scope| {
        scope.spawn(receive);
        let thread = who.recv().unwrap();
        for _ in 0..2 {
            let seen = SIGNALS.load(Ordering::SeqCst);
            while SIGNALS.load(Ordering::SeqCst) < seen + 100 {
                // SAFETY: the thread lives until it has received two datagrams, the second of which isn't sent yet.
                unsafe { libc::pthread_kill(thread as _, libc::SIGUSR1) };
            }
            one.send(b"at last").unwrap();
        }
    });
}

#[test]
fn an_overrun_is_reported_once() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    socket.set_recv_buffer(0).unwrap();
    let overrun = || while socket.send(&get_link()).is_ok() && socket.dropped().unwrap() == 0 {};
    overrun();
    let mut buffer = BytesMut::with_capacity(64 * 1024);
    let error = socket.recv(&mut buffer).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::ENOBUFS));
    assert_eq!(
        message_type({
            socket.recv(&mut buffer).unwrap();
            &buffer
        }),
        NEW_LINK
    );
}

#[test]
fn descriptors_come_and_go() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::GENERIC).unwrap();
    let raw = socket.as_raw_fd();
    let fd = OwnedFd::from(socket);
    assert_eq!(fd.as_raw_fd(), raw);
    let socket = Socket::from(fd);
    assert_eq!(socket.as_fd().as_raw_fd(), raw);
    assert_eq!(socket.protocol().unwrap(), Protocol::GENERIC);
    // SAFETY: takes no pointers.
    assert_eq!(unsafe { libc::fcntl(raw, libc::F_GETFD) }, libc::FD_CLOEXEC);
}

#[test]
fn a_descriptor_of_something_else() {
    let (one, other) = UnixStream::pair().unwrap();
    let (one, other) = (Socket::from(OwnedFd::from(one)), Socket::from(OwnedFd::from(other)));
    other.send(b"I am the kernel").unwrap();
    let error = one.recv(&mut BytesMut::with_capacity(64)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(one.local_address().is_err());
    assert!(one.memberships().is_err());
}

#[test]
fn a_protocol_that_does_not_exist() {
    assert_eq!(Socket::new(Protocol(99)).unwrap_err().raw_os_error(), Some(libc::EPROTONOSUPPORT));
}

#[test]
fn the_rest_goes_into_the_overflow() {
    if !namespace::enter() {
        return;
    }
    let socket = Socket::new(Protocol::USERSOCK).unwrap();
    let address = socket.bind_auto().unwrap();
    let datagram: Vec<u8> = (0..=255).cycle().take(1_000).collect();
    for (room, more) in [(1_000, 10), (999, 10), (10, 990), (10, 2_000), (10, 100), (1_000, 0)] {
        let mut buffer = BytesMut::from(&b"kept"[..]);
        let mut overflow = BytesMut::with_capacity(more);
        buffer.reserve(room);
        // The capacity may be larger than requested.
        let (room, more) = (buffer.capacity() - buffer.len(), overflow.capacity());
        socket.send_to(&datagram, address).unwrap();
        let received = socket.try_recv_with_overflow(&mut buffer, &mut overflow).unwrap();
        let length = datagram.len().min(room + more);
        assert_eq!((received.length, received.full_length), (length, 1_000), "{room} {more}");
        assert_eq!(received.is_truncated(), length < 1_000);
        assert_eq!((received.sender, buffer.len()), (address, 4 + room.min(1_000)));
        assert_eq!([&buffer[4..], &overflow].concat(), datagram[..length]);
    }
    let (mut none, mut overflow) = (BytesMut::new(), BytesMut::with_capacity(100));
    let error = socket.try_recv_with_overflow(&mut none, &mut overflow).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    none.reserve(1);
    let error = socket.try_recv_with_overflow(&mut none, &mut overflow).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
}
