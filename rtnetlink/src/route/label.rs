//! MPLS labels and label stacks.

use netlink_packet::{Be, Buffer, BuildError, Codec, Fixed, Plain, Put, Schema, Scope};
use std::fmt;

/// MPLS label stack entry: label, traffic class, bottom of stack, TTL.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MplsLabel(u32);

/// The largest label.
const LARGEST: u32 = (1 << 20) - 1;
/// The bit that says that no entry follows.
const BOTTOM: u32 = 1 << 8;

impl MplsLabel {
    /// Label, 20 bits.
    pub fn label(self) -> u32 {
        self.0 >> 12
    }

    /// Traffic class, 3 bits.
    pub fn traffic_class(self) -> u8 {
        self.0.to_be_bytes()[2] >> 1 & 7
    }

    /// Bottom of stack: the last entry.
    pub fn is_bottom(self) -> bool {
        self.0 & BOTTOM != 0
    }

    /// Time to live (TTL); 0 in routes.
    pub fn ttl(self) -> u8 {
        self.0.to_be_bytes()[3]
    }
}

impl fmt::Display for MplsLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.label().fmt(f)
    }
}

impl fmt::Debug for MplsLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.label().fmt(f)
    }
}

/// Codec of a stack of labels, outermost first: `labels: Labels<'_> as LabelStack`.
///
/// Setting takes numbers: `100`, `[100, 200]`, a vector, or text such as `"100/200"`.
#[derive(Debug)]
pub struct LabelStack;

/// Iterates over a label stack, outermost first.
#[derive(Clone, Copy, Default)]
pub struct Labels<'a>(&'a [u8]);

impl Iterator for Labels<'_> {
    type Item = MplsLabel;

    fn next(&mut self) -> Option<MplsLabel> {
        let entry = self.0.get(..4).map(Be::<u32>::read)?;
        self.0 = self.0.get(4..).unwrap_or_default();
        Some(MplsLabel(entry))
    }
}

impl fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl Codec for LabelStack {
    type Value<'a> = Labels<'a>;
    const SCHEMA: Schema = Schema { element: Some(&<u32 as Codec>::SCHEMA), ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<Labels<'_>> {
        (payload.len() % 4 == 0).then_some(Labels(payload))
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Labels(payload).map(|entry| entry.label()).collect()
    }
}

fn put_labels(labels: &[u32], out: &mut Buffer) {
    for (place, label) in labels.iter().enumerate() {
        if *label > LARGEST {
            out.refuse(BuildError::Invalid(format!(
                "{label} is not a valid MPLS label: it must be 0 to 1048575"
            )));
        }
        let bottom = if place + 1 == labels.len() { BOTTOM } else { 0 };
        Put::<Be<u32>>::put(label << 12 | bottom, out);
    }
}

macro_rules! put_labels {
    ($([$($generics:tt)*] $from:ty),*) => { $(
        impl<$($generics)*> Put<LabelStack> for $from {
            fn put(self, out: &mut Buffer) {
                put_labels(self.as_ref(), out);
            }
        }
    )* };
}

put_labels! { [const N: usize] [u32; N], [] &[u32], [] Vec<u32>, [] &Vec<u32> }

impl Put<LabelStack> for u32 {
    fn put(self, out: &mut Buffer) {
        put_labels(&[self], out);
    }
}

impl Put<LabelStack> for &str {
    fn put(self, out: &mut Buffer) {
        match self.split('/').map(str::parse).collect::<Result<Vec<u32>, _>>() {
            Ok(labels) => put_labels(&labels, out),
            Err(_) => out.refuse(BuildError::Invalid(format!("{self:?} is not a valid MPLS label stack"))),
        }
    }
}

impl Put<LabelStack> for &String {
    fn put(self, out: &mut Buffer) {
        Put::<LabelStack>::put(self.as_str(), out);
    }
}

/// Labels that were read elsewhere.
impl Put<LabelStack> for Labels<'_> {
    fn put(self, out: &mut Buffer) {
        out.push(self.0);
    }
}
