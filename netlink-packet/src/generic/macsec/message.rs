//! The message: a device, its channels, associations and statistics.

use super::value::Extended;
use super::{KeyId, MacsecCipher, MacsecKey, MacsecOffload, MacsecValidation, PacketNumber, Salt, Sci};
use crate::codec::{Array, Be, IfIndex, Items, Put};
use crate::generic::description::describe;
use crate::{Command, Family, NLA_F_NESTED, netlink};

/// Lists devices with their channels: a dump.
pub const MACSEC_CMD_GET_TXSC: u8 = 0;
/// Adds a receive channel.
pub const MACSEC_CMD_ADD_RXSC: u8 = 1;
/// Deletes a receive channel.
pub const MACSEC_CMD_DEL_RXSC: u8 = 2;
/// Changes a receive channel.
pub const MACSEC_CMD_UPD_RXSC: u8 = 3;
/// Adds a transmit association.
pub const MACSEC_CMD_ADD_TXSA: u8 = 4;
/// Deletes a transmit association.
pub const MACSEC_CMD_DEL_TXSA: u8 = 5;
/// Changes a transmit association.
pub const MACSEC_CMD_UPD_TXSA: u8 = 6;
/// Adds a receive association.
pub const MACSEC_CMD_ADD_RXSA: u8 = 7;
/// Deletes a receive association.
pub const MACSEC_CMD_DEL_RXSA: u8 = 8;
/// Changes a receive association.
pub const MACSEC_CMD_UPD_RXSA: u8 = 9;
/// Changes the offload of a device.
pub const MACSEC_CMD_UPD_OFFLOAD: u8 = 10;

describe! {
    /// The family: its operations and messages.
    MACSEC = "macsec"
    operations {
        "get-txsc": MACSEC_CMD_GET_TXSC => MACSEC_CMD_GET_TXSC,
        "add-rxsc": MACSEC_CMD_ADD_RXSC,
        "del-rxsc": MACSEC_CMD_DEL_RXSC,
        "upd-rxsc": MACSEC_CMD_UPD_RXSC,
        "add-txsa": MACSEC_CMD_ADD_TXSA,
        "del-txsa": MACSEC_CMD_DEL_TXSA,
        "upd-txsa": MACSEC_CMD_UPD_TXSA,
        "add-rxsa": MACSEC_CMD_ADD_RXSA,
        "del-rxsa": MACSEC_CMD_DEL_RXSA,
        "upd-rxsa": MACSEC_CMD_UPD_RXSA,
        "upd-offload": MACSEC_CMD_UPD_OFFLOAD,
    }
    groups []
    constants {}
    messages [MacsecMessage]
}

netlink! {
    /// A MACsec device with its channels, associations and statistics, and a change of one of them.
    ///
    /// ```
    /// use netlink_packet::generic::macsec::{MacsecMessage, MacsecSa};
    ///
    /// // ip macsec add macsec0 tx sa 0 pn 1 on key 01 00112233445566778899aabbccddeeff
    /// let sa = MacsecSa::number(0).packet_number(1).on().key("01", "00112233445566778899aabbccddeeff");
    /// let add = MacsecMessage::build().device("macsec0").association(sa);
    /// assert!(format!("{add:?}").contains("(hidden)"));
    /// ```
    pub struct MacsecMessage / MacsecMessageBuf
    header genlmsghdr: 4 {
        /// Command: `MACSEC_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Interface index of the MACsec device.
        #[doc(alias = "ifindex")]
        MACSEC_ATTR_IFINDEX = 1 => device: u32 as IfIndex,
        /// The receive channel that a change is about.
        MACSEC_ATTR_RXSC_CONFIG = 2 | NLA_F_NESTED => channel: &MacsecRxSc as MacsecRxSc,
        /// The association that a change is about.
        MACSEC_ATTR_SA_CONFIG = 3 | NLA_F_NESTED => association: &MacsecSa as MacsecSa,
        /// MAC Security Entity (SecY): the device's own settings.
        MACSEC_ATTR_SECY = 4 | NLA_F_NESTED => secy: &MacsecSecy as MacsecSecy,
        /// Transmit associations (SAs).
        MACSEC_ATTR_TXSA_LIST = 5 | NLA_F_NESTED => tx_sas: Items<'_, MacsecSa> as Array<MacsecSa>,
        /// Receive channels (SCs).
        MACSEC_ATTR_RXSC_LIST = 6 | NLA_F_NESTED => rx_scs: Items<'_, MacsecRxSc> as Array<MacsecRxSc>,
        /// Statistics of the transmit channel.
        MACSEC_ATTR_TXSC_STATS = 7 | NLA_F_NESTED => tx_stats: &MacsecTxScStats as MacsecTxScStats,
        /// Statistics of the device.
        MACSEC_ATTR_SECY_STATS = 8 | NLA_F_NESTED => stats: &MacsecSecyStats as MacsecSecyStats,
        /// Offload of the device.
        MACSEC_ATTR_OFFLOAD = 9 | NLA_F_NESTED => offload: &MacsecOffloading as MacsecOffloading,
    }
}

