//! Queueing disciplines (qdiscs): what `tc qdisc` does.
//!
//! | `tc` | here |
//! | --- | --- |
//! | `tc qdisc show`, `tc qdisc show dev eth0` | [`ip.qdisc().list()`](Qdiscs::list), `.device("eth0")` |
//! | `tc qdisc show invisible` | `ip.qdisc().list().invisible()` |
//! | `tc qdisc add dev eth0 root handle 1: htb default 30` | [`ip.qdisc().add("eth0", Htb::build().default_class("1:30").root().handle("1:"))`](Qdiscs::add) |
//! | `tc qdisc add dev eth0 parent 1:10 fq_codel` | `ip.qdisc().add("eth0", FqCodel::build().under("1:10"))` |
//! | `tc qdisc add dev eth0 clsact` | `ip.qdisc().add("eth0", Clsact::build().ingress())` |
//! | `tc qdisc replace dev eth0 root fq_codel limit 1000` | [`ip.qdisc().replace("eth0", FqCodel::build().limit(1000).root())`](Qdiscs::replace) |
//! | `tc qdisc change dev eth0 root fq_codel ecn` | [`ip.qdisc().change("eth0", FqCodel::build().ecn(true).root())`](Qdiscs::change) |
//! | `tc qdisc delete dev eth0 root` | [`ip.qdisc().delete("eth0", TcHandle::ROOT)`](Qdiscs::delete) |
//!
//! The options of a kind, and where the qdisc goes, are built with [`rtnetlink::tc`].

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::known::removal;
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, built_key, into_message};
use crate::order::Removal;
use crate::request::{Added, Changed, Checked as _, Checks, Deleted, Request};
use netlink_packet::{Build, BuildError, Flags, Packet, PooledBuffer};
use rtnetlink::message::{RTM_DELQDISC, RTM_GETQDISC, RTM_NEWQDISC};
use rtnetlink::tc::{QdiscMessage, QdiscMessageBuf, TcHandle};

impl<D> Handle<D> {
    /// Queueing disciplines: `tc qdisc`.
    pub fn qdisc(&self) -> Qdiscs<'_, D> {
        Qdiscs(self)
    }
}

verbs! {
    /// The verbs of `tc qdisc`; [`Handle::qdisc`](crate::Handle::qdisc) gives them.
    pub struct Qdiscs
}

impl<D> Qdiscs<'_, D> {
    /// Lists the qdiscs of all devices, with their statistics, like `tc -s qdisc show`; the default ones, which have no handle,
    /// only with [`invisible`](List::invisible), but for those at the root of a device.
    pub fn list(&self) -> List<D, QdiscMessage> {
        self.0.list("list qdiscs", RTM_GETQDISC, QdiscMessage::build())
    }

    /// Gets the qdisc of a device that has this handle, or that is at [the root](TcHandle::ROOT) or [for
    /// filters](TcHandle::INGRESS); the error [is not found](crate::Error::is_not_found) if there is none.
    pub fn get(
        &self,
        device: impl Into<Device>,
        qdisc: impl IntoMessage<QdiscMessage>,
    ) -> Request<D, Packet<QdiscMessage>> {
        let message = qdisc.into_key().device(one(device));
        // Some kernels answer with a notification, of which a requester has to ask for a copy.
        self.0.send("get qdisc", RTM_GETQDISC, Flags::ECHO, message)
    }

    /// Adds a qdisc to a device, like `tc qdisc add`; the error [already exists](crate::Error::is_already_exists) if there is
    /// one in its place, but for the default one.
    ///
    /// Give it a handle (`.handle("1:")`): of a request without one, kernels let a qdisc of **another kind** take the place of
    /// the one that is there, also for `tc`.
    pub fn add(
        &self,
        device: impl Into<Device>,
        qdisc: impl IntoMessage<QdiscMessage>,
    ) -> Request<D, Added<QdiscMessage>> {
        let flags = Flags::CREATE | Flags::EXCL | Flags::ACK;
        let message = qdisc.into_message().device(one(device)).says_nothing_ignored();
        self.0.send("add qdisc", RTM_NEWQDISC, flags, message).compared::<QdiscMessage>()
    }

    /// Adds a qdisc to a device, or puts it in the place of the one that is there, like `tc qdisc replace`.
    ///
    /// One of the same kind is changed, unless the request says another handle: options that it leaves out stay as they are.
    /// One of another kind is deleted, with its classes.
    pub fn replace(
        &self,
        device: impl Into<Device>,
        qdisc: impl IntoMessage<QdiscMessage>,
    ) -> Request<D, Added<QdiscMessage>> {
        let flags = Flags::CREATE | Flags::REPLACE | Flags::ACK;
        let message = qdisc.into_message().device(one(device)).says_nothing_ignored();
        self.0.send("replace qdisc", RTM_NEWQDISC, flags, message).compared::<QdiscMessage>()
    }

    /// Changes options of a qdisc, like `tc qdisc change`; the error [is not found](crate::Error::is_not_found) if there is
    /// none, or only the default one.
    ///
    /// One of another kind is an error, where `tc` would put the new one into its place.
    pub fn change(
        &self,
        device: impl Into<Device>,
        qdisc: impl IntoMessage<QdiscMessage>,
    ) -> Request<D, Changed<QdiscMessage>> {
        let message = qdisc.into_message().device(one(device)).says_nothing_ignored();
        // Without this flag, kernels put a qdisc of another kind into the place of the one that is there.
        self.0
            .send("change qdisc", RTM_NEWQDISC, Flags::REPLACE | Flags::ACK, message)
            .compared::<QdiscMessage>()
    }

    /// Deletes a qdisc of a device, with its classes and filters, like `tc qdisc delete`: one that was listed, or the one with
    /// this parent, such as [`TcHandle::ROOT`]. The default one takes its place.
    ///
    /// The error [is not found](crate::Error::is_not_found) if there is none, or only the default one.
    pub fn delete(
        &self,
        device: impl Into<Device>,
        qdisc: impl IntoMessage<QdiscMessage>,
    ) -> Request<D, Deleted> {
        let message = qdisc.into_key().device(one(device));
        self.0.send("delete qdisc", RTM_DELQDISC, Flags::ACK, message.about_one())
    }
}

