//! A device's link: its port, its modes and its state.

use super::{Bits, BitsOf, DeviceHeader, StringSetId, bit_verbs};
use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::table::data::{Plain, Schema, Scope};
use crate::view::View as _;
use crate::{NLA_F_NESTED, netlink, values};
use std::fmt;

netlink! {
    /// Link information: port, PHY address, MDI-X and transceiver: `ETHTOOL_MSG_LINKINFO_GET`.
    pub struct LinkInfo / LinkInfoBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_LINKINFO_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Physical port (connector) in use.
        ETHTOOL_A_LINKINFO_PORT = 2 => port: Port,
        /// MDIO address of the PHY.
        ETHTOOL_A_LINKINFO_PHYADDR = 3 => phy_address: u8,
        /// MDI-X status of a twisted pair.
        ETHTOOL_A_LINKINFO_TP_MDIX = 4 => mdix: MdiX; read_only,
        /// MDI-X control: crossover forced, or chosen by the device.
        ETHTOOL_A_LINKINFO_TP_MDIX_CTRL = 5 => mdix_control: MdiX,
        /// Transceiver: in the MAC's package, or outside it.
        ETHTOOL_A_LINKINFO_TRANSCEIVER = 6 => transceiver: Transceiver; read_only,
    }
}

values! {
    /// A physical port: `PORT_*`.
    pub struct Port: u8 = "" {
        /// Twisted pair.
        TWISTED_PAIR = 0x00 => "tp",
        /// Attachment unit interface (AUI).
        AUI = 0x01 => "aui",
        /// Media-independent interface (MII).
        MII = 0x02 => "mii",
        /// Optical fibre.
        FIBRE = 0x03 => "fibre",
        /// Coaxial cable with BNC connector.
        BNC = 0x04 => "bnc",
        /// Direct attach copper.
        DIRECT_ATTACH = 0x05 => "da",
        /// No port.
        NONE = 0xef => "none",
        /// Another one.
        OTHER = 0xff => "other",
    }
}

values! {
    /// Medium-dependent interface with or without crossover: `ETH_TP_MDI*`.
    pub struct MdiX: u8 = "" {
        /// Status unknown, control unsupported.
        UNKNOWN = 0 => "unknown",
        /// MDI.
        MDI = 1 => "mdi",
        /// MDI-X (crossover).
        MDI_X = 2 => "mdi-x",
        /// Chosen by the device.
        AUTO = 3 => "auto",
    }
}

values! {
    /// Where the transceiver is: `XCVR_*`.
    pub struct Transceiver: u8 = "" {
        /// PHY and MAC are in one package.
        INTERNAL = 0 => "internal",
        /// PHY and MAC are in different packages.
        EXTERNAL = 1 => "external",
    }
}

netlink! {
    /// Link modes: autonegotiation, speed, duplex, and what is supported and advertised: `ETHTOOL_MSG_LINKMODES_GET`.
    ///
    /// ```
    /// use netlink_packet::generic::ethtool::{Duplex, LinkModes};
    ///
    /// // ethtool -s eth0 autoneg off speed 1000 duplex full
    /// let fixed = LinkModes::build().autonegotiation(false).speed(1000).duplex(Duplex::FULL);
    /// // ethtool -s eth0 advertise 1000baseT/Full off
    /// let less = LinkModes::build().off("1000baseT/Full");
    /// ```
    pub struct LinkModes / LinkModesBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_LINKMODES_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Autonegotiation.
        ETHTOOL_A_LINKMODES_AUTONEG = 2 => autonegotiation: bool,
        /// Our advertised link modes; the mask has the supported ones.
        ETHTOOL_A_LINKMODES_OURS = 3 | NLA_F_NESTED => ours: Bits<'_> as BitsOf<{ StringSetId::LINK_MODES.0 }>,
        /// Peer's link modes: those that the link partner advertises.
        ETHTOOL_A_LINKMODES_PEER = 4 | NLA_F_NESTED => peer: Bits<'_> as BitsOf<{ StringSetId::LINK_MODES.0 }>; read_only,
        /// Speed in Mbit/s; absent where it is unknown (`SPEED_UNKNOWN`).
        ETHTOOL_A_LINKMODES_SPEED = 5 => speed: u32 as Speed; unless(is_unknown_speed),
        /// Duplex mode.
        ETHTOOL_A_LINKMODES_DUPLEX = 6 => duplex: Duplex; unless(is_unknown_duplex),
        /// Configured master or slave role (BASE-T1 and 1000BASE-T).
        ETHTOOL_A_LINKMODES_MASTER_SLAVE_CFG = 7 => master_slave: MasterSlave; unless(is_not_configurable),
        /// Negotiated master or slave role.
        ETHTOOL_A_LINKMODES_MASTER_SLAVE_STATE = 8 => master_slave_state: MasterSlaveState; read_only,
        /// Number of lanes.
        ETHTOOL_A_LINKMODES_LANES = 9 => lanes: u32,
        /// Rate matching between the PHY and the MAC.
        ETHTOOL_A_LINKMODES_RATE_MATCHING = 10 => rate_matching: RateMatching; read_only,
    }
}

