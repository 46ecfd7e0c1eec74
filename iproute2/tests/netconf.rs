//! Per-interface protocol settings: listed, requested, compared with `ip`, and notified when they change.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::netlink_packet::{Packet, View};
use iproute2::rtnetlink::Group;
use iproute2::rtnetlink::message::RTM_NEWNETCONF;
use iproute2::rtnetlink::netconf::ReversePathFilter;
use iproute2::watch::Event;
use iproute2::{AddressFamily, LinkMessage, NetconfMessage, Veth};
use serde_json::Value;
use std::collections::HashMap;
use support::{Handle, ip_json, run, run_blocking};

const FAMILIES: [AddressFamily; 2] = [AddressFamily::INET, AddressFamily::INET6];

/// What `ip -j netconf` says, in its words.
fn said(settings: &NetconfMessage, names: &HashMap<u32, String>) -> Value {
    let mut said = serde_json::Map::new();
    said.insert("family".into(), settings.family().to_string().into());
    let interface = match settings.device().unwrap() {
        NetconfMessage::ALL => "all",
        NetconfMessage::DEFAULT => "default",
        index => names[&index].as_str(),
    };
    said.insert("interface".into(), interface.into());
    let filter = settings.reverse_path_filter().map(|filter| filter.to_string());
    said.extend(filter.map(|filter| ("rp_filter".to_owned(), filter.into())));
    let switches = [
        ("forwarding", settings.forwarding()),
        ("mc_forwarding", settings.multicast_forwarding()),
        ("proxy_neigh", settings.proxy_neighbours()),
        ("ignore_routes_with_linkdown", settings.ignore_routes_with_link_down()),
        ("input", settings.input()),
    ];
    said.extend(switches.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))));
    Value::Object(said)
}

/// How many links have a protocol: tunnels that some modules make everywhere may lack IPv6.
fn with(links: &[Packet<LinkMessage>], family: AddressFamily) -> usize {
    let has = |link: &&Packet<LinkMessage>| match family {
        AddressFamily::INET => link.inet().is_some(),
        _ => link.inet6().is_some(),
    };
    links.iter().filter(has).count()
}

async fn names(ip: &Handle) -> HashMap<u32, String> {
    let links = ip.link().list().await.unwrap();
    links.iter().map(|link| (link.index(), link.name().to_string())).collect()
}

#[test]
fn ip_shows_the_same() {
    run(|handle| async move {
        handle.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let names = names(&handle).await;
        for (family, option) in FAMILIES.into_iter().zip(["-4", "-6"]) {
            let listed = handle.netconf().list().family(family).await.unwrap();
            assert!(listed.iter().all(|one| one.family() == family && one.malformed().count() == 0));
            // Each link that has the protocol, all of them, and new ones.
            assert_eq!(listed.len(), with(&handle.link().list().await.unwrap(), family) + 2, "{listed:?}");
            let Some(Value::Array(mut shown)) = ip_json(&format!("{option} netconf show")) else { return };
            for one in &mut shown {
                // What it has no words for, it prints as numbers or leaves out.
                one.as_object_mut().unwrap().remove("bc_forwarding");
            }
            let said: Vec<_> = listed.iter().map(|one| said(one, &names)).collect();
            assert_eq!(said, shown);
        }
    });
}

#[test]
fn of_one_link() {
    run(|handle| async move {
        handle.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let netconf = handle.netconf();
        let index = handle.link().get("v0").await.unwrap().index();
        for family in FAMILIES {
            let of_link = netconf.get(family, "v0").await.unwrap();
            assert_eq!((of_link.family(), of_link.device()), (family, Some(index)));
            assert!(of_link.forwarding().is_some() && of_link.malformed().count() == 0, "{of_link:?}");
            assert_eq!(netconf.all(family).await.unwrap().device(), Some(NetconfMessage::ALL));
            assert_eq!(netconf.default(family).await.unwrap().device(), Some(NetconfMessage::DEFAULT));
        }
        let told = netconf.list().device("v0").await.unwrap();
        // Where labels have their module, they have settings too.
        let told = told.iter().map(|one| one.family()).filter(|family| *family != AddressFamily::MPLS);
        assert_eq!(told.collect::<Vec<_>>(), FAMILIES);
        let told = netconf.list().device(index).family(AddressFamily::INET6).await.unwrap();
        assert_eq!(
            told.iter().map(|one| (one.family(), one.device())).collect::<Vec<_>>(),
            [(AddressFamily::INET6, Some(index))]
        );
        let error = netconf.list().device("no").await.unwrap_err();
        assert_eq!(error.to_string(), "list netconf no: no such device");
        let error = netconf.get(AddressFamily::INET, "no").await.unwrap_err();
        assert_eq!(error.to_string(), "get netconf: device no: no such device");
        let error = netconf.get(AddressFamily::INET, 4711).await.unwrap_err();
        assert!(error.to_string().starts_with("get netconf 4711: "), "{error}");
    });
}

#[test]
fn changes_are_notified() {
    run(|handle| async move {
        handle.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let index = handle.link().get("v0").await.unwrap().index();
        let mut events = handle.events([Group::IPV4_NETCONF]).open().unwrap();
        // The namespace is this thread's, and so are these files.
        let path = "/proc/sys/net/ipv4/conf/v0/rp_filter";
        if let Err(error) = std::fs::write(path, "2") {
            return support::skip_always(&format!("{path} can't be written: {error}"));
        }
        let Event::Message(message) = events.next().await.unwrap() else { panic!("nothing can be lost") };
        assert_eq!(message.message_type(), RTM_NEWNETCONF);
        let told = NetconfMessage::read(message.payload()).unwrap();
        assert_eq!(told.device(), Some(index));
        assert_eq!(told.reverse_path_filter(), Some(ReversePathFilter::LOOSE));
        assert_eq!(told.forwarding(), None, "only what changed is told");
        let now = handle.netconf().get(AddressFamily::INET, index).await.unwrap();
        assert_eq!(now.reverse_path_filter(), Some(ReversePathFilter::LOOSE));
    });
}

#[test]
fn blocking_verbs() {
    run_blocking(|ip| {
        let lo = ip.netconf().get(AddressFamily::INET6, "lo").wait().unwrap();
        assert_eq!(lo.device(), Some(1));
        let links = ip.link().list().wait().unwrap();
        let mut seen = 0;
        ip.netconf().list().for_each(|one| seen += usize::from(FAMILIES.contains(&one.family()))).unwrap();
        assert_eq!(seen, FAMILIES.into_iter().map(|family| with(&links, family) + 2).sum::<usize>());
    });
}
