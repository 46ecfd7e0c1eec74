//! Metadata: `meta`.

use super::{EmatchKind, EmatchType, Operand};
use netlink_packet::{
    Buffer, BuildError, Codec, Fixed, Inside, Plain, Put, Schema, Scope, View as _, netlink, values,
};

netlink! {
    /// Compares metadata of a packet, of its socket or of the system.
    ///
    /// ```
    /// use rtnetlink::tc::ematch::Meta;
    /// use rtnetlink::tc::ematch::meta::MetaId;
    ///
    /// // meta(nf_mark mask 0xff eq 5) and meta(dev eq "eth0")
    /// let both = Meta::of(MetaId::NFMARK).mask(0xff).equals(5) & Meta::of(MetaId::DEV).equals_name("eth0");
    /// ```
    pub struct Meta / MetaBuf
    attributes {
        /// Header (hdr): what is compared, and how.
        TCA_EM_META_HDR = 1 => header: &MetaHeader as MetaHeader,
        /// Left value: the mask of numbers.
        TCA_EM_META_LVALUE = 2 => left_value: &[u8] as [u8],
        /// Right value: what it is compared with, or the mask of that.
        TCA_EM_META_RVALUE = 3 => right_value: &[u8] as [u8],
    }
}

netlink! {
    /// What is compared: `struct tcf_meta_hdr`.
    pub struct MetaHeader / MetaHeaderBuf
    header tcf_meta_hdr: 8 {
        /// Left side, and how it is compared.
        left = 0 => left: MetaSide,
        /// Right side: mostly a value.
        right = 4 => right: MetaSide,
    }
}

/// The struct itself, of which [`MetaSide`] is a copy.
mod wire {
    use super::Operand;
    use netlink_packet::netlink;

    netlink! {
        /// A side of a comparison: `struct tcf_meta_val`.
        pub(super) struct MetaSide / MetaSideBuf
        header tcf_meta_val: 4 {
            /// Type and ID.
            kind = 0 => kind: u16,
            /// Shift.
            shift = 2 => shift: u8,
            /// Operand.
            op = 3 => operand: Operand,
        }
    }
}

/// A side of a comparison of metadata: `struct tcf_meta_val`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MetaSide {
    /// Type of the values: numbers or bytes.
    pub value_type: MetaType,
    /// What is compared.
    pub id: MetaId,
    /// Shift: bits by which a number is shifted to the right, before its mask.
    pub shift: u8,
    /// How both sides are compared; of the left one.
    pub operand: Operand,
}

values! {
    /// Type of values of [`Meta`]: `TCF_META_TYPE_*`.
    pub struct MetaType: u16 = "" {
        /// Bytes (variable), such as the name of a device.
        VAR = 0 => "bytes",
        /// Number.
        INT = 1 => "number",
    }
}

