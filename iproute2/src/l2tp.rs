//! L2TP (RFC 2661, RFC 3931): tunnels and sessions, as `ip l2tp` shows and sets them. Feature `l2tp`.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip l2tp add tunnel tunnel_id 1 peer_tunnel_id 2 local 192.0.2.1 remote 192.0.2.2 udp_sport 5000 udp_dport 6000` | [`ip.l2tp().add_tunnel(L2tpTunnel::between(1, 2).local("192.0.2.1").remote("192.0.2.2").udp(5000, 6000))`](L2tp::add_tunnel) |
//! | `... encap ip` | `L2tpTunnel::between(1, 2).local(..).remote(..).ip()` |
//! | `ip l2tp show tunnel` | [`ip.l2tp().tunnels()`](L2tp::tunnels) |
//! | `ip l2tp show tunnel tunnel_id 1` | [`ip.l2tp().tunnel(1)`](L2tp::tunnel) |
//! | `ip l2tp del tunnel tunnel_id 1` | [`ip.l2tp().delete_tunnel(1)`](L2tp::delete_tunnel) |
//! | `ip l2tp add session name l2tp0 tunnel_id 1 session_id 10 peer_session_id 20` | [`ip.l2tp().add_session(L2tpSession::between(1, 10, 20).name("l2tp0"))`](L2tp::add_session) |
//! | `... cookie 01020304 seq both l2spec_type none` | `.cookie([1, 2, 3, 4]).receive_sequence(true).send_sequence(true).sublayer("none")` |
//! | `ip l2tp show session` | [`ip.l2tp().sessions()`](L2tp::sessions) |
//! | `ip l2tp show session tunnel_id 1` | [`ip.l2tp().sessions().tunnel(1)`](List::tunnel) |
//! | `ip l2tp show session tunnel_id 1 session_id 10` | [`ip.l2tp().session(1, 10)`](L2tp::session) |
//! | `ip l2tp del session tunnel_id 1 session_id 10` | [`ip.l2tp().delete_session(1, 10)`](L2tp::delete_session) |
//!
//! ```no_run
//! use iproute2::l2tp::{L2tpSession, L2tpTunnel};
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! ip.l2tp().add_tunnel(L2tpTunnel::between(1, 2).local("192.0.2.1").remote("192.0.2.2").udp(5000, 6000)).wait()?;
//! ip.l2tp().add_session(L2tpSession::between(1, 10, 20).name("l2tp0")).wait()?;
//! for session in ip.l2tp().sessions().wait()? {
//!     println!("{:?} {:?}", session.name(), session.stats().and_then(|stats| stats.rx_packets()));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Requests are told as events in the group [`EVENTS`].

use crate::list::List;
use crate::noun::door;
use crate::request::{Checked, Done, Request, ignored_in, invalid, takes_only};
use crate::resolve::NAME_LEN;
use crate::target::Noun;
pub use netlink_packet::generic::l2tp::{
    EVENTS, L2tpEncap, L2tpPseudowire, L2tpSession, L2tpSessionBuf, L2tpStats, L2tpSublayer, L2tpTunnel,
    L2tpTunnelBuf,
};
use netlink_packet::generic::l2tp::{
    L2TP_CMD_SESSION_CREATE, L2TP_CMD_SESSION_DELETE, L2TP_CMD_SESSION_GET, L2TP_CMD_SESSION_MODIFY,
    L2TP_CMD_TUNNEL_CREATE, L2TP_CMD_TUNNEL_DELETE, L2TP_CMD_TUNNEL_GET, L2TP_CMD_TUNNEL_MODIFY,
};
use netlink_packet::{Buffer, BuildError, Packet, Put, View, requested};

door! {
    /// L2TP tunnels and sessions: `ip l2tp`.
    l2tp =>
    /// The verbs of `ip l2tp`.
    L2tp
}

