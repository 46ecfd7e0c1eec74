//! Control messages: acknowledgements, errors and the ends of dumps, with their extended acks.
//!
//! ```text
//! NLMSG_ERROR  | code, 4 bytes | header of the request | its payload, unless capped | extended ack, if flagged |
//! NLMSG_DONE   | code, 4 bytes | extended ack, if flagged |
//! ```
//! The code is 0 or a negative errno. The extended ack is a set of optional
//! attributes.

use crate::bytes::u32_at;
use crate::header::{
    Flags, HEADER_LEN, Header, Message, NLMSG_DONE, NLMSG_ERROR, NLMSG_MIN_TYPE, NLMSG_OVERRUN, align,
};
use crate::policy::{Policy, PolicyBuf};
use crate::table::data::{Scope, Table};
use crate::{Escaped, Name, View, netlink};
use bytes::Bytes;
use std::{fmt, io};

netlink! {
    /// Extended acknowledgement (extack) of a request: `NLMSGERR_ATTR_*`.
    ///
    /// The kernel sends it if the socket has `NETLINK_EXT_ACK` set: with errors, and as a warning with success.
    pub struct ExtAck / ExtAckBuf
    attributes {
        /// Error or warning message in words.
        NLMSGERR_ATTR_MSG = 1 => message: &Name as Name,
        /// Offset of the offending attribute, in bytes from the start of the request's header.
        NLMSGERR_ATTR_OFFS = 2 => offset: u32,
        /// Cookie: subsystem-specific data of a successful request.
        NLMSGERR_ATTR_COOKIE = 3 => cookie: &[u8] as [u8],
        /// Policy that the offending attribute violates.
        NLMSGERR_ATTR_POLICY = 4 => policy: &Policy as Policy,
        /// Type (number) of a missing attribute.
        NLMSGERR_ATTR_MISS_TYPE = 5 => missing_type: u32,
        /// Offset of the nest with the missing attribute, counted like the offset; absent at the top level.
        NLMSGERR_ATTR_MISS_NEST = 6 => missing_nest: u32,
    }
}

/// What a message means for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply<'a> {
    /// An object of the family: the answer, or a part of it.
    Object,
    /// `NLMSG_ERROR`: acknowledgement (code 0) or error.
    Ack(Ack<'a>),
    /// `NLMSG_DONE`: end of a dump, with an error where the code isn't 0.
    Done(Ack<'a>),
    /// `NLMSG_OVERRUN`: data was lost.
    Overrun,
    /// `NLMSG_NOOP` and reserved message types.
    Nothing,
    /// A control message that is too short.
    Malformed,
}

impl<'a> Reply<'a> {
    /// Classifies a message.
    #[inline]
    pub fn of(message: &Message<'a>) -> Self {
        // Most messages are objects, which their type shows at a glance.
        if message.header.message_type >= NLMSG_MIN_TYPE {
            return Reply::Object;
        }
        match message.header.message_type {
            NLMSG_ERROR => Ack::read(message, true).map_or(Reply::Malformed, Reply::Ack),
            NLMSG_DONE => Reply::Done(Ack::read(message, false).unwrap_or_default()),
            NLMSG_OVERRUN => Reply::Overrun,
            _ => Reply::Nothing,
        }
    }
}

/// Acknowledgement or error: an errno and the extended ack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ack<'a> {
    /// 0, or an errno as a positive number.
    pub errno: i32,
    /// The bytes of the [`ExtAck`]; empty if there is none.
    pub extended: &'a [u8],
}

impl<'a> Ack<'a> {
    /// `None` if there is no code. (Old kernels send a done message without one, which means success.)
    #[inline]
    fn read(message: &Message<'a>, echoes: bool) -> Option<Self> {
        let payload = message.payload();
        let code = i32::from_ne_bytes(payload.get(..4)?.try_into().ok()?);
        let extended = if message.header.flags.contains(Flags::ACK_TLVS) {
            let echoed = if echoes { echoed(payload, message.header.flags) } else { 0 };
            payload.get(4 + echoed..).unwrap_or_default()
        } else {
            &[]
        };
        Some(Ack { errno: code.checked_neg().unwrap_or(i32::MAX).max(0), extended })
    }

    /// The extended ack.
    pub fn extended(&self) -> &'a ExtAck {
        ExtAck::cast(self.extended)
    }
}

/// Whether a datagram is exactly one plain acknowledgement of this request, without an extended ack. A datagram for
/// which this is `false` may contain an acknowledgement too: see [`Reply::of`].
#[inline]
pub fn is_acknowledgement(datagram: &[u8], sequence: u32) -> bool {
    let Some(bytes) = datagram.first_chunk::<ACKNOWLEDGEMENT>() else { return false };
    let Some(header) = Header::read(bytes) else { return false };
    header.length as usize == datagram.len()
        && header.sequence == sequence
        && header.message_type == NLMSG_ERROR
        && !header.flags.contains(Flags::ACK_TLVS)
        && u32_at(bytes, HEADER_LEN) == 0
}

