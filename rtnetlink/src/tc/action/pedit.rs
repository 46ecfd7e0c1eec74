//! Edits of packets: `pedit`.

use super::{ActionKind, ActionTimes, change};
use crate::HardwareAddress;
use crate::tc::Verdict;
use netlink_packet::{
    Attr, Buffer, BuildError, Chunks, Codec, Fixed, Inside, Items, NLA_F_NESTED, Packed, Plain, Put,
    Repeated, Schema, Scope, View as _, netlink, values,
};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

netlink! {
    /// Edits packets: sets fields of their headers, or any of their words. Checksums are not updated, which
    /// [`Csum`](super::Csum) behind it does.
    ///
    /// ```
    /// use rtnetlink::tc::action::Pedit;
    /// use rtnetlink::tc::action::pedit::PeditField;
    ///
    /// // action pedit ex munge ip ttl set 64 munge ip dst set 192.0.2.9 munge udp dport set 53
    /// let pedit = Pedit::set(PeditField::IPV4_TTL, 64)
    ///     .set(PeditField::IPV4_DESTINATION, [192, 0, 2, 9].into())
    ///     .set(PeditField::UDP_DESTINATION_PORT, 53);
    /// assert_eq!(pedit.view().sets(PeditField::IPV4_TTL), Some(64));
    /// assert_eq!(pedit.view().edits().count(), 3);
    /// ```
    pub struct Pedit / PeditBuf
    attributes {
        /// Times: when it was added and used.
        TCA_PEDIT_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms) in the old form, whose keys count from the network header and set bits. Kernels list these where
        /// there are no [headers of keys](Pedit::key_headers).
        TCA_PEDIT_PARMS = 2 => old_parameters: &PeditParameters as PeditParameters,
        /// Parameters (parms): the keys.
        TCA_PEDIT_PARMS_EX = 4 => parameters: &PeditParameters as PeditParameters,
        /// Headers and commands of keys (`ex`), one for each.
        TCA_PEDIT_KEYS_EX = 5 | NLA_F_NESTED => key_headers: &PeditKeyHeaders as PeditKeyHeaders,
    }
}

parameters! {
    /// Parameters of `pedit`, and its keys: `struct tc_pedit_sel`.
    pub struct PeditParameters / PeditParametersBuf = tc_pedit_sel: 24 {
        /// Number of keys, 1 to 255.
        nkeys = 20 => key_count: u8,
        /// Flags; none are known.
        flags = 21 => flags: u8,
    }
    rest {
        /// Keys: the words to edit, in order.
        keys => keys: Chunks<'_, PeditKey> as Packed<PeditKey>,
    }
}

netlink! {
    /// Headers and commands of the keys of `pedit`.
    pub struct PeditKeyHeaders / PeditKeyHeadersBuf
    attributes {
        /// One for each key, in order.
        TCA_PEDIT_KEY_EX = 6 | NLA_F_NESTED => keys: Items<'_, PeditKeyHeader> as Repeated<PeditKeyHeader>,
    }
}

netlink! {
    /// Header and command of a key of `pedit`. Kernels want both.
    pub struct PeditKeyHeader / PeditKeyHeaderBuf
    attributes {
        /// Header type: the header from which the offset of the key counts.
        TCA_PEDIT_KEY_EX_HTYPE = 1 => header: PeditHeader,
        /// Command: what happens to the bits of the key.
        TCA_PEDIT_KEY_EX_CMD = 2 => command: PeditCommand,
    }
}

values! {
    /// Headers from which offsets of `pedit` count: `TCA_PEDIT_KEY_EX_HDR_TYPE_*`.
    pub struct PeditHeader: u16 = "pedit-header-type" {
        /// Network header, whatever it is.
        NETWORK = 0 => "network",
        /// Ethernet header.
        ETH = 1 => "eth",
        /// IPv4 header. Kernels take any network header for it, so that a filter has to choose the packets.
        IP4 = 2 => "ipv4",
        /// IPv6 header. Kernels take any network header for it, so that a filter has to choose the packets.
        IP6 = 3 => "ipv6",
        /// TCP header. Behind IPv4, kernels take any header for it, so that a filter has to choose the packets.
        TCP = 4 => "tcp",
        /// UDP header. Behind IPv4, kernels take any header for it, so that a filter has to choose the packets.
        UDP = 5 => "udp",
    }
}

