//! Every `unsafe` of the crate: system calls behind functions that are safe to call with anything.

#![allow(unsafe_code)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "what calls return was held against -1, and constants and lengths of structs are small"
)]

use std::ffi::CStr;
use std::io::{self, IoSlice};
use std::mem::{self, MaybeUninit};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use libc::{c_int, c_void, socklen_t};

use crate::filter::Instruction;
use crate::{Address, DatagramInfo};

/// Calls a function of libc and turns -1 into the error that `errno` holds.
macro_rules! syscall {
    ($name:ident($($argument:expr),* $(,)?)) => {
        match libc::$name($($argument),*) {
            -1 => Err(io::Error::last_os_error()),
            result => Ok(result),
        }
    };
}

/// Repeats the call while signals interrupt it.
#[inline(always)]
fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

// Sockets

pub(crate) fn socket(protocol: c_int) -> io::Result<OwnedFd> {
    // SAFETY: takes no pointers.
    let fd = unsafe { syscall!(socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, protocol)) }?;
    // SAFETY: the kernel has just made this descriptor and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

pub(crate) fn bind(fd: BorrowedFd<'_>, address: Address) -> io::Result<()> {
    let address = sockaddr(address);
    // SAFETY: `address` lives through the call and has the length given.
    unsafe { syscall!(bind(fd.as_raw_fd(), (&raw const address).cast(), SOCKADDR_LENGTH)) }.map(drop)
}

pub(crate) fn connect(fd: BorrowedFd<'_>, address: Address) -> io::Result<()> {
    let address = sockaddr(address);
    // SAFETY: `address` lives through the call and has the length given.
    unsafe { syscall!(connect(fd.as_raw_fd(), (&raw const address).cast(), SOCKADDR_LENGTH)) }.map(drop)
}

pub(crate) fn local_address(fd: BorrowedFd<'_>) -> io::Result<Address> {
    let (mut address, mut length) = (sockaddr(Address::KERNEL), SOCKADDR_LENGTH);
    // SAFETY: both live through the call, which writes at most `length` bytes of plain integers.
    unsafe { syscall!(getsockname(fd.as_raw_fd(), (&raw mut address).cast(), &raw mut length)) }?;
    from_sockaddr(&address)
}

pub(crate) fn peer_address(fd: BorrowedFd<'_>) -> io::Result<Address> {
    let (mut address, mut length) = (sockaddr(Address::KERNEL), SOCKADDR_LENGTH);
    // SAFETY: both live through the call, which writes at most `length` bytes of plain integers.
    unsafe { syscall!(getpeername(fd.as_raw_fd(), (&raw mut address).cast(), &raw mut length)) }?;
    from_sockaddr(&address)
}

const SOCKADDR_LENGTH: socklen_t = size_of::<libc::sockaddr_nl>() as socklen_t;

fn sockaddr(address: Address) -> libc::sockaddr_nl {
    // SAFETY: the struct is made of integers, for which zero is a value.
    let mut raw: libc::sockaddr_nl = unsafe { mem::zeroed() };
    raw.nl_family = libc::AF_NETLINK as libc::sa_family_t;
    raw.nl_pid = address.port;
    raw.nl_groups = address.groups;
    raw
}

#[inline]
fn from_sockaddr(raw: &libc::sockaddr_nl) -> io::Result<Address> {
    if raw.nl_family != libc::AF_NETLINK as libc::sa_family_t {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a netlink socket"));
    }
    Ok(Address { port: raw.nl_pid, groups: raw.nl_groups })
}

pub(crate) fn set_nonblocking(fd: BorrowedFd<'_>, nonblocking: bool) -> io::Result<()> {
    let mut nonblocking = c_int::from(nonblocking);
    // SAFETY: FIONBIO reads one integer, which lives through the call.
    unsafe { syscall!(ioctl(fd.as_raw_fd(), libc::FIONBIO, &raw mut nonblocking)) }.map(drop)
}

// Sending

#[inline]
pub(crate) fn send(fd: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
    // SAFETY: the kernel reads `bytes`, pointer and length of a slice that outlives the call.
    retry(|| unsafe { syscall!(send(fd.as_raw_fd(), bytes.as_ptr().cast(), bytes.len(), 0)) })
        .map(|length| length as usize)
}

