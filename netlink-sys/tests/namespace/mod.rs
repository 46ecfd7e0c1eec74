//! Separate namespaces for every test: nothing that a test does affects the machine it runs on.
//!
//! A test binary says `mod namespace;` (in another crate with `#[path = "../../netlink-sys/tests/namespace/mod.rs"]`) and
//! needs libc. Before its first thread starts, this file has moved the process into namespaces where it may do everything:
//! a user namespace unless it is privileged already, a mount namespace with an empty `/run`, a network namespace. Each test
//! begins with
//!
//! ```ignore
//! if !namespace::enter() {
//!     return;
//! }
//! ```
//!
//! and has a network namespace to itself, as have the threads it starts from then on (a runtime's workers, too).

use std::ffi::CStr;
use std::io::{self, Write};
use std::sync::atomic::{AtomicI32, Ordering};
use std::{fs, panic, ptr, thread};

use libc::{CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWUSER, MS_PRIVATE, MS_REC};

/// Moves the test's thread into a fresh network namespace, which has a loopback device, down, and nothing else.
///
/// Says so and returns false if the machine forbids it: the test then returns.
#[must_use = "where it is false the test must return"]
pub(crate) fn enter() -> bool {
    let outcome = match ISOLATED.load(Ordering::Relaxed) {
        0 => unshare(CLONE_NEWNET),
        errno => Err(io::Error::from_raw_os_error(errno)),
    };
    if let Err(error) = &outcome {
        let thread = thread::current();
        let name = thread.name().unwrap_or("a test");
        let line = format!("skipped: this machine forbids user namespaces ({name}: {error})\n");
        // Not by `eprint!`, which the test harness swallows; in one piece, since tests run side by side.
        let _ = io::stderr().write_all(line.as_bytes());
    }
    outcome.is_ok()
}

/// Runs `work` in a child of this process, by fork(2), and waits for it; whether it came to its end and gave true.
///
/// The child has the calling thread alone, so it prints nothing: another thread may have held the lock of the output.
#[allow(dead_code, reason = "few tests fork")]
pub(crate) fn in_child(work: impl FnOnce() -> bool) -> bool {
    join_child(start_child(work))
}

/// Starts a child, to be [joined](join_child).
#[allow(dead_code, reason = "few tests fork")]
pub(crate) fn start_child(work: impl FnOnce() -> bool) -> libc::pid_t {
    // SAFETY: the child continues with only this thread, which holds no lock that it needs, and ends below.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: takes no pointers. A child that hangs ends by the signal.
        unsafe { libc::alarm(300) };
        let done = panic::catch_unwind(panic::AssertUnwindSafe(work)).unwrap_or(false);
        // SAFETY: ends the process at once; nothing of the parent's is run or dropped in it.
        unsafe { libc::_exit(i32::from(!done)) }
    }
    check(child).expect("no child");
    child
}

/// Waits for a child; whether its work gave true.
#[allow(dead_code, reason = "few tests fork")]
pub(crate) fn join_child(child: libc::pid_t) -> bool {
    let mut status = -1;
    // SAFETY: the status lives through the call.
    check(unsafe { libc::waitpid(child, &raw mut status, 0) }).expect("no child to wait for");
    status == 0
}

/// Has a system call fail with this errno, if its arguments from the second on begin with these: in the calling thread
/// and those that it starts, for good. By a seccomp filter, which needs no privileges.
#[allow(dead_code, reason = "few tests need calls to fail")]
pub(crate) fn deny(call: libc::c_long, arguments: &[u32], errno: libc::c_int) {
    const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    const UNLESS: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
    const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
    // `struct seccomp_data`: the number, then from byte 16 on the arguments of 8 bytes each.
    let low = if cfg!(target_endian = "little") { 0 } else { 4 };
    let places = (1..).map(|index| 16 + 8 * index + low);
    let wanted: Vec<(u32, u32)> =
        std::iter::once((0, call as u32)).chain(places.zip(arguments.iter().copied())).collect();
    let mut program = Vec::new();
    for (index, (place, value)) in wanted.iter().enumerate() {
        // Past the other comparisons and the refusal.
        let past = (2 * (wanted.len() - index) - 1) as u8;
        program.push(libc::sock_filter { code: LOAD, jt: 0, jf: 0, k: *place });
        program.push(libc::sock_filter { code: UNLESS, jt: 0, jf: past, k: *value });
    }
    for answer in [libc::SECCOMP_RET_ERRNO | errno as u32, libc::SECCOMP_RET_ALLOW] {
        program.push(libc::sock_filter { code: RETURN, jt: 0, jf: 0, k: answer });
    }
    let program = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: takes no pointers.
    check(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }).expect("no_new_privs");
    // SAFETY: the kernel reads the program, which outlives the call, and as many instructions as it says.
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) };
    check(set).expect("seccomp");
}

/// 0, or the errno that isolation failed with.
static ISOLATED: AtomicI32 = AtomicI32::new(0);

/// The C library calls this before `main`, so before the test harness starts threads: a process that has several can't
/// enter a user namespace.
// SAFETY: the section is an array of functions of this type.
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = before_main;

extern "C" fn before_main() {
    if let Err(error) = isolate() {
        ISOLATED.store(error.raw_os_error().unwrap_or(libc::EPERM), Ordering::Relaxed);
    }
}

fn isolate() -> io::Result<()> {
    if unshare(CLONE_NEWNET | CLONE_NEWNS).is_err() {
        become_root()?;
        unshare(CLONE_NEWNET | CLONE_NEWNS)?;
    }
    mount(c"none", c"/", MS_REC | MS_PRIVATE)?;
    mount(c"tmpfs", c"/run", 0)
}

/// In a user namespace in which this user is root and no other user exists.
fn become_root() -> io::Result<()> {
    // SAFETY: take nothing, change nothing.
    let (user, group) = unsafe { (libc::geteuid(), libc::getegid()) };
    unshare(CLONE_NEWUSER)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("0 {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("0 {group} 1"))
}

fn unshare(kinds: libc::c_int) -> io::Result<()> {
    // SAFETY: takes no pointers.
    check(unsafe { libc::unshare(kinds) })
}

fn mount(kind: &CStr, target: &CStr, flags: libc::c_ulong) -> io::Result<()> {
    // SAFETY: the strings end in zero and outlive the call; no data.
    check(unsafe { libc::mount(kind.as_ptr(), target.as_ptr(), kind.as_ptr(), flags, ptr::null()) })
}

fn check(result: libc::c_int) -> io::Result<()> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
