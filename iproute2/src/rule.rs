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
use crate::error::ErrorKind;
use crate::exact::{Found, find, is_among, is_behind, not_found};
use crate::handle::{Handle, verbs};
use crate::known::removal;
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, into_message};
use crate::order::{Listing, Order, Planner, Removal, Steps};
use crate::request::{Added, Checked, Checks, Deleted, Request};
use netlink_packet::{Build, BuildError, Flags, Nest, Packet, PooledBuffer, RawAttribute, View};
use rtnetlink::AddressFamily;
use rtnetlink::message::{RTM_DELRULE, RTM_GETRULE, RTM_NEWRULE};
use rtnetlink::route::{RouteProtocol, RouteTable};
use rtnetlink::rule::{RuleAction, RuleMessage, RuleMessageBuf};
use std::hash::{DefaultHasher, Hash, Hasher};

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
    /// Without a priority it is placed before all others but the first. The kernel can't replace rules.
    ///
    /// Kernels ignore selectors that they don't know: DSCP before Linux 6.12, flow labels before 6.14, masks of ports and DSCP
    /// before 6.15. Such a rule would match more packets than it says, so it is compared with what the kernel echoes: where a
    /// selector is missing, the rule is deleted again at once, and the error is
    /// [`UnknownAttributes`](crate::ErrorKind::UnknownAttributes).
    pub fn add(&self, rule: impl IntoMessage<RuleMessage>) -> Request<D, Added<RuleMessage>> {
        let rule = rule.into_message().says_nothing_ignored();
        self.0
            .send("add rule", RTM_NEWRULE, Flags::CREATE | Flags::EXCL | Flags::ACK, rule)
            .compared::<RuleMessage>()
    }

    /// Deletes the first rule that matches, like `ip rule delete`: a message, or a priority alone.
    ///
    /// A message without a family means IPv4, and so does a priority alone; for IPv6 write
    /// `Rule::at(1000).family(AddressFamily::INET6)`.
    ///
    /// A message without any selector is refused: the kernel would delete the first rule. It takes neither a prefix of length 0
    /// nor the target of a `goto` for a selector.
    ///
    /// A listed rule selects exactly itself: the rules of its priority are listed before, and where another one comes first that
    /// the kernel can't tell from it, that is an error and nothing is deleted. A rule with a selector that not all kernels
    /// [know](Self::add) is looked for in the same way; it is not found where the kernel has none with that selector.
    pub fn delete(&self, rule: impl IntoMessage<RuleMessage>) -> Request<D, Deleted> {
        let listed = rule.is_listed();
        let rule = rule.into_key().about_one();
        self.0.send("delete rule", RTM_DELRULE, Flags::ACK, rule).exactly::<RuleMessage>(listed)
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
            list.ask(|message: RuleMessageBuf| message.family(family)).of_family(family)
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
    if is_late(attribute) {
        return true;
    }
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
        _ if [RuleMessage::FRA_PRIORITY.number(), RuleMessage::FRA_UID_RANGE.number()].contains(&kind) => {
            true
        }
        _ => !any,
    }
}

/// Whether some kernels do not know an attribute, and ignore it: those whose row says so, and later ones.
fn is_late(attribute: RawAttribute<'_>) -> bool {
    attribute.number() >= RuleMessage::FRA_DSCP.number()
}

/// Finds out whether a request to delete says what not all kernels know. Then the rule is looked for before.
fn plan(order: &mut Order) -> Result<Option<Box<Steps>>, BuildError> {
    let rule = RuleMessage::cast(order.message.body());
    if !rule.attributes().raw().any(is_late) {
        return Ok(None);
    }
    let family = rule.family();
    let (message_type, message) = rule.survey();
    let wanted = Box::new(move |rule: &[u8]| RuleMessage::cast(rule).family() == family);
    Ok(Some(Steps::listing(Listing { message_type, message, wanted, choose })))
}

/// The first rule that a request finds, by all that the kernel tells of it.
fn choose(rules: &[Packet<Nest>], message: &mut PooledBuffer) -> Result<(), ErrorKind> {
    let asked = RuleMessage::cast(message.body());
    let mut rules: Vec<_> = rules.iter().map(|rule| RuleMessage::cast(rule.as_bytes())).collect();
    let found = rules.iter().find(|rule| asked.finds(rule)).copied();
    *message = match found.map(|found| find(found, &mut rules)) {
        Some(Found::By(key)) => key.into_buffer(),
        Some(Found::Behind) => return Err(is_behind().into()),
        Some(Found::Among) => return Err(is_among().into()),
        Some(Found::Gone) | None => return Err(not_found(RuleMessage::MISSING)),
    };
    Ok(())
}

/// Whether a rule has what a request says in an attribute.
fn has(rule: &RuleMessage, asked: RawAttribute<'_>) -> bool {
    let is = rule.attributes().raw().payload_of(asked.number());
    let name = |payload: &'_ [u8]| payload.split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
    match asked.number() {
        // Of the header, too.
        kind if kind == RuleMessage::FRA_TABLE.number() => true,
        kind if kind == RuleMessage::FRA_PRIORITY.number() => {
            rule.priority().unwrap_or_default().to_ne_bytes() == asked.payload
        }
        kind if [RuleMessage::FRA_IIFNAME.number(), RuleMessage::FRA_OIFNAME.number()].contains(&kind) => {
            is.is_some_and(|is| name(is) == name(asked.payload))
        }
        _ => is == Some(asked.payload),
    }
}

impl Object for RuleMessage {
    type Builder = RuleMessageBuf;

    const STEPS: Option<Planner> = Some(Planner { message_types: &[RTM_DELRULE], plan });

    const REMOVAL: Option<Removal> = Some(removal::<RuleMessage>());

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
            // There may be one of the other family as well.
            Some(priority) if rest.is_empty() => match self.family() {
                AddressFamily::INET => format!("{priority} of IPv4"),
                AddressFamily::INET6 => format!("{priority} of IPv6"),
                family => format!("{priority} of {family}"),
            },
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

    const DELETED_AGAIN: &'static str = "the rule was deleted again";

    fn is_spared(&self, request: &Self) -> bool {
        let unicast = matches!(self.family(), AddressFamily::INET | AddressFamily::INET6);
        self.priority().unwrap_or_default() == 0 || !unicast && request.family() != self.family()
    }
    fn crowd(&self) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        (self.family().0, self.priority().unwrap_or_default()).hash(&mut hasher);
        Some(hasher.finish())
    }

    /// As `rule_find` of the kernel compares them: what a request does not say is any.
    fn finds(&self, rule: &Self) -> bool {
        let any_or = |asked: u8, is: u8| asked == 0 || asked == is;
        let all_bits = self.mark().is_some_and(|mark| mark != 0) && self.mark_mask().is_none();
        any_or(self.tos(), rule.tos())
            && any_or(self.action().0, rule.action().0)
            && (self.table() == RouteTable::UNSPEC || self.table() == rule.table())
            && (self.source_length() == 0 || self.source_prefix() == rule.source_prefix())
            && (self.destination_length() == 0 || self.destination_prefix() == rule.destination_prefix())
            && (!all_bits || rule.mark_mask().is_none_or(|mask| mask == u32::MAX))
            && self
                .attributes()
                .raw()
                .filter(|attribute| is_selector(*attribute))
                .all(|asked| has(rule, asked))
    }

    fn survey(&self) -> (u16, PooledBuffer) {
        (RTM_GETRULE, RuleMessage::build().family(self.family()).into_buffer())
    }
}
