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
