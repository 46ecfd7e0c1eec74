//! Adds a multipath route over two next hops, the first with twice the weight, like
//!
//! ```text
//! ip route add 198.51.100.0/24 nexthop via 192.0.2.253 weight 2 nexthop via 192.0.2.254
//! ```
//!
//! ```text
//! cargo run --example multipath_route
//! ```
//! It creates a veth pair `v0`, `v1` for that.

use iproute2::{LinkMessage, NextHop, Result, Route, Veth};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;
    ip.link().change("v1", LinkMessage::build().up()).await?;
    ip.address().add("v0", "192.0.2.1/24").await?;

    let hops = [NextHop::via("192.0.2.253").device("v0").weight(2), NextHop::via("192.0.2.254").device("v0")];
    let route = ip.route().add(Route::to("198.51.100.0/24").multipath(hops)).created().await?;

    for hop in route.next_hops() {
        let Some(gateway) = hop.gateway() else { continue };
        println!("via {gateway} weight {}", hop.weight());
    }
    Ok(())
}
