//! Changes on their way: by themselves, or in a batch.

use super::known::{Names, Naming, question, sets_of};
use super::target;
use crate::batch::Operation;
use crate::device::Device;
use crate::driver::thread::wait;
use crate::error::{Error, ErrorKind, Result};
use crate::handle::Handle;
use crate::mode::{Blocking, Runtime, Wait};
use crate::order::{self, About, Order, Steps};
use crate::request::{Replies, Request, Running};
use crate::trace::Tables;
use netlink_packet::generic::ethtool::{BitNames, Bits, Setting, StringSetId, StringSets};
use netlink_packet::{BuildError, Command, Packet, PooledBuffer, View};
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
///
/// It can also be an operation of a [batch](Handle::batch).
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
        let (own, kernels): (Vec<_>, Vec<_>) =
            named_sets::<M>(message.body()).partition(|set| *set == StringSetId::PRIV_FLAGS);
        let names = Names::new(handle, &kernels);
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
        let request = match unknown::<M>(&self.known, self.message.body()) {
            Some(problem) => request.refuse(problem),
            None => request,
        };
        self.step = Step::Change(Running::new(request));
    }

    /// Whether all was done, by what the kernel replied.
    fn check(&self, replies: &[Packet<M>]) -> Result<()> {
        let Err(kind) = all_done(replies.iter().filter_map(|reply| reply.unchanged())) else { return Ok(()) };
        let label = super::label::<M>(self.message.body(), &|index| index.to_string());
        Err(Error::new(M::OPERATIONS[2], label, kind))
    }
}

/// The string sets of the bits that a change gives by name.
fn named_sets<M: Setting + ?Sized>(body: &[u8]) -> impl Iterator<Item = StringSetId> {
    let named = |bits: &Bits<'_>| bits.iter().any(|bit| bit.name.is_some());
    M::cast(body).bitsets().filter(named).map(|bits| bits.string_set())
}

/// A name in a change that no string of the set has.
fn unknown<M: Setting + ?Sized>(names: &BitNames, body: &[u8]) -> Option<BuildError> {
    M::cast(body).bitsets().find_map(|bits| {
        let name = names.unknown(bits)?;
        let problem = format!("{name:?} is not in the string set {}", bits.string_set());
        Some(BuildError::Invalid(problem))
    })
}

/// Fails where bits are not as a change asked: the kernel replies with those, and their names.
fn all_done<'a>(unchanged: impl Iterator<Item = Bits<'a>>) -> std::result::Result<(), ErrorKind> {
    let bits = unchanged.flat_map(|bits| bits.iter());
    let names = bits.map(|bit| match (bit.name, bit.index) {
        (Some(name), _) => name.to_owned(),
        (None, index) => index.unwrap_or_default().to_string(),
    });
    let names: Vec<String> = names.collect();
    if names.is_empty() { Ok(()) } else { Err(ErrorKind::Unchanged(names)) }
}

/// A change in a batch. Where it names bits of sets that the handle does not know, the batch asks for them before it, each time.
impl<D, M: Setting + ?Sized> From<Change<D, M>> for Operation {
    fn from(Change { names, own_names, request, .. }: Change<D, M>) -> Self {
        let mut order = request.into_order();
        order.subject.object = match (own_names, names.known()) {
            (None, Some(known)) => {
                if let Some(problem) = unknown::<M>(&known, order.message.body()) {
                    order.message.refuse(problem);
                }
                const { &in_batch::<M>(compared::<M>) }
            }
            _ => const { &in_batch::<M>(named::<M>) },
        };
        Operation::new(order)
    }
}

const fn in_batch<M: Setting + ?Sized>(plan: order::Planned) -> About {
    About { read_back: names_of::<M>, ..About::of_family(target::<M>(), plan) }
}

/// The change is compared with the reply, if the kernel has one.
fn compared<M: Setting + ?Sized>(_: &mut Order) -> std::result::Result<Option<Box<Steps>>, BuildError> {
    Ok(M::HAS_REPLY.then(|| Steps::compared(compare::<M>)))
}

/// Its names are asked for before.
fn named<M: Setting + ?Sized>(order: &mut Order) -> std::result::Result<Option<Box<Steps>>, BuildError> {
    let mut steps = compared::<M>(order)?.unwrap_or_default();
    steps.before = Some(check_names::<M>);
    Ok(Some(steps))
}

/// The query for the string sets that name bits of a change, of its device: the driver may have one of them.
fn names_of<M: Setting + ?Sized>(body: &[u8]) -> Option<order::Question> {
    let device = M::cast(body).attributes_of().get(M::DEVICE)?;
    let device = match (device.name(), device.index()) {
        (Some(name), _) => Device::from(name.as_bytes()),
        (None, index) => Device::Index(index?),
    };
    let message = sets_of(Some(device), named_sets::<M>(body).collect());
    let tables = const { &Tables::own::<StringSets>() };
    let message = super::with_command(message, StringSets::COMMAND);
    Some(order::Question { message_type: 0, message, tables, is_answer: |_, _| true })
}

fn check_names<M: Setting + ?Sized>(
    reply: &[u8],
    order: &mut Order,
    _: &mut Steps,
) -> std::result::Result<(), ErrorKind> {
    let mut names = BitNames::default();
    names.add(StringSets::cast(reply));
    unknown::<M>(&names, order.message.body()).map_or(Ok(()), |problem| Err(ErrorKind::Invalid(problem)))
}

fn compare<M: Setting + ?Sized>(reply: &[u8], _: &[u8]) -> std::result::Result<(), ErrorKind> {
    all_done(M::cast(reply).unchanged().into_iter())
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
