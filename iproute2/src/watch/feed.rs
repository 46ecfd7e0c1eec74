//! The sockets of a watch: one for notifications, and one for the running list. Nothing here waits.

use super::audit::Audits;
use super::core::Core;
use super::socket::{open_socket, receive};
use super::topic::list::{Topic, TopicSet};
use crate::connection::{ANY_PORT, Connection};
use crate::driver::call::send;
use crate::driver::dump::DumpSocket;
use crate::driver::receive::{ROOM, Received, own};
use crate::driver::waiter::Waiter;
use crate::error::{Error, ErrorKind, KernelError, Result, io_kind};
use crate::trace::{self, Log};
use bytes::BytesMut;
use netlink_packet::{Dump, Failure, Flags, HEADER_LEN, Header, Messages, NLMSG_NOOP};
use netlink_sys::{DatagramInfo, Socket};
use rtnetlink::LinkMessage;
use rtnetlink::message::RTM_GETLINK;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// Objects processed in one turn, which takes about a millisecond.
const TURN: usize = 1_000;

/// The index of the loopback device in every namespace.
const LOOPBACK: u32 = 1;

/// A watch and its sockets.
pub(super) struct Feed {
    connection: Arc<Connection>,
    pub(super) socket: Arc<Socket>,
    chunk: BytesMut,
    room: usize,
    pub(super) core: Core,
    pub(super) audits: Audits,
    pub(super) list: Option<RunningList>,
}

/// A running list.
pub(super) struct RunningList {
    pub(super) socket: DumpSocket,
    dump: Dump,
    topic: Topic,
    request: Vec<u8>,
}

impl Feed {
    pub(super) fn open(
        connection: &Arc<Connection>,
        topics: TopicSet,
        others: &[u32],
        buffer: Option<usize>,
        audits: Option<Duration>,
    ) -> Result<Self> {
        let groups_of = |topics: TopicSet| -> Vec<u32> {
            topics.iter().flat_map(|topic| topic.facts().groups).map(|group| group.0).collect()
        };
        let raw_groups = [groups_of(topics), others.to_vec()].concat();
        // A kernel without next hops lacks their group, and nothing is missed.
        let tracked = topics.with_helpers();
        let hints = tracked.iter().flat_map(|topic| topic.facts().hints).map(|group| group.0);
        let helpers: Vec<u32> = groups_of(tracked).into_iter().chain(hints).collect();
        let socket = open_socket(connection, &raw_groups, &helpers, buffer)
            .map_err(|error| failed("", io_kind(error)))?;
        Ok(Feed {
            connection: Arc::clone(connection),
            socket: Arc::new(socket),
            chunk: BytesMut::new(),
            room: ROOM,
            core: Core::new(topics, raw_groups),
            audits: Audits::new(audits, Instant::now()),
            list: None,
        })
    }

    /// Receives one datagram of notifications; `Pending` if there is none.
    pub(super) fn poll_event<W: Waiter>(
        &mut self,
        place: &mut W::Place,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        own(&self.socket)?;
        if self.core.asks_for_the_end() {
            W::look(place);
        }
        let Feed { socket, chunk, room, core, .. } = self;
        W::poll_io(place, socket, cx, |socket| {
            let received = receive(chunk, room, socket);
            trace::heard(chunk, || Some(&trace::ROUTE));
            match received {
                Ok(Some(_)) if chunk.is_empty() => (),
                Ok(Some(datagram)) if datagram.is_truncated() => core.truncated(),
                Ok(Some(DatagramInfo { group, namespace_id, .. })) => {
                    core.datagram(chunk, group, namespace_id);
                }
                Ok(None) => core.overrun(),
                // Work may have been waiting for the queue to be empty.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && core.queue_is_empty() => (),
                Err(error) => return Err(error),
            }
            Ok(())
        })
    }

    /// Marks the end of the queue, if something waits until all is read that was queued.
    pub(super) fn mark_queue(&mut self) -> io::Result<()> {
        let Some(mark) = self.core.unsent_mark() else { return Ok(()) };
        let request = message(NLMSG_NOOP, Flags::REQUEST | Flags::ACK, mark.sequence(), &[]);
        send(&Log::default(), &self.socket, &request, &trace::ROUTE)?;
        self.core.mark_sent();
        Ok(())
    }

