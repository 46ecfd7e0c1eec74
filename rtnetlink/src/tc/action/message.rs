//! The message of actions that are not in a filter.

use super::{Action, IntoAction};
use crate::{AddressFamily, Milliseconds};
use netlink_packet::{Array, Bitfield, Items, flags, netlink};
use std::time::Duration;

netlink! {
    /// Actions by themselves, like `tc actions`: `RTM_NEWACTION`, `RTM_DELACTION` and `RTM_GETACTION`.
    pub struct ActionMessage / ActionMessageBuf
    header tcamsg: 4 {
        /// Address family; unspecified.
        family = 0 => family: AddressFamily,
    }
    attributes {
        /// Table (tab): the actions.
        TCA_ROOT_TAB = 1 => actions: Items<'_, Action> as Array<Action>,
        /// Flags of a dump.
        TCA_ROOT_FLAGS = 2 => flags: ActionDumpFlags as Bitfield<ActionDumpFlags>; separate,
        /// Number of the actions in this message of a dump.
        TCA_ROOT_COUNT = 3 => count: u32; read_only,
        /// Time delta: a dump has only actions that were used within this time.
        TCA_ROOT_TIME_DELTA = 4 => used_within: Duration as Milliseconds<u32>; separate,
        /// Extended warning message (extack) in a notification.
        TCA_ROOT_EXT_WARN_MSG = 5 => warning: &str as str; read_only,
    }
}

flags! {
    /// Flags of a dump of actions: `TCA_ACT_FLAG_*`.
    pub struct ActionDumpFlags: u32 = "root-flags" {
        /// Large dump: as many actions in a message as fit, not up to 32 in all.
        const LARGE_DUMP_ON = 0x1 => "large_dump";
        /// Terse: only what identifies an action, its flags, and its statistics.
        const TERSE_DUMP = 0x2 => "terse";
    }
}

impl ActionMessage {
    /// A message with this action.
    pub fn of(action: impl IntoAction) -> ActionMessageBuf {
        ActionMessage::build().actions([action.into_action()])
    }

    /// The first action, the only one of a message that is not of a dump.
    pub fn action(&self) -> Option<&Action> {
        self.actions()?.next()
    }

    /// The action of this kind and index, to get or to delete it.
    pub fn at(kind: &str, index: u32) -> ActionMessageBuf {
        ActionMessage::of(Action::at(kind, index))
    }
}
