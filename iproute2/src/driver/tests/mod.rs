//! What happens where the kernel is late, out of order or wrong, as the route family never is.

mod dumps;
#[cfg(feature = "ethtool")]
mod ethtool;
mod kernel;
#[path = "../../../../netlink-sys/tests/namespace/mod.rs"]
mod namespace;
#[cfg(all(
    feature = "dpll",
    feature = "handshake",
    feature = "net_shaper",
    feature = "netdev",
    feature = "ovpn",
    feature = "psp",
    feature = "team"
))]
mod nouns;
mod over;
mod own;
mod silence;
#[cfg(feature = "smol")]
mod smol;
mod steps;
mod strangers;
mod warnings;

use crate::connection::Connection;
use crate::handle::Handle;
use crate::mode::Blocking;
use crate::tokio::Async;

use ::tokio::runtime::{Builder, Runtime};
use ::tokio::task::JoinSet;
use ::tokio::time::timeout;
use kernel::{Asked, Kernel, LONG, Next};
use netlink_sys::errno::EPERM;
use std::time::{Duration, Instant};

/// Long enough that the kernel of a test, which answers within it, mostly does.
const SHORT: Duration = Duration::from_millis(2);

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap()
}

/// Runs a test in both kinds of runtimes.
fn in_both<F: Future<Output = ()>>(test: impl Fn() -> F) {
    current_thread().block_on(test());
    multi_thread().block_on(test());
}

fn handle(connection: Connection) -> Handle<Async> {
    Handle::over(connection).with_timeout(Some(LONG))
}

fn blocking(connection: Connection) -> Handle<Blocking> {
    Handle::over(connection).with_timeout(Some(LONG))
}

impl super::waiting::Waiting {
    /// How many wait, whether the socket is registered, and how many wakers there are.
    fn left_over(&self) -> (usize, bool, usize) {
        (self.count, !self.reactors.is_empty(), self.wakers.0.lock().unwrap().len())
    }
}

/// That nobody waits any more, and that nothing is left of those who did.
fn assert_at_rest<D>(ip: &Handle<D>) {
    let state = ip.connection().lock();
    assert_eq!(state.conversation.len(), 0, "exchanges are left over");
    assert_eq!(state.waiting.left_over(), (0, false, 0), "waiting, registered, wakers");
}

/// A kernel that takes what it is asked in lots, and answers each lot backwards and by halves: what is held back is
/// answered behind later requests.
fn late_kernel() -> Kernel {
    Kernel::new(|script| {
        let mut held: Vec<Asked> = Vec::new();
        loop {
            match script.next(Some(SHORT / 2)) {
                Next::Asked(asked) => held.push(asked),
                Next::Over => return,
                Next::Nothing => {
                    for asked in held.drain(held.len() / 2..).rev() {
                        script.answer(&asked, &asked.object(asked.link().index()));
                    }
                }
            }
        }
    })
}

/// A kernel that answers one at a time, and always a little late.
fn slow_kernel() -> Kernel {
    Kernel::answering(|asked| vec![asked.object(asked.link().index())])
}

/// Tasks that ask one after the other, some of them impatient. Whatever is answered must be the asker's own, and
/// nothing may be lost, or be left over.
async fn crowd(ip: &Handle<Async>, tasks: u32, requests: u32) -> u32 {
    let mut set = JoinSet::new();
    for task in 0..tasks {
        let ip = ip.clone();
        set.spawn(async move {
            let mut dropped = 0;
            for request in 0..requests {
                let index = task * requests + request + 1;
                let get = async { ip.link().get(index).await.map(|link| link.index()) };
                if (task + request) % 3 != 0 {
                    assert_eq!(get.await.unwrap(), index);
                } else if let Ok(answer) = timeout(SHORT / 2, get).await {
                    assert_eq!(answer.unwrap(), index);
                } else {
                    dropped += 1;
                }
            }
            dropped
        });
    }
    let mut dropped = 0;
    while let Some(task) = set.join_next().await {
        dropped += task.unwrap();
    }
    dropped
}

#[test]
fn many_wait_and_none_is_forgotten() {
    in_both(|| async {
        let kernel = late_kernel();
        let ip = handle(kernel.connection(0));
        let dropped = timeout(LONG, crowd(&ip, 64, 80)).await.expect("somebody was not woken");
        assert_at_rest(&ip);
        eprintln!("64 tasks, 5,120 requests, {dropped} dropped");
    });
}

#[test]
fn the_last_to_leave_meets_the_first_to_come() {
    in_both(|| async {
        let kernel = slow_kernel();
        let ip = handle(kernel.connection(0));
        timeout(LONG, crowd(&ip, 2, 2_000)).await.expect("somebody was not woken");
        assert_at_rest(&ip);
    });
}

/// A kernel that keeps quiet about the links whose index is odd, until it is asked for an even one.
fn grudging_kernel() -> Kernel {
    let mut held: Vec<Asked> = Vec::new();
    Kernel::new(move |script| {
        while let Some(asked) = script.wait() {
            if asked.link().index() % 2 == 1 {
                held.push(asked);
                continue;
            }
            for late in held.drain(..) {
                script.answer(&late, &late.object(late.link().index()));
            }
            script.answer(&asked, &asked.object(asked.link().index()));
        }
    })
}

