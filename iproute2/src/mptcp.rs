//! Multipath TCP: endpoints, limits, subflows and events, as `ip mptcp` shows and sets them. Feature `mptcp`.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip mptcp endpoint add 192.0.2.1 dev eth0 id 1 signal` | [`ip.mptcp().add(MptcpEndpoint::of("192.0.2.1").device("eth0").id(1).signal())`](Mptcp::add) |
//! | `ip mptcp endpoint show` | [`ip.mptcp().list()`](Mptcp::list) |
//! | `ip mptcp endpoint show id 1` | [`ip.mptcp().get(1)`](Mptcp::get) |
//! | `ip mptcp endpoint change id 1 backup` | [`ip.mptcp().change(1, MptcpFlags::BACKUP)`](Mptcp::change) |
//! | `ip mptcp endpoint delete id 1` | [`ip.mptcp().delete(1)`](Mptcp::delete) |
//! | `ip mptcp endpoint flush` | [`ip.mptcp().flush()`](Mptcp::flush) |
//! | `ip mptcp limits show` | [`ip.mptcp().limits()`](Mptcp::limits) |
//! | `ip mptcp limits set subflows 2 add_addr_accepted 4` | [`ip.mptcp().change_limits(MptcpMessage::build().subflows(2).accepted_addresses(4))`](Mptcp::change_limits) |
//! | `ip mptcp monitor` | `ip.events([(MptcpEvent::FAMILY, mptcp::EVENTS)])`, each a [`MptcpEvent`] |
//!
//! ```no_run
//! use iproute2::mptcp::{EVENTS, MptcpEndpoint, MptcpEvent, MptcpMessage};
//! use iproute2::netlink_packet::Command;
//! use iproute2::watch::Event;
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! ip.mptcp().add(MptcpEndpoint::of("192.0.2.1").device("eth0").signal()).wait()?;
//! ip.mptcp().change_limits(MptcpMessage::build().subflows(2).accepted_addresses(2)).wait()?;
//! for message in ip.mptcp().list().wait()? {
//!     let Some(endpoint) = message.endpoint() else { continue };
//!     println!("{:?} {:?} {:?}", endpoint.id(), endpoint.address(), endpoint.flags());
//! }
//! for event in ip.events([(MptcpEvent::FAMILY, EVENTS)]).open()? {
//!     let Event::Message(message) = event? else { continue };
//!     if let Some(event) = message.of::<MptcpEvent>() {
//!         println!("{:?} {:?} {:?}", event.event(), event.source(), event.destination());
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Connections whose path manager runs in user space (sysctl `net.mptcp.pm_type` 1) are known by the token that events tell; it
//! [announces](Mptcp::announce) and [withdraws](Mptcp::withdraw) addresses, and [creates](Mptcp::create_subflow) and
//! [closes](Mptcp::close_subflow) subflows.

use crate::list::List;
use crate::noun::door;
use crate::request::{Checked, Done, Request, invalid, takes_only};
use crate::target::Noun;
pub use netlink_packet::generic::mptcp::{
    EVENTS, MptcpEndpoint, MptcpEndpointBuf, MptcpEvent, MptcpEventFlags, MptcpEventType, MptcpFlags,
    MptcpMessage, MptcpMessageBuf, MptcpResetReason,
};
use netlink_packet::generic::mptcp::{
    MPTCP_PM_CMD_ADD_ADDR, MPTCP_PM_CMD_ANNOUNCE, MPTCP_PM_CMD_DEL_ADDR, MPTCP_PM_CMD_FLUSH_ADDRS,
    MPTCP_PM_CMD_GET_ADDR, MPTCP_PM_CMD_GET_LIMITS, MPTCP_PM_CMD_REMOVE, MPTCP_PM_CMD_SET_FLAGS,
    MPTCP_PM_CMD_SET_LIMITS, MPTCP_PM_CMD_SUBFLOW_CREATE, MPTCP_PM_CMD_SUBFLOW_DESTROY, MptcpEndpointMessage,
};
use netlink_packet::{Buffer, BuildError, Packet, Put, View};
use std::net::IpAddr;

door! {
    /// Multipath TCP: `ip mptcp`.
    mptcp =>
    /// The verbs of `ip mptcp`.
    Mptcp
}

