//! What the kernel changes without a notification, and a watch works out for itself: a case each.

#![cfg(feature = "tokio")]

#[path = "support/router.rs"]
mod router;
#[path = "support/state.rs"]
mod state;
mod support;

use iproute2::rtnetlink::LinkMessageBuf;
use iproute2::rtnetlink::link::{
    Gre, Hsr, Ipvlan, Macvlan, Vf, VfSettings, VfTrust, bridge::BridgeQuerier, ipvlan::IpvlanFlags,
    ipvlan::IpvlanMode, macvlan::MacvlanBuf, macvlan::MacvlanMode,
};
use iproute2::rtnetlink::route::RouteFlags;
use iproute2::rtnetlink::tc::QdiscKind as _;
use iproute2::rtnetlink::tc::qdisc::red::RedConfig;
use iproute2::rtnetlink::tc::qdisc::{Fifo, Gred, Htb, Prio, Sfq};
use iproute2::rtnetlink::tc::{PlaceClass as _, PlaceQdisc as _, TcHandle};
use iproute2::watch::{Change, Changes, Topics, Update};
use iproute2::{
    AddressMessage, Blocking, Bond, BondMode, Bridge, BridgePort, Device, Error, LinkKind, LinkMessage,
    Neighbour, NeighbourFlags, NeighbourState, Result, Route, RouteMessage, RouteProtocol, Veth, Vrf, Vxlan,
    blocking,
};
use router::Advertisement;
use state::{compare, difference};
use std::io;
use std::net::{IpAddr, Ipv6Addr, UdpSocket};
use std::process::Command;
use std::time::{Duration, Instant};

