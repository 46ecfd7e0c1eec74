//! Deleting everything that a list finds.

use crate::batch::{Operation, Results};
use crate::connection::Connection;
use crate::driver::thread::wait;
use crate::error::{Error, Result};
use crate::exact::{Found, find, is_among, is_behind};
use crate::list::{List, Listing};
use crate::mode::{Blocking, Runtime, Wait};
use crate::object::Deletable;
use crate::order::{Order, Subject};
use crate::request::refuse_as;
use crate::target::Target;
use netlink_packet::{Build, Flags, Packet};
use netlink_sys::errno::ENOENT;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Deletes all objects of a list, like `ip ... flush`, and returns how many were deleted.
///
/// Unless [`all`](Self::all) is called or a filter selects them, it keeps what `ip ... flush` keeps, and what a host
/// can hardly do without:
///
/// | objects | kept | selected by |
/// | --- | --- | --- |
/// | rules | rules of priority 0, and those of multicast routing | [`priority`](List::priority); the family |
/// | routes | the table `local`, IPv6's null entry (metric 4,294,967,295) | [`table`](List::table) |
/// | | cached exceptions, which lists leave out | [`cached`](List::cached) |
/// | neighbours | `PERMANENT` and `NOARP` entries, unless they were learned externally | [`state`](List::state) |
/// | FDB entries | addresses that devices receive (`self` without a remote host); of a bridge, all `self` | |
///
/// A flush of routes covers what its list covers: all tables and both families, where `ip route flush` covers the table `main` of
/// IPv4. `.family(AddressFamily::INET).table(RouteTable::MAIN)` does the same. Routes that the kernel made (`proto kernel`)
/// are deleted as well.
///
/// Only what the list finds is deleted. The kernel takes what a request to delete leaves out for "any" (see
/// [`Routes::delete`](crate::route::Routes::delete)): where another object is spared that it might take for a listed one, all those are
/// listed once more, and one that the kernel would find only after another is not deleted, which is an error.
///
/// An object that has disappeared meanwhile is not an error: deleting an address also deletes the secondary addresses
/// of its network. If an object can't be deleted, the others still are, and the first such error is the result.
#[must_use = "nothing is deleted before it is awaited, or waited for on a blocking handle"]
pub struct Flush<D, M: Deletable + ?Sized> {
    list: List<D, M>,
    all: bool,
}

impl<D, M: Deletable + ?Sized> fmt::Debug for Flush<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flush").field("list", &self.list).field("all", &self.all).finish()
    }
}

impl<D, M: Deletable + ?Sized> List<D, M> {
    /// Deletes everything that this list finds, like `ip ... flush`.
    pub fn flush(self) -> Flush<D, M> {
        Flush { all: self.names_spared(), list: self }
    }
}

impl<D, M: Deletable + ?Sized> Flush<D, M> {
    /// Also deletes what a flush otherwise keeps, like `ip neighbour flush nud all`.
    pub fn all(self) -> Self {
        Flush { all: true, ..self }
    }

    /// The list of objects to delete.
    fn into_list(self) -> List<D, M> {
        match self.all {
            true => self.list,
            false => self.list.wanted(|object, request| !object.is_spared(request)),
        }
    }
}

/// The deletions of what was listed.
struct Deletions<M: Deletable + ?Sized> {
    alone: std::vec::IntoIter<Packet<M>>,
    /// Messages for those that the kernel may take others for.
    crowded: std::vec::IntoIter<M::Builder>,
    /// What the list asked for.
    request: M::Builder,
}

impl<M: Deletable + ?Sized> Iterator for Deletions<M> {
    type Item = Operation;

    fn next(&mut self) -> Option<Operation> {
        let (operation, message_type) = M::DELETION;
        let message = match self.alone.next() {
            Some(object) => {
                let mut message = object.key_in(M::cast(self.request.buffer().body())).into_buffer();
                if let Some(problem) = M::cast(message.body()).lacks() {
                    refuse_as(&mut message, problem);
                }
                message
            }
            None => self.crowded.next()?.into_buffer(),
        };
        let subject = Subject::plain::<M>(operation);
        Some(Operation::new(Order { subject, message_type, flags: Flags::ACK, message }))
    }
}

/// The crowds of objects.
type Crowds = HashSet<u64>;

/// Messages that delete just these objects, where all of their crowds are present.
fn keys<M: Deletable + ?Sized>(objects: &[Packet<M>], present: &[Packet<M>]) -> Vec<M::Builder> {
    let mut crowds: HashMap<_, Vec<&M>> = HashMap::new();
    for object in present {
        crowds.entry(object.crowd()).or_default().push(object);
    }
    let refused = |object: &Packet<M>, problem| {
        let mut message = object.key().into_buffer();
        message.refuse(problem);
        Some(M::Builder::from_buffer(message))
    };
    let key = |object: &Packet<M>| match find::<M>(object, crowds.get_mut(&object.crowd())?) {
        Found::By(key) => Some(key),
        Found::Gone => None,
        Found::Behind => refused(object, is_behind()),
        Found::Among => refused(object, is_among()),
    };
    objects.iter().filter_map(key).collect()
}

/// How many were deleted so far, and the first error.
#[derive(Default)]
struct Count {
    deleted: usize,
    error: Option<Error>,
}

