//! Runs a program, alone or under a tool that counts.

use crate::workloads::{Way, Workload};
use netlink_bench::floor;
use std::collections::HashMap;
use std::ffi::c_int;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use std::{env, fs, mem};

/// The output of a program.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    pub value: u64,
    pub count: u64,
    pub nanoseconds: u64,
    pub cpu: u64,
    /// In KiB.
    pub peak: u64,
}

/// Counts of a whole program, or of one operation.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    pub instructions: f64,
    /// `None` where no tool can count them here.
    pub calls: Option<f64>,
    pub allocations: f64,
}

fn path(program: &str) -> PathBuf {
    env::current_exe().unwrap().with_file_name(program)
}

/// Builds the other programs with the profile of this one.
pub fn build() {
    let mut cargo = Command::new(env::var_os("CARGO").expect("run it by cargo"));
    cargo.args(["build", "--quiet", "--release", "--locked", "--bins"]);
    if cfg!(feature = "rivals") {
        cargo.args(["--features", "rivals"]);
    }
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status();
    assert!(built.is_ok_and(|status| status.success()), "the programs don't build");
}

/// Whether it was built, or is installed.
pub fn exists(way: &Way) -> bool {
    if !way.is_tool {
        return path(way.program).exists();
    }
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|path| path.join(way.program).exists())
}

/// Runs it this many times, after a first time that does not count.
pub fn run(way: &Way, workload: &Workload, times: u32) -> Told {
    run_under(&[], way, workload, times)
}

fn run_under(tool: &[&str], way: &Way, workload: &Workload, times: u32) -> Told {
    if way.is_tool {
        return run_tool(tool, way, workload, times);
    }
    let program = path(way.program);
    let mut words = tool.iter().copied().chain([program.to_str().unwrap()]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words).args([workload.name, way.variant, &workload.size.to_string(), &times.to_string()]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut told = None;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line == "more" {
            floor::make_events();
            stdin.write_all(b".").unwrap();
        } else if let Some(numbers) = line.strip_prefix("done ") {
            let numbers: Vec<u64> = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
            let [value, count, nanoseconds, cpu, peak] = numbers.try_into().unwrap();
            told = Some(Told { value, count, nanoseconds, cpu, peak });
        }
    }
    let status = child.wait().unwrap();
    assert!(status.success(), "{} {} {}: {status}", way.program, workload.name, way.variant);
    told.unwrap()
}

/// Runs a tool of the system this many times, each from its start to its end.
#[expect(clippy::zombie_processes, reason = "`wait_for` waits for it")]
fn run_tool(under: &[&str], way: &Way, workload: &Workload, times: u32) -> Told {
    let mut told = Told { value: 0, count: 0, nanoseconds: 0, cpu: 0, peak: 0 };
    for _ in 0..times {
        let mut words = under.iter().copied().chain([way.program]).chain(way.variant.split(' '));
        let mut command = Command::new(words.next().unwrap());
        command.args(words).stdin(Stdio::null()).stdout(Stdio::piped());
        let start = Instant::now();
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().count();
        let used = wait_for(&child).expect("a tool failed");
        assert!(lines >= workload.of_a_tool() as usize, "{} has told too little", way.name);
        told.count += u64::from(workload.of_a_tool());
        told.nanoseconds += start.elapsed().as_nanos() as u64;
        told.cpu += used.user + used.system;
        told.peak = told.peak.max(used.peak);
    }
    told
}

/// What a process used.
pub struct Used {
    /// CPU time in user space, in nanoseconds.
    pub user: u64,
    /// CPU time in the kernel, in nanoseconds.
    pub system: u64,
    /// The most memory that was resident, in KiB.
    pub peak: u64,
}

/// Waits until a process ends, with what it used; `None` if it failed.
pub fn wait_for(child: &Child) -> Option<Used> {
    // SAFETY: it writes to what the pointers point at, and keeps nothing; zeros are a valid value of it.
    let (status, usage) = unsafe {
        let (mut status, mut usage): (c_int, libc::rusage) = mem::zeroed();
        assert!(libc::wait4(child.id() as libc::pid_t, &mut status, 0, &mut usage) > 0);
        (status, usage)
    };
    let nanoseconds = |time: libc::timeval| time.tv_sec as u64 * 1_000_000_000 + time.tv_usec as u64 * 1_000;
    let (user, system) = (nanoseconds(usage.ru_utime), nanoseconds(usage.ru_stime));
    (status == 0).then_some(Used { user, system, peak: usage.ru_maxrss as u64 })
}

