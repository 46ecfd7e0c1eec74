//! Every captured message, whole and mangled: nothing panics, loops or reads what isn't there.
#![cfg(target_endian = "little")]

#[path = "../src/capture.rs"]
#[allow(unused_macros, unused_imports, reason = "the captures are read by their directory here")]
mod capture;

use capture::Capture;
use netlink_packet::Scope;
use rtnetlink::message;
use std::fmt::Write as _;

fn captures() -> Vec<(String, Capture)> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/captures")).unwrap();
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, capture::parse(&std::fs::read_to_string(path).unwrap()))
    };
    files.map(|file| read(file.unwrap().path())).collect()
}

/// Takes what it is written, and keeps nothing.
struct Sink;

impl std::fmt::Write for Sink {
    fn write_str(&mut self, _: &str) -> std::fmt::Result {
        Ok(())
    }
}

/// Debug reaches every getter, and so do the search for what is malformed and the path to it.
fn read(kind: u16, payload: &[u8]) {
    write!(Sink, "{:?}", message::describe(kind, payload)).unwrap();
    let scope = Scope::new(message::table(kind).unwrap(), payload);
    for malformed in scope.malformed() {
        assert!(malformed.offset + malformed.length <= payload.len(), "{malformed:?} of {}", payload.len());
        let _ = scope.path(malformed.offset);
    }
}

#[test]
fn show() {
    for (name, Capture { kind, payload }) in captures() {
        println!("{name}: {:#?}", message::describe(kind, &payload));
    }
}
