//! Simulates a bad link: packets are delayed by 100 ms, give or take 20 ms, and one of a hundred is lost, like
//!
//! ```text
//! tc qdisc add dev v0 root handle 1: netem delay 100ms 20ms distribution normal loss 1%
//! tc qdisc change dev v0 root handle 1: netem delay 300ms 20ms loss 1% rate 1mbit
//! tc -s qdisc show dev v0
//! ```
//!
//! ```text
//! cargo run --example netem
//! ```
//! It creates the veth pair `v0`, `v1` for that.

use iproute2::rtnetlink::tc::qdisc::Netem;
use iproute2::rtnetlink::tc::qdisc::netem::Distribution;
use iproute2::rtnetlink::tc::{PlaceQdisc, TcHandle};
use iproute2::{Result, Veth};
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;

    let (delay, jitter) = (Duration::from_millis(100), Duration::from_millis(20));
    let bad = Netem::build().delay(delay).jitter(jitter).distribution(Distribution::normal()).loss("1%");
    ip.qdisc().add("v0", bad.root().handle("1:")).await?;

    // A change begins with what there is.
    let qdisc = ip.qdisc().get("v0", TcHandle::ROOT).await?;
    if let Some(netem) = qdisc.kind::<Netem>() {
        let worse = netem.to_request().delay(3 * delay).rate("1mbit");
        ip.qdisc().change("v0", worse.root().handle(qdisc.handle())).await?;
    }

    for qdisc in ip.qdisc().list().device("v0").await? {
        let Some(netem) = qdisc.kind::<Netem>() else { continue };
        let (delay, jitter, loss) = (netem.delay(), netem.jitter(), netem.loss().unwrap_or_default());
        let rate = netem.rate().unwrap_or_default();
        let lost = qdisc.stats().and_then(|stats| stats.queue()).map_or(0, |queue| queue.drops());
        println!("{}: {delay:?} ± {jitter:?}, loss {loss}, {rate}, {lost} packets lost", qdisc.handle());
    }
    Ok(())
}
