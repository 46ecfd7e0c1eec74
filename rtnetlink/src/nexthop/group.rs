//! Groups of next hops: their members, how they choose, and what they count.

use crate::Ticks;
use netlink_packet::{
    Buffer, BuildError, Codec, Items, Put, Repeated, Schema, Uint, View, flags, netlink, values,
};
use std::fmt;
use std::time::Duration;

netlink! {
    /// A member of a group: `struct nexthop_grp`.
    pub struct GroupEntry / GroupEntryBuf
    header nexthop_grp: 8 {
        /// The member's id.
        id = 0 => id: u32,
        /// Its weight less one, the lower 8 bits.
        weight = 4 => weight_low: u8,
        /// The upper 8 bits.
        weight_high = 5 => weight_high: u8,
        /// Not used.
        resvd2 = 6 => reserved: u16,
    }
}

/// A member of a group: its id, and how many packets take it in proportion to the others, 1 to 65536 (255 before
/// Linux 6.12).
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

/// The codec of a group: members one behind another.
///
/// Setting takes ids, `[1, 2]`, or ids with weights, `[(1, 1), (2, 3)]`.
pub struct GroupMembers;

/// The members of a group: an iterator.
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
}

impl Put<GroupMembers> for GroupMember {
    fn put(self, out: &mut Buffer) {
        match self.weight.checked_sub(1).map(u16::try_from) {
            Some(Ok(weight)) => {
                let [high, low] = weight.to_be_bytes();
                GroupEntry::build().id(self.id).weight_low(low).weight_high(high).put(out);
            }
            _ => {
                out.refuse(BuildError::Invalid(format!("{} is no weight: they are 1 to 65536", self.weight)))
            }
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

impl Put<GroupMembers> for &[GroupMember] {
    fn put(self, out: &mut Buffer) {
        self.iter().for_each(|member| Put::<GroupMembers>::put(*member, out));
    }
}

values! {
    /// How a group chooses a member for a packet: `NEXTHOP_GRP_TYPE_*`, in the words of `ip`.
    pub struct GroupType: u16 = "rt-nexthop/nexthop-grp-type" {
        /// By a hash of the packet, so that a change moves many flows.
        MPATH = 0 => "mpath",
        /// By buckets that flows stay in, so that a change moves few.
        RES = 1 => "resilient",
    }
}

netlink! {
    /// How a resilient group keeps flows in their buckets.
    pub struct ResilientGroup / ResilientGroupBuf
    attributes {
        /// How many buckets it has.
        NHA_RES_GROUP_BUCKETS = 1 => buckets: u16,
        /// How long a bucket must be unused before another member gets it.
        NHA_RES_GROUP_IDLE_TIMER = 2 => idle_timer: Duration as Ticks<u32>,
        /// After how long a group out of balance is balanced by force; 0 is never.
        NHA_RES_GROUP_UNBALANCED_TIMER = 3 => unbalanced_timer: Duration as Ticks<u32>,
        /// How long it has been out of balance.
        NHA_RES_GROUP_UNBALANCED_TIME = 4 => unbalanced_time: Duration as Ticks<u64>; read_only,
    }
}

netlink! {
    /// A bucket of a resilient group.
    pub struct Bucket / BucketBuf
    attributes {
        /// Which bucket, counted from 0.
        NHA_RES_BUCKET_INDEX = 1 => index: u16,
        /// How long it has been unused.
        NHA_RES_BUCKET_IDLE_TIME = 2 => idle_time: Duration as Ticks<u64>; read_only,
        /// The id of the member that has it.
        NHA_RES_BUCKET_NH_ID = 3 => member_id: u32,
    }
}

flags! {
    /// What an answer shall tell besides: `NHA_OP_FLAG_*`.
    pub struct NextHopOperations: u32 = "rt-nexthop/nh-op-flags" {
        /// What groups have counted.
        const DUMP_STATS = 0x1 => "dump_stats";
        /// What hardware has counted for them.
        const DUMP_HW_STATS = 0x2 => "dump_hw_stats";
        /// From the kernel: it reads the upper bits of weights.
        const RESP_GRP_RESVD_0 = 0x8000_0000 => "resp_grp_resvd_0";
    }
}

netlink! {
    /// What a group has counted.
    pub struct GroupStats / GroupStatsBuf
    attributes {
        /// The members, one after another.
        NHA_GROUP_STATS_ENTRY = 1 => members: Items<'_, MemberStats> as Repeated<MemberStats>,
    }
}

netlink! {
    /// What a member of a group has counted.
    pub struct MemberStats / MemberStatsBuf
    attributes {
        /// The member's id.
        NHA_GROUP_STATS_ENTRY_ID = 1 => id: u32,
        /// Packets that took it.
        NHA_GROUP_STATS_ENTRY_PACKETS = 2 => packets: u64 as Uint,
        /// Packets that took it in hardware.
        NHA_GROUP_STATS_ENTRY_PACKETS_HW = 3 => hardware_packets: u64 as Uint,
    }
}
