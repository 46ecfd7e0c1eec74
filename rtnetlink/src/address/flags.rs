//! Address flags (`IFA_F_*`) and address protocols (`IFAPROT_*`).

use netlink_packet::{Buffer, Codec, Fixed, Plain, Put, Schema, Scope, flags, values};

flags! {
    /// Address flags: `IFA_F_*`, in the words and the order of `ip`.
    pub struct AddressFlags: u32 = "ifa-flags" {
        /// Secondary address: not the first of its subnet (IPv4), or a temporary address (IPv6,
        /// `IFA_F_TEMPORARY`).
        const SECONDARY = 0x1 => "secondary";
        /// No duplicate address detection (DAD) for this address. IPv6 only.
        const NODAD = 0x2 => "nodad";
        /// Optimistic address (RFC 4429): usable while duplicate address detection is still running.
        const OPTIMISTIC = 0x4 => "optimistic";
        /// Duplicate address detection failed: another host uses the address.
        const DADFAILED = 0x8 => "dadfailed";
        /// Home address of a mobile node (Mobile IPv6, RFC 6275).
        const HOMEADDRESS = 0x10 => "home";
        /// Deprecated: the preferred lifetime has expired, so new connections should not use the address.
        const DEPRECATED = 0x20 => "deprecated";
        /// Tentative: duplicate address detection has not finished yet.
        const TENTATIVE = 0x40 => "tentative";
        /// Permanent: without lifetime. `ip` shows `dynamic` where it is absent.
        const PERMANENT = 0x80 => "permanent";
        /// Template for temporary addresses (privacy extensions, RFC 8981), which the kernel creates and
        /// manages.
        const MANAGETEMPADDR = 0x100 => "mngtmpaddr";
        /// No prefix route is added with the address.
        const NOPREFIXROUTE = 0x200 => "noprefixroute";
        /// The kernel joins the multicast group that the address denotes: `autojoin`.
        const MCAUTOJOIN = 0x400 => "autojoin";
        /// Stable privacy address (RFC 7217): interface identifier derived from a secret.
        const STABLE_PRIVACY = 0x800 => "stable-privacy";
    }
}

/// Codec of the 8 flags in the fixed header.
#[derive(Debug)]
pub struct HeaderFlags;

impl Codec for HeaderFlags {
    type Value<'a> = AddressFlags;
    const SCHEMA: Schema = Schema { values: <AddressFlags as Codec>::SCHEMA.values, ..<u8 as Codec>::SCHEMA };

    fn decode(payload: &[u8]) -> Option<AddressFlags> {
        u8::decode(payload).map(|flags| AddressFlags::from_bits_retain(flags.into()))
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
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

put_words_of! { AddressFlags as HeaderFlags }

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
    /// Protocol that added an address: `IFAPROT_*`, in the words of `ip`.
    pub struct AddressProtocol: u8 = "ifa-proto" {
        /// Unspecified.
        UNSPEC = 0 => "unspec",
        /// Loopback address added by the kernel.
        KERNEL_LO = 1 => "kernel_lo",
        /// Autoconfigured by the kernel from a router advertisement (RA).
        KERNEL_RA = 2 => "kernel_ra",
        /// Link-local address added by the kernel.
        KERNEL_LL = 3 => "kernel_ll",
    }
}
