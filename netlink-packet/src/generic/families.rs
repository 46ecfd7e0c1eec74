//! The families that have tables here.

use super::description::Description;

/// The families that are described here, as the features choose.
pub static DESCRIPTIONS: &[&Description] = &[
    &super::controller::CONTROLLER,
    #[cfg(feature = "ethtool")]
    &super::ethtool::ETHTOOL,
    #[cfg(feature = "fou")]
    &super::fou::FOU,
    #[cfg(feature = "ila")]
    &super::ila::ILA,
    #[cfg(feature = "ioam6")]
    &super::ioam6::IOAM6,
    #[cfg(feature = "l2tp")]
    &super::l2tp::L2TP,
    #[cfg(feature = "macsec")]
    &super::macsec::MACSEC,
    #[cfg(feature = "mptcp")]
    &super::mptcp::MPTCP,
    #[cfg(feature = "seg6")]
    &super::seg6::SEG6,
    #[cfg(feature = "tcp_metrics")]
    &super::tcp_metrics::TCP_METRICS,
    #[cfg(feature = "dpll")]
    &super::dpll::DPLL,
    #[cfg(feature = "handshake")]
    &super::handshake::HANDSHAKE,
    #[cfg(feature = "net_shaper")]
    &super::net_shaper::NET_SHAPER,
    #[cfg(feature = "netdev")]
    &super::netdev::NETDEV,
    #[cfg(feature = "ovpn")]
    &super::ovpn::OVPN,
    #[cfg(feature = "psp")]
    &super::psp::PSP,
    #[cfg(feature = "team")]
    &super::team::TEAM,
    #[cfg(feature = "wireguard")]
    &super::wireguard::WIREGUARD,
];
