//! Runs the programs of this package side by side in namespaces of its own, and says what they cost. See the README.

mod build_cost;
mod results;
mod run;
mod workloads;

use netlink_bench::world::{World, enter as enter_world};
use results::{Counted, Results, Timed};
use run::CallCounter;
use std::env;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;
use workloads::{CHECKED, FLOOR, WORKLOADS, Way, Workload};

const USAGE: &str = "\
usage: measure COMMAND [--ours] [WORKLOAD...]

counts              instructions, system calls and allocations of one operation
wall [--rounds N]   medians of time, and ratios to the floor
tasks               many tasks on one handle, and a dump beside requests
check [--write]     instructions of the hot paths against those of check.tsv
build [--write]     what each feature of iproute2 adds to a build, as a table for the README
table [--write]     what counts and wall found, as a table for the README

A workload is one of routes, links, neighbours, change, batch, peers, features, get, events. --ours leaves other crates
out, --built takes the programs as they are.";

/// By how much a check may exceed the committed number: compilers differ.
const MARGIN: f64 = 1.1;

struct Options {
    ours: bool,
    write: bool,
    built: bool,
    rounds: usize,
    workloads: Vec<String>,
}

impl Options {
    fn workloads(&self) -> impl Iterator<Item = &'static Workload> {
        let wanted =
            |name: &str| self.workloads.is_empty() || self.workloads.iter().any(|wanted| wanted == name);
        WORKLOADS.iter().filter(move |workload| wanted(workload.name))
    }

    fn ways(&self, workload: &'static Workload) -> impl Iterator<Item = &'static Way> {
        workload.ways().filter(|way| (way.is_ours() || !self.ours) && run::exists(way))
    }
}

