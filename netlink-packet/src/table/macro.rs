//! Tables: one row for each attribute, and what reads the rows: printing, error paths, the schema.

use crate::attribute::{ATTRIBUTE_HEADER_LEN, Attr, NLA_TYPE_MASK, RawAttribute, RawAttributes};
use crate::buffer::Buffer;
use crate::bytes::Hex;
use crate::codec::{Codec, Fixed, RawRecords};
use crate::header::align;
use crate::request::Settable;
use crate::view::View;
use std::fmt::{self, Debug as _};

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

impl Field {
    /// The field that is at `at` in its header, by the kernel's name and ours.
    pub const fn of<C: Fixed>(name: &'static str, field: &'static str, at: usize) -> Self {
        Field { name, field, at, size: C::SIZE, value: Type::of::<C>(), settable: Settable::Yes }
    }

    /// What stands behind all fields and goes on to the end.
    pub const fn rest<C: Codec + ?Sized>(name: &'static str, field: &'static str, at: usize) -> Self {
        Field { name, field, at, size: 0, value: Type::of::<C>(), settable: Settable::Yes }
    }

    /// The same, of which this belongs in a request.
    pub const fn settable(self, settable: Settable) -> Self {
        Field { settable, ..self }
    }

    /// Where the bytes behind it begin.
    pub const fn end(&self) -> usize {
        self.at + self.size
    }
}

impl Row {
    /// The row of a key, with our name for the attribute.
    pub const fn of<S: ?Sized, C: Codec + ?Sized>(key: Attr<S, C>, field: &'static str) -> Self {
        let flags = key.number_and_flags() & !NLA_TYPE_MASK;
        Row {
            name: key.name(),
            field,
            number: key.number(),
            flags,
            value: Type::of::<C>(),
            settable: Settable::Yes,
        }
    }

    /// The same, of which this belongs in a request.
    pub const fn settable(self, settable: Settable) -> Self {
        Row { settable, ..self }
    }
}

/// A codec as a value: what a row knows of its payload.
pub struct Type {
    /// What the payload is in the kernel's terms.
    pub schema: Schema,
    accepts: fn(&[u8], &Scope<'_>) -> bool,
    show: fn(&[u8], &Scope<'_>, &mut fmt::Formatter<'_>) -> fmt::Result,
    inside: fn(&Scope<'_>) -> Inside,
}

impl Type {
    /// The codec `C` as a value.
    pub const fn of<C: Codec + ?Sized>() -> Self {
        Type { schema: C::SCHEMA, accepts: C::accepts, show: C::show, inside: C::inside }
    }

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
}

/// A set of attributes in place, with the sets around it: where a selector is looked up.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    table: &'static Table,
    bytes: &'a [u8],
    /// Where the bytes are in the outermost message.
    at: usize,
    depth: usize,
    outer: Option<&'a Scope<'a>>,
}

/// An attribute that can't be read: its payload is not what its codec takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The names of the nests around it and its own, such as `IFLA_LINKINFO / IFLA_INFO_KIND`; where bytes
    /// are no attribute at all, only those of the nests.
    pub path: String,
    /// Where it begins, counted from the start of the message without its header.
    pub offset: usize,
    /// Bytes of its payload.
    pub length: usize,
}

