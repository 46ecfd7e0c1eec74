//! Other programs, which can send to netlink sockets of the route family if they may administer the namespace.

use super::{blocking, current_thread, handle, namespace};
use crate::connection::Connection;
use crate::watch::Topics;
use crate::{LinkMessage, Veth};
use netlink_packet::{HEADER_LEN, Header};
use netlink_sys::errno::ECONNREFUSED;
use netlink_sys::{Address, Protocol, Socket};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

/// Something that looks like an answer to a first request.
fn lie() -> [u8; HEADER_LEN] {
    Header { length: HEADER_LEN as u32, message_type: 16, sequence: 1, ..Header::default() }.to_bytes()
}

/// The ports of this namespace's sockets of the route family.
fn ports() -> Vec<u32> {
    let table = fs::read_to_string("/proc/thread-self/net/netlink").unwrap();
    let rows = table.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    let ours = rows.filter(|row| row[1] == "0").map(|row| row[2].parse().unwrap());
    ours.filter(|port| *port != 0).collect()
}

#[test]
fn nobody_but_the_kernel_can_send_to_a_handle() {
    if !namespace::enter() {
        return;
    }
    let ip = blocking(Connection::open(None).unwrap());
    ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
    let mut links = ip.link().list().iter();
    links.next().unwrap().unwrap();
    let mut changes = ip.watch(Topics::LINK).wait().unwrap();
    let _events = ip.events([rtnetlink::Group::LINK]).open().unwrap();
    let ports = ports();
    assert!(ports.len() >= 4, "the requests' socket, a list's, a watch's and a listener's: {ports:?}");
    let stranger = Socket::new(Protocol::ROUTE).unwrap();
    for port in ports {
        let refused = stranger.send_to(&lie(), Address { port, groups: 0 }).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(ECONNREFUSED), "port {port}");
    }
    // Whoever is connected hears groups all the same.
    while changes.next_within(std::time::Duration::ZERO).unwrap().is_some() {}
    ip.link().change("v0", LinkMessage::build().mtu(1400)).wait().unwrap();
    assert!(changes.next_within(super::LONG).unwrap().is_some());
}

#[test]
fn a_flood_loses_no_answer() {
    if !namespace::enter() {
        return;
    }
    let ip = handle(Connection::open(None).unwrap());
    let port = ip.connection().socket.local_address().unwrap().port;
    let (over, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let flood = {
        let (over, sent) = (Arc::clone(&over), Arc::clone(&sent));
        move || {
            let stranger = Socket::new(Protocol::ROUTE).unwrap();
            while !over.load(Ordering::Relaxed) {
                if stranger.send_to(&lie(), Address { port, groups: 0 }).is_ok() {
                    sent.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    };
    let flood = thread::spawn(flood);
    let lost = current_thread().block_on(async {
        let mut lost = 0;
        for _ in 0..5_000 {
            lost += u32::from(ip.link().get(1).await.is_err());
        }
        lost
    });
    over.store(true, Ordering::Relaxed);
    flood.join().unwrap();
    assert_eq!((lost, sent.load(Ordering::Relaxed)), (0, 0), "answers lost, lies that arrived");
}
