//! Ranges of IDs in requests.

use std::ops::RangeInclusive;

/// IDs in a request, of VLANs or VNIs: one (`5`), or a range (`10..=20`).
pub trait IntoRange<N> {
    /// The first and the last ID.
    fn into_range(self) -> RangeInclusive<N>;
}

impl<N: Copy> IntoRange<N> for N {
    fn into_range(self) -> RangeInclusive<N> {
        self..=self
    }
}

impl<N> IntoRange<N> for RangeInclusive<N> {
    fn into_range(self) -> RangeInclusive<N> {
        self
    }
}
