//! Adds a route that pushes MPLS labels, like
//!
//! ```text
//! ip route add 198.51.100.0/24 encap mpls 100/200 via 192.0.2.254 dev v0
//! ```
//!
//! ```text
//! cargo run --example encap_mpls
//! ```
//! It creates a veth pair `v0`, `v1` for that. The kernel needs the module `mpls_iptunnel`.

use iproute2::rtnetlink::route::encap::Mpls;
use iproute2::{LinkMessage, Result, Route, Veth};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;
    ip.link().change("v1", LinkMessage::build().up()).await?;
    ip.address().add("v0", "192.0.2.1/24").await?;

    let labels = Mpls::build().labels([100, 200]);
    let route = Route::to("198.51.100.0/24").encap(labels).via("192.0.2.254").device("v0");
    let route = ip.route().add(route).created().await?;

    let labels = route.encap::<Mpls>().and_then(Mpls::labels);
    println!("packets to {:?} get the labels {labels:?}", route.prefix());
    Ok(())
}
