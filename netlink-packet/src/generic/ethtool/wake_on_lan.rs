//! Wake-on-LAN.

use super::{BitChange, BitName, Bits, BitsOf, DeviceHeader, StringSetId, bit_verbs};
use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::table::data::{Plain, Schema, Scope};
use crate::{NLA_F_NESTED, netlink};
use std::fmt;

netlink! {
    /// Wake-on-LAN: `ETHTOOL_MSG_WOL_GET`. Getting it takes `CAP_NET_ADMIN`, for the password.
    ///
    /// Nothing prints the SecureOn password.
    pub struct WakeOnLan / WakeOnLanBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_WOL_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Enabled wake-on-LAN modes, such as `magic`; the mask has the supported ones.
        ETHTOOL_A_WOL_MODES = 2 | NLA_F_NESTED => modes: Bits<'_> as BitsOf<{ StringSetId::WOL_MODES.0 }>,
        /// SecureOn password of the mode `magicsecure`: 6 bytes.
        ETHTOOL_A_WOL_SOPASS = 3 => password: [u8; 6] as Password,
    }
}

bit_verbs! { WakeOnLanBuf, WakeOnLan::ETHTOOL_A_WOL_MODES, "a wake-on-LAN mode, such as `magic`" }

impl WakeOnLanBuf {
    /// Enables just these modes; none disables wake-on-LAN.
    pub fn only<'a, N: Into<BitName<'a>>>(self, modes: impl IntoIterator<Item = N>) -> Self {
        self.modes(BitChange::only(modes))
    }
}

/// Codec of the SecureOn password, which is a secret.
#[derive(Debug)]
pub struct Password;

impl Codec for Password {
    type Value<'a> = [u8; 6];
    const SCHEMA: Schema = Schema { secret: true, ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<[u8; 6]> {
        payload.try_into().ok()
    }

    fn show(_: &[u8], _: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }

    fn plain<'a>(_: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::Null
    }
}

impl Put<Password> for [u8; 6] {
    fn put(self, out: &mut Buffer) {
        out.mark_secret();
        out.push(&self);
    }
}
