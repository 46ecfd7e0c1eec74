//! nlink, as its examples use it: streams of dumps, verbs, batches, and its stream of events.

use netlink_bench::world::{DEVICE, GATEWAY, NAME, WIREGUARD, destination};
use netlink_bench::{EVENTS, Job, Sum, Turns, ask_for_events, block_on, main as run};
use nlink::netlink::genl::ethtool::Features;
use nlink::netlink::genl::wireguard::WgDevice;
use nlink::netlink::messages::{LinkMessage, NeighborMessage, RouteMessage};
use nlink::netlink::route::Ipv4Route;
use nlink::netlink::{Connection, Ethtool, NetworkEvent, Route, RtnetlinkGroup, Wireguard};
use std::time::SystemTime;
use tokio_stream::StreamExt;

/// Requests in a batch: as many as the receive buffer has room for, since each is acknowledged.
const BATCH: u32 = 200;

fn main() {
    run(|job| block_on(&job.variant, work(job.clone())).unwrap());
}

fn read_route(route: &RouteMessage, sum: &mut Sum) {
    sum.route(
        route.destination().copied(),
        route.dst_len(),
        route.gateway().copied(),
        route.oif(),
        route.priority(),
        route.table_id(),
        route.protocol().into(),
    );
}

fn read_link(link: &LinkMessage, sum: &mut Sum) {
    sum.link(
        link.ifindex(),
        link.flags(),
        link.name_or("").as_bytes(),
        link.mtu(),
        link.address().unwrap_or_default(),
        link.operstate().map(|state| state as u8),
        link.kind().unwrap_or_default().as_bytes(),
        link.stats().map_or((0, 0), |stats| (stats.rx_bytes(), stats.tx_bytes())),
    );
}

fn read_neighbour(neighbour: &NeighborMessage, sum: &mut Sum) {
    sum.neighbour(
        neighbour.destination().copied(),
        neighbour.lladdr().unwrap_or_default(),
        neighbour.ifindex(),
        neighbour.state() as u16,
        neighbour.flags(),
    );
}

fn read_peers(device: &WgDevice, sum: &mut Sum) {
    for peer in &device.peers {
        let handshake = peer.last_handshake.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        sum.peer(
            &peer.public_key,
            peer.endpoint,
            peer.persistent_keepalive.unwrap_or_default(),
            handshake.map_or(0, |time| time.as_secs()),
            (peer.rx_bytes, peer.tx_bytes),
        );
        for allowed in &peer.allowed_ips {
            sum.allowed_ip(Some(allowed.addr), allowed.cidr);
        }
    }
}

fn read_features(features: &Features, sum: &mut Sum) {
    features.active_features().into_iter().for_each(|name| sum.feature(name.as_bytes()));
    sum.done();
}

fn route(number: u32) -> Ipv4Route {
    Ipv4Route::new(destination(number), 32).gateway(GATEWAY).dev_index(DEVICE)
}

fn gone(number: u32) -> Ipv4Route {
    Ipv4Route::new(destination(number), 32)
}

async fn work(job: Job) -> nlink::Result<Option<Sum>> {
    let connection = Connection::<Route>::new()?;
    let mut turns = Turns::new(job.times);
    match job.workload.as_str() {
        "routes" => {
            while let Some(sum) = turns.begin() {
                let mut routes = connection.stream_routes().await?;
                while let Some(route) = routes.next().await {
                    let route = route?;
                    // It has no dump of one family.
                    if route.is_ipv4() {
                        read_route(&route, sum);
                    }
                }
            }
        }
        "links" => {
            while let Some(sum) = turns.begin() {
                let mut links = connection.stream_links().await?;
                while let Some(link) = links.next().await {
                    read_link(&link?, sum);
                }
            }
        }
        "neighbours" => {
            while let Some(sum) = turns.begin() {
                let mut neighbours = connection.stream_neighbors().await?;
                while let Some(neighbour) = neighbours.next().await {
                    let neighbour = neighbour?;
                    if neighbour.is_ipv4() {
                        read_neighbour(&neighbour, sum);
                    }
                }
            }
        }
        "peers" => {
            let connection = Connection::<Wireguard>::new_async().await?;
            while let Some(sum) = turns.begin() {
                read_peers(&connection.get_device(WIREGUARD).await?, sum);
            }
        }
        "features" => {
            let connection = Connection::<Ethtool>::new_async().await?;
            while let Some(sum) = turns.begin() {
                for _ in 0..job.size {
                    read_features(&connection.get_features(NAME).await?, sum);
                }
            }
        }
        "get" => {
            while let Some(sum) = turns.begin() {
                for _ in 0..job.size {
                    let link = connection.get_link_by_index(DEVICE).await?.expect("no link");
                    sum.one_link(link.ifindex(), link.name_or("").as_bytes(), link.mtu());
                }
            }
        }
        "change" => {
            while let Some(sum) = turns.begin() {
                for number in 0..job.size {
                    connection.add_route(route(number)).await?;
                    sum.done();
                }
                for number in 0..job.size {
                    // By the destination alone it finds no route that has a gateway.
                    connection.del_route(route(number)).await?;
                    sum.done();
                }
            }
        }
        "batch" => {
            while let Some(sum) = turns.begin() {
                for deletes in [false, true] {
                    for first in (0..job.size).step_by(BATCH as usize) {
                        let mut batch = connection.batch();
                        for number in first..job.size.min(first + BATCH) {
                            batch = if deletes {
                                batch.del_route(gone(number))
                            } else {
                                batch.add_route(route(number))
                            };
                        }
                        for result in batch.execute().await?.iter() {
                            assert!(result.is_ok(), "{result:?}");
                            sum.done();
                        }
                    }
                }
            }
        }
        "events" => {
            connection.subscribe(&[RtnetlinkGroup::Ipv4Route])?;
            let mut events = connection.events().await;
            while let Some(sum) = turns.begin() {
                ask_for_events();
                for _ in 0..EVENTS {
                    match events.next().await.expect("no end")? {
                        NetworkEvent::NewRoute(route) | NetworkEvent::DelRoute(route) => {
                            read_route(&route, sum)
                        }
                        other => panic!("not an event of a route: {other:?}"),
                    }
                }
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(turns.end()))
}
