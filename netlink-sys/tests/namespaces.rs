//! Entering, making, naming and leaving namespaces.

mod messages;
mod namespace;

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use messages::{request, set_link};
use netlink_sys::namespace::{
    NamespaceType, bind_mount, current, enter, make_private, make_shared, run_in, unmount, unshare,
    unshare_network,
};
use netlink_sys::{Protocol, Socket};

fn cookie() -> u64 {
    Socket::new(Protocol::ROUTE).unwrap().netns_cookie().unwrap()
}

#[test]
fn there_and_back() {
    if !namespace::enter() {
        return;
    }
    let (here, first) = (current().unwrap(), cookie());
    unshare_network().unwrap();
    let second = cookie();
    assert_ne!(first, second);
    enter(here.as_fd(), NamespaceType::NETWORK).unwrap();
    assert_eq!(cookie(), first);
}

#[test]
fn a_socket_in_another_namespace() {
    if !namespace::enter() {
        return;
    }
    let (there, other) = (current().unwrap(), cookie());
    unshare_network().unwrap();
    let here = cookie();
    let socket = Socket::open_in(there.as_fd(), Protocol::ROUTE).unwrap();
    assert_eq!(socket.netns_cookie().unwrap(), other);
    assert_eq!(cookie(), here);
    let error = Socket::open_in(there.as_fd(), Protocol(99)).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EPROTONOSUPPORT));
}

#[test]
fn work_in_another_namespace() {
    if !namespace::enter() {
        return;
    }
    let (there, other) = (current().unwrap(), cookie());
    unshare_network().unwrap();
    let borrowed = [String::from("borrowed")];
    let (length, seen) = run_in(there.as_fd(), || (borrowed[0].len(), cookie())).unwrap();
    assert_eq!((length, seen), (8, other));
    assert_ne!(cookie(), other);

    let panics = panic::catch_unwind(AssertUnwindSafe(|| run_in(there.as_fd(), || panic!("of the closure"))));
    assert_eq!(panics.unwrap_err().downcast_ref::<&str>(), Some(&"of the closure"));
}

#[test]
fn not_a_namespace() {
    let file = File::open("/proc/self/stat").unwrap();
    assert!(enter(file.as_fd(), NamespaceType::NETWORK).is_err());
    let mut ran = false;
    assert!(run_in(file.as_fd(), || ran = true).is_err());
    assert!(!ran);
}

#[test]
fn names_as_ip_netns_has_them() {
    if !namespace::enter() {
        return;
    }
    // Mounts are shared by the threads of the process: a mount namespace of this thread's own keeps tests apart.
    unshare(NamespaceType::MOUNT).unwrap();
    let directory = "/run/netns";
    fs::create_dir_all(directory).unwrap();
    assert_eq!(make_shared(directory).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    bind_mount(directory, directory).unwrap();
    make_shared(directory).unwrap();
    make_private(directory).unwrap();
    make_shared(directory).unwrap();

    let blue = "/run/netns/blue";
    File::create_new(blue).unwrap();
    let inside = thread::spawn(move || {
        unshare_network().unwrap();
        request(&set_link(true));
        bind_mount("/proc/thread-self/ns/net", blue).unwrap();
        cookie()
    })
    .join()
    .unwrap();
    assert_ne!(inside, cookie());
    let socket = Socket::open_in(File::open(blue).unwrap().as_fd(), Protocol::ROUTE).unwrap();
    assert_eq!(socket.netns_cookie().unwrap(), inside);
    assert_ne!(fs::metadata(blue).unwrap().dev(), fs::metadata(directory).unwrap().dev());

    unmount(blue).unwrap();
    assert_eq!(unmount(blue).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    fs::remove_file(blue).unwrap();
}

#[test]
fn paths() {
    assert_eq!(unmount("a\0b").unwrap_err().kind(), io::ErrorKind::InvalidInput);
    if namespace::enter() {
        assert_eq!(bind_mount("/nowhere", "/run").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
