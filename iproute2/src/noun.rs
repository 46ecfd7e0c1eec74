//! What the nouns of generic netlink families have in common: the door on the handle, and requests by command.
//!
//! A small family is a table in `netlink-packet` and a file here with a [`door!`], its verbs and its [`Noun`].

#![cfg_attr(
    not(feature = "full"),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "each family uses a part of it, and all of them all"
    )
)]

use crate::handle::Handle;
use crate::order::About;
use crate::request::{Done, Request};
use crate::target::Noun;
use netlink_packet::generic::GenericMessageBuf;
use netlink_packet::{Build, Command, Flags, Packet};

/// Defines the verbs of a noun, and the handle's method that gives them: `/// ... mptcp => /// ... Mptcp`.
macro_rules! door {
    ($(#[$about:meta])* $door:ident => $(#[$meta:meta])* $Verbs:ident) => {
        $crate::handle::verbs! {
            $(#[$meta])*
            ///
            #[doc = concat!("[`Handle::", stringify!($door), "`](crate::Handle::", stringify!($door), ") gives them.")]
            pub struct $Verbs
        }

        impl<D> $crate::handle::Handle<D> {
            $(#[$about])*
            pub fn $door(&self) -> $Verbs<'_, D> {
                $Verbs(self)
            }
        }
    };
}

pub(crate) use door;

impl<D> Handle<D> {
    /// Has a command carried out, in one message, and acknowledged.
    pub(crate) fn act<B>(&self, operation: &'static str, command: u8, message: B) -> Request<D, Done>
    where
        B: Build,
        B::View: Noun,
    {
        self.send_noun(operation, Flags::ACK, by(command, message), about::<B::View>())
    }

    /// Asks by a command for one object.
    pub(crate) fn ask<B>(
        &self,
        operation: &'static str,
        command: u8,
        message: B,
    ) -> Request<D, Packet<<B::View as Command>::Reply>>
    where
        B: Build,
        B::View: Noun,
    {
        self.send_noun(operation, Flags::empty(), by(command, message), about::<B::View>())
    }
}

/// The message with this command in its generic netlink header.
pub(crate) fn by<B: Build>(command: u8, message: B) -> B {
    let message = GenericMessageBuf::from_buffer(message.into_buffer()).command(command);
    B::from_buffer(message.into_buffer())
}

/// A request that is one message.
fn about<M: Noun + ?Sized>() -> &'static About {
    const { &About::noun::<M>(|_| Ok(None)) }
}
