//! Addresses: which ones a link has.
//!
//! | file | what |
//! | --- | --- |
//! | `message.rs` | [`AddressMessage`]: everything that is known of an address |
//! | `flags.rs` | [`AddressFlags`] and [`AddressOrigin`] |

mod flags;
mod message;

pub use flags::*;
pub use message::*;
