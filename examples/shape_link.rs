//! Shapes what a link sends: two classes that share 100 Mbit/s, the second one for all that no filter classifies, like
//!
//! ```text
//! tc qdisc add dev v0 root handle 1: htb default 20
//! tc class add dev v0 parent 1: classid 1:1 htb rate 100mbit
//! tc class add dev v0 parent 1:1 classid 1:10 htb rate 80mbit ceil 100mbit prio 0
//! tc class add dev v0 parent 1:1 classid 1:20 htb rate 20mbit ceil 100mbit prio 1
//! tc qdisc add dev v0 parent 1:10 handle 10: pfifo limit 100
//! tc -s class show dev v0
//! ```
//!
//! ```text
//! cargo run --example shape_link
//! ```
//! It creates the veth pair `v0`, `v1` for that.

use iproute2::rtnetlink::tc::qdisc::{Fifo, Htb};
use iproute2::rtnetlink::tc::{PlaceClass, PlaceQdisc};
use iproute2::{Result, Veth};

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;

    ip.qdisc().add("v0", Htb::build().default_class("1:20").root().handle("1:")).await?;
    let class = ip.class();
    class.add("v0", Htb::build().rate("100mbit").class("1:1")).await?;
    let urgent = Htb::build().rate("80mbit").ceil("100mbit").priority(0);
    class.add("v0", urgent.class("1:10").parent("1:1")).await?;
    let other = Htb::build().rate("20mbit").ceil("100mbit").priority(1);
    class.add("v0", other.class("1:20").parent("1:1")).await?;
    ip.qdisc().add("v0", Fifo::build().limit(100u32).under("1:10").handle("10:")).await?;

    for class in ip.class().list().device("v0").await? {
        let Some(htb) = class.kind::<Htb>() else { continue };
        let (rate, ceil) = (htb.rate().unwrap_or_default(), htb.ceil().unwrap_or_default());
        let packets = class.stats().map_or(0, |stats| stats.packets());
        println!("{}: {rate} to {ceil}, {packets} packets", class.handle());
    }
    Ok(())
}
