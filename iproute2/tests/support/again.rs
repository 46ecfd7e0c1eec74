//! Objects listed twice, compared by their tables: what may differ is what only the kernel sets.

#![allow(dead_code, reason = "each test binary uses a part")]

use iproute2::netlink_packet::{
    Inside, Marks, Packet, RawAttribute, RawAttributes, Scope, Table, Type, View,
};
use std::collections::BTreeMap;

/// What an object says that requests can set, each under the kernel's names of the way to it.
pub(crate) type Said = BTreeMap<String, Vec<u8>>;

/// All that a list says of an object and that is not the kernel's alone.
pub(crate) fn said<M: View + ?Sized>(object: &M) -> Said {
    let mut all = Said::new();
    set(&Scope::of(object), "", &mut all);
    all
}

fn set(scope: &Scope<'_>, path: &str, all: &mut Said) {
    let table = scope.table();
    for field in table.fields {
        let end = if field.size == 0 { scope.bytes().len() } else { field.at + field.size };
        let bytes = scope.bytes().get(field.at..end).unwrap_or_default();
        note(&field.marks, format!("{path}{}", field.name), bytes, all);
    }
    if !table.attributes {
        return;
    }
    for attribute in scope.attributes() {
        one(scope, path, &attribute, all);
    }
}

fn one(scope: &Scope<'_>, path: &str, attribute: &RawAttribute<'_>, all: &mut Said) {
    match scope.row(attribute.number()) {
        Some(row) if row.marks.is_read_only() => (),
        Some(row) => {
            value(scope, &row.value, &row.marks, format!("{path}{}", row.name), attribute.payload, all)
        }
        None => note(&Marks::default(), format!("{path}{}", attribute.number()), attribute.payload, all),
    }
}

fn value(scope: &Scope<'_>, kind: &Type, marks: &Marks, path: String, payload: &[u8], all: &mut Said) {
    let nest = |table: &'static Table, bytes, path: String, all: &mut Said| {
        // Of several of the same, each counts.
        let path = (0..).map(|n| format!("{path}[{n}]")).find(|path| !all.contains_key(path)).unwrap();
        all.insert(path.clone(), Vec::new());
        set(&scope.nest(table, 0, bytes).unwrap(), &format!("{path}/"), all);
    };
    match kind.inside(scope) {
        Inside::Set(table) if !table.rows.is_empty() || !table.fields.is_empty() => {
            nest(table, payload, path, all)
        }
        Inside::Set(_) | Inside::Value | Inside::Trailer(..) => note(marks, path, payload, all),
        Inside::Items(item) | Inside::Entries(item) => {
            for (n, attribute) in RawAttributes::new(payload).enumerate() {
                value(scope, item, marks, format!("{path}/{n}"), attribute.payload, all);
            }
        }
        Inside::Records(table) => {
            let mut rest = payload;
            while let [a, b, ..] = *rest {
                let length = usize::from(u16::from_ne_bytes([a, b]));
                nest(table, &rest[..length], path.clone(), all);
                rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
        }
        other => panic!("this test does not look into {other:?}"),
    }
}

fn note(marks: &Marks, path: String, bytes: &[u8], all: &mut Said) {
    let mut bytes = bytes.to_vec();
    if marks.is_read_only() {
        return;
    }
    bytes.iter_mut().zip(marks.bits().to_ne_bytes()).for_each(|(byte, mask)| *byte &= mask);
    let path = (0..).map(|n| format!("{path}#{n}")).find(|path| !all.contains_key(path)).unwrap();
    all.insert(path, bytes);
}

/// What is not the same in both, but for what is named.
pub(crate) fn differences(before: &Said, after: &Said, apart_from: &[&str]) -> Vec<String> {
    let named = |path: &str| apart_from.iter().any(|name| path.contains(name));
    let mut found = Vec::new();
    for path in before.keys().chain(after.keys().filter(|path| !before.contains_key(*path))) {
        if !named(path) && before.get(path) != after.get(path) {
            found.push(format!("{path}: {:?} is {:?}", before.get(path), after.get(path)));
        }
    }
    found
}

/// What became of each object that is not the same any more: the differences to the one that is most like it.
pub(crate) fn changed<M: View + ?Sized>(
    before: &[Packet<M>],
    after: &[Packet<M>],
    apart_from: &[&str],
) -> Vec<String> {
    let mut left: Vec<Said> = after.iter().map(|object| said(&**object)).collect();
    let mut found = Vec::new();
    for object in before {
        let was = said(&**object);
        let compared = left.iter().enumerate().map(|(n, is)| (n, differences(&was, is, apart_from)));
        match compared.min_by_key(|(_, differences)| differences.len()) {
            Some((n, differences)) if differences.is_empty() => drop(left.swap_remove(n)),
            Some((_, differences)) => found.push(format!("{object:?}: {}", differences.join(", "))),
            None => found.push(format!("{object:?} is gone")),
        }
    }
    if found.is_empty() && !left.is_empty() {
        found.push(format!("{} are new: {left:?}", left.len()));
    }
    found
}
