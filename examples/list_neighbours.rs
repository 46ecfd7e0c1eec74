//! Lists the neighbours of this network namespace, like `ip neighbour show nud all`.
//!
//! ```text
//! cargo run --example list_neighbours [DEV]
//! ```

use iproute2::Result;

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    let all = ip.neighbour().list();
    let list = match std::env::args().nth(1) {
        Some(device) => all.device(device),
        None => all,
    };

    let neighbours = list.await?;
    println!("{} neighbours", neighbours.len());
    for neighbour in neighbours {
        let Some(address) = neighbour.address() else { continue };
        let hardware = neighbour.hardware_address().unwrap_or_default();
        println!("{address} on {}: {hardware} {}", neighbour.device(), neighbour.state());
    }
    Ok(())
}