/// Long enough for the kernel to do what it does late: a second for a carrier, some more for a machine under load.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until the kernel has done it.
fn until(what: &str, mut is_done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_done() {
        assert!(begun.elapsed() < PATIENCE, "the kernel does not: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How long nothing is notified before something happens: a list for what is still being notified, such as the carrier of a new
/// link, would find what is silent as well.
const QUIET: Duration = Duration::from_millis(200);

/// Watches, lets something happen, and waits until the kernel has done it: then the watch has to find it out.
fn silently(
    ip: &blocking::Handle,
    what: &str,
    act: impl FnOnce(&blocking::Handle) -> Result<()>,
    is_done: impl FnMut() -> bool,
) {
    let mut changes = ip.watch(Topics::all()).without_audit().wait().unwrap();
    while changes.next_within(QUIET).unwrap().is_some() {}
    act(ip).unwrap();
    until(what, is_done);
    let begun = Instant::now();
    loop {
        changes.refresh().unwrap();
        let (mirror, kernel) = compare(changes.mirror(), ip).unwrap();
        if mirror.is_empty() && kernel.is_empty() {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: mirror + kernel -\n{}", difference(&mirror, &kernel));
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn route(ip: &blocking::Handle, is_it: impl Fn(&RouteMessage) -> bool + Send + Sync + 'static) -> bool {
    !ip.route().list().filter(is_it).wait().unwrap().is_empty()
}

fn link(ip: &blocking::Handle, device: impl Into<Device>, is_it: impl Fn(&LinkMessage) -> bool) -> bool {
    ip.link().get(device).wait().is_ok_and(|link| is_it(&link))
}

/// A pair whose ends are up.
fn pair(ip: &blocking::Handle, one: &str, other: &str) {
    ip.link().add(Veth::pair(one, other).up()).wait().unwrap();
    ip.link().change(other, LinkMessage::build().up()).wait().unwrap();
}

/// Turns IPv6 off, so that nothing of it is notified meanwhile: a list for that would find what is silent as well.
fn without_ipv6() {
    std::fs::write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1").unwrap();
    std::fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1").unwrap();
}

/// Whether a kind of links can be made; says so where this kernel lacks it.
fn made(ip: &blocking::Handle, link: LinkMessageBuf, kind: &str) -> bool {
    support::made(ip.link().add(link).wait(), kind)
}

#[test]
fn the_preferred_source_of_a_route_of_ipv6_is_deleted() {
    support::run_blocking(|ip| {
        pair(&ip, "v0", "v1");
        let source: IpAddr = "2001:db8::1".parse().unwrap();
        let nodad = AddressMessage::build().prefix("2001:db8::1/64").flags(iproute2::AddressFlags::NODAD);
        ip.address().add("v0", nodad).wait().unwrap();
        ip.route().add(Route::to("2001:db8:1::/48").device("v0").preferred_source(source)).wait().unwrap();
        let has_source = |route: &RouteMessage| route.preferred_source().is_some();
        assert!(route(&ip, has_source));
        let delete = |ip: &blocking::Handle| ip.address().delete("v0", "2001:db8::1/64").wait();
        silently(&ip, "the source is deleted", delete, || !route(&ip, has_source));
    });
}

#[test]
fn a_link_that_is_down_goes_into_a_vrf_and_out() {
    support::run_blocking(|ip| {
        if !made(&ip, Vrf::named("r0", 100).up(), Vrf::NAME) {
            return;
        }
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
        let local = |table: u32| {
            move |route: &RouteMessage| {
                route.table().0 == table && route.prefix() == "192.0.2.1/32".parse().ok()
            }
        };
        // The kernel forgets the routes of a link that is down when it goes in, and does not make them in the VRF.
        let is_forgotten = || !route(&ip, local(255)) && !route(&ip, local(100));
        assert!(route(&ip, local(255)));
        let go_in = |ip: &blocking::Handle| ip.link().change("v0", LinkMessage::build().master("r0")).wait();
        silently(&ip, "it goes in", go_in, is_forgotten);
        ip.address().add("v0", "192.0.2.2/24").wait().unwrap();
        let go_out = |ip: &blocking::Handle| ip.link().change("v0", LinkMessage::build().no_master()).wait();
        silently(&ip, "it goes out", go_out, || true);
    });
}

#[test]
fn a_router_advertises() {
    support::run_blocking(|ip| {
        ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
        if !made(&ip, router::vxlan("x0").up(), "vxlan") {
            return;
        }
        until("a link-local address", || {
            let usable =
                |address: &AddressMessage| !address.flags().contains(iproute2::AddressFlags::TENTATIVE);
            !ip.address().list().device("x0").filter(usable).wait().unwrap().is_empty()
        });
        let metrics = |hop_limit: u32, mtu: Option<u32>| {
            move |route: &RouteMessage| {
                let metrics = route.metrics();
                route.protocol() == RouteProtocol::RA
                    && metrics.and_then(|metrics| metrics.hop_limit()) == Some(hop_limit)
                    && route.mtu() == mtu
            }
        };
        let prefix = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0);
        let first = Advertisement { hop_limit: 77, lifetime: 1800, ..Advertisement::default() };
        let advertise = |advertisement: Advertisement| {
            move |_: &blocking::Handle| {
                router::advertise(&advertisement).unwrap();
                Ok(())
            }
        };
        silently(&ip, "a router comes", advertise(first), || route(&ip, metrics(77, None)));
        let other = Advertisement { hop_limit: 33, prefix: Some((prefix, 7200, 7200)), ..first };
        silently(&ip, "another hop limit", advertise(other), || route(&ip, metrics(33, None)));
        let mtu = Advertisement { mtu: Some(1400), ..first };
        silently(&ip, "an MTU", advertise(mtu), || route(&ip, metrics(77, Some(1400))));
    });
}

#[test]
fn a_bridge_loses_and_gets_its_carrier() {
    type Act = fn(&blocking::Handle) -> Result<()>;
    const WAYS: &[(&str, Act, Act)] = &[
        (
            "its port's other end goes down",
            |ip| ip.link().change("v1", LinkMessage::build().down()).wait(),
            |ip| ip.link().change("v1", LinkMessage::build().up()).wait(),
        ),
        (
            "the same, and it is notified before its routes follow",
            |ip| {
                ip.link().change("v1", LinkMessage::build().down()).wait()?;
                (0..20).try_for_each(|number| {
                    std::thread::sleep(Duration::from_millis(10));
                    ip.link().change("b0", LinkMessage::build().alias(&*number.to_string())).wait()
                })
            },
            |ip| ip.link().change("v1", LinkMessage::build().up()).wait(),
        ),
        (
            "its port goes down",
            |ip| ip.link().change("v0", LinkMessage::build().down()).wait(),
            |ip| ip.link().change("v0", LinkMessage::build().up()).wait(),
        ),
        (
            "its port leaves it",
            |ip| ip.link().change("v0", LinkMessage::build().no_master()).wait(),
            |ip| ip.link().change("v0", LinkMessage::build().master("b0")).wait(),
        ),
        (
            "its port is deleted",
            |ip| ip.link().delete("v0").wait(),
            |ip| {
                ip.link().add(Veth::pair("v0", "v1").up()).wait()?;
                ip.link().change("v0", LinkMessage::build().master("b0")).wait()?;
                ip.link().change("v1", LinkMessage::build().up()).wait()
            },
        ),
    ];

    support::run_blocking(|ip| {
        pair(&ip, "v0", "v1");
        ip.link().add(Bridge::named("b0").up()).wait().unwrap();
        ip.link().change("v0", LinkMessage::build().master("b0")).wait().unwrap();
        ip.address().add("b0", "192.0.2.1/24").wait().unwrap();
        ip.route().add(Route::to("198.51.100.0/24").via(IpAddr::from([192, 0, 2, 2]))).wait().unwrap();
        ip.route().add(Route::to("2001:db8::/48").device("b0")).wait().unwrap();
        let bridge = ip.link().get("b0").wait().unwrap().index();
        let is_down = move |route: &RouteMessage| {
            route.device() == Some(bridge) && route.flags().contains(RouteFlags::LINK_DOWN)
        };
        until("a carrier", || !route(&ip, is_down));
        for (what, lose, get) in WAYS.iter().chain(WAYS) {
            silently(&ip, what, lose, || route(&ip, is_down));
            silently(&ip, "it gets a carrier", get, || !route(&ip, is_down));
        }
    });
}

/// By a setting, lists call routes without a carrier dead.
#[test]
fn routes_without_a_carrier_are_dead_by_a_setting() {
    let set = |setting: &str, value: bool| {
        let path = format!("/proc/sys/net/{setting}/ignore_routes_with_linkdown");
        std::fs::write(path, if value { "1" } else { "0" }).unwrap();
    };
    for topics in [Topics::all(), Topics::ROUTE] {
        support::run_blocking(|ip| {
            pair(&ip, "v0", "v1");
            let nodad = AddressMessage::build().prefix("2001:db8::1/64").flags(iproute2::AddressFlags::NODAD);
            ip.address().add("v0", nodad).wait().unwrap();
            ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
            let over_ipv6 = "2001:db8::2".parse::<IpAddr>().unwrap();
            ip.route().add(Route::to("198.51.100.0/24").via(IpAddr::from([192, 0, 2, 2]))).wait().unwrap();
            ip.route().add(Route::to("203.0.113.0/24").via(over_ipv6)).wait().unwrap();
            ip.route().add(Route::to("2001:db8:1::/48").via(over_ipv6)).wait().unwrap();
            ip.link().change("v1", LinkMessage::build().down()).wait().unwrap();
            let of = |to: &str, flag: RouteFlags| {
                let to = to.parse().ok();
                move |route: &RouteMessage| route.prefix() == to && route.flags().contains(flag)
            };
            let (ipv4, mixed, ipv6) = ("198.51.100.0/24", "203.0.113.0/24", "2001:db8:1::/48");
            for to in [ipv4, mixed, ipv6] {
                until("no carrier", || route(&ip, of(to, RouteFlags::LINK_DOWN)));
            }
            let mut changes = ip.watch(topics).without_audit().wait().unwrap();
            for (setting, to) in [
                ("ipv4/conf/v0", vec![ipv4, mixed]),
                ("ipv4/conf/all", vec![ipv4, mixed]),
                ("ipv6/conf/v0", vec![ipv6]),
                ("ipv6/conf/all", vec![ipv6]),
            ] {
                for value in [true, false] {
                    set(setting, value);
                    for to in &to {
                        until("the routes follow", || route(&ip, of(to, RouteFlags::DEAD)) == value);
                        let begun = Instant::now();
                        // Linux 6.1 does not notify this setting of one link.
                        let by_audit = setting == "ipv6/conf/v0" && support::kernel() < (6, 2);
                        if by_audit {
                            changes.audit_now().unwrap();
                        }
                        loop {
                            changes.refresh().unwrap();
                            if changes.mirror().routes().any(of(to, RouteFlags::DEAD)) == value {
                                break;
                            }
                            assert!(begun.elapsed() < PATIENCE, "{setting}: {to} stays in {topics:?}");
                            std::thread::sleep(Duration::from_millis(5));
                        }
                    }
                }
            }
        });
    }
}

/// A route of IPv4 by a gateway of IPv6 does not know at first that the link has no carrier.
#[test]
fn a_route_follows_its_link_late() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let to = Route::to("198.51.100.0/24").via("2001:db8::1".parse::<IpAddr>().unwrap());
        ip.route().add(to.device("v0").on_link()).wait().unwrap();
        let is_down = |route: &RouteMessage| {
            route.prefix() == "198.51.100.0/24".parse().ok() && route.flags().contains(RouteFlags::LINK_DOWN)
        };
        assert!(!route(&ip, is_down));
        let change =
            |ip: &blocking::Handle| ip.link().change("v0", LinkMessage::build().multicast(false)).wait();
        silently(&ip, "another flag of the link", change, || route(&ip, is_down));
    });
}

#[test]
fn a_bridge_gets_another_address() {
    support::run_blocking(|ip| {
        // Of a port that is down the kernel notifies of nothing.
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        ip.link().add(Bridge::named("b0").up()).wait().unwrap();
        ip.link().change("v0", LinkMessage::build().master("b0")).wait().unwrap();
        let address = [2, 0, 0, 0, 0, 7];
        let change =
            move |ip: &blocking::Handle| ip.link().change("b0", LinkMessage::build().address(address)).wait();
        let is_designated = move |link: &LinkMessage| {
            let port = link.port::<BridgePort>();
            port.and_then(BridgePort::bridge_id).is_some_and(|bridge| bridge.address().as_bytes() == address)
        };
        silently(&ip, "its ports learn of it", change, || link(&ip, "v0", is_designated));
    });
}

#[test]
fn a_bridge_gets_another_priority() {
    support::run_blocking(|ip| {
        without_ipv6();
        pair(&ip, "v0", "v1");
        // Its ports forward at once, not when a timer ends.
        let options = Bridge::build().forward_delay(Duration::ZERO);
        ip.link().add(LinkMessage::build().name("b0").kind(options).up()).wait().unwrap();
        ip.link().change("v0", LinkMessage::build().master("b0")).wait().unwrap();
        let change = |ip: &blocking::Handle| {
            ip.link().change("b0", LinkMessage::build().kind(Bridge::build().priority(100))).wait()
        };
        let is_designated = |link: &LinkMessage| {
            let port = link.port::<BridgePort>();
            let ids = port.map(|port| [port.root_id(), port.bridge_id()]);
            ids.is_some_and(|ids| ids.iter().all(|id| id.is_some_and(|id| id.priority() == 100)))
        };
        silently(&ip, "its ports learn of it", change, || link(&ip, "v0", is_designated));
    });
}

#[test]
fn an_ipvlan_follows_the_mtu_of_its_parent() {
    support::run_blocking(|ip| {
        pair(&ip, "v0", "v1");
        if !made(&ip, Ipvlan::on("v0", IpvlanMode::L3).name("i0").up(), Ipvlan::NAME) {
            return;
        }
        let change = |ip: &blocking::Handle| ip.link().change("v0", LinkMessage::build().mtu(1300)).wait();
        silently(&ip, "the MTU", change, || link(&ip, "i0", |link| link.mtu() == Some(1300)));
    });
}

#[test]
fn ipvlans_of_a_parent_share_their_mode() {
    support::run_blocking(|ip| {
        pair(&ip, "v0", "v1");
        if !made(&ip, Ipvlan::named("i0", "v0", IpvlanMode::L3).up(), Ipvlan::NAME) {
            return;
        }
        if !made(&ip, Ipvlan::tap("i1", "v0", IpvlanMode::L3).up(), "ipvtap") {
            ip.link().add(Ipvlan::named("i1", "v0", IpvlanMode::L3).up()).wait().unwrap();
        }
        let is = |ip: &blocking::Handle, mode: IpvlanMode, flags: IpvlanFlags| {
            let settings =
                |link: &LinkMessage| link.kind::<Ipvlan>().map(|ipvlan| (ipvlan.mode(), ipvlan.flags()));
            link(ip, "i1", |link| settings(link) == Some((Some(mode), Some(flags))))
        };
        let change = |mode: IpvlanMode, flags: IpvlanFlags| {
            let options = Ipvlan::build().mode(mode).flags(flags);
            let changed = LinkMessage::build().kind(options);
            silently(&ip, "the mode", |ip| ip.link().change("i0", changed).wait(), || is(&ip, mode, flags));
        };
        change(IpvlanMode::L3, IpvlanFlags::PRIVATE);
        // The others are notified of another flag, before the mode changes.
        change(IpvlanMode::L2, IpvlanFlags::PRIVATE);
        change(IpvlanMode::L2, IpvlanFlags::VEPA);
        change(IpvlanMode::L3S, IpvlanFlags::VEPA);
        let add = Ipvlan::named("i2", "v0", IpvlanMode::L3);
        let is_l3 = || is(&ip, IpvlanMode::L3, IpvlanFlags::VEPA);
        silently(&ip, "that of a new one", |ip| ip.link().add(add).wait(), is_l3);
    });
}

#[test]
fn a_macvlan_in_passthru_mode_has_the_address_of_its_parent() {
    support::run_blocking(|ip| {
        without_ipv6();
        pair(&ip, "v0", "v1");
        if !made(&ip, Macvlan::named("m0", "v0", MacvlanMode::PASSTHRU).up(), Macvlan::NAME) {
            return;
        }
        for address in [[2, 0, 0, 0, 0, 7], [2, 0, 0, 0, 0, 8]] {
            let change = LinkMessage::build().address(address);
            let is_so =
                |link: &LinkMessage| link.address().is_some_and(|own| own.as_bytes() == address.as_slice());
            silently(
                &ip,
                "its address",
                |ip| ip.link().change("v0", change).wait(),
                || link(&ip, "m0", is_so),
            );
            // The second time it is down.
            ip.link().change("m0", LinkMessage::build().down()).wait().unwrap();
        }
    });
}

#[test]
fn macvlans_of_a_parent_share_a_broadcast_queue() {
    share_a_broadcast_queue("macvlan", "macvlan");
}

#[test]
fn macvtaps_share_it_with_each_other_and_with_macvlans() {
    share_a_broadcast_queue("macvtap", "macvtap");
    share_a_broadcast_queue("macvtap", "macvlan");
    share_a_broadcast_queue("macvlan", "macvtap");
}

/// One kind of link changes the length of the queue, another kind follows silently.
fn share_a_broadcast_queue(changed: &'static str, silent: &'static str) {
    support::run_blocking(move |ip| {
        pair(&ip, "v0", "v1");
        let on = |kind: &str, name: &str, options: MacvlanBuf| {
            let link = LinkMessage::build().name(name).parent("v0");
            link.kind_named(kind, options.mode(MacvlanMode::BRIDGE)).up()
        };
        if !made(&ip, on(changed, "m0", Macvlan::build()), changed) {
            return;
        }
        if !made(&ip, on(silent, "m1", Macvlan::build()), silent) {
            return;
        }
        let used = |ip: &blocking::Handle, length: u32| {
            link(ip, "m1", |link| {
                link.kind::<Macvlan>().and_then(Macvlan::broadcast_queue_length_used) == Some(length)
            })
        };
        if !used(&ip, 1000) {
            return support::skip("this kernel does not tell the length of a broadcast queue");
        }
        let long = || Macvlan::build().broadcast_queue_length(5000);
        let longer = LinkMessage::build().kind_named(changed, long());
        let change = |ip: &blocking::Handle| ip.link().change("m0", longer).wait();
        silently(&ip, "a longer queue", change, || used(&ip, 5000));
        let delete = |ip: &blocking::Handle| ip.link().delete("m0").wait();
        silently(&ip, "the usual queue", delete, || used(&ip, 1000));
        let add = on(changed, "m2", long());
        silently(&ip, "another one", |ip| ip.link().add(add).wait(), || used(&ip, 5000));
    });
}

/// Nothing is silent here: what changes is notified at once.
#[test]
fn a_tunnel_that_is_up_gets_another_remote_address() {
    support::run_blocking(|ip| {
        pair(&ip, "v0", "v1");
        let ends = [IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2])];
        if !made(&ip, Gre::between(ends[0], ends[1]).name("g0").up(), Gre::NAME) {
            return;
        }
        let remote = IpAddr::from([192, 0, 2, 3]);
        let change = |ip: &blocking::Handle| {
            ip.link().change("g0", LinkMessage::build().kind(Gre::build().remote(remote))).wait()
        };
        let is_so = |link: &LinkMessage| link.kind::<Gre>().and_then(Gre::remote) == Some(remote);
        silently(&ip, "the remote address", change, || link(&ip, "g0", is_so));
    });
}

