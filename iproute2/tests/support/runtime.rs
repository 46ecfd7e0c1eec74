//! The runtime of the async tests, chosen by the features: tokio, or the reactor of smol where tokio is off.

#[cfg(not(feature = "tokio"))]
pub(crate) use on_smol::*;
#[cfg(feature = "tokio")]
pub(crate) use on_tokio::*;

/// A connection whose requests are awaited in tasks of the chosen runtime.
pub(crate) type Handle = iproute2::Handle<Async>;

#[cfg(feature = "tokio")]
mod on_tokio {
    use std::time::Duration;
    use tokio::runtime::Builder;
    use tokio::task::JoinSet;

    pub(crate) use iproute2::{Async, connect, connect_in};
    pub(crate) use tokio::runtime::Runtime;
    pub(crate) use tokio::task::yield_now;
    pub(crate) use tokio::time::sleep;

    /// Each flavour of runtime.
    pub(crate) const RUNTIMES: [fn() -> Runtime; 2] = [current_thread, multi_thread];

    pub(crate) fn current_thread() -> Runtime {
        Builder::new_current_thread().enable_all().build().unwrap()
    }

    pub(crate) fn multi_thread() -> Runtime {
        Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    }

    /// Spawns all tasks and waits for them.
    pub(crate) async fn join_all<F>(tasks: impl IntoIterator<Item = F>) -> Vec<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        tasks.into_iter().collect::<JoinSet<_>>().join_all().await
    }

    /// Waits for at most this long; `None` if the future is not ready by then.
    pub(crate) async fn timeout<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(time, future).await.ok()
    }
}

#[cfg(not(feature = "tokio"))]
mod on_smol {
    use async_io::Timer;
    use futures::channel::oneshot;
    use futures::future::{self, Either};
    use std::pin::pin;
    use std::task::Poll;
    use std::thread;
    use std::time::Duration;

    pub(crate) use iproute2::smol::{Smol as Async, connect, connect_in};

    /// The calling thread, in which the future is polled; the reactor is one for the whole process.
    pub(crate) struct Runtime;

    impl Runtime {
        pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
            async_io::block_on(future)
        }
    }

    pub(crate) const RUNTIMES: [fn() -> Runtime; 1] = [current_thread];

    pub(crate) fn current_thread() -> Runtime {
        Runtime
    }

    /// Runs each task in a thread of its own and waits for all.
    pub(crate) async fn join_all<F>(tasks: impl IntoIterator<Item = F>) -> Vec<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let tasks: Vec<_> = tasks.into_iter().map(spawn).collect();
        future::try_join_all(tasks).await.expect("a task panicked")
    }

    fn spawn<F>(task: F) -> oneshot::Receiver<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        thread::spawn(|| sender.send(async_io::block_on(task)));
        receiver
    }

    /// Waits for at most this long; `None` if the future is not ready by then.
    pub(crate) async fn timeout<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
        match future::select(pin!(future), Timer::after(time)).await {
            Either::Left((output, _)) => Some(output),
            Either::Right(_) => None,
        }
    }

    pub(crate) async fn sleep(time: Duration) {
        Timer::after(time).await;
    }

    /// Lets other tasks run.
    pub(crate) async fn yield_now() {
        let mut yielded = false;
        future::poll_fn(|cx| {
            if yielded {
                return Poll::Ready(());
            }
            yielded = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}
