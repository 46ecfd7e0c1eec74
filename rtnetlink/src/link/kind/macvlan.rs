//! Links with a hardware address of their own on another link.

use crate::HardwareAddress;
use crate::link::{LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Buffer, Device, Put, Scope, View, append, flags, netlink, values};

pub use addresses::{MacvlanAddresses, MacvlanAddressesBuf};

netlink! {
    /// A link with an address of its own on the link that is its [`parent`](LinkMessage::parent).
    pub struct Macvlan / MacvlanBuf
    attributes {
        /// Who may talk to whom.
        IFLA_MACVLAN_MODE = 1 => mode: MacvlanMode,
        /// What it does otherwise than others.
        IFLA_MACVLAN_FLAGS = 2 => flags: MacvlanFlags,
        /// What a request does with the addresses that it names, where the mode is [`SOURCE`](MacvlanMode::SOURCE).
        IFLA_MACVLAN_MACADDR_MODE = 3 => address_change: MacvlanAddressChange,
        /// An address that a request adds or removes.
        IFLA_MACVLAN_MACADDR = 4 => changed_address: HardwareAddress,
        /// The addresses that it hears, where the mode is [`SOURCE`](MacvlanMode::SOURCE).
        IFLA_MACVLAN_MACADDR_DATA = 5 => sources: &MacvlanAddresses as MacvlanAddresses,
        /// How many those are.
        IFLA_MACVLAN_MACADDR_COUNT = 6 => source_count: u32; read_only,
        /// How many broadcasts it wants to be able to keep waiting.
        IFLA_MACVLAN_BC_QUEUE_LEN = 7 => broadcast_queue_length: u32,
        /// How many broadcasts can wait: the most that any link on this parent wants.
        IFLA_MACVLAN_BC_QUEUE_LEN_USED = 8 => broadcast_queue_length_used: u32; read_only,
        /// From how many receivers on a group's packets are queued; -1 queues none, 0 all.
        IFLA_MACVLAN_BC_CUTOFF = 9 => broadcast_cutoff: i32,
    }
    also address_change
}

/// What a request does with the addresses that a list tells.
fn address_change(scope: &Scope<'_>, out: &mut Buffer) {
    if Macvlan::cast(scope.bytes()).sources().is_some() {
        append(out, IFLA_MACVLAN_MACADDR_MODE, MacvlanAddressChange::SET);
    }
}

impl LinkKind for Macvlan {
    const NAME: &'static str = "macvlan";
    const ALIASES: &'static [&'static str] = &["macvtap"];
}

impl Macvlan {
    /// A link of this mode on another, like `ip link add link PARENT type macvlan mode MODE`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::{Macvlan, MacvlanMode};
    ///
    /// let link = Macvlan::on("eth0", MacvlanMode::BRIDGE).name("mv0");
    /// assert_eq!(link.view().kind::<Macvlan>().and_then(Macvlan::mode), Some(MacvlanMode::BRIDGE));
    /// ```
    pub fn on(parent: impl Put<Device>, mode: MacvlanMode) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(Macvlan::build().mode(mode))
    }
}

values! {
    /// Who may talk to whom among the links on one parent: `MACVLAN_MODE_*`, in the words of `ip`.
    pub struct MacvlanMode: u32 = "macvlan-mode" {
        /// Nobody to another.
        PRIVATE = 1 => "private",
        /// All, through a switch outside.
        VEPA = 2 => "vepa",
        /// All, directly.
        BRIDGE = 4 => "bridge",
        /// There is but one, which has the parent for itself.
        PASSTHRU = 8 => "passthru",
        /// It hears only those whose addresses it was told.
        SOURCE = 16 => "source",
    }
}

flags! {
    /// What it does otherwise than others: `MACVLAN_FLAG_*`, in the words of `ip`.
    pub struct MacvlanFlags: u16 = "macvlan-flags" {
        /// The parent does not hear everything.
        const NOPROMISC = 1 => "nopromisc";
        /// Packets that match by source are not looked up by destination as well.
        const NODST = 2 => "nodst";
    }
}

