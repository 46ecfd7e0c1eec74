//! Segment routing over IPv6 (SRv6): HMAC keys and the source address of tunnels (`SEG6`). Feature `seg6`.
//!
//! Secrets print as `(hidden)`, whatever prints them.

use super::description::describe;
use super::secret::secret;
use crate::error::BuildError;
use crate::{Command, Family, netlink, values};
use std::net::Ipv6Addr;

/// Sets an HMAC key, or deletes it.
pub const SEG6_CMD_SETHMAC: u8 = 1;
/// Lists the HMAC keys: a dump.
pub const SEG6_CMD_DUMPHMAC: u8 = 2;
/// Sets the source address of tunnels.
pub const SEG6_CMD_SET_TUNSRC: u8 = 3;
/// Gets the source address of tunnels.
pub const SEG6_CMD_GET_TUNSRC: u8 = 4;

/// `SEG6_HMAC_SECRET_LEN`: most bytes of a secret.
pub const SEG6_HMAC_SECRET_LEN: usize = 64;

describe! {
    /// The family: its operations and messages.
    SEG6 = "seg6"
    operations {
        "sethmac": SEG6_CMD_SETHMAC,
        "dumphmac": SEG6_CMD_DUMPHMAC => SEG6_CMD_DUMPHMAC,
        "set-tunsrc": SEG6_CMD_SET_TUNSRC,
        "get-tunsrc": SEG6_CMD_GET_TUNSRC => SEG6_CMD_GET_TUNSRC,
    }
    groups []
    constants {}
    messages [Seg6Message]
}

netlink! {
    /// An HMAC key of segment routing, or the source address of its tunnels.
    pub struct Seg6Message / Seg6MessageBuf
    header genlmsghdr: 4 {
        /// Command: `SEG6_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Source address of tunnels; `::` where the kernel chooses one of the outgoing device.
        SEG6_ATTR_DST = 1 => tunnel_source: Ipv6Addr,
        /// Prefix length; no kernel uses it.
        SEG6_ATTR_DSTLEN = 2 => prefix_length: i32,
        /// HMAC key id, not 0.
        SEG6_ATTR_HMACKEYID = 3 => key_id: u32,
        /// Secret, of up to 64 bytes.
        SEG6_ATTR_SECRET = 4 => secret: Seg6Secret,
        /// Length of the secret, in bytes; 0 in a request deletes the key.
        SEG6_ATTR_SECRETLEN = 5 => secret_length: u8,
        /// Hash algorithm.
        SEG6_ATTR_ALGID = 6 => algorithm: Seg6Algorithm,
        /// HMAC key in a nest; no kernel uses it.
        SEG6_ATTR_HMACINFO = 7 => info: &Seg6Info as Seg6Info,
    }
}

impl Command for Seg6Message {
    const FAMILY: Family = Family::Generic { name: "SEG6", version: 1 };
    const COMMAND: u16 = SEG6_CMD_DUMPHMAC as u16;
    type Reply = Seg6Message;
}

netlink! {
    /// An HMAC key in a nest, as `SEG6_ATTR_HMACINFO` is for.
    pub struct Seg6Info / Seg6InfoBuf
    attributes {
        /// Address.
        SEG6_ATTR_DST = 1 => address: Ipv6Addr,
        /// Prefix length.
        SEG6_ATTR_DSTLEN = 2 => prefix_length: i32,
        /// HMAC key id.
        SEG6_ATTR_HMACKEYID = 3 => key_id: u32,
        /// Secret.
        SEG6_ATTR_SECRET = 4 => secret: Seg6Secret,
        /// Length of the secret, in bytes.
        SEG6_ATTR_SECRETLEN = 5 => secret_length: u8,
        /// Hash algorithm.
        SEG6_ATTR_ALGID = 6 => algorithm: Seg6Algorithm,
    }
}

values! {
    /// Hash algorithm of an HMAC key: `SEG6_HMAC_ALGO_*`, in the words of `ip`.
    pub struct Seg6Algorithm: u8 = "" {
        /// SHA-1.
        SHA1 = 1 => "sha1",
        /// SHA-256.
        SHA256 = 2 => "sha256",
    }
}

secret! {
    /// Secret of an HMAC key, 1 to 64 bytes. It prints as `(hidden)`; text is the bytes themselves, as `ip` takes a passphrase.
    ///
    /// ```
    /// use netlink_packet::generic::seg6::Seg6Secret;
    ///
    /// let secret: Seg6Secret = "correct horse".parse()?;
    /// assert_eq!(format!("{secret:?}"), "(hidden)");
    /// assert_eq!(secret.as_bytes(), b"correct horse");
    /// assert!("".parse::<Seg6Secret>().is_err());
    /// # Ok::<(), netlink_packet::BuildError>(())
    /// ```
    Seg6Secret, SEG6_HMAC_SECRET_LEN
}

impl Seg6Secret {
    fn check(bytes: &[u8]) -> Result<(), BuildError> {
        match bytes.len() {
            1..=SEG6_HMAC_SECRET_LEN => Ok(()),
            length => Err(BuildError::Invalid(format!(
                "a secret has 1 to {SEG6_HMAC_SECRET_LEN} bytes, and this one {length}"
            ))),
        }
    }

    fn parse(text: &str) -> Result<Self, BuildError> {
        Self::try_from(text.as_bytes())
    }
}
