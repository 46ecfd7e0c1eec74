//! Port ranges and user id ranges.

use netlink_packet::{Put, netlink};
use std::ops::RangeInclusive;

netlink! {
    /// A range of ports: `struct fib_rule_port_range`.
    pub struct PortRange / PortRangeBuf
    header fib_rule_port_range: 4 {
        /// First port of the range.
        start = 0 => first: u16,
        /// Last port of the range.
        end = 2 => last: u16,
    }
}

netlink! {
    /// A range of user ids: `struct fib_rule_uid_range`.
    pub struct UidRange / UidRangeBuf
    header fib_rule_uid_range: 8 {
        /// First user id (UID) of the range.
        start = 0 => first: u32,
        /// Last user id (UID) of the range.
        end = 4 => last: u32,
    }
}

macro_rules! ranges {
    ($($Range:ident $int:ident)*) => { $(
        impl $Range {
            /// The range, both ends included.
            pub fn range(&self) -> RangeInclusive<$int> {
                self.first()..=self.last()
            }
        }

        impl Put<$Range> for RangeInclusive<$int> {
            fn put(self, out: &mut netlink_packet::Buffer) {
                $Range::build().first(*self.start()).last(*self.end()).put(out);
            }
        }

        /// One alone.
        impl Put<$Range> for $int {
            fn put(self, out: &mut netlink_packet::Buffer) {
                Put::<$Range>::put(self..=self, out);
            }
        }
    )* };
}

ranges! { PortRange u16 UidRange u32 }
