//! Prints the virtual functions (SR-IOV) of a link, optionally after setting the address and VLAN of one, like
//!
//! ```text
//! ip link set dev DEV vf NUMBER mac ADDRESS vlan 5 spoofchk on
//! ip link show dev DEV
//! ```
//!
//! ```text
//! cargo run --example vf_settings [DEV [NUMBER ADDRESS]]
//! ```
//! A network card offers virtual functions to virtual machines as links of their own; without arguments it uses the
//! loopback device, which has none.

use iproute2::rtnetlink::link::{VfMac, VfVlan};
use iproute2::{LinkMessage, VfSettings};
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let device = arguments.next().unwrap_or("lo".to_owned());
    let ip = iproute2::connect()?;

    if let (Some(number), Some(address)) = (arguments.next(), arguments.next()) {
        let settings = VfSettings::of(number.parse()?).mac(&*address).vlan(5).spoof_check(true);
        ip.link().change(&device, LinkMessage::build().vf(settings)).await?;
    }

    let link = ip.link().get(&device).await?;
    if link.vfs().next().is_none() {
        println!("{device} has no virtual functions");
    }
    for vf in link.vfs() {
        let (number, address) = (vf.number().unwrap_or_default(), vf.mac().map(VfMac::mac));
        println!("vf {number}: {} vlan {:?}", address.unwrap_or_default(), vf.vlan().map(VfVlan::vlan));
    }
    Ok(())
}
