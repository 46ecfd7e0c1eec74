//! What the verbs need to know about the messages that they send.

use crate::order::{About, Order, Planned, Planner, Question, Removal, Subject};
use crate::target::{Label, Target};
use crate::trace::Tables;
use netlink_packet::{Build, Flags, Packet, PooledBuffer, Scope, View};
use netlink_sys::errno::ENOENT;

/// A message that describes an object which the verbs of this crate list, create and delete.
///
/// It is implemented for the messages of `rtnetlink` that have verbs here.
pub trait Object: View {
    /// The builder of the message.
    type Builder: Build<View = Self>;

    /// Determines whether a request with this message takes several steps; most never do.
    #[doc(hidden)]
    const STEPS: Option<Planner> = None;

    /// How to delete what was added, where that is not what was asked for.
    #[doc(hidden)]
    const REMOVAL: Option<Removal> = None;

    /// Whether requests with this message may change names of devices.
    #[doc(hidden)]
    const CHANGES_NAMES: bool = false;

    /// How errors and logs refer to the object: `eth0`, `192.0.2.1/24`.
    fn label(&self) -> String;

    /// The same, with what this function calls a device by its index.
    #[doc(hidden)]
    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        let _ = device;
        self.label()
    }

    /// The request that gets the object which this request creates, as its type and message; `None` if the object can't
    /// be identified.
    fn read_back(&self) -> Option<(u16, PooledBuffer)>;

    /// What a request to delete this lacks to identify one object, in words: the kernel would delete the first one.
    fn lacks(&self) -> Option<&'static str> {
        None
    }

    /// How errors refer to another object that a request to add this one adds as well, such as the other end of a pair.
    fn other(&self) -> Option<String> {
        None
    }

    /// Whether this object, which was read back, is the one that the request created: another may have been found
    /// instead.
    fn is_made_by(&self, request: &Self) -> bool {
        let _ = request;
        true
    }

    /// The message that identifies this listed object, to delete it.
    fn key(&self) -> Self::Builder {
        request_of(self)
    }

    /// The same, where a list with this request found it.
    #[doc(hidden)]
    fn key_in(&self, request: &Self) -> Self::Builder {
        let _ = request;
        self.key()
    }
}

/// A message that describes an object which can be deleted.
pub trait Deletable: Object {
    /// The request that deletes it: the operation in words, and the message type.
    const DELETION: (&'static str, u16);

    /// What errors say of one that was added otherwise than it was asked for.
    #[doc(hidden)]
    const DELETED_AGAIN: &'static str = "it was deleted again";

    /// Whether a [flush](crate::Flush) of the list with this request spares it.
    fn is_spared(&self, request: &Self) -> bool {
        let _ = request;
        false
    }

    /// The errno by which the kernel says that there is no such object.
    #[doc(hidden)]
    const MISSING: i32 = ENOENT;

    /// What all objects have in common that the kernel may take for this one when it is deleted; `None` where its
    /// [`key`](Object::key) finds it alone.
    #[doc(hidden)]
    fn crowd(&self) -> Option<u64> {
        None
    }

    /// Whether the other is this object, as far as requests may say it.
    #[doc(hidden)]
    fn is_same(&self, other: &Self) -> bool {
        request_of(self).buffer().body() == request_of(other).buffer().body()
    }

    /// Whether a request to delete this might delete the other, were it the first.
    #[doc(hidden)]
    fn finds(&self, other: &Self) -> bool {
        let _ = other;
        true
    }

    /// Whether a request to delete this deletes all that it [finds](Self::finds), instead of the first.
    #[doc(hidden)]
    fn takes_all(&self) -> bool {
        false
    }

    /// The key that says most of this object, which was listed.
    #[doc(hidden)]
    fn exact_key(&self) -> Self::Builder {
        self.key()
    }

    /// The request that lists all of its [crowd](Self::crowd), and its message type; also of those that a list with this request
    /// finds.
    #[doc(hidden)]
    fn survey(&self) -> (u16, PooledBuffer) {
        (0, PooledBuffer::new(0))
    }

    /// Whether the kernel leaves out some of the crowd in a list with this request.
    #[doc(hidden)]
    fn narrows(&self) -> bool {
        false
    }
}

/// Arguments for an object of the type `M`: a builder, a listed object, or a value that identifies one.
///
/// | given | what is sent |
/// | --- | --- |
/// | a builder (`RouteMessageBuf`), or a reference to one | its message |
/// | a listed object: `&RouteMessage`, `Packet<RouteMessage>` or `&Packet<RouteMessage>` | its [`to_request`]: the same without attributes that only the kernel sets |
/// | a prefix, an address, text or a number, as the noun's page says | the message that it identifies |
///
/// ```no_run
/// use rtnetlink::Route;
///
/// # fn main() -> Result<(), iproute2::Error> {
/// let ip = iproute2::blocking::connect()?;
/// ip.route().add(Route::to("198.51.100.0/24").via("192.0.2.254")).wait()?;
/// for route in ip.route().list().to("198.51.100.0/24").wait()? {
///     ip.route().delete(&route).wait()?; // just this one
///     ip.route().add(route.to_request().metric(100)).wait()?; // the same, with another metric
/// }
/// # Ok(())
/// # }
/// ```
///
/// [`to_request`]: rtnetlink::RouteMessage::to_request
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not stand for a `{M}`",
    note = "builders of the message do, by value and by reference, and what was listed: `&{M}`, `Packet<{M}>`, `&Packet<{M}>`"
)]
pub trait IntoMessage<M: Object + ?Sized> {
    /// The message that adds or changes the object.
    fn into_message(self) -> M::Builder;

