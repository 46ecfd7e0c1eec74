//! Adds a group of two next hops and a route that uses it, like
//!
//! ```text
//! ip nexthop add id 1 via 192.0.2.253 dev v0
//! ip nexthop add id 2 via 192.0.2.254 dev v0
//! ip nexthop add id 10 group 1/2,3
//! ip route add 198.51.100.0/24 nhid 10
//! ```
//!
//! ```text
//! cargo run --example nexthop_group
//! ```
//! It creates a veth pair `v0`, `v1` for that.

use iproute2::{LinkMessage, NextHopMessage, Result, Route, Veth};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;
    ip.link().change("v1", LinkMessage::build().up()).await?;
    ip.address().add("v0", "192.0.2.1/24").await?;

    ip.nexthop().add(NextHopMessage::via("192.0.2.253").device("v0").id(1)).await?;
    ip.nexthop().add(NextHopMessage::via("192.0.2.254").device("v0").id(2)).await?;
    let group = ip.nexthop().add(NextHopMessage::group_of([(1, 1), (2, 3)]).id(10)).created().await?;
    ip.route().add(Route::to("198.51.100.0/24").next_hop(10)).await?;

    for member in group.members() {
        println!("next hop {} weight {}", member.id, member.weight);
    }
    Ok(())
}