impl Command for MacsecMessage {
    const FAMILY: Family = Family::Generic { name: "macsec", version: 1 };
    const COMMAND: u16 = MACSEC_CMD_GET_TXSC as u16;
    type Reply = MacsecMessage;
}

impl MacsecMessage {
    /// The transmit association with this number (AN).
    pub fn tx_sa(&self, number: u8) -> Option<&MacsecSa> {
        self.tx_sas()?.find(|sa| sa.association_number() == Some(number))
    }

    /// The receive channel with this identifier.
    pub fn rx_sc(&self, sci: impl Into<Sci>) -> Option<&MacsecRxSc> {
        let sci = sci.into();
        self.rx_scs()?.find(|channel| channel.sci() == Some(sci))
    }
}

netlink! {
    /// MAC Security Entity (SecY): the settings of a MACsec device, nested in `MACSEC_ATTR_SECY`. The link changes them
    /// (`Macsec` of `rtnetlink`).
    pub struct MacsecSecy / MacsecSecyBuf
    attributes {
        /// Secure channel identifier (SCI) of the transmit channel.
        MACSEC_SECY_ATTR_SCI = 1 => sci: Sci,
        /// Number (AN) of the association that encodes transmitted frames.
        MACSEC_SECY_ATTR_ENCODING_SA = 2 => encoding_association: u8,
        /// Replay protection window, in packets; absent without replay protection.
        MACSEC_SECY_ATTR_WINDOW = 3 => window: u32,
        /// Cipher suite.
        MACSEC_SECY_ATTR_CIPHER_SUITE = 4 => cipher_suite: MacsecCipher,
        /// Length of the integrity check value (ICV), in bytes.
        MACSEC_SECY_ATTR_ICV_LEN = 5 => icv_length: u8,
        /// Protects transmitted frames.
        MACSEC_SECY_ATTR_PROTECT = 6 => protect: bool,
        /// Replay protection.
        MACSEC_SECY_ATTR_REPLAY = 7 => replay_protect: bool,
        /// Operational: the association that encodes frames is there and active.
        MACSEC_SECY_ATTR_OPER = 8 => operational: bool,
        /// Validation mode of received frames.
        MACSEC_SECY_ATTR_VALIDATE = 9 => validation: MacsecValidation,
        /// Encrypts frames, rather than only authenticating them.
        MACSEC_SECY_ATTR_ENCRYPT = 10 => encrypt: bool,
        /// Includes the SCI in every frame.
        MACSEC_SECY_ATTR_INC_SCI = 11 => include_sci: bool,
        /// End station (ES) bit.
        MACSEC_SECY_ATTR_ES = 12 => end_station: bool,
        /// Single copy broadcast (SCB) bit.
        MACSEC_SECY_ATTR_SCB = 13 => single_copy_broadcast: bool,
    }
}

netlink! {
    /// Receive channel (SC): what comes from one transmitter, with its associations.
    pub struct MacsecRxSc / MacsecRxScBuf
    attributes {
        /// Secure channel identifier (SCI) of the transmitter.
        MACSEC_RXSC_ATTR_SCI = 1 => sci: Sci,
        /// Whether the channel is active.
        MACSEC_RXSC_ATTR_ACTIVE = 2 => active: bool,
        /// Associations (SAs).
        MACSEC_RXSC_ATTR_SA_LIST = 3 | NLA_F_NESTED => sas: Items<'_, MacsecSa> as Array<MacsecSa>,
        /// Statistics.
        MACSEC_RXSC_ATTR_STATS = 4 | NLA_F_NESTED => stats: &MacsecRxScStats as MacsecRxScStats,
    }
}

impl MacsecRxSc {
    /// The channel of this transmitter.
    pub fn of(sci: impl Put<Sci>) -> MacsecRxScBuf {
        Self::build().sci(sci)
    }

