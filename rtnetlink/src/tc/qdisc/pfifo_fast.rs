//! Three bands by priority, the default qdisc of most devices: `pfifo_fast`.

use super::QdiscKind;
use netlink_packet::netlink;

netlink! {
    /// Three bands by priority, without options: a packet of a later band waits until all before are empty. Each band holds as many
    /// packets as the transmit queue of the device. [`Prio`](super::Prio) is the same with options.
    pub struct PfifoFast / PfifoFastBuf
    header tc_prio_qopt: 20 {
        /// Number of bands: 3.
        bands = 0 => bands: u32; read_only,
        /// Priority map (`priomap`): the band of each packet priority, 0 to 15.
        priomap = 4 => priority_map: [u8; 16]; read_only,
    }
}

impl QdiscKind for PfifoFast {
    const NAME: &'static str = "pfifo_fast";
}
