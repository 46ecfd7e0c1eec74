//! Virtual functions (VF) of a physical function (SR-IOV): settings and statistics.

use crate::link::vlan::VlanProtocol;
use crate::{HardwareAddress, Padded};
use netlink_packet::{Be, Buffer, Items, Put, Repeated, netlink, values};

netlink! {
    /// Virtual functions (VF) of an SR-IOV device: `IFLA_VFINFO_LIST`.
    pub struct VfList / VfListBuf
    attributes {
        /// Virtual function information, one entry per VF.
        IFLA_VF_INFO = 1 => vfs: Items<'_, Vf> as Repeated<Vf>,
    }
}

netlink! {
    /// A virtual function (VF) of an SR-IOV device; each part repeats the VF number.
    pub struct Vf / VfBuf
    attributes {
        /// MAC address of the VF.
        IFLA_VF_MAC = 1 => mac: &VfMac as VfMac,
        /// VLAN that the VF's traffic is tagged with.
        IFLA_VF_VLAN = 2 => vlan: &VfVlan as VfVlan,
        /// Maximum transmit rate, in Mbit/s (legacy; see the rate limits).
        IFLA_VF_TX_RATE = 3 => tx_rate: &VfTxRate as VfTxRate,
        /// Spoof check: drop packets whose source MAC address is not the VF's.
        IFLA_VF_SPOOFCHK = 4 => spoof_check: &VfSpoofCheck as VfSpoofCheck,
        /// Link state of the VF: follow the physical port, or forced up or down.
        IFLA_VF_LINK_STATE = 5 => link_state: &VfLinkStateOf as VfLinkStateOf,
        /// Minimum and maximum transmit rate, in Mbit/s.
        IFLA_VF_RATE = 6 => rate: &VfRate as VfRate,
        /// RSS query: lets the VF read its indirection table and hash key.
        IFLA_VF_RSS_QUERY_EN = 7 => rss_query: &VfRssQuery as VfRssQuery,
        /// Statistics of the VF.
        IFLA_VF_STATS = 8 => stats: &VfStats as VfStats; read_only,
        /// Trust: lets the VF use privileged features, such as changing its MAC address or promiscuous mode.
        IFLA_VF_TRUST = 9 => trust: &VfTrust as VfTrust,
        /// InfiniBand node GUID.
        IFLA_VF_IB_NODE_GUID = 10 => node_guid: &VfGuid as VfGuid,
        /// InfiniBand port GUID.
        IFLA_VF_IB_PORT_GUID = 11 => port_guid: &VfGuid as VfGuid,
        /// VLANs of the VF, with their protocols (QinQ).
        IFLA_VF_VLAN_LIST = 12 => vlans: &VfVlans as VfVlans,
        /// Broadcast hardware address of the VF.
        IFLA_VF_BROADCAST = 13 => broadcast: HardwareAddress as Padded; read_only,
    }
}

impl Vf {
    /// VF number, counted from 0.
    pub fn number(&self) -> Option<u32> {
        self.mac().map(VfMac::vf).or(self.vlan().map(VfVlan::vf))
    }
}

netlink! {
    /// MAC address of a VF: `struct ifla_vf_mac`.
    pub struct VfMac / VfMacBuf
    header ifla_vf_mac: 36 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// MAC address.
        mac = 4 => mac: HardwareAddress as Padded,
    }
}

netlink! {
    /// VLAN of a VF: `struct ifla_vf_vlan`.
    pub struct VfVlan / VfVlanBuf
    header ifla_vf_vlan: 12 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// VLAN ID, 0 to 4095; 0 disables tagging.
        vlan = 4 => vlan: u32,
        /// QoS: VLAN priority (PCP), 0 to 7.
        qos = 8 => qos: u32,
    }
}

netlink! {
    /// Maximum transmit rate of a VF: `struct ifla_vf_tx_rate`.
    pub struct VfTxRate / VfTxRateBuf
    header ifla_vf_tx_rate: 8 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// Maximum transmit rate, in Mbit/s; 0 means no limit.
        rate = 4 => rate: u32,
    }
}

netlink! {
    /// Spoof check of a VF: `struct ifla_vf_spoofchk`.
    pub struct VfSpoofCheck / VfSpoofCheckBuf
    header ifla_vf_spoofchk: 8 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// Setting: nonzero where the check is on.
        setting = 4 => setting: u32,
    }
}

netlink! {
    /// Link state setting of a VF: `struct ifla_vf_link_state`.
    pub struct VfLinkStateOf / VfLinkStateOfBuf
    header ifla_vf_link_state: 8 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// Link state setting.
        link_state = 4 => state: VfLinkState,
    }
}

values! {
    /// Link state setting of a VF: `IFLA_VF_LINK_STATE_*`, in the words of `ip`.
    pub struct VfLinkState: u32 = "ifla-vf-link-state-enum" {
        /// Auto: follows the link state of the physical port.
        AUTO = 0 => "auto",
        /// Enabled: link always up.
        ENABLE = 1 => "enable",
        /// Disabled: link always down.
        DISABLE = 2 => "disable",
    }
}

