//! Priority bands: `prio`.

use super::QdiscKind;
use netlink_packet::{BuildError, netlink};

netlink! {
    /// Bands by priority: a packet of a later band waits until all before are empty. Each band is a class, from `1:1` on.
    ///
    /// A request has to say both the bands and the map; [`usual`](Prio::usual) has those of `tc`.
    pub struct Prio / PrioBuf
    header tc_prio_qopt: 20 {
        /// Number of bands, 2 to 16.
        bands = 0 => bands: u32,
        /// Priority map (`priomap`): the band of each packet priority, 0 to 15.
        priomap = 4 => priority_map: [u8; 16],
    }
}

impl QdiscKind for Prio {
    const NAME: &'static str = "prio";
}

impl Prio {
    /// Three bands, and the priority map that `tc` has by default: interactive packets first, bulk last.
    pub fn usual() -> PrioBuf {
        Prio::build().bands(3).priority_map([1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    }
}

impl PrioBuf {
    /// Sets the band of one packet priority, 0 to 15.
    pub fn band(mut self, priority: u8, band: u8) -> Self {
        let mut map = self.view().priority_map();
        match map.get_mut(usize::from(priority)) {
            Some(place) => *place = band,
            None => {
                self.0.refuse(BuildError::Invalid(format!("{priority} is not a packet priority, 0 to 15")));
                return self;
            }
        }
        self.priority_map(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build as _;

    #[test]
    fn a_band_for_each_priority() {
        let prio = Prio::usual().band(15, 2);
        assert_eq!((prio.view().bands(), prio.view().priority_map()[15]), (3, 2));
        let problem = Prio::usual().band(16, 0).buffer().problem().map(ToString::to_string);
        assert_eq!(problem.as_deref(), Some("16 is not a packet priority, 0 to 15"));
    }
}
