//! Errors of decoding and of building.

use std::convert::Infallible;
use std::fmt;
use thiserror::Error;

/// Bytes that are too short for the fixed header of what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("{set} is too short: its header has {wanted} bytes, found {found}")]
pub struct DecodeError {
    /// The message or nest to be read, such as `LinkMessage`.
    pub set: &'static str,
    /// Length of its header.
    pub wanted: usize,
    /// Number of bytes available.
    pub found: usize,
}

/// A value that can't be written into a message. Builders keep the first one, and sending the message fails with it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Text that contains a NUL, which would end it for the kernel.
    #[error("a NUL byte in a string")]
    Nul,
    /// Text that should be an IP address.
    #[error("{0:?} is not a valid IP address")]
    NotAnAddress(String),
    /// Text that should be an IP prefix such as `192.0.2.0/24`.
    #[error("{0:?} is not a valid IP prefix")]
    NotAPrefix(String),
    /// Text that should be a hardware address such as `02:00:00:00:00:01`.
    #[error("{0:?} is not a valid hardware address")]
    NotAHardwareAddress(String),
    /// Text that is neither a word for an enum value or a flag, nor a number.
    #[error(transparent)]
    UnknownWord(#[from] UnknownWord),
    /// A number that is not the index of a device: 0, or one that is negative to the kernel.
    #[error("no device has index {0}")]
    NotAnIndex(u32),
    /// An attribute of more than 65,531 bytes: its length would not fit into its header.
    #[error("{attribute} is {length} bytes long, too long for an attribute")]
    TooLong {
        /// The kernel's name of the attribute.
        attribute: &'static str,
        /// Bytes of its payload.
        length: usize,
    },
    /// A device was given by name and its index is not known yet: resolve it first
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

/// A device that was given by name where the message contains its index, or vice versa.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unresolved {
    /// Where the index (4 bytes, host order) or the name (16 bytes) belongs, counted from the start of the message with
    /// its header.
    pub at: usize,
    /// The name or alternative name; empty if it was given by its index.
    pub name: Vec<u8>,
    /// The index if it was given by that, otherwise 0.
    pub index: u32,
    /// Whether the message contains the name.
    pub wants_name: bool,
}

/// How it was given: `"eth0"`, or `with index 2`.
impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            0 => write!(f, "{:?}", String::from_utf8_lossy(&self.name)),
            index => write!(f, "with index {index}"),
        }
    }
}

impl Unresolved {
    /// The same in bytes that begin at `to` and not at `from`.
    pub(crate) fn moved(&self, to: usize, from: usize) -> Self {
        Unresolved { at: self.at - from + to, ..self.clone() }
    }
}

/// Text that is neither a word for a value of the enum nor a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Error)]
#[error("{word:?} is not a valid {name}")]
pub struct UnknownWord {
    name: &'static str,
    word: String,
}

impl UnknownWord {
    /// An error for this enum and text.
    pub fn new(name: &'static str, word: &str) -> Self {
        UnknownWord { name, word: word.to_owned() }
    }
}

/// Numbers can't fail, but setters accept words and numbers alike.
impl From<Infallible> for BuildError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