    /// The message that identifies the object, to delete it.
    fn into_key(self) -> M::Builder;

    /// Whether it was listed: its deletion is to reach it alone.
    #[doc(hidden)]
    #[inline(always)]
    fn is_listed(&self) -> bool {
        false
    }
}

/// The key of a built message that is found by what [`key`](Object::key) keeps of it, or what is wrong with the message.
pub(crate) fn built_key<B>(built: B) -> B
where
    B: Build<View: Object<Builder = B>>,
{
    if built.buffer().problem().is_some() { built } else { B::View::cast(built.buffer().body()).key() }
}

/// A listed object as a request.
fn request_of<M: Object + ?Sized>(listed: &M) -> M::Builder {
    M::Builder::from_buffer(Scope::of(listed).to_request())
}

/// A listed object.
impl<M: Object + ?Sized> IntoMessage<M> for &M {
    fn into_message(self) -> M::Builder {
        request_of(self)
    }

    fn into_key(self) -> M::Builder {
        self.key()
    }

    fn is_listed(&self) -> bool {
        true
    }
}

/// A listed object.
impl<M: Object + ?Sized> IntoMessage<M> for &Packet<M> {
    fn into_message(self) -> M::Builder {
        request_of::<M>(self)
    }

    fn into_key(self) -> M::Builder {
        self.key()
    }

    fn is_listed(&self) -> bool {
        true
    }
}

/// A listed object.
impl<M: Object + ?Sized> IntoMessage<M> for Packet<M> {
    fn into_message(self) -> M::Builder {
        request_of::<M>(&self)
    }

    fn into_key(self) -> M::Builder {
        self.key()
    }

    fn is_listed(&self) -> bool {
        true
    }
}

impl About {
    pub(crate) const fn of<M: Object + ?Sized>(plan: Option<Planned>) -> Self {
        let label: Label = |body, device| M::cast(body).label_by(device);
        let other = |body: &[u8]| M::cast(body).other();
        let is_plain = plan.is_none() && !M::CHANGES_NAMES;
        let (target, read_back, on_device) = (Target::of::<M>(), Question::of::<M>, |_: &[u8]| None);
        About { target, label, on_device, read_back, other, plan, is_plain, done_on: 0 }
    }
}

impl Subject {
    /// A request of one message, whatever others of its type take.
    #[inline]
    pub(crate) fn plain<M: Object + ?Sized>(operation: &'static str) -> Self {
        Subject { operation, object: const { &About::of::<M>(None) } }
    }

    #[inline]
    fn of<M: Object + ?Sized>(operation: &'static str, message_type: u16) -> Self {
        let object = match M::STEPS {
            Some(planner) if planner.message_types.contains(&message_type) => {
                const { &About::of::<M>(plan_of::<M>()) }
            }
            _ => const { &About::of::<M>(None) },
        };
        Subject { operation, object }
    }
}

impl Question {
    pub(crate) fn of<M: Object + ?Sized>(request: &[u8]) -> Option<Self> {
        let (message_type, message) = M::cast(request).read_back()?;
        let is_answer = |object: &[u8], request: &[u8]| M::cast(object).is_made_by(M::cast(request));
        Some(Question { message_type, message, tables: const { &Tables::of::<M>() }, is_answer })
    }
}

/// The planner of requests with this message.
const fn plan_of<M: Object + ?Sized>() -> Option<Planned> {
    match M::STEPS {
        Some(Planner { plan, .. }) => Some(plan),
        None => None,
    }
}

impl Order {
    #[inline]
    pub(crate) fn new<B>(operation: &'static str, message_type: u16, flags: Flags, message: B) -> Self
    where
        B: Build,
        B::View: Object,
    {
        Order::raw::<B::View>(operation, message_type, flags, message.into_buffer())
    }

    #[inline]
    pub(crate) fn raw<M: Object + ?Sized>(
        operation: &'static str,
        message_type: u16,
        flags: Flags,
        message: PooledBuffer,
    ) -> Self {
        Order { subject: Subject::of::<M>(operation, message_type), message_type, flags, message }
    }
}

/// Accepts builders as messages, and other values by a function that makes a message of them; `found by` names the
/// function that reduces a built message to the key.
macro_rules! into_message {
    ($Message:ident / $Buf:ident found by $key:path $(, $make:path: $($from:ty)*)*) => {
        impl $crate::object::IntoMessage<$Message> for $Buf {
            #[inline(always)]
            fn into_message(self) -> $Buf {
                self
            }

            #[inline(always)]
            fn into_key(self) -> $Buf {
                $key(self)
            }
        }

        impl $crate::object::IntoMessage<$Message> for &$Buf {
            fn into_message(self) -> $Buf {
                self.clone()
            }

            fn into_key(self) -> $Buf {
                $key(self.clone())
            }
        }

        $($(impl $crate::object::IntoMessage<$Message> for $from {
            #[inline(always)]
            fn into_message(self) -> $Buf {
                $make(self)
            }

            #[inline(always)]
            fn into_key(self) -> $Buf {
                $key($make(self))
            }
        })*)*
    };
    ($Message:ident / $Buf:ident $(, $make:path: $($from:ty)*)*) => {
        $crate::object::into_message! { $Message / $Buf found by ::std::convert::identity $(, $make: $($from)*)* }
    };
}

pub(crate) use into_message;
