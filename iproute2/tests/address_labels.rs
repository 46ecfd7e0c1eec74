//! IPv6 address labels: added, read back, compared with `ip`, deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::{AddressLabelMessage, ErrorKind, Veth};
use serde_json::{Value, json};
use support::{Handle, ip, ip_json, run, run_blocking};

/// Lists the labels in the words of `ip -j addrlabel list`.
async fn said(ip: &Handle) -> Vec<Value> {
    let links = ip.link().list().await.unwrap();
    let name = |index| links.iter().find(|link| link.index() == index).map(|link| link.name().to_string());
    let said = |label: &AddressLabelMessage| {
        assert_eq!(label.malformed().count(), 0, "{label:?}");
        let prefix = label.prefix().unwrap();
        let (address, length) = (prefix.addr().to_string(), prefix.prefix_len());
        let mut said = json!({ "address": address, "prefixlen": length, "label": label.label() });
        if let Some(name) = name(label.device()) {
            said["ifname"] = name.into();
        }
        said
    };
    ip.address_label().list().await.unwrap().iter().map(|label| said(label)).collect()
}

#[test]
fn ip_shows_what_we_add() {
    run(|handle| async move {
        handle.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let labels = handle.address_label();
        let before = labels.list().await.unwrap().len();
        assert!(before >= 8, "those of the standard: {before}");
        labels.add("2001:db8::/32", 99).await.unwrap();
        labels.add(AddressLabelMessage::of("2001:db8:1::/48").device("v0"), 100).await.unwrap();
        assert_eq!(labels.list().await.unwrap().len(), before + 2);
        let Some(shown) = ip_json("addrlabel list") else { return };
        assert_eq!(Value::Array(said(&handle).await), shown);
    });
}

#[test]
fn what_ip_adds_is_listed() {
    run(|handle| async move {
        if !ip("addrlabel add prefix 2001:db8::/32 label 99 dev lo") {
            return;
        }
        let found = handle.address_label().list().label(99).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].prefix(), found[0].device()), ("2001:db8::/32".parse().ok(), 1));
        assert_eq!(handle.address_label().list().device("lo").await.unwrap().len(), 1);
    });
}

#[test]
fn the_verbs() {
    run(|handle| async move {
        let labels = handle.address_label();
        let created = labels.add("2001:db8::/32", 99).created().await.unwrap();
        assert_eq!((created.prefix(), created.label()), ("2001:db8::/32".parse().ok(), Some(99)));
        let twice = labels.add("2001:db8::/32", 100).await.unwrap_err();
        assert_eq!(twice.to_string(), "add address label 2001:db8::/32: file exists");
        let replaced = labels.replace("2001:db8::/32", 100).created().await.unwrap();
        assert_eq!(replaced.label(), Some(100));
        assert_eq!(labels.get("2001:db8::7").await.unwrap().label(), Some(100));

        // The object read back may be another one; then the error says that it was not returned.
        labels.add("2001:db8::/64", 101).await.unwrap();
        let hidden = labels.add("2001:db8::/48", 102).created().await.unwrap_err();
        assert!(matches!(hidden.kind(), ErrorKind::NotEchoed), "{hidden}");
        assert_eq!(labels.list().label(102).await.unwrap().len(), 1);

        labels.delete("2001:db8::/64").await.unwrap();
        assert!(labels.delete("2001:db8::/64").await.unwrap_err().is_not_found());
        let listed = labels.list().label(102).await.unwrap();
        labels.delete(&listed[0]).await.unwrap();
        let error = labels.add("192.0.2.0/24", 1).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "add address label: 192.0.2.0/24 is an IPv4 prefix: address labels are for IPv6 only"
        );
        let error = labels.add(AddressLabelMessage::of("2001:db8::/32").device("no"), 1).await.unwrap_err();
        assert!(error.is_not_found(), "{error}");

        assert!(labels.list().flush().await.unwrap() > 8);
        assert!(labels.list().await.unwrap().is_empty());
    });
}

#[test]
fn blocking_verbs() {
    run_blocking(|ip| {
        ip.address_label().add("2001:db8::/32", 99).wait().unwrap();
        assert_eq!(ip.address_label().list().label(99).flush().wait().unwrap(), 1);
    });
}
