//! Creates a VXLAN with a static list of remote endpoints, and lists its FDB, like
//!
//! ```text
//! ip link add vx0 up type vxlan id 42 local 192.0.2.1 dstport 4789 nolearning
//! bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.2
//! bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.3
//! bridge fdb add 02:00:00:00:00:02 dev vx0 dst 192.0.2.2
//! bridge fdb show dev vx0
//! ```
//!
//! ```text
//! cargo run --example vxlan_fdb
//! ```
//! Container networks do this: they know which host has which address, so nothing has to be learned.

use iproute2::{LinkMessage, Neighbour, Result, Vxlan};
use std::net::Ipv4Addr;

/// The entry for broadcast, unknown unicast and multicast (BUM) frames.
const ALL_ZERO: &str = "00:00:00:00:00:00";

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    let vxlan = Vxlan::build().id(42).local(Ipv4Addr::new(192, 0, 2, 1)).port(4789).learning(false);
    ip.link().add(LinkMessage::build().name("vx0").up().kind(vxlan)).await?;

    for host in ["192.0.2.2", "192.0.2.3"] {
        ip.neighbour().append("vx0", Neighbour::fdb(ALL_ZERO).address(host)).await?;
    }
    ip.neighbour().add("vx0", Neighbour::fdb("02:00:00:00:00:02").address("192.0.2.2")).await?;

    for entry in ip.neighbour().fdb().device("vx0").await? {
        let (address, Some(host)) = (entry.hardware_address().unwrap_or_default(), entry.address()) else {
            continue;
        };
        println!("{address} dst {host}");
    }
    Ok(())
}
