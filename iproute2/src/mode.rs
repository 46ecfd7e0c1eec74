//! How a program waits: in the calling thread, or in tasks of a runtime.

use crate::driver::exchange::Exchanges;
use crate::driver::reactor::Reactor;

/// Marks handles and requests that wait in the calling thread.
#[derive(Clone, Copy, Debug)]
pub struct Blocking;

/// The ways to wait: [`Blocking`] and each [`Runtime`].
#[expect(private_bounds, reason = "the ways to wait are those of this crate")]
pub trait Wait: Exchanges {}

impl<W: Exchanges> Wait for W {}

/// The runtimes in whose tasks requests are awaited.
#[expect(private_bounds, reason = "the runtimes are those of this crate")]
pub trait Runtime: Wait + Reactor {}

impl<R: Reactor> Runtime for R {}

/// The default of a handle's type parameter.
#[cfg(feature = "tokio")]
pub(crate) use crate::tokio::Tokio as Usual;
#[cfg(not(feature = "tokio"))]
pub(crate) use Blocking as Usual;
