//! Next-hop groups: members and weights, resilient groups and their buckets, statistics.

use crate::ClockTicks;
use crate::width::weight_on_wire;
use netlink_packet::{
    Buffer, Codec, Items, Plain, Put, Repeated, Schema, Scope, Uint, View, flags, netlink, values,
};
use std::fmt;
use std::time::Duration;

netlink! {
    /// A member of a nexthop group: `struct nexthop_grp`.
    pub struct GroupEntry / GroupEntryBuf
    header nexthop_grp: 8 {
        /// Nexthop id of the member.
        id = 0 => id: u32,
        /// Weight less one, low 8 bits.
        weight = 4 => weight_low: u8,
        /// Weight less one, high 8 bits (since Linux 6.12).
        weight_high = 5 => weight_high: u8,
        /// Reserved; zero.
        resvd2 = 6 => reserved: u16,
    }
}

/// A member of a group: its id and its weight, which is its share of the packets in proportion to the others: 1 to 65536
/// (255 before Linux 6.12), as [`NextHop::weight`](crate::route::NextHop::weight) is of a multipath route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupMember {
    /// The id of the next hop.
    pub id: u32,
    /// Its weight, which counts from 1.
    pub weight: u32,
}

impl From<u32> for GroupMember {
    fn from(id: u32) -> Self {
        GroupMember { id, weight: 1 }
    }
}

impl From<(u32, u32)> for GroupMember {
    fn from((id, weight): (u32, u32)) -> Self {
        GroupMember { id, weight }
    }
}

/// Codec of a group: members one after another.
///
/// Setting takes ids, `[1, 2]`, or ids with weights, `[(1, 1), (2, 3)]`.
#[derive(Debug)]
pub struct GroupMembers;

/// Iterates over the members of a group.
#[derive(Clone, Copy)]
pub struct Members<'a>(&'a [u8]);

impl Iterator for Members<'_> {
    type Item = GroupMember;

    fn next(&mut self) -> Option<GroupMember> {
        let entry = GroupEntry::cast(self.0.get(..GroupEntry::HEADER)?);
        self.0 = self.0.get(GroupEntry::HEADER..).unwrap_or_default();
        let weight = u32::from(entry.weight_high()) << 8 | u32::from(entry.weight_low());
        Some(GroupMember { id: entry.id(), weight: weight + 1 })
    }
}

impl fmt::Debug for Members<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl Codec for GroupMembers {
    type Value<'a> = Members<'a>;
    const SCHEMA: Schema = Schema { set: Some(GroupEntry::table), ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<Members<'_>> {
        (payload.len() % GroupEntry::HEADER == 0).then_some(Members(payload))
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        let member = |member: GroupMember| {
            Plain::Map(vec![("id".into(), member.id.into()), ("weight".into(), member.weight.into())])
        };
        Members(payload).map(member).collect()
    }
}

impl Put<GroupMembers> for GroupMember {
    fn put(self, out: &mut Buffer) {
        if let Some(weight) = weight_on_wire(self.weight, u16::MAX, out) {
            let [high, low] = weight.to_be_bytes();
            GroupEntry::build().id(self.id).weight_low(low).weight_high(high).put(out);
        }
    }
}

macro_rules! put_members {
    ($([$($generics:tt)*] $from:ty),*) => { $(
        impl<T: Into<GroupMember>, $($generics)*> Put<GroupMembers> for $from {
            fn put(self, out: &mut Buffer) {
                self.into_iter().for_each(|member| Put::<GroupMembers>::put(member.into(), out));
            }
        }
    )* };
}

put_members! { [const N: usize] [T; N], [] Vec<T> }

macro_rules! put_members_of {
    ($([$($generics:tt)*] $from:ty),*) => { $(
        impl<T: Into<GroupMember> + Copy, $($generics)*> Put<GroupMembers> for $from {
            fn put(self, out: &mut Buffer) {
                self.iter().for_each(|member| Put::<GroupMembers>::put((*member).into(), out));
            }
        }
    )* };
}

put_members_of! { [] &[T], [const N: usize] &[T; N], [] &Vec<T> }

values! {
    /// Type of a nexthop group: `NEXTHOP_GRP_TYPE_*`, in the words of `ip`.
    pub struct GroupType: u16 = "rt-nexthop/nexthop-grp-type" {
        /// Multipath: hash threshold; a change of members moves many flows.
        MPATH = 0 => "mpath",
        /// Resilient: hash buckets; a change of members moves few flows.
        RES = 1 => "resilient",
    }
}

netlink! {
    /// Parameters of a resilient nexthop group: `NHA_RES_GROUP`.
    pub struct ResilientGroup / ResilientGroupBuf
    attributes {
        /// Number of buckets. Fixed at creation.
        NHA_RES_GROUP_BUCKETS = 1 => buckets: u16,
        /// Idle timer: how long a bucket must be idle before it may migrate. Default 120 s.
        NHA_RES_GROUP_IDLE_TIMER = 2 => idle_timer: Duration as ClockTicks<u32>,
        /// Unbalanced timer: after so long out of balance, buckets migrate by force; 0 (default) is never.
        NHA_RES_GROUP_UNBALANCED_TIMER = 3 => unbalanced_timer: Duration as ClockTicks<u32>,
        /// Time for which the group has been unbalanced.
        NHA_RES_GROUP_UNBALANCED_TIME = 4 => unbalanced_time: Duration as ClockTicks<u64>; read_only,
    }
}

netlink! {
    /// A bucket of a resilient nexthop group: `NHA_RES_BUCKET`.
    pub struct Bucket / BucketBuf
    attributes {
        /// Bucket index, from 0.
        NHA_RES_BUCKET_INDEX = 1 => index: u16,
        /// Idle time of the bucket.
        NHA_RES_BUCKET_IDLE_TIME = 2 => idle_time: Duration as ClockTicks<u64>; read_only,
        /// Nexthop id that the bucket points to.
        NHA_RES_BUCKET_NH_ID = 3 => member_id: u32,
    }
}

flags! {
    /// Operation flags of nexthop messages: `NHA_OP_FLAG_*`.
    pub struct NextHopOperations: u32 = "rt-nexthop/nh-op-flags" {
        /// Includes group statistics in the dump.
        const DUMP_STATS = 0x1 => "dump_stats";
        /// Includes hardware statistics in the dump.
        const DUMP_HW_STATS = 0x2 => "dump_hw_stats";
        /// In replies: the kernel supports 16-bit weights and clears the reserved fields of group entries.
        const RESP_GRP_RESVD_0 = 0x8000_0000 => "resp_grp_resvd_0";
    }
}

netlink! {
    /// Statistics of a nexthop group: `NHA_GROUP_STATS`.
    pub struct GroupStats / GroupStatsBuf
    attributes {
        /// Entries, one per member.
        NHA_GROUP_STATS_ENTRY = 1 => members: Items<'_, MemberStats> as Repeated<MemberStats>,
    }
}

netlink! {
    /// Statistics of a member of a nexthop group: `NHA_GROUP_STATS_ENTRY`.
    pub struct MemberStats / MemberStatsBuf
    attributes {
        /// Nexthop id of the member.
        NHA_GROUP_STATS_ENTRY_ID = 1 => id: u32,
        /// Packets forwarded, in software and hardware.
        NHA_GROUP_STATS_ENTRY_PACKETS = 2 => packets: u64 as Uint,
        /// Packets forwarded in hardware.
        NHA_GROUP_STATS_ENTRY_PACKETS_HW = 3 => hardware_packets: u64 as Uint,
    }
}
