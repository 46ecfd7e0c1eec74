//! The checks for each row.

use crate::attributes::text_of;
use crate::support::{enter, is_unknown_kind, kernel, skip};
use iproute2::netlink_packet::{Build, Packet, Table, View};
use iproute2::{Error, Result, blocking};
use std::collections::BTreeSet;

/// The outcome of an attribute in a request.
#[derive(Clone, Copy)]
pub(crate) enum What {
    /// The object has it as it was sent.
    Told,
    /// It is done, and the object tells it otherwise than it was given: the row says [how](Row::shown).
    Shown,
    /// The request fails, with these words.
    Refused(&'static str),
    /// It does not apply there, or is tested elsewhere; why.
    Not(&'static str),
}

/// An attribute.
pub(crate) struct Row<B: Build> {
    pub(crate) attribute: &'static str,
    pub(crate) set: fn(B) -> B,
    pub(crate) changed: fn(B) -> B,
    pub(crate) base: &'static str,
    add: What,
    change: What,
    since: (u32, u32),
    is_refused_before: bool,
    shown: fn(&B::View) -> bool,
}

pub(crate) fn row<B: Build>(attribute: &'static str, set: fn(B) -> B, add: What, change: What) -> Row<B> {
    let since = (0, 0);
    Row {
        attribute,
        set,
        changed: set,
        base: "",
        add,
        change,
        since,
        is_refused_before: false,
        shown: |_| false,
    }
}

/// An attribute that no request here sets, and why.
pub(crate) fn not<B: Build>(attribute: &'static str, why: &'static str) -> Row<B> {
    row(attribute, |message| message, What::Not(why), What::Not(why))
}

impl<B: Build> Row<B> {
    /// What a change sets, if that differs.
    pub(crate) fn changed(mut self, set: fn(B) -> B) -> Self {
        self.changed = set;
        self
    }

    /// The object that has it, if not the usual one.
    pub(crate) fn of(mut self, base: &'static str) -> Self {
        self.base = base;
        self
    }

    /// Whether an object has it, where it is not told as it is given.
    pub(crate) fn shown(mut self, is_shown: fn(&B::View) -> bool) -> Self {
        self.shown = is_shown;
        self
    }

    /// The same requests without the attribute.
    fn without(&self) -> Self {
        Row { set: |message| message, changed: |message| message, ..*self }
    }

    /// Kernels know it from this version on, and a request with it fails before.
    pub(crate) fn known_since(mut self, version: (u32, u32)) -> Self {
        self.is_refused_before = true;
        self.since(version)
    }

    /// Kernels accept it from this version on.
    pub(crate) fn since(mut self, version: (u32, u32)) -> Self {
        self.since = version;
        self
    }
}

/// Sends a request with the attribute of a row, in a fresh namespace, and returns the object after it.
pub(crate) type Send<B> = fn(&blocking::Handle, &Row<B>) -> Result<Packet<<B as Build>::View>>;

/// Tries each row by both requests; each attribute that requests can set has one.
pub(crate) fn walk<B: Build + Default>(rows: &[Row<B>], add: Send<B>, change: Send<B>) {
    let mut failures = incomplete(rows);
    for row in rows {
        let is_unknown = kernel() < row.since;
        if is_unknown && !row.is_refused_before {
            println!("{}: since Linux {:?}", row.attribute, row.since);
            continue;
        }
        for (verb, send, what, set) in
            [("add", add, row.add, row.set), ("change", change, row.change, row.changed)]
        {
            if !enter() {
                return;
            }
            if let What::Not(why) = what {
                println!("{verb}: {}: not tried: {why}", row.attribute);
                continue;
            }
            let result = send(&blocking::connect().unwrap(), row);
            if result.as_ref().is_err_and(is_unknown_kind) {
                skip(&format!("this kernel lacks a kind for {}", row.attribute));
                continue;
            }
            let what = if is_unknown { What::Refused("this kernel does not know") } else { what };
            let failure = judge(row, what, result, set).or_else(|| {
                let without = enter().then(|| send(&blocking::connect().unwrap(), &row.without()));
                let is_had = without?.is_ok_and(|object| has(row, what, &object, set));
                is_had.then(|| "the object has it without the request as well".to_owned())
            });
            failures.extend(failure.map(|failure| format!("{verb}: {}: {failure}", row.attribute)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The problem with the answer, if any.
fn judge<B: Build + Default>(
    row: &Row<B>,
    what: What,
    result: Result<Packet<B::View>>,
    set: fn(B) -> B,
) -> Option<String> {
    match (what, result) {
        (What::Told, Ok(told)) => {
            let [given, told] = texts(row, &told, set);
            (given.is_none() || given != told).then(|| format!("{given:?} was given, {told:?} is told"))
        }
        (What::Shown, Ok(told)) => (!(row.shown)(&told)).then(|| format!("it is not shown: {told:?}")),
        (What::Refused(words), Err(error)) if words_of(&error).contains(words) => None,
        (What::Not(_), _) => None,
        (What::Refused(words), Ok(_)) => Some(format!("done, not refused: {words}")),
        (_, Err(error)) => Some(error.to_string()),
    }
}

/// The attribute of a row as it is given, and as an object tells it.
fn texts<B: Build + Default>(row: &Row<B>, told: &B::View, set: fn(B) -> B) -> [Option<String>; 2] {
    let table = B::View::table();
    let known = table.rows.iter().find(|known| known.name == row.attribute);
    let given = set(B::default());
    let given = B::View::cast(given.buffer().body()).attributes_of().raw();
    [given, told.attributes_of().raw()].map(|raw| text_of(table, raw, known?.number))
}

/// Whether an object has the attribute of a row.
fn has<B: Build + Default>(row: &Row<B>, what: What, object: &B::View, set: fn(B) -> B) -> bool {
    match what {
        What::Told => {
            let [given, told] = texts(row, object, set);
            given == told
        }
        What::Shown => (row.shown)(object),
        What::Refused(_) | What::Not(_) => false,
    }
}

fn words_of(error: &Error) -> String {
    error.to_string()
}

/// The attributes that requests can set and that have no row, and the rows that no such attribute has.
fn incomplete<B: Build>(rows: &[Row<B>]) -> Vec<String> {
    incomplete_of(B::View::table(), rows.iter().map(|row| row.attribute))
}

/// The same of a table, by the names in rows.
pub(crate) fn incomplete_of(table: &'static Table, names: impl Iterator<Item = &'static str>) -> Vec<String> {
    let settable = table.rows.iter().filter(|row| !row.marks.is_read_only());
    let settable: BTreeSet<_> = settable.map(|row| row.name).collect();
    let given: BTreeSet<_> = names.collect();
    let missing = settable.difference(&given).map(|name| format!("{name} has no row"));
    missing
        .chain(given.difference(&settable).map(|name| format!("{name} is nothing that requests set")))
        .collect()
}