values! {
    /// What `pedit` does to a word: `TCA_PEDIT_KEY_EX_CMD_*`.
    pub struct PeditCommand: u16 = "pedit-cmd" {
        /// Set: the bits of the mask are kept, and the value is XORed with the word.
        SET = 0 => "set",
        /// Add: the value is added, and the bits of the mask are kept.
        ADD = 1 => "add",
    }
}

/// The struct itself, of which [`PeditKey`] is a copy.
mod wire {
    use netlink_packet::netlink;

    in_width! {
        /// Codec of a word in the order of the packet, which the specification has in that of the machine.
        Word: u32 = u32, u32::from_be, |word| Some(word.to_be())
    }

    in_width! {
        /// Codec of an offset, which the specification has without a sign.
        Offset: u32 = i32, |number| i32::from_ne_bytes(number.to_ne_bytes()),
        |offset| Some(u32::from_ne_bytes(offset.to_ne_bytes()))
    }

    netlink! {
        /// A key of `pedit`: `struct tc_pedit_key`.
        pub(super) struct PeditKey / PeditKeyBuf
        header tc_pedit_key: 24 {
            /// Mask.
            mask = 0 => mask: u32 as Word,
            /// Value.
            val = 4 => value: u32 as Word,
            /// Offset.
            off = 8 => offset: i32 as Offset,
            /// Where the variable offset is.
            at = 12 => offset_at: i32 as Offset,
            /// Mask of the variable offset.
            offmask = 16 => offset_mask: u32,
            /// Shift of the variable offset.
            shift = 20 => offset_shift: u32,
        }
    }
}

/// A key of `pedit`: a word of 32 bits to edit, `struct tc_pedit_key`.
///
/// Masks and values are numbers of the packet, in which the first byte is the highest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PeditKey {
    /// Mask: bits of the word that are **kept**.
    pub mask: u32,
    /// Value: XORed with the word where bits are set, and added to it where they are added.
    pub value: u32,
    /// Offset of the word in bytes, a multiple of 4 unless there is a variable offset.
    pub offset: i32,
    /// Where the byte is that has the variable offset (`at`).
    pub offset_at: i32,
    /// Mask of that byte: bits that are the variable offset (`offmask`); 0 for none.
    pub offset_mask: u32,
    /// Shift: bits by which the variable offset is shifted to the right, 0 to 31.
    pub offset_shift: u32,
}

impl PeditKey {
    /// What kernels refuse, or would ignore.
    fn problem(&self) -> Option<String> {
        let is_variable = self.offset_mask != 0;
        match self.offset {
            offset if !is_variable && offset % 4 != 0 => {
                Some(format!("{offset} is not the offset of a word, a multiple of 4"))
            }
            _ if !is_variable && (self.offset_at, self.offset_shift) != (0, 0) => {
                Some("without a mask of the offset, its place and its shift have no effect".to_owned())
            }
            _ if self.offset_shift >= u32::BITS => {
                Some(format!("an offset of 8 bits can't be shifted by {}", self.offset_shift))
            }
            _ => None,
        }
    }
}

impl Codec for PeditKey {
    type Value<'a> = PeditKey;
    const SCHEMA: Schema = Schema { set: Some(wire::PeditKey::table), ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<PeditKey> {
        (payload.len() >= Self::SIZE).then(|| Self::read(payload))
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Set(wire::PeditKey::table())
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::raw(payload)
    }
}

impl Fixed for PeditKey {
    type Owned = PeditKey;
    const SIZE: usize = wire::PeditKey::HEADER;

    fn read(bytes: &[u8]) -> PeditKey {
        let key = wire::PeditKey::cast(bytes);
        PeditKey {
            mask: key.mask(),
            value: key.value(),
            offset: key.offset(),
            offset_at: key.offset_at(),
            offset_mask: key.offset_mask(),
            offset_shift: key.offset_shift(),
        }
    }
}

impl Put<PeditKey> for PeditKey {
    fn put(self, out: &mut Buffer) {
        if let Some(problem) = self.problem() {
            out.refuse(BuildError::Invalid(problem));
        }
        let key = wire::PeditKey::build().mask(self.mask).value(self.value);
        let key = key.offset(self.offset).offset_at(self.offset_at);
        key.offset_mask(self.offset_mask).offset_shift(self.offset_shift).put(out);
    }
}

/// An edit: a key with its header and its command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PeditEdit {
    /// The header from which the offset counts.
    pub header: PeditHeader,
    /// What happens to the bits.
    pub command: PeditCommand,
    /// The word and its bits.
    pub key: PeditKey,
}

