//! Adds a route that sends packets through two segments (SRv6), like
//!
//! ```text
//! ip -6 route add 2001:db8:1::/64 encap seg6 mode encap segs fc00::1,fc00::2 dev v0
//! ```
//!
//! ```text
//! cargo run --example encap_seg6
//! ```
//! It creates a veth pair `v0`, `v1` for that.

use iproute2::rtnetlink::route::encap::Seg6;
use iproute2::{Result, Route, Veth};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;

    let segments = Seg6::encap(["fc00::1", "fc00::2"]);
    let route = Route::to("2001:db8:1::/64").encap(segments).device("v0");
    let route = ip.route().add(route).created().await?;

    for segment in route.encap::<Seg6>().into_iter().flat_map(Seg6::path) {
        println!("segment {segment}");
    }
    Ok(())
}
