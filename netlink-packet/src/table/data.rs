//! What tables are: rows as data, what a row says of a payload, and a set of attributes in place.

use crate::attribute::{RawAttribute, RawAttributes};
use crate::buffer::Buffer;
use crate::header::align;
use std::fmt;

/// How deep nests are followed when a message is printed or searched. The kernel's own go to 8.
const DEPTH: usize = 16;

/// What a message, a nest or a struct consists of.
#[derive(Debug)]
pub struct Table {
    /// Our name, such as `LinkMessage`.
    pub name: &'static str,
    /// The kernel's name of the fixed header, such as `ifinfomsg`; empty where there is none.
    pub header_name: &'static str,
    /// Bytes of the fixed header.
    pub header: usize,
    /// The fields of the fixed header.
    pub fields: &'static [Field],
    /// Whether attributes follow the header; if not, this is a struct.
    pub attributes: bool,
    /// The attributes that are known.
    pub rows: &'static [Row],
    /// Appends what a request says besides, that is made from what was listed: what a list says by other attributes, or
    /// leaves out.
    pub also: Option<fn(&Scope<'_>, &mut Buffer)>,
}

/// A field of a fixed header.
#[derive(Debug)]
pub struct Field {
    /// The kernel's name, such as `ifi_index`.
    pub name: &'static str,
    /// Our name, such as `index`.
    pub field: &'static str,
    /// Where it is in the header.
    pub at: usize,
    /// Bytes that it takes; 0 of what goes on to the end, as a flexible array does.
    pub size: usize,
    /// How it reads.
    pub value: Type,
    /// What of it belongs in a request.
    pub settable: Settable,
}

/// One attribute of a set.
#[derive(Debug)]
pub struct Row {
    /// The kernel's name, such as `IFLA_MTU`.
    pub name: &'static str,
    /// Our name, such as `mtu`.
    pub field: &'static str,
    /// The number, without flag bits.
    pub number: u16,
    /// The flag bits that requests set with the number.
    pub flags: u16,
    /// How it reads.
    pub value: Type,
    /// What of it belongs in a request.
    pub settable: Settable,
}

/// Which part of a listed field or attribute belongs in a request: what stands behind `;` on its line.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub enum Settable {
    /// All of it, as it was listed: nothing stands on the line.
    #[default]
    Yes,
    /// None of it: only the kernel sets it, such as a counter or a state (`read_only`).
    No,
    /// None of it, though requests can set it: what a list says of it is not what a request says, or whoever sends an
    /// object back does not mean it (`separate`).
    Separate,
    /// All of it, unless the set around it is such that a request may not say it (`unless(function)`).
    Unless(fn(&Scope<'_>) -> bool),
    /// These bits of a number (`bits(FLAGS)`).
    Bits(u64),
    /// What the function makes of the number, in the set around it (`sent_as(function)`).
    As(fn(&Scope<'_>, u64) -> u64),
}

impl Settable {
    /// Whether requests can set it at all.
    pub fn is_read_only(&self) -> bool {
        matches!(self, Settable::No)
    }
}

impl fmt::Debug for Settable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Settable::Yes => "yes",
            Settable::No => "read_only",
            Settable::Separate => "separate",
            Settable::Unless(_) => "unless",
            Settable::Bits(_) => "bits",
            Settable::As(_) => "sent_as",
        })
    }
}

