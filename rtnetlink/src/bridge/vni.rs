//! VNI filters: the VNIs that a VXLAN device with `vnifilter` takes, each with its remote address and statistics.

use super::IntoRange;
use crate::AddressFamily;
use netlink_packet::{BuildError, IfIndex, Items, NLA_F_NESTED, Repeated, flags, netlink};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

/// The greatest VNI: it has 24 bits.
const MAX_VNI: u32 = 0xff_ffff;

netlink! {
    /// VNIs of a VXLAN device, like `bridge vni`: `RTM_NEWTUNNEL`, `RTM_DELTUNNEL` and `RTM_GETTUNNEL`. A list has one for each
    /// device.
    ///
    /// ```
    /// use rtnetlink::bridge::{VniEntry, VniMessage};
    ///
    /// let vnis = VniMessage::of(VniEntry::of(100..=200).group("239.1.1.1".parse()?)).device("vx0");
    /// let entry = vnis.view().entries().unwrap().next().unwrap();
    /// assert_eq!(entry.vnis(), Some(100..=200));
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub struct VniMessage / VniMessageBuf
    header tunnel_msg: 8 {
        /// Address family: bridge.
        family = 0 => family: AddressFamily,
        /// Flags of a list: what it has.
        flags = 1 => flags: VniDump,
        /// Interface index of the VXLAN device; 0 for all.
        ifindex = 4 => device: u32 as IfIndex,
    }
    attributes {
        /// VNI entries: VNIs, or ranges of VNIs that are alike.
        VXLAN_VNIFILTER_ENTRY = 1 | NLA_F_NESTED => entries: Items<'_, VniEntry> as Repeated<VniEntry>,
    }
}

flags! {
    /// What a list of VNIs has: `TUNNEL_MSG_FLAG_*`.
    pub struct VniDump: u8 = "tunnel-msg-flags" {
        /// Statistics of each VNI, which then stands in no range.
        const STATS = 0x1 => "stats";
    }
}

netlink! {
    /// A VNI, or a range of VNIs that are alike: `VXLAN_VNIFILTER_ENTRY`.
    pub struct VniEntry / VniEntryBuf
    attributes {
        /// Start: the VNI, or the first one of a range.
        VXLAN_VNIFILTER_ENTRY_START = 1 => start: u32,
        /// End of the range: the last VNI.
        VXLAN_VNIFILTER_ENTRY_END = 2 => end: u32,
        /// Multicast group, or remote address, of IPv4.
        VXLAN_VNIFILTER_ENTRY_GROUP = 3 => group4: Ipv4Addr,
        /// Multicast group, or remote address, of IPv6.
        VXLAN_VNIFILTER_ENTRY_GROUP6 = 4 => group6: Ipv6Addr,
        /// Statistics of the VNI; present if the request asks for them.
        VXLAN_VNIFILTER_ENTRY_STATS = 5 => stats: &VniStats as VniStats; read_only,
    }
}

netlink! {
    /// Statistics of a VNI: `VNIFILTER_ENTRY_STATS_*`.
    pub struct VniStats / VniStatsBuf
    attributes {
        /// Bytes received.
        VNIFILTER_ENTRY_STATS_RX_BYTES = 1 => rx_bytes: u64,
        /// Packets received.
        VNIFILTER_ENTRY_STATS_RX_PKTS = 2 => rx_packets: u64,
        /// Received packets dropped.
        VNIFILTER_ENTRY_STATS_RX_DROPS = 3 => rx_drops: u64,
        /// Receive errors.
        VNIFILTER_ENTRY_STATS_RX_ERRORS = 4 => rx_errors: u64,
        /// Bytes transmitted.
        VNIFILTER_ENTRY_STATS_TX_BYTES = 5 => tx_bytes: u64,
        /// Packets transmitted.
        VNIFILTER_ENTRY_STATS_TX_PKTS = 6 => tx_packets: u64,
        /// Packets dropped before they were transmitted.
        VNIFILTER_ENTRY_STATS_TX_DROPS = 7 => tx_drops: u64,
        /// Transmit errors.
        VNIFILTER_ENTRY_STATS_TX_ERRORS = 8 => tx_errors: u64,
    }
}

impl VniMessage {
    /// A request about VNIs of a device, which is still to be named.
    pub fn of(vnis: VniEntryBuf) -> VniMessageBuf {
        VniMessage::build().family(AddressFamily::BRIDGE).entries([vnis])
    }
}

impl VniEntry {
    /// A VNI (`100`), or a range of VNIs (`100..=200`).
    pub fn of(vnis: impl IntoRange<u32>) -> VniEntryBuf {
        let (first, last) = vnis.into_range().into_inner();
        let mut entry = VniEntry::build().start(first);
        // Kernels take the one for an empty range, and cut the other.
        if first > last || last > MAX_VNI {
            entry.0.refuse(BuildError::Invalid(format!(
                "{first}-{last} is not a valid range of VNIs: from 0 to {MAX_VNI}"
            )));
        }
        if first == last { entry } else { entry.end(last) }
    }

    /// The VNI, or the range of VNIs.
    pub fn vnis(&self) -> Option<RangeInclusive<u32>> {
        let first = self.start()?;
        Some(first..=self.end().unwrap_or(first))
    }

    /// Multicast group, or remote address, of these VNIs; `None` where the device's own counts.
    pub fn group(&self) -> Option<IpAddr> {
        self.group4().map(IpAddr::V4).or_else(|| self.group6().map(IpAddr::V6))
    }
}

impl VniEntryBuf {
    /// Sets the multicast group, or remote address, of these VNIs, like `group ADDRESS`.
    pub fn group(self, address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => self.group4(address),
            IpAddr::V6(address) => self.group6(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use netlink_packet::Build as _;

    #[test]
    fn built_as_bridge_does() {
        let added = capture!("add_vni");
        let built = VniMessage::of(VniEntry::of(100..=200).group("239.1.1.1".parse().unwrap()));
        assert_eq!(built.device(added.view::<VniMessage>().device()).view(), added.view::<VniMessage>());
        let one = VniMessage::of(VniEntry::of(7).group("2001:db8::1".parse().unwrap()));
        let entry = one.view().entries().unwrap().next().unwrap();
        assert_eq!((entry.vnis(), entry.group()), (Some(7..=7), Some("2001:db8::1".parse().unwrap())));
    }

    #[test]
    fn listed_with_statistics() {
        let listed = capture!("vni_stats");
        let entries: Vec<_> = listed.view::<VniMessage>().entries().unwrap().collect();
        assert_eq!(
            entries.iter().map(|entry| entry.vnis().unwrap()).collect::<Vec<_>>(),
            [100..=100, 101..=101]
        );
        for entry in entries {
            assert!(
                entry
                    .stats()
                    .is_some_and(|stats| stats.rx_bytes() == Some(0) && stats.malformed().count() == 0)
            );
        }
    }

    #[test]
    fn what_is_no_range_of_vnis_is_refused() {
        for vnis in [RangeInclusive::new(20, 10), 0x100_0000..=0x100_0000, 1..=0x100_0000] {
            assert!(VniEntry::of(vnis).buffer().problem().is_some());
        }
        assert!(VniEntry::of(0..=0xff_ffff).buffer().problem().is_none());
    }
}
