//! Identifier locator addressing (ILA): mappings of locators, as `ip ila` shows and sets them. Feature `ila`.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip ila add loc_match 2001:db8:0:1 loc 2001:db8:0:2` | [`ip.ila().add(IlaMapping::of("2001:db8:0:1").locator("2001:db8:0:2"))`](Ila::add) |
//! | `... dev eth0 csum-mode neutral-map ident-type luid` | `IlaMapping::of(..).locator(..).device("eth0").checksum_mode("neutral-map").identifier_type("luid")` |
//! | `ip ila list` | [`ip.ila().list()`](Ila::list) |
//! | `ip ila del loc_match 2001:db8:0:1` | [`ip.ila().delete("2001:db8:0:1")`](Ila::delete) |
//!
//! ```no_run
//! use iproute2::ila::IlaMapping;
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! ip.ila().add(IlaMapping::of("2001:db8:0:1").locator("2001:db8:0:2")).wait()?;
//! for mapping in ip.ila().list().wait()? {
//!     println!("{:?} {:?}", mapping.locator_match(), mapping.locator());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The module `ila` has to be loaded, and changes take the rights of the machine's root. Routes translate, too:
//! [`encap`](rtnetlink::route::encap).

use crate::list::List;
use crate::noun::door;
use crate::request::{Checked, Done, Request, ignored_in, invalid};
use crate::target::Noun;
use netlink_packet::generic::ila::{ILA_CMD_ADD, ILA_CMD_DEL, ILA_CMD_FLUSH, ILA_CMD_GET};
pub use netlink_packet::generic::ila::{
    IlaChecksumMode, IlaIdentifierType, IlaMapping, IlaMappingBuf, Locator,
};
use netlink_packet::{Buffer, BuildError, Packet, Put, View, built};

door! {
    /// Identifier locator addressing: `ip ila`.
    ila =>
    /// The verbs of `ip ila`.
    Ila
}

impl<D> Ila<'_, D> {
    /// Adds a mapping, like `ip ila add`.
    ///
    /// The future's errors: [already exists](crate::Error::is_already_exists) where there is one of this locator and device.
    pub fn add(&self, mapping: impl Put<IlaMapping>) -> Request<D, Done> {
        self.0.act("add ILA mapping", ILA_CMD_ADD, built::<IlaMappingBuf>(mapping).checked(is_whole))
    }

    /// Lists the mappings, like `ip ila list`.
    pub fn list(&self) -> List<D, IlaMapping> {
        self.0.list_noun("list ILA mappings", IlaMapping::build())
    }

    /// Gets the mapping of a locator, and of a device where one is given.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none.
    pub fn get(&self, mapping: impl Put<IlaMapping>) -> Request<D, Packet<IlaMapping>> {
        self.0.ask("get ILA mapping", ILA_CMD_GET, built::<IlaMappingBuf>(mapping).checked(has_match))
    }

    /// Deletes the mapping of a locator, and of a device where one is given, like `ip ila del`. The kernel does not say whether there
    /// was one.
    pub fn delete(&self, mapping: impl Put<IlaMapping>) -> Request<D, Done> {
        self.0.act("delete ILA mapping", ILA_CMD_DEL, built::<IlaMappingBuf>(mapping).checked(has_match))
    }

    /// Deletes all mappings.
    pub fn flush(&self) -> Request<D, Done> {
        self.0.act("flush ILA mappings", ILA_CMD_FLUSH, IlaMapping::build())
    }
}

/// Without one, kernels take 0.
fn has_match(message: &Buffer) -> Option<BuildError> {
    match IlaMapping::cast(message.body()).locator_match() {
        None => invalid("an ILA mapping needs the locator that it matches"),
        Some(_) => None,
    }
}

fn is_whole(message: &Buffer) -> Option<BuildError> {
    match IlaMapping::cast(message.body()).locator() {
        None => invalid("an ILA mapping needs the locator that replaces the matched one"),
        Some(_) => has_match(message).or_else(|| ignored_in::<IlaMapping>(message)),
    }
}

impl Noun for IlaMapping {
    fn label(&self) -> String {
        self.locator_match().map(|locator| locator.to_string()).unwrap_or_default()
    }
}
