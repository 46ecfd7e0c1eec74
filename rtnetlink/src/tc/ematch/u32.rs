//! Words of packets: `u32`.

use super::{EmatchKind, EmatchType};
use netlink_packet::{Be, netlink};

netlink! {
    /// Compares a word of 32 bits of a packet, from the network header on: `struct tc_u32_key`.
    ///
    /// ```
    /// use rtnetlink::tc::ematch::U32;
    ///
    /// // u32(u32 0xc0000200 0xffffff00 at 12)
    /// let u32 = U32::word(0xc000_0200, 0xffff_ff00, 12);
    /// ```
    pub struct U32 / U32Buf
    header tc_u32_key: 16 {
        /// Mask: bits that are compared.
        mask = 0 => mask: u32 as Be<u32>,
        /// Value, as a number of the packet, in which the first byte is the highest.
        val = 4 => value: u32 as Be<u32>,
        /// Offset of the word in bytes; negative ones are before the network header.
        off = 8 => offset: i32,
        /// Offset mask: bits of a variable offset (`nexthdr+`), which ematches do not have.
        offmask = 12 => offset_mask: i32; ignored,
    }
}

impl EmatchKind for U32 {
    const TYPE: EmatchType = EmatchType::U32;
}

impl U32 {
    /// The bits of a mask in a word, like `u32(u32 VALUE MASK at OFFSET)`.
    pub fn word(value: u32, mask: u32, offset: i32) -> U32Buf {
        U32::build().value(value & mask).mask(mask).offset(offset)
    }
}
