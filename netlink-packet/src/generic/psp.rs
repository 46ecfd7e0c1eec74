//! PSP security protocol: encryption of TCP connections by the network device (`psp`). Feature `psp`. Since Linux 6.18.
//!
//! Keys print as `(hidden)`, whatever prints them.

use super::description::describe;
pub use super::key_material::KeyMaterial;
use crate::buffer::Buffer;
use crate::codec::{Codec, Descriptor, Flag, IfIndex, Items, Put, Repeated, Uint};
use crate::table::data::{Plain, Schema, Scope};
use crate::{Command, Family, NLA_F_NESTED, flags, netlink, values};
use std::fmt;

/// Gets a device, or lists them.
pub const PSP_CMD_DEV_GET: u8 = 1;
/// A device appeared.
pub const PSP_CMD_DEV_ADD_NTF: u8 = 2;
/// A device disappeared.
pub const PSP_CMD_DEV_DEL_NTF: u8 = 3;
/// Changes a device.
pub const PSP_CMD_DEV_SET: u8 = 4;
/// A device was changed.
pub const PSP_CMD_DEV_CHANGE_NTF: u8 = 5;
/// Rotates the key of a device.
pub const PSP_CMD_KEY_ROTATE: u8 = 6;
/// The key of a device was rotated.
pub const PSP_CMD_KEY_ROTATE_NTF: u8 = 7;
/// Allocates a key for receiving on a socket.
pub const PSP_CMD_RX_ASSOC: u8 = 8;
/// Sets the key for transmitting on a socket.
pub const PSP_CMD_TX_ASSOC: u8 = 9;
/// Gets the statistics of a device, or of all.
pub const PSP_CMD_GET_STATS: u8 = 10;
/// Associates a network device with a PSP device.
pub const PSP_CMD_DEV_ASSOC: u8 = 11;
/// Ends the association of a network device.
pub const PSP_CMD_DEV_DISASSOC: u8 = 12;

/// The multicast group that tells of devices.
pub const MGMT: &str = "mgmt";
/// The multicast group that tells of rotated keys.
pub const USE: &str = "use";

/// The family.
pub const FAMILY: Family = Family::Generic { name: "psp", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    PSP = "psp"
    operations {
        "dev-get": PSP_CMD_DEV_GET => PSP_CMD_DEV_GET,
        "dev-add-ntf": => PSP_CMD_DEV_ADD_NTF,
        "dev-del-ntf": => PSP_CMD_DEV_DEL_NTF,
        "dev-set": PSP_CMD_DEV_SET => PSP_CMD_DEV_SET,
        "dev-change-ntf": => PSP_CMD_DEV_CHANGE_NTF,
        "key-rotate": PSP_CMD_KEY_ROTATE => PSP_CMD_KEY_ROTATE,
        "key-rotate-ntf": => PSP_CMD_KEY_ROTATE_NTF,
        "rx-assoc": PSP_CMD_RX_ASSOC => PSP_CMD_RX_ASSOC,
        "tx-assoc": PSP_CMD_TX_ASSOC => PSP_CMD_TX_ASSOC,
        "get-stats": PSP_CMD_GET_STATS => PSP_CMD_GET_STATS,
        "dev-assoc": PSP_CMD_DEV_ASSOC => PSP_CMD_DEV_ASSOC,
        "dev-disassoc": PSP_CMD_DEV_DISASSOC => PSP_CMD_DEV_DISASSOC,
    }
    groups ["mgmt", "use"]
    constants {}
    messages [PspDeviceMessage, PspAssociationMessage, PspStatsMessage]
}

netlink! {
    /// A PSP device, and a change of it.
    pub struct PspDeviceMessage / PspDeviceMessageBuf
    header genlmsghdr: 4 {
        /// Command: `PSP_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Id of the device.
        PSP_A_DEV_ID = 1 => id: u32,
        /// Interface index of its network device, or of one to associate with it.
        #[doc(alias = "ifindex")]
        PSP_A_DEV_IFINDEX = 2 => device: u32 as IfIndex,
        /// Versions that it has.
        PSP_A_DEV_PSP_VERSIONS_CAP = 3 => supported_versions: PspVersions as VersionBits,
        /// Versions that it accepts on receive.
        PSP_A_DEV_PSP_VERSIONS_ENA = 4 => versions: PspVersions as VersionBits,
        /// Virtual network devices that are associated with it.
        PSP_A_DEV_ASSOC_LIST = 5 | NLA_F_NESTED => associated: Items<'_, PspAssociatedDevice> as Repeated<PspAssociatedDevice>,
        /// Id (nsid) of the network namespace of a device to associate; absent for the own one.
        PSP_A_DEV_NSID = 6 => namespace_id: i32,
        /// It is seen here through an associated device, and belongs to another network namespace.
        PSP_A_DEV_BY_ASSOCIATION = 7 => is_associated: bool as Flag,
    }
}

impl Command for PspDeviceMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = PSP_CMD_DEV_GET as u16;
    const NOTIFICATIONS: &'static [u16] = &[
        PSP_CMD_DEV_ADD_NTF as u16,
        PSP_CMD_DEV_DEL_NTF as u16,
        PSP_CMD_DEV_CHANGE_NTF as u16,
        PSP_CMD_KEY_ROTATE_NTF as u16,
    ];
    type Reply = PspDeviceMessage;
}

netlink! {
    /// A network device that is associated with a PSP device: nested in `PSP_A_DEV_ASSOC_LIST`.
    pub struct PspAssociatedDevice / PspAssociatedDeviceBuf
    attributes {
        /// Interface index of the network device.
        #[doc(alias = "ifindex")]
        PSP_A_ASSOC_DEV_INFO_IFINDEX = 1 => device: u32 as IfIndex,
        /// Id (nsid) of its network namespace.
        PSP_A_ASSOC_DEV_INFO_NSID = 2 => namespace_id: i32,
    }
}

