//! Link statistics, requested separately.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::rtnetlink::link::{ExtraStats, StatsFilter};
use iproute2::{Bridge, LinkMessage, Veth};
use support::{made, run, run_blocking};

#[test]
fn of_all_links_and_of_one() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
        let links = ip.link().list().await.unwrap();
        let listed = ip.stats().list(StatsFilter::LINK_64).await.unwrap();
        let indices = |list: &mut dyn Iterator<Item = u32>| list.collect::<Vec<_>>();
        assert_eq!(
            indices(&mut listed.iter().map(|stats| stats.index())),
            indices(&mut links.iter().map(|link| link.index()))
        );
        let link = ip.link().get("v0").await.unwrap();
        for stats in [
            ip.stats().get("v0", StatsFilter::LINK_64).await.unwrap(),
            ip.stats().get(link.index(), StatsFilter::LINK_64).await.unwrap(),
            ip.stats().get(&link, StatsFilter::LINK_64).await.unwrap(),
        ] {
            assert_eq!((stats.index(), stats.filter()), (link.index(), StatsFilter::LINK_64));
            assert!(stats.stats().is_some_and(|stats| stats.tail().is_empty()));
            assert_eq!(stats.malformed().count(), 0);
        }
        let nothing = ip.stats().get("v0", StatsFilter::empty()).await.unwrap_err();
        assert!(nothing.to_string().starts_with("get stats "), "{nothing}");
        let gone = ip.stats().get("nothere", StatsFilter::LINK_64).await.unwrap_err();
        assert!(gone.is_not_found() && gone.to_string().contains("nothere"), "{gone}");
    });
}

#[test]
fn of_a_bridge_and_its_port() {
    run_blocking(|ip| {
        if !made(ip.link().add(Bridge::named("br0").up()).wait(), "bridge") {
            return;
        }
        ip.link().add(Veth::pair("p0", "h0").master("br0").up()).wait().unwrap();
        let bridge = ip.stats().get("br0", StatsFilter::LINK_XSTATS).wait().unwrap();
        assert!(bridge.extra().and_then(ExtraStats::bridge).is_some(), "{bridge:?}");
        let port = ip.stats().get("p0", StatsFilter::LINK_XSTATS_SLAVE).wait().unwrap();
        let port = port.port_extra().and_then(ExtraStats::bridge);
        assert!(port.is_some_and(|port| port.stp().is_some()), "{port:?}");
    });
}

#[test]
fn of_what_hardware_routes() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let requested = || {
            let stats = ip.stats().get("v0", StatsFilter::LINK_OFFLOAD_XSTATS).wait().unwrap();
            let mut info = stats.offload().and_then(|offload| offload.info()).unwrap();
            info.next().and_then(|info| info.requested())
        };
        assert_eq!(requested(), Some(false));
        ip.stats().set_l3("v0", true).wait().unwrap();
        assert_eq!(requested(), Some(true));
        ip.stats().set_l3("v0", false).wait().unwrap();
        assert_eq!(requested(), Some(false));
    });
}
