//! Identifier locator addressing (ILA): the upper half of an address is a locator, the lower an identifier: `encap ila`.

use crate::route::{Encap, EncapType};
pub use netlink_packet::generic::ila::{IlaChecksumMode, IlaHook, IlaIdentifierType, Locator};
use netlink_packet::{IfIndex, netlink};

netlink! {
    /// Identifier-locator addressing (ILA) translation, like `encap ila 2001:0:0:1`: `ILA_ATTR_*`.
    pub struct Ila / IlaBuf
    attributes {
        /// Locator: upper 64 bits written to the destination address.
        ILA_ATTR_LOCATOR = 1 => locator: Locator,
        /// Identifier: lower 64 bits of the address. Unused for routes.
        ILA_ATTR_IDENTIFIER = 2 => identifier: Locator; ignored,
        /// Locator to match: upper 64 bits of the address before translation. Unused for routes.
        ILA_ATTR_LOCATOR_MATCH = 3 => locator_match: Locator; ignored,
        /// Interface index of the input device. Unused for routes.
        ILA_ATTR_IFINDEX = 4 => device: u32 as IfIndex<i32>; ignored,
        /// Direction (obsolete).
        ILA_ATTR_DIR = 5 => direction: u32; ignored,
        /// Checksum mode: how translation keeps transport checksums valid.
        ILA_ATTR_CSUM_MODE = 7 => checksum_mode: IlaChecksumMode,
        /// Identifier type.
        ILA_ATTR_IDENT_TYPE = 8 => identifier_type: IlaIdentifierType,
        /// Hook: where packets are translated.
        ILA_ATTR_HOOK_TYPE = 9 => hook: IlaHook,
    }
}

impl Encap for Ila {
    const TYPE: EncapType = EncapType::ILA;
}
