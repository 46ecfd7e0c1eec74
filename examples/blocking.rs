//! Lists the links of this network namespace with their traffic counters, without a runtime, like `ip -statistics
//! link`.
//!
//! ```text
//! cargo run --example blocking
//! ```
//! The verbs are those of the async examples: a request ends in `wait()` instead of `await`.

use iproute2::blocking;

fn main() -> iproute2::Result<()> {
    let ip = blocking::connect()?;
    for link in ip.link().list().iter() {
        let link = link?;
        let (sent, received) = link.stats().map_or((0, 0), |stats| (stats.tx_bytes(), stats.rx_bytes()));
        println!("{}: {}: sent {sent} bytes, received {received}", link.index(), link.name());
    }
    let loopback = ip.link().get("lo").wait()?;
    println!("{} has index {}", loopback.name(), loopback.index());
    Ok(())
}
