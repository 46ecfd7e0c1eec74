//! Moving datagrams between sockets and conversations, and waiting for them: one file for threads, one for tasks.

pub(crate) mod call;
pub(crate) mod clock;
pub(crate) mod dump;
pub(crate) mod exchange;
pub(crate) mod reactor;
pub(crate) mod receive;
pub(crate) mod state;
pub(crate) mod task;
pub(crate) mod thread;
pub(crate) mod turn;
pub(crate) mod waiter;
mod waiting;

#[cfg(all(test, feature = "tokio"))]
mod tests;
