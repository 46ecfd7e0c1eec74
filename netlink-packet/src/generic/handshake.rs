//! Handshakes of transport layer security (TLS) that the kernel asks a program for (`handshake`), as `tlshd` does them for NFS
//! and NVMe. Feature `handshake`.
//!
//! The group [`TLSHD`] says that there is one; the program [accepts](HandshakeAcceptMessage) it, which gives it the socket, and reports
//! [how it ended](HandshakeDoneMessage).

use super::description::describe;
use crate::codec::{Items, Repeated};
use crate::{Command, Family, NLA_F_NESTED, netlink, values};

/// A handshake waits to be accepted: a notification.
pub const HANDSHAKE_CMD_READY: u8 = 1;
/// Accepts the next handshake of a class.
pub const HANDSHAKE_CMD_ACCEPT: u8 = 2;
/// Reports how a handshake ended.
pub const HANDSHAKE_CMD_DONE: u8 = 3;

/// The multicast group that tells of handshakes for TLS.
pub const TLSHD: &str = "tlshd";

/// Largest errno.
pub const MAX_ERRNO: u32 = 4095;

/// The family.
pub const FAMILY: Family = Family::Generic { name: "handshake", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    HANDSHAKE = "handshake"
    operations {
        "ready": => HANDSHAKE_CMD_READY,
        "accept": HANDSHAKE_CMD_ACCEPT => HANDSHAKE_CMD_ACCEPT,
        "done": HANDSHAKE_CMD_DONE,
    }
    groups ["none", "tlshd"]
    constants { "max-errno" = MAX_ERRNO, }
    messages [HandshakeAcceptMessage, HandshakeDoneMessage]
}

netlink! {
    /// A handshake that was accepted, the question for the next one, and the notification that one waits.
    pub struct HandshakeAcceptMessage / HandshakeAcceptMessageBuf
    header genlmsghdr: 4 {
        /// Command: `HANDSHAKE_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Socket: a file descriptor of the program that accepted it.
        HANDSHAKE_A_ACCEPT_SOCKFD = 1 => socket: i32,
        /// Class of the handler.
        HANDSHAKE_A_ACCEPT_HANDLER_CLASS = 2 => class: HandshakeClass,
        /// Message type: the side of the handshake.
        HANDSHAKE_A_ACCEPT_MESSAGE_TYPE = 3 => message_type: HandshakeType,
        /// Time that the handshake may take, in milliseconds.
        HANDSHAKE_A_ACCEPT_TIMEOUT = 4 => timeout: u32,
        /// Authentication of the own side.
        HANDSHAKE_A_ACCEPT_AUTH_MODE = 5 => authentication: HandshakeAuthentication,
        /// Keys with the identities of the peer, by their serial numbers.
        HANDSHAKE_A_ACCEPT_PEER_IDENTITY = 6 => peer_identities: Items<'_, u32> as Repeated<u32>,
        /// Own certificates.
        HANDSHAKE_A_ACCEPT_CERTIFICATE = 7 | NLA_F_NESTED => certificates: Items<'_, HandshakeCertificate> as Repeated<HandshakeCertificate>,
        /// Name of the peer, for checking its certificate.
        HANDSHAKE_A_ACCEPT_PEERNAME = 8 => peer_name: &str as str,
        /// Keyring with keys for the session, by its serial number.
        HANDSHAKE_A_ACCEPT_KEYRING = 9 => keyring: u32,
    }
}

impl Command for HandshakeAcceptMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = HANDSHAKE_CMD_ACCEPT as u16;
    const NOTIFICATIONS: &'static [u16] = &[HANDSHAKE_CMD_READY as u16];
    type Reply = HandshakeAcceptMessage;
}

netlink! {
    /// A certificate: nested in `HANDSHAKE_A_ACCEPT_CERTIFICATE`.
    pub struct HandshakeCertificate / HandshakeCertificateBuf
    attributes {
        /// Serial number of the key with the certificate (X.509).
        HANDSHAKE_A_X509_CERT = 1 => certificate: i32,
        /// Serial number of the key with the private key.
        HANDSHAKE_A_X509_PRIVKEY = 2 => private_key: i32,
    }
}

netlink! {
    /// How a handshake ended.
    pub struct HandshakeDoneMessage / HandshakeDoneMessageBuf
    header genlmsghdr: 4 {
        /// Command: `HANDSHAKE_CMD_DONE`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Status: an errno; 0 is success.
        HANDSHAKE_A_DONE_STATUS = 1 => status: u32,
        /// Socket, as it was accepted.
        HANDSHAKE_A_DONE_SOCKFD = 2 => socket: i32,
        /// Keys with the identities of the peer, by their serial numbers.
        HANDSHAKE_A_DONE_REMOTE_AUTH = 3 => remote_identities: Items<'_, u32> as Repeated<u32>,
    }
}

impl Command for HandshakeDoneMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = HANDSHAKE_CMD_DONE as u16;
    type Reply = HandshakeDoneMessage;
}

values! {
    /// Class of handlers of handshakes: `HANDSHAKE_HANDLER_CLASS_*`.
    pub struct HandshakeClass: u32 = "handler-class" {
        /// None.
        NONE = 0 => "none",
        /// TLS.
        TLSHD = 1 => "tlshd",
        /// The number of classes.
        MAX = 2 => "max",
    }
}

values! {
    /// Side of a handshake: `HANDSHAKE_MSG_TYPE_*`.
    pub struct HandshakeType: u32 = "msg-type" {
        /// Not specified.
        UNSPEC = 0 => "unspec",
        /// The client, which begins (ClientHello).
        CLIENTHELLO = 1 => "clienthello",
        /// The server (ServerHello).
        SERVERHELLO = 2 => "serverhello",
    }
}

values! {
    /// Authentication in a handshake: `HANDSHAKE_AUTH_*`.
    pub struct HandshakeAuthentication: u32 = "auth" {
        /// Not specified.
        UNSPEC = 0 => "unspec",
        /// None.
        UNAUTH = 1 => "unauth",
        /// Preshared key.
        PSK = 2 => "psk",
        /// Certificate (X.509).
        X509 = 3 => "x509",
    }
}
