//! A packet of requests and their results.

use crate::error::{Result, copy_of, io_kind};
use crate::order::{Question, Subject};
use crate::request::is_missing;
use netlink_packet::control::ExtAck;
use netlink_packet::{Buffer, BuildError, Failure, Flags, HEADER_LEN, Header, Outcome, View, align};
use netlink_sys::errno::EEXIST;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// Size limit of a packet, in bytes: larger ones gain nothing.
const PACKET: usize = 16 * 1024;

/// A packet of requests and their results.
#[derive(Default)]
pub(super) struct Outgoing {
    pub(super) packet: Vec<u8>,
    /// The subject of each request in the packet.
    pub(super) subjects: Vec<Subject>,
    /// Files that requests of the packet refer to: they have to be open when it is sent.
    descriptors: Vec<Arc<OwnedFd>>,
    /// Whether one of the requests may change names of devices.
    pub(super) changes_names: bool,
    /// Offset of the last request.
    last: usize,
    /// The result of a request that is not in the packet because it failed earlier or took several steps; it comes
    /// after all others.
    pub(super) apart: Option<Result<()>>,
    /// The sequence number of the packet's first request.
    pub(super) first: u32,
    /// Most requests in a packet.
    pub(super) window: usize,
    pub(super) outcome: Outcome,
    /// Why the packet was not sent, or its answer not received.
    pub(super) broken: Option<io::Error>,
    /// Whether all requests were carried out.
    all_well: bool,
    /// How many results of the packet have been returned, and how many of them were errors.
    given: usize,
    refused: usize,
    /// Offset of the request whose result is next, if not all succeeded.
    at: usize,
    doubts: Doubts,
}

/// Requests that failed because what they add exists: it may be another object that they would have added as well.
#[derive(Default)]
struct Doubts {
    /// How many errors have been examined.
    errors: usize,
    /// The request examined last: its position and its offset.
    place: usize,
    at: usize,
    /// Requests whose other object exists, and how errors name it.
    others: Vec<(usize, String)>,
}

impl Outgoing {
    pub(super) fn is_empty(&self) -> bool {
        self.subjects.is_empty() && self.apart.is_none()
    }

    /// Whether the packet is full.
    #[inline]
    pub(super) fn is_complete(&self) -> bool {
        self.subjects.len() >= self.window
    }