#[test]
fn a_timeout_is_an_error_and_the_late_answer_disturbs_nobody() {
    in_both(|| async {
        let kernel = grudging_kernel();
        let ip = handle(kernel.connection(0));
        for _ in 0..3 {
            let error = ip.link().get(7).timeout(SHORT).await.unwrap_err();
            assert!(error.is_timed_out(), "{error}");
            assert_eq!(error.to_string(), "get link 7: no answer in time");
            assert_at_rest(&ip);
            // The answer to the first comes before this one.
            assert_eq!(ip.link().get(8).await.unwrap().index(), 8);
        }
        assert_at_rest(&ip);
    });
}

#[test]
fn a_timeout_is_an_error_where_a_thread_waits() {
    let kernel = grudging_kernel();
    let ip = blocking(kernel.connection(0));
    for _ in 0..3 {
        let error = ip.link().get(7).timeout(SHORT).wait().unwrap_err();
        assert!(error.is_timed_out(), "{error}");
        assert_eq!(ip.link().get(8).wait().unwrap().index(), 8);
    }
}

#[test]
fn a_future_that_is_dropped_leaves_nothing_behind() {
    in_both(|| async {
        let kernel = grudging_kernel();
        let ip = handle(kernel.connection(0));
        let other = ip.clone();
        // It waits, and its answer is received by the one who asks for 8.
        let waits = ::tokio::spawn(async move { other.link().get(9).await });
        let mut dropped = Box::pin(ip.link().get(7).into_future());
        assert!(futures::poll!(&mut dropped).is_pending());
        drop(dropped);
        ::tokio::task::yield_now().await;
        while !waits.is_finished() {
            assert_eq!(ip.link().get(8).await.unwrap().index(), 8);
        }
        assert_eq!(waits.await.unwrap().unwrap().index(), 9);
        assert_at_rest(&ip);
    });
}

#[test]
fn threads_share_a_handle() {
    let kernel = slow_kernel();
    let ip = blocking(kernel.connection(0));
    std::thread::scope(|scope| {
        for thread in 1..=4 {
            let ip = ip.clone();
            scope.spawn(move || {
                for request in 0..1_000 {
                    let index = thread * 10_000 + request;
                    assert_eq!(ip.link().get(index).wait().unwrap().index(), index);
                }
            });
        }
    });
}

#[test]
fn a_handle_outlives_the_runtime_in_which_it_waited() {
    let kernel = slow_kernel();
    let ip = handle(kernel.connection(0));
    for _ in 0..20 {
        for runtime in [current_thread(), multi_thread()] {
            assert_eq!(runtime.block_on(ip.link().get(5).into_future()).unwrap().index(), 5);
        }
    }
    assert_at_rest(&ip);
}

#[test]
fn who_waits_in_two_runtimes_is_not_left_alone_when_one_ends() {
    let kernel = grudging_kernel();
    let ip = handle(kernel.connection(0));
    let (first, second) = (multi_thread(), multi_thread());
    let get = |index| {
        let ip = ip.clone();
        async move { ip.link().get(index).await.map(|link| link.index()) }
    };
    // The socket is registered with the first runtime; the second one's task waits on it, too.
    let lost = first.spawn(get(7));
    while ip.connection().lock().waiting.left_over().0 < 1 {
        std::thread::yield_now();
    }
    let kept = second.spawn(get(9));
    while ip.connection().lock().waiting.left_over().0 < 2 {
        std::thread::yield_now();
    }
    drop(first);
    assert!(second.block_on(lost).unwrap_err().is_cancelled());
    // The answers are on their way, and whoever is woken takes them.
    ip.connection().socket.send(&even_request(&ip)).unwrap();
    let answer = second.block_on(async { timeout(LONG, kept).await.expect("not woken") });
    assert_eq!(answer.unwrap().unwrap(), 9);
    assert_at_rest(&ip);
}

#[test]
fn who_waits_in_a_runtime_that_is_idle_keeps_nobody_waiting_in_another() {
    let kernel = grudging_kernel();
    let ip = handle(kernel.connection(0));
    let (idle, busy) = (current_thread(), current_thread());
    let other = ip.clone();
    let waits = idle.spawn(async move { other.link().get(7).await.map(|link| link.index()) });
    idle.block_on(async {
        while ip.connection().lock().waiting.left_over().0 == 0 {
            ::tokio::task::yield_now().await;
        }
    });
    let answer = busy.block_on(async { timeout(LONG / 2, ip.link().get(8).into_future()).await });
    assert_eq!(answer.expect("not woken").unwrap().index(), 8);
    assert_eq!(idle.block_on(waits).unwrap().unwrap(), 7);
    assert_at_rest(&ip);
}

