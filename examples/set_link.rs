//! Sets a link up, and its MTU if one is given, like `ip link set dev DEV up mtu MTU`.
//!
//! ```text
//! cargo run --example set_link [DEV [MTU]]
//! ```
//! Without arguments it uses the loopback device, which mostly is up anyway.

use iproute2::LinkMessage;
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let device = arguments.next().unwrap_or("lo".to_owned());
    let change = match arguments.next() {
        Some(mtu) => LinkMessage::build().up().mtu(mtu.parse::<u32>()?),
        None => LinkMessage::build().up(),
    };

    let ip = iproute2::connect()?;
    let link = ip.link().change(device, change).changed().await?;
    println!("{}: {}: {} mtu {}", link.index(), link.name(), link.flags(), link.mtu().unwrap_or_default());
    Ok(())
}
