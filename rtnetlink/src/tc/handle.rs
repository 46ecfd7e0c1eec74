//! Handles of qdiscs and classes: `1:10`.

use netlink_packet::{Buffer, BuildError, Codec, Fixed, Plain, Put, Schema, Scope};
use std::fmt;
use std::str::FromStr;

/// The handle of a qdisc (`1:`) or a class (`1:10`), and what says where one is attached: a major and a minor number, each
/// of 16 bits.
///
/// Text is as in `tc`: both numbers are **hexadecimal**. A number alone is a major number, as where `tc` wants a qdisc.
///
/// ```
/// use rtnetlink::tc::TcHandle;
///
/// assert_eq!("1:10".parse(), Ok(TcHandle::new(1, 0x10)));
/// assert_eq!("8001:".parse(), Ok(TcHandle::new(0x8001, 0)));
/// assert_eq!(TcHandle::new(1, 0x10).to_string(), "1:10");
/// assert_eq!("root".parse(), Ok(TcHandle::ROOT));
/// assert_eq!(TcHandle::ROOT.to_string(), "root");
/// assert!("1:12345".parse::<TcHandle>().is_err());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TcHandle(
    /// The kernel's number: the major number in the upper 16 bits.
    pub u32,
);

impl TcHandle {
    /// No handle (`TC_H_UNSPEC`): the kernel chooses one.
    pub const UNSPEC: Self = TcHandle(0);
    /// The root of a device, for outgoing packets (`TC_H_ROOT`).
    pub const ROOT: Self = TcHandle(0xffff_ffff);
    /// Parent of the qdiscs `ingress` and `clsact` (`TC_H_INGRESS`, `TC_H_CLSACT`).
    pub const INGRESS: Self = TcHandle(0xffff_fff1);
    /// Parent of filters of incoming packets, under `ingress` or `clsact` (`TC_H_MIN_INGRESS`).
    pub const FILTER_INGRESS: Self = TcHandle(0xffff_fff2);
    /// Parent of filters of outgoing packets, under `clsact` (`TC_H_MIN_EGRESS`).
    pub const FILTER_EGRESS: Self = TcHandle(0xffff_fff3);

    /// The handle with these numbers.
    pub const fn new(major: u16, minor: u16) -> Self {
        TcHandle((major as u32) << 16 | minor as u32)
    }

    /// Major number: that of the qdisc.
    #[inline]
    pub fn major(self) -> u16 {
        let [a, b, ..] = self.0.to_be_bytes();
        u16::from_be_bytes([a, b])
    }

    /// Minor number: that of a class in its qdisc; 0 for the qdisc itself.
    #[inline]
    pub fn minor(self) -> u16 {
        let [.., c, d] = self.0.to_be_bytes();
        u16::from_be_bytes([c, d])
    }

    /// The handle of the qdisc that a class belongs to.
    #[inline]
    pub fn qdisc(self) -> Self {
        TcHandle::new(self.major(), 0)
    }
}

/// As `tc` prints it: `root`, `ingress`, `none`, `1:` or `1:10`.
impl fmt::Display for TcHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ROOT => f.pad("root"),
            Self::INGRESS => f.pad("ingress"),
            Self::UNSPEC => f.pad("none"),
            handle if handle.minor() == 0 => f.pad(&format!("{:x}:", handle.major())),
            handle => f.pad(&format!("{:x}:{:x}", handle.major(), handle.minor())),
        }
    }
}

impl fmt::Debug for TcHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A number of `tc`: hexadecimal, without sign or prefix. Nothing at all is 0.
fn number(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let value = if text.is_empty() { Some(0) } else { u16::from_str_radix(text, 16).ok() };
    value.filter(|_| digits)
}

