//! Features: offloads and other abilities that can be switched.

use super::{BitChange, Bits, BitsOf, DeviceHeader, StringSetId, bit_verbs};
use crate::buffer::Buffer;
use crate::table::data::Scope;
use crate::view::View as _;
use crate::{NLA_F_NESTED, append, netlink};

netlink! {
    /// Features (offloads): `ETHTOOL_MSG_FEATURES_GET`, `ethtool -k`.
    ///
    /// ```
    /// use netlink_packet::generic::ethtool::Features;
    ///
    /// // ethtool -K eth0 rx-gro-hw on tx-gso-robust off
    /// let change = Features::build().on("rx-gro-hw").off("tx-gso-robust");
    /// ```
    pub struct Features / FeaturesBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_FEATURES_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Features that can be changed (`hw_features`); the mask has all that the kernel knows.
        ETHTOOL_A_FEATURES_HW = 2 | NLA_F_NESTED => changeable: Bits<'_> as BitsOf<{ StringSetId::FEATURES.0 }>; read_only,
        /// Features that are wanted (`wanted_features`). In the reply to a change, those that are not as it asked.
        ETHTOOL_A_FEATURES_WANTED = 3 | NLA_F_NESTED => wanted: Bits<'_> as BitsOf<{ StringSetId::FEATURES.0 }>; separate,
        /// Active features: those that are on. In the reply to a change, those that it switched.
        ETHTOOL_A_FEATURES_ACTIVE = 4 | NLA_F_NESTED => active: Bits<'_> as BitsOf<{ StringSetId::FEATURES.0 }>; read_only,
        /// Fixed features, which never change, on any device (`NETIF_F_NEVER_CHANGE`).
        ETHTOOL_A_FEATURES_NOCHANGE = 5 | NLA_F_NESTED => fixed: Bits<'_> as BitsOf<{ StringSetId::FEATURES.0 }>; read_only,
    }
    also wanted_as_change
}

bit_verbs! { FeaturesBuf, Features::ETHTOOL_A_FEATURES_WANTED, "a feature by the kernel's name, such as `rx-gro-hw`" }

/// A list of all wanted features can't be sent back, since it would be about those that never change: only those that can.
fn wanted_as_change(scope: &Scope<'_>, out: &mut Buffer) {
    let listed = Features::cast(scope.bytes());
    let (Some(wanted), Some(changeable)) = (listed.wanted(), listed.changeable()) else { return };
    let mut change = BitChange::default();
    for index in changeable.on() {
        change = if wanted.contains(index) { change.on(index) } else { change.off(index) };
    }
    append(out, Features::ETHTOOL_A_FEATURES_WANTED, change);
}