values! {
    /// What [`Meta`] compares: `TCF_META_ID_*`, by the words of `tc`.
    pub struct MetaId: u16 = "" {
        /// A value of the condition itself.
        VALUE = 0 => "value",
        /// Random number of 32 bits.
        RANDOM = 1 => "random",
        /// Load average of the last minute, in 2048ths.
        LOADAVG_0 = 2 => "loadavg_1",
        /// Load average of the last 5 minutes, in 2048ths.
        LOADAVG_1 = 3 => "loadavg_5",
        /// Load average of the last 15 minutes, in 2048ths.
        LOADAVG_2 = 4 => "loadavg_15",
        /// Device: its interface index, or its name.
        DEV = 5 => "dev",
        /// Priority of the packet.
        PRIORITY = 6 => "priority",
        /// Protocol: the EtherType.
        PROTOCOL = 7 => "protocol",
        /// Packet type: 0 for this host, 1 broadcast, 2 multicast, 3 other hosts.
        PKTTYPE = 8 => "pkt_type",
        /// Length of the packet, in bytes.
        PKTLEN = 9 => "pkt_len",
        /// Length of the data that is not in the packet's first buffer, in bytes.
        DATALEN = 10 => "data_len",
        /// Length of the link layer header, in bytes.
        MACLEN = 11 => "mac_len",
        /// Firewall mark.
        NFMARK = 12 => "nf_mark",
        /// Traffic control index.
        TCINDEX = 13 => "tc_index",
        /// Routing realms.
        RTCLASSID = 14 => "rt_classid",
        /// Interface index of the device that the route says it came from.
        RTIIF = 15 => "rt_iif",
        /// Address family of the socket.
        SK_FAMILY = 16 => "sk_family",
        /// State of the socket.
        SK_STATE = 17 => "sk_state",
        /// Whether the socket's address may be reused.
        SK_REUSE = 18 => "sk_reuse",
        /// Device that the socket is bound to: its interface index, or its name.
        SK_BOUND_IF = 19 => "sk_bind_if",
        /// References of the socket.
        SK_REFCNT = 20 => "sk_refcnt",
        /// Whether the socket is shut down.
        SK_SHUTDOWN = 21 => "sk_shutdown",
        /// Protocol of the socket.
        SK_PROTO = 22 => "sk_proto",
        /// Type of the socket.
        SK_TYPE = 23 => "sk_type",
        /// Receive buffer size of the socket.
        SK_RCVBUF = 24 => "sk_rcvbuf",
        /// Receive buffer of the socket: bytes in use.
        SK_RMEM_ALLOC = 25 => "sk_rmem",
        /// Send buffer of the socket: bytes in use.
        SK_WMEM_ALLOC = 26 => "sk_wmem",
        /// Option memory of the socket: bytes in use.
        SK_OMEM_ALLOC = 27 => "sk_omem",
        /// Send queue of the socket: bytes.
        SK_WMEM_QUEUED = 28 => "sk_wmem_queue",
        /// Receive queue of the socket: its length.
        SK_RCV_QLEN = 29 => "sk_rcv_queue",
        /// Send queue of the socket: its length.
        SK_SND_QLEN = 30 => "sk_snd_queue",
        /// Error queue of the socket: its length.
        SK_ERR_QLEN = 31 => "sk_err_queue",
        /// Memory of the socket that is allocated ahead.
        SK_FORWARD_ALLOCS = 32 => "sk_fwd_alloc",
        /// Send buffer size of the socket.
        SK_SNDBUF = 33 => "sk_sndbuf",
        /// How the socket allocates memory.
        SK_ALLOCS = 34 => "sk_alloc",
        /// Hash of the socket.
        SK_HASH = 36 => "sk_hash",
        /// Linger time of the socket.
        SK_LINGERTIME = 37 => "sk_lingertime",
        /// Accept queue of the socket: its length.
        SK_ACK_BACKLOG = 38 => "sk_ack_backlog",
        /// Accept queue of the socket: the most it holds.
        SK_MAX_ACK_BACKLOG = 39 => "sk_max_ack_backlog",
        /// Priority of the socket.
        SK_PRIO = 40 => "sk_prio",
        /// Least bytes that wake a receiver.
        SK_RCVLOWAT = 41 => "sk_rcvlowat",
        /// Receive timeout of the socket, in seconds.
        SK_RCVTIMEO = 42 => "sk_rcvtimeo",
        /// Send timeout of the socket, in seconds.
        SK_SNDTIMEO = 43 => "sk_sndtimeo",
        /// Offset in the page that the socket sends of.
        SK_SENDMSG_OFF = 44 => "sk_sendmsg_off",
        /// Whether a write is pending.
        SK_WRITE_PENDING = 45 => "sk_write_pending",
        /// VLAN tag: priority and ID.
        VLAN_TAG = 46 => "vlan",
        /// Receive hash of the packet.
        RXHASH = 47 => "rxhash",
    }
}

/// Bits of an ID, and the place of the type.
const ID: u16 = 0x7ff;
const TYPE_AT: u32 = 12;

impl Codec for MetaSide {
    type Value<'a> = MetaSide;
    const SCHEMA: Schema = Schema { set: Some(wire::MetaSide::table), ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<MetaSide> {
        (payload.len() >= Self::SIZE).then(|| Self::read(payload))
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Set(wire::MetaSide::table())
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::raw(payload)
    }
}

impl Fixed for MetaSide {
    type Owned = MetaSide;
    const SIZE: usize = wire::MetaSide::HEADER;

