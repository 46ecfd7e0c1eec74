//! Looks up the route to an address, like `ip route get ADDRESS`.
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

    let link = ip.link().get(route.device().unwrap_or_default()).await?;
    let via = route.gateway().map(|gateway| format!(" via {gateway}")).unwrap_or_default();
    let source = route.preferred_source().map(|source| format!(" src {source}")).unwrap_or_default();
    println!("{address}{via} dev {}{source}", link.name());
    Ok(())
}
