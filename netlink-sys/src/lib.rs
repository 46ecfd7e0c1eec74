//! Netlink sockets for Linux: every socket option, zero-copy receive, for blocking, mio and tokio programs.
//!
//! A [`Socket`] sends and receives datagrams. It doesn't interpret them: that is the job of `netlink-packet` and the
//! crates above it.
//!
//! | to do | see |
//! | --- | --- |
//! | open, bind, send, receive, wait | [`Socket`] |
//! | multicast groups, buffer sizes, extended acks | [`Socket`], a method for each option |
//! | distinguish an overrun from a failure, compare error numbers | [`is_overrun`], [`errno`] |
//! | filter datagrams in the kernel (BPF) | [`filter`] |
//! | enter, create and name network namespaces | [`namespace`], [`Socket::open_in`] |
//! | detect a fork | [`Socket::is_inherited`] |
//! | wait with mio | feature `mio`: `Socket` is an `event::Source` |
//! | wait with tokio | feature `tokio`: `tokio::AsyncSocket`, `tokio::Readiness` |
//!
//! # Print devices as they come and go
//!
//! Kernel uevents, which udev reads, are text: no decoder is needed.
//!
//! ```no_run
//! use bytes::BytesMut;
//! use netlink_sys::{Protocol, Socket};
//!
//! # fn main() -> std::io::Result<()> {
//! let socket = Socket::new(Protocol::KOBJECT_UEVENT)?;
//! socket.bind(0)?;
//! socket.add_membership(1)?;
//! let mut buffer = BytesMut::new();
//! loop {
//!     buffer.reserve(8192);
//!     let datagram = socket.recv(&mut buffer)?;
//!     let event = buffer.split(); // "add@/devices/virtual/net/tun0\0ACTION=add\0..."
//!     if datagram.is_from_kernel() {
//!         println!("{}", String::from_utf8_lossy(&event).replace('\0', " "));
//!     }
//! }
//! # }
//! ```
//!
//! # Send a request, wait a second at most for the reply
//!
//! ```no_run
//! use std::io;
//! use std::time::Duration;
//!
//! use bytes::{Bytes, BytesMut};
//! use netlink_sys::Socket;
//!
//! fn ask(socket: &Socket, request: &[u8]) -> io::Result<Bytes> {
//!     socket.send(request)?;
//!     let mut buffer = BytesMut::with_capacity(32 * 1024);
//!     while socket.wait_readable(Some(Duration::from_secs(1)))? {
//!         let datagram = socket.recv(&mut buffer)?;
//!         if datagram.is_truncated() {
//!             return Err(io::Error::other("more than 32 KiB"));
//!         }
//!         if datagram.is_from_kernel() {
//!             return Ok(buffer.split().freeze());
//!         }
//!         buffer.clear();
//!     }
//!     Err(io::ErrorKind::TimedOut.into())
//! }
//! ```
//!
//! # Listen in a container
//!
//! ```no_run
//! use std::{fs::File, io, os::fd::AsFd};
//!
//! use netlink_sys::{Protocol, Socket};
//!
//! fn link_events(container: u32) -> io::Result<Socket> {
//!     const RTNLGRP_LINK: u32 = 1;
//!
//!     let namespace = File::open(format!("/proc/{container}/ns/net"))?;
//!     let socket = Socket::open_in(namespace.as_fd(), Protocol::ROUTE)?;
//!     socket.bind(0)?;
//!     socket.set_recv_buffer_force(8 << 20).or_else(|_| socket.set_recv_buffer(4 << 20))?;
//!     socket.add_membership(RTNLGRP_LINK)?;
//!     Ok(socket)
//! }
//! ```

#![warn(missing_debug_implementations)]
#![cfg_attr(
    not(test),
    warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)
)]
#![deny(unsafe_code)]

#[cfg(not(target_os = "linux"))]
compile_error!("netlink-sys needs Linux: no other system has netlink sockets");

#[cfg(target_os = "linux")]
mod address;
#[cfg(target_os = "linux")]
pub mod errno;
#[cfg(target_os = "linux")]
pub mod filter;
#[cfg(all(target_os = "linux", feature = "mio"))]
mod mio;
#[cfg(target_os = "linux")]
pub mod namespace;
#[cfg(target_os = "linux")]
mod option;
#[cfg(target_os = "linux")]
mod protocol;
#[cfg(target_os = "linux")]
mod socket;
#[cfg(target_os = "linux")]
mod sys;
#[cfg(all(target_os = "linux", feature = "tokio"))]
pub mod tokio;

#[cfg(target_os = "linux")]
pub use self::{
    address::Address,
    errno::is_overrun,
    protocol::Protocol,
    socket::{DatagramInfo, Socket},
};
