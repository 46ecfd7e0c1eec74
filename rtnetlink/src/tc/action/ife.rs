//! Metadata in frames of their own: `ife`.

use super::{ActionKind, ActionTimes, change};
use crate::{Ethernet, HardwareAddress};
use netlink_packet::{Attr, Buffer, Codec, NLA_F_NESTED, Plain, Put, Schema, Scope, netlink, values};

netlink! {
    /// Inter-forwarding-engine encapsulation (IFE, RFC 8013): metadata of a packet such as its mark go with it in a frame.
    ///
    /// ```
    /// use rtnetlink::tc::action::Ife;
    /// use rtnetlink::tc::action::ife::{IfeMetadata, Metadata};
    ///
    /// // action ife encode type 0xDEAD allow mark use prio 7
    /// let metadata = IfeMetadata::build().mark(Metadata::Allow).priority(Metadata::Use(7));
    /// let ife = Ife::encode().ether_type(0xdead).metadata(metadata);
    /// ```
    pub struct Ife / IfeBuf
    attributes {
        /// Parameters (parms).
        TCA_IFE_PARMS = 1 => parameters: &IfeParameters as IfeParameters,
        /// Times: when it was added and used.
        TCA_IFE_TM = 2 => times: &ActionTimes as ActionTimes; read_only,
        /// Destination MAC address of the frame (`dst`).
        TCA_IFE_DMAC = 3 => destination: HardwareAddress as Ethernet,
        /// Source MAC address of the frame (`src`).
        TCA_IFE_SMAC = 4 => source: HardwareAddress as Ethernet,
        /// EtherType of the frame (`type`), in host byte order; 0xED3E by default.
        TCA_IFE_TYPE = 5 => ether_type: u16,
        /// Metadata list (metalst): what goes with the packet.
        TCA_IFE_METALST = 6 | NLA_F_NESTED => metadata: &IfeMetadata as IfeMetadata,
    }
}

parameters! {
    /// Parameters of `ife`: `struct tc_ife`.
    pub struct IfeParameters / IfeParametersBuf = tc_ife: 24 {
        /// Flags: whether it encodes or decodes.
        flags = 20 => operation: IfeOperation,
    }
}

values! {
    /// What [`Ife`] does: `IFE_ENCODE` and `IFE_DECODE`.
    pub struct IfeOperation: u16 = "" {
        /// Decode: take the metadata out of a frame.
        DECODE = 0 => "decode",
        /// Encode: put the metadata into a frame.
        ENCODE = 1 => "encode",
    }
}

netlink! {
    /// Metadata of packets that go with them.
    pub struct IfeMetadata / IfeMetadataBuf
    attributes {
        /// Mark (skbmark).
        IFE_META_SKBMARK = 1 => mark: Metadata<u32>,
        /// Hash (hashid).
        IFE_META_HASHID = 2 => hash: Metadata<u32>,
        /// Priority (prio).
        IFE_META_PRIO = 3 => priority: Metadata<u32>,
        /// Queue mapping (qmap).
        IFE_META_QMAP = 4 => queue: Metadata<u16>,
        /// Traffic control index (tcindex).
        IFE_META_TCINDEX = 5 => tc_index: Metadata<u16>,
    }
}

/// Whether the packet's own value goes with it, or one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metadata<T> {
    /// The packet's own value, like `allow mark`.
    Allow,
    /// This value, like `use mark 5`.
    Use(T),
}

/// Without bytes, the packet's own value is meant.
impl<T: for<'a> Codec<Value<'a> = T> + std::fmt::Debug> Codec for Metadata<T> {
    type Value<'a> = Metadata<T>;
    const SCHEMA: Schema = T::SCHEMA;

    fn decode(payload: &[u8]) -> Option<Metadata<T>> {
        if payload.is_empty() { Some(Metadata::Allow) } else { T::decode(payload).map(Metadata::Use) }
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        if payload.is_empty() { "allow".into() } else { T::plain(payload, scope) }
    }
}

impl<T: Put<T>> Put<Metadata<T>> for Metadata<T> {
    fn put(self, out: &mut Buffer) {
        if let Metadata::Use(value) = self {
            Put::<T>::put(value, out);
        }
    }
}

impl ActionKind for Ife {
    const NAME: &'static str = "ife";
    type Parameters = IfeParametersBuf;
    const PARAMETERS: Attr<Ife, IfeParameters> = Ife::TCA_IFE_PARMS;
}

impl Ife {
    /// Puts metadata into a frame, like `action ife encode`.
    pub fn encode() -> IfeBuf {
        change(Ife::build(), |all| all.operation(IfeOperation::ENCODE))
    }

    /// Takes metadata out of a frame, like `action ife decode`.
    pub fn decode() -> IfeBuf {
        change(Ife::build(), |all| all.operation(IfeOperation::DECODE))
    }
}
