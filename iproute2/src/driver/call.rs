//! A message that is sent, and what became of it.

use netlink_packet::{Buffer, Expect, Flags, Outcome};
use std::time::Duration;

/// A message that is to be sent now.
pub(crate) struct Call<'a> {
    pub(crate) message: &'a mut Buffer,
    pub(crate) message_type: u16,
    pub(crate) flags: Flags,
    pub(crate) expect: Expect,
    pub(crate) timeout: Option<Duration>,
}

/// What became of a message that was sent.
pub(crate) enum Answered {
    /// It was acknowledged, and that is all.
    Plainly,
    With(Outcome),
}

impl Answered {
    pub(crate) fn into_outcome(self) -> Outcome {
        match self {
            Answered::Plainly => Outcome::default(),
            Answered::With(outcome) => outcome,
        }
    }
}
