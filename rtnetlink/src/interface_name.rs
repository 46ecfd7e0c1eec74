//! Interface names, checked by the kernel's rules before they are sent.

use netlink_packet::{Buffer, BuildError, Codec, Name, Plain, Put, Schema, Scope};
use std::borrow::Cow;

/// The longest name that an interface can have: `IFNAMSIZ` without its NUL.
pub const MAX_NAME_LEN: usize = 15;
/// The longest alternative name: `ALTIFNAMSIZ` without its NUL.
pub const MAX_ALT_NAME_LEN: usize = 127;

/// Codec of an interface's name: any bytes are read, and what the kernel would refuse is not written.
///
/// A name has 1 to 15 bytes, is neither `.` nor `..`, and contains no `/`, no `:` and no white space. It may contain
/// one `%d`, which the kernel replaces with the first free number.
#[derive(Debug)]
pub struct InterfaceName;

/// Codec of an alternative name, which has up to 127 bytes; see [`InterfaceName`].
#[derive(Debug)]
pub struct AltName;

fn is_name(name: &[u8], longest: usize) -> bool {
    // 0xa0 is white space to the kernel, which reads Latin-1: the no-break space.
    let forbidden =
        |byte: &u8| matches!(byte, b'/' | b':' | b'\0' | 0x0b | 0xa0) || byte.is_ascii_whitespace();
    (1..=longest).contains(&name.len()) && name != b"." && name != b".." && !name.iter().any(forbidden)
}

macro_rules! names {
    ($($Codec:ident $longest:ident $what:literal [$($from:ty),*])*) => { $(
        impl Codec for $Codec {
            type Value<'a> = &'a Name;
            const SCHEMA: Schema = <Name as Codec>::SCHEMA;

            #[inline]
            fn decode(payload: &[u8]) -> Option<&Name> {
                Name::decode(payload)
            }

            fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
                Name::plain(payload, scope)
            }
        }

        $(
            impl Put<$Codec> for $from {
                fn put(self, out: &mut Buffer) {
                    let name = AsRef::<[u8]>::as_ref(&self);
                    if !is_name(name, $longest) {
                        let shown = name.escape_ascii();
                        out.refuse(BuildError::Invalid(format!("\"{shown}\" is not a valid {}", $what)));
                    }
                    out.push(name);
                    out.push(&[0]);
                }
            }
        )*

        impl Put<$Codec> for Cow<'_, str> {
            fn put(self, out: &mut Buffer) {
                Put::<$Codec>::put(&*self, out);
            }
        }
    )* };
}

names! {
    InterfaceName MAX_NAME_LEN "interface name" [&str, &&str, &String, String, &Name, &[u8]]
    AltName MAX_ALT_NAME_LEN "alternative name" [&str, &&str, &String, String, &Name, &[u8]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_rules() {
        for good in ["eth0", "a", "dummy%d", "eth0.5", "e\u{fc}", "...", "exactly15bytes_"] {
            assert!(is_name(good.as_bytes(), MAX_NAME_LEN), "{good}");
        }
        for bad in
            ["", ".", "..", "a/b", "a b", "a:1", "a\tb", "a\0", "a\u{b}b", "\u{e0}", "more_than_15_byt"]
        {
            assert!(!is_name(bad.as_bytes(), MAX_NAME_LEN), "{bad}");
        }
        assert!(is_name(&[0xff, 0x80], MAX_NAME_LEN), "names need not be UTF-8");
        assert!(!is_name(&[0xff, 0xa0], MAX_NAME_LEN));
    }
}
