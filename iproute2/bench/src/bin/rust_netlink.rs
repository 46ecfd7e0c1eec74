//! rtnetlink and ethtool of rust-netlink, as their examples use them.

use futures::{StreamExt, TryStreamExt, stream};
use netlink_bench::world::{DEVICE, GATEWAY, NAME, destination};
use netlink_bench::{EVENTS, Job, Sum, Turns, ask_for_events, block_on, main as run};
use other_ethtool::{EthtoolAttr, EthtoolError, EthtoolFeatureAttr, EthtoolMessage};
use other_rtnetlink::packet_core::NetlinkPayload;
use other_rtnetlink::packet_route::link::{InfoKind, LinkAttribute, LinkExtentMask, LinkInfo, LinkMessage};
use other_rtnetlink::packet_route::neighbour::{NeighbourAddress, NeighbourAttribute, NeighbourMessage};
use other_rtnetlink::packet_route::route::{RouteAddress, RouteAttribute, RouteMessage};
use other_rtnetlink::packet_route::{AddressFamily, RouteNetlinkMessage};
use other_rtnetlink::{
    Error, Handle, MulticastGroup, RouteMessageBuilder, new_connection, new_multicast_connection,
};
use std::net::{IpAddr, Ipv4Addr};

/// Concurrent requests, where many are made.
const AT_ONCE: usize = 64;

fn main() {
    run(|job| block_on(&job.variant, work(job.clone())).unwrap());
}

fn read_route(route: &RouteMessage, sum: &mut Sum) {
    let address = |address: &RouteAddress| match address {
        RouteAddress::Inet(address) => Some(IpAddr::V4(*address)),
        RouteAddress::Inet6(address) => Some(IpAddr::V6(*address)),
        _ => None,
    };
    let (mut to, mut via, mut device, mut metric) = (None, None, None, None);
    let mut table = u32::from(route.header.table);
    for attribute in &route.attributes {
        match attribute {
            RouteAttribute::Destination(destination) => to = address(destination),
            RouteAttribute::Gateway(gateway) => via = address(gateway),
            RouteAttribute::Oif(index) => device = Some(*index),
            RouteAttribute::Priority(priority) => metric = Some(*priority),
            RouteAttribute::Table(number) => table = *number,
            _ => (),
        }
    }
    let header = &route.header;
    sum.route(to, header.destination_prefix_length, via, device, metric, table, header.protocol.into());
}

fn read_link(link: &LinkMessage, sum: &mut Sum) {
    let (mut name, mut mtu, mut address, mut state, mut counted) = ("", None, &[][..], None, (0, 0));
    let mut kind = "";
    for attribute in &link.attributes {
        match attribute {
            LinkAttribute::IfName(text) => name = text,
            LinkAttribute::Mtu(bytes) => mtu = Some(*bytes),
            LinkAttribute::Address(bytes) => address = bytes,
            LinkAttribute::OperState(value) => state = Some((*value).into()),
            LinkAttribute::Stats64(stats) => counted = (stats.rx_bytes, stats.tx_bytes),
            LinkAttribute::LinkInfo(infos) => {
                for info in infos {
                    // It has no text for a kind but one that is made anew.
                    if let LinkInfo::Kind(InfoKind::Veth) = info {
                        kind = "veth";
                    }
                }
            }
            _ => (),
        }
    }
    let header = &link.header;
    sum.link(
        header.index,
        header.flags.bits(),
        name.as_bytes(),
        mtu,
        address,
        state,
        kind.as_bytes(),
        counted,
    );
}

fn read_neighbour(neighbour: &NeighbourMessage, sum: &mut Sum) {
    let (mut to, mut address) = (None, &[][..]);
    for attribute in &neighbour.attributes {
        match attribute {
            NeighbourAttribute::Destination(NeighbourAddress::Inet(address)) => to = Some((*address).into()),
            NeighbourAttribute::Destination(NeighbourAddress::Inet6(address)) => to = Some((*address).into()),
            NeighbourAttribute::LinkLayerAddress(bytes) => address = bytes,
            _ => (),
        }
    }
    let header = &neighbour.header;
    sum.neighbour(to, address, header.ifindex, header.state.into(), header.flags.bits());
}

fn read_one_link(link: &LinkMessage, sum: &mut Sum) {
    let (mut name, mut mtu) = ("", None);
    for attribute in &link.attributes {
        match attribute {
            LinkAttribute::IfName(text) => name = text,
            LinkAttribute::Mtu(bytes) => mtu = Some(*bytes),
            _ => (),
        }
    }
    sum.one_link(link.header.index, name.as_bytes(), mtu);
}

fn of_ipv4() -> RouteMessage {
    let mut message = RouteMessage::default();
    message.header.address_family = AddressFamily::Inet;
    message
}

