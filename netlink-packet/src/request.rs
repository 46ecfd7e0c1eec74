//! From a listed object to a request: the same fields and attributes, without those that only the kernel sets.

use crate::attribute::{Attr, RawAttribute, RawAttributes, RawRecords};
use crate::buffer::{Buffer, PooledBuffer};
use crate::codec::{Put, parts};
use crate::header::{HEADER_LEN, align};
use crate::table::data::{Field, Inside, LIST, Mark, Marks, Row, Scope, Table, Type};
use std::fmt;

impl Marks {
    /// Whether a request made from this set has it.
    fn is_sent(&self, scope: &Scope<'_>) -> bool {
        !self.0.iter().any(|mark| match mark {
            Mark::ReadOnly | Mark::Separate => true,
            Mark::Unless(holds) | Mark::Ignored(holds, _) => holds(scope),
            Mark::Bits(_) | Mark::IgnoredBits(..) | Mark::SentAs(_) | Mark::WhenAdded(_) | Mark::Later(_) => {
                false
            }
            Mark::Needs(_) | Mark::TakenIf(_) | Mark::Untold | Mark::SetBy(..) => false,
        })
    }

    /// A number in host byte order as a request has it.
    fn number(&self, scope: &Scope<'_>, number: u64) -> u64 {
        let number = if self.is_sent(scope) { number } else { 0 };
        // A function that says what is sent says all: requests that delete may have more than those that add.
        let says_all = self.0.iter().any(|mark| matches!(mark, Mark::SentAs(_)));
        self.0.iter().fold(number, |number, mark| match mark {
            Mark::Bits(mask) => number & mask,
            Mark::IgnoredBits(ignored, _) if !says_all => number & !ignored(scope),
            Mark::SentAs(sent) => sent(scope, number),
            _ => number,
        })
    }

    /// Whether the value itself has to be examined.
    fn is_partial(&self) -> bool {
        self.0.iter().any(|mark| matches!(mark, Mark::Bits(_) | Mark::IgnoredBits(..) | Mark::SentAs(_)))
    }
}

/// What the kernel would ignore in a request: a field of a fixed header or an attribute, or bits of one, and why, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// The kernel's name, such as `IFLA_MTU`.
    pub name: &'static str,
    /// The builder's method that sets it, such as `mtu`.
    pub field: &'static str,
    /// The words of the bits; empty if it is ignored as a whole.
    pub bits: Vec<&'static str>,
    /// Why, or under which condition; may be empty.
    pub why: &'static str,
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)?;
        if !self.bits.is_empty() {
            write!(f, " {}", self.bits.join(", "))?;
        }
        f.write_str(" in this request")?;
        if self.why.is_empty() { Ok(()) } else { write!(f, ": {}", self.why) }
    }
}

/// A line of a table that a set has: a field of its fixed header, or an attribute, and its bytes.
#[derive(Clone, Copy)]
struct Line<'a> {
    name: &'static str,
    field: &'static str,
    value: &'static Type,
    marks: &'static Marks,
    bytes: &'a [u8],
    /// The row of an attribute.
    row: Option<&'static Row>,
}

impl<'a> Line<'a> {
    fn of_field(field: &'static Field, bytes: &'a [u8]) -> Self {
        let Field { name, field, ref value, ref marks, .. } = *field;
        Line { name, field, value, marks, bytes, row: None }
    }

    fn of_attribute(row: &'static Row, bytes: &'a [u8]) -> Self {
        let Row { name, field, ref value, ref marks, .. } = *row;
        Line { name, field, value, marks, bytes, row: Some(row) }
    }