/// Bytes of the shortest acknowledgement: a header and a code.
const ACKNOWLEDGEMENT: usize = HEADER_LEN + 4;

/// Bytes of the request that are repeated after the code.
fn echoed(payload: &[u8], flags: Flags) -> usize {
    if flags.contains(Flags::CAPPED) {
        HEADER_LEN
    } else {
        align((u32_at(payload, 4) as usize).max(HEADER_LEN))
    }
}

/// An error of the kernel as received: the errno, and the bytes of the [`ExtAck`].
///
/// It prints the errno's text and the kernel's message; [`diagnose`](Self::diagnose) resolves attribute names by means of
/// the request.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawError {
    /// The errno as a positive number.
    pub errno: i32,
    /// The bytes of the extended acknowledgement.
    pub extended: Bytes,
}

impl RawError {
    pub(crate) fn new(ack: Ack<'_>) -> Self {
        RawError { errno: ack.errno, extended: Bytes::copy_from_slice(ack.extended) }
    }

    /// Decodes the extended ack, and resolves the attribute it points at in the request (the whole message, with its header).
    pub fn diagnose(&self, request: &[u8], table: Option<&'static Table>) -> Diagnostic {
        Diagnostic::new(ExtAck::cast(&self.extended), request, table)
    }
}

impl fmt::Display for RawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", io::Error::from_raw_os_error(self.errno))?;
        match ExtAck::cast(&self.extended).message() {
            Some(message) => write!(f, ": {}", Escaped(&message.to_string_lossy())),
            None => Ok(()),
        }
    }
}

impl std::error::Error for RawError {}

impl fmt::Debug for RawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extended = ExtAck::cast(&self.extended);
        f.debug_struct("RawError").field("errno", &self.errno).field("extended", &extended).finish()
    }
}

/// Extended ack of a request, with attribute names resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostic {
    /// Message of the kernel.
    pub message: Option<String>,
    /// Path of the offending attribute, with the nests around it, outermost first: `IFLA_LINKINFO`, `IFLA_INFO_DATA`,
    /// `IFLA_VXLAN_ID`. Empty if the kernel points at none.
    pub path: Vec<&'static str>,
    /// Path of the missing attribute.
    pub missing: Vec<&'static str>,
    /// Number of the missing attribute, even if it has no name here.
    pub missing_type: Option<u32>,
    /// Policy that the attribute violates.
    pub policy: Option<PolicyBuf>,
    /// Cookie: subsystem-specific data.
    pub cookie: Vec<u8>,
}

impl Diagnostic {
    /// Decodes an extended ack of this request.
    pub fn new(extended: &ExtAck, request: &[u8], table: Option<&'static Table>) -> Self {
        let scope = table.zip(request.get(HEADER_LEN..)).map(|(table, body)| Scope::new(table, body));
        // Offsets count from the start of the request with its header.
        let inside = |offset: u32| (offset as usize).checked_sub(HEADER_LEN);
        let path_at = |offset| scope.zip(inside(offset)).map(|(scope, offset)| scope.path(offset));
        let nest = extended.missing_nest().and_then(inside);
        let missing_at = |number| scope.map(|scope| scope.missing(nest, number));
        let missing_type = extended.missing_type();
        Diagnostic {
            message: extended.message().map(|message| message.to_string_lossy().into_owned()),
            path: extended.offset().and_then(path_at).unwrap_or_default(),
            missing: missing_type
                .and_then(|number| missing_at(u16::try_from(number).ok()?))
                .unwrap_or_default(),
            missing_type,
            policy: extended.policy().map(Policy::to_buf),
            cookie: extended.cookie().unwrap_or_default().to_vec(),
        }
    }
}

/// Prints `VXLAN ID must be lower than 16777216 (IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_VXLAN_ID: expected ...)`, as far as
/// the kernel sent it.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut space = "";
        if let Some(message) = &self.message {
            write!(f, "{}", Escaped(message))?;
            space = " ";
        }
        if !self.path.is_empty() {
            write!(f, "{space}({}", self.path.join(" / "))?;
            if let Some(policy) = &self.policy {
                write!(f, ": expected {}", policy.view())?;
            }
            f.write_str(")")?;
            space = " ";
        }
        match (self.missing.is_empty(), self.missing_type) {
            (false, _) => write!(f, "{space}(missing {})", self.missing.join(" / ")),
            (true, Some(number)) => write!(f, "{space}(missing attribute {number})"),
            (true, None) => Ok(()),
        }
    }
}

/// A header for a request to the kernel.
pub(crate) fn request_header(message_type: u16, flags: Flags, sequence: u32) -> Header {
    Header { length: 0, message_type, flags: flags | Flags::REQUEST, sequence, port: 0 }
}
