//! CAN identifiers: `canid`.

use super::{EmatchKind, EmatchType};
use netlink_packet::{Buffer, Chunks, Codec, Fixed, Packed, Put, Schema, netlink};

netlink! {
    /// Matches CAN frames by their identifiers: any of these, up to 500.
    ///
    /// ```
    /// use rtnetlink::tc::ematch::Canid;
    ///
    /// // canid(sff 0x123 sff 0x200:0x700 eff 0x12345678)
    /// let canid = Canid::build().standard(0x123, 0x7ff).standard(0x200, 0x700).extended(0x1234_5678, 0x1fff_ffff);
    /// ```
    pub struct Canid / CanidBuf
    rest {
        /// Identifiers; kernels list extended ones first.
        rules => rules: Chunks<'_, CanFilter> as Packed<CanFilter>,
    }
}

/// An identifier of CAN and the bits of it that are compared: `struct can_filter`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CanFilter {
    /// Identifier of 11 bits, or of 29 with the bit `CAN_EFF_FLAG`, 0x80000000.
    pub id: u32,
    /// Mask: bits that are compared, that of `CAN_EFF_FLAG` among them.
    pub mask: u32,
}

/// The bit of extended identifiers (`CAN_EFF_FLAG`).
const EXTENDED: u32 = 0x8000_0000;

impl Codec for CanFilter {
    type Value<'a> = CanFilter;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<CanFilter> {
        let [id, mask] = [payload.get(..4)?, payload.get(4..8)?].map(u32::read);
        Some(CanFilter { id, mask })
    }
}

impl Fixed for CanFilter {
    type Owned = CanFilter;
    const SIZE: usize = 8;

    fn read(bytes: &[u8]) -> CanFilter {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<CanFilter> for CanFilter {
    fn put(self, out: &mut Buffer) {
        Put::<u32>::put(self.id, out);
        Put::<u32>::put(self.mask, out);
    }
}

impl EmatchKind for Canid {
    const TYPE: EmatchType = EmatchType::CANID;
}

impl CanidBuf {
    /// Also frames with a standard identifier, of 11 bits, like `sff ID:MASK`.
    pub fn standard(self, id: u32, mask: u32) -> Self {
        self.also(CanFilter { id: id & mask, mask: mask | EXTENDED })
    }

    /// Also frames with an extended identifier, of 29 bits, like `eff ID:MASK`.
    pub fn extended(self, id: u32, mask: u32) -> Self {
        self.also(CanFilter { id: id & mask | EXTENDED, mask: mask | EXTENDED })
    }

    /// In the order in which they are listed again.
    fn also(self, rule: CanFilter) -> Self {
        let mut rules: Vec<_> = self.view().rules().into_iter().flatten().collect();
        rules.push(rule);
        rules.sort_by_key(|rule| rule.id & EXTENDED == 0);
        self.rules(rules)
    }
}