/// A codec as a value: what a row knows of its payload.
pub struct Type {
    /// What the payload is in the kernel's terms.
    pub schema: Schema,
    pub(crate) accepts: fn(&[u8], &Scope<'_>) -> bool,
    pub(crate) show: fn(&[u8], &Scope<'_>, &mut fmt::Formatter<'_>) -> fmt::Result,
    pub(crate) inside: fn(&Scope<'_>) -> Inside,
    #[cfg(feature = "serde")]
    pub(crate) plain: for<'a> fn(&'a [u8], &Scope<'_>) -> crate::plain::Plain<'a>,
}

impl Type {
    /// What is inside of a payload in this set.
    pub fn inside(&self, scope: &Scope<'_>) -> Inside {
        (self.inside)(scope)
    }

    /// Whether a payload is well-formed in this set.
    pub fn accepts(&self, payload: &[u8], scope: &Scope<'_>) -> bool {
        (self.accepts)(payload, scope)
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.schema.fmt(f)
    }
}

/// What a payload is in the kernel's terms, for listings of what this library knows.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// `u8` to `s64`, `uint`, `string`, `binary`, `flag`, `nest`, `indexed-array`, `sub-message` and the like.
    pub data_type: &'static str,
    /// Whether integers are in network byte order.
    pub big_endian: bool,
    /// Whether the attribute may occur several times.
    pub multi: bool,
    /// The names of the values, of enums and flags.
    pub values: Option<Values>,
    /// What a nest or a struct consists of; of numbered entries, what each does.
    pub set: Option<fn() -> &'static Table>,
    /// What the items of a list are.
    pub element: Option<&'static Schema>,
    /// The name of the set of formats that a selector chooses from, such as `linkinfo-data-msg`.
    pub formats: Option<&'static str>,
}

impl Schema {
    /// A payload of this data type and nothing else to say.
    pub const fn new(data_type: &'static str) -> Self {
        Schema {
            data_type,
            big_endian: false,
            multi: false,
            values: None,
            set: None,
            element: None,
            formats: None,
        }
    }
}

/// The names of an enum's or of flags' values.
#[derive(Clone, Copy, Debug)]
pub struct Values {
    /// The name of the enum in the kernel's specification, such as `operstate`.
    pub name: &'static str,
    /// Whether the values are bits.
    pub flags: bool,
    /// The constants' names, such as `LOWER_UP`, with their values.
    pub list: fn() -> Vec<(&'static str, u64)>,
}

/// What is inside of a payload.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Inside {
    /// A value, nothing that could be looked into.
    Value,
    /// A fixed header and attributes of a set.
    Set(&'static Table),
    /// Attributes that are all of one type, under numbers that mean nothing.
    Items(&'static Type),
    /// Attributes that are all of one type, under numbers that mean something.
    Entries(&'static Type),
    /// Structs that begin with their own length, each with attributes of a set.
    Records(&'static Table),
    /// A value of this many bytes, padded, and attributes of a set behind it.
    Trailer(usize, &'static Table),
}

/// A set of attributes in place, with the sets around it: where a selector is looked up.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub(super) table: &'static Table,
    pub(super) bytes: &'a [u8],
    /// Where the bytes are in the outermost message.
    pub(super) at: usize,
    depth: usize,
    outer: Option<&'a Scope<'a>>,
}

impl<'a> Scope<'a> {
    /// The outermost set, by its table and bytes (without the message's own header).
    pub fn new(table: &'static Table, bytes: &'a [u8]) -> Self {
        Scope { table, bytes, at: 0, depth: 0, outer: None }
    }

    /// The set around this one.
    pub fn outer(&self) -> Option<&Scope<'a>> {
        self.outer
    }

    /// The address family of the message around it all: the first field of its header, as in the messages of the route
    /// family; `None` where the header has no such field.
    pub fn family(&self) -> Option<u8> {
        let mut message = self;
        while let Some(outer) = message.outer {
            message = outer;
        }
        let first = message.table.fields.first();
        first.filter(|first| first.field == "family" && first.size == 1)?;
        message.bytes.first().copied()
    }

    /// What the set consists of.
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// The bytes of the set, its fixed header first.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Its attributes by number.
    pub fn attributes(&self) -> RawAttributes<'a> {
        RawAttributes::new(self.bytes.get(align(self.table.header)..).unwrap_or_default())
    }

    /// The attributes with their offsets in the outermost message, and where what is left behind them begins.
    pub(super) fn placed(&self) -> impl Iterator<Item = (usize, RawAttribute<'a>)> {
        let mut raw = self.attributes();
        let end = self.at + self.bytes.len();
        std::iter::from_fn(move || {
            let at = end - raw.rest().len();
            raw.next().map(|attribute| (at, attribute))
        })
    }

    /// The row of an attribute by its number; `None` where the table does not know it.
    pub fn row(&self, number: u16) -> Option<&'static Row> {
        // The tables are mostly in order and without gaps, so the row is near the place its number says.
        let rows = self.table.rows;
        let near = rows.get(usize::from(number).wrapping_sub(1)).filter(|row| row.number == number);
        near.or_else(|| rows.iter().find(|row| row.number == number))
    }

    /// The set that bytes in this one are, `at` in the outermost message; `None` where nests are too deep.
    pub fn nest(&'a self, table: &'static Table, at: usize, bytes: &'a [u8]) -> Option<Scope<'a>> {
        (self.depth < DEPTH).then_some(Scope { table, bytes, at, depth: self.depth + 1, outer: Some(self) })
    }
}

/// The set that a list of items is, seen from inside: it has no rows.
pub(crate) static LIST: Table =
    Table { name: "", header_name: "", header: 0, fields: &[], attributes: true, rows: &[], also: None };
