//! Links: created, read back, compared with `ip`, changed, found by any of their names, deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

#[path = "support/shown.rs"]
mod shown;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use iproute2::netlink_packet::{Attr, Build, Flags, Header, Messages, Name, Packet};
use iproute2::rtnetlink::link::{
    Gre, LinkInfo, LinkMessageBuf, MulticastSpec, Netkit, Vxcan,
    gre::GreBuf,
    macvlan::MacvlanMode,
    vlan::{VlanFlags, VlanProtocol},
};
use iproute2::rtnetlink::message::{RTM_GETLINK, RTM_NEWLINK};
use iproute2::{
    AddressFamily, Bridge, Device, Dummy, HardwareAddress, LinkFlags, LinkMessage, Macvlan, OperState, Veth,
    Vlan, Vxlan, blocking,
};
use netlink_sys::{Protocol, Socket};
use serde_json::Value;
use std::net::IpAddr;
use std::time::Duration;
use support::{Handle, current_thread, ip_json, made, run, run_blocking, skip};

/// A link of each kind, on others that come before it.
fn one_of_each() -> Vec<(&'static str, LinkMessageBuf)> {
    let v0 = || LinkMessage::build().name("v0");
    vec![
        ("veth", Veth::pair("v0", "v1").up().mtu(1400).tx_queue_length(77)),
        ("dummy", LinkMessage::build().name("d0").kind(Dummy::build()).group(5).alias("a \"dummy\"")),
        (
            "bridge",
            LinkMessage::build().name("br0").kind(
                Bridge::build()
                    .stp_state(1)
                    .priority(4096)
                    .forward_delay(Duration::from_secs(4))
                    .ageing_time(Duration::from_secs(60))
                    .vlan_filtering(true)
                    .vlan_default_pvid(7),
            ),
        ),
        (
            "vlan",
            v0().name("v0.5")
                .parent("v0")
                .kind(Vlan::build().id(5).protocol(VlanProtocol::DOT1AD).set(VlanFlags::LOOSE_BINDING)),
        ),
        ("macvlan", Macvlan::on("v0", MacvlanMode::BRIDGE).name("mv0")),
        (
            "vxlan",
            LinkMessage::build().name("vx0").kind(
                Vxlan::build()
                    .id(42)
                    .device("v0")
                    .remote("192.0.2.9".parse::<IpAddr>().unwrap())
                    .local("192.0.2.1".parse::<IpAddr>().unwrap())
                    .port(4789)
                    .ttl(9)
                    .ageing(Duration::from_secs(120))
                    .learning(false),
            ),
        ),
    ]
}

#[test]
fn each_kind_is_created_and_returned() {
    run(|ip| async move {
        for (kind, link) in one_of_each() {
            let wanted = link.clone();
            match ip.link().add(link).created().await {
                Ok(created) => {
                    let wanted = wanted.view();
                    assert!(created.index() > 1);
                    assert_eq!((created.name(), created.kind_name()), (wanted.name(), Some(kind)));
                    assert_eq!(created.malformed().count(), 0, "{created:?}");
                    let found = ip.link().get(&created).await.unwrap();
                    assert_eq!((found.index(), found.name()), (created.index(), created.name()));
                }
                Err(error) if error.is_not_supported() => {
                    skip(&format!("this kernel lacks kind {kind}: {error}"))
                }
                Err(error) => panic!("{error}"),
            }
        }
        compare_with_ip(async || ip.link().list().await).await;
    });
}

#[test]
fn each_kind_is_created_and_returned_to_a_thread() {
    run_blocking(|ip| {
        for (kind, link) in one_of_each() {
            match ip.link().add(link).created().wait() {
                Ok(created) => assert_eq!(created.kind_name(), Some(kind)),
                Err(error) if error.is_not_supported() => {
                    skip(&format!("this kernel lacks kind {kind}: {error}"))
                }
                Err(error) => panic!("{error}"),
            }
        }
        current_thread().block_on(compare_with_ip(async || ip.link().list().wait()));
    });
}

