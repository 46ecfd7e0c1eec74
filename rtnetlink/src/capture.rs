//! Captured messages, as the kernel and its tools wrote them: the files in `captures`, each with its command, in the
//! byte order of the machine that they were captured on.

#[path = "../../netlink-packet/tests/captures/mod.rs"]
mod captures;

use crate::bridge::{VlanMessage, VlanRequest, VniMessage};
use crate::link::{LinkInfo, StatsMessage, StatsRequest};
use crate::message;
use crate::neighbour::{NeighbourMessage, NeighbourTableMessage};
use crate::tc::QdiscMessage;
use crate::{
    AddressLabelMessage, AddressMessage, LinkMessage, NamespaceIdMessage, NdOptionMessage, NetconfMessage,
    NextHopMessage, PrefixMessage, RouteMessage, RuleMessage,
};
use netlink_packet::{HEADER_LEN, Header, Scope, Table, View};

/// A message of a capture.
pub(crate) struct Capture {
    /// Its number.
    pub(crate) kind: u16,
    /// The payload after the header.
    pub(crate) payload: Vec<u8>,
}

/// The capture of this name.
macro_rules! capture {
    ($name:literal) => {
        $crate::capture::Capture::parse(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/captures/",
            $name,
            ".hex"
        )))
    };
}

pub(crate) use capture;

impl Capture {
    /// Reads lines of hexadecimal digits; `#` begins a comment.
    pub(crate) fn parse(text: &str) -> Self {
        let bytes = captures::parse(text, message::table);
        let header = Header::read(&bytes).unwrap();
        Capture { kind: header.message_type, payload: bytes[HEADER_LEN..].to_vec() }
    }

    /// The message as one of a link, all of which can be read.
    pub(crate) fn link(&self) -> &LinkMessage {
        self.view()
    }

    /// The message as one of an address, all of which can be read.
    pub(crate) fn address(&self) -> &AddressMessage {
        self.view()
    }

    /// The message as one of this type, all of which can be read.
    pub(crate) fn view<V: View + ?Sized>(&self) -> &V {
        let view = V::read(&self.payload).unwrap();
        assert_eq!(view.malformed_in(), []);
        assert!(std::ptr::eq(V::table(), message::table(self.kind).unwrap()));
        view
    }
}

/// The contents of all captures, by file name.
fn files() -> impl Iterator<Item = (String, String)> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/captures")).unwrap();
    files.map(|file| file.unwrap().path()).map(|path| {
        (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap())
    })
}

/// All captures, by the names of their files.
fn all() -> impl Iterator<Item = (String, Capture)> {
    files().map(|(name, text)| (name, Capture::parse(&text)))
}

/// The bytes to be damaged: all captures, but of links sent by the kernel only the part of their kind. The rest is the
/// same in all of them; links without a kind, and one of each kernel, are here whole.
fn to_be_damaged() -> impl Iterator<Item = (&'static Table, Vec<u8>)> {
    all().map(|(name, capture)| {
        let table = message::table(capture.kind).unwrap();
        let reported = name.starts_with("link_") && !name.starts_with("link_eth0");
        match reported.then(|| capture.link().info()).flatten() {
            Some(info) => (LinkInfo::table(), info.as_bytes().to_vec()),
            None => (table, capture.payload),
        }
    })
}

/// Reads everything: printing reaches every attribute, and so does the search for malformed ones.
fn read(table: &'static Table, payload: &[u8]) {
    let scope = Scope::new(table, payload);
    let _ = format!("{scope:?}");
    for malformed in scope.malformed() {
        assert!(malformed.offset + malformed.length <= payload.len(), "{malformed:?} of {}", payload.len());
        let _ = scope.path(malformed.offset);
    }
}

/// Where lengths of attributes may be: two bytes at every multiple of four.
fn lie(payload: &[u8], length: u16) -> impl Iterator<Item = Vec<u8>> {
    (0..payload.len().saturating_sub(1)).step_by(4).map(move |at| {
        let mut lying = payload.to_vec();
        lying[at..at + 2].copy_from_slice(&length.to_ne_bytes());
        lying
    })
}

#[test]
fn nothing_is_unknown_or_malformed() {
    for (name, Capture { kind, payload }) in all() {
        let scope = Scope::new(message::table(kind).unwrap(), &payload);
        assert_eq!(scope.malformed(), [], "{name}");
        let shown = format!("{:?}", message::describe(kind, &payload));
        // `[` begins bytes: attributes without a row print as their numbers and bytes.
        let unknown =
            shown.match_indices(": [").any(|(at, _)| shown[..at].ends_with(|c: char| c.is_ascii_digit()));
        assert!(!unknown, "{name}: {shown}");
    }
}

#[test]
fn of_either_byte_order() {
    for (name, text) in files() {
        let capture = captures::parse(&text, message::table);
        let turned = captures::turned(&capture, message::table);
        assert_ne!(turned, capture, "{name}");
        assert_eq!(captures::turned(&turned, message::table), capture, "{name}");
    }
}

#[test]
fn a_message_may_end_anywhere() {
    for (table, payload) in to_be_damaged() {
        (0..payload.len()).for_each(|length| read(table, &payload[..length]));
    }
}

#[test]
fn a_length_may_be_invalid() {
    for (table, payload) in to_be_damaged() {
        for length in [0, 3, 5, 8, 0xffff] {
            lie(&payload, length).for_each(|lying| read(table, &lying));
        }
    }
}

