//! Captures: messages as a kernel and its tools wrote them, in the byte order of the machine that they are from. Here
//! they are turned into that of the machine at hand, by the tables that read them.

use netlink_packet::{HEADER_LEN, Inside, NLA_TYPE_MASK, Nest, Schema, Scope, Table, Type, View, align};
use std::ops::Range;

/// The bytes of a capture in this machine's byte order: hexadecimal digits, with lines that begin with `#` between
/// them. `table` reads the messages of a type.
pub(crate) fn parse(text: &str, table: impl Fn(u16) -> Option<&'static Table>) -> Vec<u8> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let digits: Vec<u8> = lines.flat_map(str::bytes).filter(|byte| !byte.is_ascii_whitespace()).collect();
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let mut bytes: Vec<u8> = digits.chunks(2).map(octet).collect();
    if is_foreign(&bytes) {
        Turn { foreign: true }.messages(&mut bytes, &table);
    }
    bytes
}

/// The same messages in the other byte order.
#[allow(dead_code, reason = "not every test turns them to and fro")]
pub(crate) fn turned(bytes: &[u8], table: impl Fn(u16) -> Option<&'static Table>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let foreign = is_foreign(&bytes);
    Turn { foreign }.messages(&mut bytes, &table);
    bytes
}

/// Whether the messages are from a machine of the other byte order: each begins with its length.
fn is_foreign(bytes: &[u8]) -> bool {
    let length = u32::from_ne_bytes(bytes[..4].try_into().unwrap());
    let fits = |length: u32| (HEADER_LEN..=bytes.len()).contains(&(length as usize));
    assert!(fits(length) != fits(length.swap_bytes()), "a length of {length:#x} of {}", bytes.len());
    !fits(length)
}

/// Turns messages from the other byte order into this machine's (`foreign`), or the other way.
struct Turn {
    foreign: bool,
}

/// An attribute in the bytes of its set.
struct Place {
    at: usize,
    number: u16,
    payload: Range<usize>,
}

impl Turn {
    fn messages(&self, mut bytes: &mut [u8], table: &impl Fn(u16) -> Option<&'static Table>) {
        while !bytes.is_empty() {
            let length = self.u32(bytes, 0) as usize;
            let message_type = self.u16(bytes, 4);
            let (message, rest) = bytes.split_at_mut(align(length).min(bytes.len()));
            for (at, size) in [(0, 4), (4, 2), (6, 2), (8, 4), (12, 4)] {
                message[at..at + size].reverse();
            }
            let payload = &mut message[HEADER_LEN..length];
            match table(message_type) {
                Some(table) => self.set(table, payload, None),
                // The end of a dump and an acknowledgement begin with a number and have nothing else here.
                None => payload.chunks_mut(4).for_each(<[u8]>::reverse),
            }
            bytes = rest;
        }
    }

    /// Turns a fixed header and attributes, and all that is in them.
    fn set(&self, table: &'static Table, bytes: &mut [u8], outer: Option<&Scope<'_>>) {
        let places = if table.attributes { self.places(bytes, align(table.header)) } else { Vec::new() };
        if self.foreign {
            self.numbers(table, bytes, &places);
        }
        // What is inside depends on what stands beside it, which a scope reads in this machine's order.
        let native = bytes.to_vec();
        let scope = match outer {
            Some(outer) => outer.nest(table, 0, &native).expect("nests are not that deep"),
            None => Scope::new(table, &native),
        };
        for field in table.fields {
            let end = if field.size == 0 { bytes.len() } else { field.end() };
            if let Some(bytes) = bytes.get_mut(field.at..end).filter(|_| is_inside(&field.value, &scope)) {
                self.inside(&field.value, bytes, &scope);
            }
        }
        for place in &places {
            let row = scope.row(place.number);
            if let Some(row) = row.filter(|row| is_inside(&row.value, &scope)) {
                self.inside(&row.value, &mut bytes[place.payload.clone()], &scope);
            }
        }
        if !self.foreign {
            self.numbers(table, bytes, &places);
        }
    }

    /// Turns the headers of attributes, and what are numbers of a set and nothing else.
    fn numbers(&self, table: &'static Table, bytes: &mut [u8], places: &[Place]) {
        for field in table.fields.iter().filter(|field| field.size > 0) {
            if let Some(bytes) = bytes.get_mut(field.at..field.end()) {
                turn_numbers(field.name, &field.value.schema, bytes);
            }
        }
        for place in places {
            bytes[place.at..place.at + 2].reverse();
            bytes[place.at + 2..place.at + 4].reverse();
            let Some(row) = table.rows.iter().find(|row| row.number == place.number) else { continue };
            turn_numbers(row.name, &row.value.schema, &mut bytes[place.payload.clone()]);
        }
    }

