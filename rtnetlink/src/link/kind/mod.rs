//! Kinds of links: a file, a table and a line in the list below for each.
//!
//! They are what follows `type` in `ip link add ... type vxlan id 7`, and `type ..._slave` for ports; see
//! [`link`](super) for how to use them.

use crate::route::address_of;
use netlink_packet::{Attr, Build, Kind, Put, Resets, Table, View, kinds, set};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A link kind: the table of its options. See [`crate::link`] for a kind of your own.
pub trait LinkKind: View {
    /// The name that the kernel has for it, such as `vlan`.
    const NAME: &'static str;

    /// Other kinds that have the same attributes, as `macvtap` has those of `macvlan`.
    const ALIASES: &'static [&'static str] = &[];

    /// Which of a link's options the kernel resets when a change leaves them out: all those of most tunnels, if it does not
    /// refuse such a change. `iproute2` reads the link's options before a change, and adds these as they are.
    const RESETS: Resets = Resets::None;
}

/// What a link of some kind knows of each of its ports, as a bridge does.
pub trait PortKind: View {
    /// The name of the kind that the port's master is, such as `bridge`.
    const NAME: &'static str;
}

kinds! {
    /// The kinds of links that have a table here, with what a change resets.
    pub(super) static KINDS: &'static str, Resets = link_kind {
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
}

kinds! {
    /// The kinds of masters whose ports have a table here.
    pub(super) static PORT_KINDS: &'static str = port_kind {
        bond_port: BondPort,
        bridge_port: BridgePort,
        team_port: TeamPort,
        vrf_port: VrfPort,
    }
}

const fn link_kind<K: LinkKind + ?Sized>() -> Kind<&'static str, Resets> {
    Kind::new::<K>(K::NAME, K::ALIASES, K::RESETS)
}

const fn port_kind<P: PortKind + ?Sized>() -> Kind<&'static str> {
    Kind::new::<P>(P::NAME, &[], ())
}

/// The kinds of links that have a table here: their names, and the table.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
    KINDS.tables()
}

/// The kinds of masters whose ports have a table here: their names, and the table.
pub fn port_kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
    PORT_KINDS.tables()
}

/// Which options of a kind the kernel resets where a change leaves them out; none of kinds without a table here.
pub fn kind_resets(name: &str) -> Resets {
    KINDS.get(name).map_or(Resets::None, |kind| kind.more)
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
