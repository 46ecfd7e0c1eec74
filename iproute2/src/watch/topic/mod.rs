//! What can be watched: a file a topic, whose one value says all that the rest of the watch has to know of it.
//!
//! | topic | an object is known by |
//! | --- | --- |
//! | link | index |
//! | address of IPv4 | link, address, peer, length |
//! | address of IPv6 | link, address |
//! | neighbour | family, address, link. Those that need no asking, or did not answer yet, are not kept |
//! | route of IPv4 | table, destination, TOS, metric, and its paths where several were appended |
//! | route of IPv6 | the same with the source prefix; gateways of equal routes are one route's paths |
//! | rule | all that it says |
//! | next hop, namespace id | id |
//! | netconf | protocol, link |
//! | FDB | bridge or VXLAN, hardware address, VLAN, source VNI; what a VXLAN sends to several, also by destination |
//!
//! Another topic is another file with a `TOPIC` and the methods of [`Mirror`](super::Mirror) that answer for it, its line in
//! the list below, and its variant of [`Change`].

mod address;
mod differing;
mod fdb;
mod link;
mod message;
mod namespace_id;
mod neighbour;
mod netconf;
mod next_hop;
mod part;
mod route;
mod route_ipv4;
mod route_ipv6;
mod rule;

pub(super) use self::differing::{Differing, differing, says_the_same};
pub(super) use self::message::Message;

use self::part::with_those_of;

use super::change::{Change, Difference};
use super::silence::{Rule, Subjects};
use netlink_packet::View;
use rtnetlink::{AddressFamily, Group};