netlink! {
    /// Transmit rate limits of a VF: `struct ifla_vf_rate`.
    pub struct VfRate / VfRateBuf
    header ifla_vf_rate: 12 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// Minimum (guaranteed) transmit rate, in Mbit/s; 0 means none.
        min_tx_rate = 4 => min: u32,
        /// Maximum transmit rate, in Mbit/s; 0 means no limit.
        max_tx_rate = 8 => max: u32,
    }
}

netlink! {
    /// RSS query permission of a VF: `struct ifla_vf_rss_query_en`.
    pub struct VfRssQuery / VfRssQueryBuf
    header ifla_vf_rss_query_en: 8 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// Setting: nonzero where queries are allowed.
        setting = 4 => setting: u32,
    }
}

netlink! {
    /// Trust setting of a VF: `struct ifla_vf_trust`.
    pub struct VfTrust / VfTrustBuf
    header ifla_vf_trust: 8 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// Setting: nonzero where the VF is trusted.
        setting = 4 => setting: u32,
    }
}

netlink! {
    /// InfiniBand GUID of a VF: `struct ifla_vf_guid`.
    pub struct VfGuid / VfGuidBuf
    header ifla_vf_guid: 16 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// GUID, 64 bits.
        guid = 8 => guid: u64,
    }
}

netlink! {
    /// VLANs of a VF: `IFLA_VF_VLAN_LIST`.
    pub struct VfVlans / VfVlansBuf
    attributes {
        /// VLAN entries.
        IFLA_VF_VLAN_INFO = 1 => vlans: Items<'_, VfVlanInfo> as Repeated<VfVlanInfo>,
    }
}

netlink! {
    /// A VLAN of a VF with its protocol: `struct ifla_vf_vlan_info`.
    pub struct VfVlanInfo / VfVlanInfoBuf
    header ifla_vf_vlan_info: 16 {
        /// Virtual function (VF) number.
        vf = 0 => vf: u32,
        /// VLAN ID, 0 to 4095; 0 disables tagging.
        vlan = 4 => vlan: u32,
        /// QoS: VLAN priority (PCP), 0 to 7.
        qos = 8 => qos: u32,
        /// VLAN protocol: 802.1Q or 802.1ad. Big-endian on the wire.
        vlan_proto = 12 => protocol: VlanProtocol as Be<VlanProtocol>,
    }
}

netlink! {
    /// Statistics of a VF: `IFLA_VF_STATS_*`.
    pub struct VfStats / VfStatsBuf
    attributes {
        /// Packets received.
        IFLA_VF_STATS_RX_PACKETS = 0 => rx_packets: u64,
        /// Packets transmitted.
        IFLA_VF_STATS_TX_PACKETS = 1 => tx_packets: u64,
        /// Bytes received.
        IFLA_VF_STATS_RX_BYTES = 2 => rx_bytes: u64,
        /// Bytes transmitted.
        IFLA_VF_STATS_TX_BYTES = 3 => tx_bytes: u64,
        /// Broadcast packets received.
        IFLA_VF_STATS_BROADCAST = 4 => broadcast: u64,
        /// Multicast packets received.
        IFLA_VF_STATS_MULTICAST = 5 => multicast: u64,
        /// Received packets dropped.
        IFLA_VF_STATS_RX_DROPPED = 7 => rx_dropped: u64,
        /// Packets dropped before transmission.
        IFLA_VF_STATS_TX_DROPPED = 8 => tx_dropped: u64,
    }
}

/// What a request sets of a virtual function, like `ip link set dev DEV vf NUMBER ...`;
/// [`LinkMessageBuf::vf`](super::LinkMessageBuf::vf) takes it.
///
/// ```
/// use rtnetlink::link::{LinkMessage, Vf, VfSettings};
///
/// // ip link set dev eth0 vf 1 mac 02:00:00:00:00:06 vlan 5 trust on
/// let change = LinkMessage::build().vf(VfSettings::of(1).mac("02:00:00:00:00:06").vlan(5).trust(true));
/// assert_eq!(change.view().vfs().next().and_then(Vf::number), Some(1));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct VfSettings {
    number: u32,
    built: VfBuf,
}

impl VfSettings {
    /// Settings of the VF with this number, counted from 0; empty so far.
    pub fn of(number: u32) -> Self {
        VfSettings { number, built: Vf::build() }
    }

    /// MAC address.
    pub fn mac(self, address: impl Put<Padded>) -> Self {
        let mac = VfMac::build().vf(self.number).mac(address);
        self.with(|built| built.mac(mac))
    }

    /// VLAN id; 0 for none.
    pub fn vlan(self, id: u32) -> Self {
        let vlan = VfVlan::build().vf(self.number).vlan(id);
        self.with(|built| built.vlan(vlan))
    }