    /// What of it the kernel would ignore. A field of 0 says nothing.
    fn ignored(&self, scope: &Scope<'_>) -> Option<Ignored> {
        let Line { name, field, .. } = *self;
        let field = self.marks.set_by(Some(scope)).unwrap_or(field);
        if self.row.is_none() && self.bytes.iter().all(|byte| *byte == 0) {
            return None;
        }
        if let Some(why) = self.marks.why_ignored(scope) {
            return Some(Ignored { name, field, bits: Vec::new(), why });
        }
        let values = self.value.schema.values.filter(|_| self.bytes.len() <= 8)?;
        self.marks.ignored_bits(scope).find_map(|(ignored, why)| {
            // A bit that this library does not know may be one of a newer kernel.
            let ignored = ignored & read_number(self.bytes);
            let named = || (values.list)().into_iter().filter(|(_, bit)| ignored & bit != 0);
            let bits: Vec<_> =
                if ignored == 0 { Vec::new() } else { named().map(|(word, _)| word).collect() };
            (!bits.is_empty()).then_some(Ignored { name, field, bits, why })
        })
    }
}

impl Scope<'_> {
    /// The first field of a fixed header or attribute, here or in nests, that the kernel would ignore in a request.
    pub fn ignored(&self) -> Option<Ignored> {
        let mut ignored = None;
        self.visit(&mut |line, scope| {
            ignored = line.ignored(scope);
            ignored.is_some()
        });
        ignored
    }

    /// The first attribute, here or in nests, of whose row and set this is true. It is not asked of what is in attributes that
    /// it is true of.
    pub fn find(&self, is: &mut dyn FnMut(&'static Row, &Scope<'_>) -> bool) -> Option<&'static Row> {
        let mut found = None;
        self.visit(&mut |line, scope| {
            found = line.row.filter(|row| is(row, scope));
            found.is_some()
        });
        found
    }

    /// What follows the fields of a struct, up to its end.
    fn rest(&self) -> Option<(&'static Field, &[u8])> {
        let field = self.table().fields.last().filter(|field| field.size == 0)?;
        Some((field, self.bytes().get(field.at..)?))
    }

    /// Goes through the fields of fixed headers and the attributes, here and in nests, until this is true; tells whether it was.
    fn visit(&self, is: &mut dyn FnMut(Line<'_>, &Scope<'_>) -> bool) -> bool {
        let Table { fields, attributes, .. } = *self.table();
        let mut fields = fields.iter().filter_map(|field| {
            let bytes = self.bytes().get(field.at..field.end()).filter(|bytes| !bytes.is_empty())?;
            Some(Line::of_field(field, bytes))
        });
        if fields.any(|line| is(line, self)) {
            return true;
        }
        if let Some((field, rest)) = self.rest() {
            return self.visit_inside(&field.value, rest, is);
        }
        attributes
            && self.attributes().any(|attribute| {
                let Some(row) = self.row(attribute.number()) else { return false };
                is(Line::of_attribute(row, attribute.payload), self)
                    || self.visit_inside(&row.value, attribute.payload, is)
            })
    }

    fn visit_inside(
        &self,
        value: &Type,
        payload: &[u8],
        is: &mut dyn FnMut(Line<'_>, &Scope<'_>) -> bool,
    ) -> bool {
        let visit = |nest: Option<Scope<'_>>, is: &mut dyn FnMut(Line<'_>, &Scope<'_>) -> bool| {
            nest.is_some_and(|nest| nest.visit(is))
        };
        match value.inside(self) {
            Inside::Value | Inside::Trailer(..) => false,
            Inside::Set(table) => visit(self.nest(table, 0, payload), is),
            Inside::Items(item) | Inside::Entries(item) => self
                .nest(&LIST, 0, payload)
                .is_some_and(|list| list.attributes().any(|one| list.visit_inside(item, one.payload, is))),
            Inside::Records(table) => RawRecords::new(payload, table.header)
                .any(|(_, record)| visit(self.nest(table, 0, record), is)),
        }
    }

    /// The attributes of a request, here and in nests, that the kernel does not know, by what it tells of the object after
    /// the request: those that [need](Marks::needs) a newer kernel, or one that is built with more, and were not
    /// [taken](Marks::is_taken). Records, such as next hops, are compared in order; lists are not looked into, nor messages
    /// and structs of which the kernel tells nothing.
    pub fn unknown(&self, told: RawAttributes<'_>) -> Vec<&'static Row> {
        let mut unknown = Vec::new();
        self.note_unknown(told, &mut unknown);
        unknown
    }

    fn note_unknown(&self, told: RawAttributes<'_>, unknown: &mut Vec<&'static Row>) {
        for attribute in self.attributes() {
            let Some(row) = self.row(attribute.number()) else { continue };
            let is = told.payload_of(attribute.number());
            if row.marks.needs().is_some() {
                let is_noted = unknown.iter().any(|noted| std::ptr::eq(*noted, row));
                if !is_noted && !row.marks.is_untold() && !row.marks.is_taken(attribute.payload, is) {
                    unknown.push(row);
                }
                continue;
            }
            let inside = row.value.inside(self);
            let is = match inside {
                // A message about another object that the kernel does not tell here, such as the peer of a pair.
                Inside::Set(table) if table.header > 0 && is.is_none() => continue,
                _ => is.unwrap_or_default(),
            };
            match inside {
                Inside::Set(table) if table.attributes => {
                    let is = is.get(align(table.header)..).unwrap_or_default();
                    if let Some(nest) = self.nest(table, 0, attribute.payload) {
                        nest.note_unknown(RawAttributes::new(is), unknown);
                    }
                }
                Inside::Records(table) if table.attributes => {
                    let [asked, told] =
                        [attribute.payload, is].map(|records| RawRecords::new(records, table.header));
                    for ((_, asked), (_, told)) in asked.zip(told) {
                        let [asked, told] = [asked, told].map(|record| self.nest(table, 0, record));
                        if let (Some(asked), Some(told)) = (asked, told) {
                            asked.note_unknown(told.attributes(), unknown);
                        }
                    }
                }
                _ => (),
            }
        }
    }
}

