//! The flags of an address, and who made it.

use netlink_packet::{Buffer, Codec, Fixed, Put, Schema, flags, values};

flags! {
    /// What an address is: `IFA_F_*`, in the words and the order of `ip`.
    pub struct AddressFlags: u32 = "ifa-flags" {
        /// There is another of the same network before it (IPv4), or it is temporary (IPv6).
        const SECONDARY = 0x1 => "secondary";
        /// It was not checked whether another host has it.
        const NODAD = 0x2 => "nodad";
        /// It is used before that is known.
        const OPTIMISTIC = 0x4 => "optimistic";
        /// Another host has it.
        const DADFAILED = 0x8 => "dadfailed";
        /// It is the home address of a mobile host.
        const HOMEADDRESS = 0x10 => "home";
        /// It is valid, but no new connection should use it.
        const DEPRECATED = 0x20 => "deprecated";
        /// It is not yet known whether another host has it.
        const TENTATIVE = 0x40 => "tentative";
        /// It does not end; `ip` says `dynamic` where this is missing.
        const PERMANENT = 0x80 => "permanent";
        /// The kernel makes temporary addresses from it.
        const MANAGETEMPADDR = 0x100 => "mngtmpaddr";
        /// No route to its network comes with it.
        const NOPREFIXROUTE = 0x200 => "noprefixroute";
        /// The host joins the group that it is.
        const MCAUTOJOIN = 0x400 => "autojoin";
        /// It was made from a secret.
        const STABLE_PRIVACY = 0x800 => "stable-privacy";
    }
}

/// The codec of the 8 flags that fit into the fixed header.
pub struct HeaderFlags;

impl Codec for HeaderFlags {
    type Value<'a> = AddressFlags;
    const SCHEMA: Schema = Schema { values: <AddressFlags as Codec>::SCHEMA.values, ..<u8 as Codec>::SCHEMA };

    fn decode(payload: &[u8]) -> Option<AddressFlags> {
        u8::decode(payload).map(|flags| AddressFlags::from_bits_retain(flags.into()))
    }
}

impl Fixed for HeaderFlags {
    type Owned = AddressFlags;
    const SIZE: usize = 1;

    fn read(bytes: &[u8]) -> AddressFlags {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<HeaderFlags> for AddressFlags {
    fn put(self, out: &mut Buffer) {
        let bits = u8::try_from(self.bits()).unwrap_or_else(|_| {
            crate::width::refuse(&self, 8, out);
            0
        });
        out.push(&[bits]);
    }
}

impl AddressFlags {
    /// The flags that requests can set.
    pub const SETTABLE: Self = Self::NODAD
        .union(Self::OPTIMISTIC)
        .union(Self::HOMEADDRESS)
        .union(Self::MANAGETEMPADDR)
        .union(Self::NOPREFIXROUTE)
        .union(Self::MCAUTOJOIN);
}

values! {
    /// Who made an address: `IFAPROT_*`, in the words of `ip`.
    pub struct AddressOrigin: u8 = "ifa-proto" {
        /// Nobody said.
        UNSPEC = 0 => "unspec",
        /// The kernel, for the loopback device.
        KERNEL_LO = 1 => "kernel_lo",
        /// The kernel, as a router told.
        KERNEL_RA = 2 => "kernel_ra",
        /// The kernel, for the link alone.
        KERNEL_LL = 3 => "kernel_ll",
    }
}
