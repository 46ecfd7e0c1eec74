//! Message headers, and the iterator over the messages of a datagram.
//!
//! ```text
//!  0               4       6       8               12              16
//!  | length        | message_type  | flags | sequence      | port          | payload, padded to 4 ...
//! ```
//! All five are in host byte order (`struct nlmsghdr`).

use crate::bytes::{u16_at, u32_at};
use bitflags::bitflags;
use std::fmt;

/// Bytes of a message header: `NLMSG_HDRLEN`.
pub const HEADER_LEN: usize = 16;

/// Rounds a length up to the next multiple of 4, as messages and attributes are padded (`NLMSG_ALIGN`).
#[inline]
pub const fn align(len: usize) -> usize {
    (len + 3) & !3
}

/// `NLMSG_NOOP`: to be skipped.
pub const NLMSG_NOOP: u16 = 1;
/// `NLMSG_ERROR`: an acknowledgement, or an error with its errno.
pub const NLMSG_ERROR: u16 = 2;
/// `NLMSG_DONE`: the end of a dump, with an errno of its own.
pub const NLMSG_DONE: u16 = 3;
/// `NLMSG_OVERRUN`: data was lost (no kernel since 2.4 sends it, the number stays reserved).
pub const NLMSG_OVERRUN: u16 = 4;
/// `NLMSG_MIN_TYPE`: the first number of a family's own message types.
pub const NLMSG_MIN_TYPE: u16 = 0x10;

bitflags! {
    /// The flags of a message header: `NLM_F_*`.
    ///
    /// Some bits mean one thing in a get request, another in a new request and another in a reply,
    /// which is why several names share a value.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Flags: u16 {
        /// A request to the kernel: `NLM_F_REQUEST`.
        const REQUEST = 0x01;
        /// Part of an answer of several messages, ended by `NLMSG_DONE`: `NLM_F_MULTI`.
        const MULTI = 0x02;
        /// Ask for an acknowledgement: `NLM_F_ACK`.
        const ACK = 0x04;
        /// Ask for the created object as it is announced to listeners: `NLM_F_ECHO`.
        const ECHO = 0x08;
        /// The dump was interrupted by a change and is not consistent: `NLM_F_DUMP_INTR`.
        const DUMP_INTR = 0x10;
        /// The dump was filtered as asked: `NLM_F_DUMP_FILTERED`.
        const DUMP_FILTERED = 0x20;
        /// Get: the whole table (`NLM_F_ROOT`).
        const ROOT = 0x100;
        /// Get: all that match (`NLM_F_MATCH`).
        const MATCH = 0x200;
        /// Get: an atomic snapshot (`NLM_F_ATOMIC`).
        const ATOMIC = 0x400;
        /// Get: a dump, `NLM_F_DUMP`.
        const DUMP = 0x300;
        /// New: replace what exists, `NLM_F_REPLACE`.
        const REPLACE = 0x100;
        /// New: fail if the object exists, `NLM_F_EXCL`.
        const EXCL = 0x200;
        /// New: create what doesn't exist, `NLM_F_CREATE`.
        const CREATE = 0x400;
        /// New: add at the end of the list, `NLM_F_APPEND`.
        const APPEND = 0x800;
        /// Delete: not just the first that matches, `NLM_F_NONREC`.
        const NONREC = 0x100;
        /// Delete: all that match, `NLM_F_BULK`.
        const BATCH = 0x200;
        /// Reply: the request is not echoed in whole, `NLM_F_CAPPED`.
        const CAPPED = 0x100;
        /// Reply: the extended acknowledgement follows, `NLM_F_ACK_TLVS`.
        const ACK_TLVS = 0x200;

        const _ = !0;
    }
}

/// The header of a message: `struct nlmsghdr`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Header {
    /// Length of the message with its header, without trailing padding.
    pub length: u32,
    /// Message type: below 16 for control messages, otherwise the family's (`RTM_NEWLINK`).
    pub message_type: u16,
    /// See [`Flags`].
    pub flags: Flags,
    /// The sequence number of the request, or of the request that this replies to.
    pub sequence: u32,
    /// The port id of the requesting socket; 0 in messages that no request caused.
    pub port: u32,
}

