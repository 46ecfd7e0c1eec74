//! Routes that routers advertise (RFC 4861), which hint at changes of the route and of its link.

use super::message::Message;
use crate::watch::silence::rule::Notification;
use rtnetlink::route::{RouteMessage, RouteProtocol};

pub(super) fn is_advertised(route: Message<'_>) -> bool {
    route.view::<RouteMessage>().protocol() == RouteProtocol::RA
}

/// A router is advertised, or advertised differently. Its hop limit and MTU are set after its route is notified, in the route
/// and in the link.
pub(super) fn is_of_a_router(change: &Notification<'_>) -> bool {
    change.now.is_some_and(is_advertised)
}
