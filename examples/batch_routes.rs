//! Adds many routes in a batch and deletes them again, with a result for each, like
//!
//! ```text
//! ip -batch routes.txt
//! ```
//!
//! ```text
//! cargo run --release --example batch_routes [COUNT]
//! ```
//! It creates a veth pair `v0`, `v1` for that; the default is 10,000 routes.

use iproute2::{Handle, LinkMessage, Operation, Result, Route, RouteTable, Veth};
use std::net::Ipv4Addr;
use std::time::Instant;

const TABLE: RouteTable = RouteTable(1000);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(10_000);
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;
    ip.link().change("v1", LinkMessage::build().up()).await?;

    let destinations = || (0..count).map(|number| Ipv4Addr::from(0x0a00_0000 + number));
    let route = |destination| Route::to(destination).device("v0").table(TABLE);
    carry_out(&ip, "added", destinations().map(|destination| ip.route().add(route(destination)))).await;

    let (began, mut listed) = (Instant::now(), 0);
    ip.route().list().table(TABLE).for_each(|_| listed += 1).await?;
    report("listed", listed, 0, began);

    carry_out(&ip, "deleted", destinations().map(|destination| ip.route().delete(route(destination)))).await;
    Ok(())
}

/// Carries operations out and reports how many there were.
async fn carry_out<O: Into<Operation>>(ip: &Handle, done: &str, operations: impl Iterator<Item = O>) {
    let (began, mut succeeded, mut failed) = (Instant::now(), 0, 0);
    let mut results = ip.batch(operations).stream();
    while let Some(result) = results.next().await {
        match result {
            Ok(()) => succeeded += 1,
            Err(error) => {
                // The first error is enough to see what is wrong.
                if failed == 0 {
                    println!("{error}");
                }
                failed += 1;
            }
        }
    }
    report(done, succeeded, failed, began);
}

fn report(done: &str, succeeded: u32, failed: u32, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    println!("{succeeded} routes {done}, {failed} failed: {:.0} a second", f64::from(succeeded) / seconds);
}
