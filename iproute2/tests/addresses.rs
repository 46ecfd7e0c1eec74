//! Addresses: added, read back, compared with `ip`, replaced, deleted, flushed.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use futures::TryStreamExt;
use iproute2::netlink_packet::{Name, Packet};
use iproute2::rtnetlink::Lifetime;
use iproute2::{AddressFamily, AddressFlags, AddressMessage, LinkMessage, RouteScope, Veth, blocking};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::time::Duration;
use support::{Handle, current_thread, ip_json, run, run_blocking};

/// A pair of links, both up, the first without a generated IPv6 address.
async fn pair(ip: &Handle) {
    ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
    ip.link().change("v0", LinkMessage::build().up()).await.unwrap();
    ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
}

#[test]
fn what_a_kernel_ignores_of_an_ipv6_address() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        ip.link().change("v0", LinkMessage::build().up()).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
        ip.address().add("v0", "2001:db8::1/64").wait().unwrap();
        // Its prefix length stays, and the kernel says that it was replaced.
        let error = ip.address().replace("v0", "2001:db8::1/48").wait().unwrap_err();
        assert!(
            error.to_string().contains("the prefix length can be set only when the address is added"),
            "{error}"
        );
        ip.address().replace("v0", "2001:db8::1/64").wait().unwrap();
        ip.address().replace("v0", "2001:db8::2/48").wait().unwrap();
        // Without the setting no address is optimistic.
        let optimistic = AddressMessage::build().prefix("2001:db8::3/64").flags(AddressFlags::OPTIMISTIC);
        let setting = "/proc/sys/net/ipv6/conf/v0/optimistic_dad";
        let added = ip.address().add("v0", &optimistic).wait();
        let list = || ip.address().list().device("v0").family(AddressFamily::INET6).wait().unwrap();
        let is_there = || list().iter().any(|one| one.prefix() == optimistic.view().prefix());
        match &added {
            Err(error) => {
                assert!(
                    error.to_string().contains("flags OPTIMISTIC: the setting `optimistic_dad`"),
                    "{error}"
                );
                assert!(error.to_string().ends_with("the address was deleted again)"), "{error}");
                assert!(!is_there());
            }
            Ok(()) => assert_eq!(std::fs::read_to_string(setting).unwrap().trim(), "1"),
        }
        if std::fs::write(setting, "1").is_ok() && added.is_err() {
            ip.address().add("v0", &optimistic).wait().unwrap();
            assert!(is_there());
        }
    });
}

fn prefixes(addresses: &[Packet<AddressMessage>]) -> Vec<String> {
    let mut prefixes: Vec<String> =
        addresses.iter().filter_map(|address| address.prefix()).map(|p| p.to_string()).collect();
    prefixes.sort();
    prefixes
}

/// IPv4 addresses, and IPv6 addresses that were not generated.
async fn chosen(ip: &Handle) -> Vec<String> {
    let mut list = prefixes(&ip.address().list().device("v0").await.unwrap());
    list.retain(|prefix| !prefix.starts_with("fe80"));
    list
}

#[test]
fn addresses_are_added_and_deleted() {
    run(|ip| async move {
        pair(&ip).await;
        let address: IpAddr = "192.0.2.2".parse().unwrap();
        let link = ip.link().get("v0").await.unwrap();
        ip.address().add("v0", "192.0.2.1/24").await.unwrap();
        ip.address().add(link.index(), address).await.unwrap();
        ip.address().add(&link, "2001:db8::1/64".to_owned()).await.unwrap();
        ip.address().add("v0", "2001:db8::2").await.unwrap();
        assert_eq!(chosen(&ip).await, ["192.0.2.1/24", "192.0.2.2/32", "2001:db8::1/64", "2001:db8::2/128"]);
        compare_with_ip(async || ip.address().list().await).await;

        let listed = ip.address().list().device("v0").to("192.0.2.2/32").await.unwrap();
        ip.address().delete("v0", &*listed[0]).await.unwrap();
        ip.address().delete("v0", "2001:db8::1/64").await.unwrap();
        ip.address().delete("v0", "2001:db8::2").await.unwrap();
        assert_eq!(chosen(&ip).await, ["192.0.2.1/24"]);
        let error = ip.address().delete("v0", "192.0.2.1/25").await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    });
}

