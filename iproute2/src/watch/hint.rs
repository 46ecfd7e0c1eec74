//! Messages about IPv6 that are no objects, and give objects away.
//!
//! | message | group | what it gives away |
//! | --- | --- | --- |
//! | `RTM_NEWLINK` of family IPv6 | `IPV6_IFINFO` | IPv6's part of a link (`IFLA_AF_SPEC`); addresses that were just made, and are still tentative |
//! | `RTM_NEWPREFIX` | `IPV6_PREFIX` | addresses that were just made of a prefix that a router announces, and are still tentative |

use super::mirror::Mirror;
use super::topic::{Message, Topic};
use netlink_packet::{HEADER_LEN, RawAttributes, View};
use rtnetlink::advertisement::PrefixMessage;
use rtnetlink::link::{FamilySpecs, LinkMessage};

/// IPv6's part of `IFLA_AF_SPEC`.
const INET6: u16 = FamilySpecs::AF_INET6.number();

/// The message of a link with IPv6's part as the event tells it; `None` if the event does not tell it.
pub(super) fn with_ipv6(link: Message<'_>, event: Message<'_>) -> Option<Vec<u8>> {
    let part = event.attributes(Topic::Link).payload_of(LinkMessage::IFLA_PROTINFO.number())?;
    let families = link.attribute(Topic::Link, LinkMessage::IFLA_AF_SPEC.number());
    let attributes = link.attributes(Topic::Link);
    // Up to the first attribute all stays.
    let mut message = link.bytes.get(..link.bytes.len() - attributes.rest().len())?.to_vec();
    for attribute in attributes.filter(|attribute| attribute.number() != LinkMessage::IFLA_AF_SPEC.number()) {
        push(&mut message, attribute.number(), attribute.payload)?;
    }
    let mut spec = Vec::with_capacity(families.len());
    for family in RawAttributes::new(families).filter(|family| family.number() != INET6) {
        push(&mut spec, family.number(), family.payload)?;
    }
    push(&mut spec, INET6, part)?;
    push(&mut message, LinkMessage::IFLA_AF_SPEC.number(), &spec)?;
    let length = u32::try_from(message.len()).ok()?;
    message.get_mut(..4)?.copy_from_slice(&length.to_ne_bytes());
    Some(message)
}

/// Appends an attribute; `None` if it is too long to be one.
fn push(bytes: &mut Vec<u8>, kind: u16, payload: &[u8]) -> Option<()> {
    let length = u16::try_from(payload.len().checked_add(4)?).ok()?;
    bytes.extend(length.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    Some(())
}

/// Whether hosts make themselves addresses of an announced prefix, and none is known on the link. Routers repeat
/// themselves.
pub(super) fn gives_away_addresses(prefix: Message<'_>, mirror: &Mirror) -> bool {
    let Ok(prefix) = PrefixMessage::read(prefix.bytes.get(HEADER_LEN..).unwrap_or_default()) else {
        return false;
    };
    let Some(network) = prefix.prefix().filter(|_| prefix.is_autonomous()) else { return false };
    let mut own = mirror.addresses_of(prefix.device()).filter_map(|own| own.local().or(own.address()));
    !own.any(|own| matches!(own, std::net::IpAddr::V6(own) if network.contains(&own)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build;
    use rtnetlink::LinkMessage;

    fn message(link: impl Build) -> Vec<u8> {
        let mut buffer = link.into_buffer();
        buffer.set_header(netlink_packet::Header::default()).unwrap().to_vec()
    }

    fn nest(parts: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        parts.iter().for_each(|(kind, payload)| push(&mut bytes, *kind, payload).unwrap());
        bytes
    }

    fn with(link: &[u8], attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = [link, &nest(attributes)].concat();
        let length = bytes.len() as u32;
        bytes[..4].copy_from_slice(&length.to_ne_bytes());
        bytes
    }

    #[test]
    fn the_part_of_ipv6_is_replaced_and_the_rest_stays() {
        let (spec, info) = (LinkMessage::IFLA_AF_SPEC.number(), LinkMessage::IFLA_PROTINFO.number());
        let link = message(LinkMessage::build().index(7).name("eth0").mtu(1500));
        let event = with(&message(LinkMessage::build().index(7)), &[(info, b"news")]);
        let event = Message { bytes: &event };
        let expected = with(&link, &[(spec, &nest(&[(2, b"four"), (INET6, b"news")]))]);
        let old = nest(&[(2, b"four"), (INET6, b"olds and more")]);
        assert_eq!(with_ipv6(Message { bytes: &with(&link, &[(spec, &old)]) }, event).unwrap(), expected);
        let old = nest(&[(2, b"four")]);
        assert_eq!(with_ipv6(Message { bytes: &with(&link, &[(spec, &old)]) }, event).unwrap(), expected);
        let alone = with(&link, &[(spec, &nest(&[(INET6, b"news")]))]);
        assert_eq!(with_ipv6(Message { bytes: &link }, event).unwrap(), alone);
        assert!(with_ipv6(Message { bytes: &link }, Message { bytes: &link }).is_none());
    }
}
