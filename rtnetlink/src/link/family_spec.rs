//! Per-family part of a link (`IFLA_AF_SPEC`): which table describes it in which message.

use super::{BridgePort, BridgeSpec, BridgeSpecBuf, Inet6Spec, InetSpec};
use crate::AddressFamily;
use netlink_packet::{
    Buffer, Build, Codec, Context, HEADER_LEN, Inside, Items, Nest, Plain, Put, Repeated, Schema, Scope,
    View, netlink,
};
use std::fmt;
use std::net::Ipv4Addr;

netlink! {
    /// Per-family settings and state of a link: `IFLA_AF_SPEC`.
    pub struct FamilySpecs / FamilySpecsBuf
    attributes {
        /// IPv4 settings.
        AF_INET = 2 => inet: &InetSpec as InetSpec,
        /// IPv6 settings and state.
        AF_INET6 = 10 => inet6: &Inet6Spec as Inet6Spec,
        /// MCTP settings.
        AF_MCTP = 45 => mctp: &MctpSpec as MctpSpec,
    }
}

netlink! {
    /// MCTP settings of a link: `IFLA_MCTP_*`.
    pub struct MctpSpec / MctpSpecBuf
    attributes {
        /// MCTP network id.
        IFLA_MCTP_NET = 1 => network: u32,
        /// Physical medium (transport) binding type, by its DMTF number.
        IFLA_MCTP_PHYS_BINDING = 2 => physical_binding: u8; read_only,
    }
}

/// Codec of what address families know: [`FamilySpecs`], but in messages of the family
/// [`BRIDGE`](AddressFamily::BRIDGE) a [`BridgeSpec`] and of [`IPMR`](AddressFamily::IPMR) a [`MulticastSpec`].
#[derive(Debug)]
pub struct FamilySpecsOf;

impl Codec for FamilySpecsOf {
    type Value<'a> = &'a FamilySpecs;
    const SCHEMA: Schema = <FamilySpecs as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<&FamilySpecs> {
        FamilySpecs::new(payload).ok()
    }

    fn decode_among<'a>(payload: &'a [u8], context: Context<'a>) -> Option<&'a FamilySpecs> {
        let family = AddressFamily(context.family);
        let other = matches!(family, AddressFamily::BRIDGE | AddressFamily::IPMR | AddressFamily::IP6MR);
        FamilySpecs::new(payload).ok().filter(|_| !other)
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        match family_of(scope) {
            AddressFamily::BRIDGE => Inside::Set(BridgeSpec::table()),
            AddressFamily::IPMR => Inside::Set(MulticastSpec::table()),
            AddressFamily::IP6MR => Inside::Value,
            _ => Inside::Set(FamilySpecs::table()),
        }
    }
}

macro_rules! put_specs {
    ($($Spec:ident $SpecBuf:ident of $family:ident;)*) => { $(
        impl Put<FamilySpecsOf> for $SpecBuf {
            fn put(self, out: &mut Buffer) {
                out.push_body(self.buffer());
                set_family(AddressFamily::$family, out);
            }
        }

        impl Put<FamilySpecsOf> for &$Spec {
            fn put(self, out: &mut Buffer) {
                out.push(self.as_bytes());
                set_family(AddressFamily::$family, out);
            }
        }
    )* };
}

netlink! {
    /// A multicast routing table of IPv4, and the interfaces that it forwards between: in messages of the family
    /// [`IPMR`](AddressFamily::IPMR), which are about no link.
    pub struct MulticastSpec / MulticastSpecBuf
    attributes {
        /// Table id.
        IPMRA_TABLE_ID = 1 => table_id: u32; read_only,
        /// Packets that wait for their route to be resolved.
        IPMRA_TABLE_CACHE_RES_QUEUE_LEN = 2 => resolve_queue_length: u32; read_only,
        /// Index of the virtual interface of PIM register messages; -1 where there is none.
        IPMRA_TABLE_MROUTE_REG_VIF_NUM = 3 => register_interface: i32; read_only,
        /// Whether PIM assert messages are sent up when a packet comes in by the wrong interface.
        IPMRA_TABLE_MROUTE_DO_ASSERT = 4 => assert: bool; read_only,
        /// Whether PIM is enabled.
        IPMRA_TABLE_MROUTE_DO_PIM = 5 => pim: bool; read_only,
        /// Virtual interfaces (VIFs).
        IPMRA_TABLE_VIFS = 6 => interfaces: &MulticastInterfaces as MulticastInterfaces; read_only,
        /// Whether whole packets are sent up when they come in by the wrong interface.
        IPMRA_TABLE_MROUTE_DO_WRVIFWHOLE = 7 => wrong_interface_whole: bool; read_only,
    }
}

netlink! {
    /// The virtual interfaces of a multicast routing table.
    pub struct MulticastInterfaces / MulticastInterfacesBuf
    attributes {
        /// Each of them.
        IPMRA_VIF = 1 => interfaces: Items<'_, MulticastInterface> as Repeated<MulticastInterface>; read_only,
    }
}

netlink! {
    /// A virtual interface (VIF) of a multicast routing table.
    pub struct MulticastInterface / MulticastInterfaceBuf
    attributes {
        /// Index of its link.
        IPMRA_VIFA_IFINDEX = 1 => device: u32; read_only,
        /// Its number in the table.
        IPMRA_VIFA_VIF_ID = 2 => id: u32; read_only,
        /// Flags (`VIFF_*`).
        IPMRA_VIFA_FLAGS = 3 => flags: u16; read_only,
        /// Bytes received.
        IPMRA_VIFA_BYTES_IN = 4 => rx_bytes: u64; read_only,
        /// Bytes sent.
        IPMRA_VIFA_BYTES_OUT = 5 => tx_bytes: u64; read_only,
        /// Packets received.
        IPMRA_VIFA_PACKETS_IN = 6 => rx_packets: u64; read_only,
        /// Packets sent.
        IPMRA_VIFA_PACKETS_OUT = 7 => tx_packets: u64; read_only,
        /// Local address of a tunnel.
        IPMRA_VIFA_LOCAL_ADDR = 8 => local: Ipv4Addr; read_only,
        /// Remote address of a tunnel.
        IPMRA_VIFA_REMOTE_ADDR = 9 => remote: Ipv4Addr; read_only,
    }
}

put_specs! {
    FamilySpecs FamilySpecsBuf of UNSPEC;
    BridgeSpec BridgeSpecBuf of BRIDGE;
    MulticastSpec MulticastSpecBuf of IPMR;
}

/// Sets the family of a message that says none: the kernel takes the attributes for something else otherwise.
fn set_family(family: AddressFamily, message: &mut Buffer) {
    if message.body().first() == Some(&AddressFamily::UNSPEC.0) {
        message.overwrite(HEADER_LEN, [family.0]);
    }
}

/// Codec of what the message's own family knows: in messages of the family
/// [`BRIDGE`](AddressFamily::BRIDGE) a [`BridgePort`], of [`INET6`](AddressFamily::INET6) an [`Inet6Spec`].
#[derive(Debug)]
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

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::hex(payload)
    }
}

impl Put<ProtocolInfo> for super::bridge_port::BridgePortBuf {
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