pub(crate) fn send_to(fd: BorrowedFd<'_>, bytes: &[u8], address: Address) -> io::Result<usize> {
    let address = sockaddr(address);
    let (data, name) = (bytes.as_ptr().cast::<c_void>(), (&raw const address).cast::<libc::sockaddr>());
    // SAFETY: the kernel reads `bytes` and `address`, which outlive the call, each with its own length.
    retry(|| unsafe { syscall!(sendto(fd.as_raw_fd(), data, bytes.len(), 0, name, SOCKADDR_LENGTH)) })
        .map(|length| length as usize)
}

pub(crate) fn send_vectored(fd: BorrowedFd<'_>, parts: &[IoSlice<'_>]) -> io::Result<usize> {
    let mut message = message();
    message.msg_iov = parts.as_ptr().cast_mut().cast();
    message.msg_iovlen = parts.len() as _;
    // SAFETY: `IoSlice` has the layout of `iovec`; the kernel reads `parts` and what they point to, all of which
    // outlives the call, and writes to none of it. The other pointers in `message` are null, their lengths zero.
    retry(|| unsafe { syscall!(sendmsg(fd.as_raw_fd(), &raw const message, 0)) })
        .map(|length| length as usize)
}

fn message() -> libc::msghdr {
    // SAFETY: the struct is made of integers and raw pointers, for which zero is a value.
    unsafe { mem::zeroed() }
}

// Receiving

/// Receives one datagram after the contents of `buffer`, in a single system call. Control messages are only requested
/// if wanted: that system call takes longer.
#[inline(always)]
pub(crate) fn recv(
    fd: BorrowedFd<'_>,
    buffer: &mut BytesMut,
    flags: c_int,
    controls: bool,
) -> io::Result<DatagramInfo> {
    let room = buffer.spare_capacity_mut();
    if room.is_empty() {
        return Err(no_room());
    }
    // SAFETY: the struct is made of integers, for which zero is a value.
    let mut sender: libc::sockaddr_nl = unsafe { mem::zeroed() };
    // MSG_TRUNC makes the kernel return the full length of the datagram, not how much of it fitted.
    let flags = flags | libc::MSG_TRUNC;
    let (full_length, controls) = match controls {
        true => recv_controls(fd, [room], &mut sender, flags)?,
        false => (recv_plain(fd, room, &mut sender, flags)?, Controls::default()),
    };
    let length = full_length.min(room.len());
    let end = buffer.len() + length;
    // SAFETY: `length` is no more than the spare capacity, and the kernel has filled that many of its first bytes.
    unsafe { buffer.set_len(end) };
    datagram(&sender, length, full_length, controls)
}

/// The same, with the rest that does not fit into `buffer` after the contents of `overflow`.
#[inline(never)]
pub(crate) fn recv_overflow(
    fd: BorrowedFd<'_>,
    buffer: &mut BytesMut,
    overflow: &mut BytesMut,
    flags: c_int,
) -> io::Result<DatagramInfo> {
    let (room, more) = (buffer.spare_capacity_mut(), overflow.spare_capacity_mut());
    let (first, second) = (room.len(), more.len());
    if first == 0 {
        return Err(no_room());
    }
    // SAFETY: the struct is made of integers, for which zero is a value.
    let mut sender: libc::sockaddr_nl = unsafe { mem::zeroed() };
    let flags = flags | libc::MSG_TRUNC;
    let (full_length, controls) = recv_controls(fd, [room, more], &mut sender, flags)?;
    let first = full_length.min(first);
    let second = (full_length - first).min(second);
    let (end, overflow_end) = (buffer.len() + first, overflow.len() + second);
    // SAFETY: `first` is no more than the spare capacity, and the kernel has filled that many of its first bytes.
    unsafe { buffer.set_len(end) };
    // SAFETY: the same of `second`, of which there are none before all of the first room is filled.
    unsafe { overflow.set_len(overflow_end) };
    datagram(&sender, first + second, full_length, controls)
}

#[inline(always)]
fn datagram(
    sender: &libc::sockaddr_nl,
    length: usize,
    full_length: usize,
    controls: Controls,
) -> io::Result<DatagramInfo> {
    let sender = from_sockaddr(sender)?;
    let Controls { group, namespace_id } = controls;
    let group = group.or((sender.groups != 0).then(|| sender.groups.trailing_zeros() + 1));
    Ok(DatagramInfo { sender, length, full_length, group, namespace_id })
}