impl Header {
    /// Reads a header; `None` if there are fewer than 16 bytes.
    #[inline]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..HEADER_LEN)?;
        Some(Header {
            length: u32_at(bytes, 0),
            message_type: u16_at(bytes, 4),
            flags: Flags::from_bits_retain(u16_at(bytes, 6)),
            sequence: u32_at(bytes, 8),
            port: u32_at(bytes, 12),
        })
    }

    /// The 16 bytes of the header.
    #[inline]
    pub fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[0..4].copy_from_slice(&self.length.to_ne_bytes());
        bytes[4..6].copy_from_slice(&self.message_type.to_ne_bytes());
        bytes[6..8].copy_from_slice(&self.flags.bits().to_ne_bytes());
        bytes[8..12].copy_from_slice(&self.sequence.to_ne_bytes());
        bytes[12..16].copy_from_slice(&self.port.to_ne_bytes());
        bytes
    }
}

/// One message of a datagram: its header, and its bytes in place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Message<'a> {
    /// The header as it was read.
    pub header: Header,
    /// The whole message with its header and without padding.
    pub bytes: &'a [u8],
}

impl<'a> Message<'a> {
    /// What follows the header.
    #[inline]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes.get(HEADER_LEN..).unwrap_or_default()
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("header", &self.header)
            .field("payload", &crate::bytes::Hex(self.payload()))
            .finish()
    }
}

/// The messages of a datagram, in order.
///
/// It ends at the end of the datagram, or at the first message whose length is invalid: shorter than a header, or
/// longer than what is left. [`Messages::rest`] then returns the unread bytes.
///
/// ```
/// use netlink_packet::{Header, Messages};
///
/// let header = Header { length: 20, message_type: 16, sequence: 7, ..Header::default() };
/// let mut datagram = header.to_bytes().to_vec();
/// datagram.extend([1, 2, 3, 4]);
/// datagram.extend([0xff; 5]); // no header: the iteration ends here
///
/// let mut messages = Messages::new(&datagram);
/// assert_eq!(messages.next().map(|message| message.payload()), Some(&[1, 2, 3, 4][..]));
/// assert!(messages.next().is_none());
/// assert_eq!(messages.rest().len(), 5);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Messages<'a> {
    bytes: &'a [u8],
}

impl<'a> Messages<'a> {
    /// The messages in `datagram`.
    pub fn new(datagram: &'a [u8]) -> Self {
        Messages { bytes: datagram }
    }

    /// The bytes not read yet; after the end, trailing bytes that are not a message (none in a well-formed datagram).
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    #[inline]
    fn next(&mut self) -> Option<Message<'a>> {
        let header = Header::read(self.bytes)?;
        let length = header.length as usize;
        if length < HEADER_LEN {
            return None;
        }
        let bytes = self.bytes.get(..length)?;
        self.bytes = &self.bytes[align(length).min(self.bytes.len())..];
        Some(Message { header, bytes })
    }
}

impl std::iter::FusedIterator for Messages<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(length: u32, message_type: u16) -> Vec<u8> {
        let mut bytes = Header { length, message_type, ..Header::default() }.to_bytes().to_vec();
        bytes.resize(align(length as usize).max(HEADER_LEN), 0xa5);
        bytes
    }

    #[test]
    fn messages_follow_each_other_padded() {
        let datagram = [message(17, 20), message(16, 21), message(19, 22)].concat();
        let found: Vec<_> =
            Messages::new(&datagram).map(|m| (m.header.message_type, m.payload().len())).collect();
        assert_eq!(found, [(20, 1), (21, 0), (22, 3)]);
    }

    #[test]
    fn the_last_message_may_lack_its_padding() {
        let datagram = &message(17, 20)[..17];
        assert_eq!(Messages::new(datagram).count(), 1);
    }

    #[test]
    fn invalid_lengths_end_the_iteration() {
        for length in [0, 1, 15, 21, 0x7fff_ffff, 0xffff_fffd, u32::MAX] {
            let mut datagram = message(16, 20);
            datagram.extend(Header { length, ..Header::default() }.to_bytes());
            datagram.extend([0xa5; 4]);
            let mut messages = Messages::new(&datagram);
            assert_eq!(messages.by_ref().count(), 1, "length {length:#x}");
            assert_eq!(messages.rest().len(), 20);
        }
    }
}
