//! The rule message: selector and action of a policy routing rule.

use super::{DeviceName, PortRange, RuleAction, RuleFlags, UidRange};
use crate::family::is_ipv6;
use crate::route::{HeaderTable, Realms, RouteProtocol, RouteTable, family_of};
use crate::{AddressFamily, IntoPrefix};
use ipnet::IpNet;
use netlink_packet::{Be, Buffer, BuildError, Name, OwnAddress, Scope, View, append, netlink};
use std::net::IpAddr;

netlink! {
    /// A policy routing rule: `RTM_NEWRULE`, `RTM_DELRULE` and `RTM_GETRULE` (`struct fib_rule_hdr`).
    /// [`Rule`](super::Rule) is a shorter name.
    ///
    /// ```
    /// use rtnetlink::rule::Rule;
    ///
    /// let rule = Rule::lookup(100).from("192.0.2.0/24").input_device("eth0").priority(1000);
    /// assert_eq!(rule.view().source_prefix(), Some("192.0.2.0/24".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct RuleMessage / RuleMessageBuf
    header fib_rule_hdr: 12 {
        /// Address family: IPv4, IPv6, or multicast routing of either.
        family = 0 => family: AddressFamily,
        /// Destination prefix length, in bits.
        dst_len = 1 => destination_length: u8,
        /// Source prefix length, in bits.
        src_len = 2 => source_length: u8,
        /// TOS to match; 0 matches any.
        tos = 3 => tos: u8,
        /// Routing table, where its number fits into 8 bits; [`table`](RuleMessage::table) returns the whole
        /// number.
        table = 4 => header_table: RouteTable as HeaderTable; ignored(is_table_in_attribute, "`FRA_TABLE` has another one"),
        /// Action of the rule.
        action = 7 => action: RuleAction,
        /// Rule flags.
        flags = 8 => flags: RuleFlags; bits(RuleFlags::SETTABLE),
    }
    attributes {
        /// Destination address to match; [`destination_prefix`](RuleMessage::destination_prefix) adds the
        /// prefix length.
        FRA_DST = 1 => destination: IpAddr as OwnAddress; ignored(is_any_destination, "its prefix length is 0"),
        /// Source address to match; [`source_prefix`](RuleMessage::source_prefix) adds the prefix length.
        FRA_SRC = 2 => source: IpAddr as OwnAddress; ignored(is_any_source, "its prefix length is 0"),
        /// Input interface name to match: `iif`. `lo` matches locally generated packets.
        FRA_IIFNAME = 3 => input_device: &Name as DeviceName,
        /// Goto target: priority of the rule to continue with.
        FRA_GOTO = 4 => target: u32,
        /// Priority (`pref`): rules are tried in ascending order.
        FRA_PRIORITY = 6 => priority: u32,
        /// Firewall mark (fwmark) to match, in the bits of [`mark_mask`](RuleMessage::mark_mask).
        FRA_FWMARK = 10 => mark: u32,
        /// Routing realms (flow) to assign.
        FRA_FLOW = 11 => realms: Realms; ignored(is_ipv6),
        /// Tunnel ID (`tun_id`) to match (big-endian on the wire).
        FRA_TUN_ID = 12 => tunnel_id: u64 as Be<u64>,
        /// Suppresses routes through devices of this interface group: `suppress_ifgroup`.
        FRA_SUPPRESS_IFGROUP = 13 => suppress_group: u32,
        /// Suppresses routes whose prefix length is at most this: `suppress_prefixlength`; -1 for none.
        /// [`suppress_prefix_length`](RuleMessage::suppress_prefix_length) takes that into account.
        FRA_SUPPRESS_PREFIXLEN = 14 => raw_suppress_prefix_length: u32,
        /// Routing table; [`table`](RuleMessage::table) falls back to that of the header.
        FRA_TABLE = 15 => raw_table: RouteTable,
        /// Mask of the firewall mark bits to match: `fwmark MARK/MASK`.
        FRA_FWMASK = 16 => mark_mask: u32,
        /// Output interface name to match (`oif`): the device that the socket is bound to.
        FRA_OIFNAME = 17 => device: &Name as DeviceName,
        /// L3 master device: look up the table of the packet's VRF.
        FRA_L3MDEV = 19 => of_vrf: bool,
        /// UID range to match: `1000`, or `1000..=1999`.
        FRA_UID_RANGE = 20 => uids: &UidRange as UidRange,
        /// Routing protocol that installed the rule.
        FRA_PROTOCOL = 21 => protocol: RouteProtocol,
        /// IP protocol to match, such as 6 for TCP.
        FRA_IP_PROTO = 22 => ip_protocol: u8,
        /// Source port range to match: `80`, or `8000..=8999`.
        FRA_SPORT_RANGE = 23 => source_ports: &PortRange as PortRange,
        /// Destination port range to match.
        FRA_DPORT_RANGE = 24 => destination_ports: &PortRange as PortRange,
        /// DSCP to match, since Linux 6.12. Kernels that don't know this or a later attribute ignore it
        /// silently, and the rule matches more packets.
        FRA_DSCP = 25 => dscp: u8; needs("Linux 6.12"),
        /// IPv6 flow label to match (big-endian on the wire); since Linux 6.14.
        FRA_FLOWLABEL = 26 => flow_label: u32 as Be<u32>; needs("Linux 6.14"),
        /// Mask of the flow label bits to match (big-endian on the wire); since Linux 6.14.
        FRA_FLOWLABEL_MASK = 27 => flow_label_mask: u32 as Be<u32>; needs("Linux 6.14"),
        /// Mask of the source port bits to match; since Linux 6.15.
        FRA_SPORT_MASK = 28 => source_port_mask: u16; needs("Linux 6.15"),
        /// Mask of the destination port bits to match; since Linux 6.15.
        FRA_DPORT_MASK = 29 => destination_port_mask: u16; needs("Linux 6.15"),
        /// Mask of the DSCP bits to match; since Linux 6.15.
        FRA_DSCP_MASK = 30 => dscp_mask: u8; needs("Linux 6.15"),
    }
    also first_priority
}

