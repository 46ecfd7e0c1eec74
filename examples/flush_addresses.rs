//! Deletes all addresses within a network, of one link or of all of them, like
//! `ip address flush to NETWORK dev DEV`.
//!
//! ```text
//! cargo run --example flush_addresses [NETWORK [DEV]]
//! ```
//! Without arguments it deletes those of 192.0.2.0/24, a network for documentation.

#[tokio::main]
async fn main() -> iproute2::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let network = arguments.next().unwrap_or("192.0.2.0/24".to_owned());

    let ip = iproute2::connect()?;
    let addresses = ip.address().list().to(network);
    let addresses = match arguments.next() {
        Some(device) => addresses.device(device),
        None => addresses,
    };
    println!("{} deleted", addresses.flush().await?);
    Ok(())
}
