//! Results, in files of the package, and the table that is made from them.

use crate::run::Counts;
use crate::short;
use crate::workloads::WORKLOADS;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// The results of one command, in the order of measuring.
pub struct Results<T> {
    rows: Vec<(String, String, T)>,
}

/// A line of such a file, after the workload and the way.
pub trait Row: Sized {
    const FILE: &'static str;

    fn to_fields(&self) -> Vec<String>;

    fn from_fields(fields: &[&str]) -> Option<Self>;
}

impl<T: Row> Results<T> {
    pub fn read() -> Self {
        let text = fs::read_to_string(file(T::FILE)).unwrap_or_default();
        let row = |line: &str| {
            let fields: Vec<_> = line.split('\t').collect();
            let row = T::from_fields(fields.get(2..)?)?;
            Some((fields[0].to_owned(), fields[1].to_owned(), row))
        };
        Results { rows: text.lines().filter_map(row).collect() }
    }

    pub fn get(&self, workload: &str, way: &str) -> Option<&T> {
        self.rows.iter().find(|row| row.0 == workload && row.1 == way).map(|row| &row.2)
    }

    pub fn put(&mut self, workload: &str, way: &str, result: T) {
        match self.rows.iter_mut().find(|row| row.0 == workload && row.1 == way) {
            Some(row) => row.2 = result,
            None => self.rows.push((workload.to_owned(), way.to_owned(), result)),
        }
    }

    pub fn write(&self) {
        let line = |(workload, way, row): &(String, String, T)| {
            format!("{workload}\t{way}\t{}\n", row.to_fields().join("\t"))
        };
        let lines: String = self.rows.iter().map(line).collect();
        // What was measured in a virtual machine joins what was measured outside.
        let machine = machine().unwrap_or_else(|| measured(T::FILE));
        fs::write(file(T::FILE), format!("# {machine}\n{lines}")).unwrap();
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("run it by cargo")).join(name)
}

/// Of one operation.
pub struct Counted(pub Counts);

impl Row for Counted {
    const FILE: &'static str = "counts.tsv";

    fn to_fields(&self) -> Vec<String> {
        let calls = self.0.calls.map_or("–".to_owned(), |calls| format!("{calls:.4}"));
        vec![format!("{:.1}", self.0.instructions), calls, format!("{:.4}", self.0.allocations)]
    }

    fn from_fields(fields: &[&str]) -> Option<Self> {
        let [instructions, calls, allocations] = fields else { return None };
        let (instructions, allocations) = (instructions.parse().ok()?, allocations.parse().ok()?);
        Some(Counted(Counts { instructions, calls: calls.parse().ok(), allocations }))
    }
}

/// Medians: of one operation, or a ratio to the floor.
pub struct Timed {
    pub nanoseconds: f64,
    pub wall: f64,
    pub cpu: f64,
    /// In KiB.
    pub peak: f64,
}

impl Row for Timed {
    const FILE: &'static str = "wall.tsv";

    fn to_fields(&self) -> Vec<String> {
        let Timed { nanoseconds, wall, cpu, peak } = self;
        vec![format!("{nanoseconds:.1}"), format!("{wall:.3}"), format!("{cpu:.3}"), format!("{peak:.0}")]
    }

    fn from_fields(fields: &[&str]) -> Option<Self> {
        let numbers: Option<Vec<f64>> = fields.iter().map(|field| field.parse().ok()).collect();
        let [nanoseconds, wall, cpu, peak] = numbers?.try_into().ok()?;
        Some(Timed { nanoseconds, wall, cpu, peak })
    }
}

/// Instructions of one operation.
pub struct Checked(pub f64);

impl Row for Checked {
    const FILE: &'static str = "check.tsv";

    fn to_fields(&self) -> Vec<String> {
        vec![format!("{:.0}", self.0)]
    }

    fn from_fields(fields: &[&str]) -> Option<Self> {
        fields.first()?.parse().ok().map(Checked)
    }
}