/// Compares each link with the output of `ip -j -d link`, field by field.
async fn compare_with_ip(list: impl AsyncFn() -> iproute2::Result<Vec<Packet<LinkMessage>>>) {
    let mut tries = 100;
    loop {
        let Some(Value::Array(shown)) = ip_json("-d -s link show") else { return };
        let differences = shown::differences(&list().await.unwrap(), shown, |_| true);
        // In between the kernel may have watched a carrier, or sent a packet.
        tries -= 1;
        if differences.is_empty() || tries == 0 {
            return assert_eq!(differences, [""; 0]);
        }
    }
}

/// The link as the kernel has it now.
async fn link(ip: &Handle, device: impl Into<Device>) -> Packet<LinkMessage> {
    ip.link().get(device).await.unwrap()
}

fn change() -> LinkMessageBuf {
    LinkMessage::build()
}

#[test]
fn a_link_is_changed() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        ip.link().change("v0", change().up().mtu(1400).tx_queue_length(50).alias("left")).await.unwrap();
        let v0 = link(&ip, "v0").await;
        assert!(v0.is_up());
        assert_eq!((v0.mtu(), v0.tx_queue_length()), (Some(1400), Some(50)));
        assert_eq!(v0.alias().map(Name::to_string).as_deref(), Some("left"));
        assert!(matches!(v0.state(), Some(OperState::LOWERLAYERDOWN | OperState::UNKNOWN)));

        let address: HardwareAddress = "02:00:00:00:00:05".parse().unwrap();
        ip.link().change(&v0, change().address(address)).await.unwrap();
        assert_eq!(link(&ip, "v0").await.address(), Some(address));

        ip.link().change("v0", change().promiscuous(true).arp(false).group(9)).await.unwrap();
        let v0 = link(&ip, "v0").await;
        assert!(v0.flags().contains(LinkFlags::PROMISC | LinkFlags::NO_ARP | LinkFlags::UP));
        assert_eq!(v0.group(), Some(9));
        ip.link().change("v0", change().promiscuous(false).arp(true)).await.unwrap();
        assert!(!link(&ip, "v0").await.flags().intersects(LinkFlags::PROMISC | LinkFlags::NO_ARP));

        ip.link().change("v0", change().down()).await.unwrap();
        ip.link().change("v0", change().name("w0")).await.unwrap();
        assert!(!link(&ip, "w0").await.is_up());
        assert!(ip.link().get("v0").await.unwrap_err().is_not_found());
        ip.link().change(v0.index(), change().name("v0")).await.unwrap();
        assert_eq!(link(&ip, v0.index()).await.name(), "v0");
        compare_with_ip(async || ip.link().list().await).await;
    });
}

#[test]
fn a_change_returns_the_link_on_request() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let index = link(&ip, "v0").await.index();
        for (device, name) in [(Device::from("v0"), "v2"), (Device::from(index), "v3")] {
            let changed = ip.link().change(device, change().mtu(1300).name(name)).changed().await.unwrap();
            assert_eq!((changed.name().to_string(), changed.index()), (name.to_owned(), index));
        }
        let changed = ip.link().change("v3", change().mtu(1234)).changed().await.unwrap();
        assert_eq!((changed.mtu(), changed.index()), (Some(1234), index));
        let changed = ip.link().add_alt_names("v3", ["an_alternative_name"]).changed().await.unwrap();
        assert_eq!((changed.alt_names().count(), changed.index()), (1, index));
        let changed = ip.link().change("an_alternative_name", change().mtu(1235)).changed().await.unwrap();
        assert_eq!((changed.mtu(), changed.index()), (Some(1235), index));
    });
}

#[test]
fn a_link_has_many_names() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let long = "an_alternative_name_that_is_longer_than_any_name";
        ip.link().add_alt_names("v0", ["short", long]).await.unwrap();
        let v0 = link(&ip, "v0").await;
        assert_eq!(v0.alt_names().map(Name::to_string).collect::<Vec<_>>(), ["short", long]);
        for name in ["v0", "short", long] {
            assert_eq!(link(&ip, name).await.index(), v0.index());
            ip.link().change(name, change().mtu(1000 + name.len() as u32)).await.unwrap();
            assert_eq!(link(&ip, v0.index()).await.mtu(), Some(1000 + name.len() as u32));
            ip.address().add(name, format!("192.0.2.{}/24", name.len())).await.unwrap();
        }
        assert_eq!(ip.address().list().device(long).await.unwrap().len(), 3);
        compare_with_ip(async || ip.link().list().await).await;
        assert!(ip.link().add_alt_names("v1", ["short"]).await.unwrap_err().is_already_exists());

        ip.link().delete_alt_names(long, ["short"]).await.unwrap();
        assert!(ip.link().get("short").await.unwrap_err().is_not_found());
        ip.link().change("v0", change().name("w0")).await.unwrap();
        ip.link().delete(long).await.unwrap();
        assert!(ip.link().get("w0").await.unwrap_err().is_not_found());
    });
}