impl<D> L2tp<'_, D> {
    /// Adds a tunnel, like `ip l2tp add tunnel`. The kernel opens its socket and keeps it, unless it is given
    /// [one](L2tpTunnelBuf::socket).
    ///
    /// The future's errors: [already exists](crate::Error::is_already_exists) where there is one with this id.
    pub fn add_tunnel(&self, tunnel: impl Put<L2tpTunnel>) -> Request<D, Done> {
        self.0.act(
            "add L2TP tunnel",
            L2TP_CMD_TUNNEL_CREATE,
            requested::<L2tpTunnelBuf>(tunnel).checked(is_whole_tunnel),
        )
    }

    /// Lists the tunnels, like `ip l2tp show tunnel`.
    pub fn tunnels(&self) -> List<D, L2tpTunnel> {
        self.0.list_noun("list L2TP tunnels", L2tpTunnel::build())
    }

    /// Gets a tunnel by its id, like `ip l2tp show tunnel tunnel_id ID`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none.
    pub fn tunnel(&self, tunnel_id: u32) -> Request<D, Packet<L2tpTunnel>> {
        let message = L2tpTunnel::build().tunnel_id(tunnel_id);
        self.0.ask("get L2TP tunnel", L2TP_CMD_TUNNEL_GET, message)
    }

    /// Has the kernel announce a tunnel, given by its id, in the group [`EVENTS`]: all that `L2TP_CMD_TUNNEL_MODIFY` does. Nothing of
    /// a tunnel can be changed.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none.
    pub fn announce_tunnel(&self, tunnel_id: u32) -> Request<D, Done> {
        let message = L2tpTunnel::build().tunnel_id(tunnel_id);
        self.0.act("announce L2TP tunnel", L2TP_CMD_TUNNEL_MODIFY, message)
    }

    /// Deletes a tunnel with its sessions by its id, like `ip l2tp del tunnel tunnel_id ID`. The kernel does so a little later: the id
    /// and the port may be taken until then.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none.
    pub fn delete_tunnel(&self, tunnel_id: u32) -> Request<D, Done> {
        let message = L2tpTunnel::build().tunnel_id(tunnel_id);
        self.0.act("delete L2TP tunnel", L2TP_CMD_TUNNEL_DELETE, message)
    }

    /// Adds a session to a tunnel, like `ip l2tp add session`: an Ethernet session gets a device.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such tunnel,
    /// [already exists](crate::Error::is_already_exists) where there is a session with this id, in any tunnel. Linux 6.12 adds it all the
    /// same in tunnels over UDP.
    pub fn add_session(&self, session: impl Put<L2tpSession>) -> Request<D, Done> {
        self.0.act(
            "add L2TP session",
            L2TP_CMD_SESSION_CREATE,
            requested::<L2tpSessionBuf>(session).checked(is_whole_session),
        )
    }

    /// Lists the sessions of all tunnels, like `ip l2tp show session`.
    pub fn sessions(&self) -> List<D, L2tpSession> {
        self.0.list_noun("list L2TP sessions", L2tpSession::build())
    }

    /// Gets a session by its id and that of its tunnel, like `ip l2tp show session tunnel_id ID session_id ID`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none.
    pub fn session(&self, tunnel_id: u32, session_id: u32) -> Request<D, Packet<L2tpSession>> {
        let message = L2tpSession::of(tunnel_id, session_id);
        self.0.ask("get L2TP session", L2TP_CMD_SESSION_GET, message)
    }

    /// Changes a session, which it says by [ids](L2tpSession::of): whether there are sequence numbers, `lns`, and the reorder timeout.
    /// All else is fixed once it is added, and refused.
    pub fn change_session(&self, session: impl Put<L2tpSession>) -> Request<D, Done> {
        self.0.act(
            "change L2TP session",
            L2TP_CMD_SESSION_MODIFY,
            requested::<L2tpSessionBuf>(session).checked(is_change),
        )
    }

    /// Deletes a session by its id and that of its tunnel, like `ip l2tp del session tunnel_id ID session_id ID`. The kernel does so a
    /// little later, and its device disappears then.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none.
    pub fn delete_session(&self, tunnel_id: u32, session_id: u32) -> Request<D, Done> {
        let message = L2tpSession::of(tunnel_id, session_id);
        self.0.act("delete L2TP session", L2TP_CMD_SESSION_DELETE, message)
    }
}