#[test]
fn a_message_built_again_is_the_same() {
    for (name, capture) in all() {
        let built = match capture.kind {
            message::RTM_NEWADDR | message::RTM_DELADDR => {
                capture.address().to_buf().view().as_bytes().to_vec()
            }
            message::RTM_NEWSTATS => capture.view::<StatsMessage>().to_buf().view().as_bytes().to_vec(),
            message::RTM_GETSTATS | message::RTM_SETSTATS => {
                capture.view::<StatsRequest>().to_buf().view().as_bytes().to_vec()
            }
            24..=26 => capture.view::<RouteMessage>().to_buf().view().as_bytes().to_vec(),
            28..=30 => capture.view::<NeighbourMessage>().to_buf().view().as_bytes().to_vec(),
            32..=34 => capture.view::<RuleMessage>().to_buf().view().as_bytes().to_vec(),
            36..=38 => capture.view::<QdiscMessage>().to_buf().view().as_bytes().to_vec(),
            64..=67 => capture.view::<NeighbourTableMessage>().to_buf().view().as_bytes().to_vec(),
            104..=106 | 116..=118 => capture.view::<NextHopMessage>().to_buf().view().as_bytes().to_vec(),
            52 => capture.view::<PrefixMessage>().to_buf().view().as_bytes().to_vec(),
            68 => capture.view::<NdOptionMessage>().to_buf().view().as_bytes().to_vec(),
            72..=74 => capture.view::<AddressLabelMessage>().to_buf().view().as_bytes().to_vec(),
            80..=82 => capture.view::<NetconfMessage>().to_buf().view().as_bytes().to_vec(),
            88..=90 => capture.view::<NamespaceIdMessage>().to_buf().view().as_bytes().to_vec(),
            112 | 113 => capture.view::<VlanMessage>().to_buf().view().as_bytes().to_vec(),
            114 => capture.view::<VlanRequest>().to_buf().view().as_bytes().to_vec(),
            120..=122 => capture.view::<VniMessage>().to_buf().view().as_bytes().to_vec(),
            _ => capture.link().to_buf().view().as_bytes().to_vec(),
        };
        assert_eq!(built, capture.payload, "{name}");
    }
}

/// The feature `serde`.
#[cfg(feature = "serde")]
mod serialized {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    /// The paths of all printed fields: the pretty form has a line for each, and indents nested ones.
    fn printed(scope: &Scope<'_>) -> BTreeSet<String> {
        let mut around: Vec<(usize, String)> = Vec::new();
        let mut paths = BTreeSet::new();
        for line in format!("{scope:#?}").lines() {
            let indent = line.len() - line.trim_start().len();
            let Some((name, _)) = line.trim_start().split_once(": ") else { continue };
            if name.contains(['"', '<', '[', '(']) {
                continue;
            }
            around.retain(|(outer, _)| *outer < indent);
            around.push((indent, name.to_owned()));
            paths.insert(around.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("/"));
        }
        paths
    }

    /// The paths of all keys of maps.
    fn keys(value: &Value, around: &str, paths: &mut BTreeSet<String>) {
        match value {
            Value::Array(list) => list.iter().for_each(|item| keys(item, around, paths)),
            Value::Object(map) => {
                for (name, value) in map {
                    let path = if around.is_empty() { name.clone() } else { format!("{around}/{name}") };
                    keys(value, &path, paths);
                    paths.insert(path);
                }
            }
            _ => (),
        }
    }

    #[test]
    fn everything_that_is_printed_is_there() {
        for (name, Capture { kind, payload }) in all() {
            let scope = Scope::new(message::table(kind).unwrap(), &payload);
            let value = serde_json::to_value(scope).unwrap();
            let mut serialized = BTreeSet::new();
            keys(&value, "", &mut serialized);
            let mut printed = printed(&scope);
            // The two parts after the header of a router advertisement print without names.
            for paths in [&mut serialized, &mut printed] {
                paths.retain(|path| {
                    kind != message::RTM_NEWNDUSEROPT || !path.contains("body/") && !path.contains(']')
                });
            }
            assert_eq!(serialized, printed, "{name}: {value:#}\n{scope:#?}");
        }
    }

    #[test]
    fn exact_texts() {
        for (name, text) in [
            (
                "add_vlan",
                r#"{"family":"unspec","link_type":0,"index":0,"flags":[],"changed":[],"parent":2,"interface_name":"eth0.5","info":{"kind_name":"vlan","data":{"id":5}}}"#,
            ),
            (
                "add_route_ip_geneve",
                r#"{"family":"inet","destination_length":24,"source_length":0,"tos":0,"header_table":"main","protocol":"boot","scope":"link","route_type":"unicast","flags":[],"destination":"198.51.112.0","raw_encap":{"id":42,"destination":"203.0.113.1","options":{"geneve":[{"class":1,"option_type":2,"data":"a1b2c3d4"}]}},"encap_type":"ip","device":3}"#,
            ),
        ] {
            let (_, Capture { kind, payload }) = all().find(|(other, _)| other == name).unwrap();
            let scope = Scope::new(message::table(kind).unwrap(), &payload);
            assert_eq!(serde_json::to_string(&scope).unwrap(), text, "{name}");
        }
        let link = all().find(|(name, _)| name == "link_eth0").map(|(_, capture)| capture).unwrap();
        let link = serde_json::to_value(link.link()).unwrap();
        assert_eq!(link["flags"][0], "BROADCAST");
        assert_eq!(link["address"], "02:00:00:00:00:05");
        assert_eq!(link["family_specs"]["inet"]["settings"]["accept_redirects"], 1);
        let bond = all().find(|(name, _)| name == "link_bond1").map(|(_, capture)| capture).unwrap();
        let bond = serde_json::to_value(bond.link().info().unwrap()).unwrap();
        assert_eq!(bond["data"]["miimon"], 0.1, "seconds");
    }
}