impl Scope<'_> {
    /// This message as a request: see [`Mark`].
    ///
    /// Attributes that are not in their table are left out.
    pub fn to_request(&self) -> PooledBuffer {
        let mut out = PooledBuffer::new(0);
        self.copy_settable(&mut out);
        out.note_attributes(align(self.table().header));
        out
    }

    /// Appends what a request has of this set.
    fn copy_settable(&self, out: &mut Buffer) {
        self.copy_fields(out);
        let start = out.length();
        if self.table().attributes {
            for attribute in self.attributes() {
                self.copy_attribute(&attribute, out);
            }
        }
        if let Some(also) = self.table().also {
            let end = out.length();
            also(self, out);
            remove_repeated(start, end, out);
        }
    }

    /// Appends the fixed header; of a struct also what a newer kernel added to it.
    fn copy_fields(&self, out: &mut Buffer) {
        let Table { header, attributes, fields, .. } = *self.table();
        let start = out.length();
        // What follows the fields has a table of its own, or none.
        let rest = self.rest().filter(|(field, _)| matches!(field.value.inside(self), Inside::Set(_)));
        let end = match rest {
            _ if attributes => align(header),
            Some((field, _)) => field.at,
            None => self.bytes().len(),
        };
        let known = self.bytes().get(..end).unwrap_or(self.bytes());
        out.push(known);
        out.push_zeros(end - known.len());
        for field in fields {
            self.settle_field(field, start, out);
        }
        if let Some((field, rest)) = rest {
            self.copy_value(&field.value, rest, out);
        }
    }

    /// Overwrites a field whose value in a request differs from the listed one.
    fn settle_field(&self, field: &Field, start: usize, out: &mut Buffer) {
        if field.marks.0.is_empty() {
            return;
        }
        let at = start - HEADER_LEN + field.at;
        match out.body_mut().get_mut(at..at + field.size) {
            Some(bytes) if field.size <= 8 => {
                let number = field.marks.number(self, read_number(bytes));
                write_number(bytes, number);
            }
            Some(bytes) if !field.marks.is_sent(self) => bytes.fill(0),
            _ => (),
        }
    }

    fn copy_attribute(&self, attribute: &RawAttribute<'_>, out: &mut Buffer) {
        // A set without a table is copied unchanged.
        if self.table().rows.is_empty() {
            return out.push_attribute(attribute);
        }
        let Some(row) = self.row(attribute.number()).filter(|row| row.marks.is_sent(self)) else { return };
        for payload in parts(&row.value.schema, attribute.payload) {
            let start = out.open(attribute.number_and_flags | row.flags);
            if row.marks.is_partial() {
                self.copy_number(row, payload, out);
            } else {
                self.copy_value(&row.value, payload, out);
            }
            if is_emptied(payload, start, out) {
                out.take_back(start);
            } else {
                out.close(start, row.name);
            }
        }
    }

    fn copy_number(&self, row: &Row, payload: &[u8], out: &mut Buffer) {
        let mut bytes = [0; 8];
        match bytes.get_mut(..payload.len()) {
            Some(bytes) => {
                bytes.copy_from_slice(payload);
                let number = row.marks.number(self, read_number(bytes));
                write_number(bytes, number);
                out.push(bytes);
            }
            None => out.push(payload),
        }
    }

    fn copy_value(&self, value: &Type, payload: &[u8], out: &mut Buffer) {
        match value.inside(self) {
            Inside::Set(table) => match self.nest(table, 0, payload) {
                Some(nest) if value.accepts(payload, self) => nest.copy_settable(out),
                _ => out.push(payload),
            },
            Inside::Items(item) | Inside::Entries(item) => match self.nest(&LIST, 0, payload) {
                Some(list) => list.copy_items(item, out),
                None => out.push(payload),
            },
            Inside::Records(table) => self.copy_records(table, payload, out),
            Inside::Value | Inside::Trailer(..) => out.push(payload),
        }
    }

    fn copy_items(&self, item: &Type, out: &mut Buffer) {
        for attribute in self.attributes() {
            let start = out.open(attribute.number_and_flags);
            self.copy_value(item, attribute.payload, out);
            out.close(start, "");
        }
    }

    fn copy_records(&self, table: &'static Table, payload: &[u8], out: &mut Buffer) {
        for (_, record) in RawRecords::new(payload, table.header) {
            let start = out.length();
            match self.nest(table, 0, record) {
                Some(nest) => nest.copy_settable(out),
                None => out.push(record),
            }
            out.close(start, table.name);
        }
    }
}