impl FromStr for TcHandle {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let handle = match (text, text.split_once(':')) {
            ("root", _) => Some(Self::ROOT),
            ("ingress" | "clsact", _) => Some(Self::INGRESS),
            ("none", _) => Some(Self::UNSPEC),
            ("" | ":", _) => None,
            (_, Some((major, minor))) => number(major).zip(number(minor)).map(|(a, b)| Self::new(a, b)),
            (major, None) => number(major).map(|major| Self::new(major, 0)),
        };
        handle.ok_or_else(|| {
            BuildError::Invalid(format!(
                "{text:?} is not a handle, such as \"1:\" or \"1:10\": two hexadecimal numbers of up to 4 digits"
            ))
        })
    }
}

impl TryFrom<&str> for TcHandle {
    type Error = BuildError;

    fn try_from(text: &str) -> Result<Self, BuildError> {
        text.parse()
    }
}

impl From<u32> for TcHandle {
    fn from(number: u32) -> Self {
        TcHandle(number)
    }
}

impl From<TcHandle> for u32 {
    fn from(handle: TcHandle) -> u32 {
        handle.0
    }
}

/// A major and a minor number.
impl From<(u16, u16)> for TcHandle {
    fn from((major, minor): (u16, u16)) -> Self {
        TcHandle::new(major, minor)
    }
}

impl Codec for TcHandle {
    type Value<'a> = TcHandle;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    #[inline]
    fn decode(payload: &[u8]) -> Option<TcHandle> {
        u32::decode(payload).map(TcHandle)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).map_or(Plain::Null, |handle| handle.to_string().into())
    }
}

impl Fixed for TcHandle {
    type Owned = TcHandle;
    const SIZE: usize = size_of::<u32>();

    #[inline]
    fn read(bytes: &[u8]) -> TcHandle {
        Self::decode(bytes).unwrap_or_default()
    }
}

macro_rules! put_handle {
    ($($from:ty),*) => { $(
        impl Put<TcHandle> for $from {
            #[inline]
            fn put(self, out: &mut Buffer) {
                Put::<u32>::put(TcHandle::from(self).0, out);
            }

            #[inline]
            fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
                Put::<u32>::put_as(TcHandle::from(self).0, key, out);
            }

            #[inline]
            fn put_at(self, at: usize, out: &mut Buffer) {
                Put::<u32>::put_at(TcHandle::from(self).0, at, out);
            }
        }
    )* };
}

put_handle! { TcHandle, u32, (u16, u16) }

macro_rules! put_text {
    ($($text:ty),*) => { $(
        impl Put<TcHandle> for $text {
            fn put(self, out: &mut Buffer) {
                match self.parse::<TcHandle>() {
                    Ok(handle) => Put::<TcHandle>::put(handle, out),
                    Err(problem) => out.refuse(problem),
                }
            }
        }
    )* };
}

put_text! { &str, &String, String }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_it_is_printed() {
        for (text, number) in [
            ("1:", 0x1_0000),
            ("1:10", 0x1_0010),
            ("ffff:fff2", 0xffff_fff2),
            ("8001:ab", 0x8001_00ab),
            ("root", u32::MAX),
            ("none", 0),
            ("ingress", 0xffff_fff1),
        ] {
            assert_eq!(text.parse(), Ok(TcHandle(number)), "{text}");
            assert_eq!(TcHandle(number).to_string(), text);
        }
        assert_eq!("a".parse(), Ok(TcHandle::new(10, 0)));
        assert_eq!(":1".parse(), Ok(TcHandle::new(0, 1)));
        assert_eq!("clsact".parse(), Ok(TcHandle::INGRESS));
    }

    #[test]
    fn nothing_else_is_a_handle() {
        for text in ["", ":", "1:12345", "12345:", "0x1:", "1:+2", "-1:", "1:2:3", " 1:", "1:g", "Root"] {
            let problem = text.parse::<TcHandle>().expect_err(text).to_string();
            assert!(problem.contains(&format!("{text:?} is not a handle")), "{problem}");
        }
    }
}
