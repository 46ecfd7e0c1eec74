//! Deleting exactly one object: the kernel takes what a request leaves out for "any", and deletes the first object that fits.
//! Where others may fit, all that may are listed, and the request is sent only if the kernel finds this one first.

use crate::error::{ErrorKind, KernelError};
use crate::object::Deletable;
use crate::order::{About, Listing, Order, Planned, Steps, Subject};
use crate::request::{Deleted, Request};
use netlink_packet::control::Diagnostic;
use netlink_packet::{Build, BuildError, Nest, Packet, PooledBuffer};

/// What finds an object among those that the kernel may take for it.
pub(crate) enum Found<B> {
    /// This message, and no other object.
    By(B),
    /// It is not there any more.
    Gone,
    /// The kernel would find another one before it.
    Behind,
    /// The kernel would delete others with it.
    Among,
}

/// Finds the message that deletes just this object of those that are present, in the kernel's order. It is present no more then.
pub(crate) fn find<M: Deletable + ?Sized>(wanted: &M, present: &mut Vec<&M>) -> Found<M::Builder> {
    let Some(at) = present.iter().position(|object| wanted.is_same(object)) else { return Found::Gone };
    let key = if present.len() > 1 { wanted.exact_key() } else { wanted.key() };
    let view = M::cast(key.buffer().body());
    let mut others = (0..present.len()).filter(|place| *place != at && view.finds(present[*place]));
    match others.next() {
        Some(_) if view.takes_all() => Found::Among,
        Some(first) if first < at => Found::Behind,
        _ => {
            present.remove(at);
            Found::By(key)
        }
    }
}

/// The reason not to delete an object that the kernel can't tell from one before it.
pub(crate) fn is_behind() -> BuildError {
    let problem = "another one comes first that the kernel can't tell from it, and would delete in its place";
    BuildError::Invalid(problem.to_owned())
}

/// The reason not to delete an object with which the kernel would delete others.
pub(crate) fn is_among() -> BuildError {
    BuildError::Invalid("the kernel would delete others with it, which it can't distinguish".to_owned())
}

/// What the kernel says of an object that is not there.
pub(crate) fn not_found(errno: i32) -> ErrorKind {
    ErrorKind::Kernel(Box::new(KernelError { errno, diagnostic: Diagnostic::default() }))
}

/// A list of all that the kernel may take for a listed object, before that is deleted.
pub(crate) fn listing<M: Deletable + ?Sized>(listed: &M) -> Option<Listing> {
    let crowd = listed.crowd()?;
    let (message_type, message) = listed.survey();
    let wanted = Box::new(move |object: &[u8]| M::cast(object).crowd() == Some(crowd));
    Some(Listing { message_type, message, wanted, choose: choose::<M> })
}

fn choose<M: Deletable + ?Sized>(
    objects: &[Packet<Nest>],
    message: &mut PooledBuffer,
) -> Result<(), ErrorKind> {
    let mut present = objects.iter().map(|object| M::cast(object.as_bytes())).collect();
    *message = match find(M::cast(message.body()), &mut present) {
        Found::By(key) => key.into_buffer(),
        Found::Gone => return Err(not_found(M::MISSING)),
        Found::Behind => return Err(is_behind().into()),
        Found::Among => return Err(is_among().into()),
    };
    Ok(())
}

impl Subject {
    /// The deletion of just the object that its message says.
    pub(crate) fn exact<M: Deletable + ?Sized>(operation: &'static str) -> Self {
        Subject { operation, object: const { &About::of::<M>(Some(plan_of::<M>())) } }
    }
}

/// The plan of a request that deletes a listed object.
const fn plan_of<M: Deletable + ?Sized>() -> Planned {
    |order: &mut Order| Ok(listing(M::cast(order.message.body())).map(Steps::listing))
}

impl<D> Request<D, Deleted> {
    /// Has it delete just the object that its message says, where that was listed.
    #[inline]
    pub(crate) fn exactly<M: Deletable + ?Sized>(self, listed: bool) -> Self {
        self.planned(|operation, _| listed.then(|| Subject::exact::<M>(operation)))
    }
}
