use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::BytesMut;

use crate::{Address, Protocol, namespace, sys};

/// A netlink socket.
///
/// It belongs to the network namespace in which it was opened, whatever namespace its users enter later. Sending and
/// receiving take `&self`: threads can share it. Calls interrupted by a signal are retried.
///
/// Receiving appends to a [`BytesMut`], one datagram a call:
///
/// ```no_run
/// use netlink_sys::{Protocol, Socket};
///
/// # fn main() -> std::io::Result<()> {
/// let socket = Socket::new(Protocol::ROUTE)?;
/// // RTM_GETLINK with NLM_F_REQUEST | NLM_F_DUMP and an empty ifinfomsg.
/// let mut request = [0; 32];
/// request[..4].copy_from_slice(&32u32.to_ne_bytes());
/// request[4..6].copy_from_slice(&18u16.to_ne_bytes());
/// request[6..8].copy_from_slice(&0x301u16.to_ne_bytes());
/// socket.send(&request)?;
///
/// let mut buffer = bytes::BytesMut::with_capacity(32 * 1024);
/// let datagram = socket.recv(&mut buffer)?;
/// assert!(datagram.is_from_kernel() && !datagram.is_truncated());
/// let messages = buffer.split().freeze();
/// assert_eq!(messages.len(), datagram.length);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Socket {
    fd: OwnedFd,
    /// Whether datagrams may have control messages: asking for them makes receiving a short datagram a fifth slower.
    controls: AtomicBool,
    /// The process that opened it.
    process: u32,
}

impl Socket {
    /// Opens a socket in the calling thread's network namespace, closed on exec, in blocking mode, unbound.
    ///
    /// `EPROTONOSUPPORT` where the kernel doesn't have the protocol.
    pub fn new(protocol: Protocol) -> io::Result<Socket> {
        sys::socket(protocol.0).map(|fd| Socket::over(fd, false))
    }

    /// Opens a socket in the network namespace that the descriptor refers to, such as `/run/netns/NAME` or
    /// `/proc/PID/ns/net`. The calling thread stays where it is: a short-lived one enters the namespace.
    ///
    /// `EPERM` without `CAP_SYS_ADMIN` in the user namespace that owns it; `EINVAL` for a descriptor of anything else.
    pub fn open_in(namespace: BorrowedFd<'_>, protocol: Protocol) -> io::Result<Socket> {
        namespace::run_in(namespace, || Socket::new(protocol))?
    }

    fn over(fd: OwnedFd, controls: bool) -> Socket {
        Socket { fd, controls: AtomicBool::new(controls), process: sys::process() }
    }

    /// Whether it was inherited through fork(2) from the process that opened it. Costs no system call.
    ///
    /// Parent and child then share one socket and one queue: each receives what the other waits for. A program
    /// that forks should open a socket of its own in the child. Always `false` before Linux 4.14 (`MADV_WIPEONFORK`).
    #[inline(always)]
    pub fn is_inherited(&self) -> bool {
        !sys::is_process(self.process)
    }

    /// Binds the socket to the port id `port`; with 0 the kernel chooses one (see [`bind_auto`](Socket::bind_auto)).
    ///
    /// The first send binds a socket that has no port id yet. One that only listens must be bound: without a port id it
    /// receives no multicasts. `EADDRINUSE` where another socket has the port; `EINVAL` where this one has another.
    pub fn bind(&self, port: u32) -> io::Result<()> {
        sys::bind(self.as_fd(), Address { port, groups: 0 })
    }

    /// Binds the socket to a port id that the kernel chooses (the process id if free, else a large number), and returns it.
    pub fn bind_auto(&self) -> io::Result<Address> {
        self.bind(0)?;
        self.local_address()
    }

    /// Makes `address` the destination of every [`send`](Socket::send), and accepts datagrams of other programs only from
    /// there; the kernel's are always accepted. An unconnected socket sends to the kernel too, but accepts what any program sends to it:
    /// connect it to [`Address::KERNEL`] to reject that, or check each [`DatagramInfo::sender`].
    ///
    /// `EPERM` for a peer other than the kernel without `CAP_NET_ADMIN`, but for [`Protocol::USERSOCK`] and
    /// a few others that anybody may use.
    pub fn connect(&self, address: Address) -> io::Result<()> {
        sys::connect(self.as_fd(), address)
    }

    /// Local address: the port id, 0 while unbound, and the joined groups among 1 to 32.
    pub fn local_address(&self) -> io::Result<Address> {
        sys::local_address(self.as_fd())
    }

    /// Peer address, to which [`send`](Socket::send) sends: the kernel, unless [`connect`](Socket::connect) set another.
    pub fn peer_address(&self) -> io::Result<Address> {
        sys::peer_address(self.as_fd())
    }

