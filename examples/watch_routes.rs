//! Follows all routes, and tells again and again by which one an address is reached, without asking the kernel.
//!
//! ```text
//! cargo run --example watch_routes -- 198.51.100.7
//! ```
//!
//! It works on a routing table of a million entries as well: the state is kept up to date change by change, and a look into
//! it takes a microsecond or two.

use iproute2::rtnetlink::route::RouteTable;
use iproute2::watch::{Mirror, Topics};
use std::net::IpAddr;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let to: IpAddr = std::env::args().nth(1).ok_or("which address?")?.parse()?;
    let ip = iproute2::blocking::connect()?;
    // With `wait` in place of `await` it needs no runtime.
    let mut changes = ip.watch(Topics::ROUTE | Topics::LINK).wait()?;
    let mut told = None;
    loop {
        // Nothing keeps the mirror from being asked at any moment, and a clone of it stays as it is.
        let way = way_to(changes.mirror(), to);
        if told.as_ref() != Some(&way) {
            println!("{to} {way} ({} routes)", changes.mirror().routes().count());
            told = Some(way);
        }
        changes.next().transpose()?;
    }
}

/// The longest prefix of the main table that the address is in.
fn way_to(mirror: &Mirror, to: IpAddr) -> String {
    let Some(route) = mirror.route_for(RouteTable::MAIN, to) else { return "is unreachable".to_owned() };
    let prefix = route.prefix().map(|prefix| prefix.to_string()).unwrap_or_default();
    let gateway = route.gateway().map(|gateway| format!(" via {gateway}")).unwrap_or_default();
    let device = route.device().and_then(|device| mirror.link(device));
    let device = device.map(|link| format!(" dev {}", link.name())).unwrap_or_default();
    format!("by {prefix}{gateway}{device}")
}
