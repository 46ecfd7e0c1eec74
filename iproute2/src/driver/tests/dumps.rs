//! Dumps of a kernel that is late, interrupts, refuses, or says more than there is room for.

use super::kernel::{Asked, Kernel, LONG};
use super::{SHORT, assert_at_rest, blocking, current_thread, handle, in_both, namespace};
use crate::connection::Connection;
use crate::{LinkMessage, Veth};
use ::tokio::time::timeout;
use futures::{FutureExt, TryStreamExt};
use netlink_packet::{Build, Flags, HEADER_LEN, Header, NLMSG_DONE, Packet};
use netlink_sys::Socket;
use netlink_sys::errno::{EAGAIN, EBUSY, EINVAL, ENOBUFS, EPERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;

/// A dump of three links in two datagrams, and its end.
fn three(asked: &Asked) -> Vec<Vec<u8>> {
    vec![asked.part(1), [padded(asked.part(2)), asked.part(3)].concat(), asked.done(0)]
}

/// The message with the padding that it needs where another one follows.
fn padded(mut message: Vec<u8>) -> Vec<u8> {
    message.resize(netlink_packet::align(message.len()), 0);
    message
}

fn indices(links: &[Packet<LinkMessage>]) -> Vec<u32> {
    links.iter().map(|link| link.index()).collect()
}

#[test]
fn a_dump_that_comes_late_comes() {
    in_both(|| async {
        let kernel = Kernel::answering(three);
        let ip = handle(kernel.connection(1));
        for _ in 0..50 {
            assert_eq!(indices(&ip.link().list().await.unwrap()), [1, 2, 3]);
            assert_eq!(indices(&ip.link().list().stream().try_collect::<Vec<_>>().await.unwrap()), [1, 2, 3]);
            let mut seen = Vec::new();
            ip.link().list().for_each(|link| seen.push(link.index())).await.unwrap();
            assert_eq!(seen, [1, 2, 3]);
        }
        assert_at_rest(&ip);
    });
}

#[test]
fn a_dump_that_comes_late_comes_to_a_thread() {
    let kernel = Kernel::answering(three);
    let ip = blocking(kernel.connection(1));
    for _ in 0..50 {
        assert_eq!(indices(&ip.link().list().wait().unwrap()), [1, 2, 3]);
        assert_eq!(indices(&ip.link().list().iter().collect::<crate::Result<Vec<_>>>().unwrap()), [1, 2, 3]);
        let mut seen = Vec::new();
        ip.link().list().for_each(|link| seen.push(link.index())).unwrap();
        assert_eq!(seen, [1, 2, 3]);
    }
}

#[test]
fn the_socket_of_a_list_that_is_over_is_free_though_its_future_lives() {
    in_both(|| async {
        let kernel = Kernel::answering(three);
        let ip = handle(kernel.connection(1));
        let mut kept = Vec::new();
        for _ in 0..20 {
            let mut list = Box::pin(ip.link().list().into_future());
            assert_eq!(indices(&(&mut list).await.unwrap()), [1, 2, 3]);
            let mut visit = Box::pin(ip.link().list().for_each(|_| ()));
            (&mut visit).await.unwrap();
            kept.push((list, visit));
        }
    });
}

#[test]
fn a_stream_that_is_moved_to_another_runtime_is_woken_there() {
    let (go, may_go) = channel();
    let kernel = Kernel::new(move |script| {
        while let Some(asked) = script.wait() {
            let _ = may_go.recv();
            three(&asked).iter().for_each(|message| script.answer(&asked, message));
        }
    });
    let ip = handle(kernel.connection(1));
    let busy = current_thread();
    for ends in [false, true] {
        let first = current_thread();
        let mut links = ip.link().list().stream();
        {
            let _inside = first.enter();
            assert!(links.next().now_or_never().is_none());
        }
        let _idle = (!ends).then_some(first);
        go.send(()).unwrap();
        let all = busy.block_on(async { timeout(LONG / 2, links.try_collect::<Vec<_>>()).await });
        assert_eq!(indices(&all.expect("not woken").unwrap()), [1, 2, 3]);
    }
    assert_at_rest(&ip);
}

#[test]
fn a_timeout_goes_on_in_another_runtime() {
    let kernel = Kernel::silent();
    let ip = handle(kernel.connection(1));
    let (idle, busy) = (current_thread(), current_thread());
    let mut links = ip.link().list().timeout(SHORT).stream();
    {
        let _inside = idle.enter();
        assert!(links.next().now_or_never().is_none());
    }
    let next = busy.block_on(async { timeout(LONG / 2, links.next()).await });
    let error = next.expect("not woken").unwrap().unwrap_err();
    assert!(error.is_timed_out(), "{error}");
}

/// A kernel whose dumps are interrupted some times, which every other dump says by its end, and then give one link more each.
fn changing_kernel(times: u32) -> (Kernel, Arc<AtomicU32>) {
    let count = Arc::new(AtomicU32::new(0));
    let asked_for = Arc::clone(&count);
    let kernel = Kernel::answering(move |asked| {
        let count = count.fetch_add(1, Ordering::Relaxed);
        match count < times {
            true if count % 2 == 0 => {
                vec![asked.part(100 + count), asked.interrupted_part(200), asked.done(0)]
            }
            true => vec![asked.part(100 + count), asked.part(200), asked.done(EAGAIN)],
            false => three(asked),
        }
    });
    (kernel, asked_for)
}

#[test]
fn a_list_that_changes_interrupt_is_repeated() {
    in_both(|| async {
        let (kernel, asked_for) = changing_kernel(15);
        let ip = handle(kernel.connection(1));
        assert_eq!(indices(&ip.link().list().await.unwrap()), [1, 2, 3]);
        assert_eq!(asked_for.load(Ordering::Relaxed), 16);
    });
    let (kernel, asked_for) = changing_kernel(15);
    let ip = blocking(kernel.connection(1));
    assert_eq!(indices(&ip.link().list().wait().unwrap()), [1, 2, 3]);
    assert_eq!(asked_for.load(Ordering::Relaxed), 16);
}

#[test]
fn a_list_is_not_repeated_forever() {
    in_both(|| async {
        let (kernel, asked_for) = changing_kernel(u32::MAX);
        let ip = handle(kernel.connection(1));
        let error = ip.link().list().await.unwrap_err();
        assert!(error.is_interrupted(), "{error}");
        assert_eq!(error.to_string(), "list links: interrupted by changes");
        assert_eq!(asked_for.load(Ordering::Relaxed), 16);
    });
    let (kernel, _) = changing_kernel(u32::MAX);
    assert!(blocking(kernel.connection(1)).link().list().wait().unwrap_err().is_interrupted());
}

#[test]
fn a_stream_says_that_it_was_interrupted() {
    in_both(|| async {
        let (kernel, _) = changing_kernel(2);
        let ip = handle(kernel.connection(1));
        let mut links = ip.link().list().stream();
        assert_eq!(links.next().await.unwrap().unwrap().index(), 100);
        assert_eq!(links.next().await.unwrap().unwrap().index(), 200);
        assert!(links.next().await.unwrap().unwrap_err().is_interrupted());
        assert!(links.next().await.is_none());
        assert!(links.next().await.is_none());
        assert!(ip.link().list().for_each(|_| ()).await.unwrap_err().is_interrupted());
        // The sockets of both are as good as new.
        assert_eq!(indices(&ip.link().list().await.unwrap()), [1, 2, 3]);
    });
    let (kernel, _) = changing_kernel(2);
    let ip = blocking(kernel.connection(1));
    let mut links = ip.link().list().iter();
    assert_eq!(links.by_ref().filter(Result::is_ok).count(), 2);
    assert!(links.next().is_none());
    assert!(ip.link().list().for_each(|_| ()).unwrap_err().is_interrupted());
}

#[test]
fn a_dump_that_is_refused_at_its_end_is_an_error() {
    in_both(|| async {
        let kernel = Kernel::answering(|asked| vec![asked.part(1), asked.done(EPERM)]);
        let ip = handle(kernel.connection(1));
        for _ in 0..3 {
            let error = ip.link().list().await.unwrap_err();
            assert_eq!(error.to_string(), "list links: operation not permitted (after 1 reply)");
            assert!(error.is_not_permitted());
        }
        let mut links = ip.link().list().stream();
        assert_eq!(links.next().await.unwrap().unwrap().index(), 1);
        assert!(links.next().await.unwrap().unwrap_err().is_not_permitted());
        assert!(ip.link().list().for_each(|_| ()).await.unwrap_err().is_not_permitted());
    });
    let kernel = Kernel::answering(|asked| vec![asked.part(1), asked.done(EPERM)]);
    let ip = blocking(kernel.connection(1));
    assert!(ip.link().list().wait().unwrap_err().is_not_permitted());
    assert!(ip.link().list().for_each(|_| ()).unwrap_err().is_not_permitted());
}

/// What the kernel says at the end of a dump: words, and the attribute of the filter that it points at.
fn is_reported(error: crate::Error) {
    assert_eq!(error.to_string(), "list links 5: invalid argument: no such master (IFLA_MASTER)");
    assert_eq!((error.message(), error.path()), (Some("no such master"), &["IFLA_MASTER"][..]));
    assert!(error.is_invalid());
}

#[test]
fn words_at_the_end_of_a_dump_are_reported() {
    let kernel = || {
        Kernel::answering(move |asked| {
            let mut attributes = asked.link().attributes().raw();
            while !attributes.rest().starts_with(&[8, 0, 10, 0])
                && !attributes.rest().starts_with(&[0, 8, 0, 10])
            {
                attributes.next().expect("the request does not name the master");
            }
            let offset = (HEADER_LEN + asked.body.len() - attributes.rest().len()) as u32;
            assert_eq!(asked.link().master(), Some(5));
            // Once the end has a datagram of its own, and once it is behind the last part.
            let end = asked.done_refusing(EINVAL, "no such master", offset);
            match asked.header.sequence % 2 {
                0 => vec![asked.part(1), end],
                _ => vec![[padded(asked.part(1)), end].concat()],
            }
        })
    };
    in_both(|| async {
        let kernel = kernel();
        let ip = handle(kernel.connection(1));
        let list = || ip.link().list().master(5);
        for _ in 0..2 {
            is_reported(list().await.unwrap_err());
            is_reported(list().for_each(|_| ()).await.unwrap_err());
            // What came before has another master.
            let mut links = list().stream();
            is_reported(links.next().await.unwrap().unwrap_err());
            assert!(links.next().await.is_none());
            is_reported(list().flush().await.unwrap_err());
        }
        assert_at_rest(&ip);
    });
    let kernel = kernel();
    let ip = blocking(kernel.connection(1));
    let list = || ip.link().list().master(5);
    for _ in 0..2 {
        is_reported(list().wait().unwrap_err());
        is_reported(list().for_each(|_| ()).unwrap_err());
        is_reported(list().iter().find_map(Result::err).unwrap());
        is_reported(list().flush().wait().unwrap_err());
    }
}

#[test]
fn what_is_behind_the_end_of_a_dump_may_be_anything() {
    let ends: [fn(&Asked) -> Vec<u8>; 4] = [
        // Attributes that are cut short, no attribute, and an end that says it has some and has none.
        |asked| asked.message(NLMSG_DONE, Flags::MULTI | Flags::ACK_TLVS, &[0, 0, 0, 0, 60, 0, 1, 0, b'x']),
        |asked| asked.message(NLMSG_DONE, Flags::MULTI | Flags::ACK_TLVS, &[0; 6]),
        |asked| asked.message(NLMSG_DONE, Flags::MULTI | Flags::ACK_TLVS, &[0; 4]),
        // A code without the flag, and bytes behind it.
        |asked| asked.message(NLMSG_DONE, Flags::MULTI, &[0; 64]),
    ];
    for end in ends {
        let kernel = Kernel::answering(move |asked| vec![asked.part(1), end(asked)]);
        let ip = blocking(kernel.connection(1));
        assert_eq!(ip.link().list().wait().unwrap().len(), 1);
        assert_eq!(ip.link().list().iter().filter(Result::is_ok).count(), 1);
    }
}

#[test]
fn a_dump_can_be_refused_by_an_acknowledgement() {
    in_both(|| async {
        let kernel = Kernel::answering(|asked| vec![asked.ack(EPERM)]);
        let ip = handle(kernel.connection(3));
        for _ in 0..3 {
            assert!(ip.link().list().await.unwrap_err().is_not_permitted());
        }
    });
}

/// A kernel that can't begin the first dump for want of memory, and goes on with it all the same.
fn short_of_memory() -> Kernel {
    let mut busy = None;
    Kernel::answering(move |asked| match busy {
        None => {
            busy = Some(asked.port());
            vec![asked.ack(ENOBUFS)]
        }
        Some(port) if port == asked.port() => vec![asked.ack(EBUSY)],
        Some(_) => three(asked),
    })
}

#[test]
fn a_socket_whose_dump_may_still_run_is_not_used_again() {
    in_both(|| async {
        let kernel = short_of_memory();
        let ip = handle(kernel.connection(2));
        assert_eq!(ip.link().list().await.unwrap_err().errno(), Some(ENOBUFS));
        for _ in 0..40 {
            assert_eq!(indices(&ip.link().list().await.unwrap()), [1, 2, 3]);
        }
    });
    let kernel = short_of_memory();
    let ip = blocking(kernel.connection(2));
    assert_eq!(ip.link().list().for_each(|_| ()).unwrap_err().errno(), Some(ENOBUFS));
    for _ in 0..40 {
        assert_eq!(indices(&ip.link().list().wait().unwrap()), [1, 2, 3]);
    }
}

#[test]
fn a_real_dump_that_could_not_begin_keeps_no_other_from_it() {
    if !namespace::enter() {
        return;
    }
    let ip = blocking(Connection::open(None).unwrap());
    for n in 0..40 {
        ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}"))).wait().unwrap();
    }
    // Modules of tunnels give each namespace devices of their own.
    let links = ip.link().list().wait().unwrap().len();
    assert!(links >= 81);
    let socket = ip.connection().dump_socket().unwrap();
    socket.socket.set_recv_buffer(32 * 1024).unwrap();
    // Refusals that nobody reads fill the receive buffer but for what one or two more take: a dump can't begin.
    let mut get = LinkMessage::build().index(7777).into_buffer();
    let header = Header { message_type: 18, flags: Flags::REQUEST, sequence: 1 << 30, ..Header::default() };
    let get = get.set_header(header).unwrap();
    while !is_nearly_full(&socket.socket) {
        socket.socket.send(get).unwrap();
    }
    ip.connection().give_back(socket);
    if let Err(error) = ip.link().list().for_each(|_| ()) {
        assert!(error.errno() == Some(ENOBUFS) || error.is_lost(), "{error}");
    }
    for _ in 0..40 {
        assert_eq!(ip.link().list().wait().unwrap().len(), links);
    }
}

