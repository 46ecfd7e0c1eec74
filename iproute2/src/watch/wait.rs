//! Waiting for links and addresses to reach a state.
//!
//! Each wait is a small watch that checks its mirror until the state is reached, so nothing is missed, not even a state that
//! was reached before.

use super::begin::Watching;
use super::changes::Changes;
use super::mirror::Mirror;
use super::topic::list::Topics;
use crate::address::Addresses;
use crate::device::Device;
use crate::driver::thread::wait;
use crate::error::{Error, ErrorKind, Result};
use crate::handle::Handle;
use crate::link::Links;
use crate::mode::{Blocking, Runtime, Wait};
use netlink_packet::{HEADER_LEN, Header, Packet, View};
use rtnetlink::address::{AddressFlags, AddressMessage};
use rtnetlink::link::{LinkMessage, OperState};
use rtnetlink::message::{RTM_NEWADDR, RTM_NEWLINK};
use std::future::poll_fn;
use std::net::IpAddr;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// The state that is waited for: how errors name it, what to watch, and how to check it.
struct Wish<'a, T> {
    operation: &'static str,
    object: String,
    /// The state, such as `to be up`.
    goal: &'static str,
    groups: Topics,
    question: Box<Question<'a, T>>,
}

/// Whether the state is reached.
type Question<'a, T> = dyn Fn(&Mirror) -> Option<Answer<T>> + Send + Sync + 'a;

/// The result, or why there can't be one.
type Answer<T> = std::result::Result<T, ErrorKind>;

impl<'a, T> Wish<'a, T> {
    fn link(
        device: Device,
        goal: &'static str,
        question: impl Fn(Option<&LinkMessage>) -> Option<Answer<T>> + Send + Sync + 'a,
    ) -> Self {
        let object = describe(&device);
        let question = Box::new(move |mirror: &Mirror| question(mirror.link(&device)));
        Wish { operation: "wait for link", object, goal, groups: Topics::LINK, question }
    }

    fn answer(&self, mirror: &Mirror) -> Option<Result<T>> {
        (self.question)(mirror).map(|answer| answer.map_err(|kind| self.error(kind)))
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(self.operation, self.object.clone(), kind).waiting_for(self.goal)
    }

    /// Errors name the object that was waited for, not the watch.
    fn failed(&self, error: Error, timeout: Duration) -> Error {
        self.error(match error.kind() {
            _ if error.is_timed_out() => ErrorKind::Expired { after: timeout },
            ErrorKind::NoIo => ErrorKind::NoIo,
            ErrorKind::NoTimers => ErrorKind::NoTimers,
            _ => return error,
        })
    }
}

fn describe(device: &Device) -> String {
    match device {
        Device::Index(index) => index.to_string(),
        Device::Name(name) => String::from_utf8_lossy(name).into_owned(),
    }
}

fn exists(device: Device) -> Wish<'static, Packet<LinkMessage>> {
    Wish::link(device, "to exist", |link| link.map(|link| packet(RTM_NEWLINK, link)))
}

fn up(device: Device) -> Wish<'static, Packet<LinkMessage>> {
    let is_up = |link: &&LinkMessage| {
        // Many virtual links stay `UNKNOWN`.
        let state = link.state().unwrap_or(OperState::UNKNOWN);
        link.is_up() && matches!(state, OperState::UP | OperState::UNKNOWN)
    };
    Wish::link(device, "to be up", move |link| link.filter(is_up).map(|link| packet(RTM_NEWLINK, link)))
}

fn gone(device: Device) -> Wish<'static, ()> {
    Wish::link(device, "to be gone", |link| link.is_none().then_some(Ok(())))
}

fn ready(device: Device, address: IpAddr) -> Wish<'static, Packet<AddressMessage>> {
    let object = format!("{address} on {}", describe(&device));
    let question = move |mirror: &Mirror| {
        let is_it = |own: &&AddressMessage| own.local().or(own.address()) == Some(address);
        let own = mirror.addresses_of(&device).find(is_it)?;
        if own.flags().contains(AddressFlags::DADFAILED) {
            return Some(Err(ErrorKind::Duplicate));
        }
        (!own.flags().contains(AddressFlags::TENTATIVE)).then(|| packet(RTM_NEWADDR, own))
    };
    let groups = Topics::LINK | Topics::ADDRESS;
    Wish { operation: "wait for address", object, goal: "to be ready", groups, question: Box::new(question) }
}

