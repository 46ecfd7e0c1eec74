//! What is checked of a message before it becomes a request.
//!
//! It is done while the message is still a builder, one pointer: a request is 64 bytes, which a call that may change one of
//! them would move to memory and back.

use crate::object::Object;
use crate::order::would_be_ignored;
use netlink_packet::{Buffer, Build, BuildError, Ignored, PooledBuffer, RawAttributes, Scope, View};

/// The reason not to send a message, if there is one.
pub(crate) type Check = fn(&Buffer) -> Option<BuildError>;

/// A check of a message of any family. One that fails refuses the message, which fails the request.
pub(crate) trait Checked: Build {
    /// It passes this check.
    fn checked(self, check: Check) -> Self {
        Self::from_buffer(refused_if(self.into_buffer(), check))
    }

    /// The kernel ignores no part of it when it adds or changes an object.
    #[inline(always)]
    fn says_nothing_ignored(self) -> Self {
        if self.buffer().may_hold(Self::View::SUSPECTS) {
            return Self::from_buffer(refused_if(self.into_buffer(), ignored_in::<Self::View>));
        }
        self
    }
}

impl<B: Build> Checked for B {}

/// A check of a message for a command that takes only some of its attributes: the kernel ignores others.
#[cfg_attr(not(feature = "full"), allow(dead_code, reason = "families use it"))]
pub(crate) fn takes_only<M: View + ?Sized>(message: &Buffer, taken: &[u16]) -> Option<BuildError> {
    let attributes = RawAttributes::new(message.body().get(M::START..).unwrap_or_default());
    let others = attributes.map(|attribute| attribute.number()).filter(|number| !taken.contains(number));
    let row = |number: u16| M::ROWS.iter().find(|row| row.number == number);
    others.into_iter().find_map(row).and_then(|row| {
        let (name, field) = (row.name, row.setter(Some(&Scope::of(M::cast(message.body())))));
        invalid(would_be_ignored(&Ignored { name, field, bits: Vec::new(), why: "" }))
    })
}

/// A check of a message for what its table marks as ignored by the kernel.
pub(crate) fn ignored_in<M: View + ?Sized>(message: &Buffer) -> Option<BuildError> {
    let ignored = Scope::of(M::cast(message.body())).ignored()?;
    invalid(would_be_ignored(&ignored))
}

/// Checks of a message of the route family.
pub(crate) trait Checks: Checked<View: Object> {
    /// It identifies an object.
    #[inline(always)]
    fn about_one(self) -> Self {
        match Self::View::cast(self.buffer().body()).lacks() {
            Some(what) => Self::from_buffer(refused_as(self.into_buffer(), what)),
            None => self,
        }
    }

    /// It passes this check, if it may say 0 where an object is meant.
    #[inline(always)]
    fn checked_for_zero(self, check: Check) -> Self {
        if self.buffer().may_say_zero() { self.checked(check) } else { self }
    }
}

impl<B: Build<View: Object>> Checks for B {}

#[cold]
#[inline(never)]
fn refused_if(mut message: PooledBuffer, check: Check) -> PooledBuffer {
    if let Some(problem) = check(&message) {
        message.refuse(problem);
    }
    message
}

#[cold]
#[inline(never)]
fn refused_as(mut message: PooledBuffer, problem: &str) -> PooledBuffer {
    refuse_as(&mut message, problem);
    message
}

/// Refuses a message for a reason in words.
#[cold]
pub(crate) fn refuse_as(message: &mut Buffer, problem: &str) {
    message.refuse(BuildError::Invalid(problem.to_owned()));
}

/// What is wrong with a message, in words.
pub(crate) fn invalid(problem: impl Into<String>) -> Option<BuildError> {
    Some(BuildError::Invalid(problem.into()))
}