/// A simulated device (netdevsim), which is up and the only one beside the loopback. It is deleted with this.
struct Simulated {
    id: u32,
    index: u32,
}

impl Simulated {
    /// `None` where this kernel, or this user, can make none.
    fn new(ip: &blocking::Handle, id: u32) -> Option<Self> {
        let made = std::fs::write("/sys/bus/netdevsim/new_device", format!("{id} 1"));
        made.map_err(|error| support::skip_always(&format!("no netdevsim: {error}"))).ok()?;
        let mut device = Simulated { id, index: 0 };
        let find = || ip.link().list().wait().unwrap().iter().map(|link| link.index()).max();
        until("the device", || find().is_some_and(|index| index > 1));
        device.index = find().unwrap();
        ip.link().change(device.index, LinkMessage::build().up()).wait().unwrap();
        Some(device)
    }

    /// Has so many virtual functions.
    fn set_functions(&self, count: u32) {
        let file = format!("/sys/bus/netdevsim/devices/netdevsim{}/sriov_numvfs", self.id);
        std::fs::write(file, count.to_string()).unwrap();
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        let _ = std::fs::write("/sys/bus/netdevsim/del_device", self.id.to_string());
    }
}

/// Nothing gives it away, unless the flag is set before the route is notified: an audit finds it.
#[test]
fn hardware_takes_routes_over() {
    support::run_blocking(|ip| {
        let Some(device) = Simulated::new(&ip, 4711) else { return };
        ip.address().add(device.index, "192.0.2.1/24").wait().unwrap();
        let mut changes = ip.watch(Topics::all()).without_audit().wait().unwrap();
        let via = IpAddr::from([192, 0, 2, 2]);
        ip.route().add(Route::to("198.51.100.0/24").via(via)).wait().unwrap();
        let is_taken = |route: &RouteMessage| {
            route.gateway() == Some("192.0.2.2".parse().unwrap()) && route.flags().contains(RouteFlags::TRAP)
        };
        until("takes the route over", || route(&ip, is_taken));
        changes.audit_now().unwrap();
        assert!(changes.mirror().routes().any(is_taken));
    });
}

