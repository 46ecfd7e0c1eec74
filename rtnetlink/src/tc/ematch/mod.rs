//! Extended matches (ematches): the conditions of the filters `basic`, `cgroup` and `flow`. A file, a table and a line in the list
//! below for each kind.
//!
//! They are what follows `match` in `tc filter add ... basic match '...'`. Conditions are combined by `&`, `|` and `!`:
//!
//! ```
//! use rtnetlink::tc::ematch::meta::MetaId;
//! use rtnetlink::tc::ematch::{Cmp, Layer, Meta, Nbyte};
//! use rtnetlink::tc::filter::Basic;
//! use rtnetlink::tc::PlaceFilter;
//!
//! // basic match 'cmp(u8 at 9 layer network eq 17) and not (meta(pkt_len gt 100) or nbyte("abc" at 0 layer transport))'
//! let is_udp = Cmp::u8(Layer::NETWORK, 9).equals(17);
//! let is_long = Meta::of(MetaId::PKTLEN).greater_than(100);
//! let begins = Nbyte::at(Layer::TRANSPORT, 0, b"abc");
//! let basic = Basic::build().ematches(is_udp & !(is_long | begins)).class("1:10");
//! assert_eq!(basic.view().ematches().and_then(|tree| tree.condition()).unwrap().to_string(), "cmp and not (meta or nbyte)");
//! let filter = basic.under("1:").priority(10);
//! ```

mod condition;

pub use condition::Condition;

use netlink_packet::{
    Array, Buffer, Build, BuildError, Chosen, Items, Kind, Nest, Put, Scope, Selector, Table, View, flags,
    kinds, netlink, values,
};

kinds! {
    /// The kinds of ematches that have a table here.
    static EMATCHES: EmatchType = ematch_kind {
        canid: Canid,
        cmp: Cmp,
        ipset: Ipset,
        ipt: Ipt,
        meta: Meta,
        nbyte: Nbyte,
        text: Text,
        u32: U32,
    }
}

/// A kind of ematch: the table of its data.
///
/// A kind of your own is a table ([`netlink!`](netlink_packet::netlink)) and a number. [`Condition::of`] is its condition.
pub trait EmatchKind: View {
    /// The number that the kernel has for it.
    const TYPE: EmatchType;
}

const fn ematch_kind<K: EmatchKind + ?Sized>() -> Kind<EmatchType> {
    Kind::new::<K>(K::TYPE, &[], ())
}

/// The kinds that have a table here: their numbers, and the table.
pub fn kinds() -> impl Iterator<Item = (EmatchType, &'static Table)> {
    EMATCHES.tables()
}

netlink! {
    /// A tree of ematches: sequences of them, one after another, of which containers refer to later ones.
    ///
    /// A [`Condition`] is written as one, and [`condition`](EmatchTree::condition) reads it as such.
    pub struct EmatchTree / EmatchTreeBuf
    attributes {
        /// Header (hdr): the number of ematches.
        TCA_EMATCH_TREE_HDR = 1 => header: &EmatchTreeHeader as EmatchTreeHeader,
        /// List: the ematches, numbered from 1 on.
        TCA_EMATCH_TREE_LIST = 2 => list: Items<'_, Ematch> as Array<Ematch>,
    }
}

netlink! {
    /// Header of a tree of ematches: `struct tcf_ematch_tree_hdr`.
    pub struct EmatchTreeHeader / EmatchTreeHeaderBuf
    header tcf_ematch_tree_hdr: 4 {
        /// Number of ematches.
        nmatches = 0 => count: u16,
        /// Program ID: what wrote the tree; 0 for `tc`. Kernels only keep it.
        progid = 2 => program: u16,
    }
}

netlink! {
    /// An ematch in a tree: `struct tcf_ematch_hdr`, and the data of its kind.
    pub struct Ematch / EmatchBuf
    header tcf_ematch_hdr: 8 {
        /// Match ID. Kernels only keep it.
        matchid = 0 => match_id: u16,
        /// Kind, by number.
        kind = 2 => ematch_type: EmatchType,
        /// Flags: the relation to the next one.
        flags = 4 => flags: EmatchFlags,
    }
    rest {
        /// Data of the kind; [`kind`](Ematch::kind) reads it.
        data => data: &Nest as Chosen<EmatchData>,
    }
}