impl<D> Mptcp<'_, D> {
    /// Adds an endpoint, like `ip mptcp endpoint add`: an address, by itself or with all that a [`MptcpEndpoint`] has. Without an id,
    /// the kernel chooses one.
    ///
    /// The future's errors: [already exists](crate::Error::is_already_exists) where the address is one already (on Linux 6.1 and older
    /// [invalid](crate::Error::is_invalid)).
    pub fn add(&self, endpoint: impl Put<MptcpEndpoint>) -> Request<D, Done> {
        let message = MptcpEndpointMessage::build().endpoint(endpoint);
        self.0.act("add MPTCP endpoint", MPTCP_PM_CMD_ADD_ADDR, message.checked(has_address))
    }

    /// Lists the endpoints, like `ip mptcp endpoint show`: each message has [one](MptcpMessage::endpoint).
    pub fn list(&self) -> List<D, MptcpMessage> {
        self.0.list_noun("list MPTCP endpoints", MptcpMessage::build())
    }

    /// Gets an endpoint by its id, like `ip mptcp endpoint show id ID`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such endpoint.
    pub fn get(&self, endpoint: impl Put<MptcpEndpoint>) -> Request<D, Packet<MptcpMessage>> {
        let message = MptcpMessage::build().endpoint(endpoint);
        self.0.ask("get MPTCP endpoint", MPTCP_PM_CMD_GET_ADDR, message.checked(has_id))
    }

    /// Sets the flags `backup` and `fullmesh` of an endpoint, and takes them away where they are not among these, like
    /// `ip mptcp endpoint change`. The endpoint is given by its id, its address, or as it was listed; its other flags stay, and can't
    /// be changed: with one of those the request is refused.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such endpoint (on Linux 6.1 and older
    /// [invalid](crate::Error::is_invalid)).
    pub fn change(&self, endpoint: impl Put<MptcpEndpoint>, flags: MptcpFlags) -> Request<D, Done> {
        let endpoint = netlink_packet::built::<MptcpEndpointBuf>(endpoint).flags(flags);
        let message = MptcpMessage::build().endpoint(endpoint);
        self.0.act(
            "change MPTCP endpoint",
            MPTCP_PM_CMD_SET_FLAGS,
            message.checked(is_one).checked(is_change),
        )
    }

    /// Deletes an endpoint by its id or as it was listed, like `ip mptcp endpoint delete id ID`: subflows that use it are closed.
    ///
    /// That with the id 0 is the address of a connection's first subflow, which it has to be given with:
    /// `MptcpEndpoint::of("192.0.2.1").id(0)`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such endpoint.
    pub fn delete(&self, endpoint: impl Put<MptcpEndpoint>) -> Request<D, Done> {
        let message = MptcpEndpointMessage::build().endpoint(endpoint);
        self.0.act("delete MPTCP endpoint", MPTCP_PM_CMD_DEL_ADDR, message.checked(is_deletable))
    }

    /// Deletes all endpoints, like `ip mptcp endpoint flush`.
    pub fn flush(&self) -> Request<D, Done> {
        let message = MptcpEndpointMessage::build();
        self.0.act("flush MPTCP endpoints", MPTCP_PM_CMD_FLUSH_ADDRS, message)
    }

    /// Gets the [limits](MptcpMessage::subflows) of connections, like `ip mptcp limits show`.
    pub fn limits(&self) -> Request<D, Packet<MptcpMessage>> {
        self.0.ask("get MPTCP limits", MPTCP_PM_CMD_GET_LIMITS, MptcpMessage::build())
    }

    /// Changes the limits of connections, like `ip mptcp limits set`: one that is not given stays.
    pub fn change_limits(&self, limits: MptcpMessageBuf) -> Request<D, Done> {
        self.0.act("change MPTCP limits", MPTCP_PM_CMD_SET_LIMITS, limits.checked(is_limits))
    }

    /// Announces an endpoint, which has an id, to the peer of a connection (ADD_ADDR). For path managers in user space, as are the
    /// verbs below.
    pub fn announce(&self, token: u32, endpoint: impl Put<MptcpEndpoint>) -> Request<D, Done> {
        let endpoint = netlink_packet::built::<MptcpEndpointBuf>(endpoint).signal();
        let message = MptcpMessage::build().endpoint(endpoint).token(token);
        self.0.act("announce MPTCP endpoint", MPTCP_PM_CMD_ANNOUNCE, message.checked(has_address_and_id))
    }

    /// Withdraws an address from the peer of a connection by the id with which it was announced (REMOVE_ADDR).
    pub fn withdraw(&self, token: u32, id: u8) -> Request<D, Done> {
        let message = MptcpMessage::build().token(token).local_id(id);
        self.0.act("withdraw MPTCP endpoint", MPTCP_PM_CMD_REMOVE, message)
    }

    /// Creates a subflow of a connection from a local endpoint, which has an id, to a remote address.
    pub fn create_subflow(
        &self,
        token: u32,
        local: impl Put<MptcpEndpoint>,
        remote: impl Put<MptcpEndpoint>,
    ) -> Request<D, Done> {
        let message = subflow(token, local, remote);
        self.0.act("create MPTCP subflow", MPTCP_PM_CMD_SUBFLOW_CREATE, message.checked(has_both))
    }

    /// Closes the subflow of a connection between these addresses, which have ports.
    pub fn close_subflow(
        &self,
        token: u32,
        local: impl Put<MptcpEndpoint>,
        remote: impl Put<MptcpEndpoint>,
    ) -> Request<D, Done> {
        let message = subflow(token, local, remote);
        self.0.act("close MPTCP subflow", MPTCP_PM_CMD_SUBFLOW_DESTROY, message.checked(has_both))
    }

    /// Makes the subflow of a connection between these addresses a backup path ([`MptcpFlags::BACKUP`]), or no longer one.
    pub fn change_subflow(
        &self,
        token: u32,
        local: impl Put<MptcpEndpoint>,
        remote: impl Put<MptcpEndpoint>,
        flags: MptcpFlags,
    ) -> Request<D, Done> {
        let local = netlink_packet::built::<MptcpEndpointBuf>(local).flags(flags);
        let message = subflow(token, local, remote);
        let message = message.checked(has_both).checked(is_backup_or_not);
        self.0.act("change MPTCP subflow", MPTCP_PM_CMD_SET_FLAGS, message)
    }
}

