//! Tables of bridges: what `bridge vlan` and `bridge vni` do.

pub mod vlan;
pub mod vni;

use std::fmt::Display;
use std::ops::RangeInclusive;

/// How errors name ranges of a device: `10, 20-29 on p0`.
fn label_of<N: Display + PartialEq>(
    ranges: impl Iterator<Item = RangeInclusive<N>>,
    index: u32,
    device: &dyn Fn(u32) -> String,
) -> String {
    let ranges = ranges.map(|range| match range.into_inner() {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    });
    match (ranges.collect::<Vec<_>>().join(", "), index) {
        (ranges, 0) => ranges,
        (ranges, index) => format!("{ranges} on {}", device(index)),
    }
}