/// Virtual functions (VF) are in lists and in no notification. That one is set is notified, without saying what.
#[test]
fn virtual_functions() {
    support::run_blocking(|ip| {
        // The device would take over routes of IPv6, which nothing gives away.
        without_ipv6();
        let Some(device) = Simulated::new(&ip, 4712) else { return };
        device.set_functions(2);
        let change = |change: LinkMessageBuf| {
            move |ip: &blocking::Handle| ip.link().change(device.index, change).wait()
        };
        let is_so = |is_it: fn(&LinkMessage) -> bool| link(&ip, device.index, is_it);
        let is_trusted =
            |link: &LinkMessage| link.vfs().nth(1).and_then(Vf::trust).map(VfTrust::setting) == Some(1);
        assert!(!is_so(is_trusted));
        let trust = LinkMessage::build().vf(VfSettings::of(1).trust(true));
        silently(&ip, "a function is trusted", change(trust), || is_so(is_trusted));
        let resize = LinkMessage::build().mtu(1400);
        silently(&ip, "the functions stay", change(resize), || is_so(|link| link.mtu() == Some(1400)));
        // Nothing gives away that there are more: an audit finds them.
        let mut changes = ip.watch(Topics::LINK).without_audit().wait().unwrap();
        let known = |changes: &Changes<Blocking>| {
            changes.mirror().link(device.index).map(|link| (link.vf_count(), link.vfs().count()))
        };
        changes.refresh().unwrap();
        assert_eq!(known(&changes), Some((Some(2), 2)));
        device.set_functions(0);
        device.set_functions(3);
        changes.refresh().unwrap();
        assert_eq!(known(&changes), Some((Some(2), 2)), "nothing is notified");
        assert_eq!(changes.audit_now().unwrap(), 1);
        assert_eq!(known(&changes), Some((Some(3), 3)));
    });
}

