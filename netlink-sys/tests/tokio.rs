//! A socket in a tokio runtime.

#![cfg(feature = "tokio")]

mod messages;
mod namespace;

use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use messages::{NEW_LINK, get_link, message_type, request, set_link};
use netlink_sys::tokio::{AsyncSocket, Missing, Readiness};
use netlink_sys::{Address, Protocol, Socket};
use tokio::runtime::Builder;
use tokio::task::yield_now;
use tokio::time::timeout;

const RTNLGRP_LINK: u32 = 1;

/// Runs a test in a namespace of its own, in a runtime of either kind. Each worker inherits the namespace.
fn run<F: Future>(test: impl Fn() -> F) {
    for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        if namespace::enter() {
            builder.worker_threads(2).enable_all().build().unwrap().block_on(test());
        }
    }
}

fn pair() -> (Socket, Socket, Address) {
    let [one, two] = [(); 2].map(|()| Socket::new(Protocol::USERSOCK).unwrap());
    let address = two.bind_auto().unwrap();
    one.connect(address).unwrap();
    (one, two, address)
}

#[test]
fn a_request_and_its_answer() {
    run(|| async {
        let socket = AsyncSocket::new(Socket::new(Protocol::ROUTE).unwrap()).unwrap();
        let mut buffer = BytesMut::with_capacity(8192);
        for _ in 0..300 {
            buffer.clear();
            socket.send(&get_link()).await.unwrap();
            assert!(socket.recv(&mut buffer).await.unwrap().is_from_kernel());
            assert_eq!(message_type(&buffer), NEW_LINK);
        }
        socket.send_to(&get_link(), Address::KERNEL).await.unwrap();
        socket.readable().await.unwrap();
        let error = socket.recv(&mut BytesMut::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let socket = socket.into_socket();
        socket.try_recv(&mut buffer).unwrap();
        assert_eq!(socket.recv(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
    });
}

#[test]
fn events() {
    run(|| async {
        let socket = Socket::new(Protocol::ROUTE).unwrap();
        socket.bind(0).unwrap();
        socket.add_membership(RTNLGRP_LINK).unwrap();
        let socket = AsyncSocket::new(socket).unwrap();
        let mut buffer = BytesMut::with_capacity(8192);
        assert!(timeout(Duration::from_millis(1), socket.recv(&mut buffer)).await.is_err());
        assert!(timeout(Duration::from_millis(1), socket.readable()).await.is_err());

        let event = async {
            socket.readable().await.unwrap();
            socket.recv(&mut buffer).await.unwrap();
            assert_eq!(message_type(&buffer), NEW_LINK);
        };
        tokio::join!(event, async {
            yield_now().await;
            request(&set_link(true));
        });
    });
}

#[test]
fn several_tasks_wait() {
    run(|| async {
        let (sender, receiver, _) = pair();
        let receiver = Arc::new(AsyncSocket::new(receiver).unwrap());
        let tasks = [(); 8].map(|()| {
            let receiver = receiver.clone();
            tokio::spawn(async move { receiver.recv(&mut BytesMut::with_capacity(64)).await.unwrap() })
        });
        yield_now().await;
        for length in 1..=tasks.len() {
            sender.send(&vec![0; length]).unwrap();
        }
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap().length;
        }
        assert_eq!(sum, (1..=8).sum());
    });
}

#[test]
fn no_datagram_is_missed() {
    const COUNT: u32 = 20_000;
    run(|| async {
        let (sender, receiver, _) = pair();
        let receiver = Arc::new(receiver);
        // A receive buffer that is full makes the sender wait, on a thread that may.
        let sending = std::thread::spawn(move || {
            for number in 0..COUNT {
                sender.send(&number.to_ne_bytes()).unwrap();
            }
        });
        let mut buffer = BytesMut::with_capacity(64);
        for number in 0..COUNT {
            buffer.clear();
            match receiver.try_recv(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let readiness = Readiness::new(receiver.clone()).unwrap();
                    if number % 2 == 0 {
                        poll_fn(|cx| readiness.poll_readable(cx)).await.unwrap();
                    }
                    poll_fn(|cx| readiness.poll_recv(cx, &mut buffer)).await.unwrap();
                }
                result => assert_eq!(result.unwrap().length, 4),
            }
            assert_eq!(buffer[..], number.to_ne_bytes());
        }
        sending.join().unwrap();
    });
}

#[test]
fn a_readiness_outlives_many_waits() {
    const COUNT: u32 = 20_000;
    run(|| async {
        let (sender, receiver, _) = pair();
        let sending = std::thread::spawn(move || {
            for number in 0..COUNT {
                sender.send(&number.to_ne_bytes()).unwrap();
            }
        });
        let readiness = Readiness::new(Arc::new(receiver)).unwrap();
        let mut buffer = BytesMut::with_capacity(64);
        for number in 0..COUNT {
            buffer.clear();
            if number % 3 == 0 {
                poll_fn(|cx| readiness.poll_readable(cx)).await.unwrap();
            }
            poll_fn(|cx| readiness.poll_io(cx, |socket| socket.try_recv(&mut buffer))).await.unwrap();
            assert_eq!(buffer[..], number.to_ne_bytes());
        }
        sending.join().unwrap();
        // Its mode is as it was: blocking.
        let waits = poll_fn(|cx| readiness.poll_recv(cx, &mut buffer));
        assert!(timeout(Duration::from_millis(1), waits).await.is_err());
    });
}

#[test]
fn readable_means_that_there_is_something() {
    run(|| async {
        let (sender, receiver, _) = pair();
        let readiness = Readiness::new(Arc::new(receiver)).unwrap();
        sender.send(b"taken").unwrap();
        poll_fn(|cx| readiness.poll_readable(cx)).await.unwrap();
        readiness.socket().try_recv(&mut BytesMut::with_capacity(64)).unwrap();
        let waits = poll_fn(|cx| readiness.poll_readable(cx));
        assert!(timeout(Duration::from_millis(1), waits).await.is_err());
    });
}

#[test]
fn one_registration_at_a_time() {
    run(|| async {
        let socket = Arc::new(Socket::new(Protocol::ROUTE).unwrap());
        let first = Readiness::new(socket.clone()).unwrap();
        assert_eq!(Readiness::new(socket.clone()).unwrap_err().kind(), ErrorKind::AlreadyExists);
        drop(first);
        Readiness::new(socket).unwrap();
    });
}

/// What both ways to wait say is missing.
fn missing() -> [Option<Missing>; 2] {
    let [one, two] = [(); 2].map(|()| Socket::new(Protocol::ROUTE).unwrap());
    let errors = [Readiness::new(Arc::new(one)).unwrap_err(), AsyncSocket::new(two).unwrap_err()];
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Unsupported));
    errors.map(|error| Missing::of(&error))
}

#[test]
fn outside_a_runtime() {
    assert_eq!(missing(), [Some(Missing::Runtime); 2]);
}

#[test]
fn in_a_runtime_without_io() {
    for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        let runtime = builder.worker_threads(2).enable_time().build().unwrap();
        assert_eq!(runtime.block_on(async { missing() }), [Some(Missing::Io); 2]);
    }
    assert_eq!(Missing::of(&ErrorKind::Unsupported.into()), None);
}
