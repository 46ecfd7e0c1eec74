//! eBPF programs for filters and actions, by bpf(2).

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::{fs, ptr};

/// Loads the eBPF program that returns this number, of a type such as `BPF_PROG_TYPE_SCHED_CLS`, 3; it takes root's rights on
/// the machine.
pub(crate) fn load_program(program_type: u32, result: i32) -> io::Result<OwnedFd> {
    const LOAD: libc::c_long = 5;
    // mov64 r0, result; exit
    let mut program = [0; 16];
    program[0] = 0xb7;
    program[4..8].copy_from_slice(&result.to_ne_bytes());
    program[8] = 0x95;
    let mut attributes = Vec::new();
    attributes.extend([program_type, 2].into_iter().flat_map(u32::to_ne_bytes));
    attributes
        .extend([program.as_ptr() as u64, c"GPL".as_ptr() as u64].into_iter().flat_map(u64::to_ne_bytes));
    let descriptor = bpf(LOAD, &attributes)?;
    // SAFETY: the kernel has just opened it, and nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// Pins an eBPF program below a file system of its own in `/run`, which the test has to itself; its path.
pub(crate) fn pin_program(program: &OwnedFd, name: &str) -> io::Result<String> {
    const PIN: libc::c_long = 6;
    fs::create_dir_all("/run/bpf")?;
    let (kind, target) = (c"bpf".as_ptr(), c"/run/bpf".as_ptr());
    // SAFETY: the strings end in zero and outlive the call; no data.
    check(unsafe { libc::mount(kind, target, kind, 0, ptr::null()) })?;
    let path = format!("/run/bpf/{name}");
    let terminated = CString::new(path.as_str())?;
    let mut attributes = Vec::from((terminated.as_ptr() as u64).to_ne_bytes());
    attributes.extend(program.as_raw_fd().to_ne_bytes());
    bpf(PIN, &attributes)?;
    Ok(path)
}

/// bpf(2) with as many attributes as there are; those that are missing are 0.
fn bpf(command: libc::c_long, attributes: &[u8]) -> io::Result<libc::c_int> {
    // SAFETY: the kernel reads the attributes, and what they point to, which both outlive the call.
    let result = unsafe { libc::syscall(libc::SYS_bpf, command, attributes.as_ptr(), attributes.len()) };
    check(result as libc::c_int)
}

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
