//! Waits until a link is up, and until an address of it can be used, if one is given: what a service does before it binds.
//!
//! ```text
//! cargo run --example wait_for_link -- eth0 2001:db8::1
//! ```

use std::net::IpAddr;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().ok_or("which link?")?;
    let address: Option<IpAddr> = arguments.next().map(|address| address.parse()).transpose()?;

    let ip = iproute2::connect()?;
    // It need not exist yet, and nothing is missed if it comes, or is up, just now.
    let link = ip.link().until_up(&*name, PATIENCE).await?;
    println!("{} is up: index {}, mtu {}", link.name(), link.index(), link.mtu().unwrap_or_default());

    if let Some(address) = address {
        // An address of IPv6 is tentative first, while the kernel asks whether another host has it.
        let own = ip.address().until_ready(&link, address, PATIENCE).await?;
        println!("{address} is ready: {}", own.flags());
    }
    Ok(())
}
