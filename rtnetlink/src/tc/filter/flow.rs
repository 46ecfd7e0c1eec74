//! Classes that are computed: `flow`.

use super::{FilterKind, HasActions};
use crate::Seconds;
use crate::tc::TcHandle;
use crate::tc::action::{Action, Police};
use crate::tc::ematch::EmatchTree;
use netlink_packet::{Array, Attr, Items, Scope, View as _, flags, netlink, values};
use std::time::Duration;

netlink! {
    /// A filter that computes the class of a packet of keys: by a hash of them, or of one by arithmetic.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceFilter;
    /// use rtnetlink::tc::filter::Flow;
    /// use rtnetlink::tc::filter::flow::FlowKeys;
    ///
    /// // tc filter add dev DEV parent 1: handle 1 flow hash keys src,dst divisor 1024 baseclass 1:1
    /// let hash = Flow::hash(FlowKeys::SRC | FlowKeys::DST).divisor(1024).base_class("1:1").under("1:");
    /// // tc filter add dev DEV parent 1: handle 1 flow map key dst and 0xff baseclass 1:1
    /// let map = Flow::map(FlowKeys::DST).mask(0xff).base_class("1:1").under("1:");
    /// ```
    pub struct Flow / FlowBuf
    attributes {
        /// Keys: what is hashed, or the one that is mapped.
        TCA_FLOW_KEYS = 1 => keys: FlowKeys,
        /// Mode: hash or map.
        TCA_FLOW_MODE = 2 => mode: FlowMode,
        /// Base class (`baseclass`): the class of the result 0. Its minor number is not 0; by default it is 1, of the qdisc that the
        /// filter is under.
        TCA_FLOW_BASECLASS = 3 => base_class: TcHandle,
        /// Right shift (`rshift`): bits by which the masked key is shifted, 0 to 31.
        TCA_FLOW_RSHIFT = 4 => right_shift: u32; ignored(is_hashed, "`mode` is that of a hash"),
        /// Addend: what is added to the shifted key.
        TCA_FLOW_ADDEND = 5 => addend: u32; ignored(is_hashed, "`mode` is that of a hash"),
        /// Mask (`and`): bits of the key that count.
        TCA_FLOW_MASK = 6 => mask: u32; ignored(is_hashed, "`mode` is that of a hash"),
        /// XOR: what the masked key is XORed with.
        TCA_FLOW_XOR = 7 => xor: u32; ignored(is_hashed, "`mode` is that of a hash"),
        /// Divisor: number of classes; the class is what remains of the result when it is divided by this.
        TCA_FLOW_DIVISOR = 8 => divisor: u32,
        /// Actions, in order.
        TCA_FLOW_ACT = 9 => actions: Items<'_, Action> as Array<Action>,
        /// Policer in the old form; an [action](crate::tc::TakeActions::action) does the same.
        TCA_FLOW_POLICE = 10 => police: &Police as Police,
        /// Ematches: a condition (`match`) that packets have to meet, too.
        TCA_FLOW_EMATCHES = 11 => ematches: &EmatchTree as EmatchTree,
        /// Perturbation: how often the hash changes, in whole seconds; of a hash only.
        TCA_FLOW_PERTURB = 12 => perturb: Duration as Seconds,
    }
}

flags! {
    /// Keys of [`Flow`]: bits of `FLOW_KEY_*`.
    pub struct FlowKeys: u32 = "" {
        /// Source address.
        const SRC = 0x1 => "src";
        /// Destination address.
        const DST = 0x2 => "dst";
        /// IP protocol.
        const PROTO = 0x4 => "proto";
        /// Source port.
        const PROTO_SRC = 0x8 => "proto-src";
        /// Destination port.
        const PROTO_DST = 0x10 => "proto-dst";
        /// Interface index of the device that received the packet.
        const IIF = 0x20 => "iif";
        /// Priority of the packet.
        const PRIORITY = 0x40 => "priority";
        /// Firewall mark.
        const MARK = 0x80 => "mark";
        /// Connection of conntrack.
        const NFCT = 0x100 => "nfct";
        /// Original source address, by conntrack.
        const NFCT_SRC = 0x200 => "nfct-src";
        /// Original destination address, by conntrack.
        const NFCT_DST = 0x400 => "nfct-dst";
        /// Original source port, by conntrack.
        const NFCT_PROTO_SRC = 0x800 => "nfct-proto-src";
        /// Original destination port, by conntrack.
        const NFCT_PROTO_DST = 0x1000 => "nfct-proto-dst";
        /// Routing realm.
        const RTCLASSID = 0x2000 => "rt-classid";
        /// User of the socket.
        const SKUID = 0x4000 => "sk-uid";
        /// Group of the socket.
        const SKGID = 0x8000 => "sk-gid";
        /// VLAN ID.
        const VLAN_TAG = 0x10000 => "vlan-tag";
        /// Receive hash of the packet.
        const RXHASH = 0x20000 => "rxhash";
    }
}

values! {
    /// How [`Flow`] computes: `FLOW_MODE_*`.
    pub struct FlowMode: u32 = "" {
        /// Map: one key, by arithmetic.
        MAP = 0 => "map",
        /// Hash: of several keys.
        HASH = 1 => "hash",
    }
}

fn is_hashed(scope: &Scope<'_>) -> bool {
    Flow::cast(scope.bytes()).mode() == Some(FlowMode::HASH)
}

impl FilterKind for Flow {
    const NAME: &'static str = "flow";

    /// Kernels want one.
    fn handle_of(&self) -> Option<u32> {
        Some(1)
    }
}

impl HasActions for Flow {
    const ACTIONS: Attr<Flow, Array<Action>> = Flow::TCA_FLOW_ACT;
}

impl Flow {
    /// Hashes these keys, like `flow hash keys KEYS`.
    pub fn hash(keys: FlowKeys) -> FlowBuf {
        Flow::build().keys(keys).mode(FlowMode::HASH)
    }

    /// Maps this key, like `flow map key KEY`: its masked bits, XORed, shifted to the right and increased.
    pub fn map(key: FlowKeys) -> FlowBuf {
        Flow::build().keys(key).mode(FlowMode::MAP)
    }
}