/// Filters of a list of sessions, applied in user space.
impl<D> List<D, L2tpSession> {
    /// Only sessions of this tunnel, like `ip l2tp show session tunnel_id ID`.
    pub fn tunnel(self, tunnel_id: u32) -> Self {
        self.filter(move |session| session.tunnel_id() == Some(tunnel_id))
    }
}

fn has_tunnel_id(message: &Buffer) -> Option<BuildError> {
    match L2tpTunnel::cast(message.body()).tunnel_id() {
        None | Some(0) => invalid("an L2TP tunnel needs an id other than 0"),
        Some(_) => None,
    }
}

fn is_whole_tunnel(message: &Buffer) -> Option<BuildError> {
    let tunnel = L2tpTunnel::cast(message.body());
    let families =
        (tunnel.local().map(|local| local.is_ipv4()), tunnel.remote().map(|remote| remote.is_ipv4()));
    let has_ports =
        tunnel.local_port().unwrap_or_default() != 0 && tunnel.remote_port().unwrap_or_default() != 0;
    match families {
        _ if matches!(tunnel.peer_tunnel_id(), None | Some(0)) => {
            invalid("an L2TP tunnel needs its peer's tunnel id, other than 0")
        }
        _ if tunnel.socket().is_some() => takes_only::<L2tpTunnel>(message, OF_A_SOCKET),
        (None, _) => invalid("an L2TP tunnel needs a local address"),
        (_, None) => invalid("an L2TP tunnel needs a remote address"),
        (local, remote) if local != remote => {
            invalid("the local and the remote address are of different families")
        }
        _ if tunnel.encap() == Some(L2tpEncap::IP) => takes_only::<L2tpTunnel>(message, OVER_IP),
        _ if !has_ports => invalid("an L2TP tunnel over UDP needs a local and a remote port, 1 to 65535"),
        (Some(is_ipv4), _) => takes_only::<L2tpTunnel>(message, if is_ipv4 { OVER_UDP } else { OVER_UDP6 }),
    }
    .or_else(|| has_tunnel_id(message))
}

/// What a tunnel is told whose socket is given: the socket has its addresses and ports.
const OF_A_SOCKET: &[u16] = &[
    L2tpTunnel::L2TP_ATTR_CONN_ID.number(),
    L2tpTunnel::L2TP_ATTR_PEER_CONN_ID.number(),
    L2tpTunnel::L2TP_ATTR_PROTO_VERSION.number(),
    L2tpTunnel::L2TP_ATTR_ENCAP_TYPE.number(),
    L2tpTunnel::L2TP_ATTR_FD.number(),
];

/// What a tunnel is told that has no ports.
const OVER_IP: &[u16] = &[
    L2tpTunnel::L2TP_ATTR_CONN_ID.number(),
    L2tpTunnel::L2TP_ATTR_PEER_CONN_ID.number(),
    L2tpTunnel::L2TP_ATTR_PROTO_VERSION.number(),
    L2tpTunnel::L2TP_ATTR_ENCAP_TYPE.number(),
    L2tpTunnel::L2TP_ATTR_IP_SADDR.number(),
    L2tpTunnel::L2TP_ATTR_IP_DADDR.number(),
    L2tpTunnel::L2TP_ATTR_IP6_SADDR.number(),
    L2tpTunnel::L2TP_ATTR_IP6_DADDR.number(),
];

