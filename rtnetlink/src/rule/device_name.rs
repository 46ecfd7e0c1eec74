//! Devices that the kernel refers to by name: `iif` and `oif` of rules.

use crate::{LinkMessage, MAX_NAME_LEN};
use netlink_packet::{Buffer, Codec, Name, Packet, Plain, Put, Schema, Scope};
use std::borrow::Cow;

/// Codec of a device where the kernel wants its name: `input_device: &Name as DeviceName`.
///
/// It can be set by its name, which need not exist yet; by its index or a link, whose name whoever sends the message looks
/// up, as `iproute2`'s handles do; and by an alternative name of more than 15 bytes. Shorter ones the kernel takes for
/// names.
#[derive(Debug)]
pub struct DeviceName;

impl Codec for DeviceName {
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

fn put_name(name: &[u8], out: &mut Buffer) {
    if name.len() > MAX_NAME_LEN {
        out.push_device_name(0, name);
    } else {
        Put::<crate::InterfaceName>::put(name, out);
    }
}

macro_rules! put_names {
    ($($name:ty),*) => { $(
        impl Put<DeviceName> for $name {
            fn put(self, out: &mut Buffer) {
                put_name(AsRef::<[u8]>::as_ref(&*self), out);
            }
        }
    )* };
}

put_names! { &str, &&str, &String, String, Cow<'_, str>, &Name, &[u8] }

impl Put<DeviceName> for u32 {
    fn put(self, out: &mut Buffer) {
        out.push_device_name(self, &[]);
    }
}

impl Put<DeviceName> for &u32 {
    fn put(self, out: &mut Buffer) {
        Put::<DeviceName>::put(*self, out);
    }
}

impl Put<DeviceName> for &LinkMessage {
    fn put(self, out: &mut Buffer) {
        out.push_device_name(self.index(), &[]);
    }
}

impl Put<DeviceName> for &Packet<LinkMessage> {
    fn put(self, out: &mut Buffer) {
        Put::<DeviceName>::put(&**self, out);
    }
}
