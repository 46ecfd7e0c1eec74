//! The message of a next hop, and of a group of them.

use super::{
    Bucket, GroupMember, GroupMembers, GroupStats, GroupType, Members, NextHopOperations, ResilientGroup,
};
use crate::route::{Encap, EncapType, NextHopFlags, RouteProtocol, encap::EncapData, family_of};
use crate::{AddressFamily, RouteScope};
use netlink_packet::{Build, Device, Flag, Nest, OwnAddress, Put, netlink};
use std::net::IpAddr;

/// The number of the attribute that tells what the encapsulation is.
const ENCAP_TYPE: u16 = 7;

netlink! {
    /// A next hop that routes share by its id, or a group of them, or a bucket of a group: `RTM_NEWNEXTHOP` and its kin.
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
        /// IPv4, IPv6, or of a group, none.
        nh_family = 0 => family: AddressFamily,
        /// How far away the gateway is.
        nh_scope = 1 => scope: RouteScope; read_only,
        /// Who made it.
        nh_protocol = 2 => protocol: RouteProtocol,
        /// Not used.
        resvd = 3 => reserved: u8; read_only,
        /// What is said of it.
        nh_flags = 4 => flags: NextHopFlags; bits(NextHopFlags::ONLINK),
    }
    attributes {
        /// Its id; without one the kernel chooses.
        NHA_ID = 1 => id: u32,
        /// The group that it is; [`members`](NextHopMessage::members) goes over it.
        NHA_GROUP = 2 => group: Members<'_> as GroupMembers,
        /// How it chooses a member.
        NHA_GROUP_TYPE = 3 => group_type: GroupType,
        /// Packets are dropped silently.
        NHA_BLACKHOLE = 4 => blackhole: bool as Flag,
        /// The index of the device that packets leave by.
        NHA_OIF = 5 => device: u32 as Device,
        /// The gateway.
        NHA_GATEWAY = 6 => gateway: IpAddr as OwnAddress,
        /// What packets are put into.
        NHA_ENCAP_TYPE = 7 => encap_type: EncapType,
        /// How they are put into it, by number; [`encap`](NextHopMessage::encap) reads it.
        NHA_ENCAP = 8 | netlink_packet::NLA_F_NESTED => raw_encap: &Nest as EncapData<ENCAP_TYPE>,
        /// A list is of groups alone.
        NHA_GROUPS = 9 => groups: bool as Flag; separate,
        /// A list is of those whose device is a port of this link.
        NHA_MASTER = 10 => master: u32 as Device; separate,
        /// It is for frames of VXLANs.
        NHA_FDB = 11 => fdb: bool as Flag,
        /// How a resilient group keeps flows in their buckets.
        NHA_RES_GROUP = 12 | netlink_packet::NLA_F_NESTED => resilient: &ResilientGroup as ResilientGroup,
        /// The bucket.
        NHA_RES_BUCKET = 13 | netlink_packet::NLA_F_NESTED => bucket: &Bucket as Bucket,
        /// What an answer shall tell besides.
        NHA_OP_FLAGS = 14 => operations: NextHopOperations; separate,
        /// What the group has counted.
        NHA_GROUP_STATS = 15 => stats: &GroupStats as GroupStats; read_only,
        /// Nonzero where hardware counts as well.
        NHA_HW_STATS_ENABLE = 16 => hardware_stats: u32,
        /// Nonzero where hardware does count.
        NHA_HW_STATS_USED = 17 => hardware_stats_used: u32; read_only,
    }
}

impl NextHopMessage {
    /// A next hop by its gateway, like `ip nexthop add via ADDRESS`.
    pub fn via(gateway: impl Put<IpAddr>) -> NextHopMessageBuf {
        let hop = NextHopMessage::build().gateway(gateway);
        match hop.view().gateway() {
            Some(gateway) => hop.family(family_of(gateway)),
            None => hop,
        }
    }

    /// A next hop by its device alone, like `ip nexthop add dev DEV`: of IPv4, until its family is set.
    pub fn on(device: impl Put<Device>) -> NextHopMessageBuf {
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

    /// The members of a group; none where it is no group.
    pub fn members(&self) -> impl Iterator<Item = GroupMember> + '_ {
        self.group().into_iter().flatten()
    }

    /// How packets are put into others; `None` where they are put into something else, or into nothing.
    pub fn encap<E: Encap + ?Sized>(&self) -> Option<&E> {
        E::of(self.encap_type()?, self.raw_encap()?)
    }
}

impl NextHopMessageBuf {
    /// Makes it a resilient group, like `type resilient buckets 32 idle_timer 60`.
    pub fn resilient_group(self, settings: impl Put<ResilientGroup>) -> Self {
        self.group_type(GroupType::RES).resilient(settings)
    }

    /// Takes the gateway to be on the link, whatever its address.
    pub fn on_link(self) -> Self {
        let flags = self.view().flags();
        self.flags(flags | NextHopFlags::ONLINK)
    }

    /// Sets what packets are put into, and how, like `encap TYPE ...`.
    pub fn encap<B>(self, encap: B) -> Self
    where
        B: Build,
        B::View: Encap,
    {
        self.with(NHA_ENCAP, encap.buffer()).encap_type(B::View::TYPE)
    }
}