/// Whether no more than two short answers have room.
fn is_nearly_full(socket: &Socket) -> bool {
    socket.recv_buffer().unwrap() - socket.recv_queued().unwrap() < 2 * 1024
}

#[test]
fn an_acknowledgement_ends_a_list() {
    let acknowledging = || Kernel::answering(|asked| vec![asked.part(1), asked.part(2), asked.ack(0)]);
    in_both(|| async {
        let kernel = acknowledging();
        let ip = handle(kernel.connection(3));
        assert_eq!(indices(&ip.link().list().await.unwrap()), [1, 2]);
        assert_eq!(indices(&ip.link().list().stream().try_collect::<Vec<_>>().await.unwrap()), [1, 2]);
        ip.link().list().for_each(|_| ()).await.unwrap();
    });
    let kernel = acknowledging();
    assert_eq!(indices(&blocking(kernel.connection(1)).link().list().wait().unwrap()), [1, 2]);
}

/// A kernel before 4.20: it refuses the filter, be it in an ack or at the end of the dump.
fn old_kernel(refuse: fn(&Asked) -> Vec<u8>) -> Kernel {
    Kernel::answering(move |asked| match asked.link().master() {
        Some(_) => vec![refuse(asked)],
        None => three(asked),
    })
}

#[test]
fn a_refused_filter_is_left_out() {
    in_both(|| async {
        for refuse in [(|asked| asked.ack(EINVAL)) as fn(&Asked) -> _, |asked| asked.done(EINVAL)] {
            let kernel = old_kernel(refuse);
            // A ack does not say that the dump is over: it costs its socket.
            let ip = handle(kernel.connection(4));
            for _ in 0..3 {
                let all = ip.link().list().master(7);
                assert!(all.await.unwrap().is_empty(), "the filter is applied here");
            }
            assert_eq!(ip.link().list().await.unwrap().len(), 3);
        }
    });
    let kernel = old_kernel(|asked| asked.ack(EINVAL));
    assert!(blocking(kernel.connection(2)).link().list().master(7).wait().unwrap().is_empty());
}

