//! Adds a VLAN to a link and prints the created link, like
//!
//! ```text
//! ip link add link PARENT name PARENT.ID type vlan id ID
//! ip -details link show dev PARENT.ID
//! ```
//!
//! ```text
//! cargo run --example add_vlan [PARENT [ID]]
//! ```
//! Without a parent it creates one: the first end of a veth pair `v0`, `v1`.

use iproute2::{Veth, Vlan};
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let ip = iproute2::connect()?;

    let parent = match arguments.next() {
        Some(parent) => parent,
        None => ip.link().add(Veth::pair("v0", "v1")).created().await?.name().to_string(),
    };
    let id = arguments.next().map_or(Ok(5), |id| id.parse())?;

    let vlan = Vlan::on(&*parent, id).name(format!("{parent}.{id}"));
    let vlan = ip.link().add(vlan).created().await?;
    println!("{}: {} on {parent}: {:?}", vlan.index(), vlan.name(), vlan.kind::<Vlan>());
    Ok(())
}