/// A field of a header, with the type of its value: what [`Pedit::set`] and its like take.
///
/// Others than the constants here are [made](PeditField::new) of their place:
///
/// ```
/// use rtnetlink::tc::action::Pedit;
/// use rtnetlink::tc::action::pedit::{PeditField, PeditHeader};
///
/// // The window is 16 bits from byte 14 on: munge tcp offset 14 u16 set 0x2000
/// const WINDOW: PeditField<u16> = PeditField::new(PeditHeader::TCP, 14 * 8, 16);
/// let pedit = Pedit::set(WINDOW, 0x2000);
/// assert_eq!(pedit.view().edits().next().map(|edit| (edit.key.offset, edit.key.value)), Some((12, 0x2000)));
/// ```
pub struct PeditField<V> {
    header: PeditHeader,
    bit: u16,
    bits: u8,
    value: std::marker::PhantomData<fn() -> V>,
}

impl<V> PeditField<V> {
    /// The field of so many bits, 1 to 128, that begins at this bit of the header; the first bit is the highest one of the first
    /// byte.
    pub const fn new(header: PeditHeader, bit: u16, bits: u8) -> Self {
        PeditField { header, bit, bits, value: std::marker::PhantomData }
    }

    const fn bytes(header: PeditHeader, byte: u16, bytes: u8) -> Self {
        PeditField::new(header, byte * 8, bytes * 8)
    }

    /// Whether it has as many bits as values can have.
    fn is_valid(self) -> bool {
        (1..=u128::BITS).contains(&self.bits.into())
    }

    /// The offsets of the words that the field is in, each with the bits that are the field's, and how far a value of the
    /// field is shifted to the left to be in the word; to the right, if it is negative.
    fn words(self) -> impl Iterator<Item = (i32, u32, i32)> {
        let bits = if self.is_valid() { i32::from(self.bits) } else { 0 };
        let (start, end) = (i32::from(self.bit), i32::from(self.bit) + bits);
        let after = if bits == 0 { start / WORD } else { (end + WORD - 1) / WORD };
        (start / WORD..after).map(move |word| {
            let first = word * WORD;
            let from = u64::from(u32::MAX) >> (start - first).clamp(0, WORD);
            let to = u64::from(u32::MAX) >> (end - first).clamp(0, WORD);
            let mask = u32::try_from(from & !to).unwrap_or_default();
            (word * 4, mask, first + WORD - end)
        })
    }
}

/// Bits of a word.
const WORD: i32 = 32;

impl<V> Clone for PeditField<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for PeditField<V> {}

impl<V> fmt::Debug for PeditField<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bits of {:?} from bit {} on", self.bits, self.header, self.bit)
    }
}

/// Ethernet: 6 bytes each for the addresses.
impl PeditField<HardwareAddress> {
    /// Ethernet destination address (`eth dst`).
    pub const ETHERNET_DESTINATION: Self = PeditField::bytes(PeditHeader::ETH, 0, 6);
    /// Ethernet source address (`eth src`).
    pub const ETHERNET_SOURCE: Self = PeditField::bytes(PeditHeader::ETH, 6, 6);
}

impl PeditField<u16> {
    /// EtherType (`eth type`).
    pub const ETHERNET_TYPE: Self = PeditField::bytes(PeditHeader::ETH, 12, 2);
    /// IPv4 identification.
    pub const IPV4_ID: Self = PeditField::bytes(PeditHeader::IP4, 4, 2);
    /// IPv4 header checksum (`ip check`).
    pub const IPV4_CHECKSUM: Self = PeditField::bytes(PeditHeader::IP4, 10, 2);
    /// IPv6 payload length (`ip6 payload_len`).
    pub const IPV6_PAYLOAD_LENGTH: Self = PeditField::bytes(PeditHeader::IP6, 4, 2);
    /// TCP source port (`tcp sport`).
    pub const TCP_SOURCE_PORT: Self = PeditField::bytes(PeditHeader::TCP, 0, 2);
    /// TCP destination port (`tcp dport`).
    pub const TCP_DESTINATION_PORT: Self = PeditField::bytes(PeditHeader::TCP, 2, 2);
    /// UDP source port (`udp sport`).
    pub const UDP_SOURCE_PORT: Self = PeditField::bytes(PeditHeader::UDP, 0, 2);
    /// UDP destination port (`udp dport`).
    pub const UDP_DESTINATION_PORT: Self = PeditField::bytes(PeditHeader::UDP, 2, 2);
}

