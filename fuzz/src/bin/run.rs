//! Runs the targets with the built-in mutator, with any compiler: `run [TARGET] [--seconds N] [--seed S] [--file
//! PATH]`.
//!
//! The same seed makes the same inputs. What makes a target panic, or takes it longer than ten seconds, is written to
//! `artifacts`, and `--file` runs it again.

use netlink_fuzz::mutate::{Dice, mutate};
use netlink_fuzz::{TARGETS, Target};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, panic, process, thread};

/// How long one input may take.
const LONG: Duration = Duration::from_secs(10);
/// How many inputs it keeps for further mutation, besides the seeds.
const KEPT: usize = 2_000;

struct Arguments {
    targets: Vec<&'static Target>,
    time: Duration,
    seed: u64,
    file: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}: run [TARGET] [--seconds N] [--seed S] [--file PATH]");
            return ExitCode::FAILURE;
        }
    };
    if let Some(file) = &arguments.file {
        let input = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        arguments.targets.iter().for_each(|target| (target.run)(&input));
        return ExitCode::SUCCESS;
    }
    thread::spawn(watch);
    for target in arguments.targets {
        if !fuzz(target, arguments.time, arguments.seed) {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments { targets: Vec::new(), time: Duration::from_secs(10), seed: 1, file: None };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            let number = words.next().and_then(|number| number.parse::<u64>().ok());
            number.ok_or_else(|| format!("{word} lacks its number"))
        };
        match word.as_str() {
            "--seconds" => found.time = Duration::from_secs(number()?),
            "--seed" => found.seed = number()?,
            "--file" => found.file = Some(words.next().ok_or("--file lacks its path")?.into()),
            name => {
                let target = TARGETS.iter().find(|target| target.name == name);
                found.targets.push(target.ok_or_else(|| format!("there is no target {name}"))?);
            }
        }
    }
    if found.targets.is_empty() {
        found.targets.extend(&TARGETS);
    }
    Ok(found)
}

/// Feeds a target inputs until the time is over; returns whether all of them passed.
fn fuzz(target: &Target, time: Duration, seed: u64) -> bool {
    let seeds = (target.seeds)();
    let mut kept: Vec<Vec<u8>> = Vec::new();
    let mut dice = Dice::new(seed);
    let (began, mut count, mut bytes) = (Instant::now(), 0_u64, 0_u64);
    let mut input = Vec::new();
    for seed in &seeds {
        if !takes(target, seed) {
            return false;
        }
    }
    while count % 256 != 0 || began.elapsed() < time {
        let pick = |dice: &mut Dice| match dice.below(3) {
            0 if !kept.is_empty() => &kept[dice.below(kept.len())],
            _ => &seeds[dice.below(seeds.len())],
        };
        let other = pick(&mut dice);
        input.clear();
        input.extend_from_slice(pick(&mut dice));
        mutate(&mut input, target.attributes, other, &mut dice);
        if !takes(target, &input) {
            return false;
        }
        match dice.below(64) {
            0 if kept.len() < KEPT => kept.push(input.clone()),
            0 => {
                let place = dice.below(KEPT);
                kept[place].clone_from(&input);
            }
            _ => (),
        }
        count += 1;
        bytes += input.len() as u64;
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{}: {count} inputs of {} bytes on average in {seconds:.0} s, {:.0} a second, seed {seed}",
        target.name,
        bytes / count.max(1),
        count as f64 / seconds
    );
    true
}

/// The current input, for the report if it takes too long.
static CURRENT: Mutex<(&str, Vec<u8>)> = Mutex::new(("", Vec::new()));
static COUNT: AtomicU64 = AtomicU64::new(0);

fn takes(target: &Target, input: &[u8]) -> bool {
    {
        let mut current = CURRENT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        current.0 = target.name;
        current.1.clear();
        current.1.extend_from_slice(input);
    }
    COUNT.fetch_add(1, Ordering::Relaxed);
    let run = target.run;
    let result = panic::catch_unwind(|| run(input));
    if result.is_err() {
        save("crash");
    }
    result.is_ok()
}

/// Ends the process if one input takes too long.
fn watch() {
    let mut last = u64::MAX;
    loop {
        thread::sleep(LONG);
        let count = COUNT.load(Ordering::Relaxed);
        if count == last {
            save("hang");
            process::exit(1);
        }
        last = count;
    }
}

fn save(what: &str) {
    let current = CURRENT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let (target, input) = &*current;
    let sum = input
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts").join(target);
    let path = directory.join(format!("{what}-{sum:016x}"));
    let written = fs::create_dir_all(&directory).and_then(|()| fs::write(&path, input));
    match written {
        Ok(()) => eprintln!("{what}: run {target} --file {}", path.display()),
        Err(error) => eprintln!("{what}: {}: {error}", path.display()),
    }
}
