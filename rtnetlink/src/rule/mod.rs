//! Policy routing rules: `RTM_NEWRULE` and related messages.
//!
//! ```
//! use rtnetlink::rule::{Rule, RuleAction};
//!
//! // ip rule add from 192.0.2.0/24 lookup 100 pref 1000
//! let rule = Rule::lookup(100).from("192.0.2.0/24").priority(1000);
//! // ip rule add not fwmark 7/0xff iif eth0 unreachable
//! let marked = Rule::of(RuleAction::UNREACHABLE).inverted().masked_mark(7, 0xff).input_device("eth0");
//! assert_eq!(rule.view().priority(), Some(1000));
//! ```

// | file | what |
// | --- | --- |
// | `message.rs` | `RuleMessage`, or `Rule`: everything that is known of a rule |
// | `flags.rs`, `ranges.rs` | `RuleAction`, `RuleFlags`; ranges of ports and users |
// | `device_name.rs` | `DeviceName`: devices where the kernel wants their names |

mod device_name;
mod flags;
mod message;
mod ranges;
#[cfg(test)]
mod tests;

pub use device_name::DeviceName;
pub use flags::*;
pub use message::*;
pub use ranges::*;

/// A shorter name of the message of a rule.
pub type Rule = RuleMessage;
