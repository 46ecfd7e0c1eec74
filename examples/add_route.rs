//! Adds a route and prints it as the kernel has it, like
//!
//! ```text
//! ip route add PREFIX via GATEWAY metric 100
//! ip route show PREFIX
//! ```
//!
//! ```text
//! cargo run --example add_route [PREFIX GATEWAY]
//! ```
//! Without arguments it creates a veth pair `v0`, `v1` and routes 198.51.100.0/24 over it.

use iproute2::{LinkMessage, Result, Route, Veth};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let ip = iproute2::connect()?;

    let (prefix, gateway) = match (arguments.next(), arguments.next()) {
        (Some(prefix), Some(gateway)) => (prefix, gateway),
        _ => {
            ip.link().add(Veth::pair("v0", "v1").up()).await?;
            ip.link().change("v1", LinkMessage::build().up()).await?;
            ip.address().add("v0", "192.0.2.1/24").await?;
            ("198.51.100.0/24".to_owned(), "192.0.2.254".to_owned())
        }
    };

    let route = Route::to(prefix).via(&*gateway).metric(100);
    let route = ip.route().add(route).created().await?;
    println!("{route:?}");
    Ok(())
}
