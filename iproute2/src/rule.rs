//! Policy routing rules: what `ip rule` does.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip rule show`, `ip -6 rule show` | [`ip.rule().list()`](Rules::list) |
//! | `ip -6 rule show lookup 100` | `ip.rule().list().family(AddressFamily::INET6).table(100)` |
//! | `ip rule add from 192.0.2.0/24 lookup 100 pref 1000` | [`ip.rule().add(Rule::lookup(100).from("192.0.2.0/24").priority(1000))`](Rules::add) |
//! | `ip rule add not fwmark 7/0xff uidrange 1000-1999 unreachable` | `ip.rule().add(Rule::of(RuleAction::UNREACHABLE).inverted().masked_mark(7, 0xff).uids(1000..=1999))` |
//! | `ip rule delete pref 1000` | [`ip.rule().delete(1000)`](Rules::delete) |
//! | `ip -6 rule delete pref 1000` | `ip.rule().delete(Rule::at(1000).family(AddressFamily::INET6))` |
//! | `ip rule delete from 192.0.2.0/24` | `ip.rule().delete(RuleMessage::build().from("192.0.2.0/24"))` |
//! | `ip rule flush`, `ip -6 rule flush` | [`ip.rule().list().flush()`](List::flush): of both families, but for priority 0 |
//! | `ip rule flush lookup 100` | `ip.rule().list().family(AddressFamily::INET).table(100).flush()` |

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, into_message};
use crate::request::{Added, Deleted, Request};
use netlink_packet::{BuildError, Flags, PooledBuffer, RawAttribute};
use rtnetlink::AddressFamily;
use rtnetlink::message::{RTM_DELRULE, RTM_GETRULE, RTM_NEWRULE};
use rtnetlink::route::{RouteProtocol, RouteTable};
use rtnetlink::rule::{RuleAction, RuleMessage, RuleMessageBuf};

impl<D> Handle<D> {
    /// Policy routing rules: `ip rule`.
    pub fn rule(&self) -> Rules<'_, D> {
        Rules(self)
    }
}

verbs! {
    /// The verbs of `ip rule`; [`Handle::rule`](crate::Handle::rule) gives them.
    pub struct Rules
}

impl<D> Rules<'_, D> {
    /// Lists the rules of all families, like `ip rule show` and `ip -6 rule show`.
    pub fn list(&self) -> List<D, RuleMessage> {
        self.0.list("list rules", RTM_GETRULE, RuleMessage::build())
    }

    /// Adds a rule, like `ip rule add`; the error [already exists](crate::Error::is_already_exists) if there is an
    /// equal one.
    ///
    /// Without a priority it is placed before all others except the first. The kernel can't replace rules.
    pub fn add(&self, rule: impl IntoMessage<RuleMessage>) -> Request<D, Added<RuleMessage>> {
        self.0
            .send("add rule", RTM_NEWRULE, Flags::CREATE | Flags::EXCL | Flags::ACK, rule.into_message())
            .says_nothing_ignored::<RuleMessage>()
    }

    /// Deletes the first rule that matches, like `ip rule delete`: a message, or a priority alone.
    ///
    /// A message without a family means IPv4, and so does a priority alone; for IPv6 write
    /// `Rule::at(1000).family(AddressFamily::INET6)`.
    ///
    /// A message without any selector is refused: the kernel would delete the first rule. Neither a prefix of length 0
    /// nor the target of a `goto` is a selector.
    pub fn delete(&self, rule: impl IntoMessage<RuleMessage>) -> Request<D, Deleted> {
        self.0.send("delete rule", RTM_DELRULE, Flags::ACK, rule.into_key()).about_one::<RuleMessage>()
    }
}

/// The key of a built rule, which is IPv4 by default.
fn built_key(rule: RuleMessageBuf) -> RuleMessageBuf {
    match rule.view().family() {
        AddressFamily::UNSPEC => rule.family(AddressFamily::INET),
        _ => rule,
    }
}

into_message! { RuleMessage / RuleMessageBuf found by built_key, RuleMessage::at: u32 }

/// Filters of a list of rules. The first is applied by the kernel.
impl<D> List<D, RuleMessage> {
    /// Only rules of this family, like `ip -6 rule show`.
    pub fn family(self, family: impl TryInto<AddressFamily, Error: Into<BuildError>>) -> Self {
        self.given(family, |list, family: AddressFamily| {
            list.ask(|message: RuleMessageBuf| message.family(family))
                .wanted(move |rule, _| rule.family() == family)
        })
    }

