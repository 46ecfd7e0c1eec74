//! A failed step of a request, and the fate of the steps before it.

use std::fmt;

/// The step that failed, of a request of several.
pub(super) struct Step {
    pub(super) part: String,
    pub(super) others: Others,
}

/// The fate of the steps that were carried out before one failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    Remain,
    /// They were undone, in words.
    Undone(&'static str),
    /// Another program deleted the object.
    Deleted,
}

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Others::Remain => "the rest was done",
            Others::Undone(words) => words,
            Others::Deleted => "it was deleted meanwhile",
        })
    }
}
