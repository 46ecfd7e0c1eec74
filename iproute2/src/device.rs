//! A device in the arguments of verbs: its name, its index, or the link itself.

use netlink_packet::{Buffer, BuildError, Name, Packet, Put};
use rtnetlink::link::{AltName, LinkMessage};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A device (network interface): its name, an alternative name, its index, or a listed link.
///
/// Verbs take `impl Into<Device>`, so `"eth0"`, `2` and `&link` all do. A name is looked up by the kernel, in the
/// handle's namespace; where the request needs an index, that costs one more request.
///
/// Text is a name, even if it is all digits: `"2".parse()` is the device named `2`, and `2.into()` the one with that
/// index.
///
/// ```
/// use iproute2::Device;
///
/// let device: Device = "eth0".parse()?;
/// assert_eq!(device, Device::from("eth0"));
/// assert_eq!((device.to_string(), Device::from(2).to_string()), ("eth0".to_owned(), "2".to_owned()));
/// assert!("not a name".parse::<Device>().is_err());
/// # Ok::<(), iproute2::rtnetlink::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Device {
    /// By its index.
    Index(u32),
    /// By its name or an alternative name, as the kernel's bytes.
    Name(Vec<u8>),
}

impl From<u32> for Device {
    fn from(index: u32) -> Self {
        Device::Index(index)
    }
}

macro_rules! from_names {
    ($($name:ty),*) => { $(
        impl From<$name> for Device {
            fn from(name: $name) -> Self {
                Device::Name(name.as_bytes().to_vec())
            }
        }
    )* };
}

from_names! { &str, &&str, &String, String, Cow<'_, str>, &Name }

/// The index, or the name with control characters escaped.
impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Device::Index(index) => fmt::Display::fmt(index, f),
            Device::Name(name) => fmt::Display::fmt(Name::new(name), f),
        }
    }
}

/// A name, checked against the kernel's rules for alternative names.
impl FromStr for Device {
    type Err = BuildError;

    fn from_str(name: &str) -> Result<Self, BuildError> {
        let mut checked = Buffer::new(0);
        Put::<AltName>::put(name, &mut checked);
        match checked.problem() {
            Some(problem) => Err(problem.clone()),
            None => Ok(Device::from(name)),
        }
    }
}

/// A name as the kernel has it: bytes, not necessarily UTF-8.
impl From<&[u8]> for Device {
    fn from(name: &[u8]) -> Self {
        Device::Name(name.to_vec())
    }
}

impl From<&u32> for Device {
    fn from(index: &u32) -> Self {
        Device::Index(*index)
    }
}

impl From<&LinkMessage> for Device {
    fn from(link: &LinkMessage) -> Self {
        Device::Index(link.index())
    }
}

impl From<&Packet<LinkMessage>> for Device {
    fn from(link: &Packet<LinkMessage>) -> Self {
        Device::Index(link.index())
    }
}

impl From<Packet<LinkMessage>> for Device {
    fn from(link: Packet<LinkMessage>) -> Self {
        Device::Index(link.index())
    }
}

impl From<&Device> for Device {
    fn from(device: &Device) -> Self {
        device.clone()
    }
}

macro_rules! put_device {
    ($($int:ident)*) => { $(
        impl Put<netlink_packet::IfIndex<$int>> for Device {
            fn put(self, out: &mut Buffer) {
                match self {
                    Device::Index(index) => out.push(&index.to_ne_bytes()),
                    Device::Name(name) => out.push_device(&name),
                }
            }
        }
    )* };
}

put_device! { u32 i32 }

impl Put<rtnetlink::rule::DeviceName> for Device {
    fn put(self, out: &mut Buffer) {
        match self {
            Device::Index(index) => Put::<rtnetlink::rule::DeviceName>::put(index, out),
            Device::Name(name) => Put::<rtnetlink::rule::DeviceName>::put(&*name, out),
        }
    }
}

/// Exactly one device, for verbs about one: to the kernel, index 0 may mean any device, all of them, or those of a
/// group.
pub(crate) struct One(Device);

/// The device that a verb is about.
#[inline]
pub(crate) fn one(device: impl Into<Device>) -> One {
    One(device.into())
}

impl One {
    #[inline]
    fn check(&self, out: &mut Buffer) {
        if let Device::Index(index) = self.0 {
            if i32::try_from(index).unwrap_or_default() == 0 {
                out.refuse(BuildError::NotAnIndex(index));
            }
        }
    }
}

macro_rules! put_one {
    ($($Codec:ty),*) => { $(
        impl Put<$Codec> for One {
            fn put(self, out: &mut Buffer) {
                self.check(out);
                Put::<$Codec>::put(self.0, out);
            }

            #[inline]
            fn put_at(self, at: usize, out: &mut Buffer) {
                self.check(out);
                match self.0 {
                    Device::Index(index) => Put::<$Codec>::put_at(index, at, out),
                    name => Put::<$Codec>::put_at(name, at, out),
                }
            }
        }
    )* };
}

put_one! { netlink_packet::IfIndex<u32>, netlink_packet::IfIndex<i32>, rtnetlink::rule::DeviceName }