impl<'a> Scope<'a> {
    /// The outermost set: a whole message.
    pub fn of<V: View + ?Sized>(view: &'a V) -> Self {
        Scope::new(V::table(), view.as_bytes())
    }

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
    fn placed(&self) -> impl Iterator<Item = (usize, RawAttribute<'a>)> {
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

    /// The attributes that can't be read, here and in nests.
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

    /// Looks at what a struct has behind its fields.
    fn check_rest(&self, field: &Field, path: &str, found: &mut Vec<Malformed>) {
        match self.bytes.get(field.at..) {
            Some(rest) if field.value.accepts(rest, self) => {
                if let Inside::Set(table) = field.value.inside(self) {
                    if let Some(nest) = self.nest(table, self.at + field.at, rest) {
                        nest.find_malformed(path, found);
                    }
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
            Inside::Value => (),
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

    /// The names of the attributes around this offset of the outermost message, outermost first: the path of
    /// the attribute that begins there (as the kernel points at one) or that holds it.
    pub fn path(&self, offset: usize) -> Vec<&'static str> {
        let mut path = Vec::new();
        self.find_path(offset, &mut path);
        path
    }

    /// Follows the offset down; gives what the set is that begins in the attribute at the end of the path.
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
            Inside::Value | Inside::Items(_) | Inside::Entries(_) => None,
        }
    }

    /// The path of an attribute that is missing: its number, and the offset of the nest that lacks it (none
    /// where it is missing at the top).
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
            return write!(f, "malformed {:?}", Hex(payload));
        }
        match value.inside(self) {
            Inside::Value => (value.show)(payload, self, f),
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

/// The set that a list of items is, seen from inside: it has no rows.
pub(crate) static LIST: Table =
    Table { name: "", header_name: "", header: 0, fields: &[], attributes: true, rows: &[], also: None };

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path} / {name}") }
}

/// A value on its way to a formatter.
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

/// Prints every field and attribute by name with its value; unknown attributes by number with their
/// bytes, malformed ones as such, and what is behind the last one.
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
            match self.row(attribute.number()) {
                Some(row) => {
                    let shown = Shown { scope: self, value: &row.value, payload: attribute.payload };
                    out.field(row.field, &shown)
                }
                None => out.field(&attribute.number().to_string(), &Hex(attribute.payload)),
            };
        }
        if !rest.rest().is_empty() {
            out.field("malformed", &Hex(rest.rest()));
        }
        out.finish()
    }
}