bit_verbs! { LinkModesBuf, LinkModes::ETHTOOL_A_LINKMODES_OURS, "an advertised link mode, such as `1000baseT/Full`" }

impl LinkModesBuf {
    /// Advertises just these link modes.
    pub fn only<'a, N: Into<super::BitName<'a>>>(self, modes: impl IntoIterator<Item = N>) -> Self {
        self.ours(super::BitChange::only(modes))
    }
}

fn is_unknown_speed(scope: &Scope<'_>) -> bool {
    LinkModes::cast(scope.bytes()).speed().is_none()
}

fn is_unknown_duplex(scope: &Scope<'_>) -> bool {
    LinkModes::cast(scope.bytes()).duplex() == Some(Duplex::UNKNOWN)
}

fn is_not_configurable(scope: &Scope<'_>) -> bool {
    LinkModes::cast(scope.bytes()).master_slave().is_none_or(|role| role <= MasterSlave::UNKNOWN)
}

/// Codec of a speed in Mbit/s, which is ~0 where it is unknown: then it reads as absent.
#[derive(Debug)]
pub struct Speed;

impl Codec for Speed {
    type Value<'a> = u32;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<u32> {
        u32::decode(payload).filter(|speed| *speed != u32::MAX)
    }

    fn check(payload: &[u8]) -> bool {
        payload.len() == 4
    }

    fn show(payload: &[u8], _: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::decode(payload) {
            Some(speed) => write!(f, "{speed}"),
            None => f.write_str("unknown"),
        }
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).map_or(Plain::Null, Plain::from)
    }
}

impl Put<Speed> for u32 {
    fn put(self, out: &mut Buffer) {
        Put::<u32>::put(self, out);
    }
}

values! {
    /// Duplex mode: `DUPLEX_*`.
    pub struct Duplex: u8 = "" {
        /// Half duplex.
        HALF = 0x00 => "half",
        /// Full duplex.
        FULL = 0x01 => "full",
        /// Unknown.
        UNKNOWN = 0xff => "unknown",
    }
}

values! {
    /// Configured master or slave role of a PHY: `MASTER_SLAVE_CFG_*`.
    pub struct MasterSlave: u8 = "" {
        /// Not supported.
        UNSUPPORTED = 0 => "unsupported",
        /// Unknown.
        UNKNOWN = 1 => "unknown",
        /// Master preferred.
        MASTER_PREFERRED = 2 => "preferred-master",
        /// Slave preferred.
        SLAVE_PREFERRED = 3 => "preferred-slave",
        /// Master forced.
        MASTER_FORCE = 4 => "forced-master",
        /// Slave forced.
        SLAVE_FORCE = 5 => "forced-slave",
    }
}

values! {
    /// Negotiated master or slave role of a PHY: `MASTER_SLAVE_STATE_*`.
    pub struct MasterSlaveState: u8 = "" {
        /// Not supported.
        UNSUPPORTED = 0 => "unsupported",
        /// Unknown.
        UNKNOWN = 1 => "unknown",
        /// Master.
        MASTER = 2 => "master",
        /// Slave.
        SLAVE = 3 => "slave",
        /// The roles could not be resolved.
        ERROR = 4 => "resolution error",
    }
}

values! {
    /// Rate matching between the PHY and the MAC: `RATE_MATCH_*`.
    pub struct RateMatching: u8 = "" {
        /// None.
        NONE = 0 => "none",
        /// By pause frames.
        PAUSE = 1 => "pause",
        /// By deferring to carrier sense.
        CRS = 2 => "crs",
        /// Open loop: the MAC leaves larger gaps between packets.
        OPEN_LOOP = 3 => "open-loop",
    }
}

