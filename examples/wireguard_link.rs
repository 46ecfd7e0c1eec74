//! Creates a WireGuard link with an address and a route through it, like
//!
//! ```text
//! ip link add wg0 mtu 1420 up type wireguard
//! ip address add 10.9.0.1/24 dev wg0
//! ip route add 10.10.0.0/16 dev wg0
//! ip -details link show dev wg0
//! ```
//!
//! ```text
//! cargo run --example wireguard_link
//! ```
//! Keys and peers are set through WireGuard's own generic netlink family, as `wg set` does: see `own_family`.

use iproute2::{Result, Route, Wireguard};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    let link = ip.link().add(Wireguard::named("wg0").mtu(1420).up()).created().await?;
    ip.address().add(&link, "10.9.0.1/24").await?;
    ip.route().add(Route::to("10.10.0.0/16").device(&link)).await?;

    let kind = link.kind_name().unwrap_or_default();
    println!("{}: {} {kind}, mtu {}", link.index(), link.name(), link.mtu().unwrap_or_default());
    for route in ip.route().list().device(&link).await? {
        let Some(prefix) = route.prefix() else { continue };
        println!("{} {prefix}", route.route_type());
    }
    Ok(())
}
