//! Errors as `io::Error`, for functions that return `io::Result`.

use super::Error;
use super::kind::ErrorKind;
use std::io;

/// Wraps the error, with the closest [`io::ErrorKind`], for functions that return `io::Result`.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::Io(error) | ErrorKind::Unanswered(error) => error.kind(),
            ErrorKind::Malformed | ErrorKind::TooShort(_) | ErrorKind::Truncated { .. } => {
                io::ErrorKind::InvalidData
            }
            _ if error.is_not_found() => io::ErrorKind::NotFound,
            _ if error.is_already_exists() => io::ErrorKind::AlreadyExists,
            _ if error.is_not_permitted() => io::ErrorKind::PermissionDenied,
            _ if error.is_not_supported() => io::ErrorKind::Unsupported,
            _ if error.is_invalid() => io::ErrorKind::InvalidInput,
            _ if error.is_timed_out() => io::ErrorKind::TimedOut,
            _ => {
                error.errno().map_or(io::ErrorKind::Other, |errno| io::Error::from_raw_os_error(errno).kind())
            }
        };
        io::Error::new(kind, error)
    }
}