/// The cost of one operation, from the difference between few turns and many.
pub fn count(way: &Way, workload: &Workload, (few, many): (u32, u32), calls: Option<CallCounter>) -> Counts {
    if way.is_tool {
        // All of a process, since one is needed each time.
        let (told, all) = count_all(way, workload, 1, calls);
        let each = |all: f64| all / told.count as f64;
        let (instructions, allocations) = (each(all.instructions), each(all.allocations));
        return Counts { instructions, calls: all.calls.map(each), allocations };
    }
    let (few, many) = [few, many].map(|times| count_all(way, workload, times, calls)).into();
    let operations = (many.0.count - few.0.count) as f64;
    let each = |few: f64, many: f64| (many - few) / operations;
    Counts {
        instructions: each(few.1.instructions, many.1.instructions),
        calls: few.1.calls.zip(many.1.calls).map(|(few, many)| each(few, many)),
        allocations: each(few.1.allocations, many.1.allocations),
    }
}

fn count_all(way: &Way, workload: &Workload, times: u32, calls: Option<CallCounter>) -> (Told, Counts) {
    let file = env::temp_dir().join(format!("netlink-bench-{}", std::process::id()));
    let out = format!("--callgrind-out-file={}", file.display());
    let valgrind = ["valgrind", "--tool=callgrind", "--quiet", &out];
    let told = run_under(&valgrind, way, workload, times);
    let profile = fs::read_to_string(&file).unwrap();
    let calls = calls.map(|counter| counter.count(&file, way, workload, times));
    let _ = fs::remove_file(&file);
    let line = profile.lines().find_map(|line| line.strip_prefix("totals: ")).unwrap();
    let counts = Counts { instructions: line.parse().unwrap(), calls, allocations: allocations(&profile) };
    (told, counts)
}

/// How often allocating functions were called.
fn allocations(profile: &str) -> f64 {
    const ALLOCATE: &[&str] = &["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"];
    // A name is written once, then only its number.
    let mut names: HashMap<&str, &str> = HashMap::new();
    let mut called = "";
    let mut count = 0.0;
    for line in profile.lines() {
        if let Some(function) = line.strip_prefix("fn=").or_else(|| line.strip_prefix("cfn=")) {
            let (number, name) = function.split_once(' ').unwrap_or((function, ""));
            if !name.is_empty() {
                names.insert(number, name);
            }
            called = number;
        } else if let Some(calls) = line.strip_prefix("calls=") {
            if names.get(called).is_some_and(|name| ALLOCATE.contains(name)) {
                count += calls.split(' ').next().unwrap().parse::<f64>().unwrap();
            }
        }
    }
    count
}

pub fn has_valgrind() -> bool {
    succeeds(Command::new("valgrind").args(["--tool=callgrind", "--version"]))
}

fn succeeds(command: &mut Command) -> bool {
    let output = command.stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success())
}

/// The tool that can count system calls here.
#[derive(Clone, Copy, Debug)]
pub enum CallCounter {
    Perf,
    /// It slows threads down until they meet where they otherwise do not.
    Strace,
}

impl CallCounter {
    pub fn find() -> Option<Self> {
        // Without privileges over the machine perf counts none.
        let file = env::temp_dir().join(format!("netlink-bench-{}", std::process::id()));
        let perf = succeeds(CallCounter::perf(file.to_str().unwrap()).arg("true"));
        let counted = fs::read_to_string(&file).unwrap_or_default();
        let _ = fs::remove_file(&file);
        if perf && CallCounter::read_perf(&counted).is_some_and(|count| count > 0.0) {
            return Some(CallCounter::Perf);
        }
        succeeds(Command::new("strace").args(["-c", "-o", "/dev/null", "true"]))
            .then_some(CallCounter::Strace)
    }

    fn perf(file: &str) -> Command {
        let mut command = Command::new("perf");
        command.args(["stat", "-x", ",", "-e", "raw_syscalls:sys_enter", "-o", file]);
        command
    }

    fn read_perf(text: &str) -> Option<f64> {
        text.lines().find(|line| line.contains("sys_enter"))?.split(',').next()?.parse().ok()
    }

    fn count(self, file: &PathBuf, way: &Way, workload: &Workload, times: u32) -> f64 {
        let path = file.to_str().unwrap();
        let tool: &[&str] = match self {
            CallCounter::Perf => &["perf", "stat", "-x", ",", "-e", "raw_syscalls:sys_enter", "-o", path],
            CallCounter::Strace => &["strace", "-f", "-c", "-o", path],
        };
        run_under(tool, way, workload, times);
        let text = fs::read_to_string(file).unwrap();
        match self {
            CallCounter::Perf => CallCounter::read_perf(&text).unwrap(),
            CallCounter::Strace => {
                let rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
                let rows = rows.filter(|row| row.last().is_some_and(|name| *name != "total"));
                rows.filter_map(|row| row.get(3)?.parse::<f64>().ok()).sum()
            }
        }
    }
}

/// System calls of one operation.
pub fn calls(way: &Way, workload: &Workload, times: (u32, u32), counter: CallCounter) -> f64 {
    let file = env::temp_dir().join(format!("netlink-bench-{}", std::process::id()));
    let few = counter.count(&file, way, workload, times.0);
    let many = counter.count(&file, way, workload, times.1);
    let _ = fs::remove_file(&file);
    (many - few) / f64::from(workload.size * (times.1 - times.0))
}
