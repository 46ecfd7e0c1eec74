//! Ports of VRFs.

use crate::link::PortKind;
use netlink_packet::netlink;

netlink! {
    /// A port of a VRF: `IFLA_VRF_PORT_*`.
    pub struct VrfPort / VrfPortBuf
    attributes {
        /// Routing table of the VRF.
        IFLA_VRF_PORT_TABLE = 1 => table: u32; read_only,
    }
}

impl PortKind for VrfPort {
    const NAME: &'static str = "vrf";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn as_the_kernel_reports_it() {
        let reported = capture!("link_vrf_port");
        assert_eq!(reported.link().port::<VrfPort>().and_then(VrfPort::table), Some(10));
    }
}
