//! A mapping.

use super::{IlaChecksumMode, IlaHook, IlaIdentifierType, Locator};
use crate::buffer::Buffer;
use crate::codec::{IfIndex, Put};
use crate::generic::description::describe;
use crate::{Command, Family, netlink};

/// Adds a mapping.
pub const ILA_CMD_ADD: u8 = 1;
/// Deletes a mapping.
pub const ILA_CMD_DEL: u8 = 2;
/// Gets a mapping, or lists them.
pub const ILA_CMD_GET: u8 = 3;
/// Deletes all mappings.
pub const ILA_CMD_FLUSH: u8 = 4;

describe! {
    /// The family: its operations and messages.
    ILA = "ila"
    operations {
        "add": ILA_CMD_ADD,
        "del": ILA_CMD_DEL,
        "get": ILA_CMD_GET => ILA_CMD_GET,
        "flush": ILA_CMD_FLUSH,
    }
    groups []
    constants {}
    messages [IlaMapping]
}

netlink! {
    /// An ILA mapping: a locator that packets come with, and the one that takes its place.
    ///
    /// ```
    /// use netlink_packet::generic::ila::{IlaChecksumMode, IlaMapping};
    ///
    /// // ip ila add loc_match 2001:db8:0:1 loc 2001:db8:0:2 csum-mode neutral-map
    /// let mapping = IlaMapping::of("2001:db8:0:1").locator("2001:db8:0:2").checksum_mode("neutral-map");
    /// assert_eq!(mapping.view().checksum_mode(), Some(IlaChecksumMode::NEUTRAL_MAP));
    /// ```
    pub struct IlaMapping / IlaMappingBuf
    header genlmsghdr: 4 {
        /// Command: `ILA_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Locator that is written to the destination address, its upper 64 bits.
        ILA_ATTR_LOCATOR = 1 => locator: Locator,
        /// Identifier; unused in mappings.
        ILA_ATTR_IDENTIFIER = 2 => identifier: Locator; ignored,
        /// Locator to match: the upper 64 bits of the destination address before translation.
        ILA_ATTR_LOCATOR_MATCH = 3 => locator_match: Locator,
        /// Interface index of the device that packets come in on; 0 for any.
        #[doc(alias = "ifindex")]
        ILA_ATTR_IFINDEX = 4 => device: u32 as IfIndex<i32>,
        /// Direction (obsolete).
        ILA_ATTR_DIR = 5 => direction: u32; ignored,
        /// Checksum mode: how translation keeps transport checksums valid.
        ILA_ATTR_CSUM_MODE = 7 => checksum_mode: IlaChecksumMode,
        /// Identifier type.
        ILA_ATTR_IDENT_TYPE = 8 => identifier_type: IlaIdentifierType,
        /// Hook; unused in mappings.
        ILA_ATTR_HOOK_TYPE = 9 => hook: IlaHook; ignored,
    }
}

impl Command for IlaMapping {
    const FAMILY: Family = Family::Generic { name: "ila", version: 1 };
    const COMMAND: u16 = ILA_CMD_GET as u16;
    type Reply = IlaMapping;
}

impl IlaMapping {
    /// The mapping of packets with this locator.
    pub fn of(locator_match: impl Put<Locator>) -> IlaMappingBuf {
        Self::build().locator_match(locator_match)
    }
}

/// The mapping of packets with this locator, from any device.
impl Put<IlaMapping> for Locator {
    fn put(self, out: &mut Buffer) {
        Put::<IlaMapping>::put(IlaMapping::of(self), out);
    }
}

/// The mapping of packets with this locator, from any device.
impl Put<IlaMapping> for &str {
    fn put(self, out: &mut Buffer) {
        Put::<IlaMapping>::put(IlaMapping::of(self), out);
    }
}
