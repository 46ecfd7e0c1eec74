//! Mirrors what a link receives from and sends to a web server, and drops what comes from another network, like
//!
//! ```text
//! tc qdisc add dev v0 clsact
//! tc filter add dev v0 ingress protocol ip prio 1 flower src_ip 203.0.113.0/24 action drop
//! tc filter add dev v0 ingress protocol ip prio 2 flower ip_proto tcp src_ip 198.51.100.7 src_port 80 action mirred egress mirror dev w0
//! tc filter add dev v0 egress protocol ip prio 2 flower ip_proto tcp dst_ip 198.51.100.7 dst_port 80 action mirred egress mirror dev w0
//! tc -s filter show dev v0 ingress
//! ```
//!
//! ```text
//! cargo run --example mirror_traffic
//! ```
//! It creates the veth pairs `v0`, `v1` and `w0`, `w1` for that.

use iproute2::rtnetlink::tc::action::{Gact, Mirred};
use iproute2::rtnetlink::tc::filter::Flower;
use iproute2::rtnetlink::tc::qdisc::Clsact;
use iproute2::rtnetlink::tc::{PlaceFilter, PlaceQdisc, TakeActions};
use iproute2::{Result, Veth};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;
    ip.link().add(Veth::pair("w0", "w1").up()).await?;

    ip.qdisc().add("v0", Clsact::build().ingress()).await?;
    let filter = ip.filter();
    let other = Flower::build().source("203.0.113.0/24").action(Gact::drop());
    filter.add("v0", other.ingress().priority(1)).await?;
    let from_web = Flower::build().source("198.51.100.7").tcp().source_port(80);
    filter.add("v0", from_web.action(Mirred::mirror("w0")).ingress().priority(2)).await?;
    let to_web = Flower::build().destination("198.51.100.7").tcp().destination_port(80);
    filter.add("v0", to_web.action(Mirred::mirror("w0")).egress().priority(2)).await?;

    for filter in ip.filter().list().device("v0").ingress().await? {
        let actions = filter.kind::<Flower>().and_then(|flower| flower.actions());
        for action in actions.into_iter().flatten() {
            let packets = action.stats().map_or(0, |stats| stats.packets());
            println!("{}: {}, {packets} packets", filter.priority(), action.kind_name().unwrap_or_default());
        }
    }
    Ok(())
}
