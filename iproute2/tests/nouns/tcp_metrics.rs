//! TCP metrics.

use super::support::{ip_json, run_blocking, skip_always};
use super::{refused, where_allowed};
use iproute2::blocking;
use iproute2::tcp_metrics::TcpMetrics;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// Talks to a listener at this address of its own, so that the kernel remembers it.
fn talk(address: &str) {
    let listener = TcpListener::bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    let mut bytes = [0; 4096];
    for _ in 0..8 {
        client.write_all(&bytes).unwrap();
        server.read_exact(&mut bytes).unwrap();
        server.write_all(&bytes).unwrap();
        client.read_exact(&mut bytes).unwrap();
    }
    drop(client);
    let _ = server.read(&mut bytes);
}

fn destinations(ip: &blocking::Handle) -> Vec<IpAddr> {
    let mut all: Vec<_> =
        ip.tcp_metrics().list().wait().unwrap().iter().filter_map(|host| host.destination()).collect();
    all.sort();
    all
}

#[test]
fn hosts_are_listed_found_and_deleted() {
    where_allowed(
        |ip| ip.tcp_metrics().list().wait(),
        |ip| {
            for address in ["127.0.0.1", "127.0.0.7", "127.1.0.1", "::1"] {
                talk(address);
            }
            let address = |text: &str| text.parse::<IpAddr>().unwrap();
            let all = destinations(ip);
            for expected in ["127.0.0.1", "127.0.0.7", "127.1.0.1", "::1"] {
                assert!(all.contains(&address(expected)), "{expected} among {all:?}");
            }
            let metrics = ip.tcp_metrics();
            let host = metrics.get("127.0.0.7").wait().unwrap();
            assert_eq!(host.malformed().count(), 0, "{host:?}");
            assert!(host.source().is_some());
            assert!(host.age().unwrap() < Duration::from_secs(600), "{host:?}");
            let values = host.values().unwrap();
            assert!(
                host.rtt().unwrap() > Duration::ZERO && host.rtt().unwrap() < Duration::from_secs(5),
                "{host:?}"
            );
            if let Some(shown) = ip_json("tcp_metrics show") {
                assert_eq!(shown.as_array().unwrap().len(), all.len());
                let shown = shown.as_array().unwrap().iter().find(|host| host["dst"] == "127.0.0.7").unwrap();
                let seconds = |key: &str| shown[key].as_f64();
                let close = |ours: Duration, theirs: Option<f64>| {
                    theirs.is_none_or(|theirs| {
                        let difference = ours.as_secs_f64() - theirs / 1e6;
                        difference.abs() < 1e-5 || (ours.as_secs_f64() - theirs).abs() < 1e-5
                    })
                };
                assert!(close(host.rtt().unwrap(), seconds("rtt")), "{shown} {host:?}");
                let cwnd = shown.get("cwnd").and_then(serde_json::Value::as_u64);
                assert_eq!(cwnd, values.cwnd().map(u64::from), "{shown}");
            }
            // As `ip` selects them.
            let some = metrics.list().to("127.0.0.0/24").wait().unwrap();
            let is_in = |address: &&IpAddr| address.to_string().starts_with("127.0.0.");
            assert_eq!(some.len(), all.iter().filter(is_in).count(), "{some:?}");
            assert!(some.len() < all.len());
            assert!(some.iter().all(|host| is_in(&&host.destination().unwrap())), "{some:?}");
            assert_eq!(metrics.list().to("::1").wait().unwrap()[0].destination(), Some(address("::1")));
            assert!(refused(metrics.list().to("all").wait().unwrap_err()).contains("not a valid IP prefix"));
            assert!(metrics.get("203.0.113.9").wait().unwrap_err().is_not_found());

            let deleted = metrics.delete("127.0.0.7").wait();
            if deleted.as_ref().is_err_and(iproute2::Error::is_not_permitted) {
                return skip_always("deleting takes the rights of the machine's root");
            }
            deleted.unwrap();
            assert!(!destinations(ip).contains(&address("127.0.0.7")));
            let missing = metrics.delete("127.0.0.7").wait().unwrap_err();
            assert!(missing.is_not_found(), "{missing}");
            assert_eq!(missing.to_string(), "delete TCP metrics 127.0.0.7: no such process");
            // As it was listed.
            let listed = metrics.list().to("127.1.0.1").wait().unwrap();
            metrics.delete(&listed[0]).wait().unwrap();
            assert!(!destinations(ip).contains(&address("127.1.0.1")));
            metrics.flush().wait().unwrap();
            assert!(destinations(ip).is_empty());
        },
    );
}

#[test]
fn requests_refused_before_sending() {
    run_blocking(|ip| {
        let metrics = ip.tcp_metrics();
        // The kernel would delete all.
        assert_eq!(
            refused(metrics.delete(TcpMetrics::build()).wait().unwrap_err()),
            "delete TCP metrics: TCP metrics need the address of their host"
        );
        assert_eq!(
            refused(metrics.delete("nowhere").wait().unwrap_err()),
            "delete TCP metrics: \"nowhere\" is not a valid IP address"
        );
        assert!(
            refused(metrics.get(TcpMetrics::build().source("127.0.0.1")).wait().unwrap_err())
                .contains("need the address")
        );
    });
}
