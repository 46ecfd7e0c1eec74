//! Netlink sockets of Linux: every option, nothing copied, for blocking, mio and tokio programs.

#![deny(unsafe_code)]

#[cfg(not(target_os = "linux"))]
compile_error!("netlink-sys needs Linux: no other system has netlink sockets");

#[cfg(target_os = "linux")]
mod address;
#[cfg(target_os = "linux")]
pub mod filter;
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

#[cfg(target_os = "linux")]
pub use self::{
    address::Address,
    protocol::Protocol,
    socket::{Datagram, Socket},
};
