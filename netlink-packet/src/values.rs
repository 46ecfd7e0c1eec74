//! Enums and flags as the kernel has them: numbers with names, of which later kernels may have more.

use crate::buffer::Buffer;
use crate::codec::Put;
use crate::error::UnknownWord;
use std::fmt;
use std::ops::BitOr;
use std::str::FromStr;

/// Defines an enum: a number, constants for the known values, and the words that `ip` prints.
///
/// A value without a name keeps its number, prints as its number, and is written back unchanged. `parse`,
/// `TryFrom<&str>` and setters accept the words, in upper or lower case, and numbers. The name in quotes is the enum's
/// name in the kernel's specification.
///
/// ```
/// use netlink_packet::values;
///
/// values! {
///     /// The colour of a lamp.
///     pub struct Colour: u8 = "lamp-colour" {
///         /// As a sunset.
///         RED = 1 => "red",
///         /// As the sea.
///         DEEP_BLUE = 2 => "blue",
///     }
/// }
///
/// assert_eq!(Colour::DEEP_BLUE.to_string(), "blue");
/// assert_eq!(format!("{:?}", Colour(7)), "7");
/// assert_eq!("red".parse(), Ok(Colour::RED));
/// assert_eq!("7".parse(), Ok(Colour(7)));
/// assert!(Colour::try_from("mauve").is_err());
/// assert_eq!(u8::from(Colour::RED), 1);
/// ```
#[macro_export]
macro_rules! values {
    (
        $(#[$meta:meta])*
        $vis:vis struct $Name:ident : $int:ident = $spec:literal {
            $($(#[$vmeta:meta])* $VALUE:ident = $value:literal => $word:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $Name(
            /// The kernel's number.
            pub $int,
        );

        #[allow(dead_code, reason = "the list is the kernel's, whoever uses which")]
        impl $Name {
            $($(#[$vmeta])* $vis const $VALUE: Self = Self($value);)*

            /// The word for it; `None` if it has no name here.
            $vis fn word(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($word),)*
                    _ => None,
                }
            }
        }

        impl ::core::fmt::Display for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.word() {
                    Some(word) => f.pad(word),
                    None => ::core::fmt::Display::fmt(&self.0, f),
                }
            }
        }

        impl ::core::fmt::Debug for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(self, f)
            }
        }

        impl ::core::str::FromStr for $Name {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> ::core::result::Result<Self, $crate::UnknownWord> {
                const WORDS: &[($int, &str)] = &[$(($value, $word)),*];
                let value = $crate::value_of(word, WORDS).map(Self);
                value.ok_or_else(|| $crate::UnknownWord::new(stringify!($Name), word))
            }
        }

        impl From<$int> for $Name {
            #[inline]
            fn from(number: $int) -> Self {
                Self(number)
            }
        }

        impl From<$Name> for $int {
            #[inline]
            fn from(value: $Name) -> $int {
                value.0
            }
        }

        $crate::__number! { $Name: $int, $spec, false, |number| $Name(number), |value| value.0,
            |value| value.word().map_or($crate::Plain::from(value.0), $crate::Plain::from),
            || vec![$((stringify!($VALUE), $value)),*] }
    };
}

