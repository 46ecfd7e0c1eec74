//! Codecs: what an attribute's payload means, and how a value is encoded into one.
//!
//! A codec is a type; a row of a table names it, and it alone defines byte order, length and meaning. A plain value is
//! its own codec (`u32`, `IpAddr`), the codec of a borrowed one is what it borrows (`str`, `[u8]`, [`Name`], any view),
//! and if a type of value has several wire formats, a separate type says which: `u16 as Be<u16>`, `bool as Flag`, `u32
//! as IfIndex`.
//!
//! Views (`LinkInfo`) are codecs through [`View`](crate::View); enums and flags
//! become codecs by [`values!`](crate::values) and [`flags!`](crate::flags).

// | file | codecs |
// | --- | --- |
// | `integer.rs` | integers in host order, `Be`, `Uint`, `Sint`, `bool`, `Flag`, byte arrays, `IfIndex` |
// | `text.rs` | `str`, `Name`, `[u8]` |
// | `address.rs` | `IpAddr`, `Ipv4Addr`, `Ipv6Addr`, `OwnAddress`, `OuterAddress` |
// | `bitfield.rs` | `Bitfield` |
// | `list.rs` | `Repeated`, `Joined`, `Array`, `Numbered`, `Packed`, `Recorded` |
// | `spread.rs` | `Spread` |

mod address;
mod bitfield;
mod integer;
mod list;
pub mod spread;
mod text;

pub use address::{OuterAddress, OwnAddress};
pub use bitfield::Bitfield;
pub use integer::{Be, Descriptor, Fixed, Flag, IfIndex, Sint, Uint};
pub(crate) use list::parts;
pub use list::{Array, Chunks, Entries, Items, Joined, Numbered, Packed, Parts, Recorded, Records, Repeated};
pub use spread::{Spread, SpreadItems};
pub use text::{Escaped, Name};

use crate::attribute::RawAttributes;
use crate::buffer::Buffer;
use crate::table::data::{Inside, Plain, Schema, Scope, Type};
use std::fmt::{self, Debug as _};
use std::marker::PhantomData;

/// How the payload of an attribute is read.
///
/// Implement it for a type of your own to use that type in a table; [`Put`] is the other direction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a codec: nothing says how an attribute of this type is read",
    note = "a borrowed value's codec follows `as`: `&str as str`, `&Name as Name`, `Items<'_, u32> as Repeated<u32>`",
    note = "a type of your own becomes a codec by `netlink!`, `values!`, `flags!` or `impl Codec`"
)]
pub trait Codec {
    /// The value that reading returns; it may borrow from the message.
    type Value<'a>: fmt::Debug;

    /// The type of the payload in the kernel's terms.
    const SCHEMA: Schema;

    /// Reads a payload; `None` if it is malformed.
    fn decode(payload: &[u8]) -> Option<Self::Value<'_>>;

    /// Reads a payload in its context: a list of repeated attributes continues after it, and some values depend on a
    /// field of the header, such as the address family.
    #[inline]
    fn decode_among<'a>(payload: &'a [u8], context: Context<'a>) -> Option<Self::Value<'a>> {
        let _ = context;
        Self::decode(payload)
    }

    /// Whether [`decode`](Self::decode) accepts the payload; lists check each attribute by itself.
    fn check(payload: &[u8]) -> bool {
        Self::decode(payload).is_some()
    }

    /// Whether the payload is well-formed in this set. So is one that reads as `None` only because it means something
    /// else in such a message.
    fn accepts(payload: &[u8], scope: &Scope<'_>) -> bool {
        let _ = scope;
        Self::check(payload)
    }

    /// The structure of the payload, for printing and for finding the attribute at an offset. The scope is the set
    /// around the attribute, where a selector can be looked up.
    fn inside(scope: &Scope<'_>) -> Inside {
        let _ = scope;
        Inside::Value
    }

    /// Prints a payload that [`decode`](Self::decode) accepts.
    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = scope;
        match Self::decode(payload) {
            Some(value) => value.fmt(f),
            None => write!(f, "malformed {:?}", crate::bytes::Hex(payload)),
        }
    }

    /// A payload that [`accepts`](Self::accepts) takes, as a plain value, which the feature `serde` serializes: by
    /// default the text that it prints as.
    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        Plain::shown(Shown::<Self> { payload, scope, codec: PhantomData })
    }
}

impl Type {
    /// The codec `C` as a value.
    pub const fn of<C: Codec + ?Sized>() -> Self {
        Type {
            schema: C::SCHEMA,
            accepts: C::accepts,
            show: C::show,
            inside: C::inside,
            #[cfg(feature = "serde")]
            plain: C::plain,
        }
    }
}

/// The printed form of a payload.
struct Shown<'a, C: ?Sized> {
    payload: &'a [u8],
    scope: &'a Scope<'a>,
    codec: PhantomData<fn(&C)>,
}

impl<C: Codec + ?Sized> fmt::Display for Shown<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        C::show(self.payload, self.scope, f)
    }
}

/// The context of an attribute's payload.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The bytes of the set that it is in, which begin with its fixed header; empty if they are not available.
    pub set: &'a [u8],
    /// The first of these bytes, or 0: the address family in messages of the route family.
    pub family: u8,
    /// The attributes after it.
    pub after: RawAttributes<'a>,
    /// The attribute's number.
    pub number: u16,
}

/// How a value is written into an attribute of the codec `C`.
///
/// Setters take `impl Put<C>`, so that a name can be given as `&str` or `String`, an address as
/// `IpAddr`, `Ipv4Addr` or text, and a nest as its builder or as a view that came from elsewhere.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be written into an attribute of type `{C}`",
    label = "an attribute of type `{C}` takes something else"
)]
pub trait Put<C: ?Sized>: Sized {
    /// Appends the payload. An invalid value is reported to [`Buffer::refuse`] and fails the request later.
    fn put(self, out: &mut Buffer);

    /// Appends the attribute with its header; values that make several attributes or none override this.
    #[inline]
    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        let start = out.open(key.0);
        self.put(out);
        out.close(start, key.1);
    }

    /// Writes the value over a field of the fixed header; `at` counts from the start of the message with its header.
    #[inline]
    fn put_at(self, at: usize, out: &mut Buffer) {
        out.overwrite_with(at, |out| self.put(out));
    }
}