values! {
    /// Version of PSP, with its cipher: `PSP_VERSION_*`.
    pub struct PspVersion: u32 = "version" {
        /// AES-GCM with 128 bits.
        HDR0_AES_GCM_128 = 0 => "hdr0-aes-gcm-128",
        /// AES-GCM with 256 bits.
        HDR0_AES_GCM_256 = 1 => "hdr0-aes-gcm-256",
        /// AES-GMAC with 128 bits: authentication only.
        HDR0_AES_GMAC_128 = 2 => "hdr0-aes-gmac-128",
        /// AES-GMAC with 256 bits: authentication only.
        HDR0_AES_GMAC_256 = 3 => "hdr0-aes-gmac-256",
    }
}

flags! {
    /// Versions of PSP: a bit for each [`PspVersion`].
    pub struct PspVersions: u32 = "versions" {
        /// AES-GCM with 128 bits.
        const HDR0_AES_GCM_128 = 0x1 => "hdr0-aes-gcm-128";
        /// AES-GCM with 256 bits.
        const HDR0_AES_GCM_256 = 0x2 => "hdr0-aes-gcm-256";
        /// AES-GMAC with 128 bits.
        const HDR0_AES_GMAC_128 = 0x4 => "hdr0-aes-gmac-128";
        /// AES-GMAC with 256 bits.
        const HDR0_AES_GMAC_256 = 0x8 => "hdr0-aes-gmac-256";
    }
}

/// Codec of versions as bits, each at the number of a [`PspVersion`].
#[derive(Debug)]
pub struct VersionBits;

impl Codec for VersionBits {
    type Value<'a> = PspVersions;
    const SCHEMA: Schema = <PspVersion as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<PspVersions> {
        PspVersions::decode(payload)
    }

    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PspVersions::show(payload, scope, f)
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        PspVersions::plain(payload, scope)
    }
}

impl<T: Put<PspVersions>> Put<VersionBits> for T {
    fn put(self, out: &mut Buffer) {
        Put::<PspVersions>::put(self, out);
    }
}

netlink! {
    /// The association of a TCP socket with a key.
    pub struct PspAssociationMessage / PspAssociationMessageBuf
    header genlmsghdr: 4 {
        /// Command: `PSP_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Id of the PSP device.
        PSP_A_ASSOC_DEV_ID = 1 => device: u32,
        /// Version.
        PSP_A_ASSOC_VERSION = 2 => psp_version: PspVersion,
        /// Key for receiving, which the device allocates: the peer transmits with it.
        PSP_A_ASSOC_RX_KEY = 3 | NLA_F_NESTED => rx_key: &PspKey as PspKey,
        /// Key for transmitting, which the peer allocated.
        PSP_A_ASSOC_TX_KEY = 4 | NLA_F_NESTED => tx_key: &PspKey as PspKey,
        /// Socket: a file descriptor.
        PSP_A_ASSOC_SOCK_FD = 5 => socket: u32 as Descriptor,
    }
}

impl Command for PspAssociationMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = PSP_CMD_RX_ASSOC as u16;
    const NOTIFICATIONS: &'static [u16] = &[PSP_CMD_RX_ASSOC as u16];
    type Reply = PspAssociationMessage;
}

netlink! {
    /// A key: nested in `PSP_A_ASSOC_RX_KEY` and `PSP_A_ASSOC_TX_KEY`.
    pub struct PspKey / PspKeyBuf
    attributes {
        /// Key, as long as the version has it.
        PSP_A_KEYS_KEY = 1 => key: KeyMaterial,
        /// Security parameters index (SPI).
        PSP_A_KEYS_SPI = 2 => spi: u32,
    }
}

netlink! {
    /// Statistics of a PSP device.
    pub struct PspStatsMessage / PspStatsMessageBuf
    header genlmsghdr: 4 {
        /// Command: `PSP_CMD_GET_STATS`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Id of the PSP device.
        PSP_A_STATS_DEV_ID = 1 => device: u32,
        /// Key rotations.
        PSP_A_STATS_KEY_ROTATIONS = 2 => key_rotations: u64 as Uint,
        /// Sockets that were shut down for using a key that was rotated out.
        PSP_A_STATS_STALE_EVENTS = 3 => stale_events: u64 as Uint,
        /// Received packets.
        PSP_A_STATS_RX_PACKETS = 4 => rx_packets: u64 as Uint,
        /// Received bytes, without header and ICV.
        PSP_A_STATS_RX_BYTES = 5 => rx_bytes: u64 as Uint,
        /// Received packets that failed authentication.
        PSP_A_STATS_RX_AUTH_FAIL = 6 => rx_authentication_failures: u64 as Uint,
        /// Received packets with a wrong length or frame.
        PSP_A_STATS_RX_ERROR = 7 => rx_errors: u64 as Uint,
        /// Received packets that were wrong otherwise: in SPI or version.
        PSP_A_STATS_RX_BAD = 8 => rx_bad: u64 as Uint,
        /// Transmitted packets.
        PSP_A_STATS_TX_PACKETS = 9 => tx_packets: u64 as Uint,
        /// Transmitted bytes, without header and ICV.
        PSP_A_STATS_TX_BYTES = 10 => tx_bytes: u64 as Uint,
        /// Packets that could not be transmitted.
        PSP_A_STATS_TX_ERROR = 11 => tx_errors: u64 as Uint,
    }
}

impl Command for PspStatsMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = PSP_CMD_GET_STATS as u16;
    const NOTIFICATIONS: &'static [u16] = &[PSP_CMD_GET_STATS as u16];
    type Reply = PspStatsMessage;
}