/// Receives into `room` and `sender`, and returns the result of the system call.
#[inline(always)]
fn recv_plain(
    fd: BorrowedFd<'_>,
    room: &mut [MaybeUninit<u8>],
    sender: &mut libc::sockaddr_nl,
    flags: c_int,
) -> io::Result<usize> {
    let mut name_length = SOCKADDR_LENGTH;
    let (data, length) = (room.as_mut_ptr().cast::<c_void>(), room.len());
    let name = ptr::from_mut(sender).cast::<libc::sockaddr>();
    // SAFETY: the kernel writes to `room`, `sender` and `name_length`, within the lengths given. All of them live through
    // the call, and none is borrowed otherwise.
    retry(|| unsafe { syscall!(recvfrom(fd.as_raw_fd(), data, length, flags, name, &raw mut name_length)) })
        .map(|received| received as usize)
}

/// The same into several buffers, one after another, with control messages.
#[inline(never)]
fn recv_controls<const N: usize>(
    fd: BorrowedFd<'_>,
    mut rooms: [&mut [MaybeUninit<u8>]; N],
    sender: &mut libc::sockaddr_nl,
    flags: c_int,
) -> io::Result<(usize, Controls)> {
    let mut data =
        rooms.each_mut().map(|room| libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() });
    let mut control = MaybeUninit::<ControlRoom>::uninit();
    let mut message = message();
    message.msg_name = ptr::from_mut(sender).cast();
    message.msg_namelen = SOCKADDR_LENGTH;
    message.msg_iov = data.as_mut_ptr();
    message.msg_iovlen = N as _;
    message.msg_control = control.as_mut_ptr().cast();
    message.msg_controllen = size_of::<ControlRoom>() as _;

    // SAFETY: the kernel writes to `rooms`, `sender`, `control` and `message`, within the lengths given. All of them
    // live through the call, and none is borrowed otherwise. The flags make no other pointer matter.
    let received = retry(|| unsafe { syscall!(recvmsg(fd.as_raw_fd(), &raw mut message, flags)) })?;
    // SAFETY: the kernel has filled `msg_controllen` bytes of `control`, which `msg_control` still points to.
    Ok((received as usize, unsafe { read_control(&message) }))
}

#[cold]
fn no_room() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "no spare capacity to receive into: reserve some first")
}

/// Room for control messages: 24 bytes of packet info, 24 of a namespace id, and those of options set elsewhere on the
/// descriptor (the kernel puts them last).
type ControlRoom = [usize; 32];

/// What control messages say about a datagram.
#[derive(Default)]
struct Controls {
    group: Option<u32>,
    namespace_id: Option<i32>,
}

/// # Safety
///
/// `msg_control` points to `msg_controllen` bytes that the kernel has filled and that are aligned as `cmsghdr`.
unsafe fn read_control(message: &libc::msghdr) -> Controls {
    let mut controls = Controls::default();
    // SAFETY: by contract; CMSG_FIRSTHDR gives null where not even a header fits.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(message) };
    // SAFETY: CMSG_FIRSTHDR and CMSG_NXTHDR give null or a header that lies within the bytes, aligned.
    while let Some(header) = unsafe { next.as_ref() } {
        // SAFETY: forms a pointer behind `header`, at most one past the bytes.
        let data = unsafe { libc::CMSG_DATA(header) };
        // SAFETY: computes a number.
        let holds_integer = header.cmsg_len >= unsafe { libc::CMSG_LEN(4) } as _;
        // SAFETY: `cmsg_len` says that four bytes follow, and the kernel never says more than it wrote.
        let value = if holds_integer { unsafe { data.cast::<i32>().read_unaligned() } } else { 0 };
        match (header.cmsg_level, header.cmsg_type) {
            _ if !holds_integer => {}
            (libc::SOL_NETLINK, libc::NETLINK_PKTINFO) => {
                controls.group = Some(value as u32).filter(|&group| group != 0);
            }
            (libc::SOL_NETLINK, libc::NETLINK_LISTEN_ALL_NSID) => controls.namespace_id = Some(value),
            _ => {}
        }
        // SAFETY: `header` came from this message.
        next = unsafe { libc::CMSG_NXTHDR(message, header) };
    }
    controls
}

pub(crate) fn peek_length(fd: BorrowedFd<'_>) -> io::Result<usize> {
    let flags = libc::MSG_PEEK | libc::MSG_TRUNC;
    // SAFETY: a length of zero lets the kernel write nothing.
    retry(|| unsafe { syscall!(recv(fd.as_raw_fd(), ptr::null_mut(), 0, flags)) })
        .map(|length| length as usize)
}

