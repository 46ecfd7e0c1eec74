//! Netlink messages of any family, read in place and built in one pass, and the conversation around them without I/O.
//!
//! A message is a header, a fixed header of its family and attributes. This crate reads and writes all three for any
//! family; `rtnetlink` has the tables for links, addresses and routes, and `iproute2` talks to the kernel with them.
//!
//! # Read a datagram
//!
//! ```
//! use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL};
//! use netlink_packet::{Messages, control::Reply};
//!
//! fn print(datagram: &[u8]) {
//!     for message in Messages::new(datagram) {
//!         match Reply::of(&message) {
//!             Reply::Object if message.header.message_type == GENL_ID_CTRL => {
//!                 let Ok(family) = ControllerMessage::new(message.payload()) else { continue };
//!                 println!("{:?} has the number {:?}", family.name(), family.id());
//!                 println!("all that it says: {family:?}");
//!             }
//!             Reply::Ack(ack) | Reply::Done(ack) => println!("ended: {ack:?}"),
//!             _ => (),
//!         }
//!     }
//! }
//! ```
//!
//! A view such as [`ControllerMessage`](generic::ControllerMessage) is the bytes themselves, as `str` is bytes seen as
//! text. Its getters return an `Option`: an absent or malformed attribute only makes its own getter return `None`. No
//! method panics, whatever the bytes.
//!
//! # Declare a family
//!
//! One line for each attribute; [`netlink!`] makes the view, its builder and a typed key from it.
//!
//! ```
//! use netlink_packet::{Name, netlink, values};
//!
//! netlink! {
//!     /// A lamp.
//!     pub struct LampMessage / LampMessageBuf
//!     header genlmsghdr: 4 {
//!         /// What is asked.
//!         cmd = 0 => command: u8,
//!         /// The version that is spoken.
//!         version = 1 => version: u8,
//!     }
//!     attributes {
//!         /// Its name.
//!         LAMP_NAME = 1 => name: &Name as Name,
//!         /// Its colour.
//!         LAMP_COLOUR = 2 => colour: Colour,
//!     }
//! }
//!
//! values! {
//!     /// The colour of a lamp.
//!     pub struct Colour: u8 = "lamp-colour" {
//!         /// As a sunset.
//!         RED = 1 => "red",
//!     }
//! }
//!
//! let lamp = LampMessage::build().command(2).version(1).name("desk").colour(Colour::RED);
//! assert_eq!(lamp.view().colour(), Some(Colour::RED));
//! assert_eq!(format!("{lamp:?}"), r#"LampMessage { command: 2, version: 1, name: "desk", colour: red }"#);
//! ```
//!
//! An attribute that a table lacks has a key of its own: [`Attr`]. Families of generic netlink are found by name:
//! [`generic`]. `iproute2` sends a message that implements [`Command`] like one of its own.
//!
//! # Ask, and know how it ends
//!
//! A [`Conversation`] assigns sequence numbers to requests and matches replies to them. It does no I/O, so any socket
//! and any runtime will do; here the kernel is a function.
//!
//! ```
//! use bytes::BytesMut;
//! use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL};
//! use netlink_packet::{Build, Conversation, Expect, Flags, Packet};
//! # use netlink_packet::{Header, generic::CTRL_CMD_NEWFAMILY};
//! # fn kernel(request: &[u8]) -> BytesMut {
//! #     let mut reply = ControllerMessage::build().command(CTRL_CMD_NEWFAMILY).name("nlctrl").id(16).into_buffer();
//! #     BytesMut::from(reply.set_header(Header { message_type: GENL_ID_CTRL, port: 7, ..Header::read(request).unwrap() }).unwrap())
//! # }
//!
//! let mut conversation = Conversation::new(7); // the port of the socket
//! let mut request = ControllerMessage::get_family().name("nlctrl").into_buffer();
//! // The expected reply determines the flags, and an incomplete request is an error.
//! let number = conversation.request(&mut request, GENL_ID_CTRL, Flags::empty(), Expect::Answer, ())?;
//!
//! let mut datagram = kernel(request.message()?); // send and receive
//! let length = datagram.len();
//! conversation.receive(&mut datagram, length, |_| ());
//!
//! let outcome = conversation.take(number).expect("it has ended");
//! assert_eq!(outcome.failure, None);
//! let family = Packet::<ControllerMessage>::new(outcome.objects.into_iter().next().unwrap())?;
//! assert_eq!(family.id(), Some(16));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Serialize
//!
//! With the feature `serde`, each view, packet and builder is a map of its fields and attributes by the names of their
//! getters, as `Debug` prints them: numbers, addresses and names as text, enums by their words, flags as a list of
//! words, nests and structs as maps, lists as lists, times in seconds, bytes in hexadecimal digits. A value without a
//! word is its number, an unknown attribute is listed by its number, and a malformed one is null. A name that is not
//! UTF-8 appears in its printed form, `e\\xff0`. A codec of your own defines its values by [`Codec::plain`].
//!
//! | what | where |
//! | --- | --- |
//! | bytes of a datagram and of a message | [`Messages`], [`Header`], [`Flags`], [`RawAttributes`] |
//! | one set of attributes, and its keys | [`Attributes`], [`Attr`], [`View`], [`Packet`] |
//! | what a payload means | [`Codec`], [`Put`], and the table at [`netlink!`] |
//! | attributes whose table another one chooses, such as a kind's options | [`Selector`], [`kinds!`] |
//! | messages under construction | [`Build`], [`Buffer`], [`PooledBuffer`], [`BuildError`] |
//! | rows, offsets and names | [`Table`], [`Scope`], [`Schema`] |
//! | requests made from what was listed | [`Mark`], [`Scope::to_request`] |
//! | acks, refusals and their reasons | [`control`], [`policy`] |
//! | generic netlink | [`generic`] |
//! | requests and how they end | [`Conversation`], [`Dump`] |

