//! Queueing disciplines (qdiscs): `tc qdisc`, without the default ones of classes, which `tc` shows as `invisible`.
//!
//! Silent changes:
//!
//! | change | known |
//! | --- | --- |
//! | default qdiscs come, when a link is created, set up, or gets other queues; they go with the link | at once: the link is notified |
//! | a default qdisc takes the place of one that is deleted or replaced | at once: that is notified |
//! | those under a qdisc or class go with it, or with the bands that a change takes away | at once: it is notified |
//! | default qdiscs of `mq` follow the number of queues in use (`ethtool -L`); a schedule of `taprio` comes into force; `adaptive` RED finds another probability | by an audit |
//! | packets, bytes, drops and other statistics, also those in the options of `gred` and `sfq` | are not changes |

use super::facts::{Facts, Types};
use super::link_change;
use super::list::Topic;
use super::message::Message;
use crate::device::Device;
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{
    Doubts::All, Notification, Rule, Sign::Message as Unkept, Sign::Object, always, comes_or_goes, goes, when,
};
use rtnetlink::Group;
use rtnetlink::link::LinkMessage;
use rtnetlink::message::{RTM_DELQDISC, RTM_DELTCLASS, RTM_GETQDISC, RTM_NEWQDISC};
use rtnetlink::tc::qdisc::gred::{GredQueue, GredQueueEntry, GredQueueList};
use rtnetlink::tc::qdisc::{Gred, Sfq};
use rtnetlink::tc::{QdiscMessage, TcHandle};

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::TC],
    helpers: &[Topic::Link],
    same_header: |a, b| header(a) == header(b),
    silent: &[
        QdiscMessage::TCA_STATS.number(),
        QdiscMessage::TCA_STATS2.number(),
        QdiscMessage::TCA_XSTATS.number(),
    ],
    same_inside,
    subjects: |message, subjects| {
        subjects.links.insert(message.view::<QdiscMessage>().device());
    },
    doubts: &[DOUBTS],
    ..Facts::of::<QdiscMessage>(
        Types { new: RTM_NEWQDISC, gone: RTM_DELQDISC, get: RTM_GETQDISC },
        write_key,
        |difference| Update::new(difference).map(Change::Qdisc),
    )
};

const DOUBTS: &[Rule] = &[
    when(Object(Topic::Link), comes_or_goes, All),
    when(Object(Topic::Link), link_change::carrier_changes, All),
    when(Object(Topic::Link), queues_change, All),
    when(Object(Topic::Qdisc), goes, All),
    when(Object(Topic::Qdisc), is_replaced_or_has_others, All),
    when(Unkept(RTM_DELTCLASS), always, All),
];

/// The device and the parent, under which there is one qdisc.
fn write_key(message: Message<'_>, key: &mut Vec<u8>) -> Option<()> {
    let qdisc: &QdiscMessage = message.view();
    key.extend(self::key(qdisc.device(), qdisc.parent()));
    Some(())
}

/// The fixed header, without the reference count, which follows the number of queues.
fn header(message: Message<'_>) -> impl PartialEq {
    let qdisc: &QdiscMessage = message.view();
    (qdisc.device(), qdisc.handle(), qdisc.parent())
}

/// Whether options that differ say the same: some kinds have statistics among them.
fn same_inside(attribute: u16, a: Message<'_>, b: Message<'_>) -> bool {
    let [a, b]: [&QdiscMessage; 2] = [a.view(), b.view()];
    let same_gred = || a.kind().zip(b.kind()).is_some_and(|(a, b)| gred(a) == gred(b));
    let same_sfq = || a.kind().zip(b.kind()).is_some_and(|(a, b)| sfq(a) == sfq(b));
    attribute == QdiscMessage::TCA_OPTIONS.number() && (same_gred() || same_sfq())
}

fn gred(gred: &Gred) -> impl PartialEq {
    let queue = |queue: GredQueue| {
        let thresholds = (queue.limit, queue.min, queue.max, queue.priority);
        (queue.index, thresholds, queue.average_log, queue.slope_log, queue.cell_log)
    };
    let queues: Vec<_> = gred.parameters().into_iter().flatten().map(queue).collect();
    let flags = |entry: &GredQueueEntry| (entry.index(), entry.flags());
    let entries = gred.queue_list().and_then(GredQueueList::entries).into_iter().flatten();
    let probabilities: Vec<_> = gred.probabilities().into_iter().flatten().collect();
    let setup = gred.general().map(|setup| setup.as_bytes().to_vec());
    (setup, gred.limit(), queues, entries.map(flags).collect::<Vec<_>>(), probabilities)
}

fn sfq(sfq: &Sfq) -> impl PartialEq {
    let red = (sfq.red_min(), sfq.red_max(), sfq.average_log(), sfq.slope_log(), sfq.cell_log(), sfq.flags());
    (sfq.base(), sfq.depth(), sfq.head_drop(), sfq.flow_limit(), red, sfq.probability())
}

/// A link gets another queueing discipline, or another length or number of queues.
fn queues_change(change: &Notification<'_>) -> bool {
    change.differs(LinkMessage::qdisc)
        || change.differs(LinkMessage::tx_queue_length)
        || change.differs(LinkMessage::tx_queues)
}

/// A qdisc takes the place of another, or is changed while there are others under it.
fn is_replaced_or_has_others(change: &Notification<'_>) -> bool {
    let Some((before, now)) = change.before.zip(change.now) else { return false };
    let (before, now): (&QdiscMessage, &QdiscMessage) = (before.view(), now.view());
    let is_replaced = before.handle() != now.handle() || before.kind_name() != now.kind_name();
    is_replaced || {
        change.mirror.qdiscs_of(now.device()).any(|other| other.parent().qdisc() == now.handle())
    }
}

/// A qdisc that sends all packets of its device, whose name the link has as well.
pub(super) fn is_at_root(change: &Notification<'_>) -> bool {
    change.object().is_some_and(|qdisc| qdisc.view::<QdiscMessage>().parent() == TcHandle::ROOT)
}

/// The qdisc that sends all packets of a device.
pub(super) fn root_of(mirror: &Mirror, device: u32) -> Option<&QdiscMessage> {
    mirror.get(Topic::Qdisc, &key(device, TcHandle::ROOT))
}

fn key(device: u32, parent: TcHandle) -> [u8; 8] {
    (u64::from(device) << 32 | u64::from(parent.0)).to_be_bytes()
}

/// Queueing disciplines.
impl Mirror {
    /// All qdiscs.
    pub fn qdiscs(&self) -> impl Iterator<Item = &QdiscMessage> {
        self.all(Topic::Qdisc)
    }

    /// The qdiscs of a device.
    pub fn qdiscs_of(&self, device: impl Into<Device>) -> impl Iterator<Item = &QdiscMessage> {
        let index = self.index(device.into());
        self.under(Topic::Qdisc, index.map(|index| index.to_be_bytes().to_vec()))
    }
}