    /// Does one turn of long work.
    pub(super) fn turn(&mut self) {
        let began = self.begin_to_work();
        self.core.turn(TURN);
        self.end_work(began);
    }

    /// The CPU time of audits is limited; no other work is timed.
    pub(super) fn begin_to_work(&self) -> Option<Instant> {
        self.core.is_auditing().then(Instant::now)
    }

    pub(super) fn end_work(&mut self, began: Option<Instant>) {
        if let Some(began) = began {
            self.audits.worked(began.elapsed());
        }
    }

    /// Begins the next list, if one is needed and none is running. Returns whether it did.
    pub(super) fn begin_list(&mut self) -> Result<bool> {
        let Some(topic) = self.core.begin_list() else { return self.begin_audit() };
        match self.ask(topic) {
            Ok(list) => {
                self.list = Some(list);
                Ok(true)
            }
            Err(error) => {
                self.core.list_failed();
                Err(failed(topic.name(), io_kind(error)))
            }
        }
    }

    /// Begins the next audit, if it is time.
    fn begin_audit(&mut self) -> Result<bool> {
        if !self.core.may_audit() {
            return Ok(false);
        }
        let now = Instant::now();
        self.audits.look(now, self.core.statistics().events, self.core.tracked());
        let Some(topic) = self.audits.next(now, self.core.statistics().audit_differences) else {
            return Ok(false);
        };
        self.core.begin_audit(topic);
        match self.ask(topic) {
            Ok(list) => self.list = Some(list),
            Err(error) => self.list_failed(failed(topic.name(), io_kind(error)))?,
        }
        Ok(self.list.is_some())
    }

    /// A list failed. If it was an audit that nobody waits for, that is not an error: there will be another.
    fn list_failed(&mut self, error: Error) -> Result<()> {
        let is_passed_over = self.core.is_auditing() && !self.audits.is_awaited();
        self.core.list_failed();
        if is_passed_over {
            log::warn!("an audit failed: {error}");
            return Ok(());
        }
        Err(error)
    }

    fn ask(&self, topic: Topic) -> io::Result<RunningList> {
        let mut socket = self.connection.dump_socket()?;
        // A link is requested first, since that waits for the kernel's lock (RTNL): notifications can arrive before the change
        // is complete, and dumps of routes do not take the lock.
        let barrier = socket.sequence;
        let sequence = barrier.checked_add(1).unwrap_or(1);
        socket.sequence = sequence.checked_add(1).unwrap_or(1);
        let loopback = LinkMessage::build().index(LOOPBACK);
        let loopback = message(RTM_GETLINK, Flags::REQUEST, barrier, loopback.view().as_bytes());
        let get = topic.facts().types.get;
        let request = message(get, Flags::REQUEST | Flags::DUMP, sequence, &topic.request());
        for message in [&loopback, &request] {
            send(&socket.room.log, &socket.socket, message, &trace::ROUTE)?;
        }
        socket.chunk.clear();
        Ok(RunningList { socket, dump: Dump::new(ANY_PORT, sequence), topic, request })
    }

    /// Takes the result of a receive on the list's socket. `TimedOut` is an error, and the list is repeated.
    pub(super) fn list_received(&mut self, received: io::Result<Received>) -> Result<()> {
        let Some(list) = &mut self.list else { return Ok(()) };
        match received {
            Ok(Received::Datagram { full_length }) => {
                if full_length > list.socket.chunk.len() {
                    list.dump.truncated(full_length);
                    self.connection.make_room(list.socket.room.bytes);
                }
                let mut messages = Messages::new(&list.socket.chunk);
                let listed = std::iter::from_fn(|| list.dump.read(&mut messages));
                self.core.listed(listed.map(|message| (message.header.message_type, message.bytes)));
                list.socket.chunk.clear();
            }
            Ok(Received::Overrun) => list.dump.overrun(),
            Err(error) => {
                let topic = list.topic;
                self.list = None;
                return self.list_failed(failed(topic.name(), io_kind(error)));
            }
        }
        Ok(())
    }

