//! Creates a bridge with two ports, one of them isolated, and lists them, like
//!
//! ```text
//! ip link add br0 up type bridge ageing_time 6000
//! ip link set dev p0 master br0
//! ip link set dev p1 master br0
//! ip link set dev p1 type bridge_slave isolated on cost 20
//! ip -details link show master br0
//! ```
//!
//! ```text
//! cargo run --example bridge_with_ports
//! ```
//! Its ports are ends of the veth pairs `p0`, `h0` and `p1`, `h1`, whose other ends are for containers.

use iproute2::{Bridge, BridgePort, LinkMessage, Result, Veth};
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    let bridge = Bridge::build().ageing_time(Duration::from_secs(60));
    ip.link().add(LinkMessage::build().name("br0").up().kind(bridge)).await?;

    for (port, host) in [("p0", "h0"), ("p1", "h1")] {
        ip.link().add(Veth::pair(port, host).master("br0").up()).await?;
    }
    let settings = BridgePort::build().isolated(true).cost(20);
    ip.link().change("p1", LinkMessage::build().port(settings)).await?;

    for link in ip.link().list().master("br0").await? {
        let Some(port) = link.bridge_port() else { continue };
        println!("{}: cost {:?}, isolated: {:?}", link.name(), port.cost(), port.isolated());
    }
    Ok(())
}
