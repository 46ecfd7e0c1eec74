//! Keys: 32 bytes, in text the base64 of `wg`.

use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::error::BuildError;
use crate::generic::secret::HIDDEN;
use crate::table::data::{Plain, Schema, Scope};
use base64ct::{Base64, Encoding};
use std::fmt;
use std::str::FromStr;

/// Key length, in bytes: `WG_KEY_LEN`.
pub const WG_KEY_LEN: usize = 32;

/// Reads base64. What is wrong is said without the text, which may be a secret but for a letter.
fn parse(text: &str) -> Result<[u8; WG_KEY_LEN], BuildError> {
    let mut key = [0; WG_KEY_LEN];
    match Base64::decode(text, &mut key) {
        Ok(bytes) if bytes.len() == WG_KEY_LEN => Ok(key),
        Ok(bytes) => Err(BuildError::Invalid(format!(
            "a WireGuard key has {WG_KEY_LEN} bytes, and this one {}",
            bytes.len()
        ))),
        Err(_) => Err(BuildError::Invalid(format!(
            "a WireGuard key is {WG_KEY_LEN} bytes in base64, 44 characters that end with `=`, which this text of {} is not",
            text.chars().count()
        ))),
    }
}

/// Makes the type of a key, which reads as absent where all its bytes are zero: so the kernel says that there is none.
macro_rules! keys {
    ($($(#[$meta:meta])* $Key:ident, $secret:literal;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $Key([u8; WG_KEY_LEN]);

        impl $Key {
            /// No key: all bytes are zero, by which a request takes a key away.
            pub const NONE: Self = Self([0; WG_KEY_LEN]);

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; WG_KEY_LEN] {
                &self.0
            }

            /// The base64 text, of 44 characters.
            pub fn to_base64(&self) -> String {
                Base64::encode_string(&self.0)
            }
        }

        impl From<[u8; WG_KEY_LEN]> for $Key {
            fn from(bytes: [u8; WG_KEY_LEN]) -> Self {
                Self(bytes)
            }
        }

        /// As many bytes as a key has.
        impl TryFrom<&[u8]> for $Key {
            type Error = BuildError;

            fn try_from(bytes: &[u8]) -> Result<Self, BuildError> {
                let length = bytes.len();
                let wrong = |_| BuildError::Invalid(format!("a WireGuard key has {WG_KEY_LEN} bytes, and this one {length}"));
                bytes.try_into().map(Self).map_err(wrong)
            }
        }

        /// Base64, as `wg` prints it.
        impl FromStr for $Key {
            type Err = BuildError;

            fn from_str(text: &str) -> Result<Self, BuildError> {
                parse(text).map(Self)
            }
        }

        impl Codec for $Key {
            type Value<'a> = $Key;
            const SCHEMA: Schema = Schema { secret: $secret, ..Schema::new("binary") };

            fn decode(payload: &[u8]) -> Option<$Key> {
                $Key::try_from(payload).ok().filter(|key| *key != Self::NONE)
            }

            fn check(payload: &[u8]) -> bool {
                payload.len() == WG_KEY_LEN
            }

            fn show(payload: &[u8], _: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match Self::decode(payload) {
                    Some(key) => fmt::Debug::fmt(&key, f),
                    None => f.write_str("none"),
                }
            }

            fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
                match Self::decode(payload) {
                    Some(_) if $secret => HIDDEN.into(),
                    Some(key) => Plain::Text(key.to_base64().into()),
                    None => Plain::Null,
                }
            }
        }

        impl Put<$Key> for &$Key {
            fn put(self, out: &mut Buffer) {
                if $secret {
                    out.mark_secret();
                }
                out.push(&self.0);
            }
        }

        impl Put<$Key> for $Key {
            fn put(self, out: &mut Buffer) {
                Put::<$Key>::put(&self, out);
            }
        }

        impl Put<$Key> for [u8; WG_KEY_LEN] {
            fn put(self, out: &mut Buffer) {
                Put::<$Key>::put(&$Key(self), out);
            }
        }

        /// Base64; other text fails the request.
        impl Put<$Key> for &str {
            fn put(self, out: &mut Buffer) {
                match self.parse::<$Key>() {
                    Ok(key) => Put::<$Key>::put(&key, out),
                    Err(problem) => out.refuse(problem),
                }
            }
        }

        impl Put<$Key> for &String {
            fn put(self, out: &mut Buffer) {
                Put::<$Key>::put(self.as_str(), out);
            }
        }
    )* };
}

keys! {
    /// Public key (Curve25519) of a device or a peer.
    ///
    /// ```
    /// use netlink_packet::generic::wireguard::PublicKey;
    ///
    /// let text = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
    /// let key: PublicKey = text.parse()?;
    /// assert_eq!(key.to_string(), text);
    /// # Ok::<(), netlink_packet::BuildError>(())
    /// ```
    #[derive(Copy, PartialOrd, Ord, Hash)]
    PublicKey, false;

    /// Private key (Curve25519) of a device. Any 32 random bytes make one: the kernel sets and clears the bits that
    /// must be. It prints as `(hidden)`; [`to_base64`](Self::to_base64) is its text.
    ///
    /// ```
    /// use netlink_packet::generic::wireguard::PrivateKey;
    ///
    /// let key: PrivateKey = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=".parse()?;
    /// assert_eq!(format!("{key:?}"), "(hidden)");
    /// assert_eq!(key.to_base64(), "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=");
    /// assert!("yAnz5TF".parse::<PrivateKey>().is_err());
    /// # Ok::<(), netlink_packet::BuildError>(())
    /// ```
    PrivateKey, true;

    /// Preshared key of two peers, 32 random bytes: an additional layer of symmetric encryption. It prints as `(hidden)`.
    PresharedKey, true;
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_base64())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Nothing of the key.
macro_rules! hidden {
    ($($Key:ident)*) => { $(
        impl fmt::Debug for $Key {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(HIDDEN)
            }
        }
    )* };
}

hidden! { PrivateKey PresharedKey }
