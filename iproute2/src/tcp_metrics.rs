//! TCP metrics: what the kernel remembers of the hosts that it had TCP connections with, as `ip tcp_metrics` shows it. Feature
//! `tcp_metrics`.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip tcp_metrics show` | [`ip.tcp_metrics().list()`](TcpMetricsTable::list) |
//! | `ip tcp_metrics show 192.0.2.0/24` | [`ip.tcp_metrics().list().to("192.0.2.0/24")`](List::to) |
//! | `ip tcp_metrics show 192.0.2.1` | [`ip.tcp_metrics().get("192.0.2.1")`](TcpMetricsTable::get) |
//! | `ip tcp_metrics delete 192.0.2.1` | [`ip.tcp_metrics().delete("192.0.2.1")`](TcpMetricsTable::delete) |
//! | `ip tcp_metrics flush` | [`ip.tcp_metrics().flush()`](TcpMetricsTable::flush) |
//! | `ip tcp_metrics flush 192.0.2.0/24` | delete what `list().to("192.0.2.0/24")` finds, in a [batch](crate::Handle::batch) |
//!
//! ```no_run
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! for host in ip.tcp_metrics().list().wait()? {
//!     println!("{:?} {:?}", host.destination(), host.rtt());
//! }
//! ip.tcp_metrics().delete("192.0.2.1").wait()?;
//! # Ok(())
//! # }
//! ```
//!
//! Deleting takes the rights of the machine's root.

use crate::list::List;
use crate::noun::door;
use crate::request::{Checked, Done, Request, invalid};
use crate::target::Noun;
use netlink_packet::generic::tcp_metrics::{TCP_METRICS_CMD_DEL, TCP_METRICS_CMD_GET};
pub use netlink_packet::generic::tcp_metrics::{TcpMetricValues, TcpMetrics, TcpMetricsBuf};
use netlink_packet::{Buffer, BuildError, Packet, Put, View, requested};
use rtnetlink::ipnet::IpNet;
use std::net::IpAddr;

door! {
    /// TCP metrics of hosts: `ip tcp_metrics`.
    tcp_metrics =>
    /// The verbs of `ip tcp_metrics`.
    TcpMetricsTable
}

impl<D> TcpMetricsTable<'_, D> {
    /// Lists the metrics of all hosts, like `ip tcp_metrics show`.
    pub fn list(&self) -> List<D, TcpMetrics> {
        self.0.list_noun("list TCP metrics", TcpMetrics::build())
    }

    /// Gets the metrics of a host by its address, like `ip tcp_metrics show ADDRESS`: the first found, unless a
    /// [`source`](TcpMetricsBuf::source) is given.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there are none.
    pub fn get(&self, host: impl Put<TcpMetrics>) -> Request<D, Packet<TcpMetrics>> {
        self.0.ask(
            "get TCP metrics",
            TCP_METRICS_CMD_GET,
            requested::<TcpMetricsBuf>(host).checked(has_address),
        )
    }

    /// Deletes the metrics of a host by its address, or as they were listed, like `ip tcp_metrics delete ADDRESS`: of all source
    /// addresses, unless [one](TcpMetricsBuf::source) is given.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there are none.
    pub fn delete(&self, host: impl Put<TcpMetrics>) -> Request<D, Done> {
        self.0.act(
            "delete TCP metrics",
            TCP_METRICS_CMD_DEL,
            requested::<TcpMetricsBuf>(host).checked(has_address),
        )
    }

    /// Deletes the metrics of all hosts, like `ip tcp_metrics flush`.
    pub fn flush(&self) -> Request<D, Done> {
        self.0.act("flush TCP metrics", TCP_METRICS_CMD_DEL, TcpMetrics::build())
    }
}

/// Filters of a list of TCP metrics, applied in user space.
impl<D> List<D, TcpMetrics> {
    /// Only hosts in this prefix, like `ip tcp_metrics show PREFIX`; an address is a prefix of its full length.
    pub fn to(self, prefix: impl AsRef<str>) -> Self {
        match network(prefix.as_ref()) {
            Ok(prefix) => {
                self.filter(move |host| host.destination().is_some_and(|address| prefix.contains(&address)))
            }
            Err(problem) => self.refuse(problem),
        }
    }
}

/// A prefix, or an address by itself.
fn network(text: &str) -> Result<IpNet, BuildError> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| BuildError::NotAPrefix(text.to_owned()))
}

/// Without an address, the kernel would delete all.
fn has_address(message: &Buffer) -> Option<BuildError> {
    match TcpMetrics::cast(message.body()).destination() {
        Some(_) => None,
        None => invalid("TCP metrics need the address of their host"),
    }
}

impl Noun for TcpMetrics {
    fn label(&self) -> String {
        self.destination().map(|address| address.to_string()).unwrap_or_default()
    }
}
