//! MACVLAN and macvtap: links with a hardware address of their own on another link.

use crate::HardwareAddress;
use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Buffer, IfIndex, Items, Put, Repeated, Scope, View, append, flags, netlink, values};

netlink! {
    /// A MACVLAN: a link with a MAC address of its own on its [`parent`](LinkMessage::parent).
    pub struct Macvlan / MacvlanBuf
    attributes {
        /// Mode: how links of one parent communicate; default `vepa`.
        IFLA_MACVLAN_MODE = 1 => mode: MacvlanMode,
        /// Flags.
        IFLA_MACVLAN_FLAGS = 2 => flags: MacvlanFlags,
        /// MAC address operation: how a request changes the source list of mode
        /// [`SOURCE`](MacvlanMode::SOURCE).
        IFLA_MACVLAN_MACADDR_MODE = 3 => address_change: MacvlanAddressChange,
        /// MAC address to add or remove. Requests only.
        IFLA_MACVLAN_MACADDR = 4 => changed_address: HardwareAddress; ignored(is_not_changed),
        /// Source MAC addresses that are accepted in mode [`SOURCE`](MacvlanMode::SOURCE).
        IFLA_MACVLAN_MACADDR_DATA = 5 => sources: &MacvlanAddresses as MacvlanAddresses; ignored(are_not_set),
        /// Count of source MAC addresses.
        IFLA_MACVLAN_MACADDR_COUNT = 6 => source_count: u32; read_only,
        /// Requested length of the broadcast queue, in packets; default 1000.
        IFLA_MACVLAN_BC_QUEUE_LEN = 7 => broadcast_queue_length: u32; needs("Linux 5.11"),
        /// Used length of the broadcast queue: the largest that any link of the parent requests.
        IFLA_MACVLAN_BC_QUEUE_LEN_USED = 8 => broadcast_queue_length_used: u32; read_only,
        /// Broadcast cutoff: queue multicast with at least so many receivers; 0 queues all, -1 none.
        /// Default 1.
        IFLA_MACVLAN_BC_CUTOFF = 9 => broadcast_cutoff: i32; needs("Linux 6.4"); taken_if(is_cutoff_taken),
    }
    also address_change
}

/// Whether the kernel took a cutoff: it does not tell the default.
fn is_cutoff_taken(given: &[u8], told: Option<&[u8]>) -> bool {
    told.is_some() || given == 1_i32.to_ne_bytes()
}

/// Whether there is no operation for a single address.
fn is_not_changed(scope: &Scope<'_>) -> bool {
    let change = Macvlan::cast(scope.bytes()).address_change();
    change.is_none_or(|change| change == MacvlanAddressChange::FLUSH)
}

/// Whether there are source addresses without the operation to set them. Listed links have a count instead.
fn are_not_set(scope: &Scope<'_>) -> bool {
    let macvlan = Macvlan::cast(scope.bytes());
    macvlan.source_count().is_none() && macvlan.address_change() != Some(MacvlanAddressChange::SET)
}

/// What a request does with the listed addresses.
fn address_change(scope: &Scope<'_>, out: &mut Buffer) {
    if Macvlan::cast(scope.bytes()).sources().is_some() {
        append(out, Macvlan::IFLA_MACVLAN_MACADDR_MODE, MacvlanAddressChange::SET);
    }
}

impl LinkKind for Macvlan {
    const NAME: &'static str = "macvlan";
    const ALIASES: &'static [&'static str] = &["macvtap"];
}

impl Macvlan {
    /// A link of this name and mode on another.
    ///
    /// ```
    /// use rtnetlink::link::{Macvlan, macvlan::MacvlanMode};
    ///
    /// // ip link add link eth0 name mv0 type macvlan mode bridge
    /// let link = Macvlan::named("mv0", "eth0", MacvlanMode::BRIDGE);
    /// assert_eq!(link.view().kind::<Macvlan>().and_then(Macvlan::mode), Some(MacvlanMode::BRIDGE));
    /// ```
    pub fn named(
        name: impl Put<InterfaceName>,
        parent: impl Put<IfIndex>,
        mode: MacvlanMode,
    ) -> LinkMessageBuf {
        Macvlan::on(parent, mode).name(name)
    }

