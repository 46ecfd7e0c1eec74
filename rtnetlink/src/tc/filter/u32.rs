//! Words of packets: `u32`.

use super::{FilterFlags, FilterKind, HasActions};
use crate::tc::TcHandle;
use crate::tc::action::{Action, Police};
use crate::tc::given::Given as _;
use crate::{InterfaceName, IntoPrefix};
use ipnet::IpNet;
use netlink_packet::{
    Array, Attr, Be, Buffer, BuildError, Chunks, Codec, Fixed, Inside, Items, Name, Packed, Plain, Put,
    Schema, Scope, View as _, flags, netlink,
};

netlink! {
    /// A filter that compares words of 32 bits, from the network header on. It may be in a hash table, or lead to one.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceFilter;
    /// use rtnetlink::tc::filter::U32;
    ///
    /// // tc filter add dev DEV parent 1: protocol ip prio 5 u32 match ip dst 192.0.2.0/24 match ip dport 80 0xffff flowid 1:10
    /// let filter = U32::build().ipv4_destination("192.0.2.0/24").destination_port(80).class("1:10");
    /// let filter = filter.under("1:").protocol("ip").priority(5);
    /// ```
    pub struct U32 / U32Buf
    attributes {
        /// Class (`classid`, `flowid`) that the packets go to.
        TCA_U32_CLASSID = 1 => class: TcHandle,
        /// Hash table (`ht`) and bucket that the filter is in: `800:0:` is the root's, [`table`] makes others.
        TCA_U32_HASH = 2 => hash_table: u32,
        /// Link: the hash table in which filtering goes on. [`leading_to`](U32Buf::leading_to) sets it.
        TCA_U32_LINK = 3 => link: u32,
        /// Divisor: number of buckets of a hash table, a power of two up to 256. This is then a table, and no filter.
        TCA_U32_DIVISOR = 4 => divisor: u32,
        /// Selector (sel): the words to compare.
        TCA_U32_SEL = 5 => selector: &U32Selector as U32Selector,
        /// Policer in the old form; an [action](crate::tc::TakeActions::action) does the same.
        TCA_U32_POLICE = 6 => police: &Police as Police,
        /// Actions, in order.
        TCA_U32_ACT = 7 => actions: Items<'_, Action> as Array<Action>,
        /// Input device (`indev`): name of the device that received the packet.
        TCA_U32_INDEV = 8 => input_device: &Name as InterfaceName,
        /// Packet counts (`pcnt`): of the filter, and of each word.
        TCA_U32_PCNT = 9 => counts: &U32Counts as U32Counts; read_only,
        /// Mark: the firewall mark to compare.
        TCA_U32_MARK = 10 => mark: &U32Mark as U32Mark,
        /// Flags.
        TCA_U32_FLAGS = 11 => flags: FilterFlags; bits(FilterFlags::SETTABLE),
    }
}

netlink! {
    /// Selector of `u32`: `struct tc_u32_sel`.
    pub struct U32Selector / U32SelectorBuf
    header tc_u32_sel: 16 {
        /// Flags.
        flags = 0 => flags: U32Flags,
        /// Offset shift: bits by which the variable offset is shifted to the right.
        offshift = 1 => offset_shift: u8,
        /// Number of keys, 0 to 128.
        nkeys = 2 => key_count: u8,
        /// Offset mask: bits of the half word at `offset_at` that are the variable offset.
        offmask = 4 => offset_mask: u16 as Be<u16>,
        /// Offset: a fixed one that is added for the linked table.
        off = 6 => offset: u16,
        /// Where the half word is that has the variable offset (`offoff`).
        offoff = 8 => offset_at: i16,
        /// Where the word is by which a linked table is hashed (`hoff`).
        hoff = 10 => hash_at: i16,
        /// Hash mask: bits of that word that choose the bucket.
        hmask = 12 => hash_mask: u32 as Be<u32>,
    }
    rest {
        /// Keys: the words to compare; all of them have to match.
        keys => keys: Chunks<'_, U32Key> as Packed<U32Key>,
    }
}

flags! {
    /// Flags of a [`U32Selector`]: `TC_U32_*`.
    pub struct U32Flags: u8 = "" {
        /// Terminal: a packet that matches is classified. Without it, it goes on to the next filter.
        const TERMINAL = 0x1 => "terminal";
        /// Fixed offset for the linked table.
        const OFFSET = 0x2 => "offset";
        /// Variable offset for the linked table.
        const VAROFFSET = 0x4 => "varoffset";
        /// Eat: the offset counts from the header that was found last.
        const EAT = 0x8 => "eat";
    }
}

/// The struct itself, of which [`U32Key`] is a copy.
mod wire {
    use netlink_packet::{Be, netlink};