impl PeditField<u8> {
    /// IPv4 type of service (`ip tos`).
    pub const IPV4_TOS: Self = PeditField::bytes(PeditHeader::IP4, 1, 1);
    /// IPv4 differentiated services code point (DSCP), the upper 6 bits of the type of service.
    pub const IPV4_DSCP: Self = PeditField::new(PeditHeader::IP4, 8, 6);
    /// IPv4 time to live (`ip ttl`).
    pub const IPV4_TTL: Self = PeditField::bytes(PeditHeader::IP4, 8, 1);
    /// IPv4 protocol (`ip protocol`).
    pub const IPV4_PROTOCOL: Self = PeditField::bytes(PeditHeader::IP4, 9, 1);
    /// IPv6 traffic class (`ip6 traffic_class`).
    pub const IPV6_TRAFFIC_CLASS: Self = PeditField::new(PeditHeader::IP6, 4, 8);
    /// IPv6 next header (`ip6 nexthdr`).
    pub const IPV6_NEXT_HEADER: Self = PeditField::bytes(PeditHeader::IP6, 6, 1);
    /// IPv6 hop limit (`ip6 hoplimit`).
    pub const IPV6_HOP_LIMIT: Self = PeditField::bytes(PeditHeader::IP6, 7, 1);
    /// TCP flags (`tcp flags`).
    pub const TCP_FLAGS: Self = PeditField::bytes(PeditHeader::TCP, 13, 1);
}

impl PeditField<u32> {
    /// IPv6 flow label (`ip6 flow_lbl`), of 20 bits.
    pub const IPV6_FLOW_LABEL: Self = PeditField::new(PeditHeader::IP6, 12, 20);
}

impl PeditField<Ipv4Addr> {
    /// IPv4 source address (`ip src`).
    pub const IPV4_SOURCE: Self = PeditField::bytes(PeditHeader::IP4, 12, 4);
    /// IPv4 destination address (`ip dst`).
    pub const IPV4_DESTINATION: Self = PeditField::bytes(PeditHeader::IP4, 16, 4);
}

impl PeditField<Ipv6Addr> {
    /// IPv6 source address (`ip6 src`).
    pub const IPV6_SOURCE: Self = PeditField::bytes(PeditHeader::IP6, 8, 16);
    /// IPv6 destination address (`ip6 dst`).
    pub const IPV6_DESTINATION: Self = PeditField::bytes(PeditHeader::IP6, 24, 16);
}

/// A value of a field: as many bits, of which the last is the lowest.
pub trait PeditValue: fmt::Debug + Copy {
    /// The bits; `None` if a field never holds the value.
    fn to_bits(self) -> Option<u128>;

    /// The value with these bits; `None` if there are more than it has.
    fn from_bits(bits: u128) -> Option<Self>;
}

macro_rules! numbers {
    ($($int:ident)*) => { $(
        impl PeditValue for $int {
            fn to_bits(self) -> Option<u128> {
                Some(self.into())
            }

            fn from_bits(bits: u128) -> Option<Self> {
                bits.try_into().ok()
            }
        }
    )* };
}

numbers! { u8 u16 u32 u64 u128 }

impl PeditValue for Ipv4Addr {
    fn to_bits(self) -> Option<u128> {
        Some(u32::from(self).into())
    }

    fn from_bits(bits: u128) -> Option<Self> {
        u32::try_from(bits).ok().map(Self::from)
    }
}

impl PeditValue for Ipv6Addr {
    fn to_bits(self) -> Option<u128> {
        Some(self.into())
    }

    fn from_bits(bits: u128) -> Option<Self> {
        Some(bits.into())
    }
}

/// An address of 6 bytes.
impl PeditValue for HardwareAddress {
    fn to_bits(self) -> Option<u128> {
        let [a, b, c, d, e, f] = self.as_bytes().try_into().ok()?;
        Some(u64::from_be_bytes([0, 0, a, b, c, d, e, f]).into())
    }