#[test]
fn a_bond_refuses_a_port_of_another_type() {
    support::run_blocking(|ip| {
        if !made(&ip, Bond::named("o0", BondMode::BALANCE_RR).up(), Bond::NAME) {
            return;
        }
        let ends = [IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2])];
        if !made(&ip, Gre::between(ends[0], ends[1]).name("g0"), Gre::NAME) {
            return;
        }
        let kind = ip.link().get("o0").wait().unwrap().link_type();
        let enslave = |ip: &blocking::Handle| {
            assert!(ip.link().change("g0", LinkMessage::build().master("o0")).wait().is_err());
            Ok(())
        };
        silently(&ip, "the bond is as it was", enslave, || link(&ip, "o0", |link| link.link_type() == kind));
    });
}

#[test]
fn a_bond_is_deleted_and_its_port_has_its_own_mtu_again() {
    support::run_blocking(|ip| {
        if !made(&ip, Bond::named("o0", BondMode::ACTIVE_BACKUP).mtu(1400), Bond::NAME) {
            return;
        }
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        ip.link().change("v0", LinkMessage::build().master("o0")).wait().unwrap();
        assert!(link(&ip, "v0", |link| link.mtu() == Some(1400)));
        let delete = |ip: &blocking::Handle| ip.link().delete("o0").wait();
        silently(&ip, "its MTU", delete, || link(&ip, "v0", |link| link.mtu() == Some(1500)));
    });
}

