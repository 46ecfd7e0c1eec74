//! Lists: a dump, collected, streamed or visited.

#[cfg(feature = "wireguard")]
mod each;
mod get;
mod over;
mod plan;
mod run;
mod stream;

#[cfg(feature = "wireguard")]
pub use each::{Each, GettingEach};
pub use get::{Gathered, Get, Getting};
pub use stream::{ForEach, Listing, Stream};

use self::over::Over;
use self::plan::Plan;
use crate::connection::Connection;
use crate::device::Device;
use crate::handle::Handle;
use crate::object::Object;
use crate::target::Target;
use netlink_packet::{Build, BuildError, PooledBuffer, View};
use rtnetlink::AddressFamily;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// A list of objects. Nothing is requested before it is awaited, streamed or visited.
///
/// - Awaited (or with [`wait`](List::wait) on a blocking handle) it returns a vector: one consistent snapshot. If
///   changes interrupt the dump, it is retried up to 16 times; then it fails with an error that [says
///   so](crate::Error::is_interrupted).
/// - [`stream`](List::stream) (or [`iter`](List::iter)) yields objects as they arrive, in constant memory, and ends
///   with that error if they were not a consistent snapshot.
/// - [`for_each`](List::for_each) is the fastest: it lends each object in place.
///
/// Some families send objects and then refuse the rest, as ethtool does with tunnel information where one driver has none. That
/// is an error, and the objects are not lost: `stream` and `for_each` give them before the error, and the error of an
/// awaited list carries them ([`Error::replies`](crate::Error::replies)) and says how many came.
///
/// Each running list has a socket of its own, so lists and requests can be mixed freely, even in a loop over a stream.
#[must_use = "a list is made when it is awaited, streamed or visited"]
pub struct List<D, M: View + ?Sized> {
    connection: Arc<Connection>,
    plan: Plan<M>,
    /// Where kernels list one device at a time: the devices.
    over: Option<Box<Over<D>>>,
    mode: PhantomData<fn() -> D>,
}

impl<D, M: View + ?Sized> fmt::Debug for List<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("operation", &self.plan.operation).finish_non_exhaustive()
    }
}

impl<D> Handle<D> {
    pub(crate) fn list<B>(&self, operation: &'static str, message_type: u16, message: B) -> List<D, B::View>
    where
        B: Build,
        B::View: Object,
    {
        List::new(self.connection(), self.timeout(), operation, message_type, message)
    }
}

impl<D, M: View + ?Sized> List<D, M> {
    pub(crate) fn new<B>(
        connection: &Arc<Connection>,
        timeout: Option<Duration>,
        operation: &'static str,
        message_type: u16,
        message: B,
    ) -> Self
    where
        B: Build<View = M>,
    {
        let target = const { &Target::of::<M>() };
        List::of(connection, timeout, operation, target, message_type, message.into_buffer())
    }

    /// The same for any family, whose request may be of another type than the objects.
    pub(crate) fn of(
        connection: &Arc<Connection>,
        timeout: Option<Duration>,
        operation: &'static str,
        target: &'static Target,
        command: u16,
        message: PooledBuffer,
    ) -> Self {
        let plan = Plan {
            operation,
            target,
            command,
            message_type: command,
            plain: None,
            here: false,
            message,
            devices: Vec::new(),
            family: None,
            wanted: Vec::new(),
            spared: None,
            timeout,
            empty_on: None,
            names_spared: false,
        };
        List { connection: Arc::clone(connection), plan, over: None, mode: PhantomData }
    }

    /// Gives up after this long without anything new, instead of after the handle's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.plan.timeout = Some(timeout);
        if let Some(over) = &mut self.over {
            over.set_timeout(timeout);
        }
        self
    }

    /// Only objects for which this is true. Applied in user space, to each object that the kernel sends.
    pub fn filter(self, wanted: impl Fn(&M) -> bool + Send + Sync + 'static) -> Self {
        self.wanted(move |object, _| wanted(object))
    }

    /// The same, given also the request, in which devices have been resolved to indices.
    pub(crate) fn wanted(mut self, wanted: impl Fn(&M, &M) -> bool + Send + Sync + 'static) -> Self {
        self.plan.wanted.push(Box::new(wanted));
        self
    }

    /// What has to do with this device, which is an error if there is none: by its index most kernels would list nothing.
    pub(crate) fn about(mut self, device: &Device) -> Self {
        match device {
            // Not of a device: settings of all devices, and such.
            Device::Index(index) if i32::try_from(*index).is_err() => (),
            Device::Index(index) => self.plan.devices.push(*index),
            // It is looked up before.
            Device::Name(_) => (),
        }
        self
    }

    /// Only objects of this family, for messages that begin with it.
    pub(crate) fn of_family(mut self, family: AddressFamily) -> Self {
        self.plan.family = Some(family);
        self
    }

    /// An error with this errno means that there is nothing to list.
    pub(crate) fn empty_on(mut self, errno: i32) -> Self {
        self.plan.empty_on = Some(errno);
        self
    }

    /// Selects objects that a flush otherwise spares.
    pub(crate) fn naming_spared(mut self) -> Self {
        self.plan.names_spared = true;
        self
    }

    pub(crate) fn names_spared(&self) -> bool {
        self.plan.names_spared
    }

    /// Filters by a value given in some form; text that does not parse fails the list.
    pub(crate) fn given<T>(
        self,
        value: impl TryInto<T, Error: Into<BuildError>>,
        filter: impl FnOnce(Self, T) -> Self,
    ) -> Self {
        match value.try_into() {
            Ok(value) => filter(self, value),
            Err(problem) => self.refuse(problem.into()),
        }
    }

    /// Fails the list if the value is invalid.
    pub(crate) fn refuse(mut self, problem: BuildError) -> Self {
        self.plan.message.refuse(problem);
        self
    }

    /// Tells of the objects that are not wanted.
    pub(crate) fn sparing(mut self, spared: impl Fn(&M) + Send + Sync + 'static) -> Self {
        self.plan.spared = Some(Box::new(spared));
        self
    }

    /// What is asked for, in which devices may be named still.
    pub(crate) fn request(&self) -> &M {
        self.plan.request()
    }

    pub(crate) fn operation(&self) -> &'static str {
        self.plan.operation
    }

    pub(crate) fn parts(&self) -> (Arc<Connection>, Option<Duration>) {
        (Arc::clone(&self.connection), self.plan.timeout)
    }

    /// Changes what filters compare objects with, but not what is sent: no kernel has this filter.
    pub(crate) fn ask_here<B: Build<View = M>>(mut self, change: impl FnOnce(B) -> B) -> Self {
        if !self.plan.here {
            self.plan.plain = Some(self.plan.message.clone());
            self.plan.here = true;
        }
        self.ask(change)
    }

    /// Asks for more than a list has by default: that is sent whatever filters there are.
    pub(crate) fn ask_for_more<B: Build<View = M>>(mut self, change: impl Fn(B) -> B) -> Self {
        let changed = |message| change(B::from_buffer(message)).into_buffer();
        self.plan.plain = self.plan.plain.map(changed);
        self.plan.message = changed(self.plan.message);
        self
    }

    /// Filters by what the request says.
    pub(crate) fn ask<B: Build<View = M>>(mut self, change: impl FnOnce(B) -> B) -> Self {
        self.plan.plain.get_or_insert_with(|| self.plan.message.clone());
        self.plan.message = change(B::from_buffer(self.plan.message)).into_buffer();
        self
    }
}