    fn from_bits(bits: u128) -> Option<Self> {
        let [0, 0, six @ ..] = u64::try_from(bits).ok()?.to_be_bytes() else { return None };
        Some(six.into())
    }
}

impl ActionKind for Pedit {
    const NAME: &'static str = "pedit";
    type Parameters = PeditParametersBuf;
    const PARAMETERS: Attr<Pedit, PeditParameters> = Pedit::TCA_PEDIT_PARMS_EX;
    const OTHER_PARAMETERS: Option<Attr<Pedit, PeditParameters>> = Some(Pedit::TCA_PEDIT_PARMS);
    const VERDICT: Verdict = Verdict::PASS;
}

impl Pedit {
    /// Sets a field, like `action pedit ex munge ip ttl set 64`.
    pub fn set<V: PeditValue>(field: PeditField<V>, value: V) -> PeditBuf {
        Pedit::build().set(field, value)
    }

    /// The edits, in order. Those without a header of their own count from the network header, and set bits.
    pub fn edits(&self) -> impl Iterator<Item = PeditEdit> + '_ {
        let parameters = self.old_parameters().or_else(|| self.parameters());
        let count = parameters.map_or(0, PeditParameters::key_count);
        let keys = parameters.and_then(PeditParameters::keys).into_iter().flatten();
        let mut headers = self.key_headers().and_then(PeditKeyHeaders::keys).into_iter().flatten();
        keys.take(count.into()).map(move |key| {
            let header = headers.next();
            PeditEdit {
                header: header.and_then(PeditKeyHeader::header).unwrap_or_default(),
                command: header.and_then(PeditKeyHeader::command).unwrap_or_default(),
                key,
            }
        })
    }

    /// The value that a field is set to; `None` if not all of it is.
    pub fn sets<V: PeditValue>(&self, field: PeditField<V>) -> Option<V> {
        let mut bits = field.is_valid().then_some(0)?;
        for (offset, mask, shift) in field.words() {
            let sets = |edit: &PeditEdit| {
                (edit.header, edit.command) == (field.header, PeditCommand::SET)
                    && (edit.key.offset, edit.key.offset_mask) == (offset, 0)
                    && edit.key.mask & mask == 0
            };
            let word = u128::from(self.edits().filter(sets).last()?.key.value & mask);
            bits |= if shift < 0 { word << -shift } else { word >> shift };
        }
        V::from_bits(bits)
    }
}

impl PeditBuf {
    /// Sets a field, like `munge ip ttl set 64`.
    pub fn set<V: PeditValue>(self, field: PeditField<V>, value: V) -> Self {
        self.edit_field(field, PeditCommand::SET, Some(value), None)
    }

    /// Sets the bits of a mask in a field, like `munge ip tos set VALUE retain MASK`.
    pub fn set_bits<V: PeditValue>(self, field: PeditField<V>, value: V, mask: V) -> Self {
        self.edit_field(field, PeditCommand::SET, Some(value), Some(mask))
    }

    /// Adds to a field, like `munge ip ttl add 255`, which subtracts 1 from one of 8 bits.
    ///
    /// Kernels add numbers of the machine: on little-endian ones, what carries over from a byte of a longer field goes to the
    /// wrong one.
    pub fn add<V: PeditValue>(self, field: PeditField<V>, value: V) -> Self {
        self.edit_field(field, PeditCommand::ADD, Some(value), None)
    }

    /// Inverts the bits of a field, like `munge ip tos invert`.
    pub fn invert<V: PeditValue>(self, field: PeditField<V>) -> Self {
        self.edit_field(field, PeditCommand::SET, None, None)
    }

    /// Appends an edit; there may be up to 255.
    pub fn edit(mut self, edit: PeditEdit) -> Self {
        let mut edits: Vec<_> = self.view().edits().collect();
        edits.push(edit);
        let Ok(count) = u8::try_from(edits.len()) else {
            self.0.refuse(BuildError::Invalid(format!("more than {} words to edit", u8::MAX)));
            return self;
        };
        let is_plain =
            |edit: &PeditEdit| (edit.header, edit.command) == (PeditHeader::NETWORK, PeditCommand::SET);
        let has_headers = self.view().key_headers().is_some();
        let pedit = if !has_headers && edits.iter().all(is_plain) {
            self
        } else {
            let header = |edit: &PeditEdit| PeditKeyHeader::build().header(edit.header).command(edit.command);
            self.key_headers(PeditKeyHeaders::build().keys(edits.iter().map(header)))
        };
        change(pedit, |all| all.key_count(count).keys(edits.iter().map(|edit| edit.key)))
    }