    /// VLAN id, priority (0 to 7) and tag protocol.
    pub fn vlan_as(self, id: u32, priority: u32, protocol: VlanProtocol) -> Self {
        let vlan = VfVlanInfo::build().vf(self.number).vlan(id).qos(priority).protocol(protocol);
        self.with(|built| built.vlans(VfVlans::build().vlans([vlan])))
    }

    /// Minimum and maximum transmit rate, in Mbit/s; 0 is without limit.
    pub fn rates(self, min: u32, max: u32) -> Self {
        let rate = VfRate::build().vf(self.number).min(min).max(max);
        self.with(|built| built.rate(rate))
    }

    /// Spoof check: drops packets with a source MAC address other than the VF's.
    pub fn spoof_check(self, on: bool) -> Self {
        let check = VfSpoofCheck::build().vf(self.number).setting(u32::from(on));
        self.with(|built| built.spoof_check(check))
    }

    /// Link state policy: follows the physical function, or is always up or down.
    pub fn link_state(self, state: VfLinkState) -> Self {
        let state = VfLinkStateOf::build().vf(self.number).state(state);
        self.with(|built| built.link_state(state))
    }

    /// Whether the VF may query its RSS configuration.
    pub fn rss_query(self, on: bool) -> Self {
        let query = VfRssQuery::build().vf(self.number).setting(u32::from(on));
        self.with(|built| built.rss_query(query))
    }

    /// Trusted VF: may change settings such as its MAC address and promiscuous mode.
    pub fn trust(self, on: bool) -> Self {
        let trust = VfTrust::build().vf(self.number).setting(u32::from(on));
        self.with(|built| built.trust(trust))
    }

    /// InfiniBand node GUID and port GUID.
    pub fn guids(self, node: u64, port: u64) -> Self {
        let guid = |guid| VfGuid::build().vf(self.number).guid(guid);
        let (node, port) = (guid(node), guid(port));
        self.with(|built| built.node_guid(node).port_guid(port))
    }

    fn with(self, set: impl FnOnce(VfBuf) -> VfBuf) -> Self {
        VfSettings { built: set(self.built), ..self }
    }
}

impl Put<Vf> for VfSettings {
    fn put(self, out: &mut Buffer) {
        self.built.put(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkMessage;
    use crate::capture::capture;

    #[test]
    fn as_ip_sets_it() {
        let set = capture!("set_vf");
        let vf = VfSettings::of(1)
            .mac("02:00:00:00:00:06")
            .vlan_as(5, 3, VlanProtocol::DOT1AD)
            .spoof_check(true)
            .rss_query(true)
            .link_state(VfLinkState::ENABLE)
            .trust(true)
            .guids(0x0011_2233_4455_6677, 0x0011_2233_4455_6688)
            .rates(50, 200);
        let built = LinkMessage::build().index(2).vf(vf);
        // ip sends uninitialized stack memory as the padding before the names.
        let mut sent = set.payload.clone();
        sent[144..148].fill(0);
        sent[164..168].fill(0);
        assert_eq!(built.as_bytes(), sent);
    }

    #[test]
    fn several() {
        let change =
            LinkMessage::build().vf(VfSettings::of(0).vlan(5)).vf(VfSettings::of(2).trust(false).vlan(6));
        let vlan = |vf: &Vf| vf.vlan().map(|vlan| (vlan.vf(), vlan.vlan()));
        assert_eq!(change.view().vfs().map(vlan).collect::<Vec<_>>(), [Some((0, 5)), Some((2, 6))]);
        assert_eq!(change.view().malformed().count(), 0);
    }

    #[test]
    fn as_the_kernel_reports_it() {
        let reported = capture!("link_vfs");
        let vfs: Vec<_> = reported.link().vfs().collect();
        assert_eq!(vfs.iter().map(|vf| vf.number()).collect::<Vec<_>>(), [Some(0), Some(1)]);
        let vf = vfs[1];
        assert_eq!(vf.mac().map(VfMac::mac), Some([2, 0, 0, 0, 0, 7].into()));
        assert_eq!(vf.broadcast(), Some([0xff; 6].into()));
        assert_eq!(vf.vlan().map(|vlan| (vlan.vlan(), vlan.qos())), Some((5, 3)));
        assert_eq!(vf.rate().map(VfRate::max), Some(100));
        assert_eq!(vf.link_state().map(VfLinkStateOf::state), Some(VfLinkState::ENABLE));
        assert_eq!(vf.stats().and_then(VfStats::rx_packets), Some(0));
        let vlans = vf.vlans().and_then(VfVlans::vlans).unwrap();
        assert_eq!(vlans.map(VfVlanInfo::protocol).collect::<Vec<_>>(), [VlanProtocol::DOT1Q]);
        assert_eq!(reported.link().vf_count(), Some(2));
    }
}
