//! What the address families know of a link, and which set of attributes that is.

use super::{BridgePort, BridgeSpec, BridgeSpecBuf, Inet6Spec, InetSpec};
use crate::AddressFamily;
use netlink_packet::{Buffer, Build, Codec, Inside, Nest, Put, Schema, Scope, View, netlink};
use std::fmt;

netlink! {
    /// What each address family knows of a link.
    pub struct FamilySpecs / FamilySpecsBuf
    attributes {
        /// IPv4.
        AF_INET = 2 => inet: &InetSpec as InetSpec,
        /// IPv6.
        AF_INET6 = 10 => inet6: &Inet6Spec as Inet6Spec,
        /// The management component transport protocol.
        AF_MCTP = 45 => mctp: &MctpSpec as MctpSpec,
    }
}

netlink! {
    /// What the management component transport protocol knows of a link.
    pub struct MctpSpec / MctpSpecBuf
    attributes {
        /// Its network.
        IFLA_MCTP_NET = 1 => network: u32,
        /// What it is physically.
        IFLA_MCTP_PHYS_BINDING = 2 => physical_binding: u8; read_only,
    }
}

/// The codec of what address families know: [`FamilySpecs`], but in messages of the family
/// [`BRIDGE`](AddressFamily::BRIDGE) a [`BridgeSpec`].
pub struct FamilySpecsOf;

impl Codec for FamilySpecsOf {
    type Value<'a> = &'a FamilySpecs;
    const SCHEMA: Schema = <FamilySpecs as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<&FamilySpecs> {
        FamilySpecs::new(payload).ok()
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        match family_of(scope) {
            AddressFamily::BRIDGE => Inside::Set(BridgeSpec::table()),
            _ => Inside::Set(FamilySpecs::table()),
        }
    }
}

macro_rules! put_specs {
    ($($Spec:ident $SpecBuf:ident)*) => { $(
        impl Put<FamilySpecsOf> for $SpecBuf {
            fn put(self, out: &mut Buffer) {
                out.push_body(self.buffer());
            }
        }

        impl Put<FamilySpecsOf> for &$Spec {
            fn put(self, out: &mut Buffer) {
                out.push(self.as_bytes());
            }
        }
    )* };
}

put_specs! { FamilySpecs FamilySpecsBuf BridgeSpec BridgeSpecBuf }

/// The codec of what the message's own family knows: in messages of the family
/// [`BRIDGE`](AddressFamily::BRIDGE) a [`BridgePort`], of [`INET6`](AddressFamily::INET6) an [`Inet6Spec`].
pub struct ProtocolInfo;

impl Codec for ProtocolInfo {
    type Value<'a> = &'a Nest;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<&Nest> {
        Nest::new(payload).ok()
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        match family_of(scope) {
            AddressFamily::BRIDGE => Inside::Set(BridgePort::table()),
            AddressFamily::INET6 => Inside::Set(Inet6Spec::table()),
            _ => Inside::Value,
        }
    }

    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        <[u8]>::show(payload, scope, f)
    }
}

impl Put<ProtocolInfo> for super::BridgePortBuf {
    fn put(self, out: &mut Buffer) {
        out.push_body(self.buffer());
    }
}

impl Put<ProtocolInfo> for &Nest {
    fn put(self, out: &mut Buffer) {
        out.push(self.as_bytes());
    }
}

/// The family of the message around an attribute: the first byte of its header.
fn family_of(scope: &Scope<'_>) -> AddressFamily {
    AddressFamily(scope.bytes().first().copied().unwrap_or_default())
}