#[test]
fn an_address_with_more_attributes() {
    run(|ip| async move {
        pair(&ip).await;
        let address = |prefix: &str| AddressMessage::build().prefix(prefix);
        let hour = Duration::from_secs(3600);
        let messages = [
            address("192.0.2.1/24").automatic_broadcast().label("v0:web").metric(77),
            address("192.0.2.9").peer("192.0.2.10/32"),
            address("192.0.2.3/24").valid_lifetime(hour).preferred_lifetime(hour / 2),
            address("198.51.100.1/24").scope(RouteScope::LINK),
            address("2001:db8::1/64").flags(AddressFlags::NODAD | AddressFlags::NOPREFIXROUTE),
            address("2001:db8::2").peer("2001:db8::3/64"),
            address("2001:db8:1::1/64").valid_lifetime(hour).preferred_lifetime(hour),
        ];
        for message in messages {
            ip.address().add("v0", message).await.unwrap();
        }
        compare_with_ip(async || ip.address().list().await).await;

        let links = ip.address().list().device("v0").family(AddressFamily::INET).scope(RouteScope::LINK);
        assert_eq!(prefixes(&links.await.unwrap()), ["198.51.100.1/24"]);
        let lent = ip.address().list().to("192.0.2.3/32").await.unwrap();
        let left = lent[0].valid_lifetime().unwrap();
        assert!(matches!(left, Lifetime(3500..=3600)), "{left:?}");
    });
}

/// Compares each address with the output of `ip -j address`, field by field.
async fn compare_with_ip(list: impl AsyncFn() -> iproute2::Result<Vec<Packet<AddressMessage>>>) {
    let mut tries = 100;
    loop {
        let Some(Value::Array(shown)) = ip_json("-d address show") else { return };
        let mut ours: Vec<Value> = list().await.unwrap().iter().map(|address| as_ip(address)).collect();
        let mut theirs: Vec<Value> = shown.iter().flat_map(addresses_of).collect();
        for list in [&mut ours, &mut theirs] {
            list.sort_by_key(Value::to_string);
        }
        // Meanwhile a second may have passed, or duplicate address detection ended.
        tries -= 1;
        if ours == theirs || tries == 0 {
            assert!(!ours.is_empty());
            let common: Vec<Value> =
                ours.iter().filter(|address| theirs.contains(address)).cloned().collect();
            ours.retain(|address| !common.contains(address));
            theirs.retain(|address| !common.contains(address));
            return assert_eq!(ours, theirs);
        }
    }
}

/// The addresses of a link as `ip` prints them, with the link's index.
fn addresses_of(link: &Value) -> Vec<Value> {
    let mut addresses = link["addr_info"].as_array().cloned().unwrap_or_default();
    for address in &mut addresses {
        address["ifindex"] = link["ifindex"].clone();
        // Only newer ones print it.
        address.as_object_mut().unwrap().remove("protocol");
    }
    addresses
}

/// The address in the words of `ip`.
fn as_ip(address: &AddressMessage) -> Value {
    let mut fields = json!({
        "ifindex": address.device(),
        "family": address.family().to_string(),
        "local": address.prefix().map(|prefix| prefix.addr()),
        "prefixlen": address.prefix_length(),
        "scope": address.scope().to_string(),
        "valid_life_time": address.valid_lifetime().map(|time| time.0),
        "preferred_life_time": address.preferred_lifetime().map(|time| time.0),
    });
    let optional = [
        ("address", address.peer().map(|peer| json!(peer.addr()))),
        ("broadcast", address.broadcast().map(|broadcast| json!(broadcast))),
        ("label", address.label().map(|label| json!(label.to_string()))),
        ("metric", address.metric().map(|metric| json!(metric))),
    ];
    for (field, value) in optional {
        if let Some(value) = value {
            fields[field] = value;
        }
    }
    let flags = address.flags();
    for word in flags.to_string().split(',').filter(|word| !word.is_empty() && *word != "permanent") {
        fields[word] = json!(true);
    }
    if !flags.contains(AddressFlags::PERMANENT) {
        fields["dynamic"] = json!(true);
    }
    fields
}

#[test]
fn an_address_is_replaced() {
    run(|ip| async move {
        pair(&ip).await;
        for prefix in ["192.0.2.1/24", "2001:db8::1/64"] {
            ip.address().add("v0", prefix).await.unwrap();
            assert!(ip.address().add("v0", prefix).await.unwrap_err().is_already_exists());
            let hour = Duration::from_secs(3600);
            let short = AddressMessage::build().prefix(prefix).valid_lifetime(hour).preferred_lifetime(hour);
            let told = ip.address().replace("v0", short).created().await.unwrap();
            assert!(told.valid_lifetime().is_some_and(|left| left != Lifetime::FOREVER), "{told:?}");
            ip.address().replace("v0", prefix).await.unwrap();
            let all = ip.address().list().device("v0").to(prefix.split('/').next().unwrap()).await.unwrap();
            assert_eq!(all.len(), 1);
            assert_eq!(all[0].valid_lifetime(), Some(Lifetime::FOREVER));
        }
        // An address that does not exist is added.
        ip.address().replace("v0", "192.0.2.7/24").await.unwrap();
        assert!(chosen(&ip).await.contains(&"192.0.2.7/24".to_owned()));
    });
}

