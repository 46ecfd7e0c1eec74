//! Rules: which packets go by which table of routes.
//!
//! | file | what |
//! | --- | --- |
//! | `message.rs` | [`RuleMessage`], or [`Rule`]: everything that is known of a rule |
//! | `flags.rs`, `ranges.rs` | [`RuleAction`], [`RuleFlags`]; ranges of ports and users |
//! | `device_name.rs` | [`DeviceName`]: devices where the kernel wants their names |

mod device_name;
mod flags;
mod message;
mod ranges;
#[cfg(all(test, target_endian = "little"))]
mod tests;

pub use device_name::DeviceName;
pub use flags::*;
pub use message::*;
pub use ranges::*;

/// A shorter name of the message of a rule.
pub type Rule = RuleMessage;