/// Removes attributes after `end` that are also set between `start` and `end`.
fn remove_repeated(start: usize, end: usize, out: &mut Buffer) {
    let attributes = |bytes: std::ops::Range<usize>| RawAttributes::new(&out.as_written()[bytes]);
    let is_set = |number| attributes(start..end).payload_of(number).is_some();
    let added = attributes(end..out.length()).map(|attribute| attribute.number());
    let repeated: Vec<u16> = added.filter(|number| is_set(*number)).collect();
    for number in repeated {
        out.remove(end - HEADER_LEN, number);
    }
}

/// Appends an attribute to a request that is made from a listed object.
pub fn append<S: ?Sized, C: ?Sized>(out: &mut Buffer, key: Attr<S, C>, value: impl Put<C>) {
    value.put_as((key.number_and_flags(), key.name()), out);
}

/// Whether a nest that had attributes has none left.
fn is_emptied(payload: &[u8], start: usize, out: &Buffer) -> bool {
    !payload.is_empty() && out.length() == start + crate::ATTRIBUTE_HEADER_LEN
}

/// The range of a number's lowest bytes within its 8 bytes in host byte order.
fn lowest(count: usize) -> std::ops::Range<usize> {
    let unused = size_of::<u64>().saturating_sub(count);
    if cfg!(target_endian = "big") { unused..size_of::<u64>() } else { 0..size_of::<u64>() - unused }
}

/// The value of up to 8 bytes in host byte order.
fn read_number(bytes: &[u8]) -> u64 {
    let mut number = [0; size_of::<u64>()];
    if let Some(room) = number.get_mut(lowest(bytes.len())).filter(|room| room.len() == bytes.len()) {
        room.copy_from_slice(bytes);
    }
    u64::from_ne_bytes(number)
}

