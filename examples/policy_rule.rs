//! Routes packets from one network by a table of their own, like
//!
//! ```text
//! ip rule add from 192.0.2.0/24 lookup 100 pref 1000
//! ip route add default dev v0 table 100
//! ```
//!
//! ```text
//! cargo run --example policy_rule
//! ```
//! It creates a veth pair `v0`, `v1` for that.

use iproute2::{AddressFamily, Result, Route, Rule, Veth};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;

    ip.rule().add(Rule::lookup(100).from("192.0.2.0/24").priority(1000)).await?;
    ip.route().add(Route::to("default").device("v0").table(100)).await?;

    for rule in ip.rule().list().family(AddressFamily::INET).await? {
        let from = rule.source_prefix().map_or("all".to_owned(), |prefix| prefix.to_string());
        println!("{}: from {from} {} {}", rule.priority().unwrap_or(0), rule.action(), rule.table());
    }
    Ok(())
}
