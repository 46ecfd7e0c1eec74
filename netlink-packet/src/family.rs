//! Where a message goes: its family and its command.

use crate::view::View;
use std::fmt;

/// A family of netlink messages: a netlink protocol, such as `NETLINK_XFRM`, or a generic netlink family, which has a
/// name.
///
/// ```
/// use netlink_packet::Family;
///
/// const ETHTOOL: Family = Family::Generic { name: "ethtool", version: 1 };
/// assert_eq!(Family::XFRM, Family::Protocol(6));
/// assert_eq!(format!("{ETHTOOL}, {}", Family::XFRM), "ethtool, protocol 6");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// A netlink protocol by its number (`NETLINK_*`); 0 is the route family.
    Protocol(i32),
    /// A generic netlink family.
    Generic {
        /// Name by which the controller knows the family.
        name: &'static str,
        /// Version of the family's interface, which its messages carry.
        version: u8,
    },
}

impl Family {
    /// The route family, `NETLINK_ROUTE`.
    pub const ROUTE: Family = Family::Protocol(0);
    /// Sockets of all families, as `ss` lists them: `NETLINK_SOCK_DIAG`.
    pub const SOCK_DIAG: Family = Family::Protocol(4);
    /// IPsec policies and states: `NETLINK_XFRM`.
    pub const XFRM: Family = Family::Protocol(6);
    /// Audit: `NETLINK_AUDIT`.
    pub const AUDIT: Family = Family::Protocol(9);
    /// Connector, such as for events of processes: `NETLINK_CONNECTOR`.
    pub const CONNECTOR: Family = Family::Protocol(11);
    /// Netfilter: `NETLINK_NETFILTER`.
    pub const NETFILTER: Family = Family::Protocol(12);
    /// Events of devices and modules as text: `NETLINK_KOBJECT_UEVENT`.
    pub const KOBJECT_UEVENT: Family = Family::Protocol(15);
}

/// `ethtool`, or `protocol 6`.
impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Family::Protocol(number) => write!(f, "protocol {number}"),
            Family::Generic { name, .. } => f.write_str(name),
        }
    }
}

/// A message with its family, command and reply: what `iproute2` needs to send a message of your own and to read the
/// replies.
///
/// ```
/// use netlink_packet::{Command, Family, netlink};
///
/// netlink! {
///     /// Time stamps of connections to a host, as `ip tcp_metrics` lists them.
///     pub struct TcpMetrics / TcpMetricsBuf
///     header genlmsghdr: 4 {}
///     attributes {
///         /// Address of the host.
///         TCP_METRICS_ATTR_ADDR_IPV4 = 1 => address: std::net::Ipv4Addr,
///     }
/// }
///
/// impl Command for TcpMetrics {
///     const FAMILY: Family = Family::Generic { name: "tcp_metrics", version: 1 };
///     const COMMAND: u16 = 1; // TCP_METRICS_CMD_GET
///     type Reply = TcpMetrics;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which family it is for",
    note = "`impl Command for {Self}` gives its family, its command, and the type of the replies"
)]
pub trait Command: View {
    /// The family that the message is for.
    const FAMILY: Family;

    /// The command. For a generic netlink family it is the command in `genlmsghdr`, which is filled in together with
    /// the family's version where the message has 0; for other protocols it is the message type.
    const COMMAND: u16;

    /// The commands of the notifications that are messages of this type. Empty, as by default: all of the family.
    const NOTIFICATIONS: &'static [u16] = &[];

    /// The type of the replies, to a request and to a dump: often the same type.
    type Reply: View + ?Sized;
}
