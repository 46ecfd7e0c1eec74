//! Prints changes of links, addresses, routes, neighbours, rules, next hops and namespaces, like `ip monitor all`.
//!
//! ```text
//! cargo run --example monitor
//! ```
//!
//! Names that `ip` reads from files stay numbers.

use iproute2::rtnetlink::address::AddressFlags;
use iproute2::rtnetlink::link::LinkFlags;
use iproute2::rtnetlink::message::*;
use iproute2::rtnetlink::route::{NextHopFlags, RouteProtocol, RouteTable, RouteType};
use iproute2::rtnetlink::{AddressFamily, Group, NamespaceIdMessage, NetconfMessage, RouteScope};
use iproute2::watch::{Event, EventMessage};
use iproute2::{AddressMessage, LinkMessage, NeighbourMessage, NextHopMessage, RouteMessage, RuleMessage};
use std::collections::HashMap;
use std::fmt::{Display, Write};
use std::net::IpAddr;

const GROUPS: [Group; 12] = [
    Group::LINK,
    Group::IPV4_IFADDR,
    Group::IPV6_IFADDR,
    Group::IPV4_ROUTE,
    Group::IPV6_ROUTE,
    Group::NEIGH,
    Group::IPV4_RULE,
    Group::IPV6_RULE,
    Group::NSID,
    Group::NEXTHOP,
    Group::IPV4_NETCONF,
    Group::IPV6_NETCONF,
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> iproute2::Result<()> {
    let ip = iproute2::connect()?;
    let mut events = ip.events(GROUPS).open()?;
    let mut monitor = Monitor::default();
    for link in ip.link().list().await? {
        monitor.remember(&link);
    }
    loop {
        match events.next().await? {
            Event::Message(message) => {
                // Messages about a new link can arrive before its own. The handle can be used meanwhile.
                if let Some(device) = device(&message)?.filter(|device| !monitor.0.contains_key(device)) {
                    if let Ok(link) = ip.link().get(device).await {
                        monitor.remember(&link);
                    }
                }
                println!("{}", monitor.line(&message)?);
            }
            Event::Lost => println!("(some were lost here)"),
        }
    }
}

/// The link of a message that can arrive before the link's own.
fn device(message: &EventMessage) -> iproute2::Result<Option<u32>> {
    Ok(match message.message_type() {
        RTM_NEWNEIGH => Some(message.view::<NeighbourMessage>()?.device()),
        RTM_NEWNETCONF => message.view::<NetconfMessage>()?.device(),
        _ => None,
    })
}

/// What has to be known about links to print other messages: names, and which are up.
#[derive(Default)]
struct Monitor(HashMap<u32, (String, bool)>);

impl Monitor {
    fn remember(&mut self, link: &LinkMessage) {
        self.0.insert(link.index(), (link.name().to_string(), link.is_up()));
    }

    fn name(&self, index: u32) -> String {
        self.0.get(&index).map_or_else(|| format!("if{index}"), |(name, _)| name.clone())
    }

    fn line(&mut self, message: &EventMessage) -> iproute2::Result<String> {
        let (label, text) = match message.message_type() {
            RTM_NEWLINK | RTM_DELLINK => {
                let link = message.view()?;
                let text = self.link(link);
                match message.message_type() {
                    RTM_DELLINK if link.family() == AddressFamily::UNSPEC => {
                        drop(self.0.remove(&link.index()))
                    }
                    _ => self.remember(link),
                }
                ("LINK", text)
            }
            RTM_NEWADDR | RTM_DELADDR => ("ADDR", self.address(message.view()?)),
            RTM_NEWROUTE | RTM_DELROUTE => ("ROUTE", self.route(message.view()?)),
            RTM_NEWNEIGH | RTM_DELNEIGH => ("NEIGH", self.neighbour(message.view()?)),
            RTM_NEWRULE | RTM_DELRULE => ("RULE", rule(message.view()?)),
            RTM_NEWNEXTHOP | RTM_DELNEXTHOP => ("NEXTHOP", self.next_hop(message.view()?)),
            RTM_NEWNETCONF | RTM_DELNETCONF => ("NETCONF", self.netconf(message.view()?)),
            RTM_NEWNSID | RTM_DELNSID => ("NSID", namespace_id(message.view()?)),
            // Any other is printed as it is.
            _ => ("OTHER", format!("{message:?}")),
        };
        let is_gone = matches!(
            message.message_type(),
            RTM_DELLINK
                | RTM_DELADDR
                | RTM_DELROUTE
                | RTM_DELNEIGH
                | RTM_DELRULE
                | RTM_DELNEXTHOP
                | RTM_DELNETCONF
                | RTM_DELNSID
        );
        Ok(format!("[{label}]{}{text}", if is_gone { "Deleted " } else { "" }))
    }

    fn link(&self, link: &LinkMessage) -> String {
        let mut line = format!("{}: {}", link.index(), link.name());
        let mut flags = link.flags();
        let mut is_up_below = true;
        if let Some(parent) = link.parent() {
            let name = match parent {
                0 => "NONE".to_owned(),
                _ if link.parent_namespace().is_some() => format!("if{parent}"),
                _ => {
                    is_up_below = self.0.get(&parent).is_none_or(|(_, is_up)| *is_up);
                    self.name(parent)
                }
            };
            line += &format!("@{name}");
        }
        let has_carrier = flags.contains(LinkFlags::RUNNING) || !flags.contains(LinkFlags::UP);
        flags.remove(LinkFlags::RUNNING);
        let words = [(!has_carrier).then(|| "NO-CARRIER".to_owned()), Some(flags.to_string())];
        let below = (!is_up_below).then(|| "M-DOWN".to_owned());
        let words: Vec<_> =
            words.into_iter().flatten().chain(below).filter(|word| !word.is_empty()).collect();
        line += &format!(": <{}> ", words.join(","));
        line.word("mtu", link.mtu());
        line.word("qdisc", link.qdisc());
        line.word("master", link.master().map(|index| self.name(index)));
        line.word("state", link.state());
        line.word(
            "group",
            link.group().map(|group| if group == 0 { "default".to_owned() } else { group.to_string() }),
        );
        line.word("event", link.event().filter(|event| event.0 != 0));
        if let Some(address) = link.address() {
            line += &format!("\n    link/{} {}", link.link_type(), address.on(link.link_type()));
            if let Some(broadcast) = link.broadcast() {
                line += &format!(" brd {}", broadcast.on(link.link_type()));
            }
        }
        if let Some(id) = link.parent_namespace() {
            line += &format!(" link-netnsid {}", id.0);
        }
        if let Some(id) = link.new_namespace() {
            line += &format!(" new-netnsid {}", id.0);
        }
        if let Some(index) = link.new_index() {
            line += &format!(" new-ifindex {index}");
        }
        for name in link.alt_names() {
            line += &format!("\n    altname {name}");
        }
        line
    }

    fn address(&self, address: &AddressMessage) -> String {
        let mut line = format!("{}: {}    ", address.device(), self.name(address.device()));
        let own = address.local().or(address.address());
        line +=
            &format!("{} {}", family(address.family()), own.map(|own| own.to_string()).unwrap_or_default());
        if let Some(peer) = address.address().filter(|peer| Some(*peer) != own) {
            line += &format!(" peer {peer}");
        }
        line += &format!("/{} ", address.prefix_length());
        line.word("metric", address.metric());
        line.word("brd", address.broadcast());
        line.word("scope", Some(address.scope()));
        let mut flags = address.flags();
        let is_permanent = flags.contains(AddressFlags::PERMANENT);
        flags.remove(AddressFlags::PERMANENT);
        line.words(flags.to_string());
        if !is_permanent {
            line += "dynamic ";
        }
        if let Some(label) = address.label() {
            line += &label.to_string();
        }
        if let Some(times) = address.cache_info() {
            let time = |time: iproute2::rtnetlink::Lifetime| match time.as_duration() {
                Some(left) => format!("{}sec", left.as_secs()),
                None => time.to_string(),
            };
            line += &format!(
                "\n       valid_lft {} preferred_lft {}",
                time(times.valid()),
                time(times.preferred())
            );
        }
        line
    }

    fn route(&self, route: &RouteMessage) -> String {
        let mut line = String::new();
        if route.route_type() != RouteType::UNICAST {
            line += &format!("{} ", route.route_type());
        }
        line += &match (route.destination(), route.destination_length()) {
            (None, 0) => "default ".to_owned(),
            (_, length) => prefix(route.prefix(), length),
        };
        if let Some(from) = route.source_prefix().filter(|_| route.source_length() != 0) {
            line += &format!("from {}", prefix(Some(from), route.source_length()));
        }
        line.word("nhid", route.next_hop_id());
        line.word("encap", route.encap_type());
        line.word("tos", Some(route.tos()).filter(|tos| *tos != 0).map(|tos| format!("{tos:#04x}")));
        line.gateway(route.family(), route.gateway());
        line.word("dev", route.device().map(|index| self.name(index)));
        line.word("table", Some(route.table()).filter(|table| *table != RouteTable::MAIN));
        line.word("proto", Some(route.protocol()).filter(|protocol| *protocol != RouteProtocol::BOOT));
        line.word("scope", Some(route.scope()).filter(|scope| *scope != RouteScope::UNIVERSE));
        line.word("src", route.preferred_source());
        line.word("metric", route.metric());
        line.hop_flags(route.flags().bits());
        line.word("mark", route.mark().filter(|mark| *mark != 0).map(|mark| format!("{mark:#x}")));
        line.word("expires", route.expires_in().map(|left| format!("{}sec", left.as_secs())));
        line.word("mtu", route.mtu());
        line.word("iif", route.input_device().map(|index| self.name(index)));
        if let Some(preference) = route.preference() {
            line += &format!("pref {preference}");
        }
        for hop in route.next_hops() {
            line += "\n\tnexthop ";
            line.gateway(route.family(), hop.gateway());
            line += &format!("dev {} weight {} ", self.name(hop.device()), hop.weight());
            line.hop_flags(hop.flags().bits());
        }
        line
    }

    fn neighbour(&self, neighbour: &NeighbourMessage) -> String {
        let mut line = neighbour.address().map(|address| format!("{address} ")).unwrap_or_default();
        line.word("dev", Some(self.name(neighbour.device())));
        line.word("lladdr", neighbour.hardware_address());
        line.words(neighbour.flags().to_string());
        line.words(neighbour.state().to_string());
        line
    }

    fn netconf(&self, settings: &NetconfMessage) -> String {
        let device = settings.device().unwrap_or_default();
        let name = match device {
            NetconfMessage::ALL => "all".to_owned(),
            NetconfMessage::DEFAULT => "default".to_owned(),
            _ => self.name(device),
        };
        let mut line = format!("{} {name} ", family(settings.family()));
        let on = |is_on: Option<bool>| is_on.map(|is_on| if is_on { "on" } else { "off" });
        line.word("forwarding", on(settings.forwarding()));
        line.word("rp_filter", settings.reverse_path_filter());
        line.word("mc_forwarding", on(settings.multicast_forwarding()));
        line.word("proxy_neigh", on(settings.proxy_neighbours()));
        line.word("ignore_routes_with_linkdown", on(settings.ignore_routes_with_link_down()));
        line
    }

    fn next_hop(&self, hop: &NextHopMessage) -> String {
        let mut line = String::new();
        line.word("id", hop.id());
        let members = hop.members().map(|member| match member.weight {
            1 => member.id.to_string(),
            weight => format!("{},{weight}", member.id),
        });
        line.word("group", Some(members.collect::<Vec<_>>().join("/")).filter(|members| !members.is_empty()));
        line.gateway(hop.family(), hop.gateway());
        line.word("dev", hop.device().map(|index| self.name(index)));
        line.word("scope", Some(hop.scope()).filter(|scope| *scope != RouteScope::UNIVERSE));
        if hop.blackhole() == Some(true) {
            line += "blackhole ";
        }
        line.word("proto", Some(hop.protocol()).filter(|protocol| *protocol != RouteProtocol::UNSPEC));
        line.hop_flags(hop.flags().bits());
        line
    }
}

fn rule(rule: &RuleMessage) -> String {
    let mut line = format!("{}:\t", rule.priority().unwrap_or_default());
    if rule.is_inverted() {
        line += "not ";
    }
    line += &match rule.source_prefix() {
        Some(from) if rule.source().is_some() => format!("from {}", prefix(Some(from), rule.source_length())),
        _ => "from all ".to_owned(),
    };
    if let Some(to) = rule.destination_prefix().filter(|_| rule.destination().is_some()) {
        line += &format!("to {}", prefix(Some(to), rule.destination_length()));
    }
    line.word("tos", Some(rule.tos()).filter(|tos| *tos != 0).map(|tos| format!("{tos:#04x}")));
    line.word(
        "fwmark",
        rule.mark().filter(|mark| *mark != 0).map(|mark| match rule.mark_mask() {
            None | Some(u32::MAX) => format!("{mark:#x}"),
            Some(mask) => format!("{mark:#x}/{mask:#x}"),
        }),
    );
    line.word("iif", rule.input_device());
    line.word("oif", rule.device());
    line.word("ipproto", rule.ip_protocol());
    line += &match rule.target() {
        Some(target) => format!("goto {target}"),
        None if rule.table().0 != 0 => format!("lookup {}", rule.table()),
        None => rule.action().to_string(),
    };
    line
}

fn namespace_id(namespace: &NamespaceIdMessage) -> String {
    let mut line = String::new();
    line.word("nsid", namespace.id().map(|id| id.0));
    line
}

fn family(family: AddressFamily) -> &'static str {
    if family == AddressFamily::INET { "inet" } else { "inet6" }
}

