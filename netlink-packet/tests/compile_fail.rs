//! What the compiler says of mistakes in our macros, and on which line.
//!
//! Each file of `compile_fail/` is compiled against the library. Behind `//~` stands a part of an error that its line
//! must have; `//~^` speaks of the line above, with one more `^` for each line further up. An error on any
//! other line fails the test. `sound.rs` has none.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;
use std::{env, fs, io};

#[test]
fn mistakes_are_reported_on_their_line() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile_fail");
    if !sources.is_dir() {
        eprintln!("skipped: the test was taken to where its sources are not");
        return;
    }
    let out = OutDir::new();
    let Some(compiler) = Compiler::find(&out.0) else { return };
    let mut files: Vec<_> = fs::read_dir(sources).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let wrong: Vec<_> = files.iter().flat_map(|file| compiler.check(file)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The compiler, and the library as cargo built it for this test.
struct Compiler<'a> {
    library: PathBuf,
    out: &'a Path,
}

impl<'a> Compiler<'a> {
    /// The newest library that the compiler accepts: other builds of it may lie beside ours.
    fn find(out: &'a Path) -> Option<Self> {
        let sound = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile_fail/sound.rs");
        let mut last = String::new();
        for library in libraries() {
            let compiler = Compiler { library, out };
            match compiler.run(&sound) {
                Ok(output) if output.status.success() => return Some(compiler),
                Ok(output) => last = String::from_utf8_lossy(&output.stderr).into_owned(),
                Err(error) => {
                    eprintln!("skipped: no compiler here ({error})");
                    return None;
                }
            }
        }
        panic!("no build of the library that the compiler takes: {last}");
    }

    fn run(&self, file: &Path) -> io::Result<Output> {
        let dependencies = self.library.parent().unwrap_or(Path::new("."));
        Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()))
            .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--error-format=short"])
            .arg("--out-dir")
            .arg(self.out)
            .arg("--extern")
            .arg(format!("netlink_packet={}", self.library.display()))
            .arg("-L")
            .arg(format!("dependency={}", dependencies.display()))
            .arg(file)
            .output()
    }

    /// What is not as the file says.
    fn check(&self, file: &Path) -> Vec<String> {
        let source = fs::read_to_string(file).unwrap();
        let expected = expected(&source);
        let output = self.run(file).unwrap();
        let output = String::from_utf8_lossy(&output.stderr);
        let found: Vec<_> = output.lines().filter_map(|line| error(line, file)).collect();

        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let missing = expected
            .iter()
            .filter(|(at, text)| !found.iter().any(|(line, error)| line == at && error.contains(text)))
            .map(|(at, text)| format!("{name}:{at}: missing: {text}"));
        let surplus = found
            .iter()
            .filter(|(at, _)| !expected.iter().any(|(line, _)| line == at))
            .map(|(at, error)| format!("{name}:{at}: not expected: {error}"));
        missing.chain(surplus).collect()
    }
}

fn libraries() -> Vec<PathBuf> {
    let test = env::current_exe().unwrap();
    let built = fs::read_dir(test.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("libnetlink_packet-") && name.ends_with(".rlib")
    };
    let age =
        |path: &PathBuf| path.metadata().and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let mut libraries: Vec<_> = built.filter(is_library).collect();
    libraries.sort_by_key(age);
    libraries.reverse();
    libraries
}

/// The lines that must have an error, with a part of it.
fn expected(source: &str) -> Vec<(usize, &str)> {
    let annotated = (1..).zip(source.lines()).filter_map(|(at, line)| Some((at, line.split_once("//~")?.1)));
    annotated
        .map(|(at, text)| {
            let error = text.trim_start_matches('^');
            (at - (text.len() - error.len()), error.trim())
        })
        .collect()
}

/// The line and text of an error, `FILE:LINE:COLUMN: error...`; line 0 where it is of no line of the file.
fn error<'a>(line: &'a str, file: &Path) -> Option<(usize, &'a str)> {
    let (place, text) = line.split_once(": error")?;
    let place = place.strip_prefix(&*file.to_string_lossy()).unwrap_or_default();
    let at = place.split(':').nth(1).and_then(|at| at.parse().ok()).unwrap_or(0);
    Some((at, text))
}

/// A folder for what the compiler writes, away when the test ends.
struct OutDir(PathBuf);

impl OutDir {
    fn new() -> Self {
        let path = env::temp_dir().join(format!("netlink-packet-compile-fail-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        OutDir(path)
    }
}

impl Drop for OutDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
