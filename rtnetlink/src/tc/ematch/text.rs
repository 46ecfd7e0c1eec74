//! Text in packets: `text`.

use super::{EmatchKind, EmatchType, Layer, halves, put_halves};
use netlink_packet::{Buffer, BuildError, Codec, Fixed, Put, Schema, netlink};

netlink! {
    /// Searches a part of a packet for a text: `struct tcf_em_text`. `tc` does not have it.
    ///
    /// ```
    /// use rtnetlink::tc::ematch::{Layer, Text};
    ///
    /// // In the first 100 bytes behind the network header.
    /// let text = Text::find("kmp", b"needle").from(Layer::NETWORK, 0).to(Layer::NETWORK, 100);
    /// assert_eq!((text.view().algorithm(), text.view().pattern()), (Some("kmp"), Some(&b"needle"[..])));
    /// ```
    pub struct Text / TextBuf
    header tcf_em_text: 24 {
        /// Algorithm, up to a zero byte; [`algorithm`](Text::algorithm) is its name.
        algo = 0 => algorithm_bytes: [u8; 16],
        /// Offset in its layer from which on it searches.
        from_offset = 16 => from_offset: u16,
        /// Offset in its layer up to which it searches.
        to_offset = 18 => to_offset: u16,
        /// Length of the text, in bytes.
        pattern_len = 20 => length: u16,
        /// Layers of both offsets.
        layers = 22 => layers: TextLayers,
    }
    rest {
        /// The text, with what a kernel appends to fill up a word; [`pattern`](Text::pattern) is without it.
        pattern => padded_pattern: &[u8] as [u8],
    }
}

/// Layers of the offsets of [`Text`]: the bit fields of `struct tcf_em_text`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TextLayers {
    /// Layer of the offset from which on it searches.
    pub from: Layer,
    /// Layer of the offset up to which it searches.
    pub to: Layer,
}

impl Codec for TextLayers {
    type Value<'a> = TextLayers;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<TextLayers> {
        let (from, to) = halves(*payload.first()?);
        Some(TextLayers { from: Layer(from), to: Layer(to) })
    }
}

impl Fixed for TextLayers {
    type Owned = TextLayers;
    const SIZE: usize = 1;

    fn read(bytes: &[u8]) -> TextLayers {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<TextLayers> for TextLayers {
    fn put(self, out: &mut Buffer) {
        put_halves(self.from.0, self.to.0, out);
    }
}

impl EmatchKind for Text {
    const TYPE: EmatchType = EmatchType::TEXT;
}

impl Text {
    /// This text, by an algorithm of the kernel: `kmp` (Knuth, Morris, Pratt), `bm` (Boyer, Moore) or `fsm` (a state machine, with
    /// patterns of its own). [`from`](TextBuf::from) and [`to`](TextBuf::to) say where.
    pub fn find(algorithm: &str, pattern: &[u8]) -> TextBuf {
        let mut text = Text::build();
        let mut name = [0; 16];
        let bytes = algorithm.as_bytes();
        match name.get_mut(..bytes.len()).filter(|_| bytes.len() < 16 && !bytes.contains(&0)) {
            Some(room) => room.copy_from_slice(bytes),
            None => {
                text.0.refuse(BuildError::Invalid(format!("{algorithm:?} is not a name of 1 to 15 bytes")))
            }
        }
        let length = u16::try_from(pattern.len()).unwrap_or_else(|_| {
            text.0.refuse(BuildError::Invalid("the text is longer than 65535 bytes".to_owned()));
            0
        });
        text.algorithm_bytes(name).length(length).padded_pattern(pattern)
    }

    /// Name of the algorithm.
    pub fn algorithm(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes().get(..16)?).ok()?.split('\0').next()
    }

    /// The text; `None` if it is shorter than it should be.
    pub fn pattern(&self) -> Option<&[u8]> {
        self.padded_pattern()?.get(..self.length().into())
    }
}

impl TextBuf {
    /// From this offset of a layer on.
    pub fn from(self, layer: Layer, offset: u16) -> Self {
        let layers = self.view().layers();
        self.from_offset(offset).layers(TextLayers { from: layer, ..layers })
    }

    /// Up to this offset of a layer, which is not before the first one.
    pub fn to(self, layer: Layer, offset: u16) -> Self {
        let layers = self.view().layers();
        self.to_offset(offset).layers(TextLayers { to: layer, ..layers })
    }
}