#[test]
fn what_the_kernel_refuses_without_a_filter_is_an_error() {
    in_both(|| async {
        let kernel = Kernel::answering(|asked| vec![asked.ack(EINVAL)]);
        let ip = handle(kernel.connection(3));
        assert!(ip.link().list().master(7).await.unwrap_err().is_invalid());
        assert!(ip.link().list().await.unwrap_err().is_invalid());
    });
}

/// A dump whose second datagram is longer than a chunk.
fn long(asked: &Asked) -> Vec<Vec<u8>> {
    vec![asked.part(1), asked.long_part(2, 150_000), asked.done(0)]
}

#[test]
fn a_datagram_longer_than_the_chunk_comes_whole() {
    in_both(|| async {
        let kernel = Kernel::answering(long);
        for _ in 0..2 {
            let ip = handle(kernel.connection(1));
            assert_eq!(indices(&ip.link().list().stream().try_collect::<Vec<_>>().await.unwrap()), [1, 2]);
            assert_eq!(indices(&ip.link().list().await.unwrap()), [1, 2]);
            let ip = handle(kernel.connection(1));
            let mut seen = 0;
            ip.link().list().for_each(|_| seen += 1).await.unwrap();
            assert_eq!(seen, 2);
        }
    });
    let kernel = Kernel::answering(long);
    let ip = blocking(kernel.connection(1));
    assert_eq!(ip.link().list().iter().map(|link| link.unwrap().index()).collect::<Vec<_>>(), [1, 2]);
    let mut seen = 0;
    blocking(kernel.connection(1)).link().list().for_each(|_| seen += 1).unwrap();
    assert_eq!(seen, 2);
}

