//! Chains of filters: what `tc chain` does.
//!
//! | `tc` | here |
//! | --- | --- |
//! | `tc chain show dev eth0 ingress` | [`ip.chain().list().device("eth0").ingress()`](Chains::list) |
//! | `tc chain add dev eth0 ingress chain 5` | [`ip.chain().add("eth0", ChainMessage::ingress(5))`](Chains::add) |
//! | `tc chain add dev eth0 ingress protocol ip chain 5 flower dst_ip 0.0.0.0/24` | `ip.chain().add("eth0", ChainMessage::ingress(5).template(Flower::build().destination("0.0.0.0/24")))` |
//! | `tc chain add block 10 chain 5` | `ip.chain().add(Block(10), ChainMessage::build().chain(5))` |
//! | `tc chain delete dev eth0 ingress chain 5` | [`ip.chain().delete("eth0", ChainMessage::ingress(5))`](Chains::delete) |
//! | all of them | `ip.chain().list().device("eth0").ingress().flush()` |
//!
//! A chain is there as soon as a filter is in it or an action goes to it. One that was added by itself stays without them.
//!
//! Of a chain that was listed, kernels tell only the qdisc, and not whether it is of ingress or egress: say that again to get or
//! delete it. A flush of such a list knows.

use crate::filter::{FilterSite, UnderQdisc, place};
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, built_key, into_message};
use crate::request::{Added, Checks, Deleted, Request};
use netlink_packet::{Build, Flags, Packet, PooledBuffer};
use rtnetlink::message::{RTM_DELCHAIN, RTM_GETCHAIN, RTM_NEWCHAIN};
use rtnetlink::tc::{ChainMessage, ChainMessageBuf, TcHandle};

impl<D> Handle<D> {
    /// Chains of filters: `tc chain`.
    pub fn chain(&self) -> Chains<'_, D> {
        Chains(self)
    }
}

verbs! {
    /// The verbs of `tc chain`; [`Handle::chain`](crate::Handle::chain) gives them.
    pub struct Chains
}

impl<D> Chains<'_, D> {
    /// Lists chains, like `tc chain show`: those of the root qdisc of each device, unless [`ingress`](List::ingress),
    /// [`egress`](List::egress) or [`parent`](List::parent) follows, or those of one [device](List::device) or
    /// [block](List::block).
    ///
    /// Kernels list one device at a time, so a list of all devices lists the links first.
    pub fn list(&self) -> List<D, ChainMessage> {
        self.0
            .list("list chains", RTM_GETCHAIN, ChainMessage::build())
            .over(self.0.link().list().without_stats(), |chain: ChainMessageBuf, index| chain.device(index))
    }

    /// Gets a chain. That there is none, kernels call an invalid argument, in words: `Cannot find specified filter chain`.
    pub fn get(
        &self,
        site: impl FilterSite,
        chain: impl IntoMessage<ChainMessage>,
    ) -> Request<D, Packet<ChainMessage>> {
        let message = site.with_chain(chain.into_key()).about_one();
        self.0.send("get chain", RTM_GETCHAIN, Flags::empty(), message)
    }

    /// Adds a chain, which may have a template, like `tc chain add`; the error [already
    /// exists](crate::Error::is_already_exists) if there is one that was added so, or that has filters.
    pub fn add(
        &self,
        site: impl FilterSite,
        chain: impl IntoMessage<ChainMessage>,
    ) -> Request<D, Added<ChainMessage>> {
        let flags = Flags::CREATE | Flags::EXCL | Flags::ACK;
        let message = site.with_chain(chain.into_message()).about_one();
        self.0.send("add chain", RTM_NEWCHAIN, flags, message)
    }

    /// Deletes a chain with all filters in it, like `tc chain delete`. That there is none, kernels call an invalid argument, in
    /// words: `Cannot find specified filter chain`.
    pub fn delete(
        &self,
        site: impl FilterSite,
        chain: impl IntoMessage<ChainMessage>,
    ) -> Request<D, Deleted> {
        let message = site.with_chain(chain.into_key()).about_one();
        self.0.send("delete chain", RTM_DELCHAIN, Flags::ACK, message)
    }
}

/// The parent that kernels tell of chains of `clsact` and `ingress`.
const OF_CLSACT: TcHandle = TcHandle::new(0xffff, 0);

/// What identifies a chain.
fn key_of(chain: &ChainMessage) -> ChainMessageBuf {
    let key = ChainMessage::build().device(chain.device()).parent(chain.parent());
    chain.chain().into_iter().fold(key, ChainMessageBuf::chain)
}

into_message! { ChainMessage / ChainMessageBuf found by built_key }

impl UnderQdisc for ChainMessage {
    fn under(chain: ChainMessageBuf, parent: TcHandle) -> ChainMessageBuf {
        chain.parent(parent)
    }

    fn at(chain: ChainMessageBuf, site: impl FilterSite) -> ChainMessageBuf {
        site.with_chain(chain)
    }
}

impl Object for ChainMessage {
    type Builder = ChainMessageBuf;

    fn label(&self) -> String {
        self.label_by(&|index| index.to_string())
    }

    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        let place = place(self.block(), self.parent(), || device(self.device()));
        self.chain().map_or_else(|| place.clone(), |chain| format!("{chain} {place}"))
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        Some((RTM_GETCHAIN, key_of(self).into_buffer()))
    }

    fn lacks(&self) -> Option<&'static str> {
        match (self.chain(), self.parent()) {
            (None, _) => Some("a chain has a number"),
            (_, OF_CLSACT) => Some(
                "kernels tell neither ingress nor egress of a listed chain: `ChainMessage::ingress` and `ChainMessage::egress` do",
            ),
            _ => None,
        }
    }

    fn key(&self) -> ChainMessageBuf {
        key_of(self)
    }

    fn key_in(&self, request: &Self) -> ChainMessageBuf {
        let of_clsact = self.parent() == OF_CLSACT && request.parent() != TcHandle::UNSPEC;
        if of_clsact { key_of(self).parent(request.parent()) } else { key_of(self) }
    }
}

impl Deletable for ChainMessage {
    const DELETION: (&'static str, u16) = ("delete chain", RTM_DELCHAIN);
}
