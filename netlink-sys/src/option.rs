use std::io;
use std::os::fd::AsFd;

use libc::{SOL_NETLINK, SOL_SOCKET, c_int};

use crate::filter::Instruction;
use crate::{Protocol, Socket, sys};

macro_rules! switches {
    ($($(#[$doc:meta])* $option:ident => $get:ident, $set:ident;)*) => {
        /// Options of netlink that are on or off, all off at first: netlink(7).
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
    /// Tells the multicast group of each datagram in [`DatagramInfo::group`](crate::DatagramInfo::group), also where it is beyond
    /// 32: `NETLINK_PKTINFO`. Receiving then takes longer.
    NETLINK_PKTINFO => packet_info, set_packet_info;

    /// Has the sender of a multicast told when this socket misses it, be it the kernel: `NETLINK_BROADCAST_ERROR`.
    ///
    /// Conntrack keeps an event that was missed so, and sends it again; most families do nothing.
    NETLINK_BROADCAST_ERROR => broadcast_error, set_broadcast_error;

    /// Keeps silent about overruns, instead of `ENOBUFS` from receiving: `NETLINK_NO_ENOBUFS`.
    ///
    /// [`dropped`](Socket::dropped) counts what is lost all the same.
    NETLINK_NO_ENOBUFS => no_enobufs, set_no_enobufs;

    /// Receives the multicasts of all network namespaces that have an id in the socket's own, and tells from which
    /// in [`DatagramInfo::namespace_id`](crate::DatagramInfo::namespace_id): `NETLINK_LISTEN_ALL_NSID`.
    ///
    /// `EPERM` without `CAP_NET_BROADCAST`. Older kernels (6.1 is one) can't tell whether it is on: `ENOPROTOOPT`.
    NETLINK_LISTEN_ALL_NSID => listen_all_namespaces, set_listen_all_namespaces;

    /// Leaves the request out of errors, all but its header: `NETLINK_CAP_ACK`.
    NETLINK_CAP_ACK => cap_ack, set_cap_ack;

    /// Puts the kernel's text, the place in the request and more behind acks and errors: `NETLINK_EXT_ACK`.
    NETLINK_EXT_ACK => ext_ack, set_ext_ack;

    /// Has dump requests checked to the letter, and their filters heeded: `NETLINK_GET_STRICT_CHK`.
    NETLINK_GET_STRICT_CHK => strict_check, set_strict_check;
}

impl Socket {
    fn set_switch(&self, option: c_int, on: bool) -> io::Result<()> {
        // Off, it may still be in what is queued.
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
    /// [Bind](Socket::bind) the socket too: one without a port gets no multicasts.
    ///
    /// `EINVAL` for a number that the protocol lacks; `EPERM` for a group that takes privileges.
    pub fn add_membership(&self, group: u32) -> io::Result<()> {
        self.set_number(SOL_NETLINK, libc::NETLINK_ADD_MEMBERSHIP, group)
    }

    /// Leaves a multicast group, by its number: `NETLINK_DROP_MEMBERSHIP`.
    pub fn drop_membership(&self, group: u32) -> io::Result<()> {
        self.set_number(SOL_NETLINK, libc::NETLINK_DROP_MEMBERSHIP, group)
    }

    /// The numbers of the groups joined, in order, however many the protocol has: `NETLINK_LIST_MEMBERSHIPS`.
    pub fn memberships(&self) -> io::Result<Vec<u32>> {
        let mut words = vec![0; 16];
        loop {
            let length =
                sys::option_slice(self.as_fd(), SOL_NETLINK, libc::NETLINK_LIST_MEMBERSHIPS, &mut words)?;
            if length <= size_of_val(&*words) {
                return Ok(numbers(&words).collect());
            }
            // Kernels before 6.4 round down what they tell (but not what they fill): one word more, and all are read.
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
/// The kernel doubles what is set, to make up for its own bookkeeping, and what is got is the doubled value. In the
/// receive buffer each datagram takes its own length and several hundred bytes more, whatever is in it.
impl Socket {
    /// The size of the receive buffer in bytes, twice what was set: `SO_RCVBUF`.
    pub fn recv_buffer(&self) -> io::Result<usize> {
        self.size(libc::SO_RCVBUF)
    }

    /// Sets the size of the receive buffer in bytes, at most `/proc/sys/net/core/rmem_max`, silently: `SO_RCVBUF`.
    pub fn set_recv_buffer(&self, bytes: usize) -> io::Result<()> {
        self.set_size(libc::SO_RCVBUF, bytes)
    }

    /// Sets the size of the receive buffer in bytes, whatever the limit: `SO_RCVBUFFORCE`.
    ///
    /// `EPERM` without `CAP_NET_ADMIN` in the initial user namespace: that of a container's own doesn't count.
    pub fn set_recv_buffer_force(&self, bytes: usize) -> io::Result<()> {
        self.set_size(libc::SO_RCVBUFFORCE, bytes)
    }

    /// The size of the send buffer in bytes, twice what was set: `SO_SNDBUF`. No datagram can be larger.
    pub fn send_buffer(&self) -> io::Result<usize> {
        self.size(libc::SO_SNDBUF)
    }

    /// Sets the size of the send buffer in bytes, at most `/proc/sys/net/core/wmem_max`, silently: `SO_SNDBUF`.
    pub fn set_send_buffer(&self, bytes: usize) -> io::Result<()> {
        self.set_size(libc::SO_SNDBUF, bytes)
    }

    /// Sets the size of the send buffer in bytes, whatever the limit: `SO_SNDBUFFORCE`.
    ///
    /// `EPERM` without `CAP_NET_ADMIN` in the initial user namespace: that of a container's own doesn't count.
    pub fn set_send_buffer_force(&self, bytes: usize) -> io::Result<()> {
        self.set_size(libc::SO_SNDBUFFORCE, bytes)
    }

    /// How many datagrams were lost since the socket was opened because the receive buffer was full: `SO_MEMINFO`.
    pub fn dropped(&self) -> io::Result<u32> {
        const SK_MEMINFO_DROPS: usize = 8;
        Ok(self.memory()?[SK_MEMINFO_DROPS])
    }

    /// Bytes of the receive buffer that are in use, by datagrams that were not received yet: `SO_MEMINFO`.
    pub fn recv_queued(&self) -> io::Result<usize> {
        const SK_MEMINFO_RMEM_ALLOC: usize = 0;
        Ok(self.memory()?[SK_MEMINFO_RMEM_ALLOC] as usize)
    }

    fn memory(&self) -> io::Result<[u32; 9]> {
        sys::option(self.as_fd(), SOL_SOCKET, libc::SO_MEMINFO)
    }

    /// The error that the next receive would report, `ENOBUFS` after an overrun, which then is told: `SO_ERROR`.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        let errno: c_int = sys::option(self.as_fd(), SOL_SOCKET, libc::SO_ERROR)?;
        Ok((errno != 0).then(|| io::Error::from_raw_os_error(errno)))
    }
}

/// Filters: see [`filter`](crate::filter).
impl Socket {
    /// Has the kernel run a program over each datagram before it is queued, instead of any before: `SO_ATTACH_FILTER`.
    ///
    /// `EINVAL` for a program that is empty, too long (4,096 instructions) or jumps out of itself; `EPERM` once locked.
    pub fn attach_filter(&self, program: &[Instruction]) -> io::Result<()> {
        sys::attach_filter(self.as_fd(), program)
    }

    /// Takes the program away: `SO_DETACH_FILTER`. `ENOENT` where there is none; `EPERM` once locked.
    pub fn detach_filter(&self) -> io::Result<()> {
        sys::set_option(self.as_fd(), SOL_SOCKET, libc::SO_DETACH_FILTER, 0)
    }

    /// Keeps the program as it is for as long as the socket lives, whoever it is given to: `SO_LOCK_FILTER`.
    pub fn lock_filter(&self) -> io::Result<()> {
        sys::set_option(self.as_fd(), SOL_SOCKET, libc::SO_LOCK_FILTER, 1)
    }

    /// Whether the program is [locked](Socket::lock_filter): `SO_LOCK_FILTER`.
    pub fn filter_locked(&self) -> io::Result<bool> {
        sys::option::<c_int>(self.as_fd(), SOL_SOCKET, libc::SO_LOCK_FILTER).map(|value| value != 0)
    }
}

/// What a socket is.
impl Socket {
    /// The protocol it was opened for: `SO_PROTOCOL`.
    pub fn protocol(&self) -> io::Result<Protocol> {
        sys::option(self.as_fd(), SOL_SOCKET, libc::SO_PROTOCOL).map(Protocol)
    }

    /// A number that stands for the network namespace it was opened in, unique until the next boot: `SO_NETNS_COOKIE`.
    ///
    /// `ENOPROTOOPT` before Linux 5.14.
    pub fn netns_cookie(&self) -> io::Result<u64> {
        sys::option(self.as_fd(), SOL_SOCKET, libc::SO_NETNS_COOKIE)
    }
}

impl Socket {
    /// Group numbers are unsigned, the option's integer isn't; the kernel reads the same bits.
    fn set_number(&self, level: c_int, option: c_int, number: u32) -> io::Result<()> {
        sys::set_option(self.as_fd(), level, option, c_int::from_ne_bytes(number.to_ne_bytes()))
    }

    fn size(&self, option: c_int) -> io::Result<usize> {
        sys::option::<c_int>(self.as_fd(), SOL_SOCKET, option).map(|size| size.try_into().unwrap_or(0))
    }

    /// The kernel takes what it can't double for the most that it can; so is what an integer can't hold.
    fn set_size(&self, option: c_int, bytes: usize) -> io::Result<()> {
        sys::set_option(self.as_fd(), SOL_SOCKET, option, bytes.try_into().unwrap_or(c_int::MAX))
    }
}
