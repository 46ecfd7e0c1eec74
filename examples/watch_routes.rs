//! Follows all routes, and prints which one leads to an address whenever that changes, without asking the kernel.
//!
//! ```text
//! cargo run --example watch_routes -- 198.51.100.7
//! ```
//!
//! It also works with a routing table of a million entries: the state is updated change by change, and a lookup in it
//! takes a microsecond or two.

use iproute2::rtnetlink::route::RouteTable;
use iproute2::watch::{Mirror, Topics};
use std::net::IpAddr;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let to: IpAddr = std::env::args().nth(1).ok_or("which address?")?.parse()?;
    let ip = iproute2::blocking::connect()?;
    // With `wait` instead of `await` it needs no runtime.
    let mut changes = ip.watch(Topics::ROUTE | Topics::LINK).wait()?;
    let mut printed = None;
    loop {
        // The mirror can be queried at any time, and a clone of it is a snapshot.
        let route = route_to(changes.mirror(), to);
        if printed.as_ref() != Some(&route) {
            println!("{to} {route} ({} routes)", changes.mirror().routes().count());
            printed = Some(route);
        }
        changes.next().transpose()?;
    }
}

/// The longest prefix of the main table that contains the address.
fn route_to(mirror: &Mirror, to: IpAddr) -> String {
    let Some(route) = mirror.route_for(RouteTable::MAIN, to) else { return "is unreachable".to_owned() };
    let prefix = route.prefix().map(|prefix| prefix.to_string()).unwrap_or_default();
    let gateway = route.gateway().map(|gateway| format!(" via {gateway}")).unwrap_or_default();
    let device = route.device().and_then(|device| mirror.link(device));
    let device = device.map(|link| format!(" dev {}", link.name())).unwrap_or_default();
    format!("matches {prefix}{gateway}{device}")
}
