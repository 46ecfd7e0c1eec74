//! Next-hop objects and groups: what `ip nexthop` does.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip nexthop show` | [`ip.nexthop().list()`](NextHops::list) |
//! | `ip -s nexthop show groups` | `ip.nexthop().list().groups().stats()` |
//! | `ip nexthop show dev eth0` | `ip.nexthop().list().device("eth0")` |
//! | `ip nexthop get id 10` | [`ip.nexthop().get(10)`](NextHops::get) |
//! | `ip nexthop add id 10 via 192.0.2.254 dev eth0` | [`ip.nexthop().add(NextHopMessage::via("192.0.2.254").device("eth0").id(10))`](NextHops::add) |
//! | `ip nexthop add id 20 group 10/11,3` | `ip.nexthop().add(NextHopMessage::group_of([(10, 1), (11, 3)]).id(20))` |
//! | `ip nexthop replace ...` | [`ip.nexthop().replace(...)`](NextHops::replace) |
//! | `ip nexthop delete id 10` | [`ip.nexthop().delete(10)`](NextHops::delete) |
//! | `ip nexthop flush proto bgp` | [`ip.nexthop().list().protocol(RouteProtocol::BGP).flush()`](List::flush) |
//! | `ip nexthop bucket show id 20` | [`ip.nexthop().buckets().group(20)`](NextHops::buckets) |
//! | `ip nexthop bucket get id 20 index 3` | [`ip.nexthop().bucket(20, 3)`](NextHops::bucket) |

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::known::removal;
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, into_message};
use crate::order::Removal;
use crate::request::{Added, Checked, Deleted, Request, refuse_as};
use crate::route::unspecified;
use netlink_packet::{Buffer, Build, BuildError, Flags, Packet, PooledBuffer, View};
use rtnetlink::AddressFamily;
use rtnetlink::message::{RTM_DELNEXTHOP, RTM_GETNEXTHOP, RTM_GETNEXTHOPBUCKET, RTM_NEWNEXTHOP};
use rtnetlink::nexthop::{Bucket, NextHopMessage, NextHopMessageBuf, NextHopOperations};
use rtnetlink::route::RouteProtocol;
use std::net::IpAddr;

impl<D> Handle<D> {
    /// Next-hop objects and groups: `ip nexthop`.
    pub fn nexthop(&self) -> NextHops<'_, D> {
        NextHops(self)
    }
}

verbs! {
    /// The verbs of `ip nexthop`; [`Handle::nexthop`](crate::Handle::nexthop) gives them.
    pub struct NextHops
}

impl<D> NextHops<'_, D> {
    /// Lists next hops and groups of them, like `ip nexthop show`.
    pub fn list(&self) -> List<D, NextHopMessage> {
        self.0.list("list next hops", RTM_GETNEXTHOP, NextHopMessage::build())
    }

    /// Lists the buckets of resilient groups, like `ip nexthop bucket show`.
    pub fn buckets(&self) -> List<D, NextHopMessage> {
        self.0.list("list buckets of next hops", RTM_GETNEXTHOPBUCKET, NextHopMessage::build())
    }

    /// Gets one next hop or group by its id, with its statistics, like `ip -s nexthop get id ID`; the error [is not
    /// found](crate::Error::is_not_found) if there is none.
    pub fn get(&self, id: u32) -> Request<D, Packet<NextHopMessage>> {
        self.0.send("get next hop", RTM_GETNEXTHOP, Flags::empty(), NextHopMessage::build().id(id))
    }

    /// Gets a bucket of a group by its index, like `ip nexthop bucket get id ID index INDEX`.
    pub fn bucket(&self, group: u32, index: u16) -> Request<D, Packet<NextHopMessage>> {
        let message = NextHopMessage::build().id(group).bucket(Bucket::build().index(index));
        self.0.send("get bucket of next hop", RTM_GETNEXTHOPBUCKET, Flags::empty(), message)
    }

    /// Adds a next hop or a group, like `ip nexthop add`; the error [already exists](crate::Error::is_already_exists)
    /// if its id is taken.
    pub fn add(&self, hop: impl IntoMessage<NextHopMessage>) -> Request<D, Added<NextHopMessage>> {
        let hop = hop.into_message().says_nothing_ignored().checked(nowhere);
        self.0
            .send("add next hop", RTM_NEWNEXTHOP, Flags::CREATE | Flags::EXCL | Flags::ACK, hop)
            .compared::<NextHopMessage>()
    }

    /// Adds a next hop or a group, or replaces the one with its id, like `ip nexthop replace`.
    pub fn replace(&self, hop: impl IntoMessage<NextHopMessage>) -> Request<D, Added<NextHopMessage>> {
        let hop = hop.into_message().says_nothing_ignored().checked(nowhere);
        self.0
            .send("replace next hop", RTM_NEWNEXTHOP, Flags::CREATE | Flags::REPLACE | Flags::ACK, hop)
            .compared::<NextHopMessage>()
    }

    /// Deletes a next hop or a group, by its id or as it was listed, like `ip nexthop delete id ID`. Routes that use it
    /// are deleted as well. A bucket is refused: the kernel would delete its group.
    pub fn delete(&self, hop: impl IntoMessage<NextHopMessage>) -> Request<D, Deleted> {
        self.0.send("delete next hop", RTM_DELNEXTHOP, Flags::ACK, hop.into_key())
    }
}

