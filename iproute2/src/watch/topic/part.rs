//! Messages that tell only a part of an object.

use super::Message;
use netlink_packet::{ATTRIBUTE_HEADER_LEN, RawAttributes, align};

/// The message of an object whose attributes begin at `start`, with these in place of its own.
pub(super) fn with_attributes<'a>(
    object: Message<'_>,
    start: usize,
    news: impl Iterator<Item = (u16, &'a [u8])> + Clone,
) -> Option<Vec<u8>> {
    let attributes = object.attributes_from(start);
    // Up to the first attribute all stays.
    let mut message = object.bytes.get(..object.bytes.len() - attributes.rest().len())?.to_vec();
    let is_new = |number: u16| news.clone().any(|(new, _)| new == number);
    for attribute in attributes.filter(|attribute| !is_new(attribute.number())) {
        push(&mut message, attribute.number(), attribute.payload)?;
    }
    for (number, payload) in news.clone() {
        push(&mut message, number, payload)?;
    }
    let length = u32::try_from(message.len()).ok()?;
    message.get_mut(..size_of::<u32>())?.copy_from_slice(&length.to_ne_bytes());
    Some(message)
}

/// The same of a nest.
pub(super) fn nest_with(nest: &[u8], number: u16, payload: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(nest.len());
    for own in RawAttributes::new(nest).filter(|own| own.number() != number) {
        push(&mut bytes, own.number(), own.payload)?;
    }
    push(&mut bytes, number, payload)?;
    Some(bytes)
}

/// Appends an attribute; `None` if it is too long to be one.
pub(super) fn push(bytes: &mut Vec<u8>, number: u16, payload: &[u8]) -> Option<()> {
    let length = u16::try_from(payload.len().checked_add(ATTRIBUTE_HEADER_LEN)?).ok()?;
    bytes.extend(length.to_ne_bytes());
    bytes.extend(number.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(align(bytes.len()), 0);
    Some(())
}