/// The list of topics, in the order in which they are listed: what others depend on comes first.
macro_rules! topics {
    ($($(#[$($doc:tt)*])* $BIT:ident => $Topic:ident: $file:ident,)*) => {
        /// What is listed by one dump.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(super) enum Topic { $($Topic,)* }

        impl Topic {
            pub(super) const ALL: [Topic; [$(Topic::$Topic),*].len()] = [$(Topic::$Topic),*];
        }

        static FACTS: [Facts; Topic::ALL.len()] = [$($file::TOPIC),*];

        netlink_packet::bitflags::bitflags! {
            /// What to watch.
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            pub struct Topics: u32 {
                $($(#[$($doc)*])* const $BIT = 1 << Topic::$Topic as u32;)*
            }
        }
    };
}

topics! {
    /// Links.
    LINK => Link: link,
    /// Addresses of links.
    ADDRESS => Address: address,
    /// Neighbours of IPv4 and IPv6.
    NEIGHBOUR => Neighbour: neighbour,
    /// Next hops.
    NEXT_HOP => NextHop: next_hop,
    /// Routes of IPv4.
    ROUTE_IPV4 => Route4: route_ipv4,
    /// Routes of IPv6.
    ROUTE_IPV6 => Route6: route_ipv6,
    /// Rules.
    RULE => Rule: rule,
    /// Ids of namespaces.
    NAMESPACE_ID => NamespaceId: namespace_id,
    /// Settings of protocols for links, of which some are notified: `ip netconf`.
    NETCONF => Netconf: netconf,
    /// Forwarding databases of bridges and VXLANs: `bridge fdb`.
    FDB => Fdb: fdb,
}

const _: () = assert!(Topic::ALL.len() <= u32::BITS as usize, "a set of topics is a bit for each");

impl Topics {
    /// Routes of both families.
    pub const ROUTE: Topics = Topics::ROUTE_IPV4.union(Topics::ROUTE_IPV6);

    pub(super) fn topics(self) -> TopicSet {
        TopicSet((self & Topics::all()).bits())
    }
}

/// What the watch knows of a topic.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    /// What errors call it.
    pub(super) name: &'static str,
    /// The groups that are told of its objects.
    pub(super) groups: &'static [Group],
    /// Groups whose messages are no objects of the topic, and give them away.
    pub(super) hints: &'static [Group],
    /// Topics that are followed besides: by their changes the kernel gives away what it is silent about.
    pub(super) helpers: &'static [Topic],
    pub(super) types: Types,
    /// The family whose objects are listed.
    pub(super) family: AddressFamily,
    /// Appends the attributes of the request for a list: which optional parts of objects the list has to include.
    pub(super) filter: fn(&mut Vec<u8>) -> Option<()>,
    /// The optional parts that notifications leave out.
    pub(super) only_listed: Option<OnlyListed>,
    /// Bytes of the messages' fixed header, and where their attributes begin.
    pub(super) header: usize,
    pub(super) start: usize,
    /// What a message of one of the types is.
    pub(super) role: fn(Message<'_>) -> Role,
    /// Writes what an object is known by, without the number of those that have it in common. `None` where the message
    /// says not enough.
    pub(super) key: fn(Message<'_>, &mut Vec<u8>) -> Option<()>,
    /// Where several objects can have what the kernel knows one by.
    pub(super) slots: Option<Slots>,
    /// Whether the kernel lists it in an order like that of the keys, and tells the same of what has not changed.
    pub(super) is_ordered: bool,
    /// Whether an object that is notified again without news gives something away.
    pub(super) is_repeated: bool,
    /// Whether a notification tells only what changed of an object that is known.
    pub(super) is_told_in_parts: bool,
    /// Names by which objects are found, too.
    pub(super) names: Option<Names>,
    /// The message of an object, with what another message tells of a part of it.
    pub(super) with_part: fn(Message<'_>, Message<'_>) -> Option<Vec<u8>>,
    /// Whether the headers of two messages say the same.
    pub(super) same_header: fn(Message<'_>, Message<'_>) -> bool,
    /// Attributes of which the kernel does not tell when they change.
    pub(super) silent: &'static [u16],
    /// Whether an attribute whose bytes differ says the same in two messages.
    pub(super) same_inside: fn(u16, Message<'_>, Message<'_>) -> bool,
    /// What other objects may depend on of one that changes: its link, its addresses.
    pub(super) subjects: fn(Message<'_>, &mut Subjects),
    /// What gives away silent changes of its objects.
    pub(super) doubts: &'static [&'static [Rule]],
    /// What the caller is told.
    pub(super) change: fn(Difference) -> Option<Change>,
}

/// The names of an object.
pub(super) type Names = fn(Message<'_>) -> Vec<&[u8]>;

/// The types of the messages about an object, and of the request for a list: `RTM_NEW*`, `RTM_DEL*`, `RTM_GET*`.
#[derive(Clone, Copy)]
pub(super) struct Types {
    pub(super) new: u16,
    pub(super) gone: u16,
    pub(super) get: u16,
}

/// Attributes that are in lists, and in no notification: an object keeps those that it was listed with last.
#[derive(Clone, Copy)]
pub(super) struct OnlyListed {
    pub(super) attributes: &'static [u16],
    /// Whether those of an object may have changed when it is notified, so that it has to be listed again.
    pub(super) may_change: fn(Message<'_>) -> bool,
}

/// How objects are told apart that have in common what the kernel knows them by: their keys have a number behind it.
#[derive(Clone, Copy)]
pub(super) struct Slots {
    /// Whether two messages are about one object.
    pub(super) is_same: fn(Message<'_>, Message<'_>) -> bool,
    /// Whether one that is told with `NLM_F_REPLACE` has taken another's place.
    pub(super) are_replaced: bool,
    /// Whether there can be two that say the same.
    pub(super) can_be_equal: bool,
    /// Whether it is one path or more that the kernel joins with others of equal routes.
    pub(super) joins: fn(Message<'_>) -> bool,
    /// Whether the first has all paths of the second.
    pub(super) has_paths_of: fn(Message<'_>, Message<'_>) -> bool,
}

/// What a message is for a topic.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// An object.
    Object,
    /// An object as it is no longer kept.
    Gone,
    /// A part of an object.
    Part,
    /// Nothing of the topic.
    Other,
}

impl Facts {
    /// Those of a topic whose messages are all objects, which nothing but notifications changes.
    const fn of<M: View + ?Sized>(
        name: &'static str,
        types: Types,
        key: fn(Message<'_>, &mut Vec<u8>) -> Option<()>,
        change: fn(Difference) -> Option<Change>,
    ) -> Facts {
        Facts {
            name,
            groups: &[],
            hints: &[],
            helpers: &[],
            types,
            family: AddressFamily::UNSPEC,
            filter: |_| None,
            only_listed: None,
            header: M::HEADER,
            start: M::START,
            role: |_| Role::Object,
            key,
            slots: None,
            is_ordered: false,
            is_repeated: false,
            is_told_in_parts: false,
            names: None,
            with_part: |_, _| None,
            same_header: |a, b| a.body().get(..M::HEADER) == b.body().get(..M::HEADER),
            silent: &[],
            same_inside: |_, _, _| false,
            subjects: |_, _| (),
            doubts: &[],
            change,
        }
    }
}

impl Topic {
    #[inline]
    pub(super) const fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// What follows the header of the request for a list.
    pub(super) fn request(self) -> Vec<u8> {
        let mut body = vec![0; self.facts().start];
        body[0] = self.facts().family.0;
        let _ = (self.facts().filter)(&mut body);
        body
    }

    /// Whether several objects can have what the kernel knows one by.
    #[inline]
    pub(super) fn has_slots(self) -> bool {
        self.facts().slots.is_some()
    }

    /// What objects of a key have in common.
    #[inline]
    pub(super) fn base(self, key: &[u8]) -> &[u8] {
        let slot = if self.has_slots() { SLOT } else { 0 };
        key.get(..key.len() - slot.min(key.len())).unwrap_or_default()
    }

    /// Whether two messages are about one object, where they have in common what the kernel knows it by.
    pub(super) fn is_same_object(self, a: Message<'_>, b: Message<'_>) -> bool {
        self.facts().slots.is_none_or(|slots| (slots.is_same)(a, b))
    }

    /// The message of an object with what only lists include, as `listed` has it; `None` where the topic has no such attributes,
    /// or neither message does.
    pub(super) fn with_listed(self, object: Message<'_>, listed: Message<'_>) -> Option<Vec<u8>> {
        let (facts, attributes) = (self.facts(), self.facts().only_listed.as_ref()?.attributes);
        with_those_of(object, listed, facts.start, attributes)
    }

    /// The object that a list told.
    pub(super) fn listed(self, message_type: u16, bytes: &[u8]) -> Option<Message<'_>> {
        let (facts, message) = (self.facts(), Message { bytes });
        let is_object = message_type == facts.types.new
            && message.body().len() >= facts.header
            && (facts.role)(message) == Role::Object;
        is_object.then_some(message)
    }
}

/// Bytes of the number behind a key that several objects can have.
pub(super) const SLOT: usize = 2;

/// Several topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TopicSet(u32);

impl TopicSet {
    pub(super) const EMPTY: TopicSet = TopicSet(0);

    pub(super) const fn contains(self, topic: Topic) -> bool {
        self.0 & 1 << topic as u32 != 0
    }

    pub(super) const fn add(&mut self, topic: Topic) {
        self.0 |= 1 << topic as u32;
    }

    pub(super) fn remove(&mut self, topic: Topic) {
        self.0 &= !(1 << topic as u32);
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[inline]
    pub(super) fn iter(self) -> impl Iterator<Item = Topic> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = Topic::ALL.get(left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(*next)
        })
    }

    /// These, and those by which the kernel gives away what it is silent about.
    pub(super) fn with_helpers(mut self) -> Self {
        for topic in self.iter() {
            topic.facts().helpers.iter().for_each(|helper| self.add(*helper));
        }
        self
    }
}

impl FromIterator<Topic> for TopicSet {
    fn from_iter<I: IntoIterator<Item = Topic>>(topics: I) -> Self {
        let mut all = TopicSet::default();
        topics.into_iter().for_each(|topic| all.add(topic));
        all
    }
}

/// What a message of a group is.
pub(super) enum Told<'a> {
    /// An object is, or has become, like this.
    New(Topic, Message<'a>),
    /// An object is gone.
    Gone(Topic, Message<'a>),
    /// A part of an object has become like this.
    Part(Topic, Message<'a>),
    /// Nothing that is kept here.
    Other,
}

/// Message types of a noun, by the kernel's numbering: `RTM_NEW*`, `RTM_DEL*`, `RTM_GET*`, `RTM_SET*`.
const NOUN: u16 = 4;

/// The topics whose objects a message can be, by the noun of its type.
static BY_NOUN: [TopicSet; 32] = {
    let mut nouns = [TopicSet::EMPTY; 32];
    let mut at = 0;
    while at < Topic::ALL.len() {
        let Types { new, gone, .. } = FACTS[at].types;
        assert!(new / NOUN == gone / NOUN, "both types are of one noun");
        nouns[(new / NOUN) as usize].add(Topic::ALL[at]);
        at += 1;
    }
    nouns
};

/// Classifies a message that a group told.
pub(super) fn told(message_type: u16, bytes: &[u8]) -> Told<'_> {
    let message = Message { bytes };
    let nouns = BY_NOUN.get(usize::from(message_type / NOUN)).copied().unwrap_or_default();
    for topic in nouns.iter() {
        let facts = topic.facts();
        let (is_new, is_gone) = (message_type == facts.types.new, message_type == facts.types.gone);
        if message.body().len() < facts.header || !is_new && !is_gone {
            continue;
        }
        match (facts.role)(message) {
            Role::Object if is_new && facts.is_told_in_parts => return Told::Part(topic, message),
            Role::Object if is_new => return Told::New(topic, message),
            Role::Object | Role::Gone => return Told::Gone(topic, message),
            Role::Part if is_new => return Told::Part(topic, message),
            Role::Part | Role::Other => (),
        }
    }
    Told::Other
}

/// The topic that a message is an object of.
pub(super) fn of(message_type: u16, bytes: &[u8]) -> Option<Topic> {
    match told(message_type, bytes) {
        Told::New(topic, _) | Told::Gone(topic, _) | Told::Part(topic, _) => Some(topic),
        Told::Other => None,
    }
}
