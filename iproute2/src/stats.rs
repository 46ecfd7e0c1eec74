//! Link statistics by group: what `ip stats` does.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip stats show group link` | [`ip.stats().list(StatsFilter::LINK_64)`](Stats::list) |
//! | `ip stats show dev br0 group xstats` | [`ip.stats().get("br0", StatsFilter::LINK_XSTATS)`](Stats::get) |
//! | `ip stats show dev p0 group xstats_slave` | `ip.stats().get("p0", StatsFilter::LINK_XSTATS_SLAVE)` |
//! | `ip stats show dev v0` | `ip.stats().get("v0", StatsFilter::all())` |
//! | `ip stats set dev v0 l3_stats on` | [`ip.stats().set_l3("v0", true)`](Stats::set_l3) |
//!
//! The basic counters are part of each [`LinkMessage`](crate::LinkMessage::stats), too.

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::object::Object;
use crate::request::{Changed, Request};
use netlink_packet::{Flags, Packet, PooledBuffer};
use rtnetlink::link::{StatsFilter, StatsMessage, StatsMessageBuf, StatsRequest, StatsRequestBuf};
use rtnetlink::message::{RTM_GETSTATS, RTM_SETSTATS};

impl<D> Handle<D> {
    /// Link statistics by group: `ip stats`.
    pub fn stats(&self) -> Stats<'_, D> {
        Stats(self)
    }
}

verbs! {
    /// The verbs of `ip stats`; [`Handle::stats`](crate::Handle::stats) gives them.
    pub struct Stats
}

impl<D> Stats<'_, D> {
    /// Lists statistics of all links, like `ip stats show group GROUP`. Links that have none of the requested groups may be
    /// left out.
    pub fn list(&self, filter: StatsFilter) -> List<D, StatsMessage> {
        self.0.list("list stats", RTM_GETSTATS, StatsMessage::build().filter(filter))
    }

    /// Gets the statistics of one link, like `ip stats show dev DEV group GROUP`.
    pub fn get(&self, device: impl Into<Device>, filter: StatsFilter) -> Request<D, Packet<StatsMessage>> {
        let message = StatsRequest::build().index(one(device)).filter(filter);
        self.0.send("get stats", RTM_GETSTATS, Flags::empty(), message)
    }

    /// Turns hardware counters of routed (L3) packets on or off, like `ip stats set dev DEV l3_stats on`.
    pub fn set_l3(&self, device: impl Into<Device>, on: bool) -> Request<D, Changed<StatsRequest>> {
        let message = StatsRequest::build().index(one(device)).l3_stats(on);
        self.0.send("change stats", RTM_SETSTATS, Flags::ACK, message)
    }
}

macro_rules! objects {
    ($($Message:ident / $Buf:ident),*) => { $(
        impl Object for $Message {
            type Builder = $Buf;

            fn label(&self) -> String {
                self.label_by(&|index| index.to_string())
            }

            fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
                match self.index() {
                    0 => String::new(),
                    index => device(index),
                }
            }

            fn read_back(&self) -> Option<(u16, PooledBuffer)> {
                None
            }
        }
    )* };
}

objects! { StatsMessage / StatsMessageBuf, StatsRequest / StatsRequestBuf }
