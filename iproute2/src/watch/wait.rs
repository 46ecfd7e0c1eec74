//! Waiting for links and addresses to become what they should.
//!
//! Each of these is a small watch that looks at its mirror until something is true, so that nothing is missed, not even if it
//! was true before.

use super::{Changes, Mirror, Topics, Watch};
use crate::address::Addresses;
use crate::device::Device;
use crate::error::{Error, ErrorKind, Result};
use crate::handle::Handle;
use crate::link::Links;
use crate::mode::Blocking;
use netlink_packet::{HEADER_LEN, Header, Packet, View};
use rtnetlink::address::{AddressFlags, AddressMessage};
use rtnetlink::link::{LinkMessage, OperState};
use rtnetlink::message::{RTM_NEWADDR, RTM_NEWLINK};
use std::net::IpAddr;
use std::time::Duration;

/// What somebody waits for: what it is called, what has to be watched for it, and the question.
struct Wish<'a, T> {
    operation: &'static str,
    object: String,
    /// What the object is to become: `to be up`.
    goal: &'static str,
    groups: Topics,
    question: Box<Question<'a, T>>,
}

/// Whether it is so yet.
type Question<'a, T> = dyn Fn(&Mirror) -> Option<Answer<T>> + Send + Sync + 'a;

/// What is so, or why it never will be.
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

    /// The watch, which has no longer to begin than there is to wait.
    fn watch<D>(&self, handle: &Handle<D>, timeout: Duration) -> Watch<D> {
        handle.with_timeout(Some(timeout)).watch(self.groups).receive_buffer(1 << 20)
    }

    /// That the time is over is said of what was waited for, not of the watch.
    fn failed(&self, error: Error, timeout: Duration) -> Error {
        if error.is_timed_out() { self.error(ErrorKind::Expired { after: timeout }) } else { error }
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
        // Many virtual links never say more than unknown.
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

/// A message of its own from what a mirror has.
fn packet<M: View + ?Sized>(kind: u16, view: &M) -> Answer<Packet<M>> {
    let length = u32::try_from(HEADER_LEN + view.as_bytes().len()).unwrap_or(u32::MAX);
    let header = Header { length, message_type: kind, ..Header::default() };
    Ok(Packet::new([&header.to_bytes(), view.as_bytes()].concat().into())?)
}

/// Makes each wish a method, of async handles and of blocking ones.
macro_rules! wishes {
    ($Verbs:ident { $($(#[$doc:meta])* $name:ident($($argument:ident: $Type:ty),*) -> $T:ty = $wish:expr;)* }) => {
        #[cfg(feature = "tokio")]
        impl $Verbs<'_, crate::mode::Async> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// [Is timed out](Error::is_timed_out) when this time is over; the kernel refuses the watch.
                pub async fn $name(&self, $($argument: $Type,)* timeout: Duration) -> Result<$T> {
                    come_true(self.0, $wish, timeout).await
                }
            )*
        }

        impl $Verbs<'_, Blocking> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// [Is timed out](Error::is_timed_out) when this time is over; the kernel refuses the watch.
                pub fn $name(&self, $($argument: $Type,)* timeout: Duration) -> Result<$T> {
                    wait(self.0, &$wish, timeout)
                }
            )*
        }
    };
}

wishes! {
    Links {
        /// Waits until a link exists, by its name or index, and gives it.
        until_exists(device: impl Into<Device>) -> Packet<LinkMessage> = exists(device.into());
        /// Waits until a link exists, is set up and works: its state is `UP`, or `UNKNOWN` as that of those which can't tell.
        until_up(device: impl Into<Device>) -> Packet<LinkMessage> = up(device.into());
        /// Waits until a link is gone, from this namespace at least. A name means whoever has it.
        until_gone(device: impl Into<Device>) -> () = gone(device.into());
    }
}

wishes! {
    Addresses {
        /// Waits until a link has an address that can be used: duplicate address detection is over. That another host has
        /// it is an error that [exists](Error::is_already_exists).
        until_ready(device: impl Into<Device>, address: IpAddr) -> Packet<AddressMessage> = ready(device.into(), address);
    }
}

fn wait<T>(handle: &Handle<Blocking>, wish: &Wish<'_, T>, timeout: Duration) -> Result<T> {
    let begun = std::time::Instant::now();
    let follow = || {
        let mut changes: Changes<Blocking> = wish.watch(handle, timeout).wait()?;
        loop {
            if let Some(answer) = wish.answer(changes.mirror()) {
                return answer;
            }
            let left = timeout.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(wish.error(ErrorKind::TimedOut));
            }
            changes.next_within(left)?;
        }
    };
    follow().map_err(|error| wish.failed(error, timeout))
}

#[cfg(feature = "tokio")]
async fn come_true<T>(
    handle: &Handle<crate::mode::Async>,
    wish: Wish<'_, T>,
    timeout: Duration,
) -> Result<T> {
    use crate::driver::clock::Timer;
    use crate::error::io_kind;
    use std::task::Poll;

    let truth = async {
        let mut changes = wish.watch(handle, timeout).await?;
        loop {
            if let Some(answer) = wish.answer(changes.mirror()) {
                return answer;
            }
            changes.try_next().await?;
        }
    };
    let mut truth = std::pin::pin!(truth);
    // It starts when there is something to wait for.
    let mut timer = Timer::new(Some(timeout));
    let in_time = std::future::poll_fn(|cx| match truth.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(answer),
        Poll::Pending => timer.poll(cx).map_err(|error| wish.error(io_kind(error))),
    });
    in_time.await.map_err(|error| wish.failed(error, timeout))
}