/// A request for a link with an even index that nobody waits for.
fn even_request(ip: &Handle<Async>) -> Vec<u8> {
    use netlink_packet::{Build, Expect, Flags};
    let mut message = crate::LinkMessage::build().index(8).into_buffer();
    let mut state = ip.connection().lock();
    let begun = state.conversation.request(&mut message, 18, Flags::empty(), Expect::Answer, ());
    let sequence = begun.unwrap();
    state.conversation.close(sequence);
    message.message().unwrap().to_vec()
}

#[test]
fn an_answer_that_does_not_decode_fails_its_own_request() {
    in_both(|| async {
        let kernel = Kernel::answering(|asked| match asked.link().index() {
            // A header and half of a link.
            1 => vec![asked.short_object()],
            // A message that says it is longer than the datagram.
            2 => vec![asked.object(2)[..30].to_vec()],
            // Noise, an answer to nobody, and then the answer.
            3 => vec![vec![0xa5; 7], vec![0; 40], vec![0xff; 64], asked.stranger(), asked.object(3)],
            // An acknowledgement where an object was asked for.
            4 => vec![asked.ack(0)],
            _ => vec![asked.ack(EPERM)],
        });
        let ip = handle(kernel.connection(0));
        let failed = |index: u32| {
            let ip = ip.clone();
            async move { ip.link().get(index).await.map(drop).unwrap_err().to_string() }
        };
        assert_eq!(failed(1).await, "get link 1: LinkMessage is too short: its header has 16 bytes, found 8");
        assert_eq!(failed(2).await, "get link 2: the answer is malformed");
        assert_eq!(ip.link().get(3).await.unwrap().index(), 3);
        assert_eq!(failed(4).await, "get link 4: done, but the kernel did not return the object");
        assert_eq!(failed(5).await, "get link 5: operation not permitted");
        assert_at_rest(&ip);
    });
}

/// A connection that hears what this kernel sends to all, with little room for it.
fn narrow(kernel: &Kernel) -> Connection {
    let connection = kernel.connection(1);
    let dump = connection.dump_socket().unwrap();
    for socket in [&connection.socket, &dump.socket] {
        socket.set_recv_buffer(0).unwrap();
        socket.add_membership(1).unwrap();
    }
    connection.give_back(dump);
    connection
}

#[test]
fn an_overrun_ends_what_waits() {
    if !namespace::enter() {
        return;
    }
    in_both(|| async {
        let kernel = Kernel::silent();
        let ip = handle(narrow(&kernel));
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(ip.link().get(7).into_future())).collect();
        for waiting in &mut waiting {
            assert!(futures::poll!(waiting).is_pending());
        }
        kernel.flood();
        let started = Instant::now();
        for waiting in waiting {
            let error = waiting.await.unwrap_err();
            assert!(error.is_lost(), "{error}");
        }
        assert!(started.elapsed() < LONG / 2, "the clock has ended it, not the overrun");
        assert_at_rest(&ip);
    });
}

#[test]
fn an_overrun_ends_a_batch() {
    if !namespace::enter() {
        return;
    }
    in_both(|| async {
        let kernel = Kernel::silent();
        let ip = handle(narrow(&kernel));
        kernel.flood();
        let started = Instant::now();
        // As many as go into one packet, where there is so little room.
        let results = ip.batch([ip.link().delete(1).into(), ip.link().delete(2).into()]).await;
        assert!(results.into_iter().all(|result| result.is_err_and(|error| error.is_lost())));
        assert!(started.elapsed() < LONG / 2, "the clock has ended it, not the overrun");
        assert_at_rest(&ip);
    });
}

#[test]
fn an_overrun_ends_the_wait_of_a_thread() {
    if !namespace::enter() {
        return;
    }
    let kernel = Kernel::silent();
    let ip = blocking(narrow(&kernel));
    kernel.flood();
    let started = Instant::now();
    assert!(ip.link().get(7).wait().unwrap_err().is_lost());
    let results = ip.batch([ip.link().delete(1).into(), ip.link().delete(2).into()]).wait();
    assert!(results.into_iter().all(|result| result.is_err_and(|error| error.is_lost())));
    assert!(started.elapsed() < LONG / 2, "the clock has ended it, not the overrun");
}

#[test]
fn what_has_to_wait_says_what_the_runtime_lacks() {
    let bare = |io: bool| {
        let mut builder = Builder::new_current_thread();
        if io { builder.enable_io().build().unwrap() } else { builder.enable_time().build().unwrap() }
    };
    for (io, wanted) in [(false, "no I/O"), (true, "no timers")] {
        let kernel = Kernel::silent();
        let ip = handle(kernel.connection(4));
        bare(io).block_on(async {
            let errors = [
                ip.link().get(7).await.map(drop),
                ip.link().list().await.map(drop),
                ip.link().list().for_each(|_| ()).await,
                ip.batch([ip.link().delete(1).into()]).await.pop().unwrap(),
                ip.link().delete("eth0").await,
            ];
            for error in errors.map(Result::unwrap_err) {
                assert!(error.to_string().contains(wanted), "{error}");
            }
        });
        assert_at_rest(&ip);
    }
}
