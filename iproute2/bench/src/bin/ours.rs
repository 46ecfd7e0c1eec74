//! iproute2, as a program uses it.

use iproute2::ethtool::{Features, Named};
use iproute2::rtnetlink::Group;
use iproute2::rtnetlink::link::{LinkInfo, LinkStats};
use iproute2::rtnetlink::message::{RTM_DELROUTE, RTM_NEWROUTE};
use iproute2::rtnetlink::route::RouteMessageBuf;
use iproute2::watch::Event;
use iproute2::wireguard::{AllowedIp, Peer, WireguardDevice, WireguardMessage};
use iproute2::{
    AddressFamily, Handle, LinkMessage, List, NeighbourMessage, Result, Route, RouteMessage, blocking,
};
use netlink_bench::world::{DEVICE, GATEWAY, NAME, WIREGUARD, destination};
use netlink_bench::{EVENTS, Job, Sum, Turns, ask_for_events, block_on, main as run};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Instant, SystemTime};

fn main() {
    run(|job| match job.variant.split_once('-').unwrap_or((&job.variant, "")) {
        ("blocking", form) => in_this_thread(job, form).unwrap(),
        (_, form) => block_on(&job.variant, in_runtime(job.clone(), form.to_owned())).unwrap(),
    });
}

fn read_route(route: &RouteMessage, sum: &mut Sum) {
    let keys = (
        RouteMessage::RTA_DST,
        RouteMessage::RTA_GATEWAY,
        RouteMessage::RTA_OIF,
        RouteMessage::RTA_PRIORITY,
        RouteMessage::RTA_TABLE,
    );
    let (to, via, device, metric, table) = route.attributes().pick(keys);
    let table = table.unwrap_or(route.header_table());
    sum.route(to, route.destination_length(), via, device, metric, table.0, route.protocol().0);
}

fn read_link(link: &LinkMessage, sum: &mut Sum) {
    let keys = (
        LinkMessage::IFLA_IFNAME,
        LinkMessage::IFLA_MTU,
        LinkMessage::IFLA_ADDRESS,
        LinkMessage::IFLA_OPERSTATE,
        LinkMessage::IFLA_LINKINFO,
        LinkMessage::IFLA_STATS64,
    );
    let (name, mtu, address, state, info, stats) = link.attributes().pick(keys);
    sum.link(
        link.index(),
        link.flags().bits(),
        name.map_or(&[], |name| name.as_bytes()),
        mtu,
        address.as_ref().map_or(&[], |address| address.as_bytes()),
        state.map(|state| state.0),
        info.and_then(LinkInfo::kind_name).unwrap_or_default().as_bytes(),
        stats.map_or((0, 0), |stats: &LinkStats| (stats.rx_bytes(), stats.tx_bytes())),
    );
}

fn read_neighbour(neighbour: &NeighbourMessage, sum: &mut Sum) {
    let (to, address) =
        neighbour.attributes().pick((NeighbourMessage::NDA_DST, NeighbourMessage::NDA_LLADDR));
    let address = address.as_ref().map_or(&[][..], |address| address.as_bytes());
    sum.neighbour(to, address, neighbour.device(), neighbour.state().bits(), neighbour.flags().bits());
}

fn read_one_link(link: &LinkMessage, sum: &mut Sum) {
    sum.one_link(link.index(), link.name().as_bytes(), link.mtu());
}

fn read_peers(device: &WireguardDevice, sum: &mut Sum) {
    for peer in device.peers() {
        read_peer(&peer, sum);
        for allowed in peer.allowed_ips() {
            read_allowed(allowed, sum);
        }
    }
}

/// The peers of one of the messages that a device comes in.
fn read_message(message: &WireguardMessage, sum: &mut Sum) {
    for peer in message.peers().into_iter().flatten() {
        read_peer(peer, sum);
        for allowed in peer.allowed_ips().into_iter().flatten() {
            read_allowed(allowed, sum);
        }
    }
}

