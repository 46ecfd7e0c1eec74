//! What the programs of this package share: their arguments and their output.
//!
//! Each program is one way to talk to the kernel. It is run in a network namespace that `measure` has prepared, as
//! `PROGRAM WORKLOAD VARIANT SIZE TIMES`: it connects, does the work once to warm up, then TIMES times by the clock,
//! and prints one line.

pub mod fields;
pub mod floor;
pub mod world;

pub use fields::Sum;

use std::future::Future;
use std::io::{Read, Write};
use std::time::Instant;
use std::{env, fs, io, process};

/// Events that a listener receives before it asks for more: as many as the default receive buffer has room for.
pub const EVENTS: u32 = 200;

/// The task of a program.
#[derive(Clone, Debug)]
pub struct Job {
    /// Such as `routes`.
    pub workload: String,
    /// The interface of the crate to use, such as `blocking`.
    pub variant: String,
    /// Number of objects, or of requests.
    pub size: u32,
    /// How often.
    pub times: u32,
}

/// Runs the task of the arguments. `work` does one job, or returns `None` if it can't do it.
pub fn main(work: impl FnOnce(&Job) -> Option<Sum>) {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [workload, variant, size, times] = arguments.as_slice() else {
        eprintln!("usage: PROGRAM WORKLOAD VARIANT SIZE TIMES, in a namespace made by `measure`");
        process::exit(2);
    };
    let number = |text: &String| text.parse().expect("a number");
    let job = Job {
        workload: workload.clone(),
        variant: variant.clone(),
        size: number(size),
        times: number(times),
    };
    let Some(sum) = work(&job) else {
        eprintln!("there is no {workload} {variant}");
        process::exit(2);
    };
    let mut out = io::stdout();
    writeln!(out, "done {} {} {} {} {}", sum.value, sum.count, sum.nanoseconds, sum.cpu, peak()).unwrap();
}

/// Turns of the same work: the first to warm up, the others by the clock.
pub struct Turns {
    left: u32,
    started: Option<(Instant, u64)>,
    sum: Sum,
}

impl Turns {
    /// This many after the first.
    pub fn new(times: u32) -> Self {
        Turns { left: times + 1, started: None, sum: Sum::default() }
    }

    /// The sum for the next turn; `None` after the last.
    pub fn begin(&mut self) -> Option<&mut Sum> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        // Each turn has a sum of its own, the clock and the count go on.
        self.sum.value = 0;
        if let (None, true) = (self.started, self.sum.count > 0) {
            self.sum.count = 0;
            self.started = Some((Instant::now(), cpu()));
        }
        Some(&mut self.sum)
    }

    /// What was read, and how long it took.
    pub fn end(self) -> Sum {
        let (wall, before) = self.started.expect("nothing was read");
        let nanoseconds = wall.elapsed().as_nanos() as u64;
        Sum { nanoseconds, cpu: cpu() - before, ..self.sum }
    }
}

/// Makes `measure` change routes [`EVENTS`] times, and returns when that is done.
pub fn ask_for_events() {
    let mut out = io::stdout();
    out.write_all(b"more\n").and_then(|()| out.flush()).unwrap();
    let mut answer = [0];
    io::stdin().read_exact(&mut answer).unwrap();
}

/// Runs a future in a runtime of one thread, or as a task in one of several, as `variant` begins.
pub fn block_on<T: Send + 'static>(variant: &str, future: impl Future<Output = T> + Send + 'static) -> T {
    if variant.starts_with("multi") {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async { tokio::spawn(future).await.unwrap() })
    } else {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(future)
    }
}

/// Nanoseconds of all threads, in user space and in the kernel.
fn cpu() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: it writes to what the pointer points at, and keeps nothing.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The most memory that was resident, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
