//! Strings without a terminating NUL.

use netlink_packet::{Buffer, BuildError, Codec, Name, Plain, Put, Schema, Scope};
use std::borrow::Cow;
use std::marker::PhantomData;

/// Codec of a string that is written without a terminating NUL, where the kernel would take that for a part of the
/// string, or where `ip` leaves it out: `alias: &Name as Unterminated<Name>`.
#[derive(Debug)]
pub struct Unterminated<C: ?Sized>(PhantomData<fn(&C)>);

impl<C: Codec + ?Sized> Codec for Unterminated<C> {
    type Value<'a> = C::Value<'a>;
    const SCHEMA: Schema = C::SCHEMA;

    #[inline]
    fn decode(payload: &[u8]) -> Option<C::Value<'_>> {
        C::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        C::plain(payload, scope)
    }
}

macro_rules! put_bare {
    ($($text:ty)*) => { $(
        impl<C: ?Sized> Put<Unterminated<C>> for $text {
            fn put(self, out: &mut Buffer) {
                let text = AsRef::<[u8]>::as_ref(&*self);
                if text.contains(&0) {
                    out.refuse(BuildError::Nul);
                }
                out.push(text);
            }
        }
    )* };
}

put_bare! { &str &&str &String String Cow<'_, str> &Name &[u8] }
