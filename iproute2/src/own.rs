//! Requests and dumps for messages of any protocol and family, including those without verbs here.

use crate::connection::Connection;
use crate::family::protocol;
use crate::handle::Handle;
use crate::list::List;
use crate::order::{About, Order};
use crate::request::{Replies, Request};
use crate::target::{Noun, Target};
use netlink_packet::generic::{GENL_HDRLEN, GenericMessageBuf};
use netlink_packet::{Build, Command, Family, Flags, PooledBuffer};
use std::sync::Arc;

impl<D> Handle<D> {
    /// Sends a message of any family, including your own, and returns the objects that the kernel replies with before
    /// it acknowledges: none to most changes, one or more to queries. [`one`](Request::one) returns just one.
    ///
    /// The message's type says [where it goes](Command): to a generic netlink family, found by its name, or to another
    /// netlink protocol, whose socket is opened on first use in the handle's namespace. Everything else works as with
    /// the verbs of this crate: errors with the kernel's message and the path of the attribute from the message's own
    /// table, timeouts, [batches](Self::batch), devices by name where the table says
    /// [`IfIndex`](netlink_packet::IfIndex).
    ///
    /// ```no_run
    /// use iproute2::netlink_packet::{Command, Family, IfIndex, netlink};
    ///
    /// netlink! {
    ///     /// An MPTCP endpoint, or the limits.
    ///     struct Mptcp / MptcpBuf
    ///     header genlmsghdr: 4 {}
    ///     attributes {
    ///         /// Most subflows of a connection.
    ///         MPTCP_PM_ATTR_SUBFLOWS = 3 => subflows: u32,
    ///     }
    /// }
    ///
    /// impl Command for Mptcp {
    ///     const FAMILY: Family = Family::Generic { name: "mptcp_pm", version: 1 };
    ///     const COMMAND: u16 = 6; // MPTCP_PM_CMD_GET_LIMITS
    ///     type Reply = Mptcp;
    /// }
    ///
    /// # fn main() -> iproute2::Result<()> {
    /// let ip = iproute2::blocking::connect()?;
    /// let limits = ip.request(Mptcp::build()).one().wait()?;
    /// println!("subflows: {:?}", limits.subflows());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The request's errors: [`ErrorKind::UnknownFamily`](crate::ErrorKind::UnknownFamily) if the kernel has no such
    /// family, and all others. Objects that the kernel sent before it refused the rest are in
    /// [`Error::replies`](crate::Error::replies).
    pub fn request<B>(&self, message: B) -> Request<D, Replies<<B::View as Command>::Reply>>
    where
        B: Build,
        B::View: Command,
    {
        let order = Order::own::<B::View>("request", addressed(message));
        Request::new(&self.connection_of(B::View::FAMILY), self.timeout(), order)
    }

    /// Lists what a message of any family asks for, including your own: see [`request`](Self::request) and [`List`].
    ///
    /// ```no_run
    /// use iproute2::netlink_packet::generic::ControllerMessage;
    ///
    /// # async fn run<R: iproute2::Runtime>(ip: iproute2::Handle<R>) -> iproute2::Result<()> {
    /// for family in ip.dump(ControllerMessage::get_family()).await? {
    ///     println!("{:?} has the id {:?}", family.name(), family.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn dump<B>(&self, message: B) -> List<D, <B::View as Command>::Reply>
    where
        B: Build,
        B::View: Command,
    {
        let target = const { &Target::own::<B::View>() };
        let (connection, command) = (self.connection_of(B::View::FAMILY), B::View::COMMAND);
        List::of(&connection, self.timeout(), "dump", target, command, addressed(message))
    }

    /// Sends a message of a family that has verbs here.
    pub(crate) fn send_noun<B, R>(
        &self,
        operation: &'static str,
        flags: Flags,
        message: B,
        about: &'static About,
    ) -> Request<D, R>
    where
        B: Build,
        B::View: Noun,
    {
        let order = Order::noun::<B::View>(operation, about, flags, addressed(message));
        Request::new(&self.connection_of(B::View::FAMILY), self.timeout(), order)
    }

    /// Lists by a message of a family that has verbs here.
    pub(crate) fn list_noun<B>(
        &self,
        operation: &'static str,
        message: B,
    ) -> List<D, <B::View as Command>::Reply>
    where
        B: Build,
        B::View: Noun,
    {
        let target = const { &Target::noun::<B::View>() };
        let (connection, command) = (self.connection_of(B::View::FAMILY), B::View::COMMAND);
        List::of(&connection, self.timeout(), operation, target, command, addressed(message))
    }

    /// The connection for a family's messages. If it can't be opened, that of the route family stands in, and sending
    /// fails with the reason.
    pub(crate) fn connection_of(&self, family: Family) -> Arc<Connection> {
        let route = self.connection();
        self.others().of(route, protocol(family)).unwrap_or_else(|_| Arc::clone(route))
    }
}

/// The message with command and version in its generic netlink header, if its family has one.
fn addressed<B>(message: B) -> PooledBuffer
where
    B: Build,
    B::View: Command,
{
    let Family::Generic { version, .. } = B::View::FAMILY else { return message.into_buffer() };
    let command = const { generic_command::<B::View>() };
    let mut message = GenericMessageBuf::from_buffer(message.into_buffer());
    if message.view().command() == 0 {
        message = message.command(command);
    }
    if message.view().version() == 0 {
        message = message.version(version);
    }
    message.into_buffer()
}

/// The command in a generic netlink header.
const fn generic_command<M: Command + ?Sized>() -> u8 {
    match M::FAMILY {
        Family::Protocol(_) => 0,
        Family::Generic { .. } => {
            assert!(M::HEADER >= GENL_HDRLEN, "a generic netlink message begins with `header genlmsghdr: 4`");
            assert!(M::COMMAND < 256, "a generic netlink command is below 256");
            M::COMMAND.to_le_bytes()[0]
        }
    }
}
