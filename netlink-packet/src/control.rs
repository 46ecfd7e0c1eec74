//! Control messages: acknowledgements, refusals and the ends of dumps, with what the kernel says of them.
//!
//! ```text
//! NLMSG_ERROR  | code, 4 bytes | header of the request | its payload, unless capped | extended ack, if flagged |
//! NLMSG_DONE   | code, 4 bytes | extended ack, if flagged |
//! ```
//! The code is 0 or a negative errno. The extended ack is attributes, of which the kernel sends
//! those that it has something to say in.

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
    /// It comes where the socket asked for it (`NETLINK_EXT_ACK`), with refusals and as a warning with success.
    pub struct ExtAck / ExtendedAckBuf
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

/// What a message is to the one who asked.
#[derive(Clone, Copy, Debug)]
pub enum Reply<'a> {
    /// An object of the family, an answer or a part of one.
    Object,
    /// `NLMSG_ERROR`: the request was carried out (code 0) or refused.
    Ack(Ack<'a>),
    /// `NLMSG_DONE`: the dump is over, with an error of its own where the code isn't 0.
    Done(Ack<'a>),
    /// `NLMSG_OVERRUN`: data was lost.
    Overrun,
    /// `NLMSG_NOOP` and numbers that are reserved.
    Nothing,
    /// A control message that is too short to be one.
    Malformed,
}

impl<'a> Reply<'a> {
    /// Tells what a message is.
    #[inline]
    pub fn of(message: &Message<'a>) -> Self {
        // Most messages are objects: one look at the number tells.
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

/// A code and what the kernel says of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ack<'a> {
    /// 0, or an errno as a positive number.
    pub errno: i32,
    /// The bytes of the [`ExtAck`]; none where the kernel says no more than the number.
    pub extended: &'a [u8],
}

impl<'a> Ack<'a> {
    /// `None` where there is no code. (A done message without one is an old kernel's, and means success.)
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

    /// What the kernel says beyond the number.
    pub fn extended(&self) -> &'a ExtAck {
        ExtAck::cast(self.extended)
    }
}

/// Whether a datagram is one acknowledgement of this request and no more: it was carried out, and the kernel has
/// nothing to say of it. What is not may be one all the same; [`Reply::of`] tells.
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

/// Bytes of the request that an ack repeats behind its code.
fn echoed(payload: &[u8], flags: Flags) -> usize {
    if flags.contains(Flags::CAPPED) {
        HEADER_LEN
    } else {
        align((u32_at(payload, 4) as usize).max(HEADER_LEN))
    }
}

/// A refusal as it came: the errno, and the bytes of the [`ExtAck`].
///
/// It prints the reason and the kernel's text; what that points at, [`explain`](Self::diagnose) finds in the request.
#[derive(Clone, PartialEq, Eq)]
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

    /// Reads what the kernel says, and finds what it points at in the request, which is needed whole, with its header.
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

impl fmt::Debug for RawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extended = ExtAck::cast(&self.extended);
        f.debug_struct("RawError").field("errno", &self.errno).field("extended", &extended).finish()
    }
}

/// What the kernel says of a request, resolved to the names of attributes.
#[derive(Clone, Debug, Default)]
pub struct Diagnostic {
    /// The reason in the kernel's words.
    pub message: Option<String>,
    /// The attribute that is to blame, with the nests around it, outermost first: `IFLA_LINKINFO`, `IFLA_INFO_DATA`,
    /// `IFLA_VXLAN_ID`. Empty where the kernel points at none.
    pub path: Vec<&'static str>,
    /// The attribute that is missing, likewise.
    pub missing: Vec<&'static str>,
    /// The number of the attribute that is missing, for those that have no name here.
    pub missing_type: Option<u32>,
    /// What the attribute should have been.
    pub policy: Option<PolicyBuf>,
    /// What a subsystem tells those who know it.
    pub cookie: Vec<u8>,
}

impl Diagnostic {
    /// Reads an extended acknowledgement of this request.
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

/// `VXLAN ID must be lower than 16777216 (IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_VXLAN_ID, a u32 from ...)`:
/// as much of it as the kernel said.
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
                write!(f, ": wants {}", policy.view())?;
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
