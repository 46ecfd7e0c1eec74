//! The same handles, verbs and messages for programs without a runtime: requests end in
//! [`wait`](crate::Request::wait), lists also in [`iter`](crate::List::iter). Neither a runtime nor a thread is involved.
//!
//! Threads can share a handle; a request of one thread waits until that of another has finished, which takes
//! microseconds.
//!
//! ```no_run
//! use iproute2::{LinkMessage, Veth, blocking};
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = blocking::connect()?;
//! ip.link().add(Veth::pair("v0", "v1")).wait()?;
//! ip.link().change("v0", LinkMessage::build().up()).wait()?;
//! for link in ip.link().list().iter() {
//!     println!("{}", link?.name());
//! }
//! # Ok(())
//! # }
//! ```

use crate::error::Result;
use crate::namespace::Namespace;

/// A connection whose requests wait in the calling thread.
pub type Handle = crate::handle::Handle<crate::mode::Blocking>;

/// Connects to the kernel of the calling thread's network namespace.
///
/// # Errors
/// A socket can't be opened.
pub fn connect() -> Result<Handle> {
    Handle::open(None)
}

/// Connects to the kernel of another network namespace.
///
/// # Errors
/// [Is not permitted](crate::Error::is_not_permitted) where the caller may not enter it.
pub fn connect_in(namespace: &Namespace) -> Result<Handle> {
    Handle::open(Some(namespace))
}