#[test]
fn a_link_has_a_master() {
    run(|ip| async move {
        if !made(ip.link().add(Bridge::named("br0")).await, "bridge") {
            return;
        }
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let br0 = link(&ip, "br0").await;
        ip.link().change("v0", change().master("br0")).await.unwrap();
        assert_eq!(link(&ip, "v0").await.master(), Some(br0.index()));
        compare_with_ip(async || ip.link().list().await).await;
        ip.link().change("v0", change().no_master()).await.unwrap();
        assert_eq!(link(&ip, "v0").await.master(), None);
        ip.link().change("v1", change().master(br0.index())).await.unwrap();
        ip.link().change("v0", change().master(&br0)).await.unwrap();

        for ports in [ip.link().list().master("br0"), ip.link().list().master(&br0)] {
            let ports = ports.await.unwrap();
            assert_eq!(ports.iter().map(|link| link.name().to_string()).collect::<Vec<_>>(), ["v1", "v0"]);
            assert!(ports.iter().all(|port| port.bridge_port().is_some()));
        }
        assert!(ip.link().list().master("v0").await.unwrap().is_empty());
        let error = ip.link().list().master("nobody").await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.object(), "nobody");
    });
}

#[test]
fn a_list_is_filtered() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        let all = ip.link().list().await.unwrap();
        let stats = |link: &Packet<LinkMessage>| link.inet6().and_then(|inet6| inet6.stats()).is_some();
        // Tunnels that some modules make everywhere may lack IPv6.
        let ours = |link: &&Packet<LinkMessage>| ["v0", "v1"].iter().any(|name| link.name() == *name);
        assert!(all.iter().filter(ours).all(stats));
        let names = |list: Vec<Packet<LinkMessage>>| {
            list.iter().map(|link| link.name().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(ip.link().list().kind("veth").await.unwrap()), ["v1", "v0"]);
        assert_eq!(names(ip.link().list().kind("veth").up().await.unwrap()), ["v0"]);
        assert!(ip.link().list().kind("no-such-kind").await.unwrap().is_empty());
        let bare = ip.link().list().without_stats().await.unwrap();
        assert_eq!(bare.len(), all.len());
        assert!(!bare.iter().any(stats));
        let own = ip.link().list().kind("veth").filter(|link| link.name() == "v1").without_stats();
        assert_eq!(names(own.await.unwrap()), ["v1"]);
    });
}

#[test]
fn adding_replaces_on_request() {
    run(|ip| async move {
        let pair = || Veth::pair("v0", "v1").mtu(1400);
        ip.link().add(pair()).await.unwrap();
        let index = link(&ip, "v0").await.index();
        assert!(ip.link().add(pair()).await.unwrap_err().is_already_exists());
        ip.link().replace(LinkMessage::build().name("v0").mtu(1300).up()).await.unwrap();
        let v0 = link(&ip, "v0").await;
        assert_eq!((v0.index(), v0.mtu(), v0.is_up()), (index, Some(1300), true));
        let told = ip.link().replace(LinkMessage::build().name("v0").mtu(1301)).created().await.unwrap();
        assert_eq!((told.index(), told.mtu()), (index, Some(1301)));
        // A link that does not exist is created.
        ip.link().replace(Veth::pair("v2", "v3")).await.unwrap();
        assert_eq!(ip.link().list().kind("veth").await.unwrap().len(), 4);
    });
}

