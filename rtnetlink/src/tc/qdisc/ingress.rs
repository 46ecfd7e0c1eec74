//! Ingress: no queue, but the place of filters of what a device receives: `tc qdisc add dev DEV ingress`.

use super::QdiscKind;
use netlink_packet::netlink;

netlink! {
    /// The qdisc `ingress`, which has no options: filters of what a device receives are attached to it.
    pub struct Ingress / IngressBuf
}

impl QdiscKind for Ingress {
    const NAME: &'static str = "ingress";
}
