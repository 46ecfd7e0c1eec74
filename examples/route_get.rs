//! Asks which way a packet would go, like `ip route get ADDRESS`.
//!
//! ```text
//! cargo run --example route_get [ADDRESS]
//! ```

use iproute2::Result;

#[tokio::main]
async fn main() -> Result<()> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1".to_owned());
    let ip = iproute2::connect()?;
    let route = ip.route().get(&address).await?;

    let (gateway, source) = (route.gateway(), route.preferred_source());
    println!("{address} by device {:?}, gateway {gateway:?}, source {source:?}", route.device());
    Ok(())
}