    /// The association with this number (AN).
    pub fn sa(&self, number: u8) -> Option<&MacsecSa> {
        self.sas()?.find(|sa| sa.association_number() == Some(number))
    }
}

netlink! {
    /// Secure association (SA): a key, and the number of the next packet.
    pub struct MacsecSa / MacsecSaBuf
    attributes {
        /// Association number (AN), 0 to 3.
        MACSEC_SA_ATTR_AN = 1 => association_number: u8,
        /// Whether the association is active.
        MACSEC_SA_ATTR_ACTIVE = 2 => active: bool,
        /// Packet number (PN) of the next packet, of 32 bits; of 64 with [extended packet
        /// numbering](MacsecSaBuf::extended_packet_number).
        #[doc(alias = "pn")]
        MACSEC_SA_ATTR_PN = 3 => packet_number: u64 as PacketNumber,
        /// Secure association key (SAK), only of requests: the kernel tells nobody.
        MACSEC_SA_ATTR_KEY = 4 => secret_key: MacsecKey,
        /// Key identifier.
        MACSEC_SA_ATTR_KEYID = 5 => key_id: KeyId,
        /// Statistics.
        MACSEC_SA_ATTR_STATS = 6 | NLA_F_NESTED => stats: &MacsecSaStats as MacsecSaStats,
        /// Short secure channel identifier (SSCI), of extended packet numbering.
        MACSEC_SA_ATTR_SSCI = 8 => ssci: u32 as Be<u32>,
        /// Salt, of extended packet numbering; only of requests.
        MACSEC_SA_ATTR_SALT = 9 => salt: Salt,
    }
}

impl MacsecSa {
    /// The association with this number (AN), 0 to 3: `sa 0`.
    pub fn number(association_number: u8) -> MacsecSaBuf {
        Self::build().association_number(association_number)
    }
}

impl MacsecSaBuf {
    /// Sets the key and its identifier: `key ID KEY`.
    pub fn key(self, id: impl Put<KeyId>, key: impl Put<MacsecKey>) -> Self {
        self.secret_key(key).key_id(id)
    }

    /// Sets the number of the next packet, of 64 bits, where the cipher suite has extended packet numbering: `xpn`.
    #[doc(alias = "xpn")]
    pub fn extended_packet_number(self, number: u64) -> Self {
        self.with(MacsecSa::MACSEC_SA_ATTR_PN, Extended(number))
    }

    /// Makes it active: `on`.
    pub fn on(self) -> Self {
        self.active(true)
    }

    /// Makes it inactive: `off`.
    pub fn off(self) -> Self {
        self.active(false)
    }
}

netlink! {
    /// Offload of a MACsec device: nested in `MACSEC_ATTR_OFFLOAD`.
    pub struct MacsecOffloading / MacsecOffloadingBuf
    attributes {
        /// Offload mode: what does the work.
        MACSEC_OFFLOAD_ATTR_TYPE = 1 => mode: MacsecOffload,
    }
}

netlink! {
    /// Statistics of a receive channel, in packets where it does not say bytes.
    pub struct MacsecRxScStats / MacsecRxScStatsBuf
    attributes {
        /// Received bytes (octets) that were authenticated.
        MACSEC_RXSC_STATS_ATTR_IN_OCTETS_VALIDATED = 1 => in_octets_validated: u64,
        /// Received bytes (octets) that were decrypted.
        MACSEC_RXSC_STATS_ATTR_IN_OCTETS_DECRYPTED = 2 => in_octets_decrypted: u64,
        /// Packets not checked, as validation is disabled.
        MACSEC_RXSC_STATS_ATTR_IN_PKTS_UNCHECKED = 3 => in_packets_unchecked: u64,
        /// Late packets, accepted without replay protection.
        MACSEC_RXSC_STATS_ATTR_IN_PKTS_DELAYED = 4 => in_packets_delayed: u64,
        /// Valid packets.
        MACSEC_RXSC_STATS_ATTR_IN_PKTS_OK = 5 => in_packets_ok: u64,
        /// Invalid, and accepted without strict validation.
        MACSEC_RXSC_STATS_ATTR_IN_PKTS_INVALID = 6 => in_packets_invalid: u64,
        /// Late, and dropped.
        MACSEC_RXSC_STATS_ATTR_IN_PKTS_LATE = 7 => in_packets_late: u64,
        /// Packets not valid, and dropped.
        MACSEC_RXSC_STATS_ATTR_IN_PKTS_NOT_VALID = 8 => in_packets_not_valid: u64,
        /// Of an association that is not active, and dropped.
        MACSEC_RXSC_STATS_ATTR_IN_PKTS_NOT_USING_SA = 9 => in_packets_not_using_sa: u64,
        /// Packets of an unused (not active) association, accepted without strict validation.
        MACSEC_RXSC_STATS_ATTR_IN_PKTS_UNUSED_SA = 10 => in_packets_unused_sa: u64,
    }
}