values! {
    /// What a request does with addresses: `MACVLAN_MACADDR_*`, in the words of `ip`.
    pub struct MacvlanAddressChange: u32 = "macvlan-macaddr-mode" {
        /// Adds one.
        ADD = 0 => "add",
        /// Removes one.
        DEL = 1 => "del",
        /// Removes all.
        FLUSH = 2 => "flush",
        /// Replaces all.
        SET = 3 => "set",
    }
}

mod addresses {
    use crate::HardwareAddress;
    use netlink_packet::{Items, Repeated, netlink};

    netlink! {
        /// The addresses that a link hears.
        pub struct MacvlanAddresses / MacvlanAddressesBuf
        attributes {
            /// The addresses.
            IFLA_MACVLAN_MACADDR = 4 => addresses: Items<'_, HardwareAddress> as Repeated<HardwareAddress>,
        }
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn macvlan() {
        let add = capture!("add_macvlan");
        assert_eq!(add.link().kind::<Macvlan>().and_then(Macvlan::mode), Some(MacvlanMode::BRIDGE));
        let built = LinkMessage::build().parent(2).name("mv0").kind(Macvlan::build().mode(MacvlanMode::BRIDGE));
        assert_eq!(built.as_bytes(), add.payload);
    }

    #[test]
    fn sources() {
        let add = capture!("add_macvlan_source");
        let macvlan = add.link().kind::<Macvlan>().unwrap();
        let heard: Vec<_> = macvlan.sources().and_then(MacvlanAddresses::addresses).unwrap().collect();
        assert_eq!(heard, [[2, 0, 0, 0, 0, 3].into(), [2, 0, 0, 0, 0, 4].into()]);

        let sources = MacvlanAddresses::build().addresses(["02:00:00:00:00:03", "02:00:00:00:00:04"]);
        let built = Macvlan::build().address_change(MacvlanAddressChange::SET).sources(sources);
        let built = LinkMessage::build().parent(2).name("mv1").kind(built.mode(MacvlanMode::SOURCE));
        assert_eq!(built.as_bytes(), add.payload);

        let told = capture!("link_mv1");
        let macvlan = told.link().kind::<Macvlan>().unwrap();
        assert_eq!((macvlan.mode(), macvlan.source_count()), (Some(MacvlanMode::SOURCE), Some(2)));
        assert_eq!(macvlan.sources().and_then(MacvlanAddresses::addresses).unwrap().count(), 2);
    }

    #[test]
    fn everything_that_ip_sets() {
        let add = capture!("add_macvlan_full");
        let built = Macvlan::build().broadcast_queue_length(2000);
        let built = built.mode(MacvlanMode::PASSTHRU).flags(MacvlanFlags::NOPROMISC);
        let built = LinkMessage::build().parent(add.link().parent().unwrap()).name("mv2").kind(built);
        assert_eq!(built.as_bytes(), add.payload);

        let told = capture!("link_mv2");
        let macvlan = told.link().kind::<Macvlan>().unwrap();
        assert_eq!((macvlan.mode(), macvlan.flags()), (Some(MacvlanMode::PASSTHRU), Some(MacvlanFlags::NOPROMISC)));
        assert_eq!(macvlan.broadcast_queue_length_used(), Some(2000));
    }

    #[test]
    fn macvtap_has_the_same_attributes() {
        let add = capture!("add_macvtap");
        assert_eq!(add.link().kind_name(), Some("macvtap"));
        assert_eq!(add.link().kind::<Macvlan>().and_then(Macvlan::mode), Some(MacvlanMode::VEPA));
        let built = LinkMessage::build().parent(2).name("mt0");
        let built = built.kind_named("macvtap", Macvlan::build().mode(MacvlanMode::VEPA));
        assert_eq!(built.as_bytes(), add.payload);
        assert_eq!(capture!("link_mt0").link().kind::<Macvlan>().and_then(Macvlan::mode), Some(MacvlanMode::VEPA));
    }
}