/// What a tunnel over UDP and IPv4 is told.
const OVER_UDP: &[u16] = &[
    L2tpTunnel::L2TP_ATTR_CONN_ID.number(),
    L2tpTunnel::L2TP_ATTR_PEER_CONN_ID.number(),
    L2tpTunnel::L2TP_ATTR_PROTO_VERSION.number(),
    L2tpTunnel::L2TP_ATTR_ENCAP_TYPE.number(),
    L2tpTunnel::L2TP_ATTR_IP_SADDR.number(),
    L2tpTunnel::L2TP_ATTR_IP_DADDR.number(),
    L2tpTunnel::L2TP_ATTR_UDP_SPORT.number(),
    L2tpTunnel::L2TP_ATTR_UDP_DPORT.number(),
    L2tpTunnel::L2TP_ATTR_UDP_CSUM.number(),
];

/// What a tunnel over UDP and IPv6 is told, where there are checksums unless they are zero.
const OVER_UDP6: &[u16] = &[
    L2tpTunnel::L2TP_ATTR_CONN_ID.number(),
    L2tpTunnel::L2TP_ATTR_PEER_CONN_ID.number(),
    L2tpTunnel::L2TP_ATTR_PROTO_VERSION.number(),
    L2tpTunnel::L2TP_ATTR_ENCAP_TYPE.number(),
    L2tpTunnel::L2TP_ATTR_IP6_SADDR.number(),
    L2tpTunnel::L2TP_ATTR_IP6_DADDR.number(),
    L2tpTunnel::L2TP_ATTR_UDP_SPORT.number(),
    L2tpTunnel::L2TP_ATTR_UDP_DPORT.number(),
    L2tpTunnel::L2TP_ATTR_UDP_ZERO_CSUM6_TX.number(),
    L2tpTunnel::L2TP_ATTR_UDP_ZERO_CSUM6_RX.number(),
];

/// What kernels change of a session, and its ids.
const CHANGEABLE: &[u16] = &[
    L2tpSession::L2TP_ATTR_CONN_ID.number(),
    L2tpSession::L2TP_ATTR_SESSION_ID.number(),
    L2tpSession::L2TP_ATTR_RECV_SEQ.number(),
    L2tpSession::L2TP_ATTR_SEND_SEQ.number(),
    L2tpSession::L2TP_ATTR_LNS_MODE.number(),
    L2tpSession::L2TP_ATTR_RECV_TIMEOUT.number(),
];

fn is_change(message: &Buffer) -> Option<BuildError> {
    takes_only::<L2tpSession>(message, CHANGEABLE).or_else(|| has_session_id(message))
}

fn has_session_id(message: &Buffer) -> Option<BuildError> {
    let session = L2tpSession::cast(message.body());
    match (session.tunnel_id(), session.session_id()) {
        (None | Some(0), _) => invalid("an L2TP session needs the id of its tunnel, other than 0"),
        (_, None | Some(0)) => invalid("an L2TP session needs an id other than 0"),
        _ => None,
    }
}

fn is_whole_session(message: &Buffer) -> Option<BuildError> {
    let session = L2tpSession::cast(message.body());
    let is_cookie = |cookie: Option<&[u8]>| cookie.is_none_or(|cookie| matches!(cookie.len(), 0 | 4 | 8));
    match session.name().map(|name| name.as_bytes().len()) {
        _ if session.peer_session_id().is_none() => invalid("an L2TP session needs its peer's session id"),
        _ if !is_cookie(session.cookie()) || !is_cookie(session.peer_cookie()) => {
            invalid("a cookie has 4 or 8 bytes")
        }
        Some(length) if !(1..=NAME_LEN).contains(&length) => {
            invalid(format!("the name of a device has 1 to {NAME_LEN} bytes, and this one {length}"))
        }
        _ => has_session_id(message),
    }
    .or_else(|| ignored_in::<L2tpSession>(message))
}

impl Noun for L2tpTunnel {
    fn label(&self) -> String {
        self.tunnel_id().map(|id| id.to_string()).unwrap_or_default()
    }
}

impl Noun for L2tpSession {
    fn label(&self) -> String {
        match (self.session_id(), self.tunnel_id()) {
            (Some(session), Some(tunnel)) => format!("{session} of tunnel {tunnel}"),
            (Some(id), None) | (None, Some(id)) => id.to_string(),
            (None, None) => String::new(),
        }
    }
}
