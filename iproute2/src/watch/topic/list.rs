//! The list of topics, and sets of them.

/// Hands the list of topics to a macro, in the order in which they are listed: what others depend on comes first.
macro_rules! topics {
    ($then:ident) => {
        $then! {
            /// Links.
            LINK => Link: link, "links";
            /// Addresses of links.
            ADDRESS => Address: address, "addresses";
            /// Neighbours of IPv4 and IPv6.
            NEIGHBOUR => Neighbour: neighbour, "neighbours";
            /// Next hops.
            NEXT_HOP => NextHop: next_hop, "next hops";
            /// IPv4 routes, without multicast routes and cached exceptions.
            ROUTE_IPV4 => Route4: route_ipv4, "IPv4 routes";
            /// IPv6 routes, without multicast routes and cached exceptions.
            ROUTE_IPV6 => Route6: route_ipv6, "IPv6 routes";
            /// Rules.
            RULE => Rule: rule, "rules";
            /// Ids of network namespaces (nsid).
            NAMESPACE_ID => NamespaceId: namespace_id, "namespace ids";
            /// Per-device settings of protocols, as far as they are notified: `ip netconf`.
            NETCONF => Netconf: netconf, "netconf";
            /// Forwarding databases (FDB) of bridges and VXLANs: `bridge fdb`.
            FDB => Fdb: fdb, "forwarding entries";
            /// Queueing disciplines (qdiscs): `tc qdisc`.
            QDISC => Qdisc: qdisc, "qdiscs";
        }
    };
}
pub(super) use topics;

macro_rules! define {
    ($($(#[$($doc:tt)*])* $BIT:ident => $Topic:ident: $file:ident, $name:literal;)*) => {
        /// What one dump lists.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(in crate::watch) enum Topic { $($Topic,)* }

        impl Topic {
            pub(in crate::watch) const ALL: [Topic; [$(Topic::$Topic),*].len()] = [$(Topic::$Topic),*];

            /// What errors and logs call its objects.
            pub(in crate::watch) const fn name(self) -> &'static str {
                match self { $(Topic::$Topic => $name,)* }
            }
        }

        netlink_packet::bitflags::bitflags! {
            /// What to watch.
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            pub struct Topics: u32 {
                $($(#[$($doc)*])* const $BIT = 1 << Topic::$Topic as u32;)*
            }
        }
    };
}

topics!(define);

const _: () = assert!(Topic::ALL.len() <= u32::BITS as usize, "a set of topics has a bit for each");

impl Topics {
    /// Routes of IPv4 and IPv6. Those of MPLS are in [no topic](crate::watch#what-is-in-no-topic).
    pub const ROUTE: Topics = Topics::ROUTE_IPV4.union(Topics::ROUTE_IPV6);

    pub(in crate::watch) fn topics(self) -> TopicSet {
        TopicSet((self & Topics::all()).bits())
    }
}

/// Several topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::watch) struct TopicSet(u32);

impl TopicSet {
    pub(in crate::watch) const EMPTY: TopicSet = TopicSet(0);

    pub(in crate::watch) const fn contains(self, topic: Topic) -> bool {
        self.0 & 1 << topic as u32 != 0
    }

    pub(in crate::watch) const fn add(&mut self, topic: Topic) {
        self.0 |= 1 << topic as u32;
    }

    pub(in crate::watch) fn remove(&mut self, topic: Topic) {
        self.0 &= !(1 << topic as u32);
    }

    pub(in crate::watch) fn without(self, others: TopicSet) -> TopicSet {
        TopicSet(self.0 & !others.0)
    }

    pub(in crate::watch) fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[inline]
    pub(in crate::watch) fn iter(self) -> impl Iterator<Item = Topic> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = Topic::ALL.get(left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(*next)
        })
    }
}

impl Extend<Topic> for TopicSet {
    fn extend<I: IntoIterator<Item = Topic>>(&mut self, topics: I) {
        topics.into_iter().for_each(|topic| self.add(topic));
    }
}

impl FromIterator<Topic> for TopicSet {
    fn from_iter<I: IntoIterator<Item = Topic>>(topics: I) -> Self {
        let mut all = TopicSet::default();
        all.extend(topics);
        all
    }
}
