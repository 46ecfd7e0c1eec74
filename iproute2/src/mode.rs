//! How a program waits: in a runtime, or in the calling thread.

/// Marks handles and requests that are awaited in a tokio runtime.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug)]
pub struct Async;

/// Marks handles and requests that wait in the calling thread.
#[derive(Clone, Copy, Debug)]
pub struct Blocking;