fn subflow(token: u32, local: impl Put<MptcpEndpoint>, remote: impl Put<MptcpEndpoint>) -> MptcpMessageBuf {
    MptcpMessage::build().token(token).endpoint(local).remote(remote)
}

/// The endpoint of a message under construction; both messages have it in the same attribute.
fn endpoint(message: &Buffer) -> (Option<IpAddr>, Option<u8>) {
    let endpoint = MptcpMessage::cast(message.body()).endpoint();
    endpoint.map_or((None, None), |endpoint| (endpoint.address(), endpoint.id()))
}

fn has_address(message: &Buffer) -> Option<BuildError> {
    match endpoint(message) {
        (None, _) => invalid("a new endpoint needs an address"),
        _ => None,
    }
}

fn has_id(message: &Buffer) -> Option<BuildError> {
    match endpoint(message) {
        (_, None) => invalid("an endpoint needs an id"),
        _ => None,
    }
}

fn has_address_and_id(message: &Buffer) -> Option<BuildError> {
    has_address(message).or_else(|| has_id(message))
}

/// The kernel takes an id of 0 without an address for no endpoint.
fn is_one(message: &Buffer) -> Option<BuildError> {
    match endpoint(message) {
        (None, None | Some(0)) => invalid("the endpoint needs an id or an address"),
        _ => None,
    }
}

/// The kernel looks for the id alone, unless that is 0 or not given: then it is about the first subflows from the address.
fn is_deletable(message: &Buffer) -> Option<BuildError> {
    match endpoint(message) {
        (_, None) => invalid("deleting an endpoint needs its id"),
        (None, Some(0)) => invalid("deleting the endpoint with id 0 needs its address, too"),
        _ => None,
    }
}

fn is_change(message: &Buffer) -> Option<BuildError> {
    changes_only(message, MptcpFlags::BACKUP | MptcpFlags::FULLMESH, "an endpoint")
}

fn is_backup_or_not(message: &Buffer) -> Option<BuildError> {
    changes_only(message, MptcpFlags::BACKUP, "a subflow")
}

/// The kernel ignores other flags.
fn changes_only(message: &Buffer, changeable: MptcpFlags, of: &str) -> Option<BuildError> {
    let fixed = MptcpMessage::cast(message.body()).endpoint()?.flags()?.difference(changeable);
    match fixed.is_empty() {
        true => None,
        false => invalid(format!("of {of}, {changeable} can be changed, and not {fixed}")),
    }
}

fn is_limits(message: &Buffer) -> Option<BuildError> {
    let limits =
        [MptcpMessage::MPTCP_PM_ATTR_SUBFLOWS.number(), MptcpMessage::MPTCP_PM_ATTR_RCV_ADD_ADDRS.number()];
    takes_only::<MptcpMessage>(message, &limits)
}

fn has_both(message: &Buffer) -> Option<BuildError> {
    let message = MptcpMessage::cast(message.body());
    let has_address = |end: Option<&MptcpEndpoint>| end.and_then(MptcpEndpoint::address).is_some();
    match has_address(message.endpoint()) && has_address(message.remote()) {
        true => None,
        false => invalid("a subflow needs a local and a remote address"),
    }
}

/// What errors call an endpoint.
fn label(endpoint: Option<&MptcpEndpoint>) -> String {
    match endpoint.map(|endpoint| (endpoint.address(), endpoint.id())) {
        Some((Some(address), _)) => address.to_string(),
        Some((None, Some(id))) => id.to_string(),
        _ => String::new(),
    }
}

impl Noun for MptcpEndpointMessage {
    fn label(&self) -> String {
        label(self.endpoint())
    }
}

impl Noun for MptcpMessage {
    fn label(&self) -> String {
        let endpoint = label(self.endpoint());
        match self.token() {
            Some(token) => format!("{endpoint} of connection {token:#x}").trim_start().to_owned(),
            None => endpoint,
        }
    }
}
