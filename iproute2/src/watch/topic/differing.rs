//! Whether two messages describe an object in the same way, and what differs.

use super::facts::Facts;
use super::message::Message;

/// A difference between two messages about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::watch) enum Differing {
    /// A field of the fixed header.
    Header,
    /// The attributes of this number.
    Attribute(u16),
}

/// Whether two messages describe an object in the same way.
pub(in crate::watch) fn says_the_same(facts: &Facts, a: Message<'_>, b: Message<'_>) -> bool {
    a.body() == b.body() || differing(facts, a, b).next().is_none()
}

/// What differs between two messages, except for what the kernel changes without a notification all the time.
pub(in crate::watch) fn differing<'a>(
    facts: &'a Facts,
    a: Message<'a>,
    b: Message<'a>,
) -> impl Iterator<Item = Differing> + 'a {
    let attributes = move |of: Message<'a>| of.attributes_from(facts.start);
    let header = (!(facts.same_header)(a, b)).then_some(Differing::Header);
    let both = move |kind| {
        let payloads = |of: Message<'a>| attributes(of).filter(move |has| has.number() == kind);
        payloads(a).map(|has| has.payload).eq(payloads(b).map(|has| has.payload))
    };
    let in_a = move |kind| attributes(a).payload_of(kind).is_some();
    let kinds = attributes(a)
        .map(|attribute| attribute.number())
        .chain(attributes(b).map(|attribute| attribute.number()).filter(move |kind| !in_a(*kind)));
    let mut last = None;
    let attributes = kinds.filter(move |kind| {
        let repeated = last.replace(*kind) == Some(*kind);
        !repeated && !facts.silent.contains(kind) && !both(*kind) && !(facts.same_inside)(*kind, a, b)
    });
    header.into_iter().chain(attributes.map(Differing::Attribute))
}
