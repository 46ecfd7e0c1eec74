//! Netlink messages of any family, read in place and built in one pass, and the conversation around them without I/O.

mod attribute;
mod buffer;
mod bytes;
mod codec;
pub mod control;
mod conversation;
mod error;
pub mod generic;
mod header;
pub mod policy;
mod set;
mod table;
mod values;
mod view;

pub use attribute::{
    ATTRIBUTE_HEADER_LEN, Attr, Attributes, Keys, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_TYPE_MASK,
    RawAttribute, RawAttributes,
};
pub use buffer::{Buffer, Unresolved};
pub use codec::{
    Array, Be, Chunks, Codec, Descriptor, Device, Entries, Fixed, Flag, Items, Name, Numbered, Packed, Put,
    Repeated, Uint,
};
pub use conversation::{Conversation, Dump, Expect, Failure, Heard, Objects, Outcome};
pub use error::{BuildError, DecodeError};
pub use header::{
    Flags, HEADER_LEN, Header, Message, Messages, NLMSG_DONE, NLMSG_ERROR, NLMSG_MIN_TYPE, NLMSG_NOOP,
    NLMSG_OVERRUN, align,
};
pub use policy::{AttributeType, Policy, PolicyBuf};
pub use set::{Nest, NestBuf, field, get, nested, set, set_field};
pub use table::{Field, Inside, Malformed, Row, Schema, Scope, Table, Type, Values};
pub use values::UnknownWord;
pub use view::{Build, Packet, View};

#[doc(hidden)]
pub use bitflags;