// Waiting

pub(crate) fn wait_readable(fd: BorrowedFd<'_>, timeout: Option<Duration>) -> io::Result<bool> {
    wait_any_readable(&mut [readable(fd)], timeout)
}

/// What is waited for of a descriptor.
pub(crate) fn readable(fd: BorrowedFd<'_>) -> libc::pollfd {
    libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 }
}

pub(crate) fn wait_any_readable(polls: &mut [libc::pollfd], timeout: Option<Duration>) -> io::Result<bool> {
    // A deadline beyond the range of the clock is no deadline.
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    loop {
        let remaining = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match poll_in(polls, remaining) {
            Ok(false) if remaining.is_some_and(|remaining| !remaining.is_zero()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn poll_in(polls: &mut [libc::pollfd], timeout: Option<Duration>) -> io::Result<bool> {
    let timeout = timeout.map(timespec);
    let timeout = timeout.as_ref().map_or(ptr::null(), ptr::from_ref);
    let count = polls.len() as libc::nfds_t;
    // SAFETY: the slice has that many, the timeout is null or a local that lives through the call, the mask null.
    unsafe { syscall!(ppoll(polls.as_mut_ptr(), count, timeout, ptr::null())) }.map(|ready| ready > 0)
}

fn timespec(duration: Duration) -> libc::timespec {
    // SAFETY: the struct is made of integers, for which zero is a value.
    let mut timespec: libc::timespec = unsafe { mem::zeroed() };
    // Where the type has 32 bits, the caller's loop waits in pieces of 68 years.
    timespec.tv_sec = duration.as_secs().min(i32::MAX as u64) as _;
    timespec.tv_nsec = duration.subsec_nanos() as _;
    timespec
}

// Options

/// Types that the kernel may fill: any bytes are a value.
///
/// # Safety
///
/// Made of integers only, without padding.
pub(crate) unsafe trait Plain: Copy + Default {}

// SAFETY: an integer.
unsafe impl Plain for c_int {}
// SAFETY: an integer.
unsafe impl Plain for u32 {}
// SAFETY: an integer.
unsafe impl Plain for u64 {}
// SAFETY: integers of one size lie side by side.
unsafe impl Plain for [u32; 9] {}

pub(crate) fn option<T: Plain>(fd: BorrowedFd<'_>, level: c_int, name: c_int) -> io::Result<T> {
    let mut value = [T::default()];
    option_slice(fd, level, name, &mut value)?;
    Ok(value[0])
}

/// Fills as many `values` as there are, and returns the length in bytes that the kernel reports.
pub(crate) fn option_slice<T: Plain>(
    fd: BorrowedFd<'_>,
    level: c_int,
    name: c_int,
    values: &mut [T],
) -> io::Result<usize> {
    let mut length = size_of_val(values) as socklen_t;
    let data = values.as_mut_ptr().cast::<c_void>();
    // SAFETY: the kernel writes at most `length` bytes to `values`, any of which are a `T` (`Plain`), and to `length`.
    unsafe { syscall!(getsockopt(fd.as_raw_fd(), level, name, data, &raw mut length)) }?;
    Ok(length as usize)
}

pub(crate) fn set_option(fd: BorrowedFd<'_>, level: c_int, name: c_int, value: c_int) -> io::Result<()> {
    let length = size_of::<c_int>() as socklen_t;
    // SAFETY: the kernel reads `length` bytes of `value`, which outlives the call.
    unsafe { syscall!(setsockopt(fd.as_raw_fd(), level, name, (&raw const value).cast(), length)) }.map(drop)
}

pub(crate) fn attach_filter(fd: BorrowedFd<'_>, program: &[Instruction]) -> io::Result<()> {
    let Ok(len) = program.len().try_into() else {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    };
    // The kernel only reads the program, whatever the type of the pointer says.
    let program = libc::sock_fprog { len, filter: program.as_ptr().cast_mut().cast() };
    let (data, length) = ((&raw const program).cast(), size_of_val(&program) as socklen_t);
    // SAFETY: `Instruction` has the layout of `sock_filter` (`repr(transparent)`); the kernel reads the struct and as
    // many instructions as it says, all of which outlive the call.
    unsafe { syscall!(setsockopt(fd.as_raw_fd(), libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, data, length)) }
        .map(drop)
}

// Forks

/// Points to the number of this process, in a page of its own that the kernel wipes in the child of a fork. Until there
/// is such a page it points to [`NO_PAGE`].
static PAGE: AtomicPtr<AtomicU32> = AtomicPtr::new((&raw const NO_PAGE).cast_mut());

/// Always 0, which is not the number of any process.
static NO_PAGE: AtomicU32 = AtomicU32::new(0);

/// The next free number; a child continues from its parent's.
static NEXT: AtomicU32 = AtomicU32::new(1);

/// A number that differs between a process and its ancestors, from the first call in any of them on. Only the first
/// call takes system calls. Before Linux 4.14, or if no page can be mapped, the number is always the same.
#[cold]
pub(crate) fn process() -> u32 {
    match page().load(Ordering::Relaxed) {
        0 => number_process(),
        number => number,
    }
}

/// Whether this process has that [number](process).
#[inline(always)]
pub(crate) fn is_process(number: u32) -> bool {
    page().load(Ordering::Relaxed) == number || process() == number
}

#[inline(always)]
fn page() -> &'static AtomicU32 {
    // SAFETY: a static, or a page that is mapped for as long as the process lives.
    unsafe { &*PAGE.load(Ordering::Acquire) }
}

fn number_process() -> u32 {
    if ptr::eq(page(), &NO_PAGE) && share_page().is_err() {
        return u32::MAX;
    }
    let page = page();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    // Another thread may have been the first.
    match page.compare_exchange(0, number, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => number,
        Err(first) => first,
    }
}

/// Makes the page.
fn share_page() -> io::Result<()> {
    let page = wiped_page()?;
    let none = (&raw const NO_PAGE).cast_mut();
    if PAGE.compare_exchange(none, page, Ordering::AcqRel, Ordering::Acquire).is_err() {
        // SAFETY: another thread was the first; nobody else knows this page, and it is not used any more.
        let _ = unsafe { syscall!(munmap(page.cast(), PAGE_LENGTH)) };
    }
    Ok(())
}

/// Length of the mapping; the kernel rounds it up to its page size.
const PAGE_LENGTH: usize = size_of::<AtomicU32>();

/// A new page of zeros, which is zeroed again in the child of a fork.
fn wiped_page() -> io::Result<*mut AtomicU32> {
    let (rights, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: maps memory where the kernel finds room for it, of zeros, which are an `AtomicU32`.
    let page = unsafe { libc::mmap(ptr::null_mut(), PAGE_LENGTH, rights, kind, -1, 0) };
    if page == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is this page that is wiped, in children only. Where the kernel can't, forks are not noticed.
    let _ = unsafe { syscall!(madvise(page, PAGE_LENGTH, libc::MADV_WIPEONFORK)) };
    Ok(page.cast())
}

// Namespaces

/// The type of a namespace, as `CLONE_NEW*`; `ENOTTY` for any other file.
pub(crate) fn namespace_type_of(fd: BorrowedFd<'_>) -> io::Result<c_int> {
    const NS_GET_NSTYPE: libc::Ioctl = libc::_IO(0xb7, 3);
    // SAFETY: the request takes no argument.
    unsafe { syscall!(ioctl(fd.as_raw_fd(), NS_GET_NSTYPE)) }
}

pub(crate) fn setns(fd: BorrowedFd<'_>, kind: c_int) -> io::Result<()> {
    // SAFETY: takes no pointers; moves the calling thread only.
    unsafe { syscall!(setns(fd.as_raw_fd(), kind)) }.map(drop)
}

pub(crate) fn unshare(kinds: c_int) -> io::Result<()> {
    // SAFETY: takes no pointers; the kinds (private to `namespace`) are namespaces only, no memory or descriptors.
    unsafe { syscall!(unshare(kinds)) }.map(drop)
}

pub(crate) fn mount(source: &CStr, target: &CStr, flags: libc::c_ulong) -> io::Result<()> {
    let none = c"none".as_ptr();
    // SAFETY: three strings that end in zero and outlive the call; no data.
    unsafe { syscall!(mount(source.as_ptr(), target.as_ptr(), none, flags, ptr::null())) }.map(drop)
}

pub(crate) fn unmount(target: &CStr, flags: c_int) -> io::Result<()> {
    // SAFETY: a string that ends in zero and outlives the call.
    unsafe { syscall!(umount2(target.as_ptr(), flags)) }.map(drop)
}
