//! Bytes of packets: `nbyte`.

use super::{EmatchKind, EmatchType, Layer};
use netlink_packet::{Buffer, BuildError, Codec, Fixed, Put, Schema, netlink};

netlink! {
    /// Compares bytes of a packet: `struct tcf_em_nbyte`.
    ///
    /// ```
    /// use rtnetlink::tc::ematch::{Layer, Nbyte};
    ///
    /// // nbyte("abc" at 8 layer transport)
    /// let nbyte = Nbyte::at(Layer::TRANSPORT, 8, b"abc");
    /// assert_eq!(nbyte.view().pattern(), Some(&b"abc"[..]));
    /// ```
    pub struct Nbyte / NbyteBuf
    header tcf_em_nbyte: 4 {
        /// Offset of the bytes in their layer.
        off = 0 => offset: u16,
        /// Length of the bytes, and their layer.
        len = 2 => extent: NbyteExtent,
    }
    rest {
        /// The bytes, with what a kernel appends to fill up a word; [`pattern`](Nbyte::pattern) is without it.
        pattern => padded_pattern: &[u8] as [u8],
    }
}

/// Length and layer of the bytes that [`Nbyte`] compares: the bit fields of `struct tcf_em_nbyte`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NbyteExtent {
    /// Length in bytes, up to 4095.
    pub length: u16,
    /// Layer from which the offset counts.
    pub layer: Layer,
}

/// Bits of a length.
const BITS: u32 = 12;

impl Codec for NbyteExtent {
    type Value<'a> = NbyteExtent;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<NbyteExtent> {
        let fields = u16::from_ne_bytes(*payload.first_chunk()?);
        // The first bit field is the lower one on little-endian machines.
        let (length, layer) = if cfg!(target_endian = "little") {
            (fields & ((1 << BITS) - 1), fields >> BITS)
        } else {
            (fields >> 4, fields & 0xf)
        };
        Some(NbyteExtent { length, layer: Layer(u8::try_from(layer).unwrap_or_default()) })
    }
}

impl Fixed for NbyteExtent {
    type Owned = NbyteExtent;
    const SIZE: usize = 2;

    fn read(bytes: &[u8]) -> NbyteExtent {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<NbyteExtent> for NbyteExtent {
    fn put(self, out: &mut Buffer) {
        let (length, layer) = (self.length, u16::from(self.layer.0));
        if length >> BITS != 0 || layer > 0xf {
            out.refuse(BuildError::Invalid(format!(
                "{length} bytes of layer {layer} do not fit into the 12 and 4 bits"
            )));
        }
        let fields =
            if cfg!(target_endian = "little") { length | layer << BITS } else { length << 4 | layer & 0xf };
        Put::<u16>::put(fields, out);
    }
}

impl EmatchKind for Nbyte {
    const TYPE: EmatchType = EmatchType::NBYTE;
}

impl Nbyte {
    /// These bytes at an offset in a layer, like `nbyte("BYTES" at OFFSET layer LAYER)`.
    pub fn at(layer: Layer, offset: u16, pattern: &[u8]) -> NbyteBuf {
        let length = u16::try_from(pattern.len()).unwrap_or(u16::MAX);
        Nbyte::build().offset(offset).extent(NbyteExtent { length, layer }).padded_pattern(pattern)
    }

    /// The bytes; `None` if there are fewer than there should be.
    pub fn pattern(&self) -> Option<&[u8]> {
        self.padded_pattern()?.get(..self.extent().length.into())
    }
}