#[test]
fn a_bond_loses_its_active_port_after_its_carrier() {
    support::run_blocking(|ip| {
        without_ipv6();
        let millis = Duration::from_millis;
        let options = Bond::build().mode(BondMode::ACTIVE_BACKUP).miimon(millis(100)).down_delay(millis(300));
        let bond = LinkMessage::build().name("o0").kind(options.min_links(1)).up();
        if !made(&ip, bond, Bond::NAME) {
            return;
        }
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
        ip.link().change("v0", LinkMessage::build().master("o0")).wait().unwrap();
        let active = |link: &LinkMessage| link.kind::<Bond>().and_then(Bond::active_port);
        until("an active port", || link(&ip, "o0", |link| active(link).is_some()));
        let down = |ip: &blocking::Handle| ip.link().change("v0", LinkMessage::build().down()).wait();
        silently(&ip, "it goes", down, || link(&ip, "o0", |link| active(link).is_none()));
    });
}

#[test]
fn a_bond_refuses_a_port_whose_address_it_took() {
    support::run_blocking(|ip| {
        if !made(&ip, Bond::named("o0", BondMode::BALANCE_RR).up(), Bond::NAME) {
            return;
        }
        pair(&ip, "v0", "v1");
        // Their addresses can't be changed: one is the bond's own.
        for on in ["o0", "v0"] {
            if !made(&ip, Ipvlan::on(on, IpvlanMode::L3).name("i0"), Ipvlan::NAME) {
                return;
            }
            let refused = ip.link().get("i0").wait().unwrap().address().unwrap();
            let enslave = |ip: &blocking::Handle| {
                assert!(ip.link().change("i0", LinkMessage::build().master("o0")).wait().is_err());
                Ok(())
            };
            silently(&ip, "the bond has another address", enslave, || {
                link(&ip, "o0", |link| link.address().is_some_and(|address| address != refused))
            });
            ip.link().delete("i0").wait().unwrap();
        }
    });
}

/// It is notified with its own metrics and protocol, and listed with those of the first.
#[test]
fn a_path_of_a_route_of_ipv6_is_appended() {
    support::run_blocking(|ip| {
        pair(&ip, "v0", "v1");
        let nodad = AddressMessage::build().prefix("2001:db8::1/64").flags(iproute2::AddressFlags::NODAD);
        ip.address().add("v0", nodad).wait().unwrap();
        let to = |host: u16| {
            let gateway = IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, host]);
            Route::to("2001:db8:1::/48").via(gateway).device("v0")
        };
        ip.route().add(to(2).mtu(1400).protocol(RouteProtocol::STATIC)).wait().unwrap();
        let has_paths = |count: usize| {
            move |route: &RouteMessage| route.mtu() == Some(1400) && route.next_hops().count() == count
        };
        let append = |ip: &blocking::Handle| ip.route().append(to(3)).wait();
        silently(&ip, "a path without metrics", append, || route(&ip, has_paths(2)));
        let append =
            |ip: &blocking::Handle| ip.route().append(to(4).mtu(1400).protocol(RouteProtocol::BIRD)).wait();
        silently(&ip, "a path of another protocol", append, || route(&ip, has_paths(3)));
    });
}

/// Of one of them the kernel notifies the change.
#[test]
fn remotes_of_a_vxlan_share_their_state() {
    support::run_blocking(|ip| {
        let to = |last: u8| IpAddr::from([192, 0, 2, last]);
        let options = Vxlan::build().id(7).port(4789).remote(to(1));
        let named = LinkMessage::build().name("x0").kind(options).up();
        if !made(&ip, named, Vxlan::NAME) {
            return;
        }
        let append = |last: u8| {
            let state = NeighbourState::NOARP | NeighbourState::PERMANENT;
            let remote = Neighbour::fdb([0; 6]).flags(NeighbourFlags::SELF).state(state).address(to(last));
            move |ip: &blocking::Handle| ip.neighbour().append("x0", remote).wait()
        };
        let are_all = |state: NeighbourState| {
            let entries = ip.neighbour().fdb().device("x0").wait().unwrap();
            let remotes = entries.iter().filter(|entry| entry.address().is_some());
            let states: Vec<_> = remotes.map(|entry| entry.state()).collect();
            states.len() > 1 && states.iter().all(|own| own.contains(state))
        };
        silently(&ip, "a second one", append(2), || are_all(NeighbourState::NOARP));
        let another = LinkMessage::build().kind(Vxlan::build().remote(to(3)));
        let change = |ip: &blocking::Handle| ip.link().change("x0", another).wait();
        silently(&ip, "another default", change, || are_all(NeighbourState::REACHABLE));
        silently(&ip, "a third one", append(4), || are_all(NeighbourState::NOARP));
    });
}

