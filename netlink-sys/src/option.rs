use std::io;
use std::os::fd::AsFd;

use libc::{SOL_NETLINK, SOL_SOCKET, c_int};

use crate::filter::Instruction;
use crate::{Protocol, Socket, sys};

macro_rules! switches {
    ($($(#[$doc:meta])* $option:ident => $get:ident, $set:ident;)*) => {
        /// Boolean netlink socket options, all off by default: netlink(7).
        ///
        /// `ENOPROTOOPT` where the kernel is older than the option.
        impl Socket {
            $(
                $(#[$doc])*
                pub fn $set(&self, on: bool) -> io::Result<()> {
                    self.set_switch(libc::$option, on)
                }

                #[doc = concat!("Whether `", stringify!($option), "` is on: see")]
                #[doc = concat!("[`", stringify!($set), "`](Socket::", stringify!($set), ").")]
                pub fn $get(&self) -> io::Result<bool> {
                    sys::option::<c_int>(self.as_fd(), SOL_NETLINK, libc::$option).map(|value| value != 0)
                }
            )*
        }
    };
}

switches! {
    /// Packet info: gives the multicast group of each datagram in [`DatagramInfo::group`](crate::DatagramInfo::group), above
    /// 32 too: `NETLINK_PKTINFO`. Receiving then takes longer.
    NETLINK_PKTINFO => packet_info, set_packet_info;

    /// Broadcast errors: reports to the sender of a multicast (the kernel too) that this socket missed it: `NETLINK_BROADCAST_ERROR`.
    ///
    /// Conntrack keeps an event that was missed and sends it again; most families do nothing.
    NETLINK_BROADCAST_ERROR => broadcast_error, set_broadcast_error;

    /// Suppresses overrun errors: receiving doesn't return `ENOBUFS`: `NETLINK_NO_ENOBUFS`.
    ///
    /// [`dropped`](Socket::dropped) still counts the lost datagrams.
    NETLINK_NO_ENOBUFS => no_enobufs, set_no_enobufs;

    /// Listens to all network namespaces that have an id in the socket's own; the id is
    /// in [`DatagramInfo::namespace_id`](crate::DatagramInfo::namespace_id): `NETLINK_LISTEN_ALL_NSID`.
    ///
    /// `EPERM` without `CAP_NET_BROADCAST`. On older kernels (6.1, for example) the option can't be read: `ENOPROTOOPT`.
    NETLINK_LISTEN_ALL_NSID => listen_all_namespaces, set_listen_all_namespaces;

    /// Capped acks: errors repeat only the header of the request: `NETLINK_CAP_ACK`.
    NETLINK_CAP_ACK => cap_ack, set_cap_ack;

    /// Extended acks: the kernel's text, the offset in the request and more after acks and errors: `NETLINK_EXT_ACK`.
    NETLINK_EXT_ACK => ext_ack, set_ext_ack;

    /// Strict checking of dump requests, which makes the kernel apply their filters: `NETLINK_GET_STRICT_CHK`.
    NETLINK_GET_STRICT_CHK => strict_check, set_strict_check;
}

impl Socket {
    fn set_switch(&self, option: c_int, on: bool) -> io::Result<()> {
        // Once it is off, queued datagrams may still have it.
        if on && matches!(option, libc::NETLINK_PKTINFO | libc::NETLINK_LISTEN_ALL_NSID) {
            self.expect_controls();
        }
        sys::set_option(self.as_fd(), SOL_NETLINK, option, on.into())
    }
}

/// Multicast groups.
impl Socket {
    /// Joins a multicast group, by its number: `NETLINK_ADD_MEMBERSHIP`.
    ///
    /// [Bind](Socket::bind) the socket too: without a port id it receives no multicasts.
    ///
    /// `EINVAL` for a group that the protocol doesn't have; `EPERM` for a group that requires privileges.
    pub fn add_membership(&self, group: u32) -> io::Result<()> {
        self.set_number(SOL_NETLINK, libc::NETLINK_ADD_MEMBERSHIP, group)
    }

    /// Leaves a multicast group, by its number: `NETLINK_DROP_MEMBERSHIP`.
    pub fn drop_membership(&self, group: u32) -> io::Result<()> {
        self.set_number(SOL_NETLINK, libc::NETLINK_DROP_MEMBERSHIP, group)
    }

    /// Group memberships: the numbers of the joined groups in ascending order: `NETLINK_LIST_MEMBERSHIPS`.
    pub fn memberships(&self) -> io::Result<Vec<u32>> {
        let mut words = vec![0; 16];
        loop {
            let length =
                sys::option_slice(self.as_fd(), SOL_NETLINK, libc::NETLINK_LIST_MEMBERSHIPS, &mut words)?;
            if length <= size_of_val(&*words) {
                return Ok(numbers(&words).collect());
            }
            // Kernels before 6.4 round the length that they report down, though they fill everything: one more word,
            // and all groups are read.
            words.resize(length / size_of::<u32>() + 1, 0);
        }
    }
}

/// The numbers of the bits that are set, counted from 1.
fn numbers(words: &[u32]) -> impl Iterator<Item = u32> {
    (1..)
        .zip(words.iter().flat_map(|word| (0..u32::BITS).map(move |bit| word >> bit & 1)))
        .filter_map(|(number, bit)| (bit == 1).then_some(number))
}

/// Buffers.
///
/// The kernel doubles the value that is set, to allow for its own bookkeeping, and returns the doubled value. Each
/// datagram in the receive buffer uses its length and several hundred bytes of overhead.
impl Socket {
    /// Receive buffer size in bytes, twice the value that was set: `SO_RCVBUF`.
    pub fn recv_buffer(&self) -> io::Result<usize> {
        self.size(libc::SO_RCVBUF)
    }

    /// Sets the receive buffer size in bytes, silently limited to `/proc/sys/net/core/rmem_max`: `SO_RCVBUF`.
    pub fn set_recv_buffer(&self, bytes: usize) -> io::Result<()> {
        self.set_size(libc::SO_RCVBUF, bytes)
    }

    /// Sets the receive buffer size in bytes, beyond the limit: `SO_RCVBUFFORCE`.
    ///
    /// `EPERM` without `CAP_NET_ADMIN` in the initial user namespace: that of a container's own doesn't count.
    pub fn set_recv_buffer_force(&self, bytes: usize) -> io::Result<()> {
        self.set_size(libc::SO_RCVBUFFORCE, bytes)
    }

    /// Send buffer size in bytes, twice the value that was set: `SO_SNDBUF`. No datagram can be larger.
    pub fn send_buffer(&self) -> io::Result<usize> {
        self.size(libc::SO_SNDBUF)
    }

    /// Sets the send buffer size in bytes, silently limited to `/proc/sys/net/core/wmem_max`: `SO_SNDBUF`.
    pub fn set_send_buffer(&self, bytes: usize) -> io::Result<()> {
        self.set_size(libc::SO_SNDBUF, bytes)
    }

    /// Sets the send buffer size in bytes, beyond the limit: `SO_SNDBUFFORCE`.
    ///
    /// `EPERM` without `CAP_NET_ADMIN` in the initial user namespace: that of a container's own doesn't count.
    pub fn set_send_buffer_force(&self, bytes: usize) -> io::Result<()> {
        self.set_size(libc::SO_SNDBUFFORCE, bytes)
    }

    /// Drop count: datagrams lost since the socket was opened because the receive buffer was full: `SO_MEMINFO`.
    pub fn dropped(&self) -> io::Result<u32> {
        const SK_MEMINFO_DROPS: usize = 8;
        Ok(self.memory()?[SK_MEMINFO_DROPS])
    }

    /// Bytes of the receive buffer in use by queued datagrams: `SO_MEMINFO`.
    pub fn recv_queued(&self) -> io::Result<usize> {
        const SK_MEMINFO_RMEM_ALLOC: usize = 0;
        Ok(self.memory()?[SK_MEMINFO_RMEM_ALLOC] as usize)
    }

    fn memory(&self) -> io::Result<[u32; 9]> {
        sys::option(self.as_fd(), SOL_SOCKET, libc::SO_MEMINFO)
    }

    /// Pending error, which the next receive would return (`ENOBUFS` after an overrun); reading it clears it: `SO_ERROR`.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        let errno: c_int = sys::option(self.as_fd(), SOL_SOCKET, libc::SO_ERROR)?;
        Ok((errno != 0).then(|| io::Error::from_raw_os_error(errno)))
    }
}

/// Filters: see [`filter`](crate::filter).
impl Socket {
    /// Attaches a filter program that runs for each datagram before it is queued, and replaces any other: `SO_ATTACH_FILTER`.
    ///
    /// `EINVAL` for a program that is empty, longer than 4,096 instructions or jumps beyond its end; `EPERM` once locked.
    pub fn attach_filter(&self, program: &[Instruction]) -> io::Result<()> {
        sys::attach_filter(self.as_fd(), program)
    }

    /// Detaches the filter: `SO_DETACH_FILTER`. `ENOENT` where there is none; `EPERM` once locked.
    pub fn detach_filter(&self) -> io::Result<()> {
        sys::set_option(self.as_fd(), SOL_SOCKET, libc::SO_DETACH_FILTER, 0)
    }

    /// Locks the filter for the lifetime of the socket, for every process that has it: `SO_LOCK_FILTER`.
    pub fn lock_filter(&self) -> io::Result<()> {
        sys::set_option(self.as_fd(), SOL_SOCKET, libc::SO_LOCK_FILTER, 1)
    }

    /// Whether the filter is [locked](Socket::lock_filter): `SO_LOCK_FILTER`.
    pub fn is_filter_locked(&self) -> io::Result<bool> {
        sys::option::<c_int>(self.as_fd(), SOL_SOCKET, libc::SO_LOCK_FILTER).map(|value| value != 0)
    }
}

/// Properties of a socket.
impl Socket {
    /// The protocol it was opened for: `SO_PROTOCOL`.
    pub fn protocol(&self) -> io::Result<Protocol> {
        sys::option(self.as_fd(), SOL_SOCKET, libc::SO_PROTOCOL).map(Protocol)
    }

    /// Network namespace cookie: identifies the namespace the socket was opened in, unique until the next boot: `SO_NETNS_COOKIE`.
    ///
    /// `ENOPROTOOPT` before Linux 5.14.
    pub fn netns_cookie(&self) -> io::Result<u64> {
        sys::option(self.as_fd(), SOL_SOCKET, libc::SO_NETNS_COOKIE)
    }
}

impl Socket {
    /// Group numbers are unsigned and the option's integer is signed; the kernel reads the same bits.
    fn set_number(&self, level: c_int, option: c_int, number: u32) -> io::Result<()> {
        sys::set_option(self.as_fd(), level, option, c_int::from_ne_bytes(number.to_ne_bytes()))
    }

    fn size(&self, option: c_int) -> io::Result<usize> {
        sys::option::<c_int>(self.as_fd(), SOL_SOCKET, option).map(|size| size.try_into().unwrap_or(0))
    }

    /// The kernel clamps a value that it can't double; so is a value that an integer can't hold.
    fn set_size(&self, option: c_int, bytes: usize) -> io::Result<()> {
        sys::set_option(self.as_fd(), SOL_SOCKET, option, bytes.try_into().unwrap_or(c_int::MAX))
    }
}
