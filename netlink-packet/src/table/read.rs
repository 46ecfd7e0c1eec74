//! Readers of the rows: malformed attributes, paths to an offset, and printing.

use super::data::{Field, Inside, LIST, Scope, Table, Type};
use crate::attribute::{ATTRIBUTE_HEADER_LEN, RawRecords};
use crate::bytes::Hex;
use crate::codec::parts;
use crate::header::align;
use std::fmt::{self, Debug as _};

/// A malformed attribute: its codec can't read its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The names of the nests around it and its own, such as `IFLA_LINKINFO / IFLA_INFO_KIND`; for bytes that are not
    /// an attribute, only those of the nests.
    pub path: String,
    /// Offset from the start of the message without its header.
    pub offset: usize,
    /// Bytes of its payload.
    pub length: usize,
}

impl<'a> Scope<'a> {
    /// The result of the function for the set in the first attribute with this number; `None` if there is no such
    /// attribute, or no set in it.
    pub fn within<R>(&self, number: u16, look: impl FnOnce(&Scope<'_>) -> R) -> Option<R> {
        let payload = self.attributes().payload_of(number)?;
        match self.row(number)?.value.inside(self) {
            Inside::Set(table) => self.nest(table, 0, payload).map(|nest| look(&nest)),
            _ => None,
        }
    }

    /// The malformed attributes, here and in nests.
    pub fn malformed(&self) -> Vec<Malformed> {
        let mut found = Vec::new();
        self.find_malformed("", &mut found);
        found
    }

    fn find_malformed(&self, path: &str, found: &mut Vec<Malformed>) {
        let mut read = align(self.table.header).min(self.bytes.len());
        for (at, attribute) in self.placed() {
            read = at - self.at + align(ATTRIBUTE_HEADER_LEN + attribute.payload.len());
            let Some(row) = self.row(attribute.number()) else { continue };
            let path = join(path, row.name);
            self.check(&row.value, &path, at, attribute.payload, found);
        }
        if read < self.bytes.len() && self.table.attributes {
            let (offset, length) = (self.at + read, self.bytes.len() - read);
            found.push(Malformed { path: path.to_owned(), offset, length });
        }
        for field in self.table.fields.iter().filter(|field| field.size == 0) {
            self.check_rest(field, path, found);
        }
    }

    /// Checks what follows a struct's fields.
    fn check_rest(&self, field: &Field, path: &str, found: &mut Vec<Malformed>) {
        match self.bytes.get(field.at..) {
            Some(rest) if field.value.accepts(rest, self) => {
                let (start, table) = match field.value.inside(self) {
                    Inside::Set(table) => (0, table),
                    Inside::Trailer(start, table) => (align(start), table),
                    _ => return,
                };
                let bytes = rest.get(start..).unwrap_or_default();
                if let Some(nest) = self.nest(table, self.at + field.at + start, bytes) {
                    nest.find_malformed(path, found);
                }
            }
            _ => {
                let offset = self.at.saturating_sub(ATTRIBUTE_HEADER_LEN);
                found.push(Malformed { path: path.to_owned(), offset, length: self.bytes.len() });
            }
        }
    }

    fn check(&self, value: &Type, path: &str, at: usize, payload: &[u8], found: &mut Vec<Malformed>) {
        let payload_at = at + ATTRIBUTE_HEADER_LEN;
        if !value.accepts(payload, self) {
            found.push(Malformed { path: path.to_owned(), offset: at, length: payload.len() });
            return;
        }
        match value.inside(self) {
            Inside::Value | Inside::Trailer(..) => (),
            Inside::Set(table) => {
                if let Some(nest) = self.nest(table, payload_at, payload) {
                    nest.find_malformed(path, found);
                }
            }
            Inside::Items(item) | Inside::Entries(item) => {
                if let Some(list) = self.nest(&LIST, payload_at, payload) {
                    for (at, attribute) in list.placed() {
                        list.check(item, path, at, attribute.payload, found);
                    }
                }
            }
            Inside::Records(table) => self.check_records(table, path, payload_at, payload, found),
        }
    }

    fn check_records(
        &self,
        table: &'static Table,
        path: &str,
        at: usize,
        payload: &[u8],
        found: &mut Vec<Malformed>,
    ) {
        let mut records = RawRecords::new(payload, table.header);
        for (start, record) in records.by_ref() {
            if let Some(nest) = self.nest(table, at + start, record) {
                nest.find_malformed(path, found);
            }
        }
        let (start, rest) = records.rest();
        if !rest.is_empty() {
            found.push(Malformed { path: path.to_owned(), offset: at + start, length: rest.len() });
        }
    }

    /// The names of the attributes around this offset of the outermost message, outermost first: the path of the
    /// attribute that begins there (as the kernel points at one) or contains it.
    pub fn path(&self, offset: usize) -> Vec<&'static str> {
        let mut path = Vec::new();
        self.find_path(offset, &mut path);
        path
    }