    netlink! {
        /// A key of `u32`: `struct tc_u32_key`.
        pub(super) struct U32Key / U32KeyBuf
        header tc_u32_key: 16 {
            /// Mask.
            mask = 0 => mask: u32 as Be<u32>,
            /// Value.
            val = 4 => value: u32 as Be<u32>,
            /// Offset.
            off = 8 => offset: i32,
            /// Offset mask.
            offmask = 12 => offset_mask: i32,
        }
    }
}

/// A word to compare: `struct tc_u32_key`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct U32Key {
    /// Value, as a number of the packet, in which the first byte is the highest.
    pub value: u32,
    /// Mask: bits that are compared.
    pub mask: u32,
    /// Offset of the word in bytes, a multiple of 4; negative ones are before the network header.
    pub offset: i32,
    /// Offset mask: bits of the variable offset that are added, all ones (`nexthdr+`) or none.
    pub offset_mask: i32,
}

impl Codec for U32Key {
    type Value<'a> = U32Key;
    const SCHEMA: Schema = Schema { set: Some(wire::U32Key::table), ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<U32Key> {
        (payload.len() >= Self::SIZE).then(|| Self::read(payload))
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Set(wire::U32Key::table())
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::raw(payload)
    }
}

impl Fixed for U32Key {
    type Owned = U32Key;
    const SIZE: usize = wire::U32Key::HEADER;

    fn read(bytes: &[u8]) -> U32Key {
        let key = wire::U32Key::cast(bytes);
        U32Key { value: key.value(), mask: key.mask(), offset: key.offset(), offset_mask: key.offset_mask() }
    }
}

impl Put<U32Key> for U32Key {
    fn put(self, out: &mut Buffer) {
        let key = wire::U32Key::build().value(self.value).mask(self.mask);
        key.offset(self.offset).offset_mask(self.offset_mask).put(out);
    }
}

netlink! {
    /// Packet counts of `u32`: `struct tc_u32_pcnt`.
    pub struct U32Counts / U32CountsBuf
    header tc_u32_pcnt: 16 {
        /// Packets that the filter saw.
        rcnt = 0 => seen: u64,
        /// Hits: packets that matched.
        rhit = 8 => hits: u64,
    }
    rest {
        /// Hits of each key.
        kcnts => key_hits: Chunks<'_, u64> as Packed<u64>,
    }
}

netlink! {
    /// Mark of `u32`: `struct tc_u32_mark`.
    pub struct U32Mark / U32MarkBuf
    header tc_u32_mark: 12 {
        /// Value of the firewall mark.
        val = 0 => value: u32,
        /// Mask: bits that are compared.
        mask = 4 => mask: u32,
        /// Hits: packets with this mark.
        success = 8 => hits: u32; read_only,
    }
}

impl FilterKind for U32 {
    const NAME: &'static str = "u32";
}

impl HasActions for U32 {
    const ACTIONS: Attr<U32, Array<Action>> = U32::TCA_U32_ACT;
}

/// The number of a hash table, 1 to 0xFFF, as handles and links have it: `1:` in `tc`.
pub fn table(number: u16) -> u32 {
    u32::from(number) << 20
}

/// The number of a bucket of a hash table: `1:3:` in `tc`.
pub fn bucket(table_number: u16, bucket: u8) -> u32 {
    table(table_number) | u32::from(bucket) << 12
}

impl U32Buf {
    /// Appends a word to compare, of which all have to match: `match u32 VALUE MASK at OFFSET`.
    pub fn key(self, value: u32, mask: u32, offset: i32) -> Self {
        self.with_key(U32Key { value: value & mask, mask, offset, offset_mask: 0 })
    }

    /// Appends a word behind the network header, like `match u32 VALUE MASK at nexthdr+OFFSET`: in a linked table.
    pub fn key_behind_header(self, value: u32, mask: u32, offset: i32) -> Self {
        self.with_key(U32Key { value: value & mask, mask, offset, offset_mask: -1 })
    }

    /// Only IPv4 packets from this prefix, like `match ip src PREFIX`.
    pub fn ipv4_source(self, prefix: impl IntoPrefix) -> Self {
        self.prefix(prefix, 12)
    }

    /// Only IPv4 packets to this prefix, like `match ip dst PREFIX`.
    pub fn ipv4_destination(self, prefix: impl IntoPrefix) -> Self {
        self.prefix(prefix, 16)
    }

    /// Only IPv4 packets of this protocol, like `match ip protocol NUMBER 0xff`.
    pub fn ip_protocol(self, protocol: u8) -> Self {
        self.key(u32::from(protocol) << 16, 0x00ff_0000, 8)
    }

