//! The runtime of the task that is polled.

use crate::error::Fault;
use ::tokio::runtime::{Handle, Id};
use std::io;

/// The runtime in which somebody waits.
pub(super) fn runtime() -> io::Result<Id> {
    Handle::try_current().map(|handle| handle.id()).map_err(|_| Fault::NoRuntime.into())
}
