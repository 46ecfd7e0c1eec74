//! Cipher suites, validation and offload: what links have, too.

use crate::values;

values! {
    /// MACsec cipher suite: `MACSEC_CIPHER_ID_*`, in the words of `ip`.
    pub struct MacsecCipher: u64 = "" {
        /// GCM-AES-128, by the default ID (`MACSEC_DEFAULT_CIPHER_ID`), which the kernel reports.
        GCM_AES_128 = 0x0080_0200_0100_0001 => "GCM-AES-128",
        /// GCM-AES-128, by the ID of IEEE 802.1AE, which the kernel also accepts.
        GCM_AES_128_IEEE = 0x0080_c200_0100_0001 => "gcm-aes-128",
        /// GCM-AES-256.
        GCM_AES_256 = 0x0080_c200_0100_0002 => "GCM-AES-256",
        /// GCM-AES-XPN-128: extended packet numbering (64 bits).
        GCM_AES_XPN_128 = 0x0080_c200_0100_0003 => "GCM-AES-XPN-128",
        /// GCM-AES-XPN-256: extended packet numbering (64 bits).
        GCM_AES_XPN_256 = 0x0080_c200_0100_0004 => "GCM-AES-XPN-256",
    }
}

values! {
    /// Validation of received MACsec frames: `MACSEC_VALIDATE_*`, in the words of `ip`.
    pub struct MacsecValidation: u8 = "rt-link/macsec-validation-type" {
        /// Disabled: frames are accepted without validation.
        DISABLED = 0 => "disabled",
        /// Check: invalid frames are counted but accepted.
        CHECK = 1 => "check",
        /// Strict: invalid frames are dropped.
        STRICT = 2 => "strict",
    }
}

values! {
    /// MACsec offload mode: `MACSEC_OFFLOAD_*`, in the words of `ip`.
    pub struct MacsecOffload: u8 = "rt-link/macsec-offload" {
        /// Off: in software.
        OFF = 0 => "off",
        /// PHY: in the transceiver.
        PHY = 1 => "phy",
        /// MAC: in the network controller.
        MAC = 2 => "mac",
    }
}
