//! Strings, names and bytes.

use super::{Codec, Put};
use crate::buffer::Buffer;
use crate::error::BuildError;
use crate::table::data::{Plain, Schema, Scope};
use std::borrow::Cow;
use std::fmt::{self, Debug as _};

/// UTF-8 text, with or without a terminating NUL. Bytes that are not UTF-8 are malformed.
impl Codec for str {
    type Value<'a> = &'a str;
    const SCHEMA: Schema = Schema::new("string");

    #[inline]
    fn decode(payload: &[u8]) -> Option<&str> {
        std::str::from_utf8(until_nul(payload)).ok()
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    match bytes.iter().position(|&byte| byte == 0) {
        Some(end) => &bytes[..end],
        None => bytes,
    }
}

/// Writes text and a terminating NUL, as the usual tools do.
fn put_text(text: &[u8], out: &mut Buffer) {
    if text.contains(&0) {
        out.refuse(BuildError::Nul);
    }
    out.push(text);
    out.push(&[0]);
}

/// The name of something in the kernel, such as an interface: bytes by the kernel's rules, text by custom.
///
/// The kernel forbids only `/`, white space, `:` and NUL in it, so a name need not be UTF-8 and may hold control
/// characters. It prints as text, with control characters [escaped](Escaped), and compares with text.
///
/// ```
/// use netlink_packet::Name;
///
/// let name = Name::new(b"eth0");
/// assert_eq!(name, "eth0");
/// assert_eq!(name.to_str(), Some("eth0"));
/// assert_eq!(Name::new(b"e\xff0").to_string(), "e\\xff0");
/// assert_eq!(Name::new(b"e\x1b[2J").to_string(), "e\\u{1b}[2J");
/// ```
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Name([u8]);

impl Name {
    /// A name by its bytes, up to the first NUL.
    #[inline]
    pub fn new<B: AsRef<[u8]> + ?Sized>(bytes: &B) -> &Self {
        let name = until_nul(bytes.as_ref());
        crate::__cast!(name, Name)
    }

    /// The bytes, without the terminating NUL.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The name as text; `None` where it is not UTF-8.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The name as text, with U+FFFD for invalid UTF-8.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl AsRef<[u8]> for Name {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_str() {
            Some(text) => fmt::Display::fmt(&Escaped(text), f),
            None => f.pad(&self.0.escape_ascii().to_string()),
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_str() {
            Some(text) => fmt::Debug::fmt(text, f),
            None => write!(f, "b\"{}\"", self.0.escape_ascii()),
        }
    }
}

/// Text made safe to print: control characters and directional formatting characters are escaped as in Rust, everything
/// else is unchanged. Names and texts from the kernel may contain any of them, and a terminal would obey them.
///
/// ```
/// use netlink_packet::Escaped;
///
/// assert_eq!(Escaped("caf\u{e9} \u{1b}[2J").to_string(), "caf\u{e9} \\u{1b}[2J");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(
    /// The text.
    pub &'a str,
);

impl Escaped<'_> {
    fn is_obeyed(letter: char) -> bool {
        // Directional marks, embeddings, overrides and isolates; line and paragraph separators.
        let steers =
            matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        letter.is_control() || steers || letter == '\u{61c}'
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.contains(Self::is_obeyed) {
            return f.pad(self.0);
        }
        let mut escaped = String::with_capacity(2 * self.0.len());
        for letter in self.0.chars() {
            if Self::is_obeyed(letter) {
                escaped.extend(letter.escape_default());
            } else {
                escaped.push(letter);
            }
        }
        f.pad(&escaped)
    }
}

macro_rules! equal_to_text {
    ($($text:ty),*) => { $(
        impl PartialEq<$text> for Name {
            fn eq(&self, text: &$text) -> bool {
                &self.0 == text.as_bytes()
            }
        }
    )* };
}

equal_to_text! { str, &str, String }

/// The text; for a name that is not UTF-8, its printed form.
#[cfg(feature = "serde")]
impl serde::Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Plain::from(self).serialize(serializer)
    }
}

/// The text; for a name that is not UTF-8, its printed form: `e\\xff0`.
impl<'a> From<&'a Name> for Plain<'a> {
    fn from(name: &'a Name) -> Self {
        match name.to_str() {
            Some(text) => text.into(),
            None => Plain::shown(name),
        }
    }
}

impl<'a> From<&'a str> for &'a Name {
    fn from(text: &'a str) -> Self {
        Name::new(text)
    }
}

impl Codec for Name {
    type Value<'a> = &'a Name;
    const SCHEMA: Schema = Schema::new("string");

    #[inline]
    fn decode(payload: &[u8]) -> Option<&Name> {
        Some(Name::new(payload))
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Name::new(payload).into()
    }
}

/// Bytes of any length.
impl Codec for [u8] {
    type Value<'a> = &'a [u8];
    const SCHEMA: Schema = Schema::new("binary");

    #[inline]
    fn decode(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }

    fn show(payload: &[u8], _: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::bytes::Hex(payload).fmt(f)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::hex(payload)
    }
}

macro_rules! put_text {
    ($($from:ty),*) => { $(
        impl Put<str> for $from {
            fn put(self, out: &mut Buffer) {
                put_text(self.as_bytes(), out);
            }
        }

        impl Put<Name> for $from {
            fn put(self, out: &mut Buffer) {
                put_text(self.as_bytes(), out);
            }
        }
    )* };
}

put_text! { &str, &&str, &String, String, Cow<'_, str> }

impl Put<Name> for &Name {
    fn put(self, out: &mut Buffer) {
        put_text(&self.0, out);
    }
}

impl Put<Name> for &[u8] {
    fn put(self, out: &mut Buffer) {
        put_text(self, out);
    }
}

macro_rules! put_bytes {
    ($([$($generics:tt)*] $from:ty),*) => { $(
        impl<$($generics)*> Put<[u8]> for $from {
            fn put(self, out: &mut Buffer) {
                out.push(self.as_ref());
            }
        }
    )* };
}

put_bytes! { [] &[u8], [] Vec<u8>, [] &Vec<u8>, [const N: usize] [u8; N], [const N: usize] &[u8; N] }