netlink! {
    /// Link state: whether there is a link, and if not, why: `ETHTOOL_MSG_LINKSTATE_GET`.
    pub struct LinkState / LinkStateBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_LINKSTATE_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Link detected.
        ETHTOOL_A_LINKSTATE_LINK = 2 => link: bool; read_only,
        /// Signal quality index (SQI), up to the [maximum](Self::signal_quality_max); for 100BASE-T1 and 1000BASE-T1.
        ETHTOOL_A_LINKSTATE_SQI = 3 => signal_quality: u32; read_only,
        /// Highest signal quality index (SQI) that the PHY reports.
        ETHTOOL_A_LINKSTATE_SQI_MAX = 4 => signal_quality_max: u32; read_only,
        /// Extended state: why there is no link.
        ETHTOOL_A_LINKSTATE_EXT_STATE = 5 => extended_state: LinkExtendedState; read_only,
        /// Extended substate, whose meaning depends on the extended state (`ETHTOOL_LINK_EXT_SUBSTATE_*`).
        ETHTOOL_A_LINKSTATE_EXT_SUBSTATE = 6 => extended_substate: u8; read_only,
        /// Link down events: how many times the link went down, as the PHY or the driver counts.
        ETHTOOL_A_LINKSTATE_EXT_DOWN_CNT = 7 => down_count: u32; read_only,
    }
}

impl LinkState {
    /// The extended substate in words, as `ethtool` prints it; `None` if there is none, or one that is not known here.
    pub fn extended_substate_text(&self) -> Option<&'static str> {
        let (state, substate) = (self.extended_state()?, self.extended_substate()?);
        SUBSTATES.iter().find(|(of, number, _)| (*of, *number) == (state, substate)).map(|(_, _, text)| *text)
    }
}

values! {
    /// Why there is no link: `ETHTOOL_LINK_EXT_STATE_*`.
    pub struct LinkExtendedState: u8 = "" {
        /// Autonegotiation failed.
        AUTONEG = 0 => "autoneg",
        /// Link training failed.
        LINK_TRAINING_FAILURE = 1 => "link-training-failure",
        /// Logical mismatch in the physical coding sublayer or in forward error correction.
        LINK_LOGICAL_MISMATCH = 2 => "link-logical-mismatch",
        /// Bad signal integrity.
        BAD_SIGNAL_INTEGRITY = 3 => "bad-signal-integrity",
        /// No cable.
        NO_CABLE = 4 => "no-cable",
        /// Cable issue, such as an unsupported cable.
        CABLE_ISSUE = 5 => "cable-issue",
        /// EEPROM issue: it can't be read or is not valid.
        EEPROM_ISSUE = 6 => "eeprom-issue",
        /// Calibration failed.
        CALIBRATION_FAILURE = 7 => "calibration-failure",
        /// Power budget exceeded.
        POWER_BUDGET_EXCEEDED = 8 => "power-budget-exceeded",
        /// Overheated module.
        OVERHEAT = 9 => "overheat",
        /// Module failure.
        MODULE = 10 => "module",
    }
}

const SUBSTATES: &[(LinkExtendedState, u8, &str)] = &[
    (LinkExtendedState::AUTONEG, 1, "No partner detected"),
    (LinkExtendedState::AUTONEG, 2, "Ack not received"),
    (LinkExtendedState::AUTONEG, 3, "Next page exchange failed"),
    (LinkExtendedState::AUTONEG, 4, "No partner detected during force mode"),
    (LinkExtendedState::AUTONEG, 5, "FEC mismatch during override"),
    (LinkExtendedState::AUTONEG, 6, "No HCD"),
    (LinkExtendedState::LINK_TRAINING_FAILURE, 1, "KR frame lock not acquired"),
    (LinkExtendedState::LINK_TRAINING_FAILURE, 2, "KR link inhibit timeout"),
    (LinkExtendedState::LINK_TRAINING_FAILURE, 3, "KR link partner did not set receiver ready"),
    (LinkExtendedState::LINK_TRAINING_FAILURE, 4, "Remote side is not ready yet"),
    (LinkExtendedState::LINK_LOGICAL_MISMATCH, 1, "PCS did not acquire block lock"),
    (LinkExtendedState::LINK_LOGICAL_MISMATCH, 2, "PCS did not acquire AM lock"),
    (LinkExtendedState::LINK_LOGICAL_MISMATCH, 3, "PCS did not get align_status"),
    (LinkExtendedState::LINK_LOGICAL_MISMATCH, 4, "FC FEC is not locked"),
    (LinkExtendedState::LINK_LOGICAL_MISMATCH, 5, "RS FEC is not locked"),
    (LinkExtendedState::BAD_SIGNAL_INTEGRITY, 1, "Large number of physical errors"),
    (LinkExtendedState::BAD_SIGNAL_INTEGRITY, 2, "Unsupported rate"),
    (LinkExtendedState::BAD_SIGNAL_INTEGRITY, 3, "Serdes reference clock lost"),
    (LinkExtendedState::BAD_SIGNAL_INTEGRITY, 4, "Serdes ALOS"),
    (LinkExtendedState::CABLE_ISSUE, 1, "Unsupported cable"),
    (LinkExtendedState::CABLE_ISSUE, 2, "Cable test failure"),
    (LinkExtendedState::MODULE, 1, "CMIS module is not in ModuleReady state"),
];
