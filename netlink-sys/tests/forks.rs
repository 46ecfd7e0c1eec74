//! A socket knows whether it was opened before a fork.

mod namespace;

use namespace::{enter, in_child};
use netlink_sys::{Protocol, Socket};

#[test]
fn a_childs_sockets_are_its_own_and_its_parents_are_not() {
    if !enter() {
        return;
    }
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    assert!(!socket.is_inherited());
    let in_children = || {
        let own = Socket::new(Protocol::ROUTE).unwrap();
        let child = socket.is_inherited() && !own.is_inherited();
        // The child of the child: not before it has looked, and after.
        let grandchild = in_child(|| socket.is_inherited() && own.is_inherited());
        child && grandchild && !own.is_inherited()
    };
    assert!(in_child(in_children));
    assert!(in_child(|| in_child(|| socket.is_inherited())));
    assert!(!socket.is_inherited());
    let taken = Socket::from(std::os::fd::OwnedFd::from(socket));
    assert!(!taken.is_inherited() && in_child(|| taken.is_inherited()));
}

/// A child takes its parent's socket out of the runtime, or drops it: the parent is still woken.
#[cfg(feature = "tokio")]
#[test]
fn what_a_child_takes_from_a_runtime_stays_the_parents() {
    use bytes::BytesMut;
    use netlink_sys::tokio::AsyncSocket;
    use std::time::Duration;

    if !enter() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let [one, two] = [(); 2].map(|()| Socket::new(Protocol::USERSOCK).unwrap());
        one.connect(two.bind_auto().unwrap()).unwrap();
        let mut parents = Some(AsyncSocket::new(two).unwrap());
        let takes: [fn(AsyncSocket) -> bool; 2] = [
            |socket| {
                drop(socket);
                true
            },
            |socket| {
                let socket = socket.into_socket();
                // It is the same socket, which has what came and no place in a reactor.
                socket.is_inherited() && socket.recv(&mut BytesMut::with_capacity(8)).is_ok()
            },
        ];
        for (number, take) in takes.into_iter().enumerate() {
            one.send(b"first").unwrap();
            assert!(in_child(|| parents.take().is_some_and(take)), "{number}");
            let socket = parents.as_ref().unwrap();
            let mut buffer = BytesMut::with_capacity(64);
            while socket.socket().try_recv(&mut buffer).is_ok() {}
            assert!(tokio::time::timeout(Duration::from_millis(1), socket.recv(&mut buffer)).await.is_err());
            one.send(b"second").unwrap();
            let woken = tokio::time::timeout(Duration::from_secs(10), socket.recv(&mut buffer)).await;
            woken.expect("the child has taken the socket out of the parent's reactor").unwrap();
        }
    });
}