/// A prefix; without its length if it is a single address.
fn prefix(prefix: Option<impl Display>, length: u8) -> String {
    let text = prefix.map(|prefix| prefix.to_string()).unwrap_or_default();
    let is_single = length == if text.contains(':') { 128 } else { 32 };
    let text = if is_single { text.split('/').next().unwrap_or_default() } else { &text };
    format!("{text} ")
}

/// Words of `ip`, each followed by a space.
trait Words {
    fn word(&mut self, name: &str, value: Option<impl Display>);
    fn words(&mut self, flags: String);
    fn gateway(&mut self, family: AddressFamily, gateway: Option<IpAddr>);
    fn hop_flags(&mut self, bits: u32);
}

impl Words for String {
    fn word(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            let _ = write!(self, "{name} {value} ");
        }
    }

    fn words(&mut self, flags: String) {
        flags.split(',').filter(|flag| !flag.is_empty()).for_each(|flag| *self += &format!("{flag} "));
    }

    /// A gateway, with its family if that differs from the route's.
    fn gateway(&mut self, of: AddressFamily, gateway: Option<IpAddr>) {
        let own = |gateway: &IpAddr| gateway.is_ipv4() == (of == AddressFamily::INET);
        let word = |gateway: IpAddr| if gateway.is_ipv4() { "inet" } else { "inet6" };
        self.word(
            "via",
            gateway.map(|via| if own(&via) { via.to_string() } else { format!("{} {via}", word(via)) }),
        );
    }

    fn hop_flags(&mut self, bits: u32) {
        // Each path has one byte of the flags.
        self.words(NextHopFlags::from_bits_retain((bits & 0xff) as _).to_string());
    }
}