#[test]
fn the_kernel_chooses_a_name() {
    run(|ip| async move {
        let made = ip.link().add(LinkMessage::build().name("web%d").kind(Veth::build())).created().await;
        match made {
            Ok(created) => assert_eq!(created.name(), "web0"),
            // Kernels before 6.2 do not echo new links.
            Err(error) => assert!(matches!(error.kind(), iproute2::ErrorKind::NotEchoed), "{error}"),
        }
        assert_eq!(link(&ip, "web0").await.kind_name(), Some("veth"));
    });
}

#[test]
fn a_name_need_not_be_utf8() {
    run(|ip| async move {
        let name = &b"\xff\x80"[..];
        ip.link().add(Veth::pair("before", "before1")).await.unwrap();
        let odd = ip.link().add(Veth::pair(name, "after")).created().await.unwrap();
        assert_eq!(odd.name().as_bytes(), name);
        let all = ip.link().list().await.unwrap();
        let names: Vec<&[u8]> = all.iter().map(|link| link.name().as_bytes()).collect();
        for wanted in [&b"before"[..], b"before1", b"after", name] {
            assert!(names.contains(&wanted), "{names:?}");
        }
        assert_eq!(link(&ip, odd.index()).await.name().as_bytes(), name);
        assert_eq!(link(&ip, odd.name()).await.index(), odd.index());
        ip.address().add(name, "192.0.2.1/24").await.unwrap();
        ip.link().change(odd.name(), change().alias(&b"\xfe\xff"[..])).await.unwrap();
        assert_eq!(link(&ip, &odd).await.alias().map(Name::as_bytes), Some(&b"\xfe\xff"[..]));
        assert_eq!(ip.link().list().stream().count().await, all.len());
        ip.link().delete(&odd).await.unwrap();
        assert!(ip.link().get(odd.index()).await.unwrap_err().is_not_found());
        assert!(ip.link().get("after").await.unwrap_err().is_not_found());
        assert_eq!(link(&ip, "before").await.name(), "before");
    });
}

/// The name without the rules that the builder has.
const ANY_NAME: Attr<LinkMessage, [u8]> = Attr::new(3, "IFLA_IFNAME");

#[test]
fn names_invalid_here_are_invalid_to_the_kernel() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let index = ip.link().get("v0").wait().unwrap().index();
        // A percent sign stands for a number that the kernel chooses.
        for byte in (1..=u8::MAX).filter(|byte| *byte != b'%') {
            let name = [b'x', byte, b'y'];
            let taken = change().name(&name[..]).into_buffer().problem().is_none();
            let any = change().index(index).with(ANY_NAME, &name[..]);
            let by_kernel = ip.link().change(index, any).wait();
            assert_eq!(by_kernel.is_ok(), taken, "{}: {by_kernel:?}", name.escape_ascii());
        }
    });
}

#[test]
fn a_thread_has_the_same_verbs() {
    run_blocking(|ip: blocking::Handle| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let v0 = ip.link().get("v0").wait().unwrap();
        ip.link().change("v0", change().up().mtu(1400)).wait().unwrap();
        let told = ip.link().change(&v0, change().alias("left")).changed().wait().unwrap();
        assert_eq!((told.mtu(), told.alias().map(Name::to_string).as_deref()), (Some(1400), Some("left")));
        ip.link().add_alt_names("v0", ["left"]).wait().unwrap();
        assert_eq!(ip.link().get("left").wait().unwrap().index(), v0.index());
        ip.link().delete_alt_names("v0", ["left"]).wait().unwrap();
        assert!(ip.link().get("left").wait().unwrap_err().is_not_found());
        ip.link().change("v1", change().name("w1")).wait().unwrap();
        ip.link().replace(LinkMessage::build().name("w1").mtu(1300)).wait().unwrap();
        assert_eq!(ip.link().get("w1").wait().unwrap().mtu(), Some(1300));
        assert_eq!(ip.link().list().kind("veth").wait().unwrap().len(), 2);
        assert_eq!(ip.link().list().kind("veth").iter().filter(Result::is_ok).count(), 2);
        let mut seen = 0;
        ip.link().list().kind("veth").up().for_each(|_| seen += 1).unwrap();
        assert_eq!(seen, 1);
        assert!(ip.link().list().master("nobody").wait().unwrap_err().is_not_found());
        assert!(ip.link().list().master("nobody").iter().next().unwrap().unwrap_err().is_not_found());
        assert!(ip.link().list().master("nobody").for_each(|_| ()).unwrap_err().is_not_found());
        assert_eq!(ip.link().list().kind("veth").flush().wait().unwrap(), 1);
        assert!(ip.link().delete("v0").wait().unwrap_err().is_not_found());
    });
}

