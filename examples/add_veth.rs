//! Creates a veth pair, sets one end up and adds an address to it, like
//!
//! ```text
//! ip link add FIRST up type veth peer name SECOND
//! ip address add ADDRESS dev FIRST
//! ```
//!
//! ```text
//! cargo run --example add_veth [FIRST [SECOND [ADDRESS]]]
//! ```

use iproute2::Veth;

#[tokio::main]
async fn main() -> iproute2::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |default: &str| arguments.next().unwrap_or(default.to_owned());
    add_veth(&argument("v0"), &argument("v1"), &argument("192.0.2.1/24")).await
}

async fn add_veth(first: &str, second: &str, address: &str) -> iproute2::Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair(first, second).up()).await?;
    ip.address().add(first, address).await?;
    println!("{first} and {second} are a veth pair; {first} has the address {address}");
    Ok(())
}