    /// Only IPv4 packets without options, from this port of TCP, UDP or SCTP, like `match ip sport PORT 0xffff`.
    pub fn source_port(self, port: u16) -> Self {
        self.key(u32::from(port) << 16, 0xffff_0000, 20)
    }

    /// Only IPv4 packets without options, to this port of TCP, UDP or SCTP, like `match ip dport PORT 0xffff`.
    pub fn destination_port(self, port: u16) -> Self {
        self.key(port.into(), 0x0000_ffff, 20)
    }

    /// All packets, like `match u32 0 0`.
    pub fn all(self) -> Self {
        self.key(0, 0, 0)
    }

    /// Compares the firewall mark, like `match mark VALUE MASK`.
    pub fn with_mark(self, value: u32, mask: u32) -> Self {
        self.mark(U32Mark::build().value(value).mask(mask))
    }

    /// Goes on in a hash table, whose bucket these bits of the word at this offset choose: like `link TABLE hashkey mask MASK at
    /// OFFSET`.
    pub fn hashed_link(self, link: u32, mask: u32, offset: i16) -> Self {
        self.leading_to(link).change(|all| all.hash_mask(mask).hash_at(offset))
    }

    /// Goes on in the first bucket of a hash table, like `link TABLE`. Such a filter does not classify packets itself.
    pub fn leading_to(self, link: u32) -> Self {
        self.link(link).change(|all| {
            let flags = all.view().flags();
            all.flags(flags - U32Flags::TERMINAL)
        })
    }

    fn change(self, change: impl FnOnce(U32SelectorBuf) -> U32SelectorBuf) -> Self {
        let classifying = || U32Selector::build().flags(U32Flags::TERMINAL);
        let selector = self.view().selector().map_or_else(classifying, U32Selector::to_buf);
        self.selector(change(selector))
    }

    /// The word is joined with one at the same offset that compares other bits, as `tc` does.
    fn with_key(mut self, key: U32Key) -> Self {
        let old = self.view().selector().and_then(U32Selector::keys);
        let mut keys: Vec<U32Key> = old.into_iter().flatten().collect();
        let same = keys.iter_mut().find(|old| {
            (old.offset, old.offset_mask) == (key.offset, key.offset_mask)
                && (old.value ^ key.value) & old.mask & key.mask == 0
        });
        match same {
            Some(old) => *old = U32Key { value: old.value | key.value, mask: old.mask | key.mask, ..key },
            None => keys.push(key),
        }
        match u8::try_from(keys.len()) {
            Ok(count) if count <= MOST => self.change(|all| all.key_count(count).keys(keys)),
            _ => {
                self.0.refuse(BuildError::Invalid(format!("more than {MOST} words to compare")));
                self
            }
        }
    }

    fn prefix(self, prefix: impl IntoPrefix, offset: i32) -> Self {
        let prefix = prefix.into_prefix().and_then(|prefix| match prefix {
            IpNet::V4(net) => Ok(net),
            IpNet::V6(net) => Err(BuildError::Invalid(format!("{net} is not an IPv4 prefix"))),
        });
        self.given(prefix, |u32, net| u32.key(net.addr().to_bits(), net.netmask().to_bits(), offset))
    }
}

/// The most keys of a selector: the kernel's limit.
const MOST: u8 = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build as _;

    #[test]
    fn words_are_joined() {
        let filter = U32::build().ipv4_destination("192.0.2.0/24").source_port(1024).destination_port(80);
        let selector = filter.view().selector().unwrap();
        let keys: Vec<_> = selector.keys().unwrap().collect();
        let key = |value, mask, offset| U32Key { value, mask, offset, offset_mask: 0 };
        assert_eq!(keys, [key(0xc000_0200, 0xffff_ff00, 16), key(0x0400_0050, u32::MAX, 20)]);
        assert_eq!((selector.key_count(), selector.flags()), (2, U32Flags::TERMINAL));
        let leading = filter.hashed_link(table(1), 0xff, 16);
        assert_eq!(leading.view().selector().map(U32Selector::flags), Some(U32Flags::empty()));
        let selector = leading.view().selector().unwrap();
        assert_eq!(&selector.as_bytes()[16..24], [0xff, 0xff, 0xff, 0, 192, 0, 2, 0]);
    }

    #[test]
    fn what_does_not_fit() {
        let many = (0..129).fold(U32::build(), |filter, word| filter.key(1, 1, word * 4));
        let problem =
            |filter: &U32Buf| filter.buffer().problem().map(ToString::to_string).unwrap_or_default();
        assert_eq!(problem(&many), "more than 128 words to compare");
        assert_eq!(
            problem(&U32::build().ipv4_source("2001:db8::/32")),
            "2001:db8::/32 is not an IPv4 prefix"
        );
        assert_eq!((table(0x800), bucket(1, 3)), (0x8000_0000, 0x10_3000));
    }
}
