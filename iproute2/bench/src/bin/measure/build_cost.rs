//! What the features of iproute2 add to a build: CPU time of the compiler, and size of a program.
//!
//! A small program is built once with each feature. The compiler runs under this program, which notes the time by crate, so
//! that crates without the feature don't count, however busy the machine is.

use crate::results::{machine, replace_between};
use crate::run::wait_for;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

/// The file in which a compiler that runs under this program notes its time.
const LOG: &str = "NETLINK_BENCH_COMPILED";

/// The crates that have features of families.
const CRATES: [&str; 2] = ["netlink_packet", "iproute2"];

const BEGIN: &str = "<!-- built: begin -->";
const END: &str = "<!-- built: end -->";

const PROGRAM: &str = r#"
fn main() -> iproute2::Result<()> {
    for link in iproute2::blocking::connect()?.link().list().iter() {
        let link = link?;
        println!("{}: {}", link.index(), link.name());
    }
    Ok(())
}
"#;

/// Runs the compiler, if that is what cargo wants of this program.
#[expect(clippy::zombie_processes, reason = "`wait_for` waits for it")]
pub fn compile() -> Option<ExitCode> {
    let log = env::var_os(LOG)?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    let name = arguments.windows(2).find(|pair| pair[0] == "--crate-name").map_or("", |pair| &pair[1]);
    let compiler = Command::new(&arguments[0]).args(&arguments[1..]).spawn().unwrap();
    let Some(used) = wait_for(&compiler) else { return Some(ExitCode::FAILURE) };
    let mut log = fs::OpenOptions::new().append(true).create(true).open(log).unwrap();
    writeln!(log, "{name} {}", used.user).unwrap();
    Some(ExitCode::SUCCESS)
}

/// What a build with some features took.
struct Built {
    /// Seconds of CPU time in user space.
    seconds: f64,
    /// Bytes of the program.
    size: u64,
}

/// Builds with each feature by itself and with all, and prints what it adds as a table, or writes it into the README.
pub fn build_cost(write: bool) {
    let package = env::current_exe().unwrap().with_file_name("build-cost");
    // What all have in common is built before.
    build(&package, "");
    let none = build(&package, "");
    let mut text = format!("{BEGIN}\n| feature | compiling, s | program, KiB |\n| --- | --: | --: |\n");
    let mut row = |name: &str, built: &Built| {
        let added = (built.size as f64 - none.size as f64) / 1024.0;
        let line = format!("| {name} | {:+.1} | {added:+.1} |\n", built.seconds - none.seconds);
        print!("{line}");
        text += &line;
    };
    for feature in family_features() {
        row(&format!("`{feature}`"), &build(&package, &feature));
    }
    row("`full`", &build(&package, "full"));
    let size = none.size as f64 / 1024.0;
    text += &format!("\nAll without: {:.1} s, {size:.0} KiB. {}.\n{END}", none.seconds, machine().unwrap());
    if write {
        replace_between(BEGIN, &text, END);
    }
}

/// The features of families, as `full` lists them.
fn family_features() -> Vec<String> {
    let manifest = fs::read_to_string(library().join("Cargo.toml")).unwrap();
    let (_, list) = manifest.split_once("full = [").expect("there is no feature `full`");
    let (list, _) = list.split_once(']').unwrap();
    list.split(',')
        .map(|word| word.trim().trim_matches('"').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn library() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Builds the program with a feature, or with none.
fn build(package: &Path, feature: &str) -> Built {
    fs::create_dir_all(package.join("src")).unwrap();
    let manifest = format!(
        "[workspace]\n[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [profile.release]\nstrip = true\nincremental = false\n[dependencies.iproute2]\npath = {:?}\n\
         default-features = false\nfeatures = [{}]\n",
        library(),
        if feature.is_empty() { String::new() } else { format!("{feature:?}") },
    );
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::write(package.join("src/main.rs"), PROGRAM).unwrap();
    let (target, log) = (package.join("target"), package.join("log"));
    let cargo = |arguments: &[&str]| {
        let mut cargo = Command::new(env::var_os("CARGO").expect("run it by cargo"));
        cargo.args(arguments).args(["--quiet", "--release"]).current_dir(package);
        cargo
            .env("CARGO_TARGET_DIR", &target)
            .env(LOG, &log)
            .env("RUSTC_WRAPPER", env::current_exe().unwrap());
        assert!(cargo.status().is_ok_and(|status| status.success()), "it does not build with {feature:?}");
    };
    cargo(&["clean", "--package", "netlink-packet", "--package", "iproute2", "--package", "program"]);
    let _ = fs::remove_file(&log);
    cargo(&["build"]);
    let mut seconds = HashMap::<String, f64>::new();
    for line in fs::read_to_string(&log).unwrap().lines() {
        let (name, nanoseconds) = line.split_once(' ').unwrap();
        *seconds.entry(name.to_owned()).or_default() += nanoseconds.parse::<f64>().unwrap() / 1e9;
    }
    let of = |name: &&str| seconds.get(*name).copied().expect("a crate was not built");
    let size = fs::metadata(target.join("release/program")).unwrap().len();
    Built { seconds: CRATES.iter().map(of).sum(), size }
}