/// Defines flags: [`bitflags`](https://docs.rs/bitflags) that are a codec, keep unknown bits, and print as words.
///
/// Parsing accepts what is printed: words in upper or lower case separated by commas, and numbers for bits without a
/// word. So do setters.
///
/// ```
/// use netlink_packet::flags;
///
/// flags! {
///     /// What a lamp can do.
///     pub struct LampFlags: u16 = "lamp-flags" {
///         /// It can be dimmed.
///         const DIMMABLE = 1 => "dimmable";
///         /// It can change its colour.
///         const COLOURED = 2 => "coloured";
///     }
/// }
///
/// let flags = LampFlags::DIMMABLE | LampFlags::from_bits_retain(0x10);
/// assert_eq!(flags.to_string(), "dimmable,0x10");
/// assert!(flags.contains(LampFlags::DIMMABLE));
/// assert_eq!("dimmable,0x10".parse(), Ok(flags));
/// ```
#[macro_export]
macro_rules! flags {
    (
        $(#[$($meta:tt)*])*
        $vis:vis struct $Name:ident : $int:ident = $spec:literal {
            $($(#[$($vmeta:tt)*])* const $VALUE:ident = $value:literal => $word:literal;)*
        }
    ) => {
        $crate::bitflags::bitflags! {
            $(#[$($meta)*])*
            #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            $vis struct $Name: $int {
                $($(#[$($vmeta)*])* const $VALUE = $value;)*
                const _ = !0;
            }
        }

        impl ::core::fmt::Display for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                const WORDS: &[($int, &str)] = &[$(($value, $word)),*];
                let (mut left, mut comma) = (self.bits(), "");
                for &(bits, word) in WORDS {
                    if bits != 0 && self.bits() & bits == bits && left & bits != 0 {
                        write!(f, "{comma}{word}")?;
                        left &= !bits;
                        comma = ",";
                    }
                }
                if left != 0 { write!(f, "{comma}{left:#x}") } else { Ok(()) }
            }
        }

        impl ::core::fmt::Debug for $Name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                write!(f, "<{self}>")
            }
        }

        impl ::core::str::FromStr for $Name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::UnknownWord> {
                const WORDS: &[($int, &str)] = &[$(($value, $word)),*];
                let flags = $crate::flags_of(text, WORDS).map(Self::from_bits_retain);
                flags.ok_or_else(|| $crate::UnknownWord::new(stringify!($Name), text))
            }
        }

        $crate::__number! { $Name: $int, $spec, true, |number| $Name::from_bits_retain(number), |value| value.bits(),
            |value| $crate::Plain::flags(value.bits().into(), &[$(($value, $word)),*]),
            || vec![$((stringify!($VALUE), $value)),*] }

        /// The flags, which are their own mask.
        impl $crate::Put<$crate::Bitfield<$Name>> for $Name {
            fn put(self, out: &mut $crate::Buffer) {
                $crate::Put::<$int>::put(self.bits(), out);
                $crate::Put::<$int>::put(self.bits(), out);
            }
        }
    };
}

/// The value of one of these words, in upper or lower case, or of a number: for the macro.
#[doc(hidden)]
pub fn value_of<T: Copy + FromStr>(text: &str, words: &[(T, &str)]) -> Option<T> {
    // Two words may differ only in case.
    let just = words.iter().find(|(_, word)| *word == text);
    let word = just.or_else(|| words.iter().find(|(_, word)| word.eq_ignore_ascii_case(text)));
    word.map(|(value, _)| *value).or_else(|| text.parse().ok())
}

/// The bits named by text in these words: for the macro.
#[doc(hidden)]
pub fn flags_of<T>(text: &str, words: &[(T, &str)]) -> Option<T>
where
    T: Copy + Default + BitOr<Output = T> + FromStr + TryFrom<u64>,
{
    let digits = |digits: &str| u64::from_str_radix(digits, 16).ok()?.try_into().ok();
    let bits = |word: &str| value_of(word, words).or_else(|| word.strip_prefix("0x").and_then(digits));
    match text.trim() {
        "" => Some(T::default()),
        text => text.split(',').try_fold(T::default(), |all, word| Some(all | bits(word.trim())?)),
    }
}

/// A number with words for its values, defined by [`values!`](crate::values) or [`flags!`](crate::flags): setters
/// accept the words, too.
///
/// ```
/// use netlink_packet::{Build, netlink, values};
///
/// values! {
///     /// The colour of a lamp.
///     pub struct Colour: u8 = "lamp-colour" {
///         /// As a sunset.
///         RED = 1 => "red",
///     }
/// }
///
/// netlink! {
///     /// A lamp.
///     pub struct Lamp / LampBuf
///     attributes {
///         /// Its colour.
///         LAMP_COLOUR = 1 => colour: Colour,
///     }
/// }
///
/// assert_eq!(Lamp::build().colour("red"), Lamp::build().colour(Colour::RED));
/// let unknown = Lamp::build().colour("mauve");
/// assert_eq!(unknown.buffer().problem().map(ToString::to_string), Some(r#""mauve" is not a valid Colour"#.to_owned()));
/// ```
#[diagnostic::on_unimplemented(
    message = "text can't be written into an attribute of type `{Self}`",
    label = "an attribute of type `{Self}` takes something else"
)]
pub trait Words: FromStr<Err = UnknownWord> + fmt::Display + Copy {}