    /// Number of requests.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no more than the window, a part of what fits into 31 bits"
    )]
    #[inline]
    pub(super) fn count(&self) -> u32 {
        self.subjects.len() as u32
    }

    /// Whether a message of this length fits. The first one always does.
    pub(super) fn has_room(&self, length: usize) -> bool {
        self.subjects.is_empty() || self.packet.len() + length <= PACKET
    }

    /// Appends a request without asking for an acknowledgement.
    #[inline(always)]
    pub(super) fn push(
        &mut self,
        subject: Subject,
        message_type: u16,
        flags: Flags,
        message: &mut Buffer,
    ) -> std::result::Result<(), BuildError> {
        let header = Header {
            length: 0,
            message_type,
            flags: (flags - Flags::ACK) | Flags::REQUEST,
            sequence: self.first + self.count(),
            port: 0,
        };
        if !message.descriptors().is_empty() {
            self.descriptors.extend_from_slice(message.descriptors());
        }
        let message = message.set_header(header)?;
        self.last = self.packet.len();
        self.packet.extend_from_slice(message);
        if message.len() % 4 != 0 {
            self.packet.resize(align(self.packet.len()), 0);
        }
        self.subjects.push(subject);
        Ok(())
    }

    /// Makes the last request ask for an acknowledgement.
    pub(super) fn close(&mut self) {
        if let Some(bytes) = self.packet.get_mut(self.last..self.last + HEADER_LEN) {
            if let Some(header) = Header::read(bytes) {
                let header = Header { flags: header.flags | Flags::ACK, ..header };
                bytes.copy_from_slice(&header.to_bytes());
            }
        }
    }

    /// The packet was answered.
    pub(super) fn answered(&mut self, outcome: Outcome) {
        let well = outcome.failure.is_none() && outcome.errors().is_empty() && !outcome.is_uncertain();
        self.all_well = well && self.apart.is_none();
        if let (Some(ext_ack), Some(subject)) = (outcome.ext_ack(), self.subjects.last()) {
            subject.warn(message_at(&self.packet, self.last), ExtAck::cast(ext_ack));
        }
        self.outcome = outcome;
    }

    /// The result of the next request if all succeeded, which is the common case.
    #[inline]
    pub(super) fn give_well(&mut self) -> Option<Result<()>> {
        if !self.all_well || self.given == self.subjects.len() {
            return None;
        }
        self.given += 1;
        Some(Ok(()))
    }

    /// The result of the next request; `None` once all have been returned.
    #[cold]
    pub(super) fn give(&mut self) -> Option<Result<()>> {
        let Some(&subject) = self.subjects.get(self.given) else { return self.apart.take() };
        let message = message_at(&self.packet, self.at);
        let error = self.outcome.errors().get(self.refused).filter(|(of, _)| *of as usize == self.given);
        self.given += 1;
        self.at += align(message.len());
        if let (None, Some(error)) = (error, &self.broken) {
            return Some(Err(subject.error(message, io_kind(copy_of(error)))));
        }
        let place = self.given - 1;
        let failure = match (error, &self.outcome.failure) {
            (Some((_, error)), _) => {
                self.refused += 1;
                if error.errno == subject.object.done_on {
                    return Some(Ok(()));
                }
                Failure::Kernel(error.clone())
            }
            (None, Some(failure)) => (**failure).clone(),
            (None, None) if self.outcome.is_uncertain() => Failure::Lost,
            (None, None) => return Some(Ok(())),
        };
        let error = subject.failure(message, failure);
        Some(Err(match self.doubts.others.iter().find(|(of, _)| *of == place) {
            Some((_, other)) => error.about_device(other.clone()),
            None => error,
        }))
    }

    /// The query for the object of a request that failed because that object or another one exists.
    #[inline]
    pub(super) fn doubt(&mut self) -> Option<Question> {
        if self.changes_names { self.next_doubt() } else { None }
    }

    #[cold]
    fn next_doubt(&mut self) -> Option<Question> {
        let Doubts { errors, place, at, .. } = &mut self.doubts;
        while let Some((of, error)) = self.outcome.errors().get(*errors) {
            *errors += 1;
            while *place < *of as usize {
                *at += align(message_at(&self.packet, *at).len());
                *place += 1;
            }
            let body = message_at(&self.packet, *at).get(HEADER_LEN..).unwrap_or_default();
            let object = self.subjects.get(*place).map(|subject| subject.object);
            let object = object.filter(|object| error.errno == EEXIST && (object.other)(body).is_some());
            if let Some(question) = object.and_then(|object| (object.read_back)(body)) {
                return Some(question);
            }
        }
        None
    }

    /// Takes the answer to the last such query.
    pub(super) fn doubt_answered(&mut self, outcome: io::Result<Outcome>) {
        let Doubts { place, at, others, .. } = &mut self.doubts;
        let is_missing =
            outcome.is_ok_and(|outcome| outcome.failure.is_some_and(|failure| is_missing(&failure)));
        if let (true, Some(subject)) = (is_missing, self.subjects.get(*place)) {
            let body = message_at(&self.packet, *at).get(HEADER_LEN..).unwrap_or_default();
            others.extend((subject.object.other)(body).map(|other| (*place, other)));
        }
    }

    /// Begins the next packet.
    pub(super) fn clear(&mut self) {
        let Outgoing { mut packet, mut subjects, window, .. } = std::mem::take(self);
        packet.clear();
        subjects.clear();
        *self = Outgoing { packet, subjects, window, ..Outgoing::default() };
    }
}

/// The message at this offset.
fn message_at(packet: &[u8], at: usize) -> &[u8] {
    let bytes = packet.get(at..).unwrap_or_default();
    let length = Header::read(bytes).map_or(0, |header| header.length as usize);
    bytes.get(..length).unwrap_or(bytes)
}
