//! Integers at an offset, and bytes that print.

use byteorder::{ByteOrder, NativeEndian};
use std::fmt;

/// A `u16` in host byte order; 0 if the bytes end before it.
#[inline]
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, NativeEndian::read_u16)
}

/// A `u32` in host byte order; 0 if the bytes end before it.
#[inline]
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, NativeEndian::read_u32)
}

/// Prints bytes as `[00 1f ff]`.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02x}", if i == 0 { "" } else { " " })?;
        }
        f.write_str("]")
    }
}
