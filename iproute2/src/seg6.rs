//! Segment routing over IPv6 (SRv6): HMAC keys and the source address of tunnels, as `ip sr` shows and sets them. Feature `seg6`.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip sr hmac set 7 sha256`, and a passphrase | [`ip.seg6().set_hmac(7, "sha256", "correct horse")`](Seg6::set_hmac) |
//! | `ip sr hmac set 7 sha256`, and none | [`ip.seg6().delete_hmac(7)`](Seg6::delete_hmac) |
//! | `ip sr hmac show` | [`ip.seg6().hmacs()`](Seg6::hmacs) |
//! | `ip sr tunsrc set 2001:db8::1` | [`ip.seg6().set_tunnel_source("2001:db8::1")`](Seg6::set_tunnel_source) |
//! | `ip sr tunsrc show` | [`ip.seg6().tunnel_source()`](Seg6::tunnel_source) |
//!
//! ```no_run
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! ip.seg6().set_hmac(7, "sha256", "correct horse").wait()?;
//! ip.seg6().set_tunnel_source("2001:db8::1").wait()?;
//! println!("{:?}", ip.seg6().tunnel_source().wait()?.tunnel_source());
//! # Ok(())
//! # }
//! ```
//!
//! Secrets are never printed: not by `Debug`, not by errors, not in the log. All of it takes the rights of the machine's root.

use crate::list::List;
use crate::noun::{by, door};
use crate::request::{Checked, Done, Request, invalid};
use crate::target::Noun;
use netlink_packet::generic::seg6::{
    SEG6_CMD_DUMPHMAC, SEG6_CMD_GET_TUNSRC, SEG6_CMD_SET_TUNSRC, SEG6_CMD_SETHMAC,
};
pub use netlink_packet::generic::seg6::{Seg6Algorithm, Seg6Message, Seg6MessageBuf, Seg6Secret};
use netlink_packet::{Buffer, BuildError, Packet, Put, View};
use std::net::Ipv6Addr;

door! {
    /// Segment routing over IPv6: `ip sr`.
    seg6 =>
    /// The verbs of `ip sr`.
    Seg6
}

impl<D> Seg6<'_, D> {
    /// Lists the HMAC keys with their secrets, like `ip sr hmac show`.
    pub fn hmacs(&self) -> List<D, Seg6Message> {
        self.0.list_noun("list HMAC keys", by(SEG6_CMD_DUMPHMAC, Seg6Message::build()))
    }

    /// Sets an HMAC key, whether or not there is one with this id, like `ip sr hmac set ID ALGORITHM`.
    pub fn set_hmac(
        &self,
        id: u32,
        algorithm: impl Put<Seg6Algorithm>,
        secret: impl Put<Seg6Secret>,
    ) -> Request<D, Done> {
        let message = Seg6Message::build().key_id(id).algorithm(algorithm).secret(secret);
        let length = message.view().secret().map_or(0, |secret| secret.as_bytes().len());
        let message = message.secret_length(u8::try_from(length).unwrap_or_default());
        self.0.act("set HMAC key", SEG6_CMD_SETHMAC, message.checked(has_id))
    }

    /// Deletes an HMAC key.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none with this id.
    pub fn delete_hmac(&self, id: u32) -> Request<D, Done> {
        let message = Seg6Message::build().key_id(id).secret_length(0).algorithm(Seg6Algorithm::SHA256);
        self.0.act("delete HMAC key", SEG6_CMD_SETHMAC, message.checked(has_id))
    }

    /// Gets the [source address](Seg6Message::tunnel_source) of tunnels, like `ip sr tunsrc show`.
    pub fn tunnel_source(&self) -> Request<D, Packet<Seg6Message>> {
        self.0.ask("get tunnel source", SEG6_CMD_GET_TUNSRC, Seg6Message::build())
    }

    /// Sets the source address of tunnels, like `ip sr tunsrc set ADDRESS`; `::` lets the kernel choose.
    pub fn set_tunnel_source(&self, address: impl Put<Ipv6Addr>) -> Request<D, Done> {
        let message = Seg6Message::build().tunnel_source(address);
        self.0.act("set tunnel source", SEG6_CMD_SET_TUNSRC, message)
    }
}

fn has_id(message: &Buffer) -> Option<BuildError> {
    match Seg6Message::cast(message.body()).key_id() {
        None | Some(0) => invalid("an HMAC key needs an id other than 0"),
        Some(_) => None,
    }
}

impl Noun for Seg6Message {
    fn label(&self) -> String {
        let address = || self.tunnel_source().map(|address| address.to_string());
        self.key_id().map(|id| id.to_string()).or_else(address).unwrap_or_default()
    }
}
