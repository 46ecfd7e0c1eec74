//! Adds an address to a link for one minute, and prints it as the kernel has it, like
//!
//! ```text
//! ip address replace ADDRESS dev DEV valid_lft 60 preferred_lft 60
//! ip address show dev DEV to ADDRESS
//! ```
//!
//! ```text
//! cargo run --example add_address [DEV [ADDRESS]]
//! ```
//! Without arguments it adds a documentation address to the loopback device.

use iproute2::AddressMessage;
use std::time::Duration;

#[tokio::main]
async fn main() -> iproute2::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let device = arguments.next().unwrap_or("lo".to_owned());
    let address = arguments.next().unwrap_or("2001:db8::1/128".to_owned());

    let ip = iproute2::connect()?;
    let minute = Duration::from_secs(60);
    let address = AddressMessage::build().prefix(address).valid_lifetime(minute).preferred_lifetime(minute);
    let address = ip.address().replace(device, address).created().await?;
    println!("{address:#?}");
    Ok(())
}
