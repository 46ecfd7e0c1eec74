//! Queues, NAPI instances, page pools and statistics of devices, beside what the kernel's own files say of them.

#![cfg(all(feature = "tokio", feature = "netdev"))]

mod support;

use iproute2::netdev::{FAMILY, MGMT, NapiMessage, NetdevMessage, QueueId, QueueType, XdpFeatures};
use iproute2::watch::Event;
use iproute2::{ErrorKind, LinkMessage, Veth, blocking, errno};
use std::time::Duration;
use support::{run, run_blocking, skip_always};

/// What came; `None` where this kernel is older than the operation.
fn known<T>(result: iproute2::Result<T>, what: &str) -> Option<T> {
    match result {
        Err(error) if matches!(error.kind(), ErrorKind::UnknownFamily(_)) || error.is_not_supported() => {
            skip_always(&format!("this kernel lacks {what}: {error}"));
            None
        }
        result => Some(result.unwrap()),
    }
}

/// A pair that is up, so that its queues have NAPI instances.
fn pair(ip: &blocking::Handle) -> u32 {
    ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
    ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
    ip.link().get("v0").wait().unwrap().index()
}

#[test]
fn devices_are_listed_and_found() {
    run_blocking(|ip| {
        let index = pair(&ip);
        let Some(devices) = known(ip.netdev().list().wait(), "netdev") else { return };
        assert!(devices.iter().all(|device| device.malformed().count() == 0), "{devices:?}");
        assert_eq!(devices.len(), ip.link().list().wait().unwrap().len());
        let device = ip.netdev().get("v0").wait().unwrap();
        assert_eq!(device.index(), Some(index));
        assert!(
            device.xdp_features().unwrap().contains(XdpFeatures::BASIC | XdpFeatures::REDIRECT),
            "{device:?}"
        );
        assert_eq!(ip.netdev().get(index).wait().unwrap().as_bytes(), device.as_bytes());
        let error = ip.netdev().get("nothing").wait().unwrap_err();
        assert_eq!(
            (error.is_not_found(), error.to_string()),
            (true, "get netdev nothing: no such device".to_owned())
        );
        assert!(ip.netdev().get(99).wait().unwrap_err().is_not_found());
        let zero = ip.netdev().get(0).wait().unwrap_err();
        assert_eq!(zero.to_string(), "get netdev 0: no device has index 0");
    });
}

#[test]
fn queues_of_one_device_and_of_all() {
    run_blocking(|ip| {
        let index = pair(&ip);
        let Some(all) = known(ip.netdev().queues().wait(), "queues") else { return };
        assert!(all.iter().all(|queue| queue.malformed().count() == 0), "{all:?}");
        let of_one = ip.netdev().queues().device("v0").wait().unwrap();
        assert!(!of_one.is_empty() && of_one.len() < all.len(), "{all:?}");
        assert!(of_one.iter().all(|queue| queue.device() == Some(index)));
        // Those in use, of those that the device has.
        let link = ip.link().get("v0").wait().unwrap();
        for (kind, count) in [(QueueType::RX, link.rx_queues()), (QueueType::TX, link.tx_queues())] {
            let ids: Vec<_> = of_one
                .iter()
                .filter(|queue| queue.queue_type() == Some(kind))
                .filter_map(|queue| queue.id())
                .collect();
            assert!((1..=count.unwrap()).contains(&(ids.len() as u32)), "{kind:?} {ids:?}");
            assert_eq!(ids, (0..ids.len() as u32).collect::<Vec<_>>());
        }
        let queue = ip.netdev().queue("v0", QueueId::rx(0)).wait().unwrap();
        assert_eq!(
            (queue.id(), queue.queue_type(), queue.device()),
            (Some(0), Some(QueueType::RX), Some(index))
        );
        let error = ip.netdev().queue("v0", QueueId::tx(999)).wait().unwrap_err();
        assert!(error.is_invalid() && error.to_string().starts_with("get queue v0 tx 999: "), "{error}");
        let error = ip.netdev().queues().device("nothing").wait().unwrap_err();
        assert!(error.is_not_found(), "{error}");
    });
}

