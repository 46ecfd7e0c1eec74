//! How a plan is carried out: its messages by the socket that requests share, its lists by sockets of their own.

use super::Plan;
use crate::connection::Connection;
use crate::error::Result;
use crate::list::{self, List};
use crate::mode::Wait;
use crate::order::{Choose, Listing};
use crate::rare::Rare;
use bytes::Bytes;
use netlink_packet::Nest;
use netlink_sys::errno::ENOENT;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// What of a plan is on its way.
pub(crate) struct Drive<D: Wait> {
    exchange: D::Exchange,
    list: Rare<Box<(list::Listing<D, Nest>, Choose)>>,
}

impl<D: Wait> Default for Drive<D> {
    #[inline]
    fn default() -> Self {
        Drive { exchange: D::Exchange::default(), list: Rare::default() }
    }
}

impl<D: Wait> Drive<D> {
    /// Carries out a plan; gives the object that came in the end, if any.
    #[inline(always)]
    pub(crate) fn poll(
        &mut self,
        connection: &Arc<Connection>,
        plan: &mut Plan,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>>> {
        loop {
            if self.list.is_some() {
                ready!(self.poll_list(plan, cx))?;
            }
            if let Some(listing) = plan.listing(connection)? {
                self.begin(listing, connection, plan);
                continue;
            }
            let object = ready!(D::poll_exchange(&mut self.exchange, connection, plan, cx))?;
            if !plan.is_interrupted() {
                return Poll::Ready(Ok(object));
            }
        }
    }

    #[cold]
    fn begin(&mut self, listing: Listing, connection: &Arc<Connection>, plan: &Plan) {
        let Listing { message_type, message, wanted, choose } = listing;
        let subject = plan.order().subject;
        let target = &subject.object.target;
        let list = List::of(connection, plan.timeout(), subject.operation, target, message_type, message);
        let list = list.empty_on(ENOENT).filter(move |object: &Nest| wanted(object.as_bytes()));
        *self.list = Some(Box::new((list::Listing::new(list), choose)));
    }

    #[cold]
    fn poll_list(&mut self, plan: &mut Plan, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Some(list) = &mut *self.list else { return Poll::Ready(Ok(())) };
        let (collect, choose) = &mut **list;
        let objects = ready!(collect.poll_objects(cx));
        let choose = *choose;
        *self.list = None;
        Poll::Ready(plan.listed(objects, choose))
    }
}
