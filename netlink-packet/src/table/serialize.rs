//! Serializing by the rows, as printing does: a set is a map of its fields and attributes by our names.

use super::data::{Inside, LIST, Scope, Table, Type};
use crate::attribute::{RawAttribute, RawAttributes, RawRecords};
use crate::codec::parts;
use crate::table::data::Plain;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::collections::BTreeMap;

/// A map of every field and attribute by name, with nests as maps, unknown attributes by number as hexadecimal digits,
/// and malformed ones as null.
///
/// An attribute that may be repeated is always a list. Of any other the first readable one counts, as for its getter.
impl Serialize for Scope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = self.groups();
        let behind = self.behind();
        let length = self.table.fields.len() + groups.len() + usize::from(behind.is_some());
        let mut map = serializer.serialize_map(Some(length))?;
        for field in self.table.fields {
            let zeros = [0; 64];
            let payload = match field.size {
                0 => self.bytes.get(field.at..),
                size => self.bytes.get(field.at..field.at + size).or(zeros.get(..size)),
            };
            match payload {
                Some(payload) => {
                    map.serialize_entry(field.field, &Value { scope: self, value: &field.value, payload })?
                }
                None => map.serialize_entry(field.field, &Plain::Null)?,
            }
        }
        for group in groups {
            match self.row(group.number) {
                Some(row) => {
                    map.serialize_entry(row.field, &Known { scope: self, value: &row.value, group: &group })?
                }
                // A secret may be new, or have been cut off.
                None if self.table.has_secrets() => {
                    map.serialize_entry(group.number.to_string().as_str(), &Plain::Null)?
                }
                None => map.serialize_entry(group.number.to_string().as_str(), &Unknown(&group))?,
            }
        }
        if let Some((name, bytes)) = behind {
            let bytes = if self.table.has_secrets() { Plain::Null } else { Plain::hex(bytes) };
            map.serialize_entry(name, &bytes)?;
        }
        map.end()
    }
}

/// The attributes that have one number.
struct Group<'a> {
    number: u16,
    payloads: Vec<&'a [u8]>,
}

impl<'a> Scope<'a> {
    /// The attributes by number, in the order of the first of each.
    fn groups(&self) -> Vec<Group<'a>> {
        let mut groups: Vec<Group<'a>> = Vec::new();
        let mut places = BTreeMap::new();
        for attribute in self.serialized() {
            let number = attribute.number();
            let place = *places.entry(number).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.payloads.push(attribute.payload),
                None => groups.push(Group { number, payloads: vec![attribute.payload] }),
            }
        }
        groups
    }

    fn serialized(&self) -> impl Iterator<Item = RawAttribute<'a>> + use<'a> {
        let attributes = self.table.attributes;
        attributes.then(|| self.attributes()).into_iter().flatten()
    }

    /// The bytes after everything known, and their name.
    fn behind(&self) -> Option<(&'static str, &'a [u8])> {
        let (name, bytes) = if self.table.attributes {
            let mut attributes = self.attributes();
            attributes.by_ref().for_each(drop);
            ("malformed", attributes.rest())
        } else {
            let goes_on = self.table.fields.last().is_some_and(|field| field.size == 0);
            let tail = self.bytes.get(self.table.header..).filter(|_| !goes_on);
            ("tail", tail.unwrap_or_default())
        };
        (!bytes.is_empty()).then_some((name, bytes))
    }
}

/// Attributes of a number that the table knows.
struct Known<'a> {
    scope: &'a Scope<'a>,
    value: &'a Type,
    group: &'a Group<'a>,
}

impl Serialize for Known<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Known { scope, value, group } = *self;
        if value.schema.multi {
            let payloads = group.payloads.iter().flat_map(|payload| parts(&value.schema, payload));
            return serializer.collect_seq(payloads.map(|payload| Value { scope, value, payload }));
        }
        let sound = group.payloads.iter().find(|payload| value.accepts(payload, scope));
        match sound {
            Some(payload) => Value { scope, value, payload }.serialize(serializer),
            None => serializer.serialize_none(),
        }
    }
}

/// Attributes of a number that the table does not know: a list where there are several.
struct Unknown<'a>(&'a Group<'a>);

impl Serialize for Unknown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.payloads.as_slice() {
            [payload] => Plain::hex(payload).serialize(serializer),
            several => serializer.collect_seq(several.iter().map(|payload| Plain::hex(payload))),
        }
    }
}

/// A payload by its type.
struct Value<'a> {
    scope: &'a Scope<'a>,
    value: &'a Type,
    payload: &'a [u8],
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Value { scope, value, payload } = *self;
        if !value.accepts(payload, scope) {
            return serializer.serialize_none();
        }
        let too_deep = || Plain::hex(payload);
        match value.inside(scope) {
            Inside::Value | Inside::Trailer(..) => (value.plain)(payload, scope).serialize(serializer),
            Inside::Set(table) => match scope.nest(table, 0, payload) {
                Some(nest) => nest.serialize(serializer),
                None => too_deep().serialize(serializer),
            },
            Inside::Items(value) => match scope.nest(&LIST, 0, payload) {
                Some(list) => serializer.collect_seq(list.attributes().map(|item| Value {
                    scope: &list,
                    value,
                    payload: item.payload,
                })),
                None => too_deep().serialize(serializer),
            },
            Inside::Entries(value) => match scope.nest(&LIST, 0, payload) {
                Some(list) => serialize_entries(&list, value, serializer),
                None => too_deep().serialize(serializer),
            },
            Inside::Records(table) => serialize_records(scope, table, payload, serializer),
        }
    }
}

/// A map by number; if a number occurs twice, the first counts, as for its getter.
fn serialize_entries<S: Serializer>(
    list: &Scope<'_>,
    value: &Type,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut first = BTreeMap::new();
    for entry in RawAttributes::new(list.bytes) {
        first.entry(entry.number()).or_insert(entry.payload);
    }
    let mut map = serializer.serialize_map(Some(first.len()))?;
    for (number, payload) in first {
        map.serialize_entry(number.to_string().as_str(), &Value { scope: list, value, payload })?;
    }
    map.end()
}

fn serialize_records<S: Serializer>(
    scope: &Scope<'_>,
    table: &'static Table,
    payload: &[u8],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(None)?;
    let mut records = RawRecords::new(payload, table.header);
    for (_, record) in records.by_ref() {
        match scope.nest(table, 0, record) {
            Some(nest) => list.serialize_element(&nest)?,
            None => list.serialize_element(&Plain::hex(record))?,
        }
    }
    let (_, rest) = records.rest();
    if !rest.is_empty() {
        list.serialize_element(&Plain::Null)?;
    }
    list.end()
}
