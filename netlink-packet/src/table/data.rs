//! Tables as data: rows, what a row says about a payload, and a set of attributes in place.

use crate::attribute::{RawAttribute, RawAttributes};
use crate::buffer::{Buffer, HEADER_SUSPECT};
use crate::header::align;
use std::borrow::Cow;
use std::fmt;

/// How deep nests are followed when a message is printed or searched. The kernel's own go to 8.
const DEPTH: usize = 16;

/// The table of a message, a nest or a struct.
#[derive(Debug)]
pub struct Table {
    /// Our name, such as `LinkMessage`.
    pub name: &'static str,
    /// The kernel's name of the fixed header, such as `ifinfomsg`; empty where there is none.
    pub header_name: &'static str,
    /// Length of the fixed header.
    pub header: usize,
    /// The fields of the fixed header.
    pub fields: &'static [Field],
    /// Whether attributes follow the header; if not, this is a struct.
    pub attributes: bool,
    /// The known attributes.
    pub rows: &'static [Row],
    /// Appends to a request made from a listed object what lists have in other attributes, or leave out.
    pub also: Option<fn(&Scope<'_>, &mut Buffer)>,
}

/// A field of a fixed header.
#[derive(Debug)]
pub struct Field {
    /// The kernel's name, such as `ifi_index`.
    pub name: &'static str,
    /// Our name, such as `index`.
    pub field: &'static str,
    /// Offset in the header.
    pub at: usize,
    /// Length in bytes; 0 for what extends to the end, such as a flexible array.
    pub size: usize,
    /// Its codec.
    pub value: Type,
    /// How requests have it, and in which requests the kernel accepts it.
    pub marks: Marks,
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
    /// Its codec.
    pub value: Type,
    /// How requests have it, and in which requests the kernel accepts it.
    pub marks: Marks,
}

/// A mark after `;` on a line of a table: how requests have the field or attribute, and in which requests the kernel
/// accepts it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Mark {
    /// Only the kernel sets it, such as a counter or a state (`read_only`).
    ReadOnly,
    /// Requests can set it, but its value in a list has another meaning, or is not meant when an object is sent back
    /// (`separate`).
    Separate,
    /// A request made from a listed object leaves it out if the function says so (`unless(function)`).
    Unless(Holds),
    /// A request made from a listed object has only these bits of the number (`bits(FLAGS)`).
    Bits(u64),
    /// A request made from a listed object has the number that the function returns (`sent_as(function)`).
    SentAs(fn(&Scope<'_>, u64) -> u64),
    /// The kernel ignores it in all requests that add or change an object (`ignored`), and why, in words.
    Ignored(Holds, &'static str),
    /// The kernel ignores these bits of the number in all requests that add or change an object
    /// (`ignored_bits(function)`), and why, in words.
    IgnoredBits(fn(&Scope<'_>) -> u64, &'static str),
    /// The kernel accepts it in a request that adds an object, and ignores it in one that changes the object
    /// (`when_added`).
    WhenAdded(Holds),
    /// The kernel accepts it in a request that changes an object, and ignores it in one that adds the object (`later`).
    Later(Holds),
    /// Kernels that are older, or built without it, ignore it: what it needs, such as `Linux 6.3` (`needs("Linux 6.3")`).
    Needs(&'static str),
    /// Whether the kernel took what [needs](Mark::Needs) something, by what it then tells; without this mark it did if it
    /// tells the attribute at all (`taken_if(function)`).
    TakenIf(Taken),
    /// The kernel never tells it: whether one takes what [needs](Mark::Needs) something is found out before (`untold`).
    Untold,
    /// The builder's method that usually sets it, where it has not the field's name (`set_by("name")`).
    SetBy(Holds, &'static str),
}

/// Whether the kernel took an attribute, by the payload that a request gave it and the one that the kernel then tells, if any.
pub type Taken = fn(&[u8], Option<&[u8]>) -> bool;

/// Whether a mark holds in the set that the field or attribute is in.
pub type Holds = fn(&Scope<'_>) -> bool;

/// The marks of a line; most have none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks(pub(crate) &'static [Mark]);

/// Why a request can't set something.
const ONLY_THE_KERNEL: &str = "only the kernel sets it";

impl Marks {
    /// These marks.
    pub const fn new(marks: &'static [Mark]) -> Self {
        Marks(marks)
    }

    /// Whether only the kernel sets it.
    pub fn is_read_only(&self) -> bool {
        self.0.iter().any(|mark| matches!(mark, Mark::ReadOnly))
    }

    /// Whether the kernel ignores it in requests that add or change an object.
    pub fn is_ignored(&self, scope: &Scope<'_>) -> bool {
        self.0.iter().any(|mark| matches!(mark, Mark::Ignored(holds, _) if holds(scope)))
    }

    /// Why the kernel ignores it in requests that add or change an object, in words; `None` if it does not ignore all of it.
    pub(crate) fn why_ignored(&self, scope: &Scope<'_>) -> Option<&'static str> {
        self.0.iter().find_map(|mark| match mark {
            Mark::Ignored(holds, why) if holds(scope) => Some(*why),
            Mark::ReadOnly => Some(ONLY_THE_KERNEL),
            _ => None,
        })
    }

    /// The bits of its number that the kernel ignores in requests that add or change an object, and why, in words.
    pub(crate) fn ignored_bits(&self, scope: &Scope<'_>) -> impl Iterator<Item = (u64, &'static str)> {
        self.0.iter().filter_map(|mark| match mark {
            Mark::IgnoredBits(bits, why) => Some((bits(scope), *why)),
            Mark::Bits(settable) => Some((!settable, ONLY_THE_KERNEL)),
            _ => None,
        })
    }

    /// Whether only a request that adds an object can set it.
    pub fn is_when_added(&self, scope: &Scope<'_>) -> bool {
        self.0.iter().any(|mark| matches!(mark, Mark::WhenAdded(holds) if holds(scope)))
    }

    /// Whether only a request that changes an object can set it.
    pub fn is_later(&self, scope: &Scope<'_>) -> bool {
        self.0.iter().any(|mark| matches!(mark, Mark::Later(holds) if holds(scope)))
    }

    /// What a kernel needs to know it, where not every supported one (Linux 4.20 and later) does, such as `Linux 6.3`.
    pub fn needs(&self) -> Option<&'static str> {
        self.0.iter().find_map(|mark| if let Mark::Needs(what) = mark { Some(*what) } else { None })
    }

    /// Whether a kernel that tells this, or nothing, took what a request gave: of those that [need](Self::needs) something.
    pub fn is_taken(&self, given: &[u8], told: Option<&[u8]>) -> bool {
        let taken =
            self.0.iter().find_map(|mark| if let Mark::TakenIf(taken) = mark { Some(taken) } else { None });
        taken.map_or(told.is_some(), |taken| taken(given, told))
    }

    /// Whether a kernel that knows it tells it of every object that can have it.
    pub fn is_always_told(&self) -> bool {
        !self.0.iter().any(|mark| matches!(mark, Mark::TakenIf(_) | Mark::Untold))
    }

    /// Whether no kernel tells it.
    pub fn is_untold(&self) -> bool {
        self.0.iter().any(|mark| matches!(mark, Mark::Untold))
    }

    /// The builder's method that usually sets it, where it is another one than that of the field's name; without a set, that
    /// of most.
    pub fn set_by(&self, scope: Option<&Scope<'_>>) -> Option<&'static str> {
        self.0.iter().find_map(|mark| match mark {
            Mark::SetBy(holds, method) if scope.is_none_or(holds) => Some(*method),
            _ => None,
        })
    }

    /// The bits of a number that requests can set.
    pub fn bits(&self) -> u64 {
        let bits = |mark: &Mark| if let Mark::Bits(bits) = mark { Some(*bits) } else { None };
        self.0.iter().find_map(bits).unwrap_or(u64::MAX)
    }
}

/// Whether the kernel may ignore, in whole or in part, what has these marks.
pub const fn may_be_ignored(marks: &[Mark]) -> bool {
    let mut at = 0;
    while at < marks.len() {
        if matches!(
            marks[at],
            Mark::Ignored(..) | Mark::IgnoredBits(..) | Mark::Bits(_) | Mark::ReadOnly | Mark::Needs(_)
        ) {
            return true;
        }
        at += 1;
    }
    false
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mark::ReadOnly => "read_only",
            Mark::Separate => "separate",
            Mark::Unless(_) => "unless",
            Mark::Bits(_) => "bits",
            Mark::SentAs(_) => "sent_as",
            Mark::Ignored(..) => "ignored",
            Mark::IgnoredBits(..) => "ignored_bits",
            Mark::WhenAdded(_) => "when_added",
            Mark::Later(_) => "later",
            Mark::Needs(_) => "needs",
            Mark::TakenIf(_) => "taken_if",
            Mark::Untold => "untold",
            Mark::SetBy(..) => "set_by",
        })
    }
}

/// What has to be checked in a request, since the kernel may ignore it in whole or in part: the bits of the attributes'
/// numbers modulo 64, and the one for the fixed header.
pub(crate) const fn suspects(rows: &[Row]) -> u64 {
    let (mut bits, mut at) = (HEADER_SUSPECT, 0);
    while at < rows.len() {
        let Schema { set, element, formats, .. } = rows[at].value.schema;
        if may_be_ignored(rows[at].marks.0) || set.is_some() || element.is_some() || formats.is_some() {
            bits |= 1 << (rows[at].number & 63);
        }
        at += 1;
    }
    bits
}

/// A codec as a value: what a row knows about its payload.
pub struct Type {
    /// The type of the payload in the kernel's terms.
    pub schema: Schema,
    pub(crate) accepts: fn(&[u8], &Scope<'_>) -> bool,
    pub(crate) show: fn(&[u8], &Scope<'_>, &mut fmt::Formatter<'_>) -> fmt::Result,
    pub(crate) inside: fn(&Scope<'_>) -> Inside,
    #[cfg(feature = "serde")]
    pub(crate) plain: for<'a> fn(&'a [u8], &Scope<'_>) -> Plain<'a>,
}

impl Type {
    /// The structure of a payload in this set.
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

/// The type of a payload in the kernel's terms, for listings of what this library knows.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// `u8` to `s64`, `uint`, `string`, `binary`, `flag`, `nest`, `indexed-array`, `sub-message` and the like.
    pub data_type: &'static str,
    /// Whether integers are in network byte order.
    pub big_endian: bool,
    /// Whether the attribute may occur several times.
    pub multi: bool,
    /// Whether one of them may hold several values, one behind another: see [`Joined`](crate::Joined).
    pub joined: bool,
    /// The names of the values, of enums and flags.
    pub values: Option<Values>,
    /// The table of a nest or a struct, or of each numbered entry.
    pub set: Option<fn() -> &'static Table>,
    /// The type of a list's items.
    pub element: Option<&'static Schema>,
    /// The name of the set of formats that a selector chooses from, such as `linkinfo-data-msg`.
    pub formats: Option<&'static str>,
    /// Whether the payload is a secret, such as a private key: nothing prints it, well-formed or not.
    pub secret: bool,
}

impl Schema {
    /// A payload of this data type, without further detail.
    pub const fn new(data_type: &'static str) -> Self {
        Schema {
            data_type,
            big_endian: false,
            multi: false,
            joined: false,
            values: None,
            set: None,
            element: None,
            formats: None,
            secret: false,
        }
    }
}

impl Table {
    /// Whether something in such a set is a secret: an attribute, or one in a nest.
    pub(crate) fn has_secrets(&'static self) -> bool {
        self.has_secrets_beside(&mut Vec::new())
    }

    /// The same of a table whose nests may lead back to those that were looked at.
    fn has_secrets_beside(&'static self, seen: &mut Vec<*const Table>) -> bool {
        if seen.iter().any(|table| std::ptr::eq(*table, self)) {
            return false;
        }
        seen.push(self);
        self.rows.iter().any(|row| {
            let schema = innermost(&row.value.schema);
            schema.secret || schema.set.is_some_and(|set| set().has_secrets_beside(seen))
        })
    }
}

/// What the items of a list are, and the items of those.
fn innermost(schema: &Schema) -> &Schema {
    schema.element.map_or(schema, innermost)
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

/// A plain value, as the feature `serde` serializes it: see [`Codec::plain`](crate::Codec::plain).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Plain<'a> {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number without a sign.
    Unsigned(u64),
    /// A number with a sign.
    Signed(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text: names, words and addresses.
    Text(Cow<'a, str>),
    /// Values in a row.
    List(Vec<Plain<'a>>),
    /// Values by name.
    Map(Vec<(Cow<'a, str>, Plain<'a>)>),
    /// A message, a nest or a struct, by its table and bytes.
    Set(&'static Table, Cow<'a, [u8]>),
}

/// The structure of a payload.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Inside {
    /// A value without inner structure.
    Value,
    /// A fixed header and attributes of a set.
    Set(&'static Table),
    /// Attributes that are all of one type, whose numbers mean nothing.
    Items(&'static Type),
    /// Attributes that are all of one type, whose numbers are keys.
    Entries(&'static Type),
    /// Structs that begin with their own length, each with attributes of a set.
    Records(&'static Table),
    /// A value of this many bytes, padded, followed by attributes of a set.
    Trailer(usize, &'static Table),
}

/// A set of attributes in place, with the sets around it, in which selectors are looked up.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub(super) table: &'static Table,
    pub(super) bytes: &'a [u8],
    /// Offset of the bytes in the outermost message.
    pub(super) at: usize,
    depth: usize,
    outer: Option<&'a Scope<'a>>,
}

impl<'a> Scope<'a> {
    /// The outermost set, by its table and bytes (without the message header).
    pub fn new(table: &'static Table, bytes: &'a [u8]) -> Self {
        Scope { table, bytes, at: 0, depth: 0, outer: None }
    }

    /// The set around this one.
    pub fn outer(&self) -> Option<&Scope<'a>> {
        self.outer
    }

    /// The address family of the message around it all: the first field of its header, as in the messages of the route
    /// family; `None` if the header has no such field.
    pub fn family(&self) -> Option<u8> {
        let mut message = self;
        while let Some(outer) = message.outer {
            message = outer;
        }
        let first = message.table.fields.first();
        first.filter(|first| first.field == "family" && first.size == 1)?;
        message.bytes.first().copied()
    }

    /// The table of the set.
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

    /// The attributes with their offsets in the outermost message, and the offset of trailing bytes.
    pub(super) fn placed(&self) -> impl Iterator<Item = (usize, RawAttribute<'a>)> {
        let mut raw = self.attributes();
        let end = self.at + self.bytes.len();
        std::iter::from_fn(move || {
            let at = end - raw.rest().len();
            raw.next().map(|attribute| (at, attribute))
        })
    }

    /// The row of an attribute by its number; `None` if the table does not have it.
    pub fn row(&self, number: u16) -> Option<&'static Row> {
        // Tables are mostly in order and without gaps, so the row is near the index given by its number.
        let rows = self.table.rows;
        let near = rows.get(usize::from(number).wrapping_sub(1)).filter(|row| row.number == number);
        near.or_else(|| rows.iter().find(|row| row.number == number))
    }

    /// A set inside this one, at offset `at` in the outermost message; `None` if nests are too deep.
    pub fn nest(&'a self, table: &'static Table, at: usize, bytes: &'a [u8]) -> Option<Scope<'a>> {
        (self.depth < DEPTH).then_some(Scope { table, bytes, at, depth: self.depth + 1, outer: Some(self) })
    }
}

/// The set of a list's items, seen from inside: it has no rows.
pub(crate) static LIST: Table =
    Table { name: "", header_name: "", header: 0, fields: &[], attributes: true, rows: &[], also: None };
