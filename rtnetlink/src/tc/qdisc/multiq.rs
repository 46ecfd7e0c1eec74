//! Multiq: a band for each transmit queue of a device.

use super::QdiscKind;
use netlink_packet::netlink;

netlink! {
    /// A band for each transmit queue of the device: a packet waits only for packets of its own queue.
    pub struct Multiq / MultiqBuf
    header tc_multiq_qopt: 4 {
        /// Number of bands: as many as the device has transmit queues in use.
        bands = 0 => bands: u16; read_only,
        /// Maximum number of bands: as many as the device has transmit queues.
        max_bands = 2 => max_bands: u16; read_only,
    }
}

impl QdiscKind for Multiq {
    const NAME: &'static str = "multiq";
}
