//! What can be wrong with bytes from outside, and with values on their way out.

use crate::buffer::Unresolved;
use thiserror::Error;

/// Bytes that are too short for the fixed header of what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{set} begins with {wanted} bytes of header, and there are {found}")]
pub struct DecodeError {
    /// The message or nest that was to be read, such as `LinkMessage`.
    pub set: &'static str,
    /// Bytes that its header takes.
    pub wanted: usize,
    /// Bytes that there are.
    pub found: usize,
}

/// A value that can't be written into a message. Builders keep the first one, and the request that was
/// to send the message fails with it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Text with a NUL inside, which would end it for the kernel.
    #[error("a NUL byte inside of text")]
    Nul,
    /// Text that should be an IP address.
    #[error("{0:?} is no IP address")]
    NotAnAddress(String),
    /// Text that should be an IP prefix such as `192.0.2.0/24`.
    #[error("{0:?} is no IP prefix")]
    NotAPrefix(String),
    /// Text that should be a hardware address such as `02:00:00:00:00:01`.
    #[error("{0:?} is no hardware address")]
    NotAHardwareAddress(String),
    /// A number that is not the index of a device: 0, or one that is negative to the kernel.
    #[error("no device has index {0}")]
    NotAnIndex(u32),
    /// An attribute of more than 65,531 bytes: its length would not fit into its header.
    #[error("{attribute} is {length} bytes long, more than an attribute holds")]
    TooLong {
        /// The kernel's name of the attribute.
        attribute: &'static str,
        /// Bytes of its payload.
        length: usize,
    },
    /// A device was given by its name, and its index is not known yet: resolve it first
    /// ([`Buffer::resolve_last`](crate::Buffer::resolve_last)).
    #[error("device {0} is not resolved")]
    Unresolved(Unresolved),
    /// The message has no header, or grew after it was written ([`Buffer::set_header`](crate::Buffer::set_header)).
    #[error("the header of the message is not written")]
    NoHeader,
    /// Anything else, in words.
    #[error("{0}")]
    Invalid(String),
}
