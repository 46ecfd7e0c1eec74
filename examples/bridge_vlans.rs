//! Sets up a bridge that keeps VLANs apart, with an access port and a trunk, and lists what goes where, like
//!
//! ```text
//! ip link add br0 up type bridge vlan_filtering 1
//! bridge vlan add dev p0 vid 10 pvid untagged
//! bridge vlan add dev p1 vid 10-20
//! bridge vlan delete dev p1 vid 1
//! bridge vlan set dev p1 vid 20 state blocking
//! bridge -d vlan show
//! ```
//!
//! ```text
//! cargo run --example bridge_vlans
//! ```

use iproute2::rtnetlink::bridge::VlanEntry;
use iproute2::rtnetlink::link::bridge::BridgePortState;
use iproute2::{Bridge, LinkMessage, Result, Veth};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    let bridge = Bridge::build().vlan_filtering(true);
    ip.link().add(LinkMessage::build().name("br0").up().kind(bridge)).await?;
    for (port, host) in [("p0", "h0"), ("p1", "h1")] {
        ip.link().add(Veth::pair(port, host).master("br0").up()).await?;
    }

    ip.bridge_vlan().add("p0", VlanEntry::of(10).pvid().untagged()).await?;
    ip.bridge_vlan().add("p1", VlanEntry::of(10..=20)).await?;
    ip.bridge_vlan().delete("p1", 1).await?;
    ip.bridge_vlan().change("p1", VlanEntry::of(20).state(BridgePortState::BLOCKING)).await?;

    for port in ["p0", "p1"] {
        for vlans in ip.bridge_vlan().list().device(port).await? {
            for entry in vlans.entries().into_iter().flatten() {
                let state = entry.state().unwrap_or_default();
                println!("{port}: {:?} {:?} {state}", entry.vlans(), entry.flags());
            }
        }
    }
    Ok(())
}
