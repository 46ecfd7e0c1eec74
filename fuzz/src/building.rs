//! Building what was read: a copy says what the original did, a request can be sent, and a change changes nothing else.

use crate::{CHOICE, choose};
use netlink_packet::control::ExtAckBuf;
use netlink_packet::generic::{
    ControllerMessageBuf, GenericMessageBuf, dpll, ethtool, fou, handshake, ila, ioam6, l2tp, macsec, mptcp,
    net_shaper, netdev, ovpn, psp, seg6, tcp_metrics, team, wireguard,
};
use netlink_packet::{
    ATTRIBUTE_HEADER_LEN, Attr, Buffer, Build, Header, Messages, NLMSG_MIN_TYPE, RawAttributes, Scope, Table,
    View, align, set, unset,
};
use rtnetlink::address_label::AddressLabelMessageBuf;
use rtnetlink::advertisement::{NdOptionMessageBuf, PrefixMessageBuf};
use rtnetlink::bridge::{VlanMessageBuf, VlanRequestBuf, VniMessageBuf};
use rtnetlink::link::can::CanStatsBuf;
use rtnetlink::link::{
    BridgeSpecBuf, LinkInfoBuf, LinkMessageBuf, RtGenMessageBuf, StatsMessageBuf, StatsRequestBuf,
};
use rtnetlink::neighbour::{NeighbourMessageBuf, NeighbourTableMessageBuf};
use rtnetlink::route::{NextHopBuf, RouteMessageBuf};
use rtnetlink::rule::{FamilyMessageBuf, RuleMessageBuf};
use rtnetlink::tc::ematch::{EmatchBuf, EmatchTreeBuf};
use rtnetlink::tc::{
    ActionBuf, ActionMessageBuf, ChainMessageBuf, ClassMessageBuf, FilterMessageBuf, QdiscMessageBuf,
};
use rtnetlink::{AddressMessageBuf, NamespaceIdMessageBuf, NetconfMessageBuf, NextHopMessageBuf};

/// A builder: its view's table, and its checks.
type Builder = (fn() -> &'static Table, fn(&[u8]));

macro_rules! builders {
    ($($Buf:ty,)*) => {
        const BUILDERS: &[Builder] = &[$((<<$Buf as Build>::View as View>::table, build::<$Buf>),)*];
    };
}

builders! {
    LinkMessageBuf, BridgeSpecBuf, CanStatsBuf, RtGenMessageBuf, StatsMessageBuf, StatsRequestBuf, AddressMessageBuf,
    RouteMessageBuf, NeighbourMessageBuf, NeighbourTableMessageBuf, RuleMessageBuf, FamilyMessageBuf,
    NextHopMessageBuf, NamespaceIdMessageBuf, NetconfMessageBuf, AddressLabelMessageBuf, PrefixMessageBuf,
    NdOptionMessageBuf, QdiscMessageBuf, ClassMessageBuf, FilterMessageBuf, ChainMessageBuf, ActionBuf, ActionMessageBuf,
    EmatchBuf, EmatchTreeBuf, VlanMessageBuf, VlanRequestBuf, VniMessageBuf, ControllerMessageBuf, GenericMessageBuf,
    ExtAckBuf, LinkInfoBuf, NextHopBuf,
    dpll::DpllMessageBuf, dpll::DpllPinMessageBuf, fou::FouPortBuf, handshake::HandshakeAcceptMessageBuf,
    handshake::HandshakeDoneMessageBuf, ila::IlaMappingBuf, ioam6::Ioam6MessageBuf, ioam6::Ioam6EventBuf,
    l2tp::L2tpTunnelBuf, l2tp::L2tpSessionBuf, macsec::MacsecMessageBuf, mptcp::MptcpEndpointMessageBuf,
    mptcp::MptcpMessageBuf, mptcp::MptcpEventBuf, mptcp::SubflowAttributesBuf, net_shaper::ShaperMessageBuf,
    net_shaper::ShaperCapsMessageBuf, netdev::NetdevMessageBuf, netdev::PagePoolMessageBuf,
    netdev::PagePoolStatsMessageBuf, netdev::QueueMessageBuf, netdev::NapiMessageBuf, netdev::QueueStatsMessageBuf,
    netdev::DmabufMessageBuf, ovpn::OvpnMessageBuf, psp::PspDeviceMessageBuf, psp::PspAssociationMessageBuf,
    psp::PspStatsMessageBuf, seg6::Seg6MessageBuf, tcp_metrics::TcpMetricsBuf, team::TeamMessageBuf,
    wireguard::WireguardMessageBuf, ethtool::StringSetsBuf, ethtool::LinkInfoBuf, ethtool::LinkModesBuf,
    ethtool::LinkStateBuf, ethtool::DebugMaskBuf, ethtool::WakeOnLanBuf, ethtool::FeaturesBuf,
    ethtool::PrivateFlagsBuf, ethtool::RingsBuf, ethtool::ChannelsBuf, ethtool::CoalesceBuf, ethtool::PauseBuf,
    ethtool::EeeBuf, ethtool::TimestampingBuf, ethtool::TimestampConfigBuf, ethtool::PhcVclocksBuf,
    ethtool::CableTestBuf, ethtool::CableTestNotificationBuf, ethtool::CableTestTdrBuf,
    ethtool::CableTestTdrNotificationBuf, ethtool::TunnelInfoBuf, ethtool::FecBuf, ethtool::ModuleBuf,
    ethtool::EepromBuf, ethtool::ModuleFirmwareBuf, ethtool::StatisticsBuf, ethtool::PseBuf,
    ethtool::PseNotificationBuf, ethtool::RssBuf, ethtool::PlcaBuf, ethtool::PlcaStatusBuf, ethtool::MacMergeBuf,
    ethtool::PhyBuf, ethtool::MeanSquareErrorBuf,
}

/// Builds on the bytes after the first four, as the message that these choose.
pub fn building(input: &[u8]) {
    let Some((place, bytes)) = choose(input, BUILDERS.len()) else { return };
    BUILDERS[place].1(bytes);
}

/// Where the attributes of an input begin.
pub(crate) fn attributes(input: &[u8]) -> usize {
    CHOICE + choose(input, BUILDERS.len()).map_or(0, |(place, _)| align(BUILDERS[place].0().header))
}

/// The place of a message's builder in the list.
pub(crate) fn place(table: &'static Table) -> Option<usize> {
    BUILDERS.iter().position(|(other, _)| std::ptr::eq(other(), table))
}

fn build<B: Build>(bytes: &[u8]) {
    copy::<B>(bytes);
    request::<B>(bytes);
    change::<B>(bytes);
}

/// A copy has the same bytes: of a message all that are attributes, and of a struct all.
fn copy<B: Build>(bytes: &[u8]) {
    let view = B::View::cast(bytes);
    let copy = B::from_view(view);
    let rest = if B::View::ATTRIBUTES { view.attributes_of().raw().last_rest() } else { 0 };
    let kept = &bytes[..bytes.len() - rest];
    let copied = copy.buffer().body();
    assert_eq!(copy.buffer().problem(), None);
    assert_eq!(&copied[..kept.len()], kept);
    assert!(copied[kept.len()..].iter().all(|byte| *byte == 0));
    if B::View::ATTRIBUTES && B::View::read(kept).is_ok() {
        assert_eq!(B::View::cast(copied).attributes_of().raw().last_rest(), 0);
        let [copied, kept] = [copied, kept].map(|bytes| B::View::cast(bytes).attributes_of().raw());
        assert!(copied.eq(kept));
    }
    let again = B::from_view(B::View::cast(copied));
    assert_eq!(again.buffer().body(), copied);
}

/// Trailing bytes that are not an attribute.
trait LastRest {
    fn last_rest(self) -> usize;
}

impl LastRest for RawAttributes<'_> {
    fn last_rest(mut self) -> usize {
        self.by_ref().for_each(drop);
        self.rest().len()
    }
}