    /// Whether the list has ended, in any way: then call [`end_list`](Self::end_list).
    pub(super) fn list_is_over(&self) -> bool {
        self.list.as_ref().is_some_and(|list| list.dump.ending().is_some())
    }

    /// Returns the list's socket to the pool, and processes how the list ended.
    pub(super) fn end_list(&mut self) -> Result<()> {
        let Some(RunningList { socket, dump, topic, request }) = self.list.take() else { return Ok(()) };
        let ending = dump.ending().cloned().unwrap_or(Err(Failure::Malformed));
        if dump.is_finished() {
            self.connection.give_back(socket);
        }
        match ending {
            Ok(()) => self.core.list_ended(true),
            Err(Failure::Interrupted) => {
                self.audits.interrupted(topic);
                self.core.list_ended(false);
            }
            // A kernel without next hops has none for routes to use.
            Err(Failure::Kernel(_)) if self.core.is_helper(topic) => {
                self.core.list_ended(true);
            }
            Err(Failure::Kernel(refusal)) => {
                let diagnostic = refusal.diagnose(&request, None);
                let refused = KernelError { errno: refusal.errno, diagnostic };
                return self.list_failed(failed(topic.name(), ErrorKind::Kernel(Box::new(refused))));
            }
            Err(failure) => {
                log::warn!("listing {} again: {failure:?}", topic.name());
                self.audits.interrupted(topic);
                self.core.list_failed();
            }
        }
        Ok(())
    }
}

fn message(kind: u16, flags: Flags, sequence: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(HEADER_LEN + body.len()).unwrap_or(u32::MAX);
    let header = Header { length, message_type: kind, flags, sequence, port: 0 };
    [&header.to_bytes(), body].concat()
}

pub(super) fn failed(object: &str, kind: ErrorKind) -> Error {
    Error::new("watch", object.to_owned(), kind)
}

