//! Attributes by the kernel's names, as they print.

use iproute2::netlink_packet::{RawAttributes, Scope, Table, align};

/// One attribute as it prints: in a message that has no other.
pub(crate) fn text(table: &'static Table, kind: u16, payload: &[u8]) -> String {
    let mut bytes = vec![0; align(table.header)];
    bytes.extend((payload.len() as u16 + 4).to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let text = format!("{:?}", Scope::new(table, &bytes));
    // Without the fields of the header.
    let header = format!("{:?}", Scope::new(table, &bytes[..table.header]));
    let header = header.strip_suffix(" }").unwrap_or(&header);
    text.strip_prefix(header).unwrap_or(&text).to_owned()
}

/// All attributes with this number as they print, one after another; `None` if there is none.
pub(crate) fn text_of(table: &'static Table, raw: RawAttributes<'_>, kind: u16) -> Option<String> {
    let texts: Vec<_> =
        raw.filter(|one| one.number() == kind).map(|one| text(table, kind, one.payload)).collect();
    (!texts.is_empty()).then(|| texts.concat())
}