/// The date, the kernel and the compiler; `None` where there is no compiler.
pub fn machine() -> Option<String> {
    let output = |command: &str, argument: &str| {
        let output = Command::new(command).arg(argument).output().ok()?;
        Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    };
    let compiler = output("rustc", "--version")?;
    let compiler = compiler.split(' ').nth(1).unwrap_or_default();
    let kernel = output("uname", "-r")?;
    let kernel = kernel.split('-').next().unwrap_or_default();
    Some(format!("{}, Linux {kernel}, Rust {compiler}", output("date", "+%F")?))
}

/// The first line of a file: when and where it was measured.
fn measured(name: &str) -> String {
    let text = fs::read_to_string(file(name)).unwrap_or_default();
    text.strip_prefix("# ").and_then(|text| text.lines().next()).unwrap_or_default().to_owned()
}

/// The locked version of a package; the newest, if other crates use an older one.
fn version(package: &str) -> String {
    let lock = fs::read_to_string(file("Cargo.lock")).unwrap();
    let entries = lock.split("[[package]]").filter(|entry| entry.contains("source = "));
    let versions = entries.filter(|entry| entry.contains(&format!("name = \"{package}\"\n")));
    let line =
        versions.last().and_then(|entry| entry.lines().find_map(|line| line.strip_prefix("version = ")));
    line.unwrap_or_default().trim_matches('"').to_owned()
}

const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// Prints the results, or writes them into the README.
pub fn table(write: bool) {
    let counts = Results::<Counted>::read();
    let timed = Results::<Timed>::read();
    let text = format!(
        "{BEGIN}\n{}\nCounted: {}. Time: {}. tokio {}, rtnetlink {}, nlink {}, netlink-bindings {}, neli {}, wireguard-uapi {}, ethtool {}.\n{END}",
        rows(&counts, &timed),
        measured(Counted::FILE),
        measured(Timed::FILE),
        version("tokio"),
        version("rtnetlink"),
        version("nlink"),
        version("netlink-bindings"),
        version("neli"),
        version("wireguard-uapi"),
        version("ethtool"),
    );
    if write {
        replace_between(BEGIN, &text, END);
    } else {
        println!("{text}");
    }
}

/// Writes text into the README, between two lines that it has itself.
pub fn replace_between(begin: &str, text: &str, end: &str) {
    let before = fs::read_to_string(file("README.md")).unwrap();
    let (head, rest) = before.split_once(begin).expect("the README has no place for it");
    let (_, tail) = rest.split_once(end).expect("the README's place has no end");
    fs::write(file("README.md"), format!("{head}{text}{tail}")).unwrap();
}

fn rows(counts: &Results<Counted>, timed: &Results<Timed>) -> String {
    let mut text =
        "| | | instructions | system calls | allocations | time to floor | CPU to floor |\n".to_owned();
    text += "| --- | --- | --: | --: | --: | --: | --: |\n";
    for first in WORKLOADS.iter().filter(|workload| workload.counted.is_some()) {
        // Other sizes of the same workload differ only in time.
        let sizes: Vec<_> = WORKLOADS.iter().filter(|workload| workload.name == first.name).collect();
        let mut title = sizes.iter().map(|workload| workload.title).collect::<Vec<_>>().join(", ");
        for way in first.ways() {
            let Some(Counted(found)) = counts.get(first.title, way.name) else { continue };
            let times: Vec<_> =
                sizes.iter().filter_map(|workload| timed.get(workload.title, way.name)).collect();
            let ratios = |of: fn(&Timed) -> f64| {
                let ratios: Vec<_> = times.iter().map(|timed| format!("{:.2}", of(timed))).collect();
                if ratios.is_empty() { "–".to_owned() } else { ratios.join(", ") }
            };
            let name = if way.is_ours() { way.name.to_owned() } else { format!("*{}*", way.name) };
            text += &format!(
                "| {} | {name} | {} | {} | {} | {} | {} |\n",
                std::mem::take(&mut title),
                short(found.instructions),
                found.calls.map_or("–".to_owned(), short),
                short(found.allocations),
                ratios(|timed| timed.wall),
                ratios(|timed| timed.cpu),
            );
        }
    }
    text
}
