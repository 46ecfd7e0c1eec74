//! Priority and protocol of a filter.

use crate::tc::EtherType;
use netlink_packet::{Buffer, Codec, Fixed, Plain, Put, Schema, Scope};

/// Priority and protocol of a filter: `tcm_info`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FilterInfo {
    /// Priority (`prio`, `pref`): filters with a lower one are tried first.
    pub priority: u16,
    /// Protocol of the packets.
    pub protocol: EtherType,
}

impl From<u32> for FilterInfo {
    fn from(info: u32) -> Self {
        let [a, b, ..] = info.to_be_bytes();
        let [.., c, d] = info.to_be_bytes();
        // The lower half is a `__be16` read as a number.
        let protocol = u16::from_be(u16::from_be_bytes([c, d]));
        FilterInfo { priority: u16::from_be_bytes([a, b]), protocol: EtherType(protocol) }
    }
}

impl From<FilterInfo> for u32 {
    fn from(info: FilterInfo) -> u32 {
        u32::from(info.priority) << 16 | u32::from(info.protocol.0.to_be())
    }
}

impl Codec for FilterInfo {
    type Value<'a> = FilterInfo;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<FilterInfo> {
        u32::decode(payload).map(FilterInfo::from)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        let Some(info) = Self::decode(payload) else { return Plain::Null };
        Plain::Map(vec![
            ("priority".into(), u64::from(info.priority).into()),
            ("protocol".into(), info.protocol.into()),
        ])
    }
}

impl Fixed for FilterInfo {
    type Owned = FilterInfo;
    const SIZE: usize = size_of::<u32>();

    fn read(bytes: &[u8]) -> FilterInfo {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<FilterInfo> for FilterInfo {
    fn put(self, out: &mut Buffer) {
        Put::<u32>::put(u32::from(self), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_kernel_has_it() {
        let info = FilterInfo { priority: 10, protocol: EtherType::IPV4 };
        assert_eq!(u32::from(info), 10 << 16 | u32::from(0x0800_u16.to_be()));
        assert_eq!(FilterInfo::from(u32::from(info)), info);
    }
}
