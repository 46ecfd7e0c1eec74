//! Changes and events as maps, like views: the feature `serde`.

use super::change::{Change, Update};
use super::message::{Event, EventMessage};
use netlink_packet::serde::ser::{Serialize, SerializeMap, Serializer};
use netlink_packet::{Packet, Scope, View};

/// A map: `change` is `added`, `changed` or `removed`, `object` is the object or its last state, and `before` its state before
/// the change.
impl<M: View + ?Sized> Serialize for Update<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        update(self, None, serializer)
    }
}

/// A map with the entries of an [`Update`], and with `topic`, such as `link`.
///
/// For [`Complete`](Change::Complete), [`Lost`](Change::Lost) and [`Other`](Change::Other), `change` is `complete`, `lost` and
/// `other`; the last has the entries of an [`EventMessage`], too.
impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Change::Link(link) => update(link, Some("link"), serializer),
            Change::Address(address) => update(address, Some("address"), serializer),
            Change::Neighbour(neighbour) => update(neighbour, Some("neighbour"), serializer),
            Change::Route(route) => update(route, Some("route"), serializer),
            Change::Rule(rule) => update(rule, Some("rule"), serializer),
            Change::NextHop(next_hop) => update(next_hop, Some("next_hop"), serializer),
            Change::NamespaceId(id) => update(id, Some("namespace_id"), serializer),
            Change::Netconf(settings) => update(settings, Some("netconf"), serializer),
            Change::Fdb(entry) => update(entry, Some("fdb"), serializer),
            Change::Qdisc(qdisc) => update(qdisc, Some("qdisc"), serializer),
            Change::Complete => named("change", "complete", None, serializer),
            Change::Lost => named("change", "lost", None, serializer),
            Change::Other(message) => named("change", "other", Some(message), serializer),
        }
    }
}

fn update<M: View + ?Sized, S: Serializer>(
    update: &Update<M>,
    topic: Option<&str>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let what = match update {
        Update::Added(_) => "added",
        Update::Changed { .. } => "changed",
        Update::Removed(_) => "removed",
    };
    let before: Option<&Packet<M>> = update.before().filter(|_| !update.is_removed());
    let length = 2 + usize::from(topic.is_some()) + usize::from(before.is_some());
    let mut map = serializer.serialize_map(Some(length))?;
    map.serialize_entry("change", what)?;
    if let Some(topic) = topic {
        map.serialize_entry("topic", topic)?;
    }
    if let Some(before) = before {
        map.serialize_entry("before", before)?;
    }
    map.serialize_entry("object", update.object())?;
    map.end()
}

/// A map: `type` is the name of the message type, or its number; `group` (name or number) and `namespace` say where it is from, if
/// known; `family` and `command` are there outside the route family; `message` is the contents, as a map if the type has a
/// table here, else in hexadecimal digits.
impl Serialize for EventMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        message(self, &mut map)?;
        map.end()
    }
}

/// A map: `event` is `message`, with the entries of an [`EventMessage`], or `lost`.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Event::Message(message) => named("event", "message", Some(message), serializer),
            Event::Lost => named("event", "lost", None, serializer),
        }
    }
}

fn named<S: Serializer>(
    key: &'static str,
    what: &str,
    of: Option<&EventMessage>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry(key, what)?;
    of.map_or(Ok(()), |of| message(of, &mut map))?;
    map.end()
}

fn message<M: SerializeMap>(message: &EventMessage, map: &mut M) -> Result<(), M::Error> {
    let (message_type, is_foreign) = (message.message_type(), message.is_foreign());
    match rtnetlink::message::name(message_type).filter(|_| !is_foreign) {
        Some(name) => map.serialize_entry("type", name)?,
        None => map.serialize_entry("type", &message_type)?,
    }
    if is_foreign {
        map.serialize_entry("family", message.family().to_string().as_str())?;
    }
    match (message.group_name(), message.group()) {
        (Some(name), _) => map.serialize_entry("group", name)?,
        (None, Some(group)) => map.serialize_entry("group", &group.0)?,
        (None, None) => (),
    }
    if let Some(command) = message.command() {
        map.serialize_entry("command", &command)?;
    }
    if let Some(namespace) = message.namespace() {
        map.serialize_entry("namespace", &namespace.0)?;
    }
    match rtnetlink::message::table(message_type).filter(|_| !is_foreign) {
        Some(table) => map.serialize_entry("message", &Scope::new(table, message.payload())),
        None => map.serialize_entry("message", digits(message.payload()).as_str()),
    }
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use netlink_packet::{Build, Header};
    use rtnetlink::message::RTM_NEWLINK;
    use rtnetlink::{Group, LinkMessage, LinkMessageBuf};
    use serde_json::{Value, json};

    fn packet(built: LinkMessageBuf) -> Packet<LinkMessage> {
        let mut buffer = built.into_buffer();
        let header = Header { message_type: RTM_NEWLINK, ..Header::default() };
        Packet::new(Bytes::from(buffer.set_header(header).unwrap().to_vec())).unwrap()
    }

    fn link(mtu: u32) -> Packet<LinkMessage> {
        packet(LinkMessage::build().index(7).name("l7").mtu(mtu))
    }

    fn value(of: &impl Serialize) -> Value {
        serde_json::to_value(of).unwrap()
    }

    #[test]
    fn changes_are_maps() {
        let (old, new) = (value(&link(1500)), value(&link(1400)));
        assert_eq!((old["index"].clone(), old["mtu"].clone()), (json!(7), json!(1500)));
        let added = Update::Added(link(1500));
        assert_eq!(value(&added), json!({"change": "added", "object": old}));
        assert_eq!(value(&Change::Link(added)), json!({"change": "added", "topic": "link", "object": old}));
        let changed = Change::Link(Update::Changed { before: link(1500), now: link(1400) });
        let expected = json!({"change": "changed", "topic": "link", "before": old, "object": new});
        assert_eq!(value(&changed), expected);
        let removed = Change::Link(Update::Removed(link(1400)));
        assert_eq!(value(&removed), json!({"change": "removed", "topic": "link", "object": new}));
        assert_eq!(value(&Change::Complete), json!({"change": "complete"}));
        assert_eq!(value(&Change::Lost), json!({"change": "lost"}));
    }

    #[test]
    fn events_are_maps() {
        let bytes = Bytes::copy_from_slice(link(1500).message());
        let message = EventMessage::new(bytes, Some(Group::LINK.0), Some(3));
        let (group, link) = (Group::LINK.0, value(&link(1500)));
        let expected = json!({"type": "RTM_NEWLINK", "group": group, "namespace": 3, "message": link});
        assert_eq!(value(&message), expected);
        let mut event = expected.clone();
        event["event"] = json!("message");
        assert_eq!(value(&Event::Message(message.clone())), event);
        assert_eq!(value(&Event::Lost), json!({"event": "lost"}));
        let mut other = expected;
        other["change"] = json!("other");
        assert_eq!(value(&Change::Other(message)), other);
    }

    #[test]
    fn messages_without_a_table_are_digits() {
        let header = Header { length: 20, message_type: 9999, ..Header::default() };
        let bytes = Bytes::from([&header.to_bytes()[..], &[0xab, 1, 0, 0xff]].concat());
        let message = EventMessage::new(bytes, None, None);
        assert_eq!(value(&message), json!({"type": 9999, "message": "ab0100ff"}));
    }
}
