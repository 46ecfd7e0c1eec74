//! Prints everything that the libraries name as lines of JSON: attributes, structs, enums, link kinds, messages and
//! groups, with the kernel's names and numbers.
//!
//! ```text
//! cargo run -q --example schema
//! ```

use netlink_packet::generic::{DESCRIPTIONS, Description};
use netlink_packet::{Codec, Schema, Table, Values};
use rtnetlink::{Group, link, message, route, tc};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

fn main() {
    let mut listing = Listing::default();
    for (family, table) in message::tables() {
        listing.family = family;
        listing.table(table);
    }
    DESCRIPTIONS.iter().for_each(|family| listing.generic(family));
    listing.kinds("rt-link", "linkinfo-data-msg", link::kinds());
    listing.kinds("rt-link", "linkinfo-member-data-msg", link::port_kinds());
    listing.kinds("tc", "options-msg", tc::qdisc::kinds());
    let of_classes = tc::qdisc::class_kinds().map(|(name, table)| (format!("{name} (class)"), table));
    listing.kinds("tc", "options-msg", of_classes);
    listing.kinds("tc", "options-msg", tc::filter::kinds());
    listing.kinds("tc", "act-options-msg", tc::action::kinds());
    tc::ematch::kinds().for_each(|(_, table)| listing.table(table));
    listing.kinds("tc", "tca-stats-app-msg", tc::qdisc::stats_kinds());
    listing.kinds(
        "rt-route",
        "encap-msg",
        route::encap::encaps().map(|(kind, table)| (format_of(kind), table)),
    );
    for (number, name) in message::MESSAGES {
        listing.line(Row::default().text("message", name).number("id", *number));
    }
    for (name, number) in Group::SCHEMA.values.map(|values| (values.list)()).unwrap_or_default() {
        listing
            .line(Row::default().text("group", &format!("rtnlgrp-{}", spelled(name))).number("id", number));
    }
}

/// What has been listed, to list nothing twice.
#[derive(Default)]
struct Listing {
    family: &'static str,
    tables: BTreeSet<*const Table>,
    lines: BTreeSet<String>,
}

impl Listing {
    fn line(&mut self, row: Row) {
        let line = format!("{{{}}}", row.0);
        if self.lines.insert(line.clone()) && writeln!(std::io::stdout(), "{line}").is_err() {
            // The reader has read enough, as `head` does.
            std::process::exit(0);
        }
    }

    /// A row of the current family.
    fn row(&self) -> Row {
        Row::default().text("family", self.family)
    }