    fn inside(&self, value: &Type, bytes: &mut [u8], scope: &Scope<'_>) {
        match value.inside(scope) {
            Inside::Set(table) => self.set(table, bytes, Some(scope)),
            Inside::Items(item) | Inside::Entries(item) => self.list(item, bytes, scope),
            Inside::Records(table) => {
                let mut rest = bytes;
                while !rest.is_empty() {
                    let length = usize::from(self.u16(rest, 0));
                    let (record, after) = rest.split_at_mut(align(length).min(rest.len()));
                    self.set(table, &mut record[..length], Some(scope));
                    rest = after;
                }
            }
            Inside::Trailer(start, table) => self.set(table, &mut bytes[align(start)..], Some(scope)),
            Inside::Value => self.structs(&value.schema, bytes, scope),
            other => panic!("nothing says how to turn {other:?}"),
        }
    }

    /// Turns attributes that are all of one type.
    fn list(&self, item: &Type, bytes: &mut [u8], scope: &Scope<'_>) {
        for place in self.places(bytes, 0) {
            bytes[place.at..place.at + 2].reverse();
            bytes[place.at + 2..place.at + 4].reverse();
            let payload = &mut bytes[place.payload];
            turn_numbers("", &item.schema, payload);
            let list = scope.nest(Nest::table(), 0, &[]).expect("nests are not that deep");
            if is_inside(item, &list) {
                self.inside(item, payload, &list);
            }
        }
    }

    /// Turns structs one after another.
    fn structs(&self, schema: &Schema, bytes: &mut [u8], scope: &Scope<'_>) {
        let Some(table) = schema.set.map(|table| table()) else { return };
        if table.fields.iter().any(|field| field.size == 0) {
            self.set(table, bytes, Some(scope));
        } else {
            bytes.chunks_mut(table.header).for_each(|bytes| self.set(table, bytes, Some(scope)));
        }
    }

    /// The attributes from `start` on.
    fn places(&self, bytes: &[u8], start: usize) -> Vec<Place> {
        let mut places = Vec::new();
        let mut at = start;
        while at + 4 <= bytes.len() {
            let length = usize::from(self.u16(bytes, at));
            let number = self.u16(bytes, at + 2) & NLA_TYPE_MASK;
            assert!((4..=bytes.len() - at).contains(&length), "{length} of an attribute at {at}");
            places.push(Place { at, number, payload: at + 4..at + length });
            at += align(length);
        }
        places
    }

    fn u16(&self, bytes: &[u8], at: usize) -> u16 {
        let number = u16::from_ne_bytes(bytes[at..at + 2].try_into().unwrap());
        if self.foreign { number.swap_bytes() } else { number }
    }

    fn u32(&self, bytes: &[u8], at: usize) -> u32 {
        let number = u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
        if self.foreign { number.swap_bytes() } else { number }
    }
}

/// Whether there is more in a payload than numbers.
fn is_inside(value: &Type, scope: &Scope<'_>) -> bool {
    value.schema.set.is_some() || !matches!(value.inside(scope), Inside::Value)
}

/// What is in network byte order, though the kernel's specification, which schemas follow, says that it is not.
const BIG_ENDIAN: [&str; 5] =
    ["prio", "MPLS_IPTUNNEL_DST", "RTA_NEWDST", "ILA_ATTR_LOCATOR", "ILA_ATTR_LOCATOR_MATCH"];
/// What is in the machine's, though the specification says that it is in network byte order. The flags of other tunnels
/// under this name are so by their type.
const NOT_BIG_ENDIAN: [&str; 1] = ["IFLA_IPTUN_FLAGS"];

/// Turns a number, or numbers one after another, unless they are in network byte order.
fn turn_numbers(name: &str, schema: &Schema, bytes: &mut [u8]) {
    let is_list = schema.data_type == "binary";
    let number = schema.element.filter(|_| is_list).unwrap_or(schema);
    let width = match number.data_type {
        _ if BIG_ENDIAN.contains(&name) || number.big_endian && !NOT_BIG_ENDIAN.contains(&name) => return,
        "u16" | "s16" if is_list => 2,
        "u32" | "s32" if is_list => 4,
        "u64" | "s64" if is_list => 8,
        // A number may be wider than most are, as the time until a route of multicast expires.
        "u16" | "s16" | "u32" | "s32" | "u64" | "s64" | "uint" | "sint" => bytes.len().max(1),
        _ => return,
    };
    bytes.chunks_exact_mut(width).for_each(<[u8]>::reverse);
}
