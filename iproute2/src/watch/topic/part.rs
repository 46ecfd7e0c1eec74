//! Messages that are put together from two: an object and a part of it.

use super::message::Message;
use netlink_packet::{ATTRIBUTE_HEADER_LEN, RawAttributes, align};

/// The message of an object whose attributes begin at `start`, with these instead of its own.
pub(super) fn with_attributes<'a>(
    object: Message<'_>,
    start: usize,
    news: impl Iterator<Item = (u16, &'a [u8])> + Clone,
) -> Option<Vec<u8>> {
    let is_new = |number: u16| news.clone().any(|(new, _)| new == number);
    replace(object, start, is_new, news.clone())
}

/// The message of an object with the attributes of these numbers that another message has, and no others of them; `None` if
/// neither has any.
pub(super) fn with_those_of(
    object: Message<'_>,
    other: Message<'_>,
    start: usize,
    numbers: &[u16],
) -> Option<Vec<u8>> {
    let is_one = |number: u16| numbers.contains(&number);
    let has_one = |message: Message<'_>| message.attributes_from(start).any(|own| is_one(own.number()));
    if !has_one(object) && !has_one(other) {
        return None;
    }
    let theirs = other.attributes_from(start).filter(|own| is_one(own.number()));
    replace(object, start, is_one, theirs.map(|own| (own.number(), own.payload)))
}

/// The message of an object without some of its attributes, and with others.
fn replace<'a>(
    object: Message<'_>,
    start: usize,
    is_dropped: impl Fn(u16) -> bool,
    news: impl Iterator<Item = (u16, &'a [u8])>,
) -> Option<Vec<u8>> {
    let attributes = object.attributes_from(start);
    // Everything before the attributes stays.
    let mut message = object.bytes.get(..object.bytes.len() - attributes.rest().len())?.to_vec();
    for attribute in attributes.filter(|attribute| !is_dropped(attribute.number())) {
        push(&mut message, attribute.number(), attribute.payload)?;
    }
    for (number, payload) in news {
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
pub(in crate::watch) fn push(bytes: &mut Vec<u8>, number: u16, payload: &[u8]) -> Option<()> {
    let length = u16::try_from(payload.len().checked_add(ATTRIBUTE_HEADER_LEN)?).ok()?;
    bytes.extend(length.to_ne_bytes());
    bytes.extend(number.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(align(bytes.len()), 0);
    Some(())
}