    fn kinds(
        &mut self,
        family: &'static str,
        formats: &str,
        kinds: impl Iterator<Item = (impl AsRef<str>, &'static Table)>,
    ) {
        self.family = family;
        for (name, table) in kinds {
            let row = Row::default().text("sub-message", formats).text("format", name.as_ref());
            let header = Some(struct_name(table)).filter(|name| !name.is_empty());
            self.line(
                row.optional("nested-set", first_attribute(table))
                    .optional("fixed-header", header.as_deref()),
            );
            self.table(table);
        }
    }

    /// A family of generic netlink.
    fn generic(&mut self, family: &'static Description) {
        self.family = family.name;
        family.messages.iter().for_each(|table| self.table(table()));
        for operation in family.operations {
            let row = self.row().text("op", operation.name);
            self.line(
                row.optional_number("request", operation.request).optional_number("reply", operation.reply),
            );
        }
        for group in family.groups {
            self.line(self.row().text("group", group));
        }
        for (name, value) in family.constants {
            self.line(self.row().text("const", name).number("value", *value));
        }
        for (name, value) in family.texts {
            self.line(self.row().text("const", name).text("value", value));
        }
    }

    fn table(&mut self, table: &'static Table) {
        if !self.tables.insert(table) {
            return;
        }
        self.fixed_header(table);
        for row in table.rows {
            let attribute = Row::default().text("c-name", row.name).number("id", row.number);
            self.value_of(attribute, row.name, &row.value.schema);
        }
    }

    fn fixed_header(&mut self, table: &'static Table) {
        let name = &struct_name(table);
        if name.is_empty() {
            table
                .fields
                .iter()
                .filter_map(|field| field.value.schema.values)
                .for_each(|values| self.values(values));
            return;
        }
        self.line(self.row().text("struct", name).number("size", table.header as u64));
        for field in table.fields {
            // Of an array without an end, the specification has one element.
            let schema = match field.value.schema.element {
                Some(element) if field.size == 0 => element,
                _ => &field.value.schema,
            };
            let size = if field.size == 0 { size_of_one(schema) } else { field.size as u64 };
            let member = self.row().text("struct", name).text("member", field.name);
            let placed = member.number("offset", field.at as u64).number("size", size);
            match schema.set {
                // A struct that begins like another one.
                Some(inner) => {
                    let inside = field.at < table.header || field.value.schema.element.is_some();
                    let nested = inside.then(|| struct_name(inner()));
                    self.line(placed.text("type", "binary").optional("nested-struct", nested.as_deref()));
                    self.table(inner());
                }
                None => self.value(placed, schema),
            }
        }
    }

    /// Ends the row of an attribute or a member with its type, and lists its contents.
    fn value(&mut self, row: Row, schema: &Schema) {
        self.value_of(row, "", schema);
    }

    fn value_of(&mut self, row: Row, name: &str, schema: &Schema) {
        let element = innermost(schema);
        let set = element.set.map(|table| table());
        let with_type = row
            .text("type", kind(schema))
            .optional("sub-type", schema.element.map(kind))
            .optional("byte-order", is_said_big_endian(name, element).then_some("big-endian"))
            .optional("struct", set.map(struct_name).filter(|name| !name.is_empty()).as_deref())
            .optional("nested-set", specified_set(name).or(set.and_then(first_attribute)))
            .optional("sub-message", schema.formats.and_then(|formats| self.named(formats)))
            .optional("enum", element.values.or(schema.values).and_then(|values| self.named(values.name)));
        let multi = schema.multi && !REPEATED_BESIDES.contains(&name);
        self.line(if multi { with_type.raw("multi", "true") } else { with_type });
        for values in element.values.into_iter().chain(schema.values) {
            self.values(values);
        }
        if let Some(table) = set {
            self.table(table);
        }
    }

    /// A name as the current family spells it, without the family's own prefix.
    fn named(&self, name: &'static str) -> Option<&'static str> {
        let own = name.strip_prefix(self.family).and_then(|name| name.strip_prefix('/'));
        Some(own.unwrap_or(name)).filter(|name| !name.is_empty())
    }

    fn values(&mut self, values: Values) {
        if values.name.is_empty() {
            return;
        }
        let (family, name) = values.name.split_once('/').unwrap_or((self.family, values.name));
        for (constant, value) in (values.list)() {
            let row = Row::default().text("family", family).text("enum", name);
            self.line(row.text("name", &spelled(constant)).number("value", value));
        }
    }
}

/// Attributes that the kernel repeats, though its specification does not say so.
const REPEATED_BESIDES: &[&str] = &[
    "ETHTOOL_A_CABLE_NEST_FAULT_LENGTH",
    "ETHTOOL_A_CABLE_NEST_RESULT",
    "ETHTOOL_A_STATS_GRP",
    "ETHTOOL_A_STATS_GRP_HIST_RX",
    "ETHTOOL_A_STATS_GRP_HIST_TX",
    "ETHTOOL_A_TUNNEL_UDP_TABLE",
    "TCA_FLOWER_KEY_ENC_OPTS_GENEVE",
    "TCA_TAPRIO_ATTR_TC_ENTRY",
    "TEAM_ATTR_ITEM_OPTION",
    "TEAM_ATTR_ITEM_PORT",
];

/// Addresses that the kernel reads and writes in network byte order, though its specification does not say so.
const BIG_ENDIAN_BESIDES: &[&str] = &["FOU_ATTR_LOCAL_V4", "FOU_ATTR_PEER_V4"];

fn is_said_big_endian(name: &str, schema: &Schema) -> bool {
    schema.big_endian && !BIG_ENDIAN_BESIDES.contains(&name)
}

/// The set that the kernel's specification says is in an attribute, where the kernel has another one that it lacks.
fn specified_set(name: &str) -> Option<&'static str> {
    // The specification has the results of the other cable test there.
    (name == "ETHTOOL_A_CABLE_TEST_TDR_NTF_NEST").then_some("ETHTOOL_A_CABLE_NEST_RESULT")
}

/// An encapsulation as the kernel's specification spells it: by the constant's name, not by the word of `ip`.
fn format_of(encap: route::EncapType) -> String {
    let names = route::EncapType::SCHEMA.values.map(|values| (values.list)()).unwrap_or_default();
    names
        .iter()
        .find(|(_, number)| *number == u64::from(encap.0))
        .map(|(name, _)| spelled(name))
        .unwrap_or_default()
}

/// The item type of a list, or of the lists in it; anything else unchanged.
fn innermost(schema: &Schema) -> &Schema {
    schema.element.map_or(schema, innermost)
}

/// The name of a struct, of which the kernel's specification spells those of its own with dashes. What begins each message of a
/// generic family is no struct of that family.
fn struct_name(table: &'static Table) -> String {
    match table.header_name {
        "genlmsghdr" => String::new(),
        name if name.starts_with("__") => name.replace('_', "-"),
        name => name.to_owned(),
    }
}

/// A set is named by its first attribute.
fn first_attribute(table: &'static Table) -> Option<&'static str> {
    match table.name {
        // One without attributes.
        "XskInfo" => Some("xsk-info"),
        _ => table.rows.first().map(|row| row.name),
    }
}

/// Bytes of a struct or an integer; 0 for what has no length of its own.
fn size_of_one(schema: &Schema) -> u64 {
    match (schema.set, schema.data_type.get(1..)) {
        (Some(table), _) => table().header as u64,
        (None, Some(bits)) => bits.parse::<u64>().unwrap_or_default() / 8,
        (None, None) => 0,
    }
}

/// The type; a struct by itself is not a nest.
fn kind(schema: &Schema) -> &'static str {
    match schema.set.map(|table| table()) {
        Some(table) if table.rows.is_empty() && table.header > 0 => "binary",
        _ => schema.data_type,
    }
}

/// A constant's name as the kernel's specification spells it, which may begin with a digit.
fn spelled(constant: &str) -> String {
    let name = constant.to_lowercase().replace('_', "-");
    match name.as_str() {
        "dot3ad" => "802.3ad".to_owned(),
        "triple-sampling" => "3-samples".to_owned(),
        _ => match name.strip_prefix("dot1") {
            Some(rest) => format!("8021{rest}"),
            None => name,
        },
    }
}

/// The members of a JSON object.
#[derive(Default)]
struct Row(String);

impl Row {
    fn raw(mut self, key: &str, value: &str) -> Self {
        let comma = if self.0.is_empty() { "" } else { ", " };
        let _ = write!(self.0, "{comma}\"{key}\": {value}");
        self
    }

    fn text(self, key: &str, value: &str) -> Self {
        self.raw(key, &format!("\"{value}\""))
    }

    fn number(self, key: &str, value: impl Into<u64>) -> Self {
        self.raw(key, &value.into().to_string())
    }

    fn optional_number(self, key: &str, value: Option<impl Into<u64>>) -> Self {
        match value {
            Some(value) => self.number(key, value),
            None => self,
        }
    }

    fn optional(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(key, value),
            None => self,
        }
    }
}
