//! The words of the docs: an attribute's docs share a word with its name, the kernel's or ours, so that a search finds
//! them; and no docs use phrases that have a plain equivalent.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the docs are, from the workspace's root.
const FOLDERS: [&str; 2] = ["rtnetlink/src", "netlink-packet/src"];

/// The test fails when this many attributes have docs without a word of their name.
const LIMIT: usize = 60;

/// Fewer attributes than this means that the tables were not parsed correctly.
const ATTRIBUTES: usize = 900;

/// Phrases to avoid: there are plain words for each.
const PHRASES: [&str; 11] = [
    "and its kin",
    "and their kin",
    "as it is to become",
    "for anybody",
    "for ever",
    "how it stands",
    "in place of failing",
    "is a lie",
    "otherwise than others",
    "what it can be reported",
    "what it is reported",
];

/// Words that don't count as shared.
const FILLERS: [&str; 15] =
    ["a", "and", "as", "at", "by", "for", "in", "is", "it", "no", "of", "on", "or", "the", "to"];

/// One attribute of a table, as its line and the docs above it say.
struct Row {
    place: String,
    kernel: String,
    ours: String,
    docs: String,
}

#[test]
fn docs_of_attributes_name_them() {
    let Some(sources) = sources() else { return };
    let tables: Vec<_> = sources.iter().flat_map(|(path, text)| tables(path, text)).collect();
    let rows: usize = tables.iter().map(Vec::len).sum();
    assert!(rows >= ATTRIBUTES, "only {rows} attributes were found");

    let without: Vec<_> = tables.iter().flat_map(|rows| without_its_name(rows)).collect();
    for row in &without {
        println!("{}: {} ({}): {}", row.place, row.kernel, row.ours, row.docs);
    }
    println!("{} of {rows} attributes have docs without a word of their name", without.len());
    assert!(without.len() < LIMIT, "{} of {rows} attributes, {LIMIT} are too many", without.len());
}

#[test]
fn docs_are_in_plain_words() {
    let Some(sources) = sources() else { return };
    let mut found = Vec::new();
    for (path, text) in &sources {
        for (line, docs) in comments(text) {
            let docs = docs.to_lowercase();
            let phrases = PHRASES.iter().filter(|phrase| docs.contains(*phrase));
            found.extend(phrases.map(|phrase| format!("{}:{line}: {phrase:?}", path.display())));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn names_and_words() {
    let row = |kernel: &str, ours: &str, docs: &str| Row {
        place: String::new(),
        kernel: kernel.to_owned(),
        ours: ours.to_owned(),
        docs: docs.to_owned(),
    };
    let named = [
        row("IFLA_PROMISCUITY", "promiscuity", "Promiscuity count: how many users hold promiscuous mode."),
        row("IFLA_TXQLEN", "tx_queue_length", "Length of the queue."),
        row("IFLA_NUM_VF", "vf_count", "Number of virtual functions (VF)."),
    ];
    assert_eq!(without_its_name(&named).count(), 0);
    let not = [
        row("IFLA_PROMISCUITY", "promiscuity", "How many want it to receive what is for anybody."),
        row("IFLA_TXQLEN", "tx_queue_length", "How many packets can wait to be sent."),
        row("IFLA_QDISC", "qdisc", "What decides in which order it sends: see [`this`](Self::qdisc)."),
    ];
    assert_eq!(without_its_name(&not).count(), 3);
}

/// All source files but tests, with their text; `None`, and it is said, where they are not there, as in a virtual machine.
fn sources() -> Option<Vec<(PathBuf, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let mut files = Vec::new();
    for folder in FOLDERS {
        if !root.join(folder).is_dir() {
            println!("skipped: the sources in {folder} are not here");
            return None;
        }
        find(&root.join(folder), &mut files);
    }
    files.sort();
    let text = |path: &PathBuf| fs::read_to_string(path).unwrap();
    Some(files.iter().map(|path| (path.strip_prefix(root).unwrap().to_owned(), text(path))).collect())
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}

/// The attributes of each table of a file.
fn tables(path: &Path, text: &str) -> Vec<Vec<Row>> {
    let (mut tables, mut docs, mut inside) = (Vec::new(), String::new(), false);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        match line.strip_prefix("///") {
            Some(doc) => docs.push_str(doc),
            None if line == "attributes {" => {
                tables.push(Vec::new());
                inside = true;
            }
            None if line == "}" => inside = false,
            // Attributes stand between docs and what they are of.
            None if line.starts_with("#[") => {}
            None => {
                let docs = std::mem::take(&mut docs);
                let (Some(table), true) = (tables.last_mut(), inside) else { continue };
                if let Some((kernel, ours)) = names(line) {
                    let place = format!("{}:{}", path.display(), number + 1);
                    table.push(Row { place, kernel, ours, docs });
                }
            }
        }
    }
    tables
}

/// The kernel's name and ours, of a line such as `IFLA_MTU = 4 => mtu: u32,`.
fn names(line: &str) -> Option<(String, String)> {
    let (kernel, rest) = line.split_once(" = ")?;
    let (ours, _) = rest.split_once("=> ")?.1.split_once(':')?;
    let is_name = |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    (is_name(kernel) && is_name(ours)).then(|| (kernel.to_owned(), ours.to_owned()))
}

/// The rows of a table whose docs share no word with either name.
fn without_its_name(rows: &[Row]) -> impl Iterator<Item = &Row> {
    let kernel: Vec<Vec<_>> = rows.iter().map(|row| row.kernel.split('_').collect()).collect();
    // What all names of a table begin with says nothing of one; of a single one that is its first word.
    let alike = |at: usize| kernel.iter().all(|name| name.len() > at + 1 && name[at] == kernel[0][at]);
    let prefix = if rows.len() > 1 { (0..).take_while(|at| alike(*at)).count() } else { 1 };
    rows.iter()
        .enumerate()
        .filter(move |(at, row)| !is_named(row, &kernel[*at][prefix..]))
        .map(|(_, row)| row)
}

/// Whether the docs of a row have a word of these or of our name.
fn is_named(row: &Row, kernel: &[&str]) -> bool {
    let names: Vec<_> = words(&kernel.join("_")).chain(words(&row.ours)).collect();
    words(&without_links(&row.docs)).any(|word| names.iter().any(|name| same(name, &word)))
}

/// The text of docs: where links lead is not read.
fn without_links(docs: &str) -> String {
    let mut parts = docs.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + " " + part.split_once(')').map_or("", |(_, rest)| rest))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).map(str::to_lowercase);
    words.filter(|word| !word.is_empty() && !FILLERS.contains(&word.as_str()))
}

/// Whether two words are the same, one is short for the other (`addr`, `address`), or both are of one stem.
fn same(one: &str, other: &str) -> bool {
    let stem = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let shorter = one.len().min(other.len());
    one == other || stem >= 5 || (stem >= 3 && stem == shorter)
}

/// The doc comments of a file, each as one line of text, with the line that it begins on.
fn comments(text: &str) -> Vec<(usize, String)> {
    let mut comments: Vec<(usize, String)> = Vec::new();
    let mut before = false;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        match (doc, comments.last_mut()) {
            (Some(doc), Some((_, comment))) if before => comment.push_str(doc),
            (Some(doc), _) => comments.push((number + 1, doc.to_owned())),
            (None, _) => (),
        }
        before = doc.is_some();
    }
    comments
}