/// Whether an attribute says another table than the header, in which it may not have room.
fn is_table_in_attribute(scope: &Scope<'_>) -> bool {
    let rule = RuleMessage::cast(scope.bytes());
    let header = rule.header_table();
    rule.raw_table().is_some_and(|table| table != header && header != RouteTable::COMPAT)
}

/// Whether it is for all destinations, though it has an address.
fn is_any_destination(scope: &Scope<'_>) -> bool {
    let rule = RuleMessage::cast(scope.bytes());
    rule.destination_length() == 0 && rule.destination().is_some_and(|address| !address.is_unspecified())
}

/// Whether it is for all sources, though it has an address.
fn is_any_source(scope: &Scope<'_>) -> bool {
    let rule = RuleMessage::cast(scope.bytes());
    rule.source_length() == 0 && rule.source().is_some_and(|address| !address.is_unspecified())
}

/// The priority 0, which a list leaves out and without which a new rule gets another.
fn first_priority(scope: &Scope<'_>, out: &mut Buffer) {
    if RuleMessage::cast(scope.bytes()).priority().is_none() {
        append(out, RuleMessage::FRA_PRIORITY, 0);
    }
}

impl RuleMessage {
    /// A rule by which the way of packets is looked up in a table, like `ip rule add lookup TABLE`.
    ///
    /// It is for all packets of IPv4 until something else is said; a prefix of IPv6 makes it one of IPv6.
    pub fn lookup(table: impl TryInto<RouteTable, Error: Into<BuildError>>) -> RuleMessageBuf {
        RuleMessage::of(RuleAction::TO_TBL).table(table)
    }

    /// A rule that jumps to the rule of this priority, like `ip rule add goto PRIORITY`.
    pub fn goto(priority: u32) -> RuleMessageBuf {
        RuleMessage::of(RuleAction::GOTO).target(priority)
    }