#[test]
fn the_added_address_is_returned() {
    run(|ip| async move {
        pair(&ip).await;
        let index = ip.link().get("v0").await.unwrap().index();
        for prefix in ["192.0.2.1/24", "2001:db8::1/64"] {
            let told = ip.address().add("v0", prefix).created().await.unwrap();
            assert_eq!((told.device(), told.prefix()), (index, prefix.parse().ok()));
            assert_eq!(told.malformed().count(), 0);
        }
        let told =
            ip.address().add("v0", AddressMessage::build().prefix("2001:db8::5").peer("2001:db8::6/64"));
        let told = told.created().await.unwrap();
        assert_eq!(told.prefix(), "2001:db8::5/128".parse().ok());
        assert_eq!(told.peer(), "2001:db8::6/64".parse().ok());
    });
}

#[test]
fn a_list_is_filtered() {
    run(|ip| async move {
        pair(&ip).await;
        ip.link().change("lo", LinkMessage::build().up()).await.unwrap();
        ip.address().add("v0", "192.0.2.1/24").await.unwrap();
        ip.address().add("v1", "2001:db8::1/64").await.unwrap();
        ip.address().add("v1", "198.51.100.1/24").await.unwrap();
        let list = || ip.address().list();
        assert_eq!(
            prefixes(&list().device("v0").family(AddressFamily::INET).await.unwrap()),
            ["192.0.2.1/24"]
        );
        assert_eq!(prefixes(&list().scope(RouteScope::HOST).await.unwrap()), ["127.0.0.1/8", "::1/128"]);
        let global = list().family(AddressFamily::INET6).scope(RouteScope::UNIVERSE).device("v1");
        assert_eq!(prefixes(&global.await.unwrap()), ["2001:db8::1/64"]);
        assert_eq!(prefixes(&list().to("192.0.0.0/8").await.unwrap()), ["192.0.2.1/24"]);
        assert_eq!(prefixes(&list().to("2001:db8::1").await.unwrap()), ["2001:db8::1/64"]);
        let own = list().filter(|address| address.label().is_some_and(|label| label == "v1"));
        let labelled = own.stream().try_collect::<Vec<_>>().await.unwrap();
        assert_eq!(
            labelled.iter().map(|a| a.label().map(Name::to_string)).collect::<Vec<_>>(),
            [Some("v1".to_owned())]
        );
        let error = list().device(4711).await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    });
}

#[test]
fn addresses_are_flushed() {
    run(|ip| async move {
        pair(&ip).await;
        let add = async |device: &'static str, prefix: &str| ip.address().add(device, prefix).await.unwrap();
        for n in 1..=9 {
            // All except the first are secondary, and are deleted with it.
            add("v0", &format!("192.0.2.{n}/24")).await;
            add("v0", &format!("2001:db8::{n}/64")).await;
            add("v1", &format!("198.51.100.{n}/32")).await;
        }
        let flush = ip.address().list().device("v0").to("2001:db8::/32").flush();
        assert_eq!(flush.await.unwrap(), 9);
        assert_eq!(chosen(&ip).await.len(), 9);
        let v4 = || ip.address().list().device("v0").family(AddressFamily::INET);
        assert!((1..=9).contains(&v4().flush().await.unwrap()));
        assert_eq!(v4().flush().await.unwrap(), 0);
        assert_eq!(chosen(&ip).await, [""; 0]);
        assert_eq!(ip.address().list().device("v1").scope(RouteScope::UNIVERSE).await.unwrap().len(), 9);
    });
}

#[test]
fn a_thread_has_the_same_verbs() {
    run_blocking(|ip: blocking::Handle| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
        ip.address().replace("v0", "192.0.2.1/24").wait().unwrap();
        let told = ip.address().add("v0", "2001:db8::1/64").created().wait().unwrap();
        assert_eq!(told.prefix(), "2001:db8::1/64".parse().ok());
        let list = || ip.address().list().device("v0");
        assert_eq!(list().wait().unwrap().len(), 2);
        assert_eq!(list().family(AddressFamily::INET6).iter().count(), 1);
        current_thread().block_on(compare_with_ip(async || ip.address().list().wait()));
        ip.address().delete("v0", "192.0.2.1/24").wait().unwrap();
        assert!(ip.address().delete("v0", "192.0.2.1/24").wait().unwrap_err().is_not_found());
        assert_eq!(list().flush().wait().unwrap(), 1);
        assert!(list().wait().unwrap().is_empty());
    });
}
