//! Identifier locator addressing (ILA): mappings of locators (`ila`). Feature `ila`; without it, just the values that routes have, too.

// | file | what |
// | --- | --- |
// | `message.rs` | a mapping |
// | `words.rs` | locators, and the modes of translation: what routes have, too |

#[cfg(feature = "ila")]
mod message;
mod words;

#[cfg(feature = "ila")]
pub use message::*;
pub use words::{IlaChecksumMode, IlaHook, IlaIdentifierType, Locator};