/// A dump of links of a family, for which there is no verb.
fn links_of(family: AddressFamily) -> Vec<Packet<LinkMessage>> {
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    let mut request = LinkMessage::build().family(family).into_buffer();
    let flags = Flags::REQUEST | Flags::DUMP;
    let header = Header { message_type: RTM_GETLINK, flags, sequence: 1, ..Header::default() };
    socket.send(request.set_header(header).unwrap()).unwrap();
    let mut links = Vec::new();
    loop {
        let mut room = BytesMut::with_capacity(1 << 15);
        socket.recv(&mut room).unwrap();
        for message in Messages::new(&room.freeze()) {
            if message.header.message_type != RTM_NEWLINK {
                return links;
            }
            links.push(Packet::new(Bytes::copy_from_slice(message.bytes)).unwrap());
        }
    }
}

#[test]
fn attributes_of_families_are_told_apart() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let all = ip.link().list().wait().unwrap();
        assert!(all.iter().all(|link| link.inet().is_some() && link.multicast_spec().is_none()));
        let multicast = links_of(AddressFamily::IPMR);
        assert!(!multicast.is_empty(), "this kernel routes no multicast");
        for message in &multicast {
            assert_eq!((message.inet().is_some(), message.malformed().count()), (false, 0), "{message:?}");
            assert_eq!(message.multicast_spec().and_then(MulticastSpec::table_id), Some(253));
        }
        for message in
            all.iter().chain(&links_of(AddressFamily::BRIDGE)).chain(&links_of(AddressFamily::INET6))
        {
            assert_eq!(message.malformed().count(), 0, "{message:?}");
            assert_eq!(message.inet().is_some(), message.family() == AddressFamily::UNSPEC, "{message:?}");
        }
    });
}

/// A made-up device with this many virtual functions; whether the kernel has such devices.
fn simulate(functions: u32) -> bool {
    let write = |path: &str, value: &str| std::fs::write(path, value).is_ok();
    write("/sys/bus/netdevsim/new_device", "77 1")
        && write("/sys/kernel/debug/netdevsim/netdevsim77/max_vfs", &functions.to_string())
        && write("/sys/bus/netdevsim/devices/netdevsim77/sriov_numvfs", &functions.to_string())
}

#[test]
fn a_link_with_220_virtual_functions_comes_in_the_first_stream() {
    run(|ip| async move {
        // Of more than 222 the kernel cuts the length of their list to 16 bits.
        if !simulate(220) {
            return support::skip_always("this kernel has no netdevsim, or the user may not use it");
        }
        let mut links = ip.link().list().stream();
        let (mut functions, mut longest) = (0, 0);
        while let Some(link) = links.try_next().await.unwrap() {
            longest = longest.max(link.message().len());
            functions += link.vfs().count();
        }
        let mut visited = 0;
        let other = iproute2::blocking::connect().unwrap();
        other.link().list().for_each(|link| visited += link.vfs().count()).unwrap();
        let _ = std::fs::write("/sys/bus/netdevsim/del_device", "77");
        assert!(longest > 64 * 1024, "a chunk had room for {longest} bytes");
        assert_eq!((functions, visited), (220, 220));
    });
}

/// Pairs of each kind that this kernel makes.
fn pairs(name: &str, peer: &str) -> Vec<(&'static str, LinkMessageBuf)> {
    let end = |name: &str| LinkMessage::build().name(name);
    vec![
        ("veth", Veth::pair(name, peer)),
        ("vxcan", end(name).kind(Vxcan::build().peer(end(peer)))),
        ("netkit", end(name).kind(Netkit::build().peer(end(peer)))),
    ]
}

