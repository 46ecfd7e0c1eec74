//! Changes on their way.

use super::known::{Names, Naming, question};
use crate::device::Device;
use crate::driver::thread::wait;
use crate::error::{Error, ErrorKind, Result};
use crate::handle::Handle;
use crate::mode::{Blocking, Runtime, Wait};
use crate::request::{Replies, Request, Running};
use netlink_packet::generic::ethtool::{BitNames, Setting, StringSetId, StringSets};
use netlink_packet::{BuildError, Packet, PooledBuffer};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A change of a device's settings: awaited, or by [`wait`](Change::wait) on a blocking handle, it is carried out.
///
/// Where it names bits, the names are compared with those that the kernel or the driver has; they are asked for first, where the handle
/// does not know them yet.
#[must_use = "a request is sent when it is awaited, or by `wait` on a blocking handle"]
pub struct Change<D, M: Setting + ?Sized> {
    names: Names<D>,
    /// The names that a driver has, for flags of its own.
    own_names: Option<Request<D, Packet<StringSets>>>,
    message: PooledBuffer,
    request: Request<D, Replies<M>>,
}

impl<D, M: Setting + ?Sized> Change<D, M> {
    pub(super) fn new(
        handle: &Handle<D>,
        device: Device,
        message: PooledBuffer,
        request: Request<D, Replies<M>>,
    ) -> Self {
        let bitsets = M::cast(message.body()).bitsets();
        let named = bitsets.filter(|bits| bits.iter().any(|bit| bit.name.is_some()));
        let (own, kernels): (Vec<_>, Vec<_>) =
            named.map(|bits| bits.string_set()).partition(|set| *set == StringSetId::PRIV_FLAGS);
        let kernels = if M::HAS_REPLY { M::NAMES } else { &kernels };
        let names = Names::new(handle, kernels);
        let own_names = (!own.is_empty()).then(|| question(handle, Some(device), own));
        Change { names, own_names, message, request }
    }

    /// Gives up after this long without an answer, instead of after the handle's timeout.
    pub fn timeout(self, timeout: Duration) -> Self {
        Change { request: self.request.timeout(timeout), ..self }
    }
}

/// What is asked for.
impl<D, M: Setting + ?Sized> fmt::Debug for Change<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change").field("request", &self.request).finish_non_exhaustive()
    }
}

impl<M: Setting + ?Sized> Change<Blocking, M> {
    /// Sends the request and waits for its answer.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn wait(self) -> Result<()> {
        let mut changing = Changing::new(self);
        wait(|cx| changing.poll_done(cx))
    }
}

/// The future of a [`Change`].
#[must_use = "futures do nothing unless polled"]
pub struct Changing<D: Wait, M: Setting + ?Sized> {
    step: Step<D, M>,
    known: Arc<BitNames>,
    message: PooledBuffer,
    own_names: Option<Request<D, Packet<StringSets>>>,
    request: Option<Request<D, Replies<M>>>,
}

/// What is on its way.
enum Step<D: Wait, M: Setting + ?Sized> {
    /// The kernel's names.
    Names(Naming<D>),
    /// The driver's names.
    OwnNames(Running<D, Packet<StringSets>>),
    /// The change.
    Change(Running<D, Replies<M>>),
    /// Nothing any more.
    Done,
}

impl<D: Wait, M: Setting + ?Sized> Changing<D, M> {
    fn new(Change { names, own_names, message, request }: Change<D, M>) -> Self {
        let step = Step::Names(Naming::new(names));
        Changing { step, known: Arc::default(), message, own_names, request: Some(request) }
    }

    fn poll_done(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            match &mut self.step {
                Step::Names(naming) => {
                    self.known = ready!(naming.poll_known(cx))?;
                    self.begin();
                }
                Step::OwnNames(running) => {
                    let reply = ready!(running.poll_answer(cx));
                    Arc::make_mut(&mut self.known).add(&reply?);
                    self.begin();
                }
                Step::Change(running) => {
                    let replies = ready!(running.poll_answer(cx))?;
                    return Poll::Ready(self.check(&replies));
                }
                Step::Done => return Poll::Pending,
            }
        }
    }

    /// Goes on once something is known.
    fn begin(&mut self) {
        if let Some(own) = self.own_names.take() {
            self.step = Step::OwnNames(Running::new(own));
            return;
        }
        let Some(request) = self.request.take() else {
            self.step = Step::Done;
            return;
        };
        let request = match self.unknown() {
            Some(problem) => request.refuse(problem),
            None => request,
        };
        self.step = Step::Change(Running::new(request));
    }

    /// A name that no string of the set has.
    fn unknown(&self) -> Option<BuildError> {
        M::cast(self.message.body()).bitsets().find_map(|bits| {
            let name = self.known.unknown(bits)?;
            let problem = format!("{name:?} is not in the string set {}", bits.string_set());
            Some(BuildError::Invalid(problem))
        })
    }

    /// Whether all was done, by what the kernel replied.
    fn check(&self, replies: &[Packet<M>]) -> Result<()> {
        let unchanged = replies.iter().filter_map(|reply| reply.unchanged()).flat_map(|bits| {
            bits.masked().map(move |index| match self.known.name(bits.string_set(), index) {
                Some(name) => name.to_owned(),
                None => index.to_string(),
            })
        });
        let unchanged: Vec<String> = unchanged.collect();
        if unchanged.is_empty() {
            return Ok(());
        }
        let label = super::label::<M>(self.message.body(), &|index| index.to_string());
        Err(Error::new(M::OPERATIONS[2], label, ErrorKind::Unchanged(unchanged)))
    }
}

impl<D: Wait, M: Setting + ?Sized> fmt::Debug for Changing<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changing").finish_non_exhaustive()
    }
}

impl<R: Runtime, M: Setting + ?Sized> IntoFuture for Change<R, M> {
    type Output = Result<()>;
    type IntoFuture = Changing<R, M>;

    fn into_future(self) -> Changing<R, M> {
        Changing::new(self)
    }
}

impl<R: Runtime, M: Setting + ?Sized> Future for Changing<R, M> {
    type Output = Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_done(cx)
    }
}