    /// The same for a program that reads and writes frames by a character device.
    ///
    /// ```
    /// use rtnetlink::link::{Macvlan, macvlan::MacvlanMode};
    ///
    /// // ip link add link eth0 name mvt0 type macvtap mode bridge
    /// let link = Macvlan::tap("mvt0", "eth0", MacvlanMode::BRIDGE);
    /// assert_eq!(link.view().kind_name(), Some("macvtap"));
    /// ```
    pub fn tap(
        name: impl Put<InterfaceName>,
        parent: impl Put<IfIndex>,
        mode: MacvlanMode,
    ) -> LinkMessageBuf {
        LinkMessage::build().name(name).parent(parent).kind_named("macvtap", Macvlan::build().mode(mode))
    }

    /// A link of this mode on another, like `ip link add link PARENT type macvlan mode MODE`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::{Macvlan, macvlan::MacvlanMode};
    ///
    /// let link = Macvlan::on("eth0", MacvlanMode::BRIDGE).name("mv0");
    /// assert_eq!(link.view().kind::<Macvlan>().and_then(Macvlan::mode), Some(MacvlanMode::BRIDGE));
    /// ```
    pub fn on(parent: impl Put<IfIndex>, mode: MacvlanMode) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(Macvlan::build().mode(mode))
    }
}

values! {
    /// MACVLAN mode: `MACVLAN_MODE_*`, in the words of `ip`.
    pub struct MacvlanMode: u32 = "macvlan-mode" {
        /// Private: no traffic between the links of one parent.
        PRIVATE = 1 => "private",
        /// VEPA: traffic between them goes through an external switch.
        VEPA = 2 => "vepa",
        /// Bridge: direct traffic between the links of one parent.
        BRIDGE = 4 => "bridge",
        /// Passthru: a single link takes over the parent.
        PASSTHRU = 8 => "passthru",
        /// Source: accepts only frames from the listed source MAC addresses.
        SOURCE = 16 => "source",
    }
}

flags! {
    /// MACVLAN flags: `MACVLAN_FLAG_*`, in the words of `ip`.
    pub struct MacvlanFlags: u16 = "macvlan-flags" {
        /// No promiscuous mode on the parent (mode `passthru`).
        const NOPROMISC = 1 => "nopromisc";
        /// No lookup by destination for frames that match by source (mode `source`).
        const NODST = 2 => "nodst";
    }
}

values! {
    /// Operation on the source MAC addresses: `MACVLAN_MACADDR_*`, in the words of `ip`.
    pub struct MacvlanAddressChange: u32 = "macvlan-macaddr-mode" {
        /// Adds an address.
        ADD = 0 => "add",
        /// Deletes an address.
        DEL = 1 => "del",
        /// Flushes all addresses.
        FLUSH = 2 => "flush",
        /// Sets the list: replaces all addresses.
        SET = 3 => "set",
    }
}

netlink! {
    /// Source MAC addresses that a MACVLAN accepts: `IFLA_MACVLAN_MACADDR_DATA`.
    pub struct MacvlanAddresses / MacvlanAddressesBuf
    attributes {
        /// MAC addresses.
        IFLA_MACVLAN_MACADDR = 4 => addresses: Items<'_, HardwareAddress> as Repeated<HardwareAddress>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn a_request_is_a_request_of_itself() {
        let add = capture!("add_macvlan_source");
        let macvlan = add.link().kind::<Macvlan>().unwrap();
        let change = Macvlan::IFLA_MACVLAN_MACADDR_MODE.number();
        let again = macvlan.to_request();
        assert_eq!(again.attributes().raw().filter(|attribute| attribute.number() == change).count(), 1);
        assert_eq!(again.as_bytes(), macvlan.as_bytes());
    }

    #[test]
    fn macvlan() {
        let add = capture!("add_macvlan");
        assert_eq!(add.link().kind::<Macvlan>().and_then(Macvlan::mode), Some(MacvlanMode::BRIDGE));
        let built =
            LinkMessage::build().parent(2).name("mv0").kind(Macvlan::build().mode(MacvlanMode::BRIDGE));
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

        let reported = capture!("link_mv1");
        let macvlan = reported.link().kind::<Macvlan>().unwrap();
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

        let reported = capture!("link_mv2");
        let macvlan = reported.link().kind::<Macvlan>().unwrap();
        assert_eq!(
            (macvlan.mode(), macvlan.flags()),
            (Some(MacvlanMode::PASSTHRU), Some(MacvlanFlags::NOPROMISC))
        );
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
        assert_eq!(
            capture!("link_mt0").link().kind::<Macvlan>().and_then(Macvlan::mode),
            Some(MacvlanMode::VEPA)
        );
    }
}
