//! Addresses.

use crate::support::kernel;
use crate::walk::What::{Refused, Shown, Told};
use crate::walk::{Row, not, row, walk};
use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::Lifetime;
use iproute2::rtnetlink::address::{AddressCacheInfo, AddressMessageBuf, AddressProtocol};
use iproute2::{AddressFlags, AddressMessage, NamespaceId, Result, Veth, blocking};
use std::net::Ipv4Addr;
use std::time::Duration;

const DEVICE: u32 = 501;
const IGNORED: &str = "the kernel ignores ";
const WHEN_ADDED: &str = "can be set only when the address is added (the rest was done)";

#[test]
fn of_ipv4() {
    let mut rows = rows();
    rows.extend([
        row(
            "IFA_PROTO",
            |address: AddressMessageBuf| address.protocol(AddressProtocol(5)),
            Told,
            if kernel() < (6, 12) { Refused(WHEN_ADDED) } else { Told },
        ),
        row(
            "IFA_ADDRESS",
            |address: AddressMessageBuf| address.address("192.0.2.9"),
            Told,
            Refused(WHEN_ADDED),
        ),
        row("IFA_LABEL", |address: AddressMessageBuf| address.label("v0:one"), Told, Refused(WHEN_ADDED)),
        row(
            "IFA_BROADCAST",
            |address: AddressMessageBuf| address.broadcast(Ipv4Addr::new(192, 0, 2, 99)),
            Told,
            Refused(WHEN_ADDED),
        ),
        row(
            "IFA_FLAGS",
            |address: AddressMessageBuf| address.flags(AddressFlags::NOPREFIXROUTE),
            Shown,
            Refused(WHEN_ADDED),
        )
        .shown(|address| address.flags().contains(AddressFlags::NOPREFIXROUTE)),
    ]);
    walk(&rows, |ip, row| add(ip, row, "192.0.2.1/24"), |ip, row| change(ip, row, "192.0.2.1/24"));
}

#[test]
fn of_ipv6() {
    let mut rows = rows();
    rows.extend([
        row("IFA_PROTO", |address: AddressMessageBuf| address.protocol(AddressProtocol(5)), Told, Told),
        row("IFA_ADDRESS", |address: AddressMessageBuf| address.address("2001:db8::9"), Told, Told),
        row(
            "IFA_LABEL",
            |address: AddressMessageBuf| address.label("v0:one"),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
        row(
            "IFA_BROADCAST",
            |address: AddressMessageBuf| address.broadcast(Ipv4Addr::new(192, 0, 2, 99)),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
        row(
            "IFA_FLAGS",
            |address: AddressMessageBuf| address.flags(AddressFlags::NOPREFIXROUTE),
            Shown,
            Shown,
        )
        .shown(|address| address.flags().contains(AddressFlags::NOPREFIXROUTE)),
    ]);
    walk(&rows, |ip, row| add(ip, row, "2001:db8::1/64"), |ip, row| change(ip, row, "2001:db8::1/64"));
}

/// What both families have.
fn rows() -> Vec<Row<AddressMessageBuf>> {
    vec![
        not("IFA_LOCAL", "it says which address it is"),
        row(
            "IFA_CACHEINFO",
            |address: AddressMessageBuf| {
                let lives = Duration::from_secs;
                address.cache_info(AddressCacheInfo::build().preferred(lives(100)).valid(lives(200)))
            },
            Shown,
            Shown,
        )
        .shown(|address| {
            let info = address.cache_info().unwrap();
            // With the times at which it was made and changed, and a second may have gone by.
            let within = |lifetime: Lifetime, seconds: u64| {
                (seconds - 1..=seconds).any(|left| lifetime == Duration::from_secs(left).into())
            };
            within(info.preferred(), 100) && within(info.valid(), 200)
        }),
        row("IFA_RT_PRIORITY", |address: AddressMessageBuf| address.metric(77), Told, Told),
        row(
            "IFA_TARGET_NETNSID",
            |address: AddressMessageBuf| address.namespace(NamespaceId(7)),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
    ]
}

fn base(ip: &blocking::Handle, address: &str) -> Result<AddressMessageBuf> {
    ip.link().add(Veth::pair("v0", "v1").index(DEVICE)).wait()?;
    Ok(AddressMessage::build().prefix(address).device(DEVICE))
}

fn add(ip: &blocking::Handle, row: &Row<AddressMessageBuf>, address: &str) -> Result<Packet<AddressMessage>> {
    let base = base(ip, address)?;
    ip.address().add(DEVICE, (row.set)(base)).created().wait()
}

fn change(
    ip: &blocking::Handle,
    row: &Row<AddressMessageBuf>,
    address: &str,
) -> Result<Packet<AddressMessage>> {
    let base = base(ip, address)?;
    ip.address().add(DEVICE, &base).wait()?;
    ip.address().replace(DEVICE, (row.changed)(base)).created().wait()
}