impl Count {
    fn add(&mut self, result: Result<()>) {
        match result {
            Ok(()) => self.deleted += 1,
            Err(error) if error.is_not_found() => (),
            Err(error) => {
                self.error.get_or_insert(error);
            }
        }
    }

    fn finish(&mut self) -> Result<usize> {
        self.error.take().map_or(Ok(self.deleted), Err)
    }
}

impl<M: Deletable + ?Sized> Flush<Blocking, M> {
    /// Deletes the objects and waits until it is done.
    ///
    /// # Errors
    /// See [`Error`]; what was deleted stays deleted.
    pub fn wait(self) -> Result<usize> {
        let mut flushing = Flushing::new(self);
        wait(|cx| flushing.poll_count(cx))
    }
}

impl<R: Runtime, M: Deletable + ?Sized> IntoFuture for Flush<R, M> {
    type Output = Result<usize>;
    type IntoFuture = Flushing<R, M>;

    fn into_future(self) -> Flushing<R, M> {
        Flushing::new(self)
    }
}

/// The future of a [`Flush`].
#[must_use = "futures do nothing unless polled"]
pub struct Flushing<D: Wait, M: Deletable + ?Sized> {
    connection: Arc<Connection>,
    timeout: Option<Duration>,
    operation: &'static str,
    /// What the list asked for.
    request: M::Builder,
    /// The crowds of the objects that are spared.
    spared: Arc<Mutex<Crowds>>,
    stage: Stage<D, M>,
    count: Count,
}

enum Stage<D: Wait, M: Deletable + ?Sized> {
    Listing(Box<Listing<D, M>>),
    /// All are listed that the kernel may take for some of these.
    Surveying {
        alone: Vec<Packet<M>>,
        crowded: Vec<Packet<M>>,
        survey: Box<Listing<D, M>>,
    },
    Deleting(Box<Results<D, Deletions<M>>>),
}

impl<D: Wait, M: Deletable + ?Sized> Unpin for Flushing<D, M> {}

impl<D: Wait, M: Deletable + ?Sized> Flushing<D, M> {
    fn new(flush: Flush<D, M>) -> Self {
        let (connection, timeout) = flush.list.parts();
        let list = flush.into_list();
        let operation = list.operation();
        let request = M::Builder::from_view(list.request());
        let spared = Arc::new(Mutex::new(Crowds::new()));
        let note = Arc::clone(&spared);
        let list = list.sparing(move |object| {
            let crowd = object.crowd();
            note.lock().unwrap_or_else(PoisonError::into_inner).extend(crowd);
        });
        let stage = Stage::Listing(Box::new(Listing::new(list)));
        Flushing { connection, timeout, operation, request, spared, stage, count: Count::default() }
    }

    /// What comes after the list. What takes others with it comes last, when those that are to be deleted are gone.
    fn listed(&self, mut objects: Vec<Packet<M>>) -> Stage<D, M> {
        objects.sort_by_key(|object| object.takes_all());
        let spared = std::mem::take(&mut *self.spared.lock().unwrap_or_else(PoisonError::into_inner));
        let request = M::cast(self.request.buffer().body());
        let narrows = request.narrows();
        let is_crowded = |object: &Packet<M>| match object.crowd() {
            Some(crowd) => narrows || spared.contains(&crowd),
            None => false,
        };
        if spared.is_empty() && !narrows {
            return self.deleting(objects, Vec::new());
        }
        let (crowded, alone): (Vec<_>, Vec<_>) = objects.into_iter().partition(is_crowded);
        if crowded.is_empty() {
            return self.deleting(alone, Vec::new());
        }
        let crowds: Crowds = crowded.iter().filter_map(|object| object.crowd()).collect();
        let (message_type, message) = request.survey();
        let target = const { &Target::of::<M>() };
        let list = List::of(&self.connection, self.timeout, self.operation, target, message_type, message);
        let list = list
            .empty_on(ENOENT)
            .filter(move |object: &M| object.crowd().is_some_and(|crowd| crowds.contains(&crowd)));
        Stage::Surveying { alone, crowded, survey: Box::new(Listing::new(list)) }
    }

    fn deleting(&self, alone: Vec<Packet<M>>, crowded: Vec<M::Builder>) -> Stage<D, M> {
        let (alone, crowded) = (alone.into_iter(), crowded.into_iter());
        let request = M::Builder::from_view(M::cast(self.request.buffer().body()));
        let deletions = Deletions { alone, crowded, request };
        Stage::Deleting(Box::new(Results::new(&self.connection, self.timeout, deletions)))
    }

    fn poll_count(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        loop {
            self.stage = match &mut self.stage {
                Stage::Listing(list) => {
                    let objects = ready!(list.poll_objects(cx))?;
                    self.listed(objects)
                }
                Stage::Surveying { alone, crowded, survey } => {
                    let present = ready!(survey.poll_objects(cx))?;
                    let (alone, crowded) = (std::mem::take(alone), std::mem::take(crowded));
                    self.deleting(alone, keys(&crowded, &present))
                }
                Stage::Deleting(results) => match ready!(results.poll_result(cx)) {
                    Some(result) => {
                        self.count.add(result);
                        continue;
                    }
                    None => return Poll::Ready(self.count.finish()),
                },
            };
        }
    }
}

impl<R: Runtime, M: Deletable + ?Sized> Future for Flushing<R, M> {
    type Output = Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        self.get_mut().poll_count(cx)
    }
}