    fn read(bytes: &[u8]) -> MetaSide {
        let side = wire::MetaSide::cast(bytes);
        MetaSide {
            value_type: MetaType(side.kind() >> TYPE_AT),
            id: MetaId(side.kind() & ID),
            shift: side.shift(),
            operand: side.operand(),
        }
    }
}

impl Put<MetaSide> for MetaSide {
    fn put(self, out: &mut Buffer) {
        let (value_type, id) = (self.value_type.0, self.id.0);
        if value_type > 0xf || id > ID {
            let problem = format!("type {value_type} and ID {id} do not fit into 4 and 11 bits");
            out.refuse(BuildError::Invalid(problem));
        }
        let kind = value_type << TYPE_AT | id & ID;
        wire::MetaSide::build().kind(kind).shift(self.shift).operand(self.operand).put(out);
    }
}

impl EmatchKind for Meta {
    const TYPE: EmatchType = EmatchType::META;
}

impl Meta {
    /// Metadata of this ID. How it is compared follows, such as [`equals`](MetaBuf::equals).
    pub fn of(id: MetaId) -> MetaBuf {
        let side = MetaSide { id, value_type: MetaType::INT, ..MetaSide::default() };
        Meta::build().header(MetaHeader::build().left(side)).mask(0)
    }

    /// The side on the left, and how it is compared.
    pub fn left(&self) -> MetaSide {
        self.header().map(MetaHeader::left).unwrap_or_default()
    }

    /// The side on the right.
    pub fn right(&self) -> MetaSide {
        self.header().map(MetaHeader::right).unwrap_or_default()
    }

    /// The number that the metadata is compared with; `None` if it is not compared with one.
    pub fn number(&self) -> Option<u64> {
        let right = self.right();
        let is_number = (right.value_type, right.id) == (MetaType::INT, MetaId::VALUE);
        is_number.then(|| number(self.right_value()?)).flatten()
    }

    /// The mask of the metadata; `None` if all of it is compared.
    pub fn number_mask(&self) -> Option<u64> {
        let is_number = self.left().value_type == MetaType::INT;
        is_number.then(|| number(self.left_value()?)).flatten().filter(|mask| *mask != 0)
    }
}

/// A number of 4 bytes, or of 8 on a machine of 64 bits.
fn number(bytes: &[u8]) -> Option<u64> {
    match bytes.first_chunk() {
        Some(eight) => Some(u64::from_ne_bytes(*eight)),
        None => Some(u32::from_ne_bytes(*bytes.first_chunk()?).into()),
    }
}

impl MetaBuf {
    /// Sets the mask: bits of the number that are compared.
    pub fn mask(self, mask: u32) -> Self {
        self.left_value(&mask.to_ne_bytes()[..])
    }

    /// Sets the shift: bits by which the number is shifted to the right, before its mask.
    pub fn shift(self, shift: u8) -> Self {
        let left = self.view().left();
        self.with_left(MetaSide { shift, ..left })
    }

    /// It is this number: `eq VALUE`.
    pub fn equals(self, value: u32) -> Self {
        self.with_number(Operand::EQ, value)
    }

    /// It is greater than this number: `gt VALUE`.
    pub fn greater_than(self, value: u32) -> Self {
        self.with_number(Operand::GT, value)
    }

    /// It is less than this number: `lt VALUE`.
    pub fn less_than(self, value: u32) -> Self {
        self.with_number(Operand::LT, value)
    }

    /// It is this name, of [`MetaId::DEV`] or [`MetaId::SK_BOUND_IF`]: `eq "NAME"`.
    pub fn equals_name(self, name: &str) -> Self {
        let value_type = MetaType::VAR;
        let left = MetaSide { value_type, operand: Operand::EQ, ..self.view().left() };
        let meta = self.with_left(left).without(Meta::TCA_EM_META_LVALUE);
        meta.with_right(MetaSide { value_type, ..MetaSide::default() }).right_value(name.as_bytes())
    }

    /// It is the same number as other metadata: `eq ID`.
    pub fn equals_meta(self, id: MetaId) -> Self {
        self.with_number(Operand::EQ, 0).with_right(MetaSide {
            id,
            value_type: MetaType::INT,
            ..MetaSide::default()
        })
    }

    fn with_number(self, operand: Operand, value: u32) -> Self {
        let value_type = MetaType::INT;
        let left = MetaSide { value_type, operand, ..self.view().left() };
        let meta = self.with_left(left).with_right(MetaSide { value_type, ..MetaSide::default() });
        meta.right_value(&value.to_ne_bytes()[..])
    }

    fn with_left(self, left: MetaSide) -> Self {
        let header = self.view().header().map(MetaHeader::to_buf).unwrap_or_default();
        self.header(header.left(left))
    }

    fn with_right(self, right: MetaSide) -> Self {
        let header = self.view().header().map(MetaHeader::to_buf).unwrap_or_default();
        self.header(header.right(right))
    }
}