    /// A rule that looks up the table of the packet's VRF, like `ip rule add l3mdev`.
    pub fn l3mdev() -> RuleMessageBuf {
        RuleMessage::of(RuleAction::TO_TBL).of_vrf(true)
    }

    /// A rule with another action, like `ip rule add blackhole`.
    pub fn of(action: RuleAction) -> RuleMessageBuf {
        RuleMessage::build().family(AddressFamily::INET).action(action)
    }

    /// The rule with this priority, to be deleted, like `ip rule delete pref PRIORITY`: of IPv4, until another family is
    /// set.
    pub fn at(priority: u32) -> RuleMessageBuf {
        RuleMessage::build().family(AddressFamily::INET).priority(priority)
    }

    /// Destination prefix; `None` where the rule matches any.
    pub fn destination_prefix(&self) -> Option<IpNet> {
        IpNet::new(self.destination()?, self.destination_length()).ok()
    }

    /// Source prefix; `None` where the rule matches any.
    pub fn source_prefix(&self) -> Option<IpNet> {
        IpNet::new(self.source()?, self.source_length()).ok()
    }

    /// Routing table that is looked up.
    pub fn table(&self) -> RouteTable {
        self.raw_table().unwrap_or_else(|| self.header_table())
    }

    /// Suppressed prefix length: routes with a prefix of at most this length are rejected; `None` where none are.
    pub fn suppress_prefix_length(&self) -> Option<u32> {
        self.raw_suppress_prefix_length().filter(|length| *length != u32::MAX)
    }

    /// Inverted rule (`not`): matches all packets except those of its selector.
    pub fn is_inverted(&self) -> bool {
        self.flags().contains(RuleFlags::INVERT)
    }
}

impl RuleMessageBuf {
    /// Sets the destination prefix, like `to PREFIX`.
    pub fn to(self, prefix: impl IntoPrefix) -> Self {
        match prefix.into_prefix() {
            Ok(prefix) => self
                .family(family_of(prefix.addr()))
                .destination_length(prefix.prefix_len())
                .destination(prefix.addr()),
            Err(problem) => self.refuse(problem),
        }
    }

    /// Sets the source prefix, like `from PREFIX`.
    pub fn from(self, prefix: impl IntoPrefix) -> Self {
        match prefix.into_prefix() {
            Ok(prefix) => {
                self.family(family_of(prefix.addr())).source_length(prefix.prefix_len()).source(prefix.addr())
            }
            Err(problem) => self.refuse(problem),
        }
    }

    /// Sets the table, like `lookup TABLE`: by its number, or by a word such as `"main"`.
    pub fn table(self, table: impl TryInto<RouteTable, Error: Into<BuildError>>) -> Self {
        let table: RouteTable = match table.try_into() {
            Ok(table) => table,
            Err(problem) => return self.refuse(problem.into()),
        };
        let rule = self.without(RuleMessage::FRA_TABLE);
        if table.0 > 0xff {
            rule.header_table(RouteTable::UNSPEC).raw_table(table)
        } else {
            rule.header_table(table)
        }
    }

    /// Sets the firewall mark (fwmark) to match, with its mask, like `fwmark MARK/MASK`.
    pub fn masked_mark(self, mark: u32, mask: u32) -> Self {
        self.mark(mark).mark_mask(mask)
    }

    /// Rejects routes with a prefix of at most this length, like `suppress_prefixlength LENGTH`.
    pub fn suppress_prefix_length(self, length: u32) -> Self {
        self.raw_suppress_prefix_length(length)
    }

    /// Inverts the selector, like `not`.
    pub fn inverted(self) -> Self {
        let flags = self.view().flags();
        self.flags(flags | RuleFlags::INVERT)
    }

    fn refuse(mut self, problem: BuildError) -> Self {
        self.0.refuse(problem);
        self
    }
}

netlink! {
    /// A request with only an address family, by which anything can be listed: `struct rtgenmsg`, padded.
    pub struct FamilyMessage / FamilyMessageBuf
    header rtgenmsg: 4 {
        /// Address family.
        family = 0 => family: AddressFamily,
    }
    attributes {}
}