/// A request can be sent, has nothing malformed that the original had not, and made into a request again has no more:
/// `separate` attributes are left out the second time, and nothing changes after that.
fn request<B: Build>(bytes: &[u8]) {
    let view = B::View::cast(bytes);
    let mut request = B::from_buffer(Scope::of(view).to_request()).into_buffer();
    let again = Scope::new(B::View::table(), request.body()).to_request();
    assert!(again.body().len() <= request.body().len(), "{view:?}");
    assert_eq!(Scope::new(B::View::table(), again.body()).to_request().body(), again.body(), "{view:?}");
    if view.malformed_in().is_empty() && B::View::read(bytes).is_ok() {
        assert_eq!(B::View::cast(request.body()).malformed_in(), [], "{view:?}");
    }
    let whole = request.body().to_vec();
    let Ok(message) = request.set_header(Header { message_type: NLMSG_MIN_TYPE, ..Header::default() }) else {
        return;
    };
    let mut messages = Messages::new(message);
    assert_eq!(messages.next().map(|message| message.payload().to_vec()), Some(whole));
    assert_eq!((messages.next().is_none(), messages.rest().len()), (true, 0));
}

/// Setting an attribute and removing it leaves the others as they are.
fn change<B: Build>(bytes: &[u8]) {
    let view = B::View::cast(bytes);
    if !B::View::ATTRIBUTES {
        return;
    }
    let numbers: Vec<u16> = view.attributes_of().raw().map(|attribute| attribute.number()).take(3).collect();
    for number in numbers.into_iter().chain([1, 65]) {
        let mut buffer = B::from_view(view).into_buffer();
        let others = without::<B>(&buffer, number);
        let key: Attr<B::View, u32> = Attr::new(number, "");
        set(&mut buffer, key, 7u32);
        assert_eq!(without::<B>(&buffer, number), others);
        let attributes = B::View::cast(buffer.body()).attributes_of();
        assert_eq!((attributes.get(key), attributes.pick((key,))), (Some(7), (Some(7),)));
        let same = attributes.raw().filter(|attribute| attribute.number() == number);
        assert_eq!(same.count(), 1);
        unset(&mut buffer, key);
        assert_eq!(without::<B>(&buffer, number), others);
        assert_eq!(B::View::cast(buffer.body()).attributes_of().raw().payload_of(number), None);
    }
}

/// The fixed header, and the attributes but those with this number.
fn without<B: Build>(buffer: &Buffer, number: u16) -> Vec<u8> {
    let body = buffer.body();
    let start = B::View::START;
    let mut kept = body[..start].to_vec();
    for attribute in RawAttributes::new(&body[start..]).filter(|attribute| attribute.number() != number) {
        let length = ATTRIBUTE_HEADER_LEN + attribute.payload.len();
        kept.extend(length.to_ne_bytes());
        kept.extend(attribute.number_and_flags.to_ne_bytes());
        kept.extend(attribute.payload);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_its_builder() {
        let messages = rtnetlink::message::tables().map(|(_, table)| table);
        for table in messages.chain(crate::sets::of_families()) {
            assert!(place(table).is_some(), "{}", table.name);
        }
    }
}
