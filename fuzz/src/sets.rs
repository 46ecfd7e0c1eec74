//! All tables: those that the libraries list, and all that can be reached from these.

use netlink_packet::control::ExtAck;
use netlink_packet::generic::{DESCRIPTIONS, GenericMessage};
use netlink_packet::{Schema, Table, View};
use rtnetlink::{link, message, route};
use std::sync::LazyLock;

/// The tables of messages, nests and structs, each once.
pub(crate) fn all() -> &'static [&'static Table] {
    static ALL: LazyLock<Vec<&'static Table>> = LazyLock::new(|| {
        let mut found = Vec::new();
        let messages = message::tables().map(|(_, table)| table);
        let kinds = link::kinds().chain(link::port_kinds()).map(|(_, table)| table);
        let chosen = kinds.chain(route::encap::encaps().map(|(_, table)| table));
        let control = [ExtAck::table(), GenericMessage::table()];
        messages
            .chain(chosen)
            .chain(control)
            .chain(of_families())
            .for_each(|table| collect(table, &mut found));
        found
    });
    &ALL
}

/// The tables of the messages of generic netlink families.
pub(crate) fn of_families() -> impl Iterator<Item = &'static Table> {
    DESCRIPTIONS.iter().flat_map(|family| family.messages).map(|table| table())
}

/// The place of a table in the list.
pub(crate) fn place(table: &'static Table) -> usize {
    all().iter().position(|other| std::ptr::eq(*other, table)).expect("the list has all tables")
}

fn collect(table: &'static Table, found: &mut Vec<&'static Table>) {
    if found.iter().any(|other| std::ptr::eq(*other, table)) {
        return;
    }
    found.push(table);
    let schemas = table.fields.iter().map(|field| &field.value.schema);
    for schema in schemas.chain(table.rows.iter().map(|row| &row.value.schema)) {
        inside(schema, found);
    }
}

fn inside(schema: &Schema, found: &mut Vec<&'static Table>) {
    if let Some(table) = schema.set {
        collect(table(), found);
    }
    if let Some(element) = schema.element {
        inside(element, found);
    }
}
