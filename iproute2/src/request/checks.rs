//! What is checked of a message before it becomes a request.
//!
//! It is done while the message is still a builder, one pointer: a request is 64 bytes, which a call that may change one of
//! them would move to memory and back.

use crate::object::Object;
use crate::order::would_be_ignored;
use netlink_packet::{Buffer, Build, BuildError, PooledBuffer, Scope, View};

/// The reason not to send a message, if there is one.
pub(crate) type Check = fn(&Buffer) -> Option<BuildError>;

/// A check of a message of any family. One that fails refuses the message, which fails the request.
pub(crate) trait Checked: Build {
    /// It passes this check.
    fn checked(self, check: Check) -> Self {
        Self::from_buffer(refused_if(self.into_buffer(), check))
    }
}

impl<B: Build> Checked for B {}

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

    /// The kernel ignores no part of it when it adds or changes an object.
    #[inline(always)]
    fn says_nothing_ignored(self) -> Self {
        if self.buffer().may_hold(Self::View::SUSPECTS) {
            return Self::from_buffer(refused_if(self.into_buffer(), says_ignored::<Self::View>));
        }
        self
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

/// An attribute that the kernel would ignore, as a problem.
fn says_ignored<M: Object + ?Sized>(message: &Buffer) -> Option<BuildError> {
    let row = Scope::of(M::cast(message.body())).ignored()?;
    invalid(would_be_ignored(row))
}

/// What is wrong with a message, in words.
pub(crate) fn invalid(problem: impl Into<String>) -> Option<BuildError> {
    Some(BuildError::Invalid(problem.into()))
}
