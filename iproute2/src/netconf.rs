//! Per-interface protocol settings: what `ip netconf` does.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip netconf show` | [`ip.netconf().list()`](Netconf::list) |
//! | `ip -6 netconf show` | `ip.netconf().list().family(AddressFamily::INET6)` |
//! | `ip -4 netconf show dev eth0` | [`ip.netconf().get(AddressFamily::INET, "eth0")`](Netconf::get) |
//!
//! They are changed by sysctls. A [`watch`](crate::Handle::watch) of [`Topics::NETCONF`](crate::watch::Topics::NETCONF)
//! follows them, and [`events`](crate::Handle::events) of the groups `IPV4_NETCONF`, `IPV6_NETCONF` and `MPLS_NETCONF`
//! report what changes.

use crate::device::Device;
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::object::Object;
use crate::request::Request;
use netlink_packet::{BuildError, Flags, Packet, PooledBuffer};
use rtnetlink::AddressFamily;
use rtnetlink::message::RTM_GETNETCONF;
use rtnetlink::netconf::{NetconfMessage, NetconfMessageBuf};

impl<D> Handle<D> {
    /// Per-interface protocol settings: `ip netconf`.
    pub fn netconf(&self) -> Netconf<'_, D> {
        Netconf(self)
    }
}

verbs! {
    /// The verbs of `ip netconf`; [`Handle::netconf`](crate::Handle::netconf) gives them.
    pub struct Netconf
}

impl<D> Netconf<'_, D> {
    /// Lists the settings of all protocols: of each link, of all links (`all`) and of new links (`default`), like `ip netconf show`.
    pub fn list(&self) -> List<D, NetconfMessage> {
        self.0.list("list netconf", RTM_GETNETCONF, NetconfMessage::build())
    }

    /// Gets the settings of a protocol for one link, like `ip netconf show dev DEV`.
    pub fn get(
        &self,
        family: AddressFamily,
        device: impl Into<Device>,
    ) -> Request<D, Packet<NetconfMessage>> {
        let message = NetconfMessage::build().family(family).device(device.into());
        self.0.send("get netconf", RTM_GETNETCONF, Flags::empty(), message)
    }

    /// Gets the settings of a protocol for all links: `all`.
    pub fn all(&self, family: AddressFamily) -> Request<D, Packet<NetconfMessage>> {
        self.get(family, NetconfMessage::ALL)
    }

    /// Gets the settings of a protocol that new links get: `default`.
    pub fn default(&self, family: AddressFamily) -> Request<D, Packet<NetconfMessage>> {
        self.get(family, NetconfMessage::DEFAULT)
    }
}

/// Filters of a list of settings. The first is applied by the kernel.
impl<D> List<D, NetconfMessage> {
    /// Only settings of this protocol, like `ip -6 netconf show`.
    pub fn family(self, family: impl TryInto<AddressFamily, Error: Into<BuildError>>) -> Self {
        self.given(family, |list, family: AddressFamily| {
            list.ask(|message: NetconfMessageBuf| message.family(family)).of_family(family)
        })
    }

    /// Only settings of this link, like `ip netconf show dev DEV`. Applied in user space.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask_here(|message: NetconfMessageBuf| message.device(device))
            .wanted(|settings, request| settings.device() == request.device())
    }
}

impl Object for NetconfMessage {
    type Builder = NetconfMessageBuf;

    fn label(&self) -> String {
        self.label_by(&|index| index.to_string())
    }

    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        match self.device() {
            Some(Self::ALL) => "all".to_owned(),
            Some(Self::DEFAULT) => "default".to_owned(),
            Some(index) if index != 0 => device(index),
            _ => String::new(),
        }
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        None
    }
}
