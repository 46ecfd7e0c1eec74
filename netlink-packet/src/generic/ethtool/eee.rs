//! Energy-Efficient Ethernet (EEE).

use super::{BitChange, BitName, Bits, BitsOf, DeviceHeader, StringSetId, bit_verbs};
use crate::{NLA_F_NESTED, netlink};

netlink! {
    /// Energy-Efficient Ethernet (EEE): `ETHTOOL_MSG_EEE_GET`, `ethtool --show-eee`.
    pub struct Eee / EeeBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_EEE_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Link modes for which EEE is advertised; the mask has the supported ones.
        ETHTOOL_A_EEE_MODES_OURS = 2 | NLA_F_NESTED => ours: Bits<'_> as BitsOf<{ StringSetId::LINK_MODES.0 }>,
        /// Link modes for which the link partner advertises EEE.
        ETHTOOL_A_EEE_MODES_PEER = 3 | NLA_F_NESTED => peer: Bits<'_> as BitsOf<{ StringSetId::LINK_MODES.0 }>; read_only,
        /// EEE active: it was negotiated.
        ETHTOOL_A_EEE_ACTIVE = 4 => active: bool; read_only,
        /// EEE enabled.
        ETHTOOL_A_EEE_ENABLED = 5 => enabled: bool,
        /// Low power idle (LPI) of the transmitter enabled.
        ETHTOOL_A_EEE_TX_LPI_ENABLED = 6 => tx_lpi_enabled: bool,
        /// Delay before the transmitter enters low power idle (LPI), in microseconds.
        ETHTOOL_A_EEE_TX_LPI_TIMER = 7 => tx_lpi_timer: u32,
    }
}

bit_verbs! { EeeBuf, Eee::ETHTOOL_A_EEE_MODES_OURS, "a link mode for which EEE is advertised, such as `1000baseT/Full`" }

impl EeeBuf {
    /// Advertises EEE for just these link modes.
    pub fn only<'a, N: Into<BitName<'a>>>(self, modes: impl IntoIterator<Item = N>) -> Self {
        self.ours(BitChange::only(modes))
    }
}
