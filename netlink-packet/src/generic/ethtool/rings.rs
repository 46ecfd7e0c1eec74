//! Rings: the queues between driver and device.

use super::DeviceHeader;
use crate::table::data::Scope;
use crate::view::View as _;
use crate::{NLA_F_NESTED, netlink, values};

netlink! {
    /// Ring sizes: `ETHTOOL_MSG_RINGS_GET`, `ethtool -g`.
    ///
    /// ```
    /// use netlink_packet::generic::ethtool::Rings;
    ///
    /// // ethtool -G eth0 rx 4096 tx 1024
    /// let change = Rings::build().rx(4096).tx(1024);
    /// ```
    pub struct Rings / RingsBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_RINGS_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Largest RX ring, in entries.
        ETHTOOL_A_RINGS_RX_MAX = 2 => rx_max: u32; read_only,
        /// Largest RX mini ring, in entries.
        ETHTOOL_A_RINGS_RX_MINI_MAX = 3 => rx_mini_max: u32; read_only,
        /// Largest RX jumbo ring, in entries.
        ETHTOOL_A_RINGS_RX_JUMBO_MAX = 4 => rx_jumbo_max: u32; read_only,
        /// Largest TX ring, in entries.
        ETHTOOL_A_RINGS_TX_MAX = 5 => tx_max: u32; read_only,
        /// RX ring size, in entries.
        ETHTOOL_A_RINGS_RX = 6 => rx: u32,
        /// RX mini ring size, in entries.
        ETHTOOL_A_RINGS_RX_MINI = 7 => rx_mini: u32,
        /// RX jumbo ring size, in entries.
        ETHTOOL_A_RINGS_RX_JUMBO = 8 => rx_jumbo: u32,
        /// TX ring size, in entries.
        ETHTOOL_A_RINGS_TX = 9 => tx: u32,
        /// Size of the buffers in the RX ring, in bytes (since Linux 5.17).
        ETHTOOL_A_RINGS_RX_BUF_LEN = 10 => rx_buffer_length: u32,
        /// TCP header and data split (since Linux 6.0).
        ETHTOOL_A_RINGS_TCP_DATA_SPLIT = 11 => tcp_data_split: TcpDataSplit,
        /// Size of completion queue entries (CQE), in bytes (since Linux 5.18).
        ETHTOOL_A_RINGS_CQE_SIZE = 12 => cqe_size: u32,
        /// TX push: descriptors are written to the device, which need not fetch them (since Linux 6.0).
        ETHTOOL_A_RINGS_TX_PUSH = 13 => tx_push: bool; unless(tx_push_is_off),
        /// RX push, the same for received packets (since Linux 6.3).
        ETHTOOL_A_RINGS_RX_PUSH = 14 => rx_push: bool; unless(rx_push_is_off),
        /// Size of the TX push buffer, in bytes (since Linux 6.4).
        ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN = 15 => tx_push_buffer_length: u32,
        /// Largest TX push buffer, in bytes.
        ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX = 16 => tx_push_buffer_length_max: u32; read_only,
        /// Header and data split threshold: payloads of up to this many bytes are not split (since Linux 6.14).
        ETHTOOL_A_RINGS_HDS_THRESH = 17 => split_threshold: u32,
        /// Largest header and data split threshold, in bytes.
        ETHTOOL_A_RINGS_HDS_THRESH_MAX = 18 => split_threshold_max: u32; read_only,
    }
}

/// All devices have it off that can't have it on, and refuse a request that says so.
fn tx_push_is_off(scope: &Scope<'_>) -> bool {
    Rings::cast(scope.bytes()).tx_push() == Some(false)
}

fn rx_push_is_off(scope: &Scope<'_>) -> bool {
    Rings::cast(scope.bytes()).rx_push() == Some(false)
}

values! {
    /// TCP header and data split: `ETHTOOL_TCP_DATA_SPLIT_*`.
    pub struct TcpDataSplit: u8 = "tcp-data-split" {
        /// Unknown; in a request: as the driver likes.
        UNKNOWN = 0 => "unknown",
        /// Disabled.
        DISABLED = 1 => "disabled",
        /// Enabled.
        ENABLED = 2 => "enabled",
    }
}