    /// Follows the offset down, and returns the structure in the attribute at the end of the path.
    fn find_path(&self, offset: usize, path: &mut Vec<&'static str>) -> Option<&'static Table> {
        let (at, attribute) = self.placed().find(|(at, attribute)| offset < at + attribute.length())?;
        let row = self.row(attribute.number()).filter(|_| offset >= at)?;
        path.push(row.name);
        self.descend(&row.value, at, attribute.payload, offset, path)
    }

    fn descend(
        &self,
        value: &Type,
        at: usize,
        payload: &[u8],
        offset: usize,
        path: &mut Vec<&'static str>,
    ) -> Option<&'static Table> {
        let payload_at = at + ATTRIBUTE_HEADER_LEN;
        match value.inside(self) {
            Inside::Set(table) | Inside::Records(table) if offset < payload_at => Some(table),
            Inside::Set(table) => self.nest(table, payload_at, payload)?.find_path(offset, path),
            Inside::Items(item) | Inside::Entries(item) if offset >= payload_at => {
                let list = self.nest(&LIST, payload_at, payload)?;
                let (at, attribute) =
                    list.placed().find(|(at, attribute)| offset < at + attribute.length())?;
                list.descend(item, at, attribute.payload, offset, path)
            }
            Inside::Records(table) => {
                let mut records = RawRecords::new(payload, table.header);
                let (start, record) =
                    records.find(|(start, record)| offset < payload_at + start + record.len())?;
                self.nest(table, payload_at + start, record)?.find_path(offset, path)
            }
            Inside::Value | Inside::Items(_) | Inside::Entries(_) | Inside::Trailer(..) => None,
        }
    }

    /// The path of a missing attribute: its number, and the offset of the nest that lacks it (none at the top level).
    pub fn missing(&self, nest: Option<usize>, number: u16) -> Vec<&'static str> {
        let mut path = Vec::new();
        let table = match nest {
            Some(offset) => self.find_path(offset, &mut path),
            None => Some(self.table),
        };
        path.extend(
            table.and_then(|table| table.rows.iter().find(|row| row.number == number)).map(|row| row.name),
        );
        path
    }

    fn show_value(&self, value: &Type, payload: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !value.accepts(payload, self) {
            return match value.schema.secret || self.table.has_secrets() {
                true => write!(f, "malformed {:?}", Unprinted(payload)),
                false => write!(f, "malformed {:?}", Hex(payload)),
            };
        }
        match value.inside(self) {
            Inside::Value | Inside::Trailer(..) => (value.show)(payload, self, f),
            Inside::Set(table) => match self.nest(table, 0, payload) {
                Some(nest) => nest.fmt(f),
                None => Hex(payload).fmt(f),
            },
            Inside::Items(item) => {
                let Some(list) = self.nest(&LIST, 0, payload) else { return Hex(payload).fmt(f) };
                let mut out = f.debug_list();
                for attribute in list.attributes() {
                    out.entry(&Shown { scope: &list, value: item, payload: attribute.payload });
                }
                out.finish()
            }
            Inside::Entries(item) => {
                let Some(list) = self.nest(&LIST, 0, payload) else { return Hex(payload).fmt(f) };
                let mut out = f.debug_map();
                for attribute in list.attributes() {
                    let value = Shown { scope: &list, value: item, payload: attribute.payload };
                    out.entry(&attribute.number(), &value);
                }
                out.finish()
            }
            Inside::Records(table) => {
                let mut records = RawRecords::new(payload, table.header);
                let mut out = f.debug_list();
                for (_, record) in records.by_ref() {
                    match self.nest(table, 0, record) {
                        Some(nest) => out.entry(&nest),
                        None => out.entry(&Hex(record)),
                    };
                }
                let (_, rest) = records.rest();
                if !rest.is_empty() {
                    out.entry(&format_args!("malformed {:?}", Hex(rest)));
                }
                out.finish()
            }
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path} / {name}") }
}

/// Bytes of a set with secrets that no row reads: one may have been cut off, or be new.
struct Unprinted<'a>(&'a [u8]);

impl fmt::Debug for Unprinted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(hidden, {} bytes)", self.0.len())
    }
}

/// A value to be formatted.
struct Shown<'a> {
    scope: &'a Scope<'a>,
    value: &'a Type,
    payload: &'a [u8],
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.scope.show_value(self.value, self.payload, f)
    }
}

/// Prints every field and attribute by name with its value; unknown attributes by number with their bytes, malformed
/// ones as such, and trailing bytes. Where a table has secrets, bytes are counted and not printed.
impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct(self.table.name);
        for field in self.table.fields {
            if field.size == 0 {
                match self.bytes.get(field.at..) {
                    Some(payload) => {
                        out.field(field.field, &Shown { scope: self, value: &field.value, payload })
                    }
                    None => out.field(field.field, &format_args!("malformed {:?}", Hex(self.bytes))),
                };
                continue;
            }
            let bytes = self.bytes.get(field.at..field.at + field.size);
            let zeros = [0; 64];
            let payload = bytes.unwrap_or(&zeros[..field.size.min(zeros.len())]);
            out.field(field.field, &Shown { scope: self, value: &field.value, payload });
        }
        if !self.table.attributes {
            let tail = self.bytes.get(self.table.header..).unwrap_or_default();
            let known = self.table.fields.last().is_some_and(|field| field.size == 0);
            if !tail.is_empty() && !known {
                out.field("tail", &Hex(tail));
            }
            return out.finish();
        }
        let mut rest = self.attributes();
        for attribute in rest.by_ref() {
            let Some(row) = self.row(attribute.number()) else {
                let (number, payload) = (attribute.number().to_string(), attribute.payload);
                match self.table.has_secrets() {
                    true => out.field(&number, &Unprinted(payload)),
                    false => out.field(&number, &Hex(payload)),
                };
                continue;
            };
            for payload in parts(&row.value.schema, attribute.payload) {
                out.field(row.field, &Shown { scope: self, value: &row.value, payload });
            }
        }
        match rest.rest() {
            [] => (),
            rest if self.table.has_secrets() => drop(out.field("malformed", &Unprinted(rest))),
            rest => drop(out.field("malformed", &Hex(rest))),
        }
        out.finish()
    }
}
