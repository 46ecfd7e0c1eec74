//! Creates a VRF, whose ports have a routing table of their own, like
//!
//! ```text
//! ip link add red up type vrf table 10
//! ip link set dev v0 up master red
//! ip address add 192.0.2.1/24 dev v0
//! ip route add 198.51.100.0/24 via 192.0.2.254 vrf red
//! ip route show vrf red
//! ```
//!
//! ```text
//! cargo run --example vrf
//! ```
//! It creates a veth pair `v0`, `v1` for that.

use iproute2::{LinkMessage, Result, Route, Veth, Vrf};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Vrf::named("red", 10).up()).await?;
    ip.link().add(Veth::pair("v0", "v1").master("red").up()).await?;
    ip.link().change("v1", LinkMessage::build().up()).await?;
    ip.address().add("v0", "192.0.2.1/24").await?;
    ip.route().add(Route::to("198.51.100.0/24").via("192.0.2.254").table(10)).await?;

    for route in ip.route().list().table(10).await? {
        let Some(prefix) = route.prefix() else { continue };
        let gateway = route.gateway().map_or(String::new(), |gateway| format!(" via {gateway}"));
        println!("{} {prefix}{gateway}", route.route_type());
    }
    Ok(())
}
