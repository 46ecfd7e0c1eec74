//! Generic netlink families with their operations, multicast groups and attribute policies: what `genl ctrl` does.
//!
//! | `genl` | here |
//! | --- | --- |
//! | `genl ctrl list` | [`ip.generic_family().list()`](GenericFamilies::list) |
//! | `genl ctrl get name nl80211` | [`ip.generic_family().get("nl80211")`](GenericFamilies::get) |
//! | `genl ctrl get id 16` | [`ip.generic_family().get_by_id(16)`](GenericFamilies::get_by_id) |
//! | `genl ctrl policy name nl80211` | [`ip.generic_family().policies("nl80211")`](GenericFamilies::policies) |
//!
//! ```no_run
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! for family in ip.generic_family().list().wait()? {
//!     println!("{:?} {:?}", family.id(), family.name());
//! }
//! // What a request of ethtool's command 7 takes.
//! for (number, policy) in ip.generic_family().policies("ethtool").wait()?.of_request(7) {
//!     println!("{number}: {policy}");
//! }
//! # Ok(())
//! # }
//! ```

use crate::handle::{Handle, verbs};
use crate::list::{Gathered, Get, List};
use crate::order::About;
use crate::request::Request;
use crate::target::Noun;
use netlink_packet::generic::{ControllerMessage, FamilyPolicies};
use netlink_packet::{Flags, Packet, Put};

impl<D> Handle<D> {
    /// Generic netlink families: `genl ctrl`.
    pub fn generic_family(&self) -> GenericFamilies<'_, D> {
        GenericFamilies(self)
    }
}

verbs! {
    /// The verbs of `genl ctrl`; [`Handle::generic_family`](crate::Handle::generic_family) gives them.
    pub struct GenericFamilies
}

impl<D> GenericFamilies<'_, D> {
    /// Lists the families that are registered, like `genl ctrl list`.
    pub fn list(&self) -> List<D, ControllerMessage> {
        self.0.list_noun("list generic netlink families", ControllerMessage::get_family())
    }

    /// Gets a family by its name, like `genl ctrl get name NAME`. The kernel first loads its module, where there is one.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such family.
    pub fn get(&self, name: impl Put<str>) -> Request<D, Packet<ControllerMessage>> {
        self.0.send_noun(GET, Flags::empty(), ControllerMessage::get_family().name(name), &ABOUT)
    }

    /// Gets a family by its id, which is the message type of its messages, like `genl ctrl get id ID`.
    pub fn get_by_id(&self, id: u16) -> Request<D, Packet<ControllerMessage>> {
        self.0.send_noun(GET, Flags::empty(), ControllerMessage::get_family().id(id), &ABOUT)
    }

    /// Gets what the operations of a family take, like `genl ctrl policy name NAME`: the type and the range of each attribute.
    ///
    /// The future's errors: `ENODATA` where the family has no policy, [not found](crate::Error::is_not_found) where there is no such
    /// family.
    pub fn policies(&self, name: impl Put<str>) -> Get<D, FamilyPolicies> {
        Get::new(self.0.list_noun("get policies", ControllerMessage::get_policy().name(name)))
    }
}

const GET: &str = "get generic netlink family";

static ABOUT: About = About::noun::<ControllerMessage>(|_| Ok(None));

impl Noun for ControllerMessage {
    fn label(&self) -> String {
        match (self.name(), self.id()) {
            (Some(name), _) => name.to_owned(),
            (None, Some(id)) => id.to_string(),
            (None, None) => String::new(),
        }
    }
}

impl Gathered for FamilyPolicies {
    type Part = ControllerMessage;

    fn gather(parts: Vec<Packet<ControllerMessage>>) -> Option<Self> {
        FamilyPolicies::new(parts)
    }
}
