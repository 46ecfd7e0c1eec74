//! Keys of any length: bytes that nothing prints.

use super::secret::HIDDEN;
use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::table::data::{Plain, Schema, Scope};
use std::fmt;

/// Key material: bytes of any length, which nothing prints. It prints as `(hidden)`.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyMaterial(Vec<u8>);

impl KeyMaterial {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for KeyMaterial {
    fn from(bytes: &[u8]) -> Self {
        KeyMaterial(bytes.to_vec())
    }
}

impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Codec for KeyMaterial {
    type Value<'a> = KeyMaterial;
    const SCHEMA: Schema = Schema { secret: true, ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<KeyMaterial> {
        Some(KeyMaterial::from(payload))
    }

    fn show(_: &[u8], _: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }

    fn plain<'a>(_: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        HIDDEN.into()
    }
}

impl Put<KeyMaterial> for &[u8] {
    fn put(self, out: &mut Buffer) {
        out.mark_secret();
        out.push(self);
    }
}

impl<const N: usize> Put<KeyMaterial> for [u8; N] {
    fn put(self, out: &mut Buffer) {
        Put::<KeyMaterial>::put(self.as_slice(), out);
    }
}

impl<const N: usize> Put<KeyMaterial> for &[u8; N] {
    fn put(self, out: &mut Buffer) {
        Put::<KeyMaterial>::put(self.as_slice(), out);
    }
}

impl Put<KeyMaterial> for &KeyMaterial {
    fn put(self, out: &mut Buffer) {
        Put::<KeyMaterial>::put(self.as_bytes(), out);
    }
}

impl Put<KeyMaterial> for KeyMaterial {
    fn put(self, out: &mut Buffer) {
        Put::<KeyMaterial>::put(self.as_bytes(), out);
    }
}