#[inline]
fn read_peer(peer: &Peer, sum: &mut Sum) {
    let keys = (
        Peer::WGPEER_A_PUBLIC_KEY,
        Peer::WGPEER_A_ENDPOINT,
        Peer::WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL,
        Peer::WGPEER_A_LAST_HANDSHAKE_TIME,
        Peer::WGPEER_A_RX_BYTES,
        Peer::WGPEER_A_TX_BYTES,
    );
    let (key, endpoint, keepalive, handshake, rx, tx) = peer.attributes().pick(keys);
    // What goes on with the allowed IPs of a peer in the next message has just the key.
    if let Some(rx) = rx {
        let handshake = handshake.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        sum.peer(
            key.expect("a peer has a key").as_bytes(),
            endpoint,
            keepalive.unwrap_or_default(),
            handshake.map_or(0, |time| time.as_secs()),
            (rx, tx.unwrap_or_default()),
        );
    }
}

#[inline]
fn read_allowed(allowed: &AllowedIp, sum: &mut Sum) {
    let keys = (AllowedIp::WGALLOWEDIP_A_IPADDR, AllowedIp::WGALLOWEDIP_A_CIDR_MASK);
    let (prefix, length) = allowed.attributes().pick(keys);
    sum.allowed_ip(prefix, length.unwrap_or_default());
}

fn read_features(features: &Named<Features>, sum: &mut Sum) {
    features.on(features.active()).for_each(|name| sum.feature(name.as_bytes()));
    sum.done();
}

fn read_event(event: Event, sum: &mut Sum) -> Result<()> {
    let Event::Message(message) = event else { panic!("events were lost") };
    assert!(matches!(message.message_type(), RTM_NEWROUTE | RTM_DELROUTE));
    read_route(message.view::<RouteMessage>()?, sum);
    Ok(())
}

/// A list, visited or as packets.
macro_rules! list {
    (blocking $turns:ident, $form:ident, $list:expr, $read:ident) => {
        while let Some(sum) = $turns.begin() {
            if $form == "packets" {
                for object in $list.iter() {
                    $read(&*object?, sum);
                }
            } else {
                $list.for_each(|object| $read(object, sum))?;
            }
        }
    };
    (async $turns:ident, $form:ident, $list:expr, $read:ident) => {
        while let Some(sum) = $turns.begin() {
            if $form == "packets" {
                let mut stream = $list.stream();
                while let Some(object) = stream.try_next().await? {
                    $read(&object, sum);
                }
            } else {
                $list.for_each(|object| $read(object, sum)).await?;
            }
        }
    };
}

fn of_ipv4<D>(list: List<D, RouteMessage>) -> List<D, RouteMessage> {
    list.family(AddressFamily::INET)
}

fn route(number: u32) -> RouteMessageBuf {
    Route::to(destination(number)).via(GATEWAY).device(DEVICE)
}