fn main() -> ExitCode {
    if let Some(compiled) = build_cost::compile() {
        return compiled;
    }
    let mut arguments = env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let mut options = Options { ours: false, write: false, built: false, rounds: 9, workloads: Vec::new() };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--ours" => options.ours = true,
            "--built" => options.built = true,
            "--write" => options.write = true,
            "--rounds" => options.rounds = arguments.next().and_then(|n| n.parse().ok()).expect("a number"),
            name if WORKLOADS.iter().any(|workload| workload.name == name) => {
                options.workloads.push(argument)
            }
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    if !matches!(&*command, "table" | "build") && !options.built {
        run::build();
    }
    match command.as_str() {
        "counts" => counts(&options),
        "wall" => wall(&options),
        "tasks" => tasks(&options),
        "check" => return check(&options),
        "build" => build_cost::build_cost(options.write),
        "table" => results::table(options.write),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Enters a world, unless it has what this kernel lacks.
fn enter(world: World) -> bool {
    match enter_world(world) {
        Err(error) if matches!(world, World::Peers(_)) && error.is_not_supported() => {
            println!("\nskipped: this kernel has no WireGuard");
            false
        }
        entered => {
            entered.unwrap();
            true
        }
    }
}

/// The number with its significant digits only.
fn short(number: f64) -> String {
    match number {
        number if number.abs() >= 10.0 => format!("{number:.0}"),
        number if number.abs() < 0.000_05 => "0".to_owned(),
        number if number.abs() < 0.1 => format!("{number:.4}"),
        number => format!("{number:.2}"),
    }
}

fn optional(number: Option<f64>) -> String {
    number.map_or_else(|| "–".to_owned(), short)
}

fn counts(options: &Options) {
    assert!(run::has_valgrind(), "there is no valgrind");
    let counter = CallCounter::find();
    println!("system calls are counted by {}", counter.map_or("nobody".to_owned(), |by| format!("{by:?}")));
    let mut results = Results::<Counted>::read();
    for workload in options.workloads() {
        let Some(times) = workload.counted else { continue };
        if !enter(workload.world) {
            continue;
        }
        println!(
            "\n{:<50} {:>12} {:>12} {:>12}",
            workload.title, "instructions", "system calls", "allocations"
        );
        for way in options.ways(workload) {
            let counts = run::count(way, workload, times, counter);
            let [instructions, allocations] = [counts.instructions, counts.allocations].map(short);
            println!(
                "  {:<48} {instructions:>12} {:>12} {allocations:>12}",
                way.name,
                optional(counts.calls)
            );
            results.put(workload.title, way.name, Counted(counts));
        }
        results.write();
    }
}

fn wall(options: &Options) {
    let mut results = Results::<Timed>::read();
    for workload in options.workloads() {
        if !enter(workload.world) {
            continue;
        }
        // The previous contents of the namespace are removed in the background.
        sleep(Duration::from_secs(if options.rounds > 3 { 3 } else { 0 }));
        let ways: Vec<_> = options.ways(workload).collect();
        let mut rounds = vec![Vec::new(); ways.len()];
        let mut value = None;
        for round in 0..options.rounds {
            for at in 0..ways.len() {
                // Not always the same one first.
                let at = (at + round) % ways.len();
                let told = run::run(ways[at], workload, workload.times);
                if !ways[at].is_tool {
                    let expected = *value.get_or_insert(told.value);
                    assert!(
                        told.value == expected,
                        "{}, {} read something else",
                        workload.title,
                        ways[at].name
                    );
                }
                rounds[at].push(told);
            }
        }
        let floor = rounds[ways.iter().position(|way| way.name == FLOOR).unwrap()].clone();
        println!("\n{:<50} {:>10} {:>9} {:>9} {:>9}", workload.title, "ns", "to floor", "CPU", "peak KiB");
        for (way, told) in ways.iter().zip(&rounds) {
            let each = |of: u64, count: u64| of as f64 / count as f64;
            let ratio = |of: fn(&run::Told) -> u64| {
                let pairs = told.iter().zip(&floor);
                median(pairs.map(|(own, floor)| each(of(own), own.count) / each(of(floor), floor.count)))
            };
            let timed = Timed {
                nanoseconds: median(told.iter().map(|told| each(told.nanoseconds, told.count))),
                wall: ratio(|told| told.nanoseconds),
                cpu: ratio(|told| told.cpu),
                peak: median(told.iter().map(|told| told.peak as f64)),
            };
            let Timed { nanoseconds, wall, cpu, peak } = timed;
            println!("  {:<48} {nanoseconds:>10.1} {wall:>9.2} {cpu:>9.2} {peak:>9.0}", way.name);
            results.put(workload.title, way.name, timed);
        }
        results.write();
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn tasks(options: &Options) {
    const REQUESTS: u32 = 64_000;
    let way = |variant| Way { name: "tokio", program: "ours", variant, is_tool: false };
    let counter = CallCounter::find();
    enter(World::Link);
    println!("{:<50} {:>10} {:>12}", "get one link, by tasks on clones of one handle", "ns", "system calls");
    for variant in ["current", "multi"] {
        for name in ["tasks-1", "tasks-8", "tasks-64"] {
            let workload = Workload { name, size: REQUESTS, ..WORKLOADS[0] };
            let time = |_| run::run(&way(variant), &workload, 1).nanoseconds as f64 / f64::from(REQUESTS);
            let time = median((0..options.rounds).map(time));
            let calls = counter.map(|counter| run::calls(&way(variant), &workload, (1, 2), counter));
            println!("  {:<48} {time:>10.0} {:>12}", format!("{variant}, {name}"), optional(calls));
        }
    }
    let join = Workload { name: "join", size: 10_000, ..WORKLOADS[0] };
    enter(World::Routes(1_000_000));
    println!("\na dump of a million routes beside 10,000 requests");
    for variant in ["current", "multi"] {
        let told = run::run(&way(variant), &join, 1);
        let share = 100.0 * told.value as f64 / told.count as f64;
        println!(
            "  {variant}: the last request was answered after {share:.1} % of the dump; peak {} KiB",
            told.peak
        );
    }
}

fn check(options: &Options) -> ExitCode {
    if !run::has_valgrind() {
        println!("skipped: there is no valgrind");
        return ExitCode::SUCCESS;
    }
    let mut results = Results::<results::Checked>::read();
    let mut failed = false;
    for workload in options.workloads() {
        let Some(times) = workload.counted else { continue };
        let is_checked = |way: &&Way| CHECKED.contains(&(workload.name, way.name)) && way.is_ours();
        let ways: Vec<_> = workload.ways().filter(is_checked).collect();
        if ways.is_empty() || !enter(workload.world) {
            continue;
        }
        for way in ways {
            let now = run::count(way, workload, times, None).instructions;
            let before = results.get(workload.title, way.name).map(|checked| checked.0);
            let worse = before.is_none_or(|before| now > before * MARGIN);
            failed |= worse;
            println!(
                "{:<34} {:<22} {:>6} instructions, {:>6} committed{}",
                workload.title,
                way.name,
                short(now),
                optional(before),
                if worse && !options.write { ": TOO MANY" } else { "" }
            );
            if options.write {
                results.put(workload.title, way.name, results::Checked(now));
            }
        }
    }
    if options.write {
        results.write();
    } else if failed {
        println!(
            "More than a tenth above what is committed. If it has a reason, or the compiler is another one, say"
        );
        println!(
            "`cargo run --release --bin measure check --write` in iproute2/bench, and commit check.tsv."
        );
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
