//! Integers, flags and other values of a fixed length.

use super::{Codec, Put};
use crate::buffer::Buffer;
use crate::error::BuildError;
use crate::table::data::{Plain, Schema, Scope};
use std::fmt;
use std::marker::PhantomData;
use std::os::fd::AsFd;

/// A codec of one fixed length: it can also be a field of a fixed header.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fixed length",
    label = "a field of a fixed header has one",
    note = "integers, byte arrays, `Be`, enums and flags have one; an address in a header is an `Option`"
)]
pub trait Fixed: for<'a> Codec<Value<'a> = <Self as Fixed>::Owned> {
    /// The value that reading returns.
    type Owned: Copy + Default + fmt::Debug;

    /// Bytes on the wire.
    const SIZE: usize;

    /// Reads `bytes`, which are [`SIZE`](Self::SIZE) long (fewer read as the default).
    fn read(bytes: &[u8]) -> Self::Owned;
}

macro_rules! integers {
    ($($int:ident $schema:literal)*) => { $(
        impl Codec for $int {
            type Value<'a> = $int;
            const SCHEMA: Schema = Schema::new($schema);

            #[inline]
            fn decode(payload: &[u8]) -> Option<$int> {
                payload.try_into().ok().map($int::from_ne_bytes)
            }

            fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
                Self::decode(payload).into()
            }
        }

        impl Fixed for $int {
            type Owned = $int;
            const SIZE: usize = size_of::<$int>();

            #[inline]
            fn read(bytes: &[u8]) -> $int {
                Self::decode(bytes).unwrap_or_default()
            }
        }

        impl Put<$int> for $int {
            #[inline]
            fn put(self, out: &mut Buffer) {
                out.push(&self.to_ne_bytes());
            }

            #[inline]
            fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
                out.attribute(key.0, self.to_ne_bytes());
            }

            #[inline]
            fn put_at(self, at: usize, out: &mut Buffer) {
                out.overwrite(at, self.to_ne_bytes());
            }
        }

        impl Put<Be<$int>> for $int {
            #[inline]
            fn put(self, out: &mut Buffer) {
                out.push(&self.to_be_bytes());
            }
        }
    )* };
}

integers! { u8 "u8" u16 "u16" u32 "u32" u64 "u64" i8 "s8" i16 "s16" i32 "s32" i64 "s64" }

/// A fixed value in network byte order: `port: u16 as Be<u16>`.
#[derive(Debug)]
pub struct Be<T>(PhantomData<T>);

impl<T: Fixed> Codec for Be<T> {
    type Value<'a> = T::Owned;
    const SCHEMA: Schema = Schema { big_endian: true, ..T::SCHEMA };

    #[inline]
    fn decode(payload: &[u8]) -> Option<T::Owned> {
        (payload.len() == T::SIZE).then(|| Self::read(payload))
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        let mut host = payload.to_vec();
        if cfg!(target_endian = "little") {
            host.reverse();
        }
        T::plain(&host, scope).into_owned()
    }
}

impl<T: Fixed> Fixed for Be<T> {
    type Owned = T::Owned;
    const SIZE: usize = T::SIZE;

    #[inline]
    fn read(bytes: &[u8]) -> T::Owned {
        let mut turned = [0; 8];
        let Some(host) = turned.get_mut(..bytes.len()) else { return T::Owned::default() };
        host.copy_from_slice(bytes);
        if cfg!(target_endian = "little") {
            host.reverse();
        }
        T::read(host)
    }
}

/// Codecs of integers of 4 or 8 bytes.
macro_rules! fitting_integers {
    ($($(#[$doc:meta])* $Codec:ident = $name:literal: $short:ident or $long:ident),*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $Codec;

        impl Codec for $Codec {
            type Value<'a> = $long;
            const SCHEMA: Schema = Schema::new($name);

            #[inline]
            fn decode(payload: &[u8]) -> Option<$long> {
                $long::decode(payload).or_else(|| $short::decode(payload).map($long::from))
            }

            fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
                Self::decode(payload).into()
            }
        }

        impl Put<$Codec> for $long {
            fn put(self, out: &mut Buffer) {
                match $short::try_from(self) {
                    Ok(short) => out.push(&short.to_ne_bytes()),
                    Err(_) => out.push(&self.to_ne_bytes()),
                }
            }
        }
    )* };
}

fitting_integers! {
    /// An unsigned integer of 4 or 8 bytes, whichever fits (`NLA_UINT`): `horizon: u64 as Uint`.
    Uint = "uint": u32 or u64,
    /// A signed integer of 4 or 8 bytes, whichever fits (`NLA_SINT`): `offset: i64 as Sint`.
    Sint = "sint": i32 or i64
}

/// One byte: 0 is `false`, anything else `true`.
impl Codec for bool {
    type Value<'a> = bool;
    const SCHEMA: Schema = Schema::new("u8");

