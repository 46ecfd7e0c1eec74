//! A queue that is opened and closed by commands: `plug`.

use super::QdiscKind;
use crate::tc::Size;
use netlink_packet::{Put, netlink, values};

netlink! {
    /// A plug: packets wait until a command lets them go. Programs that copy a virtual machine to another host hold back what it
    /// sends with it, until the copy is complete.
    ///
    /// A request that adds it says its limit, and packets are held at once. Each request that changes it is a command. Kernels
    /// list no options of it.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Plug;
    /// use rtnetlink::tc::{PlaceQdisc, QdiscMessageBuf};
    ///
    /// // tc qdisc add dev DEV root plug limit 1mb; tc qdisc change dev DEV root plug block; ... release
    /// let requests: [QdiscMessageBuf; 3] = [Plug::of("1mb").root(), Plug::hold().root(), Plug::release_one().root()];
    /// assert_eq!(requests[0].view().kind::<Plug>().map(Plug::limit), Some(1 << 20));
    /// ```
    pub struct Plug / PlugBuf
    header tc_plug_qopt: 8 {
        /// Action: the command of a request that changes the qdisc. One that adds it ignores it.
        action = 0 => action: PlugAction,
        /// Limit: length of the queue, in bytes: of a request that adds the qdisc, or of the command [`LIMIT`](PlugAction::LIMIT).
        limit = 4 => limit: u32 as Size,
    }
}

values! {
    /// A command for a [`Plug`]: `TCQ_PLUG_*`.
    pub struct PlugAction: i32 = "" {
        /// Buffer: a plug behind the packets that wait now; those that come later wait behind it.
        BUFFER = 0 => "block",
        /// Release one: packets before the plug are sent.
        RELEASE_ONE = 1 => "release",
        /// Release indefinite: all packets are sent, and none wait until the next [`BUFFER`](PlugAction::BUFFER).
        RELEASE_INDEFINITE = 2 => "release_indefinite",
        /// Limit: the queue gets another length.
        LIMIT = 3 => "limit",
    }
}

impl QdiscKind for Plug {
    const NAME: &'static str = "plug";
}

impl Plug {
    /// With a queue of so many bytes, to be added, or to change the limit: `plug limit SIZE`.
    pub fn of(limit: impl Put<Size>) -> PlugBuf {
        Plug::build().action(PlugAction::LIMIT).limit(limit)
    }

    /// The command that holds packets which come from now on: `plug block`.
    pub fn hold() -> PlugBuf {
        Plug::build().action(PlugAction::BUFFER)
    }

    /// The command that sends the packets up to the last [`hold`](Plug::hold): `plug release`.
    pub fn release_one() -> PlugBuf {
        Plug::build().action(PlugAction::RELEASE_ONE)
    }

    /// The command that sends all packets, and holds none until the next [`hold`](Plug::hold): `plug release_indefinite`.
    pub fn release() -> PlugBuf {
        Plug::build().action(PlugAction::RELEASE_INDEFINITE)
    }
}