    /// Appends the edits of the words of a field. Without a value, its bits are inverted; without a mask, all of it is edited.
    fn edit_field<V: PeditValue>(
        mut self,
        field: PeditField<V>,
        command: PeditCommand,
        value: Option<V>,
        mask: Option<V>,
    ) -> Self {
        let bits = |given: Option<V>| match given {
            _ if !field.is_valid() => Err(BuildError::Invalid(format!("{field:?} are not 1 to 128 bits"))),
            Some(given) => bits_of(field, given),
            None => Ok(u128::MAX),
        };
        let (bits, mask) = match bits(value).and_then(|value| Ok((value, bits(mask)?))) {
            Ok(both) => both,
            Err(problem) => {
                self.0.refuse(problem);
                return self;
            }
        };
        field.words().fold(self, |pedit, (offset, of_field, shift)| {
            let mask = of_field & in_word(mask, shift);
            let kept = if value.is_some() { !mask } else { u32::MAX };
            let key =
                PeditKey { mask: kept, value: in_word(bits, shift) & mask, offset, ..PeditKey::default() };
            pedit.edit(PeditEdit { header: field.header, command, key })
        })
    }
}

/// The bits of a value of a field.
fn bits_of<V: PeditValue>(field: PeditField<V>, value: V) -> Result<u128, BuildError> {
    let fits = |bits: &u128| bits.checked_shr(field.bits.into()).unwrap_or_default() == 0;
    let bits = value.to_bits().filter(fits);
    bits.ok_or_else(|| BuildError::Invalid(format!("{value:?} does not fit into {field:?}")))
}