#[test]
fn a_datagram_longer_than_the_room_makes_it_grow() {
    in_both(|| async {
        let kernel = Kernel::answering(long);
        let ip = handle(kernel.connection(0));
        kernel.give_narrow_sockets(ip.connection(), 4);
        let mut links = ip.link().list().stream();
        assert_eq!(links.next().await.unwrap().unwrap().index(), 1);
        let error = links.next().await.unwrap().unwrap_err();
        assert!(matches!(error.kind(), crate::ErrorKind::Truncated { length: 150_000.. }), "{error}");
        drop(links);
        assert_eq!(indices(&ip.link().list().await.unwrap()), [1, 2]);
        let mut seen = 0;
        ip.link().list().for_each(|_| seen += 1).await.unwrap();
        assert_eq!(seen, 2);
    });
    let kernel = Kernel::answering(long);
    let ip = blocking(kernel.connection(0));
    kernel.give_narrow_sockets(ip.connection(), 4);
    assert_eq!(ip.link().list().wait().unwrap().len(), 2);
}

#[test]
fn a_dump_that_never_ends_times_out() {
    in_both(|| async {
        let kernel = Kernel::answering(|asked| match asked.header.flags.contains(Flags::DUMP) {
            true => vec![asked.part(1)],
            false => vec![asked.object(asked.link().index())],
        });
        let ip = handle(kernel.connection(3));
        let error = ip.link().list().timeout(SHORT).await.unwrap_err();
        assert!(error.is_timed_out(), "{error}");
        // Long enough for the first link, on any machine.
        let mut links = ip.link().list().timeout(SHORT * 250).stream();
        assert_eq!(links.next().await.unwrap().unwrap().index(), 1);
        assert!(links.next().await.unwrap().unwrap_err().is_timed_out());
        assert!(links.next().await.is_none());
        assert!(ip.link().list().timeout(SHORT).for_each(|_| ()).await.unwrap_err().is_timed_out());
        // Nothing of them is left but three sockets fewer.
        assert_eq!(ip.link().get(5).await.unwrap().index(), 5);
        assert_at_rest(&ip);
    });
}

