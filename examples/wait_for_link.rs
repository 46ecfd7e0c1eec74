//! Waits until a link is up and, if an address is given, until the link has it ready for use: what a service does
//! before it binds.
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
    // The link need not exist yet, and nothing is missed if it appears or is set up just now.
    let link = ip.link().until_up(&*name, PATIENCE).await?;
    println!("{} is up: index {}, mtu {}", link.name(), link.index(), link.mtu().unwrap_or_default());

    if let Some(address) = address {
        // An IPv6 address is tentative at first, during duplicate address detection.
        let own = ip.address().until_ready(&link, address, PATIENCE).await?;
        println!("{address} is ready: {}", own.flags());
    }
    Ok(())
}