#[test]
fn a_pair_that_exists_is_changed() {
    run(|ip| async move {
        for (kind, link) in pairs("p0", "p1") {
            let link = || link.clone().group(5);
            match ip.link().replace(link()).await {
                Err(error) if support::is_unknown_kind(&error) => continue,
                made => made.unwrap(),
            }
            let first = ip.link().get("p0").await.unwrap().index();
            let changed = ip.link().replace(link().group(6)).created().await.unwrap();
            assert_eq!((changed.index(), changed.group()), (first, Some(6)), "{kind}");
            assert!(ip.link().get("p1").await.is_ok());
            let results =
                ip.batch([ip.link().replace(link()).into(), ip.link().replace(link()).into()]).await;
            assert!(results.iter().all(Result::is_ok), "{kind}: {results:?}");
            let error = ip.link().add(link()).await.unwrap_err();
            assert_eq!(error.to_string(), "add link p0: file exists");
            ip.link().delete("p0").await.unwrap();
        }
    });
}

/// Linux 6.1 refuses an address that a link has already: `EBUSY` while it is up, `EADDRNOTAVAIL` for the loopback device.
#[test]
fn a_link_that_was_listed_replaces_itself() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("p0", "p1").up()).wait().unwrap();
        ip.link().add(LinkMessage::build().name("b0").kind(Bridge::build()).up()).wait().unwrap();
        ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
        for name in ["p0", "p1", "b0", "lo"] {
            let listed = ip.link().get(name).wait().unwrap();
            ip.link().replace(&listed).wait().unwrap();
            let results = ip.batch([ip.link().replace(&listed).into()]).wait();
            assert!(results.iter().all(Result::is_ok), "{results:?}");
            let again = ip.link().get(name).wait().unwrap();
            assert_eq!((again.address(), again.mtu()), (listed.address(), listed.mtu()), "{name}");
            assert!(again.is_up() == listed.is_up() && again.index() == listed.index(), "{name}");
        }
        // Another address is set.
        let other = ip.link().get("p1").wait().unwrap().to_request().address("02:00:00:00:00:05").down();
        ip.link().change("p1", LinkMessage::build().down()).wait().unwrap();
        ip.link().replace(other).wait().unwrap();
        let changed = ip.link().get("p1").wait().unwrap();
        assert_eq!(
            changed.address().map(|address| address.to_string()).as_deref(),
            Some("02:00:00:00:00:05")
        );
    });
}

#[test]
fn what_can_only_be_made_with_a_link_is_compared() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("p0", "p1")).wait().unwrap();
        let refused = |result: iproute2::Result<()>, words: &str| {
            let error = result.unwrap_err();
            assert!(error.is_invalid() && error.to_string().ends_with(words), "{error}");
        };
        // The kernel ignores a kind without options.
        let bridge = || LinkMessage::build().kind(Bridge::build());
        refused(ip.link().change("p0", bridge()).wait(), "link p0: a link of another kind exists: veth");
        refused(ip.link().replace(bridge().name("p0")).wait(), "a link of another kind exists: veth");
        ip.link().change("p0", LinkMessage::build().kind(Veth::build()).mtu(1400)).wait().unwrap();
        assert_eq!(ip.link().get("p0").wait().unwrap().mtu(), Some(1400));
        let queues = Veth::pair("p0", "p1").tx_queues(7);
        refused(ip.link().replace(queues).wait(), "tx_queues can be set only when the link is created");

        let vlan = |parent: &str, id| Vlan::on(parent, id).name("l0");
        if !support::made(ip.link().add(vlan("p0", 5)).wait(), "vlan") {
            return;
        }
        let id = || ip.link().get("l0").wait().unwrap().kind::<Vlan>().and_then(Vlan::id);
        let words = "id can be set only when the link is created";
        refused(ip.link().change("l0", LinkMessage::build().kind(Vlan::build().id(7))).wait(), words);
        refused(ip.link().replace(vlan("p0", 7)).wait(), words);
        refused(ip.batch([ip.link().replace(vlan("p0", 7)).into()]).wait().remove(0), words);
        let other = Vlan::build().protocol(VlanProtocol::DOT1AD);
        let words = "protocol can be set only when the link is created";
        refused(ip.link().change("l0", LinkMessage::build().kind(other)).wait(), words);
        let words = "parent can be set only when the link is created";
        refused(ip.link().replace(vlan("p1", 5)).wait(), words);
        ip.link().replace(vlan("p0", 5).mtu(1300)).wait().unwrap();
        ip.link().change("l0", LinkMessage::build().kind(Vlan::build().id(5)).alias("five")).wait().unwrap();
        let link = ip.link().get("l0").wait().unwrap();
        assert_eq!((id(), link.mtu(), link.alias().is_some()), (Some(5), Some(1300), true));
    });
}

