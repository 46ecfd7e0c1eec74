//! MACsec (IEEE 802.1AE): the secure channels and associations of devices (`macsec`). Feature `macsec`; without it, just the values
//! that links have, too.
//!
//! Keys print as `(hidden)`, whatever prints them.

// | file | what |
// | --- | --- |
// | `message.rs` | the message: a device, its channels, associations and statistics |
// | `value.rs` | channel identifiers, packet numbers, keys and their ids |
// | `words.rs` | cipher suites, validation, offload: what links have, too |

#[cfg(feature = "macsec")]
mod message;
#[cfg(feature = "macsec")]
mod value;
mod words;

#[cfg(feature = "macsec")]
pub use message::*;
#[cfg(feature = "macsec")]
pub use value::{KeyId, MacsecKey, PacketNumber, Salt, Sci};
pub use words::{MacsecCipher, MacsecOffload, MacsecValidation};
