//! FIFOs: packets in the order in which they come: `pfifo`, `bfifo`, `pfifo_head_drop`.

use super::QdiscKind;
use crate::tc::{PlaceQdisc, QdiscMessage, QdiscMessageBuf, Size};
use netlink_packet::netlink;

netlink! {
    /// A first-in, first-out queue. Its limit is in packets (`pfifo`, the kind that this is, and `pfifo_head_drop`) or in bytes
    /// (`bfifo`).
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Fifo;
    /// use rtnetlink::tc::PlaceQdisc;
    ///
    /// let packets = Fifo::build().limit(100).root();
    /// let bytes = Fifo::of_bytes("64k");
    /// assert_eq!(bytes.view().kind::<Fifo>().map(Fifo::limit), Some(65_536));
    /// assert_eq!((packets.view().kind_name(), bytes.view().kind_name()), (Some("pfifo"), Some("bfifo")));
    /// ```
    pub struct Fifo / FifoBuf
    header tc_fifo_qopt: 4 {
        /// Limit: length of the queue, in packets or in bytes.
        limit = 0 => limit: u32 as Size,
    }
}

impl QdiscKind for Fifo {
    const NAME: &'static str = "pfifo";
    const ALIASES: &'static [&'static str] = &["bfifo", "pfifo_head_drop"];
}

impl Fifo {
    /// A queue of so many bytes at the root of a device: `bfifo limit SIZE`.
    pub fn of_bytes(limit: impl netlink_packet::Put<Size>) -> QdiscMessageBuf {
        Fifo::build().limit(limit).root().kind_name("bfifo")
    }

    /// A queue of so many packets at the root of a device that drops the oldest where it is full: `pfifo_head_drop limit N`.
    pub fn dropping_at_head(limit: u32) -> QdiscMessageBuf {
        Fifo::build().limit(limit).root().kind_name("pfifo_head_drop")
    }
}

impl QdiscMessage {
    /// Whether it is a FIFO whose limit is in bytes.
    pub fn is_of_bytes(&self) -> bool {
        self.kind_name() == Some("bfifo")
    }
}