#![warn(missing_debug_implementations)]
#![cfg_attr(
    not(test),
    warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)
)]

mod attribute;
mod buffer;
mod bytes;
mod codec;
pub mod control;
mod conversation;
mod error;
mod family;
pub mod generic;
mod header;
mod kind;
mod pick;
mod plain;
pub mod policy;
mod request;
mod set;
mod table;
mod values;
mod view;

pub use attribute::{
    ATTRIBUTE_HEADER_LEN, Attr, Attributes, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_TYPE_MASK, RawAttribute,
    RawAttributes,
};
pub use buffer::{Buffer, PooledBuffer, Resets};
pub use codec::spread;
pub use codec::{
    Array, Be, Bitfield, Chunks, Codec, Context, Descriptor, Entries, Escaped, Fixed, Flag, IfIndex, Items,
    Joined, Name, Numbered, OuterAddress, OwnAddress, Packed, Parts, Put, Recorded, Records, Repeated, Sint,
    Spread, SpreadItems, Uint,
};
pub use conversation::{
    Conversation, Dump, Exchange, Expect, Failure, Incoming, Objects, Outcome, RequestError,
};
pub use error::{BuildError, DecodeError, UnknownWord, Unresolved};
pub use family::{Command, Family};
pub use header::{
    Flags, HEADER_LEN, Header, Message, Messages, NLMSG_DONE, NLMSG_ERROR, NLMSG_MIN_TYPE, NLMSG_NOOP,
    NLMSG_OVERRUN, align,
};
pub use kind::{Chosen, Kind, Kinds, Selector};
pub use pick::Keys;
pub use policy::{AttributeType, Policy, PolicyBuf};
pub use request::{Ignored, append};
pub use set::{
    Nest, NestBuf, built, field, get, nested, note_field, requested, rest, set, set_field, set_rest, unset,
};
pub use table::data::{
    Field, Holds, Inside, Mark, Marks, Plain, Row, Schema, Scope, Table, Taken, Type, Values, may_be_ignored,
};
pub use table::read::Malformed;
pub use values::Words;
#[doc(hidden)]
pub use values::{flags_of, value_of};
pub use view::{Build, Packet, View};

#[doc(hidden)]
pub use bitflags;
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serde;
