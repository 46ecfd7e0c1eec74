//! Kinds of links: a file, a table and a line in the list below for each.
//!
//! What stands behind `type` in `ip link add ... type vxlan id 7`, and behind `type ..._slave` for ports; the page of
//! [`link`](super) has the calls.

use super::info::{LinkKind, PortKind};
use crate::route::address_of;
use netlink_packet::{Attr, Build, Put, Resets, Table, View, set};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Names the kinds: a file of the table, and who reads it.
macro_rules! kinds {
    (links { $($file:ident: $Link:ident,)* } ports { $($port_file:ident: $Port:ident,)* }) => {
        $(mod $file; pub use $file::*;)*
        $(mod $port_file; pub use $port_file::*;)*

        /// The kinds of links that have a table here: their names, and the table.
        pub fn kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
            let tables = [$(($Link::NAME, $Link::ALIASES, <$Link as View>::table()),)*];
            tables.into_iter().flat_map(|(name, aliases, table)| {
                std::iter::once(&name).chain(aliases).map(|name| (*name, table)).collect::<Vec<_>>()
            })
        }

        /// Which options of a kind the kernel resets where a change leaves them out; none of kinds without a table here.
        pub fn kind_resets(name: &str) -> Resets {
            $(if name == $Link::NAME || $Link::ALIASES.contains(&name) {
                return $Link::RESETS;
            })*
            Resets::None
        }

        /// The kinds of masters whose ports have a table here: their names, and the table.
        pub fn port_kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
            [$(($Port::NAME, <$Port as View>::table()),)*].into_iter()
        }

        pub(super) fn kind_table(name: &str) -> Option<&'static Table> {
            $(if name == $Link::NAME || $Link::ALIASES.contains(&name) {
                return Some(<$Link as View>::table());
            })*
            None
        }

        pub(super) fn port_table(name: &str) -> Option<&'static Table> {
            $(if name == $Port::NAME {
                return Some(<$Port as View>::table());
            })*
            None
        }
    };
}

kinds! {
    links {
        amt: Amt,
        bareudp: Bareudp,
        batadv: Batadv,
        bond: Bond,
        bridge: Bridge,
        caif: Caif,
        can: Can,
        dsa: Dsa,
        dummy: Dummy,
        geneve: Geneve,
        gre: Gre,
        gtp: Gtp,
        hsr: Hsr,
        ifb: Ifb,
        ipoib: Ipoib,
        ipvlan: Ipvlan,
        lowpan: Lowpan,
        macsec: Macsec,
        macvlan: Macvlan,
        netdevsim: Netdevsim,
        netkit: Netkit,
        nlmon: Nlmon,
        ovpn: Ovpn,
        pfcp: Pfcp,
        ppp: Ppp,
        rmnet: Rmnet,
        team: Team,
        tun: Tun,
        tunnel: Tunnel,
        tunnel6: Tunnel6,
        vcan: Vcan,
        veth: Veth,
        virt_wifi: VirtWifi,
        vlan: Vlan,
        vrf: Vrf,
        vsockmon: Vsockmon,
        vti: Vti,
        vxcan: Vxcan,
        vxlan: Vxlan,
        wireguard: Wireguard,
        wwan: Wwan,
        xfrm: Xfrm,
    }
    ports {
        bond_port: BondPort,
        bridge_port: BridgePort,
        team_port: TeamPort,
        vrf_port: VrfPort,
    }
}

/// Sets an address where a kind has an attribute for each family.
fn set_either<B: Build>(
    builder: B,
    address: impl Put<IpAddr>,
    v4: Attr<B::View, Ipv4Addr>,
    v6: Attr<B::View, Ipv6Addr>,
) -> B {
    let mut buffer = builder.into_buffer();
    match address_of(address) {
        Ok(IpAddr::V4(address)) => set(&mut buffer, v4, address),
        Ok(IpAddr::V6(address)) => set(&mut buffer, v6, address),
        Err(problem) => buffer.refuse(problem),
    }
    B::from_buffer(buffer)
}