    /// Non-blocking mode: [`recv`](Socket::recv) and the sending calls fail with `WouldBlock` where they would have to wait.
    ///
    /// The mode belongs to the socket, not to the descriptor: duplicates share it.
    pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        sys::set_nonblocking(self.as_fd(), nonblocking)
    }

    /// Sends one datagram to the kernel, or to the [connected](Socket::connect) peer.
    ///
    /// Most families do their work inside this call: when it returns, the reply is queued, and it can
    /// sleep for as long as the work takes (milliseconds to delete links). It waits for buffer space only where the peer is
    /// another program. `EMSGSIZE` for more than [`send_buffer`](Socket::send_buffer) less 32 bytes.
    #[inline]
    pub fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        sys::send(self.as_fd(), datagram)
    }

    /// Sends one datagram gathered from several slices, otherwise like [`send`](Socket::send).
    ///
    /// `EMSGSIZE` for more than 1,024 slices.
    #[inline]
    pub fn send_vectored(&self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        sys::send_vectored(self.as_fd(), parts)
    }

    /// Sends one datagram to a port, and to multicast groups where `address` has any.
    ///
    /// `EPERM` as for [`connect`](Socket::connect); `ECONNREFUSED` where no socket has the port id. Of several groups only
    /// the lowest is used.
    pub fn send_to(&self, datagram: &[u8], address: Address) -> io::Result<usize> {
        sys::send_to(self.as_fd(), datagram, address)
    }

    /// From now on datagrams may have control messages.
    pub(crate) fn expect_controls(&self) {
        self.controls.store(true, Relaxed);
    }

    /// Receives one datagram into the spare capacity of `buffer`, after its contents; waits for one in blocking mode.
    ///
    /// Bytes without room are lost, and [`is_truncated`](DatagramInfo::is_truncated) returns `true`: reserve 32 KiB, the largest
    /// datagram that the kernel packs a dump into, and check. Nothing is reserved here: a buffer without spare capacity is
    /// `InvalidInput`.
    ///
    /// `ENOBUFS` is an event, not a failure: datagrams were lost because the receive buffer was full. It is returned once,
    /// and the next call continues; [`is_overrun`](crate::is_overrun) recognizes it.
    #[inline]
    pub fn recv(&self, buffer: &mut BytesMut) -> io::Result<DatagramInfo> {
        self.recv_flags(buffer, 0)
    }

    /// Receives like [`recv`](Socket::recv), but never waits: `WouldBlock` where nothing is queued, in either mode.
    #[inline]
    pub fn try_recv(&self, buffer: &mut BytesMut) -> io::Result<DatagramInfo> {
        self.recv_flags(buffer, libc::MSG_DONTWAIT)
    }

    /// Receives like [`try_recv`](Socket::try_recv); bytes without room in `buffer` go into the spare capacity of
    /// `overflow`, after its contents.
    ///
    /// This avoids truncation: a dump comes in datagrams of up to 32 KiB, unless a single message is larger (a link with
    /// 255 virtual functions is). Memory that was never written to costs nothing.
    pub fn try_recv_with_overflow(
        &self,
        buffer: &mut BytesMut,
        overflow: &mut BytesMut,
    ) -> io::Result<DatagramInfo> {
        let datagram = sys::recv_overflow(self.as_fd(), buffer, overflow, libc::MSG_DONTWAIT)?;
        if datagram.is_truncated() {
            log_truncated(datagram.full_length, datagram.length);
        }
        Ok(datagram)
    }

    #[inline(always)]
    fn recv_flags(&self, buffer: &mut BytesMut, flags: libc::c_int) -> io::Result<DatagramInfo> {
        let datagram = sys::recv(self.as_fd(), buffer, flags, self.controls.load(Relaxed))?;
        if datagram.is_truncated() {
            log_truncated(datagram.full_length, datagram.length);
        }
        Ok(datagram)
    }

    /// Length of the next datagram in bytes; the datagram stays queued. Waits for one in blocking mode.
    ///
    /// The additional system call is rarely worth it: offer 32 KiB, and check whether that was enough.
    pub fn peek_length(&self) -> io::Result<usize> {
        sys::peek_length(self.as_fd())
    }

    /// Waits until there is something to receive (a datagram or an error), at most for `timeout`, forever with `None`.
    ///
    /// Returns whether there is. Signals change neither the result nor the timeout.
    pub fn wait_readable(&self, timeout: Option<Duration>) -> io::Result<bool> {
        sys::wait_readable(self.as_fd(), timeout)
    }

    /// The same for several sockets: waits until one of them has something to receive.
    pub fn wait_any_readable(sockets: &[&Socket], timeout: Option<Duration>) -> io::Result<bool> {
        let mut polls: Vec<_> = sockets.iter().map(|socket| sys::readable(socket.as_fd())).collect();
        sys::wait_any_readable(&mut polls, timeout)
    }
}

#[cold]
fn log_truncated(full_length: usize, length: usize) {
    log::debug!("a datagram of {full_length} bytes was truncated to {length}");
}

impl AsFd for Socket {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl AsRawFd for Socket {
    #[inline]
    fn as_raw_fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }
}

/// From a descriptor of a netlink socket that was opened elsewhere; on any other descriptor the methods fail.
impl From<OwnedFd> for Socket {
    fn from(fd: OwnedFd) -> Socket {
        // It is unknown which options were set elsewhere.
        Socket::over(fd, true)
    }
}

impl From<Socket> for OwnedFd {
    fn from(socket: Socket) -> OwnedFd {
        socket.fd
    }
}

/// Metadata of a datagram: sender, length, multicast group, namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatagramInfo {
    /// Sender. For a multicast from the kernel its `groups` has the group, if it is one of 1 to 32.
    pub sender: Address,
    /// Bytes appended to the buffer.
    pub length: usize,
    /// Length of the datagram; more than `length` if it was truncated.
    pub full_length: usize,
    /// Multicast group it was sent to: one of 1 to 32, or any with
    /// [`set_packet_info`](Socket::set_packet_info); none for a unicast.
    pub group: Option<u32>,
    /// Network namespace id (nsid) of the sender where it isn't in the socket's own namespace, with
    /// [`set_listen_all_namespaces`](Socket::set_listen_all_namespaces).
    pub namespace_id: Option<i32>,
}

impl DatagramInfo {
    /// Whether the datagram was truncated because the buffer had no room for all of it (`MSG_TRUNC`).
    #[inline]
    pub fn is_truncated(&self) -> bool {
        self.full_length > self.length
    }

    /// Whether the kernel sent it: on some protocols other programs can send to a socket too; don't trust them.
    #[inline]
    pub fn is_from_kernel(&self) -> bool {
        self.sender.port == 0
    }
}