fn route(number: u32) -> RouteMessage {
    RouteMessageBuilder::<Ipv4Addr>::new()
        .destination_prefix(destination(number), 32)
        .gateway(GATEWAY)
        .output_interface(DEVICE)
        .build()
}

fn gone(number: u32) -> RouteMessage {
    RouteMessageBuilder::<Ipv4Addr>::new().destination_prefix(destination(number), 32).build()
}

async fn work(job: Job) -> Result<Option<Sum>, Error> {
    if job.workload == "events" {
        return events(job.times).await.map(Some);
    }
    if job.workload == "features" {
        return Ok(Some(features(job.size, job.times).await.unwrap()));
    }
    let (connection, handle, _) = new_connection().unwrap();
    tokio::spawn(connection);
    let mut turns = Turns::new(job.times);
    match job.workload.as_str() {
        "routes" => {
            while let Some(sum) = turns.begin() {
                let mut routes = handle.route().get(of_ipv4()).execute();
                while let Some(route) = routes.try_next().await? {
                    read_route(&route, sum);
                }
            }
        }
        "links" => {
            while let Some(sum) = turns.begin() {
                let list = handle.link().get();
                let list = list.set_filter_mask(AddressFamily::Unspec, vec![LinkExtentMask::Vf]);
                let mut links = list.execute();
                while let Some(link) = links.try_next().await? {
                    read_link(&link, sum);
                }
            }
        }
        "neighbours" => {
            while let Some(sum) = turns.begin() {
                let list = handle.neighbours().get().set_address_family(AddressFamily::Inet);
                let mut neighbours = list.execute();
                while let Some(neighbour) = neighbours.try_next().await? {
                    read_neighbour(&neighbour, sum);
                }
            }
        }
        "get" => {
            while let Some(sum) = turns.begin() {
                for _ in 0..job.size {
                    let mut links = handle.link().get().match_index(DEVICE).execute();
                    while let Some(link) = links.try_next().await? {
                        read_one_link(&link, sum);
                    }
                }
            }
        }
        "change" => {
            while let Some(sum) = turns.begin() {
                for number in 0..job.size {
                    handle.route().add(route(number)).execute().await?;
                    sum.done();
                }
                for number in 0..job.size {
                    handle.route().del(gone(number)).execute().await?;
                    sum.done();
                }
            }
        }
        "batch" => {
            while let Some(sum) = turns.begin() {
                batch(&handle, job.size, sum).await?;
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(turns.end()))
}

/// It has no batch: many requests at once are what comes closest.
async fn batch(handle: &Handle, size: u32, sum: &mut Sum) -> Result<(), Error> {
    let adds = stream::iter(0..size).map(|number| handle.route().add(route(number)).execute());
    let mut results = adds.buffered(AT_ONCE);
    while let Some(()) = results.try_next().await? {
        sum.done();
    }
    let deletes = stream::iter(0..size).map(|number| handle.route().del(gone(number)).execute());
    let mut results = deletes.buffered(AT_ONCE);
    while let Some(()) = results.try_next().await? {
        sum.done();
    }
    Ok(())
}

async fn features(size: u32, times: u32) -> Result<Sum, EthtoolError> {
    let (connection, mut handle, _) = other_ethtool::new_connection().unwrap();
    tokio::spawn(connection);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        for _ in 0..size {
            let mut replies = handle.feature().get(Some(NAME)).execute().await?;
            while let Some(reply) = replies.try_next().await? {
                read_features(&reply.payload, sum);
            }
        }
    }
    Ok(turns.end())
}

fn read_features(features: &EthtoolMessage, sum: &mut Sum) {
    for attribute in &features.nlas {
        if let EthtoolAttr::Feature(EthtoolFeatureAttr::Active(bits)) = attribute {
            bits.iter().filter(|bit| bit.value).for_each(|bit| sum.feature(bit.name.as_bytes()));
        }
    }
    // It takes the feature of number 0 for none.
    sum.feature(b"tx-scatter-gather");
    sum.done();
}

async fn events(times: u32) -> Result<Sum, Error> {
    let (connection, _handle, mut messages) = new_multicast_connection(&[MulticastGroup::Ipv4Route]).unwrap();
    tokio::spawn(connection);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        ask_for_events();
        for _ in 0..EVENTS {
            let (message, _) = messages.next().await.unwrap();
            match message.payload {
                NetlinkPayload::InnerMessage(
                    RouteNetlinkMessage::NewRoute(route) | RouteNetlinkMessage::DelRoute(route),
                ) => read_route(&route, sum),
                other => panic!("not an event of a route: {other:?}"),
            }
        }
    }
    Ok(turns.end())
}