#[test]
fn options_by_number_are_completed() {
    run_blocking(|ip| {
        let tap = || LinkMessage::build().name("t0");
        let options = Gre::build().local("192.0.2.1").remote("192.0.2.2").key(5).ttl(7);
        let with = |options: GreBuf| LinkInfo::build().kind_name("gretap").data(options.buffer());
        if !support::made(ip.link().add(tap().info(with(options))).wait(), "gretap") {
            return;
        }
        ip.link().change("t0", LinkMessage::build().info(with(Gre::build().ttl(9)))).wait().unwrap();
        let link = ip.link().get("t0").wait().unwrap();
        let gre = link.kind::<Gre>().unwrap();
        assert_eq!((gre.ttl(), gre.input_key(), gre.remote()), (Some(9), Some(5), "192.0.2.2".parse().ok()));
    });
}

#[test]
fn an_error_says_which_end_of_a_pair_exists() {
    run(|ip| async move {
        ip.link().add(Veth::pair("p0", "taken")).await.unwrap();
        for (kind, link) in pairs("q0", "taken") {
            let error = ip.link().add(link).await.unwrap_err();
            if support::is_unknown_kind(&error) {
                continue;
            }
            assert!(error.is_already_exists() && error.device() == Some("taken"), "{kind}: {error}");
            assert_eq!(error.to_string(), "add link q0: device taken: file exists");
        }
        for (kind, link) in pairs("taken", "q1") {
            let error = ip.link().add(link).await.unwrap_err();
            assert_eq!(
                (error.to_string().as_str(), error.device()),
                ("add link taken: file exists", None),
                "{kind}"
            );
        }
        // By an alternative name as well.
        ip.link().add_alt_names("p0", ["other"]).await.unwrap();
        let error = ip.link().add(Veth::pair("q0", "other")).await.unwrap_err();
        assert_eq!(error.to_string(), "add link q0: device other: file exists");
        // What has the name is another kind of link.
        let error = ip.link().replace(Veth::pair("lo", "q1")).await.unwrap_err();
        assert_eq!(error.to_string(), "replace link lo: a link of another kind exists: none");
    });
    run_blocking(|ip| {
        ip.link().add(Veth::pair("p0", "taken")).wait().unwrap();
        let error = ip.link().add(Veth::pair("q0", "taken")).wait().unwrap_err();
        assert_eq!(error.to_string(), "add link q0: device taken: file exists");
    });
}

#[test]
fn an_error_says_which_end_of_a_pair_exists_in_a_batch() {
    let ends = [
        ("q0", "taken"),
        ("q1", "w1"),
        ("taken", "w2"),
        ("q3", "p0"),
        ("q1", "w4"),
        ("q5", "q5"),
        ("q6", "w6"),
    ];
    let told = |results: Vec<iproute2::Result<()>>| {
        let words =
            |result: iproute2::Result<()>| result.map_or_else(|error| error.to_string(), |()| String::new());
        let words: Vec<String> = results.into_iter().map(words).collect();
        let wanted = [
            "add link q0: device taken: file exists",
            "",
            "add link taken: file exists",
            "add link q3: device p0: file exists",
            "add link q1: file exists",
            "add link q5: device q5: file exists",
            "",
        ];
        assert_eq!(words, wanted);
    };
    run(|ip| async move {
        ip.link().add(Veth::pair("p0", "taken")).await.unwrap();
        told(ip.batch(ends.into_iter().map(|(one, other)| ip.link().add(Veth::pair(one, other)))).await);
    });
    run_blocking(|ip| {
        ip.link().add(Veth::pair("p0", "taken")).wait().unwrap();
        told(ip.batch(ends.into_iter().map(|(one, other)| ip.link().add(Veth::pair(one, other)))).wait());
    });
}