/// What identifies a qdisc of a device. A handle alone is not enough to delete one.
fn key_of(qdisc: &QdiscMessage) -> QdiscMessageBuf {
    QdiscMessage::build().device(qdisc.device()).handle(qdisc.handle()).parent(qdisc.parent())
}

/// The qdisc with this parent, or the one that has this handle, where it is a qdisc's.
fn of_handle(handle: impl TryInto<TcHandle, Error: Into<BuildError>>) -> QdiscMessageBuf {
    let qdisc = QdiscMessage::build();
    match handle.try_into() {
        Ok(handle) if handle.minor() == 0 => qdisc.handle(handle),
        Ok(handle) => qdisc.parent(handle),
        Err(problem) => {
            let mut buffer = qdisc.into_buffer();
            buffer.refuse(problem.into());
            QdiscMessageBuf::from_buffer(buffer)
        }
    }
}

into_message! { QdiscMessage / QdiscMessageBuf found by built_key, of_handle: TcHandle &str }

/// Filters of a list of qdiscs.
impl<D> List<D, QdiscMessage> {
    /// Also the default qdiscs that the kernel otherwise leaves out, like `tc qdisc show invisible`.
    pub fn invisible(self) -> Self {
        self.ask_for_more(|message: QdiscMessageBuf| message.dump_invisible(true))
    }

    /// Only qdiscs of this device, like `tc qdisc show dev DEV`. Applied in user space.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask_here(|message: QdiscMessageBuf| message.device(one(device)))
            .wanted(|qdisc, request| qdisc.device() == request.device())
    }

    /// Only qdiscs of this kind. Applied in user space.
    pub fn kind(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.filter(move |qdisc| qdisc.kind_name() == Some(&name))
    }
}

impl Object for QdiscMessage {
    type Builder = QdiscMessageBuf;
    const REMOVAL: Option<Removal> = Some(removal::<QdiscMessage>());

    fn label(&self) -> String {
        self.label_by(&|index| index.to_string())
    }

    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        let handle = match (self.handle(), self.parent()) {
            (TcHandle::UNSPEC, parent) if parent.minor() == 0 || parent == TcHandle::ROOT => {
                parent.to_string()
            }
            (TcHandle::UNSPEC, parent) => format!("parent {parent}"),
            (handle, _) => handle.to_string(),
        };
        let parts = self
            .kind_name()
            .map(str::to_owned)
            .into_iter()
            .chain([handle, format!("on {}", device(self.device()))]);
        parts.collect::<Vec<_>>().join(" ")
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        Some((RTM_GETQDISC, key_of(self).into_buffer()))
    }

    fn lacks(&self) -> Option<&'static str> {
        (self.parent() == TcHandle::UNSPEC).then_some("the kernel finds it by its parent, such as `root`")
    }

    fn key(&self) -> QdiscMessageBuf {
        key_of(self)
    }
}

impl Deletable for QdiscMessage {
    const DELETION: (&'static str, u16) = ("delete qdisc", RTM_DELQDISC);

    /// The default ones, which have no handle.
    fn is_spared(&self, _: &Self) -> bool {
        self.handle() == TcHandle::UNSPEC
    }
}