/// Writes a number in host byte order into up to 8 bytes.
fn write_number(bytes: &mut [u8], number: u64) {
    let number = number.to_ne_bytes();
    if let Some(number) = number.get(lowest(bytes.len())).filter(|number| number.len() == bytes.len()) {
        bytes.copy_from_slice(number);
    }
}

/// One mark after `;` on a line of a table.
#[doc(hidden)]
#[macro_export]
macro_rules! __mark {
    (read_only) => {
        $crate::Mark::ReadOnly
    };
    (separate) => {
        $crate::Mark::Separate
    };
    (unless $holds:expr) => {
        $crate::Mark::Unless($holds)
    };
    (bits $bits:expr) => {
        $crate::Mark::Bits($bits.bits() as u64)
    };
    (sent_as $sent:expr) => {
        $crate::Mark::SentAs($sent)
    };
    (ignored) => {
        $crate::Mark::Ignored(|_| true, "")
    };
    (ignored $holds:expr) => {
        $crate::Mark::Ignored($holds, "")
    };
    (ignored $holds:expr, $why:expr) => {
        $crate::Mark::Ignored($holds, $why)
    };
    (ignored_bits $bits:expr, $why:expr) => {
        $crate::Mark::IgnoredBits($bits, $why)
    };
    (when_added) => {
        $crate::Mark::WhenAdded(|_| true)
    };
    (when_added $holds:expr) => {
        $crate::Mark::WhenAdded($holds)
    };
    (later) => {
        $crate::Mark::Later(|_| true)
    };
    (later $holds:expr) => {
        $crate::Mark::Later($holds)
    };
    (needs $what:expr) => {
        $crate::Mark::Needs($what)
    };
    (taken_if $taken:expr) => {
        $crate::Mark::TakenIf($taken)
    };
    (untold) => {
        $crate::Mark::Untold
    };
    (set_by $method:expr) => {
        $crate::Mark::SetBy(|_| true, $method)
    };
    (set_by $holds:expr, $method:expr) => {
        $crate::Mark::SetBy($holds, $method)
    };
}

/// The function after `also` in a table.
#[doc(hidden)]
#[macro_export]
macro_rules! __also {
    () => {
        None
    };
    ($also:path) => {
        Some($also)
    };
}

/// What a mark adds to the docs of a line.
#[doc(hidden)]
#[macro_export]
macro_rules! __mark_doc {
    (read_only) => {
        "\n\nRead-only: the kernel sets it, and `to_request` leaves it out."
    };
    (separate) => {
        "\n\n`to_request` leaves it out; a request says it on its own."
    };
    (ignored) => {
        "\n\nThe kernel ignores it in requests that add or change an object: `to_request` leaves it out."
    };
    (ignored $holds:expr) => {
        "\n\nIn some requests that add or change an object the kernel ignores it: `to_request` leaves it out there."
    };
    (ignored $holds:expr, $why:expr) => {
        concat!("\n\nThe kernel may ignore it in requests that add or change an object: ", $why, ".")
    };
    (ignored_bits $bits:expr, $why:expr) => {
        concat!("\n\nThe kernel may ignore some of them in requests that add or change an object: ", $why, ".")
    };
    (when_added) => {
        "\n\nOnly a request that adds the object sets it."
    };
    (when_added $holds:expr) => {
        "\n\nOf some objects only a request that adds them sets it."
    };
    (later) => {
        "\n\nOnly a request that changes the object sets it."
    };
    (later $holds:expr) => {
        "\n\nOf some objects only a request that changes them sets it."
    };
    (needs $what:expr) => {
        concat!("\n\nNeeds ", $what, ": other kernels ignore it, and a request with it fails.")
    };
    (taken_if $taken:expr) => {
        ""
    };
    (untold) => {
        "\n\nWrite-only: the kernel does not report it."
    };
    (set_by $method:expr) => {
        concat!("\n\nBuilders usually set it by `", $method, "`.")
    };
    (set_by $holds:expr, $method:expr) => {
        concat!("\n\nBuilders usually set it by `", $method, "`.")
    };
    ($how:ident $arg:expr) => {
        "\n\n`to_request` keeps as much of it as a request may say."
    };
}
