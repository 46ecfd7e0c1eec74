//! The next-hop message: a next-hop object, a group, or a bucket of a resilient group.

use super::{
    Bucket, GroupMember, GroupMembers, GroupStats, GroupType, Members, NextHopOperations, ResilientGroup,
};
use crate::route::{Encap, EncapType, NextHopFlags, RouteProtocol, encap::EncapData, family_of};
use crate::{AddressFamily, RouteScope};
use netlink_packet::{Build, Chosen, Flag, IfIndex, Nest, OwnAddress, Put, netlink};
use std::net::IpAddr;

/// The number of the attribute with the encapsulation type.
const ENCAP_TYPE: u16 = NextHopMessage::NHA_ENCAP_TYPE.number();

netlink! {
    /// A nexthop object, a nexthop group, or a bucket of a resilient group: `RTM_NEWNEXTHOP`,
    /// `RTM_DELNEXTHOP`, `RTM_GETNEXTHOP` and the like for buckets (`struct nhmsg`).
    ///
    /// ```
    /// use rtnetlink::nexthop::NextHopMessage;
    ///
    /// let hop = NextHopMessage::via("192.0.2.254").device("eth0").id(10);
    /// let group = NextHopMessage::group_of([(10, 1), (11, 3)]).id(20);
    /// assert_eq!(group.view().members().map(|member| member.weight).collect::<Vec<_>>(), [1, 3]);
    /// ```
    pub struct NextHopMessage / NextHopMessageBuf
    header nhmsg: 8 {
        /// Address family of the gateway; unspecified for groups.
        nh_family = 0 => family: AddressFamily,
        /// Scope of the gateway.
        nh_scope = 1 => scope: RouteScope; read_only,
        /// Routing protocol that added the nexthop.
        nh_protocol = 2 => protocol: RouteProtocol,
        /// Reserved; zero.
        resvd = 3 => reserved: u8; read_only,
        /// Nexthop flags, such as `onlink`.
        nh_flags = 4 => flags: NextHopFlags; bits(NextHopFlags::ONLINK),
    }
    attributes {
        /// Nexthop id; without one the kernel chooses.
        NHA_ID = 1 => id: u32,
        /// Nexthop group: its members; [`members`](NextHopMessage::members) iterates over them.
        NHA_GROUP = 2 => group: Members<'_> as GroupMembers,
        /// Group type: multipath or resilient.
        NHA_GROUP_TYPE = 3 => group_type: GroupType,
        /// Blackhole: packets are silently dropped.
        NHA_BLACKHOLE = 4 => blackhole: bool as Flag,
        /// Output interface (`oif`) index: `dev`.
        NHA_OIF = 5 => device: u32 as IfIndex,
        /// Gateway address: `via`.
        NHA_GATEWAY = 6 => gateway: IpAddr as OwnAddress,
        /// Lightweight tunnel encapsulation type.
        NHA_ENCAP_TYPE = 7 => encap_type: EncapType,
        /// Encapsulation parameters as raw attributes; [`encap`](NextHopMessage::encap) reads them.
        NHA_ENCAP = 8 | netlink_packet::NLA_F_NESTED => raw_encap: &Nest as Chosen<EncapData<ENCAP_TYPE>>,
        /// Lists only groups. Dump requests only.
        NHA_GROUPS = 9 => groups: bool as Flag; separate,
        /// Lists only nexthops whose device has this master. Dump requests only.
        NHA_MASTER = 10 => master: u32 as IfIndex; separate,
        /// FDB nexthop: for VXLAN forwarding database entries, not for routes.
        NHA_FDB = 11 => fdb: bool as Flag,
        /// Parameters of a resilient group.
        NHA_RES_GROUP = 12 | netlink_packet::NLA_F_NESTED => resilient: &ResilientGroup as ResilientGroup,
        /// Bucket of a resilient group.
        NHA_RES_BUCKET = 13 | netlink_packet::NLA_F_NESTED => bucket: &Bucket as Bucket,
        /// Operation flags, such as to include statistics.
        NHA_OP_FLAGS = 14 => operations: NextHopOperations; separate,
        /// Group statistics, by member.
        NHA_GROUP_STATS = 15 => stats: &GroupStats as GroupStats; read_only,
        /// Enables hardware statistics of the group where nonzero.
        NHA_HW_STATS_ENABLE = 16 => hardware_stats: u32,
        /// Hardware statistics are used: nonzero where a driver counts.
        NHA_HW_STATS_USED = 17 => hardware_stats_used: u32; read_only,
    }
}

impl NextHopMessage {
    /// A next hop with a gateway, like `ip nexthop add via ADDRESS`.
    pub fn via(gateway: impl Put<IpAddr>) -> NextHopMessageBuf {
        let hop = NextHopMessage::build().gateway(gateway);
        match hop.view().gateway() {
            Some(gateway) => hop.family(family_of(gateway)),
            None => hop,
        }
    }

    /// A next hop with only a device, like `ip nexthop add dev DEV`: of IPv4, unless its family is set.
    pub fn on(device: impl Put<IfIndex>) -> NextHopMessageBuf {
        NextHopMessage::build().family(AddressFamily::INET).device(device)
    }

    /// A next hop that drops packets silently, like `ip nexthop add blackhole`: of IPv4, until its family is set.
    pub fn dropping() -> NextHopMessageBuf {
        NextHopMessage::build().family(AddressFamily::INET).blackhole(true)
    }

    /// A group of next hops by their ids, `[1, 2]`, or by ids and weights that count from 1, `[(1, 1), (2, 3)]`, like
    /// `ip nexthop add group 1/2,3`.
    pub fn group_of(members: impl Put<GroupMembers>) -> NextHopMessageBuf {
        NextHopMessage::build().group(members)
    }

    /// Members of a group; empty for a single next hop.
    pub fn members(&self) -> impl Iterator<Item = GroupMember> + '_ {
        self.group().into_iter().flatten()
    }

    /// Lightweight tunnel encapsulation of this type; `None` where it is of another type, or there is none.
    pub fn encap<E: Encap + ?Sized>(&self) -> Option<&E> {
        E::of(self.encap_type()?, self.raw_encap()?)
    }
}

impl NextHopMessageBuf {
    /// Makes it a resilient group, like `type resilient buckets 32 idle_timer 60`.
    pub fn resilient_group(self, settings: impl Put<ResilientGroup>) -> Self {
        self.group_type(GroupType::RES).resilient(settings)
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
        self.with(NextHopMessage::NHA_ENCAP, encap.buffer()).encap_type(B::View::TYPE)
    }
}
