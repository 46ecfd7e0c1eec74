//! Every kind of link that the kernels of the matrix make: created by us with every attribute, read back, changed, read
//! by `ip`; then made by `ip` and read by us. A kind is a few lines in a table, in the file of its group.
//!
//! | file | what |
//! | --- | --- |
//! | `proof.rs` | what is done with each line |
//! | `ethernet.rs`, `tunnels.rs`, `others.rs` | the kinds |
//! | `masters.rs` | bonds, bridges, VRFs, teams, and their ports |
//! | `changes.rs` | each option alone in a change, with other values |
//! | `refusals.rs` | what the kernel refuses of them, and how that reads |

#![cfg(feature = "tokio")]

#[path = "../support/again.rs"]
mod again;

#[path = "../support/mod.rs"]
mod support;

#[allow(dead_code, reason = "each test binary uses a part")]
#[path = "../support/attributes.rs"]
mod attributes;

#[path = "../support/shown.rs"]
mod shown;

mod changes;
mod ethernet;
mod masters;
mod others;
mod proof;
mod refusals;
mod tunnels;

use iproute2::LinkMessage;
use iproute2::rtnetlink::link::{LinkInfo, kinds, port_kinds};
use proof::{kinds_of, of_ports};
use std::collections::BTreeSet;

/// Kinds that can't be created on the tested kernels, and what they need.
const NOT_HERE: [(&str, &str); 14] = [
    ("amt", "a kernel that is built with it"),
    ("bareudp", "a kernel that is built with it"),
    ("caif", "a kernel that is built with it"),
    ("can", "a bus of hardware"),
    ("dsa", "a switch of hardware"),
    ("ipoib", "hardware for InfiniBand"),
    ("lowpan", "a radio"),
    ("netdevsim", "a file of its own in /sys"),
    ("ovpn", "Linux 6.16"),
    ("pfcp", "a kernel that is built with it"),
    ("ppp", "a channel of /dev/ppp"),
    ("rmnet", "a kernel that is built with it"),
    ("virt_wifi", "a kernel that is built with it"),
    ("wwan", "a modem"),
];

#[test]
fn each_kind_that_has_a_table_has_its_line() {
    let groups = [ethernet::cases(), tunnels::cases(), others::cases(), masters::cases()];
    let mut proved: BTreeSet<String> = groups.iter().flat_map(|group| kinds_of(group)).collect();
    proved.insert("tun".to_owned());
    let not_here: BTreeSet<String> = NOT_HERE.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    assert_eq!(proved.intersection(&not_here).next(), None);
    let known: BTreeSet<String> = kinds().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(known.difference(&proved).cloned().collect::<BTreeSet<_>>(), not_here);

    let ports: BTreeSet<&str> = of_ports(&masters::ports()).collect();
    assert_eq!(port_kinds().map(|(name, _)| name).collect::<BTreeSet<_>>(), ports);
}

#[test]
fn a_kind_that_the_kernel_lacks_is_refused() {
    support::run_blocking(|ip| {
        for (kind, needs) in NOT_HERE {
            let info = LinkInfo::build().kind_name(kind);
            let added = ip.link().add(LinkMessage::build().name("x0").info(info)).wait();
            let Err(error) = added else {
                // One that was built with it needs no options.
                assert!(needs.starts_with("a kernel"), "{kind}");
                ip.link().delete("x0").wait().unwrap();
                continue;
            };
            let what = format!("{kind} needs {needs}: {error}");
            assert!(error.to_string().starts_with("add link x0: "), "{what}");
            // Of those that lack hardware, the kernel may know the kind and say what it misses.
            if needs.starts_with("a kernel") && support::kernel() < (6, 13) {
                // One that was built with it has loaded its module, and misses its options.
                let is_built = std::path::Path::new("/sys/module").join(kind).exists();
                assert_eq!(support::is_unknown_kind(&error), !is_built, "{what}");
            }
        }
    });
}