netlink! {
    /// Statistics of an association, in packets.
    pub struct MacsecSaStats / MacsecSaStatsBuf
    attributes {
        /// Received packets that were valid.
        MACSEC_SA_STATS_ATTR_IN_PKTS_OK = 1 => in_packets_ok: u32,
        /// Received: invalid, and accepted without strict validation.
        MACSEC_SA_STATS_ATTR_IN_PKTS_INVALID = 2 => in_packets_invalid: u32,
        /// Received packets that were not valid, and dropped.
        MACSEC_SA_STATS_ATTR_IN_PKTS_NOT_VALID = 3 => in_packets_not_valid: u32,
        /// Received while it was not active, and dropped.
        MACSEC_SA_STATS_ATTR_IN_PKTS_NOT_USING_SA = 4 => in_packets_not_using_sa: u32,
        /// Packets received while it was unused (not active), and accepted.
        MACSEC_SA_STATS_ATTR_IN_PKTS_UNUSED_SA = 5 => in_packets_unused_sa: u32,
        /// Protected packets transmitted: authenticated, not encrypted.
        MACSEC_SA_STATS_ATTR_OUT_PKTS_PROTECTED = 6 => out_packets_protected: u32,
        /// Transmitted: encrypted.
        MACSEC_SA_STATS_ATTR_OUT_PKTS_ENCRYPTED = 7 => out_packets_encrypted: u32,
    }
}

netlink! {
    /// Statistics of the transmit channel.
    pub struct MacsecTxScStats / MacsecTxScStatsBuf
    attributes {
        /// Packets that were authenticated, not encrypted.
        MACSEC_TXSC_STATS_ATTR_OUT_PKTS_PROTECTED = 1 => out_packets_protected: u64,
        /// Packets that were encrypted.
        MACSEC_TXSC_STATS_ATTR_OUT_PKTS_ENCRYPTED = 2 => out_packets_encrypted: u64,
        /// Bytes (octets) that were authenticated.
        MACSEC_TXSC_STATS_ATTR_OUT_OCTETS_PROTECTED = 3 => out_octets_protected: u64,
        /// Bytes (octets) that were encrypted.
        MACSEC_TXSC_STATS_ATTR_OUT_OCTETS_ENCRYPTED = 4 => out_octets_encrypted: u64,
    }
}

netlink! {
    /// Statistics of a MACsec device, in packets.
    pub struct MacsecSecyStats / MacsecSecyStatsBuf
    attributes {
        /// Untagged packets transmitted: without protection.
        MACSEC_SECY_STATS_ATTR_OUT_PKTS_UNTAGGED = 1 => out_packets_untagged: u64,
        /// Untagged packets received, and accepted.
        MACSEC_SECY_STATS_ATTR_IN_PKTS_UNTAGGED = 2 => in_packets_untagged: u64,
        /// Too long to be transmitted with a tag.
        MACSEC_SECY_STATS_ATTR_OUT_PKTS_TOO_LONG = 3 => out_packets_too_long: u64,
        /// Received without a tag, and dropped.
        MACSEC_SECY_STATS_ATTR_IN_PKTS_NO_TAG = 4 => in_packets_no_tag: u64,
        /// Received with an invalid tag, or with packet number 0.
        MACSEC_SECY_STATS_ATTR_IN_PKTS_BAD_TAG = 5 => in_packets_bad_tag: u64,
        /// Received from an unknown channel, and accepted.
        MACSEC_SECY_STATS_ATTR_IN_PKTS_UNKNOWN_SCI = 6 => in_packets_unknown_sci: u64,
        /// Packets received from an unknown channel (SCI), and dropped.
        MACSEC_SECY_STATS_ATTR_IN_PKTS_NO_SCI = 7 => in_packets_no_sci: u64,
        /// Packets received faster than could be validated.
        MACSEC_SECY_STATS_ATTR_IN_PKTS_OVERRUN = 8 => in_packets_overrun: u64,
    }
}
