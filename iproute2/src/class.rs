//! Classes of queueing disciplines: what `tc class` does.
//!
//! | `tc` | here |
//! | --- | --- |
//! | `tc -s class show dev eth0` | [`ip.class().list().device("eth0")`](Classes::list) |
//! | `tc class add dev eth0 parent 1: classid 1:10 htb rate 10mbit ceil 20mbit` | [`ip.class().add("eth0", Htb::build().rate("10mbit").ceil("20mbit").class("1:10"))`](Classes::add) |
//! | `tc class add dev eth0 parent 1:1 classid 1:10 htb ...` | `ip.class().add("eth0", Htb::build()....class("1:10").parent("1:1"))` |
//! | `tc class change dev eth0 parent 1: classid 1:10 htb rate 5mbit` | [`ip.class().change("eth0", Htb::build().rate("5mbit").class("1:10"))`](Classes::change) |
//! | `tc class delete dev eth0 classid 1:10` | [`ip.class().delete("eth0", "1:10")`](Classes::delete) |
//!
//! The options of a class are built with [`rtnetlink::tc`].

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, built_key, into_message};
use crate::request::{Added, Changed, Checks, Deleted, Request};
use netlink_packet::{Build, BuildError, Flags, Packet, PooledBuffer};
use rtnetlink::message::{RTM_DELTCLASS, RTM_GETTCLASS, RTM_NEWTCLASS};
use rtnetlink::tc::{ClassMessage, ClassMessageBuf, TcHandle};

impl<D> Handle<D> {
    /// Classes of queueing disciplines: `tc class`.
    pub fn class(&self) -> Classes<'_, D> {
        Classes(self)
    }
}

verbs! {
    /// The verbs of `tc class`; [`Handle::class`](crate::Handle::class) gives them.
    pub struct Classes
}

impl<D> Classes<'_, D> {
    /// Lists the classes of all devices, with their statistics: kernels list one device at a time, so this lists the links first.
    pub fn list(&self) -> List<D, ClassMessage> {
        self.0
            .list("list classes", RTM_GETTCLASS, ClassMessage::build())
            .over(self.0.link().list().without_stats(), |class: ClassMessageBuf, index| class.device(index))
    }

    /// Gets the class with this handle; the error [is not found](crate::Error::is_not_found) if there is none.
    pub fn get(
        &self,
        device: impl Into<Device>,
        class: impl IntoMessage<ClassMessage>,
    ) -> Request<D, Packet<ClassMessage>> {
        let message = class.into_key().device(one(device)).about_one();
        // Some kernels answer with a notification, of which a requester has to ask for a copy.
        self.0.send("get class", RTM_GETTCLASS, Flags::ECHO, message)
    }

    /// Adds a class, like `tc class add`; the error [already exists](crate::Error::is_already_exists) if there is one with this
    /// handle.
    pub fn add(
        &self,
        device: impl Into<Device>,
        class: impl IntoMessage<ClassMessage>,
    ) -> Request<D, Added<ClassMessage>> {
        let flags = Flags::CREATE | Flags::EXCL | Flags::ACK;
        let message = class.into_message().device(one(device)).about_one();
        self.0.send("add class", RTM_NEWTCLASS, flags, message)
    }

    /// Adds a class, or changes the one with this handle, like `tc class replace`.
    pub fn replace(
        &self,
        device: impl Into<Device>,
        class: impl IntoMessage<ClassMessage>,
    ) -> Request<D, Added<ClassMessage>> {
        let flags = Flags::CREATE | Flags::REPLACE | Flags::ACK;
        let message = class.into_message().device(one(device)).about_one();
        self.0.send("replace class", RTM_NEWTCLASS, flags, message)
    }

    /// Changes a class, like `tc class change`; the error [is not found](crate::Error::is_not_found) if there is none. Most
    /// kinds take their options as a whole: what a request leaves out gets its default.
    pub fn change(
        &self,
        device: impl Into<Device>,
        class: impl IntoMessage<ClassMessage>,
    ) -> Request<D, Changed<ClassMessage>> {
        let message = class.into_message().device(one(device)).about_one();
        self.0.send("change class", RTM_NEWTCLASS, Flags::ACK, message)
    }

    /// Deletes a class, with the qdiscs in it, like `tc class delete`: one that was listed, or the one with this handle. The
    /// error [is not found](crate::Error::is_not_found) if there is none.
    pub fn delete(
        &self,
        device: impl Into<Device>,
        class: impl IntoMessage<ClassMessage>,
    ) -> Request<D, Deleted> {
        let message = class.into_key().device(one(device)).about_one();
        self.0.send("delete class", RTM_DELTCLASS, Flags::ACK, message)
    }
}

/// What identifies a class of a device.
fn key_of(class: &ClassMessage) -> ClassMessageBuf {
    ClassMessage::build().device(class.device()).handle(class.handle())
}

fn of_handle(handle: impl TryInto<TcHandle, Error: Into<BuildError>>) -> ClassMessageBuf {
    ClassMessage::at(handle)
}

into_message! { ClassMessage / ClassMessageBuf found by built_key, of_handle: TcHandle &str }

/// Filters of a list of classes.
impl<D> List<D, ClassMessage> {
    /// Only classes of this device, like `tc class show dev DEV`.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device).of_one(|class: ClassMessageBuf| class.device(one(device.clone())))
    }

    /// Only classes of the qdisc with this handle, like `tc class show dev DEV root`. Applied in user space.
    pub fn qdisc(self, handle: impl TryInto<TcHandle, Error: Into<BuildError>>) -> Self {
        self.given(handle, |list, handle: TcHandle| {
            list.filter(move |class| class.handle().qdisc() == handle.qdisc())
        })
    }

    /// Only classes directly under this qdisc or class, like `tc class show dev DEV parent 1:1`. Applied in user space.
    pub fn parent(self, parent: impl TryInto<TcHandle, Error: Into<BuildError>>) -> Self {
        self.given(parent, |list, parent: TcHandle| {
            list.filter(move |class| match class.parent() {
                TcHandle::ROOT => class.handle().qdisc() == parent,
                of_class => of_class == parent,
            })
        })
    }
}

impl Object for ClassMessage {
    type Builder = ClassMessageBuf;

    fn label(&self) -> String {
        self.label_by(&|index| index.to_string())
    }

    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        match (self.kind_name(), self.handle()) {
            (_, TcHandle::UNSPEC) => format!("on {}", device(self.device())),
            (Some(kind), handle) => format!("{kind} {handle} on {}", device(self.device())),
            (None, handle) => format!("{handle} on {}", device(self.device())),
        }
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        Some((RTM_GETTCLASS, key_of(self).into_buffer()))
    }

    fn lacks(&self) -> Option<&'static str> {
        (self.handle().minor() == 0).then_some("a class has a handle with a minor number, such as `1:10`")
    }

    fn key(&self) -> ClassMessageBuf {
        key_of(self)
    }
}

impl Deletable for ClassMessage {
    const DELETION: (&'static str, u16) = ("delete class", RTM_DELTCLASS);
}
