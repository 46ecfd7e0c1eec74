//! Codecs of a route: its destination and its expiry time.

use super::label::LabelStack;
use crate::AddressFamily;
use netlink_packet::{Buffer, Codec, Context, OwnAddress, Plain, Put, Schema, Scope, put_like};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// Codec of a destination: an IP address. In messages of the family [`MPLS`](AddressFamily::MPLS) the bytes are
/// labels, and [`RouteMessage::labels`](super::RouteMessage::labels) reads them.
#[derive(Debug)]
pub struct RouteAddress;

/// A label where a destination is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(
    /// The label, of 20 bits.
    pub u32,
);

impl Codec for RouteAddress {
    type Value<'a> = IpAddr;
    const SCHEMA: Schema = <IpAddr as Codec>::SCHEMA;

    #[inline]
    fn decode(payload: &[u8]) -> Option<IpAddr> {
        IpAddr::decode(payload)
    }

    #[inline]
    fn decode_among<'a>(payload: &'a [u8], context: Context<'a>) -> Option<IpAddr> {
        OwnAddress::decode_among(payload, context)
    }

    fn accepts(payload: &[u8], scope: &Scope<'_>) -> bool {
        match is_of_labels(scope) {
            true => LabelStack::check(payload),
            false => OwnAddress::accepts(payload, scope),
        }
    }

    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match is_of_labels(scope) {
            true => LabelStack::show(payload, scope, f),
            false => OwnAddress::show(payload, scope, f),
        }
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        match is_of_labels(scope) {
            true => LabelStack::plain(payload, scope),
            false => OwnAddress::plain(payload, scope),
        }
    }
}

fn is_of_labels(scope: &Scope<'_>) -> bool {
    scope.family() == Some(AddressFamily::MPLS.0)
}

put_like! {
    RouteAddress as IpAddr: [] IpAddr, [] Ipv4Addr, [] Ipv6Addr, [] &IpAddr, [] &Ipv4Addr, [] &Ipv6Addr, [] &str,
    [] &String, [] String
}

impl Put<RouteAddress> for Label {
    fn put(self, out: &mut Buffer) {
        Put::<LabelStack>::put(self.0, out);
    }
}

/// Codec of the time until a route expires: whole seconds, but of multicast routes 64 bits of hundredths of a
/// second since it was used.
#[derive(Debug)]
pub struct Expiry;

impl Codec for Expiry {
    type Value<'a> = Duration;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<Duration> {
        let seconds = u32::decode(payload).map(|seconds| Duration::from_secs(seconds.into()));
        seconds.or_else(|| crate::ClockTicks::<u64>::decode(payload))
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

impl Put<Expiry> for Duration {
    fn put(self, out: &mut Buffer) {
        Put::<crate::Seconds>::put(self, out);
    }
}