/// What counts and ages is no change: an audit does not find it.
#[test]
fn counters_and_timers_are_no_changes() {
    support::run_blocking(|ip| {
        pair(&ip, "v0", "v1");
        pair(&ip, "v2", "v3");
        for (bridge, port) in [("b0", "v2"), ("b1", "v3")] {
            ip.link().add(Bridge::named(bridge).up()).wait().unwrap();
            ip.link().change(port, LinkMessage::build().master(bridge)).wait().unwrap();
        }
        pair(&ip, "v4", "v5");
        if !made(&ip, Hsr::named("h0", "v0", "v4").up(), Hsr::NAME) {
            return;
        }
        let querier = LinkMessage::build().kind(Bridge::build().multicast_querier(true));
        ip.link().change("b0", querier).wait().unwrap();
        let clocks = || {
            let (ring, bridge) = (ip.link().get("h0").wait().unwrap(), ip.link().get("b1").wait().unwrap());
            let querier = bridge.kind::<Bridge>().and_then(Bridge::multicast_querier_state);
            (ring.kind::<Hsr>().and_then(Hsr::sequence), querier.and_then(BridgeQuerier::ip_other_timer))
        };
        until("another querier", || clocks().1.is_some());
        let mut changes = ip.watch(Topics::LINK).without_audit().wait().unwrap();
        let then = clocks();
        until("they go on", || clocks().0 != then.0 && clocks().1 != then.1);
        changes.refresh().unwrap();
        changes.audit_now().unwrap();
        while changes.next_within(Duration::ZERO).unwrap().is_some() {}
        let then = clocks();
        until("they go on", || clocks().0 != then.0 && clocks().1 != then.1);
        assert_eq!(changes.audit_now().unwrap(), 0);
    });
}

/// Runs `tc`; whether there is one.
fn tc(arguments: &str) -> bool {
    match Command::new("tc").args(arguments.split(' ')).status() {
        Ok(status) => {
            assert!(status.success(), "tc {arguments}: {status}");
            true
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            support::skip("there is no tc");
            false
        }
        Err(error) => panic!("tc: {error}"),
    }
}

/// What is reported of a link, until nothing more comes: its queueing discipline before and now, and what differs.
fn reported_of(changes: &mut Changes<Blocking>, device: &str) -> Vec<(String, String, Vec<String>)> {
    let mut reported = Vec::new();
    while let Some(change) = changes.next_within(Duration::ZERO).unwrap() {
        let Change::Link(update @ Update::Changed { before, now }) = &change else { continue };
        if now.name() == device {
            let [before, now] = [before, now].map(|link| link.qdisc().unwrap_or_default().to_string());
            reported.push((before, now, update.differences()));
        }
    }
    reported
}

/// Queueing disciplines that come and go with links, with others above them, and with what takes their place.
#[test]
fn queueing_disciplines() {
    support::run_blocking(|ip| {
        let count = |device: &'static str, at_least: usize| {
            let ip = ip.clone();
            move || ip.qdisc().list().device(device).wait().unwrap().len() >= at_least
        };
        let pair = Veth::pair("v0", "v1").tx_queues(4).up();
        silently(&ip, "a pair", |ip| ip.link().add(pair).wait(), || true);
        let up =
            |device| move |ip: &blocking::Handle| ip.link().change(device, LinkMessage::build().up()).wait();
        silently(&ip, "a default one for each queue", up("v1"), count("v0", 1));
        let none =
            |ip: &blocking::Handle| ip.link().change("v0", LinkMessage::build().tx_queue_length(0)).wait();
        silently(&ip, "no queue", none, || true);
        let root =
            |ip: &blocking::Handle| ip.qdisc().add("v0", Fifo::build().limit(100).root().handle("1:")).wait();
        silently(&ip, "one of one's own", root, count("v0", 1));
        let changed = |ip: &blocking::Handle| {
            ip.qdisc().change("v0", Fifo::build().limit(200).root().handle("1:")).wait()
        };
        silently(&ip, "another limit", changed, count("v0", 1));
        let gone = |ip: &blocking::Handle| ip.qdisc().delete("v0", TcHandle::ROOT).wait();
        silently(&ip, "the default one again", gone, count("v0", 1));
        // Others under it.
        let prio = |bands: u32| Prio::build().bands(bands).root().handle("2:");
        match ip.qdisc().add("v0", prio(4)).wait() {
            Err(error) if is_unknown_qdisc(&error) => support::skip("this kernel lacks qdisc prio"),
            result => {
                result.unwrap();
                for band in 1..=4_u16 {
                    let under = Fifo::build().limit(10).under(TcHandle::new(2, band));
                    ip.qdisc().add("v0", under).wait().unwrap();
                }
                let fewer = |ip: &blocking::Handle| ip.qdisc().change("v0", prio(2)).wait();
                silently(&ip, "fewer bands", fewer, count("v0", 3));
                silently(&ip, "all of them", gone, count("v0", 1));
            }
        }
        match ip.qdisc().add("v0", Htb::build().root().handle("3:")).wait() {
            Err(error) if is_unknown_qdisc(&error) => support::skip("this kernel lacks qdisc htb"),
            result => {
                result.unwrap();
                ip.class().add("v0", Htb::build().rate("1mbit").class("3:1")).wait().unwrap();
                ip.qdisc().add("v0", Fifo::build().limit(10).under("3:1")).wait().unwrap();
                let class = |ip: &blocking::Handle| ip.class().delete("v0", "3:1").wait();
                silently(&ip, "with its class", class, count("v0", 1));
            }
        }
        silently(&ip, "with their device", |ip| ip.link().delete("v0").wait(), || true);
    });
}