    /// Only rules that look up this table, like `ip rule show lookup TABLE`. Applied in user space.
    pub fn table(self, table: impl TryInto<RouteTable, Error: Into<BuildError>>) -> Self {
        self.given(table, |list, table: RouteTable| list.filter(move |rule| rule.table() == table))
    }

    /// Only rules with this priority, like `ip rule show pref PRIORITY`. Applied in user space.
    pub fn priority(self, priority: u32) -> Self {
        self.filter(move |rule| rule.priority().unwrap_or_default() == priority).naming_spared()
    }

    /// Only rules with this action. Applied in user space.
    pub fn action(self, action: impl TryInto<RuleAction, Error: Into<BuildError>>) -> Self {
        self.given(action, |list, action: RuleAction| list.filter(move |rule| rule.action() == action))
    }

    /// Only rules of this protocol (origin), like `ip rule show protocol PROTOCOL`. Applied in user space.
    pub fn protocol(self, protocol: impl TryInto<RouteProtocol, Error: Into<BuildError>>) -> Self {
        self.given(protocol, |list, protocol: RouteProtocol| {
            list.filter(move |rule| rule.protocol() == Some(protocol))
        })
    }

    /// Only rules with this input interface, like `ip rule show iif DEV`. Applied in user space.
    pub fn input_device(self, device: impl Into<Device>) -> Self {
        self.ask_here(|message: RuleMessageBuf| message.input_device(one(device)))
            .wanted(|rule, request| rule.input_device() == request.input_device())
    }

    /// Only rules with this output interface (of sockets bound to it), like `ip rule show oif DEV`. Applied in user space.
    pub fn device(self, device: impl Into<Device>) -> Self {
        self.ask_here(|message: RuleMessageBuf| message.device(one(device)))
            .wanted(|rule, request| rule.device() == request.device())
    }
}

/// Whether the kernel compares this attribute to find the rule to be deleted.
fn is_selector(attribute: RawAttribute<'_>) -> bool {
    let kind = attribute.number();
    let any = attribute.payload.iter().all(|byte| *byte == 0);
    let none = attribute.payload == [0xff; 4];
    match kind {
        // Prefix lengths are in the header.
        _ if kind == RuleMessage::FRA_DST.number() || kind == RuleMessage::FRA_SRC.number() => false,
        _ if kind == RuleMessage::FRA_GOTO.number() => false,
        _ if kind == RuleMessage::FRA_SUPPRESS_IFGROUP.number()
            || kind == RuleMessage::FRA_SUPPRESS_PREFIXLEN.number() =>
        {
            !none
        }
        _ if [
            RuleMessage::FRA_PRIORITY.number(),
            RuleMessage::FRA_UID_RANGE.number(),
            RuleMessage::FRA_DSCP.number(),
        ]
        .contains(&kind) =>
        {
            true
        }
        _ => !any,
    }
}

impl Object for RuleMessage {
    type Builder = RuleMessageBuf;

    fn lacks(&self) -> Option<&'static str> {
        let header = [self.source_length(), self.destination_length(), self.tos(), self.action().0];
        let selects = header.iter().any(|field| *field != 0)
            || self.header_table() != RouteTable::UNSPEC
            || self.attributes().raw().any(is_selector);
        (!selects).then_some("without a selector the kernel would delete the first rule")
    }

    fn label(&self) -> String {
        let from = self.source_prefix().map(|prefix| format!("from {prefix}"));
        let to = self.destination_prefix().map(|prefix| format!("to {prefix}"));
        let does = match self.action() {
            RuleAction::UNSPEC => None,
            RuleAction::TO_TBL => Some(format!("lookup {}", self.table())),
            action => Some(action.to_string()),
        };
        let rest = [from, to, does].into_iter().flatten().collect::<Vec<_>>().join(" ");
        match self.priority() {
            Some(priority) if rest.is_empty() => priority.to_string(),
            Some(priority) => format!("{priority}: {rest}"),
            None => rest,
        }
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        // The kernel can't get a single rule, but always echoes.
        None
    }
}

impl Deletable for RuleMessage {
    const DELETION: (&'static str, u16) = ("delete rule", RTM_DELRULE);

    fn is_spared(&self, request: &Self) -> bool {
        let unicast = matches!(self.family(), AddressFamily::INET | AddressFamily::INET6);
        self.priority().unwrap_or_default() == 0 || !unicast && request.family() != self.family()
    }
}
