//! Secrets of no one length: bytes that nothing prints.

#[cfg(any(feature = "macsec", feature = "seg6"))]
use crate::codec::Put;

/// What is printed in place of a secret, as `wg show` does.
pub(super) const HIDDEN: &str = "(hidden)";

/// Bytes in hexadecimal digits; `None` where they are not.
#[cfg(feature = "macsec")]
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}

/// Makes the type of a secret of up to so many bytes: `Key, 32`. The type has `fn check(bytes: &[u8]) -> Result<(), BuildError>`, which
/// says what bytes are one, and `fn parse(text: &str) -> Result<Self, BuildError>`.
#[cfg(any(feature = "macsec", feature = "seg6"))]
macro_rules! secret {
    ($(#[$meta:meta])* $Secret:ident, $most:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $Secret {
            bytes: [u8; $most],
            length: u8,
        }

        impl $Secret {
            /// The bytes.
            pub fn as_bytes(&self) -> &[u8] {
                self.bytes.get(..self.length.into()).unwrap_or_default()
            }
        }

        /// Prints nothing of it.
        impl ::std::fmt::Debug for $Secret {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str($crate::generic::secret::HIDDEN)
            }
        }

        impl TryFrom<&[u8]> for $Secret {
            type Error = $crate::BuildError;

            fn try_from(from: &[u8]) -> Result<Self, $crate::BuildError> {
                Self::check(from)?;
                let mut bytes = [0; $most];
                for (to, from) in bytes.iter_mut().zip(from) {
                    *to = *from;
                }
                Ok(Self { bytes, length: u8::try_from(from.len()).unwrap_or_default() })
            }
        }

        impl<const N: usize> TryFrom<&[u8; N]> for $Secret {
            type Error = $crate::BuildError;

            fn try_from(from: &[u8; N]) -> Result<Self, $crate::BuildError> {
                Self::try_from(from.as_slice())
            }
        }

        impl ::std::str::FromStr for $Secret {
            type Err = $crate::BuildError;

            fn from_str(text: &str) -> Result<Self, $crate::BuildError> {
                Self::parse(text)
            }
        }

        impl $crate::Codec for $Secret {
            type Value<'a> = $Secret;
            const SCHEMA: $crate::Schema = $crate::Schema { secret: true, ..$crate::Schema::new("binary") };

            fn decode(payload: &[u8]) -> Option<$Secret> {
                $Secret::try_from(payload).ok()
            }

            fn show(_: &[u8], _: &$crate::Scope<'_>, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str($crate::generic::secret::HIDDEN)
            }

            fn plain<'a>(_: &'a [u8], _: &$crate::Scope<'_>) -> $crate::Plain<'a> {
                $crate::generic::secret::HIDDEN.into()
            }
        }

        impl $crate::Put<$Secret> for &$Secret {
            fn put(self, out: &mut $crate::Buffer) {
                out.mark_secret();
                out.push(self.as_bytes());
            }
        }

        impl $crate::Put<$Secret> for $Secret {
            fn put(self, out: &mut $crate::Buffer) {
                $crate::Put::<$Secret>::put(&self, out);
            }
        }

        impl $crate::Put<$Secret> for &[u8] {
            fn put(self, out: &mut $crate::Buffer) {
                $crate::generic::secret::put_or_refuse($Secret::try_from(self), out);
            }
        }

        impl<const N: usize> $crate::Put<$Secret> for [u8; N] {
            fn put(self, out: &mut $crate::Buffer) {
                $crate::generic::secret::put_or_refuse($Secret::try_from(self.as_slice()), out);
            }
        }

        impl $crate::Put<$Secret> for &str {
            fn put(self, out: &mut $crate::Buffer) {
                $crate::generic::secret::put_or_refuse($Secret::parse(self), out);
            }
        }

        impl $crate::Put<$Secret> for &String {
            fn put(self, out: &mut $crate::Buffer) {
                $crate::generic::secret::put_or_refuse($Secret::parse(self), out);
            }
        }
    };
}

#[cfg(any(feature = "macsec", feature = "seg6"))]
pub(super) use secret;

/// Writes a value, or fails the message with what is wrong with it.
#[cfg(any(feature = "macsec", feature = "seg6"))]
pub(super) fn put_or_refuse<C: ?Sized, T: Put<C>>(
    value: Result<T, crate::BuildError>,
    out: &mut crate::Buffer,
) {
    match value {
        Ok(value) => value.put(out),
        Err(problem) => out.refuse(problem),
    }
}