/// Packets are counted everywhere, by some kinds among their options.
#[test]
fn statistics_of_qdiscs_are_no_changes() {
    support::run_blocking(|ip| {
        pair(&ip, "v0", "v1");
        ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
        let lladdr = Neighbour::of("192.0.2.2").hardware_address("02:00:00:00:00:02");
        ip.neighbour().add("v0", lladdr).wait().unwrap();
        let red = RedConfig::limit("60k").min("15k").max("25k").average_packet(1000).burst(20);
        let gred = Gred::setup(2, 0).root();
        for qdisc in [Fifo::build().limit(100).root(), Sfq::build().quantum(1514u32).root(), gred] {
            let kind = qdisc.view().kind_name().unwrap().to_owned();
            match ip.qdisc().replace("v0", qdisc).wait() {
                Err(error) if is_unknown_qdisc(&error) => {
                    support::skip("this kernel lacks qdisc sfq or gred");
                    continue;
                }
                result => result.unwrap(),
            }
            if kind == Gred::NAME {
                let queue = Gred::queue(0, 1, red.clone().bandwidth("10mbit")).root();
                ip.qdisc().change("v0", queue).wait().unwrap();
            }
            let mut changes = ip.watch(Topics::QDISC).without_audit().wait().unwrap();
            let listed = || ip.qdisc().list().device("v0").wait().unwrap()[0].as_bytes().to_vec();
            let before = listed();
            let socket = UdpSocket::bind("192.0.2.1:0").unwrap();
            until("packets are sent and counted", || {
                socket.send_to(&[0; 600], "192.0.2.2:9").unwrap();
                listed() != before
            });
            assert_eq!(changes.audit_now().unwrap(), 0, "{kind}");
        }
    });
}

fn is_unknown_qdisc(error: &Error) -> bool {
    error.is_not_found() || error.message().is_some_and(|message| message.contains("kind is unknown"))
}

/// `tc` changes it without a notification of the link.
#[test]
fn a_queueing_discipline_is_found_by_an_audit_and_told() {
    support::run_blocking(|ip| {
        // While it is down nothing else is notified of it.
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let mut changes = ip.watch(Topics::LINK).without_audit().wait().unwrap();
        reported_of(&mut changes, "v0");
        let known = |changes: &Changes<Blocking>| {
            changes.mirror().link("v0").and_then(|link| link.qdisc().map(|name| name.to_string()))
        };
        let reported = |before: &str, now: &str, differences: &[&str]| {
            (before.to_owned(), now.to_owned(), differences.iter().map(|name| (*name).to_owned()).collect())
        };
        assert_eq!(known(&changes).as_deref(), Some("noop"));
        if !tc("qdisc replace dev v0 root pfifo") {
            return;
        }
        changes.audit_now().unwrap();
        assert_eq!(reported_of(&mut changes, "v0"), [reported("noop", "pfifo", &["qdisc"])]);
        assert_eq!(changes.audit_now().unwrap(), 0);
        // It comes with whatever is notified of the link.
        assert!(tc("qdisc replace dev v0 root bfifo"));
        ip.link().change("v0", LinkMessage::build().mtu(1400)).wait().unwrap();
        changes.refresh().unwrap();
        assert_eq!(known(&changes).as_deref(), Some("bfifo"));
        let all = reported_of(&mut changes, "v0");
        assert!(all.iter().any(|(before, now, _)| before == "pfifo" && now == "bfifo"), "{all:?}");
        assert_eq!(changes.audit_now().unwrap(), 0);
        assert!(tc("qdisc del dev v0 root"));
        changes.audit_now().unwrap();
        assert_eq!(known(&changes).as_deref(), Some("noop"));
        assert_eq!(reported_of(&mut changes, "v0"), [reported("bfifo", "noop", &["qdisc"])]);
        // Where the link goes up and down its notifications say what lists do.
        for (up, kind) in [(true, "pfifo"), (false, "bfifo")] {
            assert!(tc(&format!("qdisc replace dev v0 root {kind}")));
            let flags = LinkMessage::build();
            ip.link().change("v0", if up { flags.up() } else { flags.down() }).wait().unwrap();
            changes.refresh().unwrap();
            assert_eq!((changes.audit_now().unwrap(), known(&changes).as_deref()), (0, Some(kind)));
        }
    });
}