#[test]
fn what_an_earlier_dump_left_on_a_socket_is_not_taken_for_the_next() {
    in_both(|| async {
        // The end comes twice, and a link behind it.
        let kernel = Kernel::answering(|asked| {
            let mut answer = three(asked);
            answer.extend([asked.part(9), asked.done(0)]);
            answer
        });
        let ip = handle(kernel.connection(1));
        for _ in 0..10 {
            assert_eq!(indices(&ip.link().list().await.unwrap()), [1, 2, 3]);
        }
    });
}

#[test]
fn lists_and_requests_wait_side_by_side() {
    in_both(|| async {
        let kernel = Kernel::answering(|asked| match asked.header.flags.contains(Flags::DUMP) {
            true => three(asked),
            false => vec![asked.object(asked.link().index())],
        });
        let ip = handle(kernel.connection(4));
        let lists = (0..4).map(|_| async {
            for _ in 0..100 {
                assert_eq!(ip.link().list().await.unwrap().len(), 3);
            }
        });
        let requests = (1..=20).map(|index| {
            let ip = &ip;
            async move {
                for _ in 0..100 {
                    assert_eq!(ip.link().get(index).await.unwrap().index(), index);
                }
            }
        });
        let all =
            futures::future::join(futures::future::join_all(lists), futures::future::join_all(requests));
        tokio::time::timeout(LONG, all).await.expect("somebody was not woken");
        assert_at_rest(&ip);
    });
}
