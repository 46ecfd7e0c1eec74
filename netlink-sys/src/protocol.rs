use std::fmt;

/// Netlink protocol, the part of the kernel that a socket talks to: `NETLINK_ROUTE` and the others of `linux/netlink.h`.
///
/// ```
/// use netlink_sys::Protocol;
///
/// assert_eq!(Protocol::ROUTE, Protocol(0));
/// assert_eq!(format!("{:?}", Protocol::ROUTE), "NETLINK_ROUTE");
/// assert_eq!(format!("{:?}", Protocol(31)), "Protocol(31)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub i32);

macro_rules! protocols {
    ($($(#[$doc:meta])* $kernel:ident = $number:literal => $name:ident,)*) => {
        impl Protocol {
            $($(#[$doc])* pub const $name: Protocol = Protocol($number);)*

            fn name(self) -> Option<&'static str> {
                match self {
                    $(Protocol::$name => Some(stringify!($kernel)),)*
                    _ => None,
                }
            }
        }
    };
}

protocols! {
    /// Links, addresses, routes, neighbours, rules, traffic control: rtnetlink(7).
    NETLINK_ROUTE = 0 => ROUTE,
    /// Unused number.
    NETLINK_UNUSED = 1 => UNUSED,
    /// User-space sockets: messages between programs.
    NETLINK_USERSOCK = 2 => USERSOCK,
    /// Removed from the kernel: `ip_queue`.
    NETLINK_FIREWALL = 3 => FIREWALL,
    /// Socket diagnostics, as `ss` uses them: sock_diag(7).
    NETLINK_SOCK_DIAG = 4 => SOCK_DIAG,
    /// Removed from the kernel: netfilter's `ULOG` target.
    NETLINK_NFLOG = 5 => NFLOG,
    /// IPsec (XFRM): states, policies and their notifications.
    NETLINK_XFRM = 6 => XFRM,
    /// SELinux notifications.
    NETLINK_SELINUX = 7 => SELINUX,
    /// Open-iSCSI.
    NETLINK_ISCSI = 8 => ISCSI,
    /// The audit subsystem.
    NETLINK_AUDIT = 9 => AUDIT,
    /// FIB lookups.
    NETLINK_FIB_LOOKUP = 10 => FIB_LOOKUP,
    /// Kernel connector: process events and a few drivers.
    NETLINK_CONNECTOR = 11 => CONNECTOR,
    /// Netfilter: nftables, conntrack, ipset, queues and logs.
    NETLINK_NETFILTER = 12 => NETFILTER,
    /// Removed from the kernel: `ip6_queue`.
    NETLINK_IP6_FW = 13 => IP6_FW,
    /// Removed from the kernel: DECnet routing.
    NETLINK_DNRTMSG = 14 => DNRTMSG,
    /// Kernel uevents, as udev reads them: text, not netlink messages.
    NETLINK_KOBJECT_UEVENT = 15 => KOBJECT_UEVENT,
    /// Generic netlink: families found by name, such as `nl80211`, `ethtool`, `wireguard`.
    NETLINK_GENERIC = 16 => GENERIC,
    /// SCSI transports.
    NETLINK_SCSITRANSPORT = 18 => SCSITRANSPORT,
    /// eCryptfs.
    NETLINK_ECRYPTFS = 19 => ECRYPTFS,
    /// InfiniBand and RDMA.
    NETLINK_RDMA = 20 => RDMA,
    /// The kernel's cryptographic algorithms.
    NETLINK_CRYPTO = 21 => CRYPTO,
    /// Removed from the kernel: monitoring of SMC sockets, now under [`SOCK_DIAG`](Protocol::SOCK_DIAG).
    NETLINK_SMC = 22 => SMC,
}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => f.debug_tuple("Protocol").field(&self.0).finish(),
        }
    }
}