/// Copies an object of a mirror into a packet.
fn packet<M: View + ?Sized>(kind: u16, view: &M) -> Answer<Packet<M>> {
    let length = u32::try_from(HEADER_LEN + view.as_bytes().len()).unwrap_or(u32::MAX);
    let header = Header { length, message_type: kind, ..Header::default() };
    Ok(Packet::new([&header.to_bytes(), view.as_bytes()].concat().into())?)
}

/// A state that is waited for, and the watch that checks it.
struct Pending<'a, D: Wait, T> {
    wish: Wish<'a, T>,
    timeout: Duration,
    until: Option<Instant>,
    stage: Stage<D>,
}

enum Stage<D: Wait> {
    Begins(Watching<D>),
    Follows(Box<Changes<D>>),
}

impl<'a, D: Wait, T> Pending<'a, D, T> {
    fn new(handle: &Handle<D>, wish: Wish<'a, T>, timeout: Duration) -> Self {
        // The watch has to start within the timeout of the wait.
        let watch = handle.with_timeout(Some(timeout)).watch(wish.groups).receive_buffer(1 << 20);
        let until = D::now().checked_add(timeout);
        Pending { wish, timeout, until, stage: Stage::Begins(Watching::new(watch)) }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        self.poll_answer(cx).map_err(|error| self.wish.failed(error, self.timeout))
    }

    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        loop {
            match &mut self.stage {
                Stage::Begins(watching) => {
                    self.stage = Stage::Follows(Box::new(ready!(watching.poll_begin(cx))?));
                }
                Stage::Follows(changes) => {
                    if let Some(answer) = self.wish.answer(changes.mirror()) {
                        return Poll::Ready(answer);
                    }
                    if ready!(changes.poll_change(self.until, cx))?.is_none() {
                        return Poll::Ready(Err(self.wish.error(ErrorKind::TimedOut)));
                    }
                }
            }
        }
    }
}

/// Makes each wait a method, on async and on blocking handles.
macro_rules! wishes {
    ($Verbs:ident { $($(#[$doc:meta])* $name:ident($($argument:ident: $Type:ty),*) -> $T:ty = $wish:expr;)* }) => {
        impl<R: Runtime> $Verbs<'_, R> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// The state was not reached in time ([is timed out](Error::is_timed_out)), or the kernel refused to list.
                pub async fn $name(&self, $($argument: $Type,)* timeout: Duration) -> Result<$T> {
                    let mut pending = Pending::new(self.0, $wish, timeout);
                    poll_fn(|cx| pending.poll(cx)).await
                }
            )*
        }

        impl $Verbs<'_, Blocking> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// The state was not reached in time ([is timed out](Error::is_timed_out)), or the kernel refused to list.
                pub fn $name(&self, $($argument: $Type,)* timeout: Duration) -> Result<$T> {
                    let mut pending = Pending::new(self.0, $wish, timeout);
                    wait(|cx| pending.poll(cx))
                }
            )*
        }
    };
}

wishes! {
    Links {
        /// Waits until a link exists, by its name or index, and returns it.
        until_exists(device: impl Into<Device>) -> Packet<LinkMessage> = exists(device.into());
        /// Waits until a link exists, is set up and operational: its operational state is `UP`, or `UNKNOWN` where the driver does not
        /// report it.
        until_up(device: impl Into<Device>) -> Packet<LinkMessage> = up(device.into());
        /// Waits until a link is gone from this namespace: deleted or moved. A name means any link that has it.
        until_gone(device: impl Into<Device>) -> () = gone(device.into());
    }
}

wishes! {
    Addresses {
        /// Waits until a link has an address that is usable: duplicate address detection (DAD) is over. If another host has
        /// the address, the error [is "already exists"](Error::is_already_exists).
        until_ready(device: impl Into<Device>, address: IpAddr) -> Packet<AddressMessage> = ready(device.into(), address);
    }
}
