//! Kinds of links: a file, a table and a line in the list below for each.

use super::info::{LinkKind, PortKind};
use netlink_packet::{Table, View};

/// Names the kinds: a file of the table, and who reads it.
macro_rules! kinds {
    (links { $($file:ident: $Link:ident,)* } ports { $($port_file:ident: $Port:ident,)* }) => {
        $(mod $file; pub use $file::*;)*
        $(mod $port_file; pub use $port_file::*;)*

        /// The kinds of links that have a table here: their names, and the table.
        pub fn kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
            let tables = [$(($Link::NAME, $Link::ALIASES, <$Link as View>::table()),)*];
            tables.into_iter().flat_map(|(name, aliases, table)| {
                std::iter::once(&name).chain(aliases).map(|name| (*name, table)).collect::<Vec<_>>()
            })
        }

        /// The kinds of masters whose ports have a table here: their names, and the table.
        pub fn port_kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
            [$(($Port::NAME, <$Port as View>::table()),)*].into_iter()
        }

        pub(super) fn kind_table(name: &str) -> Option<&'static Table> {
            $(if name == $Link::NAME || $Link::ALIASES.contains(&name) {
                return Some(<$Link as View>::table());
            })*
            None
        }

        pub(super) fn port_table(name: &str) -> Option<&'static Table> {
            $(if name == $Port::NAME {
                return Some(<$Port as View>::table());
            })*
            None
        }
    };
}

kinds! {
    links {
        bridge: Bridge,
        dummy: Dummy,
        macvlan: Macvlan,
        veth: Veth,
        vlan: Vlan,
        vxlan: Vxlan,
    }
    ports {
        bridge_port: BridgePort,
    }
}