/// Lists by their datagrams: every way in which one can end.
#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::{NLMSG_DONE, NLMSG_ERROR};
    use netlink_sys::errno::EOPNOTSUPP;
    use rtnetlink::message::RTM_NEWLINK;
    use std::io;

    const SEQUENCE: u32 = 7;

    fn link(index: u32) -> Vec<u8> {
        let mut body = [0; 16];
        body[4..8].copy_from_slice(&index.to_ne_bytes());
        message(RTM_NEWLINK, Flags::MULTI, SEQUENCE, &body)
    }

    fn end(kind: u16, errno: i32, flags: Flags) -> Vec<u8> {
        let mut body = errno.to_ne_bytes().to_vec();
        if kind == NLMSG_ERROR {
            body.extend(Header::default().to_bytes());
        }
        message(kind, flags, SEQUENCE, &body)
    }

    /// Empties the queue, and does all work that is possible then.
    fn empty(feed: &mut Feed) {
        feed.core.queue_is_empty();
        while feed.core.turn(1) {}
    }

    /// A watch with a running list of a topic, without a kernel.
    fn listing(topics: &[Topic], topic: Topic) -> Feed {
        let connection = Arc::new(Connection::open(None).unwrap());
        let mut feed =
            Feed::open(&connection, topics.iter().copied().collect(), &[], Some(4096), None).unwrap();
        empty(&mut feed);
        while feed.core.begin_list().unwrap() != topic {
            feed.core.list_ended(true);
            empty(&mut feed);
        }
        let socket = connection.dump_socket().unwrap();
        feed.list =
            Some(RunningList { socket, dump: Dump::new(ANY_PORT, SEQUENCE), topic, request: Vec::new() });
        feed
    }

    fn receive(feed: &mut Feed, datagram: &[u8], lost: usize) -> Result<()> {
        feed.list.as_mut().unwrap().socket.chunk.extend_from_slice(datagram);
        feed.list_received(Ok(Received::Datagram { full_length: datagram.len() + lost }))?;
        if feed.list_is_over() { feed.end_list() } else { Ok(()) }
    }

    /// The number of known links, whether they have to be listed again, and the number of interrupted lists.
    fn outcome(feed: &mut Feed) -> (usize, bool, u64) {
        empty(feed);
        (feed.core.mirror().links().count(), !feed.core.is_settled(), feed.core.statistics().interrupted)
    }

    #[test]
    fn a_list_that_ends_well() {
        let mut feed = listing(&[Topic::Link], Topic::Link);
        receive(&mut feed, &[link(1), link(2)].concat(), 0).unwrap();
        receive(&mut feed, &[link(3), end(NLMSG_DONE, 0, Flags::MULTI)].concat(), 0).unwrap();
        assert_eq!(outcome(&mut feed), (3, false, 0));
    }

    #[test]
    fn a_list_that_was_interrupted() {
        let mut feed = listing(&[Topic::Link], Topic::Link);
        receive(&mut feed, &link(1), 0).unwrap();
        receive(&mut feed, &end(NLMSG_DONE, 0, Flags::MULTI | Flags::DUMP_INTR), 0).unwrap();
        let (links, again, interrupted) = outcome(&mut feed);
        assert_eq!((links, again, interrupted), (1, true, 1));
        assert!(!feed.core.is_ready(), "that is not the state yet");
    }

    #[test]
    fn a_list_that_was_cut_off() {
        let mut feed = listing(&[Topic::Link], Topic::Link);
        receive(&mut feed, &link(1), 100).unwrap();
        assert_eq!(outcome(&mut feed), (0, true, 0));
        assert!(!feed.core.is_ready());
    }

    #[test]
    fn a_list_that_is_refused_or_fails_at_its_end() {
        for kind in [NLMSG_ERROR, NLMSG_DONE] {
            let mut feed = listing(&[Topic::Link], Topic::Link);
            receive(&mut feed, &link(1), 0).unwrap();
            let error = receive(&mut feed, &end(kind, -EOPNOTSUPP, Flags::MULTI), 0).unwrap_err();
            assert!(error.is_not_supported() && error.to_string().starts_with("watch links"), "{error}");
            assert_eq!(outcome(&mut feed), (0, true, 0), "the next call asks again");
        }
    }

    #[test]
    fn the_kernel_answers_marks() {
        let mut feed = listing(&[Topic::Link], Topic::Link);
        receive(&mut feed, &end(NLMSG_DONE, 0, Flags::MULTI), 0).unwrap();
        empty(&mut feed);
        for _ in 0..2 {
            feed.core.begin_to_catch_up();
            feed.mark_queue().unwrap();
            assert!(feed.core.unsent_mark().is_none() && !feed.core.has_caught_up());
            // The answer is there at once. An empty queue would tell as well, so nothing is read behind it.
            while !feed.core.has_caught_up() {
                super::receive(&mut feed.chunk, &mut feed.room, &feed.socket).unwrap();
                feed.core.datagram(&feed.chunk, None, None);
            }
        }
    }

    #[test]
    fn a_kernel_without_next_hops_has_none() {
        let mut feed = listing(&[Topic::Route4], Topic::NextHop);
        receive(&mut feed, &end(NLMSG_ERROR, -EOPNOTSUPP, Flags::empty()), 0).unwrap();
        assert!(feed.list.is_none() && feed.core.mirror().next_hops().next().is_none());
        let mut feed = listing(&[Topic::NextHop], Topic::NextHop);
        receive(&mut feed, &end(NLMSG_ERROR, -EOPNOTSUPP, Flags::empty()), 0).unwrap_err();
    }

    #[test]
    fn a_list_whose_socket_fails() {
        for accident in [Ok(Received::Overrun), Err(io::ErrorKind::TimedOut.into())] {
            let mut feed = listing(&[Topic::Link], Topic::Link);
            receive(&mut feed, &link(1), 0).unwrap();
            let is_error = accident.is_err();
            assert_eq!(feed.list_received(accident).is_err(), is_error);
            if feed.list_is_over() {
                feed.end_list().unwrap();
            }
            assert!(feed.list.is_none());
            assert_eq!(outcome(&mut feed), (0, true, 0));
        }
    }
}
