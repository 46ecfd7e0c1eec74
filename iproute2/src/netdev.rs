//! Network devices beyond links: their queues, NAPI instances, page pools, XDP features and statistics (`netdev`). Feature `netdev`.
//!
//! | `ynl --family netdev` | here |
//! | --- | --- |
//! | `--dump dev-get` | [`ip.netdev().list()`](Netdevs::list) |
//! | `--dump queue-get` | [`ip.netdev().queues()`](Netdevs::queues), [`.device("eth0")`](List::device) |
//! | `--dump napi-get` | [`ip.netdev().napis()`](Netdevs::napis) |
//! | `--do napi-set` | [`ip.netdev().change_napi(id, NapiMessage::build().defer_hard_irqs(10))`](Netdevs::change_napi) |
//! | `--dump page-pool-get`, `page-pool-stats-get` | [`ip.netdev().page_pools()`](Netdevs::page_pools), [`page_pool_stats()`](Netdevs::page_pool_stats) |
//! | `--dump qstats-get` | [`ip.netdev().stats()`](Netdevs::stats), [`queue_stats()`](Netdevs::queue_stats) |
//! | `--subscribe mgmt` | `ip.events([(netdev::FAMILY, netdev::MGMT)])`, each a [`NetdevMessage`] |
//!
//! ```no_run
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! for queue in ip.netdev().queues().device("eth0").wait()? {
//!     println!("{:?} {:?} by NAPI instance {:?}", queue.queue_type(), queue.id(), queue.napi_id());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Linux 6.7 has devices and page pools, Linux 6.8 queues and NAPI instances, Linux 6.10 statistics.

use crate::device::{Device, one};
use crate::list::List;
use crate::noun::door;
use crate::request::{Checked, Done, Request, invalid};
use crate::target::Noun;
use netlink_packet::generic::netdev::PagePoolMessageBuf;
pub use netlink_packet::generic::netdev::{
    DmabufMessage, FAMILY, IoUringProvider, MGMT, NapiMessage, NapiMessageBuf, NapiThreaded, NetdevMessage,
    PAGE_POOL, PagePoolId, PagePoolMessage, PagePoolStatsMessage, QueueId, QueueIdBuf, QueueLease,
    QueueLeaseBuf, QueueMessage, QueueStatsMessage, QueueStatsScope, QueueType, XdpFeatures, XdpRxMetadata,
    XskFeatures,
};
use netlink_packet::generic::netdev::{
    NETDEV_CMD_BIND_RX, NETDEV_CMD_BIND_TX, NETDEV_CMD_DEV_GET, NETDEV_CMD_NAPI_GET, NETDEV_CMD_NAPI_SET,
    NETDEV_CMD_PAGE_POOL_GET, NETDEV_CMD_PAGE_POOL_STATS_GET, NETDEV_CMD_QUEUE_CREATE, NETDEV_CMD_QUEUE_GET,
};
use netlink_packet::generic::netdev::{PagePoolStatsMessageBuf, QueueMessageBuf, QueueStatsMessageBuf};
use netlink_packet::{Buffer, BuildError, Packet, Put, View};
use std::os::fd::AsFd;

door! {
    /// Queues, NAPI instances, page pools, XDP features and statistics of devices: the family `netdev`.
    netdev =>
    /// The verbs of the family `netdev`.
    Netdevs
}

impl<D> Netdevs<'_, D> {
    /// Lists the devices, with what they support of XDP and AF_XDP.
    pub fn list(&self) -> List<D, NetdevMessage> {
        self.0.list_noun("list netdevs", NetdevMessage::build())
    }

    /// Gets a device.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device.
    pub fn get(&self, device: impl Into<Device>) -> Request<D, Packet<NetdevMessage>> {
        let message = NetdevMessage::build().index(one(device.into()));
        self.0.ask("get netdev", NETDEV_CMD_DEV_GET, message)
    }

    /// Lists the queues that are set up, of all devices or of [one](List::device).
    pub fn queues(&self) -> List<D, QueueMessage> {
        self.0.list_noun("list queues", QueueMessage::build())
    }

    /// Gets a queue of a device: `QueueId::rx(0)`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device, [invalid](crate::Error::is_invalid)
    /// where it has no such queue.
    pub fn queue(&self, device: impl Into<Device>, queue: QueueIdBuf) -> Request<D, Packet<QueueMessage>> {
        let (queue_type, id) = (queue.view().queue_type(), queue.view().id());
        let message = QueueMessage::build().device(one(device.into()));
        let message = message.queue_type(queue_type.unwrap_or_default()).id(id.unwrap_or_default());
        self.0.ask("get queue", NETDEV_CMD_QUEUE_GET, message)
    }

    /// Creates a queue of a virtual device that stands for one of a physical device (a lease). The reply has its index.
    pub fn create_queue(
        &self,
        device: impl Into<Device>,
        queue_type: impl Put<QueueType>,
        lease: impl Put<QueueLease>,
    ) -> Request<D, Packet<QueueMessage>> {
        let message = QueueMessage::build().device(one(device.into())).queue_type(queue_type).lease(lease);
        self.0.ask("create queue", NETDEV_CMD_QUEUE_CREATE, message)
    }

    /// Lists the NAPI instances, of all devices or of [one](List::device).
    pub fn napis(&self) -> List<D, NapiMessage> {
        self.0.list_noun("list NAPI instances", NapiMessage::build())
    }

    /// Gets a NAPI instance by its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such instance.
    pub fn napi(&self, id: u32) -> Request<D, Packet<NapiMessage>> {
        self.0.ask("get NAPI instance", NETDEV_CMD_NAPI_GET, NapiMessage::build().id(id))
    }

    /// Changes a NAPI instance: what the message does not say stays as it is. Since Linux 6.13.
    pub fn change_napi(&self, id: u32, change: NapiMessageBuf) -> Request<D, Done> {
        self.0.act("change NAPI instance", NETDEV_CMD_NAPI_SET, change.id(id))
    }

    /// Lists the page pools, of all devices or of [one](List::device). Where the kernel has none
    /// (`CONFIG_PAGE_POOL`): [not supported](crate::Error::is_not_supported).
    pub fn page_pools(&self) -> List<D, PagePoolMessage> {
        self.0.list_noun("list page pools", PagePoolMessage::build())
    }

    /// Gets a page pool by its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such pool.
    pub fn page_pool(&self, id: u32) -> Request<D, Packet<PagePoolMessage>> {
        let message = PagePoolMessage::build().id(u64::from(id));
        self.0.ask("get page pool", NETDEV_CMD_PAGE_POOL_GET, message)
    }

    /// Lists the statistics of page pools, of all devices or of [one](List::device), on kernels that count them.
    pub fn page_pool_stats(&self) -> List<D, PagePoolStatsMessage> {
        self.0.list_noun("list statistics of page pools", PagePoolStatsMessage::build())
    }

    /// Gets the statistics of a page pool by its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such pool.
    pub fn page_pool_stats_of(&self, id: u32) -> Request<D, Packet<PagePoolStatsMessage>> {
        let message = PagePoolStatsMessage::build().pool(PagePoolId::build().id(u64::from(id)));
        self.0.ask("get statistics of page pool", NETDEV_CMD_PAGE_POOL_STATS_GET, message)
    }

    /// Lists the statistics of the devices whose drivers count them, or of [one](List::device).
    pub fn stats(&self) -> List<D, QueueStatsMessage> {
        self.0.list_noun("list statistics", QueueStatsMessage::build())
    }

    /// Lists the statistics of the queues, of all devices whose drivers count them, or of [one](List::device).
    pub fn queue_stats(&self) -> List<D, QueueStatsMessage> {
        let message = QueueStatsMessage::build().scope(QueueStatsScope::QUEUE);
        self.0.list_noun("list statistics of queues", message)
    }

    /// Binds a dma-buf, memory of another device such as a GPU, to receive queues of a device, which then write to it. The reply has
    /// the id of the binding, which lasts as long as the handle and its clones.
    pub fn bind_rx<F: AsFd>(
        &self,
        device: impl Into<Device>,
        buffer: &F,
        queues: impl IntoIterator<Item = QueueIdBuf>,
    ) -> Request<D, Packet<DmabufMessage>> {
        let message = DmabufMessage::build().device(one(device.into())).buffer(buffer).queues(queues);
        self.0.ask("bind dma-buf", NETDEV_CMD_BIND_RX, message.checked(has_queues))
    }

    /// Binds a dma-buf to a device for sending. The reply has the id of the binding, which lasts as long as the handle and its
    /// clones. Since Linux 6.16.
    pub fn bind_tx<F: AsFd>(
        &self,
        device: impl Into<Device>,
        buffer: &F,
    ) -> Request<D, Packet<DmabufMessage>> {
        let message = DmabufMessage::build().device(one(device.into())).buffer(buffer);
        self.0.ask("bind dma-buf for sending", NETDEV_CMD_BIND_TX, message)
    }
}