values! {
    /// Kind of an ematch, by number: `TCF_EM_*`.
    pub struct EmatchType: u16 = "ematch-kind" {
        /// Container: the number of a later sequence of ematches in the tree.
        CONTAINER = 0 => "container",
        /// Comparison of a number in a packet.
        CMP = 1 => "cmp",
        /// Comparison of bytes.
        NBYTE = 2 => "nbyte",
        /// Comparison of a word, as the filter `u32` does it.
        U32 = 3 => "u32",
        /// Metadata of the packet, its socket or the system.
        META = 4 => "meta",
        /// Search for text.
        TEXT = 5 => "text",
        /// VLAN; no kernel has it.
        VLAN = 6 => "vlan",
        /// CAN identifiers.
        CANID = 7 => "canid",
        /// Membership of an IP set.
        IPSET = 8 => "ipset",
        /// A match of `iptables`.
        IPT = 9 => "ipt",
    }
}

flags! {
    /// Flags of an ematch: `TCF_EM_*`.
    pub struct EmatchFlags: u16 = "ematch-flags" {
        /// And: the next one counts only if this one is true.
        const REL_AND = 0x1 => "and";
        /// Or: the next one counts only if this one is false.
        const REL_OR = 0x2 => "or";
        /// Invert: it is true where it otherwise would not be.
        const INVERT = 0x4 => "not";
        /// Simple: the data is a number.
        const SIMPLE = 0x8 => "simple";
    }
}

values! {
    /// Layer of a packet from which offsets count: `TCF_LAYER_*`.
    pub struct Layer: u8 = "tc-layer" {
        /// Link layer: from the Ethernet header on.
        LINK = 0 => "link",
        /// Network layer: from the IP header on.
        NETWORK = 1 => "network",
        /// Transport layer: from the TCP or UDP header on.
        TRANSPORT = 2 => "transport",
    }
}

values! {
    /// How two numbers are compared: `TCF_EM_OPND_*`.
    pub struct Operand: u8 = "em-operand" {
        /// Equal.
        EQ = 0 => "eq",
        /// Greater than.
        GT = 1 => "gt",
        /// Less than.
        LT = 2 => "lt",
    }
}

impl Ematch {
    /// An ematch of this kind, for its data; `None` if it is of another.
    pub fn kind<K: EmatchKind + ?Sized>(&self) -> Option<&K> {
        let matches = self.ematch_type() == K::TYPE;
        matches.then(|| self.data().unwrap_or_default()).and_then(Nest::read_as)
    }
}

impl EmatchBuf {
    /// Sets the kind and its data.
    pub fn kind<B: Build<View: EmatchKind>>(self, kind: B) -> Self {
        self.ematch_type(B::View::TYPE).data(kind.buffer())
    }
}

/// Chooses the table of [`Ematch::data`]: the kind does.
#[derive(Debug)]
pub struct EmatchData;

impl Selector for EmatchData {
    const FORMATS: &'static str = "";

    fn table(set: &Scope<'_>) -> Option<&'static Table> {
        EMATCHES.table(Ematch::cast(set.bytes()).ematch_type())
    }
}

/// The bit fields of a byte, of 4 bits each: the first one, and the second one.
fn halves(byte: u8) -> (u8, u8) {
    let (low, high) = (byte & 0xf, byte >> 4);
    if cfg!(target_endian = "little") { (low, high) } else { (high, low) }
}

/// A byte of two bit fields of 4 bits each.
fn put_halves(first: u8, second: u8, out: &mut Buffer) {
    if let Some(wide) = [first, second].into_iter().find(|half| *half > 0xf) {
        out.refuse(BuildError::Invalid(format!("{wide} does not fit into 4 bits")));
    }
    let (low, high) = if cfg!(target_endian = "little") { (first, second) } else { (second, first) };
    Put::<u8>::put(low & 0xf | high << 4, out);
}
