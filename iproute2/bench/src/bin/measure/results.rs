//! What was found, in files beside the package, and the table that is made of it.

use crate::run::Counts;
use std::path::PathBuf;
use std::{env, fs};

/// What was found by one command, in the order of its measuring.
pub struct Results<T> {
    rows: Vec<(String, String, T)>,
}

/// A line of such a file, behind the workload and the way.
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
        fs::write(file(T::FILE), self.rows.iter().map(line).collect::<String>()).unwrap();
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

/// Medians, of one operation where it is not a ratio to the floor.
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

pub fn table(_write: bool) {}