fn has_queues(message: &Buffer) -> Option<BuildError> {
    match DmabufMessage::cast(message.body()).queues().is_some_and(|mut queues| queues.next().is_some()) {
        true => None,
        false => invalid("a dma-buf is bound to at least one queue"),
    }
}

/// Lists can be of one device, which kernels filter by.
macro_rules! of_a_device {
    ($($Message:ident: $Buf:ident),*) => { $(
        impl<D> List<D, $Message> {
            /// Only those of this device.
            pub fn device(self, device: impl Into<Device>) -> Self {
                let device = device.into();
                self.ask(|request: $Buf| request.device(one(device)))
                    .wanted(|object, request| object.device() == request.device())
            }
        }
    )* };
}

of_a_device! {
    QueueMessage: QueueMessageBuf, NapiMessage: NapiMessageBuf, PagePoolMessage: PagePoolMessageBuf,
    QueueStatsMessage: QueueStatsMessageBuf
}

impl<D> List<D, PagePoolStatsMessage> {
    /// Only those of this device.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        let of = |message: &PagePoolStatsMessage| message.pool().and_then(PagePoolId::device);
        self.ask(|request: PagePoolStatsMessageBuf| request.pool(PagePoolId::build().device(one(device))))
            .wanted(move |object, request| of(object) == of(request))
    }
}

fn number(number: Option<impl ToString>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

impl Noun for NetdevMessage {
    fn label(&self) -> String {
        String::new()
    }

    fn on_device(&self) -> Option<u32> {
        self.index()
    }
}

impl Noun for QueueMessage {
    fn label(&self) -> String {
        let queue = self.queue_type().zip(self.id());
        queue.map(|(queue_type, id)| format!("{queue_type} {id}")).unwrap_or_default()
    }

    fn on_device(&self) -> Option<u32> {
        self.device()
    }
}

impl Noun for NapiMessage {
    fn label(&self) -> String {
        number(self.id().or(self.device()).filter(|number| *number != 0))
    }
}

impl Noun for PagePoolMessage {
    fn label(&self) -> String {
        number(self.id())
    }
}

impl Noun for PagePoolStatsMessage {
    fn label(&self) -> String {
        number(self.pool().and_then(PagePoolId::id))
    }
}

impl Noun for QueueStatsMessage {
    fn label(&self) -> String {
        String::new()
    }

    fn on_device(&self) -> Option<u32> {
        self.device()
    }
}

impl Noun for DmabufMessage {
    fn label(&self) -> String {
        String::new()
    }

    fn on_device(&self) -> Option<u32> {
        self.device()
    }
}