/// The part of a value that is in a word, if it is shifted by so much.
fn in_word(bits: u128, shift: i32) -> u32 {
    let shifted = if shift < 0 { bits >> -shift } else { bits << shift };
    u32::try_from(shifted & u128::from(u32::MAX)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tc::{Action, BuildAction as _, IntoAction as _};
    use netlink_packet::Build as _;

    fn key(offset: i32, mask: u32, value: u32) -> PeditKey {
        PeditKey { offset, mask, value, ..PeditKey::default() }
    }

    fn keys(pedit: &PeditBuf) -> Vec<PeditKey> {
        pedit.view().edits().map(|edit| edit.key).collect()
    }

    fn problem(pedit: &PeditBuf) -> String {
        pedit.buffer().problem().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn fields_are_words() {
        let mac: HardwareAddress = "02:00:00:00:00:01".parse().unwrap();
        let pedit = Pedit::set(PeditField::ETHERNET_SOURCE, mac)
            .set(PeditField::IPV4_TTL, 64)
            .set(PeditField::IPV4_DSCP, 46)
            .set(PeditField::IPV6_FLOW_LABEL, 0x12345)
            .set_bits(PeditField::IPV4_TOS, 0xff, 0x03)
            .add(PeditField::TCP_DESTINATION_PORT, 1)
            .invert(PeditField::IPV4_TOS);
        let words = [
            key(4, 0xffff_0000, 0x0200),
            key(8, 0, 1),
            key(8, 0x00ff_ffff, 0x4000_0000),
            key(0, 0xff03_ffff, 0x00b8_0000),
            key(0, 0xfff0_0000, 0x0001_2345),
            key(0, 0xfffc_ffff, 0x0003_0000),
            key(0, 0xffff_0000, 1),
            key(0, u32::MAX, 0x00ff_0000),
        ];
        assert_eq!(keys(&pedit), words);
        let view = pedit.view();
        assert_eq!(view.sets(PeditField::ETHERNET_SOURCE), Some(mac));
        assert_eq!((view.sets(PeditField::IPV4_TTL), view.sets(PeditField::IPV4_DSCP)), (Some(64), Some(46)));
        assert_eq!(view.sets(PeditField::IPV6_FLOW_LABEL), Some(0x12345));
        // One sets a part of it, and one adds.
        assert_eq!(view.sets(PeditField::IPV4_TOS), None);
        assert_eq!(view.sets(PeditField::TCP_DESTINATION_PORT), None);
        let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7);
        let pedit = Pedit::set(PeditField::IPV6_DESTINATION, v6);
        assert_eq!((keys(&pedit)[0], keys(&pedit)[3]), (key(24, 0, 0x2001_0db8), key(36, 0, 7)));
        assert_eq!(pedit.view().sets(PeditField::IPV6_DESTINATION), Some(v6));
    }

    #[test]
    fn what_does_not_fit() {
        let long = HardwareAddress::from([1, 2, 3, 4]);
        assert!(problem(&Pedit::set(PeditField::ETHERNET_SOURCE, long)).contains("does not fit into"));
        assert!(problem(&Pedit::set(PeditField::IPV4_DSCP, 64)).starts_with("64 does not fit into 6 bits"));
        assert!(problem(&Pedit::build().set_bits(PeditField::IPV4_DSCP, 1, 64)).starts_with("64 does not"));
        for bits in [0, 129, u8::MAX] {
            let odd = PeditField::<u128>::new(PeditHeader::NETWORK, u16::MAX, bits);
            for pedit in [Pedit::set(odd, 0), Pedit::build().invert(odd)] {
                let problem = problem(&pedit);
                assert!(problem.ends_with("bit 65535 on are not 1 to 128 bits"), "{problem}");
            }
            assert_eq!(Pedit::build().view().sets(odd), None);
        }
        let whole = PeditField::<u128>::new(PeditHeader::NETWORK, u16::MAX, 128);
        assert_eq!(Pedit::set(whole, u128::MAX).view().sets(whole), Some(u128::MAX));
        let many = (0..256).fold(Pedit::build(), |pedit, _| pedit.set(PeditField::IPV4_TTL, 1));
        assert_eq!((problem(&many).as_str(), keys(&many).len()), ("more than 255 words to edit", 255));
        let edit = |key| {
            let (header, command) = (PeditHeader::NETWORK, PeditCommand::SET);
            problem(&Pedit::build().edit(PeditEdit { header, command, key }))
        };
        assert_eq!(edit(key(3, 0, 0)), "3 is not the offset of a word, a multiple of 4");
        let shifted = PeditKey { offset_shift: 2, ..key(0, 0, 0) };
        assert!(edit(shifted).contains("have no effect"));
        assert_eq!(edit(PeditKey { offset_mask: 0xf0, ..shifted }), "");
        assert!(edit(PeditKey { offset_mask: 0xf0, offset_shift: 32, ..shifted }).contains("by 32"));
    }

    #[test]
    fn both_forms() {
        let plain = PeditField::<u8>::new(PeditHeader::NETWORK, 64, 8);
        let pedit = Pedit::set(plain, 64);
        assert!(pedit.view().key_headers().is_none());
        // As kernels list it.
        let parameters = pedit.view().parameters().unwrap().to_buf();
        let listed = Pedit::build().old_parameters(parameters.index(7));
        let action = listed.clone().into_action();
        assert_eq!((action.view().index(), action.view().verdict()), (Some(7), Some(Verdict::PASS)));
        let changed = listed.verdict(Verdict::DROP).set(PeditField::IPV4_TTL, 9);
        assert!(changed.view().parameters().is_none());
        let action = changed.clone().into_action();
        assert_eq!(action.view().verdict(), Some(Verdict::DROP));
        let headers: Vec<_> = changed.view().edits().map(|edit| edit.header).collect();
        assert_eq!(headers, [PeditHeader::NETWORK, PeditHeader::IP4]);
        assert_eq!(changed.view().sets(plain), Some(64));
    }

    #[test]
    fn counts_that_are_not_true() {
        let pedit = Pedit::set(PeditField::IPV4_TTL, 64);
        let bytes = pedit.view().parameters().unwrap().as_bytes().to_vec();
        for length in 0..=bytes.len() {
            for count in [0, 1, 2, u8::MAX] {
                let mut bytes = bytes[..length].to_vec();
                if let Some(nkeys) = bytes.get_mut(20) {
                    *nkeys = count;
                }
                let lying = Pedit::build().old_parameters(PeditParameters::cast(&bytes).to_buf());
                let lying = lying.key_headers(PeditKeyHeaders::build());
                assert!(lying.view().edits().count() <= usize::from(length == 48 && count > 0));
                let action: &Action = &lying.into_action();
                assert!(!format!("{action:?}").is_empty());
            }
        }
    }
}