macro_rules! put_words {
    ($($text:ty),*) => { $(
        impl<C: Words + Put<C>> Put<C> for $text {
            fn put(self, out: &mut Buffer) {
                match self.parse::<C>() {
                    Ok(value) => value.put(out),
                    Err(unknown) => out.refuse(unknown.into()),
                }
            }
        }
    )* };
}

put_words! { &str, &String, String }

/// Makes a number with names a codec.
#[doc(hidden)]
#[macro_export]
macro_rules! __number {
    ($Name:ident : $int:ident, $spec:literal, $flags:literal, $from:expr, $into:expr, $plain:expr, $list:expr) => {
        impl $crate::Words for $Name {}

        impl ::core::convert::TryFrom<&str> for $Name {
            type Error = $crate::UnknownWord;

            fn try_from(word: &str) -> ::core::result::Result<Self, $crate::UnknownWord> {
                word.parse()
            }
        }

        impl ::core::convert::TryFrom<&String> for $Name {
            type Error = $crate::UnknownWord;

            fn try_from(word: &String) -> ::core::result::Result<Self, $crate::UnknownWord> {
                word.parse()
            }
        }

        impl $crate::Codec for $Name {
            type Value<'a> = $Name;
            const SCHEMA: $crate::Schema = $crate::Schema {
                values: Some($crate::Values { name: $spec, flags: $flags, list: $list }),
                ..<$int as $crate::Codec>::SCHEMA
            };

            #[inline]
            fn decode(payload: &[u8]) -> Option<$Name> {
                let from: fn($int) -> $Name = $from;
                <$int as $crate::Codec>::decode(payload).map(from)
            }

            fn plain<'a>(payload: &'a [u8], _: &$crate::Scope<'_>) -> $crate::Plain<'a> {
                <Self as $crate::Codec>::decode(payload).into()
            }
        }

        /// The word, or the number if there is none; for flags a list of words, and a number for the bits without one.
        impl From<$Name> for $crate::Plain<'_> {
            fn from(value: $Name) -> Self {
                let plain: fn($Name) -> $crate::Plain<'static> = $plain;
                plain(value)
            }
        }

        $crate::__serialize! { plain $Name }

        impl $crate::Fixed for $Name {
            type Owned = $Name;
            const SIZE: usize = size_of::<$int>();

            #[inline]
            fn read(bytes: &[u8]) -> $Name {
                <Self as $crate::Codec>::decode(bytes).unwrap_or_default()
            }
        }

        impl $crate::Put<$Name> for $Name {
            #[inline]
            fn put(self, out: &mut $crate::Buffer) {
                let into: fn($Name) -> $int = $into;
                $crate::Put::<$int>::put(into(self), out);
            }

            #[inline]
            fn put_as(self, key: (u16, &'static str), out: &mut $crate::Buffer) {
                let into: fn($Name) -> $int = $into;
                $crate::Put::<$int>::put_as(into(self), key, out);
            }

            #[inline]
            fn put_at(self, at: usize, out: &mut $crate::Buffer) {
                let into: fn($Name) -> $int = $into;
                $crate::Put::<$int>::put_at(into(self), at, out);
            }
        }

        impl $crate::Put<$crate::Be<$Name>> for $Name {
            fn put(self, out: &mut $crate::Buffer) {
                let into: fn($Name) -> $int = $into;
                $crate::Put::<$crate::Be<$int>>::put(into(self), out);
            }
        }
    };
}
