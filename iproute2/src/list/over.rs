//! Lists over all devices of what kernels list of one at a time: a dump each.

use super::{List, Listing};
use crate::error::Result;
use crate::mode::Wait;
use netlink_packet::{Build, PooledBuffer, View};
use rtnetlink::LinkMessage;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Puts a device into a request.
type About = Arc<dyn Fn(PooledBuffer, u32) -> PooledBuffer + Send + Sync>;

/// The devices whose objects a list has.
pub(super) struct Over<D> {
    links: List<D, LinkMessage>,
    about: About,
}

impl<D, M: View + ?Sized> List<D, M> {
    /// Of each of these devices, one after the other, unless the list is [`of_one`](Self::of_one).
    pub(crate) fn over<B>(mut self, links: List<D, LinkMessage>, about: fn(B, u32) -> B) -> Self
    where
        B: Build<View = M> + 'static,
    {
        let about = Arc::new(move |request, index| about(B::from_buffer(request), index).into_buffer());
        self.over = Some(Box::new(Over { links, about }));
        self
    }

    /// Of one device or block only, which the request names from now on.
    pub(crate) fn of_one<B: Build<View = M>>(mut self, name: impl Fn(B) -> B) -> Self {
        self.over = None;
        self.ask_for_more(name)
    }
}

impl<D> Over<D> {
    pub(super) fn set_timeout(&mut self, timeout: Duration) {
        self.links.plan.timeout = Some(timeout);
    }

    pub(super) fn begin(self) -> Devices<D>
    where
        D: Wait,
    {
        Devices { links: Listing::new(self.links), about: self.about }
    }
}

/// The devices that are being listed.
pub(super) struct Devices<D: Wait> {
    links: Listing<D, LinkMessage>,
    about: About,
}

impl<D: Wait> Devices<D> {
    pub(super) fn poll_parts(&mut self, cx: &mut Context<'_>) -> Poll<Result<Parts>> {
        let links = ready!(self.links.poll_objects(cx))?;
        let devices = links.iter().map(|link| link.index()).collect();
        Poll::Ready(Ok(Parts { devices, next: 0, about: Arc::clone(&self.about) }))
    }
}

/// The parts of a list: a dump for each device.
pub(super) struct Parts {
    devices: Vec<u32>,
    next: usize,
    about: About,
}

impl Parts {
    /// From the first device again.
    pub(super) fn restart(&mut self) {
        self.next = 0;
    }

    /// Puts the next device into the requests; `false` after the last.
    pub(super) fn advance<'a>(&mut self, requests: impl Iterator<Item = &'a mut PooledBuffer>) -> bool {
        let Some(device) = self.devices.get(self.next) else { return false };
        self.next += 1;
        for request in requests {
            *request = (self.about)(std::mem::take(request), *device);
        }
        true
    }
}
