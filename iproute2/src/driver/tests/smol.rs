//! The same on the reactor of smol: one of its own, with tasks on several threads.

use super::{LONG, SHORT, assert_at_rest, grudging_kernel, late_kernel, slow_kernel};
use crate::connection::Connection;
use crate::handle::Handle;
use crate::smol::Smol;
use async_io::{Timer, block_on};
use futures::future::{Either, join_all, select};
use std::pin::pin;
use std::thread;

fn handle(connection: Connection) -> Handle<Smol> {
    Handle::over(connection).with_timeout(Some(LONG))
}

/// Tasks that ask one after the other, some of them impatient: whatever is answered must be the asker's own.
fn crowd(ip: &Handle<Smol>, threads: u32, tasks: u32, requests: u32) {
    let task = |task: u32| async move {
        for request in 0..requests {
            let index = task * requests + request + 1;
            let get = pin!(async { ip.link().get(index).await.map(|link| link.index()) });
            if (task + request) % 3 != 0 {
                assert_eq!(get.await.unwrap(), index);
            } else if let Either::Left((answer, _)) = select(get, Timer::after(SHORT / 2)).await {
                assert_eq!(answer.unwrap(), index);
            }
        }
    };
    thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || block_on(join_all((thread * tasks..(thread + 1) * tasks).map(task))));
        }
    });
}

#[test]
fn many_wait_and_none_is_forgotten() {
    for (threads, tasks) in [(1, 32), (4, 8)] {
        let kernel = late_kernel();
        let ip = handle(kernel.connection(0));
        crowd(&ip, threads, tasks, 100);
        assert_at_rest(&ip);
    }
}

#[test]
fn the_last_to_leave_meets_the_first_to_come() {
    let kernel = slow_kernel();
    let ip = handle(kernel.connection(0));
    crowd(&ip, 2, 1, 2_000);
    assert_at_rest(&ip);
}

#[test]
fn a_timeout_is_an_error_and_the_late_answer_disturbs_nobody() {
    block_on(async {
        let kernel = grudging_kernel();
        let ip = handle(kernel.connection(0));
        for _ in 0..3 {
            let error = ip.link().get(7).timeout(SHORT).await.unwrap_err();
            assert_eq!(error.to_string(), "get link 7: no answer in time");
            assert_at_rest(&ip);
            assert_eq!(ip.link().get(8).await.unwrap().index(), 8);
        }
        assert_at_rest(&ip);
    });
}