/// The reason why packets can't leave by a next hop, if there is one: the kernel would take device 0 for none.
fn nowhere(message: &Buffer) -> Option<BuildError> {
    let hop = NextHopMessage::cast(message.body());
    if hop.device() == Some(0) && message.unresolved().is_empty() {
        return Some(BuildError::NotAnIndex(0));
    }
    hop.gateway().filter(IpAddr::is_unspecified).map(unspecified)
}

/// The next hop of this id.
fn of_id(id: u32) -> NextHopMessageBuf {
    NextHopMessage::build().id(id)
}

/// The key of a next hop: only its id, which is that of the group in a bucket.
fn key_of(hop: &NextHopMessage) -> NextHopMessageBuf {
    let mut key = of_id(hop.id().unwrap_or_default()).into_buffer();
    if hop.bucket().is_some() {
        refuse_as(&mut key, "a bucket can't be deleted: the kernel would delete its group");
    }
    NextHopMessageBuf::from_buffer(key)
}

/// The key of a built next hop.
fn key(hop: NextHopMessageBuf) -> NextHopMessageBuf {
    key_of(hop.view())
}

into_message! { NextHopMessage / NextHopMessageBuf found by key, of_id: u32 }

/// Filters of a list of next hops or buckets, applied by the kernel unless stated otherwise.
impl<D> List<D, NextHopMessage> {
    /// Only next hops of this family, like `ip -6 nexthop show`.
    pub fn family(self, family: impl TryInto<AddressFamily, Error: Into<BuildError>>) -> Self {
        self.given(family, |list, family: AddressFamily| {
            list.ask(|message: NextHopMessageBuf| message.family(family)).of_family(family)
        })
    }

    /// Only next hops with this output interface, like `ip nexthop show dev DEV`.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        // The kernel does not report the device of a bucket.
        self.about(&device)
            .ask(|message: NextHopMessageBuf| message.device(one(device)))
            .wanted(|hop, request| hop.bucket().is_some() || hop.device() == request.device())
    }

    /// Only next hops whose device is a port of this link, like `ip nexthop show master DEV`. The kernel alone
    /// applies it: messages have no master.
    pub fn master(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device).ask(|message: NextHopMessageBuf| message.master(one(device)))
    }

    /// Only groups, like `ip nexthop show groups`.
    pub fn groups(self) -> Self {
        self.ask(|message: NextHopMessageBuf| message.groups(true)).filter(|hop| hop.group().is_some())
    }

    /// With group statistics, like `ip -s nexthop show`; since Linux 6.9.
    pub fn stats(self) -> Self {
        self.ask(|message: NextHopMessageBuf| message.operations(NextHopOperations::DUMP_STATS))
    }

    /// Only the buckets of this group, like `ip nexthop bucket show id ID`.
    pub fn group(self, id: u32) -> Self {
        self.ask(|message: NextHopMessageBuf| message.id(id)).wanted(move |hop, _| hop.id() == Some(id))
    }

    /// Only the buckets of this member, like `ip nexthop bucket show nhid ID`.
    pub fn member(self, id: u32) -> Self {
        self.ask(|message: NextHopMessageBuf| message.bucket(Bucket::build().member_id(id)))
            .wanted(move |hop, _| hop.bucket().and_then(Bucket::member_id) == Some(id))
    }

    /// Only next hops of this protocol (origin), like `ip nexthop show proto PROTOCOL`. Applied in user space.
    pub fn protocol(self, protocol: RouteProtocol) -> Self {
        self.filter(move |hop| hop.protocol() == protocol)
    }

    /// Only FDB next hops (of VXLANs), like `ip nexthop show fdb`. Applied in user space.
    pub fn fdb(self) -> Self {
        self.filter(|hop| hop.fdb() == Some(true))
    }
}

impl Object for NextHopMessage {
    type Builder = NextHopMessageBuf;

    const REMOVAL: Option<Removal> = Some(removal::<NextHopMessage>());

    fn label(&self) -> String {
        self.label_by(&|index| index.to_string())
    }

    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        match (self.id(), self.gateway()) {
            (Some(id), _) => id.to_string(),
            (None, Some(gateway)) => format!("via {gateway}"),
            (None, None) if self.blackhole() == Some(true) => "blackhole".to_owned(),
            (None, None) => self.device().map(|index| format!("dev {}", device(index))).unwrap_or_default(),
        }
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        Some((RTM_GETNEXTHOP, NextHopMessage::build().id(self.id()?).into_buffer()))
    }

    fn key(&self) -> NextHopMessageBuf {
        key_of(self)
    }
}

impl Deletable for NextHopMessage {
    const DELETION: (&'static str, u16) = ("delete next hop", RTM_DELNEXTHOP);

    const DELETED_AGAIN: &'static str = "the next hop was deleted again";
}