/// The queues are the channels that `ethtool` shows and sets.
#[cfg(feature = "ethtool")]
#[test]
fn queues_are_those_that_ethtool_sets() {
    use iproute2::ethtool::Channels;

    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up().tx_queues(4).rx_queues(4)).wait().unwrap();
        for (rx, tx) in [(2, 3), (4, 1)] {
            ip.ethtool().change("v0", Channels::build().rx(rx).tx(tx)).wait().unwrap();
            let Some(queues) = known(ip.netdev().queues().device("v0").wait(), "queues") else { return };
            for (kind, count) in [(QueueType::RX, rx), (QueueType::TX, tx)] {
                let of_kind = queues.iter().filter(|queue| queue.queue_type() == Some(kind));
                assert!(of_kind.map(|queue| queue.id().unwrap()).eq(0..count), "{kind:?} {queues:?}");
            }
        }
    });
}

#[test]
fn napi_instances_and_their_settings() {
    run_blocking(|ip| {
        let index = pair(&ip);
        // veth has NAPI instances only with GRO or XDP.
        let Some(all) = known(ip.netdev().napis().wait(), "NAPI instances") else { return };
        assert!(all.iter().all(|napi| napi.malformed().count() == 0), "{all:?}");
        for napi in ip.netdev().napis().device("v0").wait().unwrap() {
            assert_eq!(napi.device(), Some(index));
            let one = ip.netdev().napi(napi.id().unwrap()).wait().unwrap();
            assert_eq!((one.id(), one.device()), (napi.id(), napi.device()));
            let change = NapiMessage::build().defer_hard_irqs(10).gro_flush_timeout(2_000_u64);
            match ip.netdev().change_napi(napi.id().unwrap(), change).wait() {
                Ok(()) => {
                    let now = ip.netdev().napi(napi.id().unwrap()).wait().unwrap();
                    assert_eq!((now.defer_hard_irqs(), now.gro_flush_timeout()), (Some(10), Some(2_000)));
                }
                // Older than Linux 6.13, or not the machine's root.
                Err(error) => assert!(error.is_not_supported() || error.is_not_permitted(), "{error}"),
            }
        }
        let missing = ip.netdev().napi(1).wait().unwrap_err();
        assert!(missing.to_string().starts_with("get NAPI instance 1: "), "{missing}");
    });
}

#[test]
fn page_pools_and_their_statistics() {
    run_blocking(|ip| {
        pair(&ip);
        let Some(pools) = known(ip.netdev().page_pools().wait(), "page pools") else { return };
        for pool in &pools {
            assert_eq!(pool.malformed().count(), 0, "{pool:?}");
        }
        assert!(ip.netdev().page_pools().device("v0").wait().unwrap().len() <= pools.len());
        let missing = ip.netdev().page_pool(u32::MAX).wait().unwrap_err();
        assert_eq!(missing.errno(), Some(errno::ENOENT), "{missing}");
        let Some(stats) = known(ip.netdev().page_pool_stats().wait(), "statistics of page pools") else {
            return;
        };
        assert!(stats.iter().all(|stats| stats.malformed().count() == 0), "{stats:?}");
    });
}

#[test]
fn statistics_of_devices_and_queues() {
    run_blocking(|ip| {
        pair(&ip);
        let Some(all) = known(ip.netdev().stats().wait(), "statistics of queues") else { return };
        assert!(all.iter().all(|stats| stats.malformed().count() == 0), "{all:?}");
        let queues = ip.netdev().queue_stats().wait().unwrap();
        assert!(queues.iter().all(|stats| stats.queue_id().is_some()), "{queues:?}");
        // veth counts none.
        match ip.netdev().stats().device("v0").wait() {
            Ok(stats) => assert!(stats.len() <= 1),
            Err(error) => assert!(error.is_not_supported(), "{error}"),
        }
    });
}

#[test]
fn tasks_request_and_listen() {
    run(|ip| async move {
        let Some(before) = known(ip.netdev().list().await, "netdev") else { return };
        let mut events = ip.events([(FAMILY, MGMT)]).open().unwrap();
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let index = ip.link().get("v0").await.unwrap().index();
        loop {
            let event = events.next_within(Duration::from_secs(10)).await.unwrap();
            let Some(Event::Message(message)) = event else { panic!("{event:?}") };
            if message.of::<NetdevMessage>().unwrap().index() == Some(index) {
                break;
            }
        }
        assert_eq!(ip.netdev().list().await.unwrap().len(), before.len() + 2);
        assert_eq!(ip.netdev().get("v0").await.unwrap().index(), Some(index));
    });
}