    #[inline]
    fn decode(payload: &[u8]) -> Option<bool> {
        u8::decode(payload).map(|byte| byte != 0)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

impl Fixed for bool {
    type Owned = bool;
    const SIZE: usize = 1;

    #[inline]
    fn read(bytes: &[u8]) -> bool {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<bool> for bool {
    fn put(self, out: &mut Buffer) {
        out.push(&[u8::from(self)]);
    }
}

/// An attribute whose presence is its meaning (`NLA_FLAG`): `external: bool as Flag` reads as
/// `Some(true)` or `None`, and setting it to `false` writes nothing.
#[derive(Debug)]
pub struct Flag;

impl Codec for Flag {
    type Value<'a> = bool;
    const SCHEMA: Schema = Schema::new("flag");

    #[inline]
    fn decode(_: &[u8]) -> Option<bool> {
        Some(true)
    }

    fn plain<'a>(_: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        true.into()
    }
}

impl Put<Flag> for bool {
    fn put(self, _: &mut Buffer) {}

    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        if self {
            let start = out.open(key.0);
            out.close(start, key.1);
        }
    }
}

/// Bytes of one fixed length that are not an integer.
impl<const N: usize> Codec for [u8; N] {
    type Value<'a> = [u8; N];
    const SCHEMA: Schema = Schema::new("binary");

    #[inline]
    fn decode(payload: &[u8]) -> Option<[u8; N]> {
        payload.try_into().ok()
    }

    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        <[u8]>::show(payload, scope, f)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::hex(payload)
    }
}

macro_rules! byte_arrays {
    ($($n:literal)*) => { $(
        impl Fixed for [u8; $n] {
            type Owned = [u8; $n];
            const SIZE: usize = $n;

            #[inline]
            fn read(bytes: &[u8]) -> [u8; $n] {
                Self::decode(bytes).unwrap_or_default()
            }
        }
    )* };
}

// Arrays have a `Default` for each length up to 32, not for any length.
byte_arrays! { 1 2 3 4 5 6 7 8 9 10 11 12 14 16 20 24 32 }

impl<const N: usize> Put<[u8; N]> for [u8; N] {
    fn put(self, out: &mut Buffer) {
        out.push(&self);
    }
}

/// A file descriptor of the process that sends the message: `namespace: u32 as Descriptor`, `channel: u32 as Descriptor<i32>`.
///
/// Setting takes a reference to anything that has a descriptor; the message keeps a duplicate, so that it is open when
/// it is sent.
#[derive(Debug)]
pub struct Descriptor<T = u32>(PhantomData<T>);

macro_rules! descriptors {
    ($($int:ident)*) => { $(
        impl Codec for Descriptor<$int> {
            type Value<'a> = u32;
            const SCHEMA: Schema = <$int as Codec>::SCHEMA;

            #[inline]
            fn decode(payload: &[u8]) -> Option<u32> {
                u32::decode(payload)
            }

            fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
                Self::decode(payload).into()
            }
        }

        impl<T: AsFd> Put<Descriptor<$int>> for &T {
            fn put(self, out: &mut Buffer) {
                match self.as_fd().try_clone_to_owned() {
                    Ok(duplicate) => out.push_descriptor(duplicate),
                    Err(error) => {
                        out.refuse(BuildError::Invalid(format!("the descriptor can't be duplicated: {error}")))
                    }
                }
            }
        }
    )* };
}

descriptors! { u32 i32 }

/// The index of a device: `master: u32 as IfIndex`, `index: u32 as IfIndex<i32>`.
///
/// It reads as a number. It can also be set by name: the message then contains 0 and remembers where
/// ([`Buffer::unresolved`]), and the sender looks the name up first, as `iproute2`'s handles do.
#[derive(Debug)]
pub struct IfIndex<T = u32>(PhantomData<T>);

/// Notes an index that is none.
#[inline(always)]
fn note_zero(index: u32, out: &mut Buffer) {
    if index == 0 {
        out.note_zero();
    }
}

macro_rules! device_names {
    ($codec:ty: $($name:ty),*) => { $(
        impl Put<$codec> for $name {
            fn put(self, out: &mut Buffer) {
                out.push_device(self.as_bytes());
            }
        }
    )* };
}

macro_rules! devices {
    ($($int:ident)*) => { $(
        impl Codec for IfIndex<$int> {
            type Value<'a> = u32;
            const SCHEMA: Schema = <$int as Codec>::SCHEMA;

            #[inline]
            fn decode(payload: &[u8]) -> Option<u32> {
                u32::decode(payload)
            }

            fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
                Self::decode(payload).into()
            }
        }

        impl Fixed for IfIndex<$int> {
            type Owned = u32;
            const SIZE: usize = 4;

            #[inline]
            fn read(bytes: &[u8]) -> u32 {
                u32::read(bytes)
            }
        }

        impl Put<IfIndex<$int>> for u32 {
            #[inline]
            fn put(self, out: &mut Buffer) {
                note_zero(self, out);
                out.push(&self.to_ne_bytes());
            }

            #[inline]
            fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
                note_zero(self, out);
                out.attribute(key.0, self.to_ne_bytes());
            }

            #[inline]
            fn put_at(self, at: usize, out: &mut Buffer) {
                out.overwrite(at, self.to_ne_bytes());
            }
        }

        impl Put<IfIndex<$int>> for &u32 {
            #[inline]
            fn put(self, out: &mut Buffer) {
                Put::<IfIndex<$int>>::put(*self, out);
            }

            #[inline]
            fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
                Put::<IfIndex<$int>>::put_as(*self, key, out);
            }

            #[inline]
            fn put_at(self, at: usize, out: &mut Buffer) {
                out.overwrite(at, self.to_ne_bytes());
            }
        }

        device_names! { IfIndex<$int>: &str, &&str, &String, String, std::borrow::Cow<'_, str>, &super::Name }

        impl<M: crate::View + ?Sized> Put<IfIndex<$int>> for &crate::Packet<M>
        where
            for<'a> &'a M: Put<IfIndex<$int>>,
        {
            fn put(self, out: &mut Buffer) {
                <&M as Put<IfIndex<$int>>>::put(self, out);
            }
        }
    )* };
}

devices! { u32 i32 }