/// Makes a view, its builder and the keys of its attributes from one line for each of them.
///
/// The kernel's side stands left of the arrow, ours right of it: a name, the type that reading gives, and, where
/// that type is not its own [`Codec`], the codec behind `as`. A borrowed value's codec is what it borrows:
/// `&str as str`, `&Name as Name`, `&LinkInfo as LinkInfo`. Both blocks can be left out:
/// without `attributes` it is a struct, without `header` a nest.
///
/// ```
/// use netlink_packet::{Be, Name, netlink};
///
/// netlink! {
///     /// A lamp, as our module describes it.
///     pub struct Lamp / LampBuf
///     header lampmsg: 8 {
///         /// Which lamp, counted from 1.
///         lm_index = 0 => index: u32,
///         /// Nonzero where it shines.
///         lm_on = 4 => on: bool,
///     }
///     attributes {
///         /// Its name.
///         LAMP_NAME = 1 => name: &Name as Name,
///         /// Its colour, in network byte order.
///         LAMP_COLOUR = 2 => colour: u32 as Be<u32>,
///     }
/// }
///
/// let built = Lamp::build().index(3).name("desk").colour(0xff8800);
/// let lamp = built.view();
/// assert_eq!(lamp.index(), 3);
/// assert_eq!(lamp.colour(), Some(0xff8800));
/// assert_eq!(lamp.attributes().get(Lamp::LAMP_COLOUR), lamp.colour());
/// assert_eq!(format!("{lamp:?}"), r#"Lamp { index: 3, on: false, name: "desk", colour: 16746496 }"#);
/// ```
///
/// What a struct has behind its fields and up to its end, such as a flexible array, stands in a block `rest` of its
/// own: `rest { segments => segments: Chunks<'_, Ipv6Addr> as Packed<Ipv6Addr>, }`; its getter gives an `Option`.
///
/// A field's number is its offset in the header, and the header's number its length in bytes. An attribute's
/// number may be an expression, `52 | NLA_F_NESTED` where the kernel insists on the flag.
///
/// # What stands on a line
///
/// | the payload | the line says |
/// | --- | --- |
/// | an integer | `u8` to `u64`, `i8` to `i64`; one byte that is yes or no: `bool` |
/// | an integer in network byte order | `u16 as Be<u16>` |
/// | an integer of 4 or 8 bytes, as fits | `u64 as Uint` |
/// | nothing: it is there or not | `bool as Flag` |
/// | text | `&str as str`; where it need not be UTF-8, `&Name as Name` |
/// | bytes | `&[u8] as [u8]`; always as many: `[u8; 6]` |
/// | an IP address | `IpAddr`, `Ipv4Addr`, `Ipv6Addr`; in a header `Option<Ipv4Addr>` |
/// | an IP address of the family that the message's header begins with | `IpAddr as OwnAddress`; in a nest of such a message `IpAddr as OuterAddress` |
/// | an enum or flags | a type by [`values!`](crate::values) or [`flags!`](crate::flags) |
/// | a struct or a nest | a view by this macro: `&Lamp as Lamp` |
/// | the index of a device, which can be given by name | `u32 as IfIndex` |
/// | a file descriptor | `u32 as Descriptor` |
/// | one of several with the same number | `Items<'_, u32> as Repeated<u32>` |
/// | a nest of attributes of one type | `Items<'_, u32> as Array<u32>` |
/// | the same, and their numbers mean something | `Entries<'_, u32> as Numbered<u32>` |
/// | integers or other values of one length in a row | `Chunks<'_, u32> as Packed<u32>` |
/// | anything else | a type of your own that implements [`Codec`], and [`Put`](crate::Put) to be written |
///
/// A mistake is reported on its line; where the compiler can't, it tells the name.
///
/// # What a request may say
///
/// What was listed becomes a request by `to_request`, which keeps every field and attribute that the table knows, except
/// where the line says otherwise behind `;`, last on the line:
///
/// | the line ends with | in a request made from what was listed |
/// | --- | --- |
/// | `; read_only` | left out: only the kernel sets it, such as a counter or a state |
/// | `; separate` | left out, though other requests can say it: a list means something else by it |
/// | `; bits(LampFlags::SETTABLE)` | only these flags are kept |
/// | `; unless(function)` | left out where `fn(&Scope<'_>) -> bool`, given the set around it, says so |
/// | `; sent_as(function)` | a number becomes what `fn(&Scope<'_>, u64) -> u64` makes of it |
///
/// What a request says by an attribute that lists lack, a function appends that stands behind the attributes,
/// `also function`: `fn(&Scope<'_>, &mut Buffer)`, with [`append`](crate::append).
///
/// # What it makes
///
/// Names only, around functions that you can call yourself:
///
/// ```ignore
/// /// A lamp, as our module describes it.
/// #[repr(transparent)]
/// pub struct Lamp([u8]);                          // PartialEq; Debug prints all that is in it, by name
///
/// impl Lamp {
///     /// Its name. The key of `name`.
///     pub const LAMP_NAME: Attr<Lamp, Name> = Attr::new(1, "LAMP_NAME");
///
///     pub fn new(bytes: &[u8]) -> Result<&Lamp, DecodeError>;              // bytes seen as a lamp
///     pub fn as_bytes(&self) -> &[u8];
///     pub fn attributes(&self) -> Attributes<'_, Lamp>;                    // get, pick, raw
///     pub fn malformed(&self) -> impl Iterator<Item = Malformed>;
///     pub fn tail(&self) -> &[u8];
///     pub fn build() -> LampBuf;
///     pub fn to_buf(&self) -> LampBuf;                                     // a builder of the same bytes
///     pub fn to_request(&self) -> LampBuf;                                 // without what only the kernel sets
///
///     /// Which lamp, counted from 1.
///     pub fn index(&self) -> u32 { field::<u32, u32>(&self.0, 0) }
///
///     /// Its name.
///     pub fn name(&self) -> Option<&Name> { get::<Name, &Name, _>(self.attributes(), 1, "LAMP_NAME") }
/// }
///
/// pub struct LampBuf(PooledBuffer);                      // Clone, Default, Debug; derefs to Lamp
///
/// impl LampBuf {
///     pub fn view(&self) -> &Lamp;
///     pub fn to_buf(&self) -> LampBuf;
///     pub fn to_request(&self) -> LampBuf;
///     pub fn with<C: ?Sized>(self, key: Attr<Lamp, C>, value: impl Put<C>) -> LampBuf;
///
///     /// Which lamp, counted from 1.
///     pub fn index(mut self, index: impl Put<u32>) -> LampBuf { set_field::<u32>(&mut self.0, 0, index); self }
///
///     /// Its name.
///     pub fn name(self, name: impl Put<Name>) -> LampBuf { self.with(Lamp::LAMP_NAME, name) }
/// }
///
/// impl View for Lamp { /* the table, a row for each line */ }
/// impl Build for LampBuf { /* the buffer: what is sent */ }
/// impl Put<Lamp> for LampBuf { /* a lamp can be in an attribute */ }
/// ```
///
/// The one line of `unsafe` in it, which sees bytes as `Lamp`, is checked by the macro: a crate that forbids
/// `unsafe_code` can use it.
#[macro_export]
macro_rules! netlink {
    (
        $(#[$meta:meta])*
        $vis:vis struct $View:ident / $Buf:ident
        $(header $header:ident : $length:literal {
            $($(#[$fmeta:meta])* $fname:ident = $at:literal => $field:tt : $fty:ty $(as $fcodec:ty)? $(; $fset:ident $(($farg:expr))?)?,)*
        })?
        $(rest {
            $(#[$rmeta:meta])* $rname:ident => $rest:tt : $rty:ty $(as $rcodec:ty)?,
        })?
        $(attributes {
            $($(#[$ameta:meta])* $KEY:ident = $number:expr => $name:tt : $ty:ty $(as $codec:ty)? $(; $set:ident $(($arg:expr))?)?,)*
        })?
        $(also $also:path)?
    ) => {
        $(#[$meta])*
        #[repr(transparent)]
        $vis struct $View([u8]);

        $($(const _: () = assert!(
            $crate::Field::of::<$crate::__codec!($fty $(, $fcodec)?)>("", "", $at).end() <= $length,
            concat!("`", stringify!($fname), "` goes on behind the end of `", stringify!($header), "`"),
        );)*)?

        // Of a name that is taken the compiler tells the line here, and only the whole table elsewhere.
        const _: () = {
            #[allow(dead_code, non_camel_case_types, reason = "methods and constants, not variants")]
            enum Names { new, build, to_buf, to_request, as_bytes, attributes, malformed, tail, view, with, without, $($($field,)*)? $($rest,)? $($($name, $KEY,)*)? }
        };

        impl $crate::View for $View {
            const HEADER: usize = 0 $(+ $length)?;
            const ATTRIBUTES: bool = $crate::__attributes!($(attributes $($KEY)*)?);

            fn table() -> &'static $crate::Table {
                static TABLE: $crate::Table = $crate::Table {
                    name: stringify!($View),
                    header_name: concat!($(stringify!($header))?),
                    header: <$View as $crate::View>::HEADER,
                    fields: &[$($(
                        $crate::Field::of::<$crate::__codec!($fty $(, $fcodec)?)>(
                            stringify!($fname), stringify!($field), $at,
                        )$(.settable($crate::__settable!($fset $($farg)?)))?,
                    )*)? $(
                        $crate::Field::rest::<$crate::__codec!($rty $(, $rcodec)?)>(
                            stringify!($rname), stringify!($rest), <$View as $crate::View>::HEADER,
                        ),
                    )?],
                    attributes: <$View as $crate::View>::ATTRIBUTES,
                    rows: &[$($(
                        $crate::Row::of::<$View, $crate::__codec!($ty $(, $codec)?)>($View::$KEY, stringify!($name))
                            $(.settable($crate::__settable!($set $($arg)?)))?,
                    )*)?],
                    also: $crate::__also!($($also)?),
                };
                &TABLE
            }

            #[inline]
            fn cast(bytes: &[u8]) -> &Self {
                $crate::__cast!(bytes, $View)
            }

            #[inline]
            fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        #[allow(dead_code, reason = "not every table needs all that it is given")]
        impl $View {
            $($(
                $(#[$ameta])*
                ///
                #[doc = concat!("The key of [`", stringify!($name), "`](Self::", stringify!($name), ").")]
                $vis const $KEY: $crate::Attr<$View, $crate::__codec!($ty $(, $codec)?)> =
                    $crate::Attr::new($number, stringify!($KEY));
            )*)?

            /// Sees bytes as this: those of a message without its own header, or of an attribute's payload.
            ///
            /// # Errors
            /// There are fewer bytes than the fixed header has, where attributes follow it.
            #[inline]
            $vis fn new(bytes: &[u8]) -> ::core::result::Result<&Self, $crate::DecodeError> {
                <Self as $crate::View>::read(bytes)
            }

            /// A builder with nothing set.
            #[inline]
            $vis fn build() -> $Buf {
                $Buf::default()
            }

            /// A builder that holds exactly these bytes, also what the kernel refuses in requests;
            /// [`to_request`](Self::to_request) leaves that out.
            $vis fn to_buf(&self) -> $Buf {
                <$Buf as $crate::Build>::from_view(self)
            }

            /// A builder of a request that says the same, to add or delete what was listed, or to change a part of it.
            ///
            /// It leaves out what only the kernel sets, such as counters and states, and of what a list says twice it
            /// keeps what a request may say. [`to_buf`](Self::to_buf) copies everything.
            $vis fn to_request(&self) -> $Buf {
                <$Buf as $crate::Build>::from_buffer($crate::Scope::of(self).to_request())
            }

            /// All the bytes.
            #[inline]
            $vis fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// The attributes, for those that have no getter here, and to read several in one pass.
            #[inline]
            $vis fn attributes(&self) -> $crate::Attributes<'_, Self> {
                $crate::View::attributes_of(self)
            }

            /// The attributes that can't be read, here and in nests: each reads as absent.
            $vis fn malformed(&self) -> impl Iterator<Item = $crate::Malformed> + use<> {
                $crate::View::malformed_in(self).into_iter()
            }

            /// What is behind the fixed header: the attributes' bytes, or what a newer kernel added to a struct.
            $vis fn tail(&self) -> &[u8] {
                self.0.get(<Self as $crate::View>::HEADER..).unwrap_or_default()
            }

            $($(
                $(#[$fmeta])*
                #[doc = concat!("(`", stringify!($fname), "`)")]
                $(#[doc = $crate::__settable_doc!($fset $($farg)?)])?
                #[inline]
                $vis fn $field(&self) -> $fty {
                    $crate::field::<$crate::__codec!($fty $(, $fcodec)?), $fty>(&self.0, $at)
                }
            )*)?

            $(
                $(#[$rmeta])*
                #[doc = concat!("(`", stringify!($rname), "`)")]
                #[inline]
                $vis fn $rest(&self) -> Option<$rty> {
                    $crate::rest::<$crate::__codec!($rty $(, $rcodec)?), $rty>(
                        &self.0, <$View as $crate::View>::HEADER,
                    )
                }
            )?

            $($(
                $(#[$ameta])*
                #[doc = concat!("([`", stringify!($KEY), "`](Self::", stringify!($KEY), "))")]
                $(#[doc = $crate::__settable_doc!($set $($arg)?)])?
                #[inline]
                $vis fn $name(&self) -> Option<$ty> {
                    $crate::get::<$crate::__codec!($ty $(, $codec)?), $ty, _>(
                        self.attributes(), Self::$KEY.number(), Self::$KEY.name(),
                    )
                }
            )*)?
        }

        impl ::core::fmt::Debug for $View {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&$crate::Scope::of(self), f)
            }
        }

        impl ::core::cmp::PartialEq for $View {
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        }

        #[doc = concat!("The builder of a [`", stringify!($View), "`].")]
        #[derive(Clone)]
        #[must_use]
        $vis struct $Buf($crate::PooledBuffer);

        #[allow(dead_code, reason = "not every table needs all that it is given")]
        impl $Buf {
            /// What is built so far.
            #[inline(always)]
            $vis fn view(&self) -> &$View {
                self
            }

            /// Another builder with the same in it, and with the devices that are known by name.
            $vis fn to_buf(&self) -> Self {
                self.clone()
            }

            /// The same as [`to_buf`](Self::to_buf): what a program built is a request.
            $vis fn to_request(&self) -> Self {
                self.clone()
            }

            /// Sets an attribute by its key, in place of what was set under it before.
            #[inline(always)]
            $vis fn with<C: ?Sized>(mut self, key: $crate::Attr<$View, C>, value: impl $crate::Put<C>) -> Self {
                $crate::set(&mut self.0, key, value);
                self
            }

            /// Takes an attribute out.
            #[inline(always)]
            $vis fn without<C: ?Sized>(mut self, key: $crate::Attr<$View, C>) -> Self {
                $crate::unset(&mut self.0, key);
                self
            }

            $($(
                $(#[$fmeta])*
                #[doc = concat!("(`", stringify!($fname), "`)")]
                #[inline(always)]
                $vis fn $field(mut self, $field: impl $crate::Put<$crate::__codec!($fty $(, $fcodec)?)>) -> Self {
                    $crate::set_field::<$crate::__codec!($fty $(, $fcodec)?)>(&mut self.0, $at, $field);
                    self
                }
            )*)?

            $(
                $(#[$rmeta])*
                #[doc = concat!("(`", stringify!($rname), "`)")]
                $vis fn $rest(mut self, $rest: impl $crate::Put<$crate::__codec!($rty $(, $rcodec)?)>) -> Self {
                    $crate::set_rest::<$View, $crate::__codec!($rty $(, $rcodec)?)>(&mut self.0, $rest);
                    self
                }
            )?

            $($(
                $(#[$ameta])*
                #[doc = concat!("([`", stringify!($KEY), "`](", stringify!($View), "::", stringify!($KEY), "))")]
                #[inline(always)]
                $vis fn $name(self, $name: impl $crate::Put<$crate::__codec!($ty $(, $codec)?)>) -> Self {
                    self.with($View::$KEY, $name)
                }
            )*)?
        }

        impl ::core::default::Default for $Buf {
            #[inline]
            fn default() -> Self {
                $Buf($crate::PooledBuffer::new(<$View as $crate::View>::START))
            }
        }

        impl $crate::Build for $Buf {
            type View = $View;

            #[inline]
            fn buffer(&self) -> &$crate::Buffer {
                &self.0
            }

            #[inline]
            fn into_buffer(self) -> $crate::PooledBuffer {
                self.0
            }

            #[inline]
            fn from_buffer(buffer: $crate::PooledBuffer) -> Self {
                $Buf(buffer)
            }

            fn from_view(view: &$View) -> Self {
                $Buf($crate::Buffer::from_view(view))
            }
        }

        impl ::core::ops::Deref for $Buf {
            type Target = $View;

            #[inline]
            fn deref(&self) -> &$View {
                <$View as $crate::View>::cast(self.0.body())
            }
        }

        impl ::core::fmt::Debug for $Buf {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&**self, f)
            }
        }

        impl $crate::Put<$View> for $Buf {
            fn put(self, out: &mut $crate::Buffer) {
                out.push_body(&self.0);
            }
        }

        impl $crate::Put<$View> for &$Buf {
            fn put(self, out: &mut $crate::Buffer) {
                out.push_body(&self.0);
            }
        }
    };
}

/// The view cast. The type must be a `repr(transparent)` struct of `[u8]`, as the macros here make it.
#[doc(hidden)]
#[macro_export]
macro_rules! __cast {
    ($bytes:ident, $View:ident) => {{
        let bytes: &[u8] = $bytes;
        let _ = |view: &$View| -> *const [u8] { &view.0 };
        // SAFETY: the type is a transparent wrapper of `[u8]`, so that both references have one layout
        // and the same lifetime, and any bytes are a valid value of it.
        unsafe { &*(::core::ptr::from_ref::<[u8]>(bytes) as *const $View) }
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __attributes {
    () => {
        false
    };
    (attributes $($KEY:ident)*) => {
        true
    };
}

/// The codec of a line: the one behind `as`, else the type itself.
#[doc(hidden)]
#[macro_export]
macro_rules! __codec {
    ($ty:ty) => {
        $ty
    };
    ($ty:ty, $codec:ty) => {
        $codec
    };
}
