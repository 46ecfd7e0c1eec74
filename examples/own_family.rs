//! Prints which links have a carrier, like the last line of `ethtool DEV`: by a generic netlink family that the
//! libraries don't know, declared here. `cargo run --example own_family`

use netlink_packet::{Command, Family, NLA_F_NESTED, netlink};

netlink! {
    /// State of a link (`ETHTOOL_MSG_LINKSTATE_GET`).
    struct LinkState / LinkStateBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The requested device; in a dump, all of them.
        ETHTOOL_A_LINKSTATE_HEADER = 1 | NLA_F_NESTED => device: &Device as Device,
        /// Whether it has a carrier.
        ETHTOOL_A_LINKSTATE_LINK = 2 => carrier: bool,
    }
}

netlink! {
    /// A device in messages of the family.
    struct Device / DeviceBuf
    attributes {
        /// Its name.
        ETHTOOL_A_HEADER_DEV_NAME = 2 => name: &str as str,
    }
}

impl Command for LinkState {
    const FAMILY: Family = Family::Generic { name: "ethtool", version: 1 };
    const COMMAND: u16 = 6; // ETHTOOL_MSG_LINKSTATE_GET
    type Reply = LinkState;
}

fn main() -> iproute2::Result<()> {
    let ip = iproute2::blocking::connect()?;
    ip.dump(LinkState::build().device(Device::build())).for_each(|state| {
        let name = state.device().and_then(Device::name).unwrap_or_default();
        println!("{name}: {}", if state.carrier() == Some(true) { "carrier" } else { "no carrier" });
    })
}
