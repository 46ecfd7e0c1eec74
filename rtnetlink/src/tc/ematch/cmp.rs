//! Numbers of packets: `cmp`.

use super::{EmatchKind, EmatchType, Layer, Operand, halves, put_halves};
use netlink_packet::{Buffer, BuildError, Codec, Fixed, Put, Schema, flags, netlink, values};

netlink! {
    /// Compares a number of 8, 16 or 32 bits of a packet, in network byte order: `struct tcf_em_cmp`.
    ///
    /// ```
    /// use rtnetlink::tc::ematch::{Cmp, Layer};
    ///
    /// // cmp(u16 at 2 layer transport mask 0xff00 gt 1024)
    /// let cmp = Cmp::u16(Layer::TRANSPORT, 2).mask(0xff00).greater_than(1024);
    /// ```
    pub struct Cmp / CmpBuf
    header tcf_em_cmp: 12 {
        /// Value that the number is compared with.
        val = 0 => value: u32,
        /// Mask: bits of the number that are compared; 0 for all.
        mask = 4 => mask: u32,
        /// Offset of the number in its layer, in bytes.
        off = 8 => offset: u16,
        /// How it is compared: the width of the number, its layer, and with what result.
        align = 10 => comparison: Comparison,
    }
}

/// How [`Cmp`] compares: the bit fields of `struct tcf_em_cmp`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Comparison {
    /// Width of the number.
    pub width: CmpWidth,
    /// Flags.
    pub flags: CmpFlags,
    /// Layer from which the offset counts.
    pub layer: Layer,
    /// Which numbers match.
    pub operand: Operand,
}

values! {
    /// Width of a number that [`Cmp`] compares: `TCF_EM_ALIGN_*`.
    pub struct CmpWidth: u8 = "" {
        /// 8 bits.
        U8 = 1 => "u8",
        /// 16 bits.
        U16 = 2 => "u16",
        /// 32 bits.
        U32 = 4 => "u32",
    }
}

flags! {
    /// Flags of [`Cmp`]: `TCF_EM_CMP_*`.
    pub struct CmpFlags: u8 = "" {
        /// Transform the number from network byte order once more: to what is little-endian in the packet, on machines that are.
        const TRANS = 0x1 => "trans";
    }
}

impl Codec for Comparison {
    type Value<'a> = Comparison;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<Comparison> {
        let [first, second, ..] = *payload else { return None };
        let ((width, flags), (layer, operand)) = (halves(first), halves(second));
        Some(Comparison {
            width: CmpWidth(width),
            flags: CmpFlags::from_bits_retain(flags),
            layer: Layer(layer),
            operand: Operand(operand),
        })
    }
}

impl Fixed for Comparison {
    type Owned = Comparison;
    const SIZE: usize = 2;

    fn read(bytes: &[u8]) -> Comparison {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<Comparison> for Comparison {
    fn put(self, out: &mut Buffer) {
        put_halves(self.width.0, self.flags.bits(), out);
        put_halves(self.layer.0, self.operand.0, out);
    }
}

impl EmatchKind for Cmp {
    const TYPE: EmatchType = EmatchType::CMP;
}

impl Cmp {
    /// A number of 8 bits at an offset in a layer, like `cmp(u8 at OFFSET layer LAYER ...)`.
    pub fn u8(layer: Layer, offset: u16) -> CmpBuf {
        Cmp::at(CmpWidth::U8, layer, offset)
    }

    /// A number of 16 bits at an offset in a layer, like `cmp(u16 at OFFSET layer LAYER ...)`.
    pub fn u16(layer: Layer, offset: u16) -> CmpBuf {
        Cmp::at(CmpWidth::U16, layer, offset)
    }

    /// A number of 32 bits at an offset in a layer, like `cmp(u32 at OFFSET layer LAYER ...)`.
    pub fn u32(layer: Layer, offset: u16) -> CmpBuf {
        Cmp::at(CmpWidth::U32, layer, offset)
    }

    fn at(width: CmpWidth, layer: Layer, offset: u16) -> CmpBuf {
        Cmp::build().offset(offset).comparison(Comparison { width, layer, ..Comparison::default() })
    }
}

impl CmpBuf {
    /// It is this number: `eq VALUE`.
    pub fn equals(self, value: u32) -> Self {
        self.with_operand(Operand::EQ, value)
    }

    /// It is greater than this number: `gt VALUE`.
    pub fn greater_than(self, value: u32) -> Self {
        self.with_operand(Operand::GT, value)
    }

    /// It is less than this number: `lt VALUE`.
    pub fn less_than(self, value: u32) -> Self {
        self.with_operand(Operand::LT, value)
    }

    fn with_operand(mut self, operand: Operand, value: u32) -> Self {
        let comparison = self.view().comparison();
        let bits = 8 * u32::from(comparison.width.0);
        if value.checked_shr(bits).unwrap_or_default() != 0 {
            self.0.refuse(BuildError::Invalid(format!("{value} is no number of {bits} bits")));
        }
        self.value(value).comparison(Comparison { operand, ..comparison })
    }
}
