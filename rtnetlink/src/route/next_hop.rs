//! Next hops of a multipath route: `struct rtnexthop`.

use super::encap::{Encap, EncapData, EncapType};
use super::via::Via;
use super::{LabelStack, Labels, NextHopFlags, Realms, ShortNextHopFlags};
use crate::AddressFamily;
use crate::family::{is_ip, is_ipv6};
use crate::width::weight_on_wire;
use netlink_packet::{Build, Chosen, IfIndex, Nest, OuterAddress, Put, built, netlink};
use std::net::IpAddr;

/// The number of the attribute with the encapsulation type.
const ENCAP_TYPE: u16 = NextHop::RTA_ENCAP_TYPE.number();

netlink! {
    /// A next hop of a multipath route: `struct rtnexthop` and its attributes.
    ///
    /// ```
    /// use rtnetlink::route::NextHop;
    ///
    /// let hop = NextHop::via("192.0.2.254").device(2).weight(3);
    /// assert_eq!((hop.view().weight(), hop.view().hops()), (3, 2));
    /// ```
    pub struct NextHop / NextHopBuf
    header rtnexthop: 8 {
        /// Length in bytes, attributes included; routes fill it in.
        rtnh_len = 0 => length: u16,
        /// Next hop flags, such as `onlink`.
        rtnh_flags = 2 => flags: NextHopFlags as ShortNextHopFlags; bits(NextHopFlags::SETTABLE),
        /// [`weight`](NextHop::weight) minus one; in a multicast route, the TTL threshold (hops).
        rtnh_hops = 3 => hops: u8,
        /// Output interface (`oif`) index: `dev`.
        rtnh_ifindex = 4 => device: u32 as IfIndex<i32>,
    }
    attributes {
        /// Gateway of the route's own family; [`gateway`](NextHop::gateway) returns one of either family.
        RTA_GATEWAY = 5 => raw_gateway: IpAddr as OuterAddress,
        /// Routing realms (flow).
        RTA_FLOW = 11 => realms: Realms; ignored(is_ipv6),
        /// Gateway of another family: `via inet6 ADDRESS`.
        RTA_VIA = 18 => raw_via: &Via as Via; ignored(is_ipv6); set_by("via"),
        /// New destination: MPLS label stack that replaces the incoming label.
        RTA_NEWDST = 19 => new_labels: Labels<'_> as LabelStack; ignored(is_ip),
        /// Lightweight tunnel encapsulation type.
        RTA_ENCAP_TYPE = 21 => encap_type: EncapType,
        /// Encapsulation parameters as raw attributes; [`encap`](NextHop::encap) reads them.
        RTA_ENCAP = 22 | netlink_packet::NLA_F_NESTED => raw_encap: &Nest as Chosen<EncapData<ENCAP_TYPE>>,
    }
}

impl NextHop {
    /// A next hop with a gateway, like `nexthop via ADDRESS`. In a route of the other family it becomes one of
    /// `via inet6 ADDRESS`.
    pub fn via(gateway: impl Put<IpAddr>) -> NextHopBuf {
        NextHop::build().raw_gateway(gateway)
    }

    /// Gateway of either family: `RTA_GATEWAY` or `RTA_VIA`.
    pub fn gateway(&self) -> Option<IpAddr> {
        self.raw_gateway().or_else(|| self.raw_via().and_then(Via::address))
    }

    /// Weight: its share of the packets, in proportion to the other next hops, 1 to 256 (`rtnh_hops` plus 1).
    pub fn weight(&self) -> u32 {
        u32::from(self.hops()) + 1
    }

    /// Lightweight tunnel encapsulation of this type; `None` where it is of another type, or there is none.
    pub fn encap<E: Encap + ?Sized>(&self) -> Option<&E> {
        E::of(self.encap_type()?, self.raw_encap()?)
    }
}

impl NextHopBuf {
    /// Sets the weight, like `weight WEIGHT`: its share of the packets, in proportion to the other next hops, 1 to 256, and 1
    /// if never set.
    pub fn weight(mut self, weight: u32) -> Self {
        match weight_on_wire(weight, u8::MAX, &mut self.0) {
            Some(hops) => self.hops(hops),
            None => self,
        }
    }

    /// Sets the `onlink` flag: the gateway is on the link, even if no prefix of the link matches.
    pub fn on_link(self) -> Self {
        let flags = self.view().flags();
        self.flags(flags | NextHopFlags::ONLINK)
    }

    /// Sets the lightweight tunnel encapsulation, like `encap TYPE ...`.
    pub fn encap<B>(self, encap: B) -> Self
    where
        B: Build,
        B::View: Encap,
    {
        self.with(NextHop::RTA_ENCAP, encap.buffer()).encap_type(B::View::TYPE)
    }

    /// The same in a route of this family: a gateway of another one is written with its family.
    fn in_family(self, family: AddressFamily) -> Self {
        match self.view().raw_gateway() {
            Some(gateway) if super::via::family_of(gateway) != family => {
                self.without(NextHop::RTA_GATEWAY).with(NextHop::RTA_VIA, gateway)
            }
            _ => self,
        }
    }
}

/// Next hops on their way into a route, where they learn of its family.
pub(super) struct Hops(Vec<NextHopBuf>);

impl Hops {
    pub(super) fn new<I>(hops: I) -> Self
    where
        I: IntoIterator,
        I::Item: Put<NextHop>,
    {
        Hops(hops.into_iter().map(built).collect())
    }

    /// The first gateway.
    pub(super) fn gateway(&self) -> Option<IpAddr> {
        self.0.iter().find_map(|hop| hop.view().raw_gateway())
    }

    pub(super) fn in_family(self, family: AddressFamily) -> impl Iterator<Item = NextHopBuf> {
        self.0.into_iter().map(move |hop| hop.in_family(family))
    }
}