fn in_this_thread(job: &Job, form: &str) -> Result<Option<Sum>> {
    let ip = blocking::connect()?;
    let mut turns = Turns::new(job.times);
    match job.workload.as_str() {
        "routes" => list!(blocking turns, form, of_ipv4(ip.route().list()), read_route),
        "links" => list!(blocking turns, form, ip.link().list(), read_link),
        "neighbours" => {
            list!(blocking turns, form, ip.neighbour().list().family(AddressFamily::INET), read_neighbour);
        }
        "peers" => {
            while let Some(sum) = turns.begin() {
                if form == "visit" {
                    let messages = ip.dump(WireguardDevice::build().name(WIREGUARD));
                    messages.for_each(|message| read_message(message, sum))?;
                } else {
                    read_peers(&ip.wireguard().get(WIREGUARD).wait()?, sum);
                }
            }
        }
        "features" => {
            while let Some(sum) = turns.begin() {
                for _ in 0..job.size {
                    read_features(&ip.ethtool().get::<Features>(NAME).wait()?, sum);
                }
            }
        }
        "get" => {
            while let Some(sum) = turns.begin() {
                for _ in 0..job.size {
                    read_one_link(&ip.link().get(DEVICE).wait()?, sum);
                }
            }
        }
        "change" => {
            while let Some(sum) = turns.begin() {
                for number in 0..job.size {
                    ip.route().add(route(number)).wait()?;
                    sum.done();
                }
                for number in 0..job.size {
                    ip.route().delete(destination(number)).wait()?;
                    sum.done();
                }
            }
        }
        "batch" => {
            while let Some(sum) = turns.begin() {
                for result in ip.batch((0..job.size).map(|number| ip.route().add(route(number)))) {
                    result?;
                    sum.done();
                }
                for result in ip.batch((0..job.size).map(|number| ip.route().delete(destination(number)))) {
                    result?;
                    sum.done();
                }
            }
        }
        "events" => {
            let mut events = ip.events([Group::IPV4_ROUTE]).open()?;
            while let Some(sum) = turns.begin() {
                ask_for_events();
                for event in events.by_ref().take(EVENTS as usize) {
                    read_event(event?, sum)?;
                }
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(turns.end()))
}

async fn in_runtime(job: Job, form: String) -> Result<Option<Sum>> {
    let ip = iproute2::connect()?;
    let mut turns = Turns::new(job.times);
    match job.workload.as_str() {
        "routes" => list!(async turns, form, of_ipv4(ip.route().list()), read_route),
        "links" => list!(async turns, form, ip.link().list(), read_link),
        "neighbours" => {
            list!(async turns, form, ip.neighbour().list().family(AddressFamily::INET), read_neighbour);
        }
        "peers" => {
            while let Some(sum) = turns.begin() {
                if form == "visit" {
                    let messages = ip.dump(WireguardDevice::build().name(WIREGUARD));
                    messages.for_each(|message| read_message(message, sum)).await?;
                } else {
                    read_peers(&ip.wireguard().get(WIREGUARD).await?, sum);
                }
            }
        }
        "features" => {
            while let Some(sum) = turns.begin() {
                for _ in 0..job.size {
                    read_features(&ip.ethtool().get::<Features>(NAME).await?, sum);
                }
            }
        }
        "get" => {
            while let Some(sum) = turns.begin() {
                for _ in 0..job.size {
                    read_one_link(&ip.link().get(DEVICE).await?, sum);
                }
            }
        }
        "change" => {
            while let Some(sum) = turns.begin() {
                for number in 0..job.size {
                    ip.route().add(route(number)).await?;
                    sum.done();
                }
                for number in 0..job.size {
                    ip.route().delete(destination(number)).await?;
                    sum.done();
                }
            }
        }
        "batch" => {
            while let Some(sum) = turns.begin() {
                let mut results =
                    ip.batch((0..job.size).map(|number| ip.route().add(route(number)))).stream();
                while let Some(result) = results.next().await {
                    result?;
                    sum.done();
                }
                let deletes = (0..job.size).map(|number| ip.route().delete(destination(number)));
                let mut results = ip.batch(deletes).stream();
                while let Some(result) = results.next().await {
                    result?;
                    sum.done();
                }
            }
        }
        "events" => {
            let mut events = ip.events([Group::IPV4_ROUTE]).open()?;
            while let Some(sum) = turns.begin() {
                ask_for_events();
                for _ in 0..EVENTS {
                    read_event(events.next().await?, sum)?;
                }
            }
        }
        "tasks-1" => tasks(&mut turns, &ip, 1, job.size).await?,
        "tasks-8" => tasks(&mut turns, &ip, 8, job.size).await?,
        "tasks-64" => tasks(&mut turns, &ip, 64, job.size).await?,
        "join" => return join(&ip, job.size).await.map(Some),
        _ => return Ok(None),
    }
    Ok(Some(turns.end()))
}

/// Tasks on clones of the handle that share the requests among them.
async fn tasks(turns: &mut Turns, ip: &Handle, count: u32, requests: u32) -> Result<()> {
    while let Some(sum) = turns.begin() {
        let task = |_| {
            let ip = ip.clone();
            tokio::spawn(async move {
                for _ in 0..requests / count {
                    ip.link().get(DEVICE).await?;
                }
                Result::Ok(())
            })
        };
        let tasks: Vec<_> = (0..count).map(task).collect();
        for task in tasks {
            task.await.unwrap()?;
        }
        (0..requests / count * count).for_each(|_| sum.done());
    }
    Ok(())
}

/// A dump beside small requests. The sum is how many objects had been read when the last of the requests was answered.
async fn join(ip: &Handle, requests: u32) -> Result<Sum> {
    let read = AtomicU64::new(0);
    let start = Instant::now();
    let dump = async {
        let mut stream = of_ipv4(ip.route().list()).stream();
        while let Some(_route) = stream.try_next().await? {
            read.fetch_add(1, Relaxed);
        }
        Result::Ok(())
    };
    let small = async {
        for _ in 0..requests {
            ip.link().get(DEVICE).await?;
        }
        Ok(read.load(Relaxed))
    };
    let ((), before) = tokio::try_join!(dump, small)?;
    let nanoseconds = start.elapsed().as_nanos() as u64;
    Ok(Sum { value: before, count: read.load(Relaxed), nanoseconds, cpu: 0 })
}
