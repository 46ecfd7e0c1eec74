//! What moves datagrams between sockets and conversations: one file for tokio, one for blocking callers.

pub(crate) mod blocking;
pub(crate) mod call;
#[cfg(feature = "tokio")]
pub(crate) mod clock;
pub(crate) mod dump;
pub(crate) mod receive;
#[cfg(feature = "tokio")]
mod runtime;
pub(crate) mod state;
#[cfg(feature = "tokio")]
pub(crate) mod tokio;
#[cfg(feature = "tokio")]
pub(crate) mod waiting;

#[cfg(all(test, feature = "tokio"))]
mod tests;
