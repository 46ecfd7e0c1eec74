//! A refusal by the kernel, and errnos in words.

use netlink_packet::control::Diagnostic;
use std::fmt;
use std::io;

/// A refusal by the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KernelError {
    /// The errno as a positive number: `EEXIST` is 17.
    pub errno: i32,
    /// The kernel's extended acknowledgement: its message, and the attribute it points at.
    pub diagnostic: Diagnostic,
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&strerror(self.errno))?;
        let diagnostic = self.diagnostic.to_string();
        match (diagnostic.is_empty(), &self.diagnostic.message) {
            (true, _) => Ok(()),
            (false, Some(_)) => write!(f, ": {diagnostic}"),
            (false, None) => write!(f, " {diagnostic}"),
        }
    }
}

impl std::error::Error for KernelError {}

/// Why a system call failed.
pub(super) fn reason(error: &io::Error) -> String {
    error.raw_os_error().map_or_else(|| error.to_string(), strerror)
}

/// `strerror` in lower case, as a part of a sentence, without the number that std appends.
fn strerror(errno: i32) -> String {
    let text = io::Error::from_raw_os_error(errno).to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    match text.split_at_checked(1) {
        // Not where it begins with an abbreviation, as in `RFS specific error`.
        Some((first, rest)) if !rest.starts_with(|letter: char| letter.is_ascii_uppercase()) => {
            first.to_ascii_lowercase() + rest
        }
        _ => text.to_owned(),
    }
}
