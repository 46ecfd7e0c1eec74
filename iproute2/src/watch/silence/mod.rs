//! What the kernel changes without a notification, and what hints at it.
//!
//! Each topic has [rules](rule::Rule): when something like this is notified, objects of the topic may have changed silently. A
//! topic is listed again only if the mirror has an object there that depends on what changed, or where the rule is about
//! the [whole topic](rule::Doubts::All).

pub(super) mod inquiry;
pub(super) mod rule;
pub(super) mod suspects;
