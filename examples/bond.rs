//! Creates an active-backup bond of two links, like
//!
//! ```text
//! ip link add bond0 type bond mode active-backup miimon 100
//! ip link set dev p0 master bond0
//! ip link set dev p1 master bond0
//! ip link set dev bond0 up type bond primary p1
//! ip -details link show master bond0
//! ```
//!
//! ```text
//! cargo run --example bond
//! ```
//! It creates veth pairs `p0`, `q0` and `p1`, `q1` for that.

use iproute2::{Bond, BondMode, BondPort, LinkMessage, Result, Veth};
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    let bond = Bond::build().mode(BondMode::ACTIVE_BACKUP).miimon(Duration::from_millis(100));
    ip.link().add(LinkMessage::build().name("bond0").kind(bond)).await?;

    for (port, other) in [("p0", "q0"), ("p1", "q1")] {
        // A link has to be down to become a port; the bond sets it up.
        ip.link().add(Veth::pair(port, other).master("bond0")).await?;
    }
    ip.link().change("bond0", LinkMessage::build().up().kind(Bond::build().primary("p1"))).await?;

    for link in ip.link().list().master("bond0").await? {
        let Some(port) = link.port::<BondPort>() else { continue };
        println!("{}: {:?}, {} failures", link.name(), port.mii_status(), port.link_failures().unwrap_or(0));
    }
    Ok(())
}
