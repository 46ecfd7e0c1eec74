//! In-situ OAM for IPv6 (IOAM, RFC 9197): namespaces and schemas, as `ip ioam` shows and sets them. Feature `ioam6`.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip ioam namespace add 7 data 1 wide 2` | [`ip.ioam6().add_namespace(Ioam6Message::namespace(7).data(1).wide_data(2))`](Ioam6::add_namespace) |
//! | `ip ioam namespace show` | [`ip.ioam6().namespaces()`](Ioam6::namespaces) |
//! | `ip ioam namespace del 7` | [`ip.ioam6().delete_namespace(7)`](Ioam6::delete_namespace) |
//! | `ip ioam schema add 3 DATA` | [`ip.ioam6().add_schema(3, DATA)`](Ioam6::add_schema) |
//! | `ip ioam schema show` | [`ip.ioam6().schemas()`](Ioam6::schemas) |
//! | `ip ioam schema del 3` | [`ip.ioam6().delete_schema(3)`](Ioam6::delete_schema) |
//! | `ip ioam namespace set 7 schema 3` | [`ip.ioam6().assign_schema(7, 3)`](Ioam6::assign_schema) |
//! | `ip ioam namespace set 7 schema none` | `ip.ioam6().assign_schema(7, None)` |
//! | `ip ioam monitor` | `ip.events([(Ioam6Event::FAMILY, ioam6::EVENTS)])`, each an [`Ioam6Event`] |
//!
//! ```no_run
//! use iproute2::ioam6::Ioam6Message;
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! ip.ioam6().add_namespace(Ioam6Message::namespace(7).data(0xbeef)).wait()?;
//! ip.ioam6().add_schema(3, "measured at the border").wait()?;
//! ip.ioam6().assign_schema(7, 3).wait()?;
//! for namespace in ip.ioam6().namespaces().wait()? {
//!     println!("{:?} {:?} {:?}", namespace.namespace_id(), namespace.data(), namespace.schema_id());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! All of it takes the rights of the machine's root.

use crate::list::List;
use crate::noun::{by, door};
use crate::order::{About, Further, Order, Step, Steps, Undo};
use crate::request::{Checked, Done, Request, invalid};
use crate::target::Noun;
pub use netlink_packet::generic::ioam6::{EVENTS, Ioam6Event, Ioam6EventType, Ioam6Message, Ioam6MessageBuf};
use netlink_packet::generic::ioam6::{
    IOAM6_CMD_ADD_NAMESPACE, IOAM6_CMD_ADD_SCHEMA, IOAM6_CMD_DEL_NAMESPACE, IOAM6_CMD_DEL_SCHEMA,
    IOAM6_CMD_DUMP_NAMESPACES, IOAM6_CMD_DUMP_SCHEMAS, IOAM6_CMD_NS_SET_SCHEMA, IOAM6_MAX_SCHEMA_DATA_LEN,
};
use netlink_packet::{Buffer, Build, BuildError, Flags, PooledBuffer, Put, View, built};

door! {
    /// In-situ OAM: `ip ioam`.
    ioam6 =>
    /// The verbs of `ip ioam`.
    Ioam6
}

impl<D> Ioam6<'_, D> {
    /// Lists the namespaces, like `ip ioam namespace show`: with their data, and the ids of the schemas assigned to them.
    pub fn namespaces(&self) -> List<D, Ioam6Message> {
        self.0.list_noun("list IOAM namespaces", by(IOAM6_CMD_DUMP_NAMESPACES, Ioam6Message::build()))
    }

    /// Adds a namespace, like `ip ioam namespace add ID`. One with a schema, such as one that was listed, is
    /// [assigned](Self::assign_schema) it by a second message; if that fails, the namespace is deleted again.
    ///
    /// The future's errors: [already exists](crate::Error::is_already_exists) where there is one with this id.
    pub fn add_namespace(&self, namespace: impl Put<Ioam6Message>) -> Request<D, Done> {
        let message = built::<Ioam6MessageBuf>(namespace).checked(is_namespace);
        let message = by(IOAM6_CMD_ADD_NAMESPACE, message);
        self.0.send_noun("add IOAM namespace", Flags::ACK, message, &ADDED)
    }

    /// Deletes a namespace, like `ip ioam namespace del ID`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none with this id.
    pub fn delete_namespace(&self, id: u16) -> Request<D, Done> {
        let message = Ioam6Message::namespace(id);
        self.0.act("delete IOAM namespace", IOAM6_CMD_DEL_NAMESPACE, message)
    }

    /// Lists the schemas, like `ip ioam schema show`: with their data, and the ids of the namespaces that they are assigned to.
    pub fn schemas(&self) -> List<D, Ioam6Message> {
        self.0.list_noun("list IOAM schemas", by(IOAM6_CMD_DUMP_SCHEMAS, Ioam6Message::build()))
    }

    /// Adds a schema, like `ip ioam schema add ID DATA`: an id of up to 24 bits, and 1 to 1,020 bytes.
    ///
    /// The future's errors: [already exists](crate::Error::is_already_exists) where there is one with this id.
    pub fn add_schema(&self, id: u32, data: impl AsRef<[u8]>) -> Request<D, Done> {
        let message = Ioam6Message::schema(id).schema_data(data.as_ref());
        self.0.act("add IOAM schema", IOAM6_CMD_ADD_SCHEMA, message.checked(fits))
    }

    /// Deletes a schema, like `ip ioam schema del ID`; the namespace that has it has none then.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none with this id.
    pub fn delete_schema(&self, id: u32) -> Request<D, Done> {
        self.0.act("delete IOAM schema", IOAM6_CMD_DEL_SCHEMA, Ioam6Message::schema(id))
    }

    /// Assigns a schema to a namespace in the place of the one that it has, or none, like `ip ioam namespace set ID schema ID`. A schema
    /// that another namespace has goes over to this one.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such namespace or schema.
    pub fn assign_schema(&self, namespace: u16, schema: impl Into<Option<u32>>) -> Request<D, Done> {
        let message = Ioam6Message::namespace(namespace);
        let message = match schema.into() {
            Some(schema) => message.schema_id(schema),
            None => message.no_schema(true),
        };
        self.0.act("assign IOAM schema", IOAM6_CMD_NS_SET_SCHEMA, message)
    }
}

fn is_namespace(message: &Buffer) -> Option<BuildError> {
    let namespace = Ioam6Message::cast(message.body());
    match (namespace.namespace_id(), namespace.schema_data()) {
        (None, _) => invalid("an IOAM namespace needs an id"),
        (_, Some(_)) => invalid("the data of a schema is not added with a namespace"),
        _ => None,
    }
}

static ADDED: About = About::noun::<Ioam6Message>(with_schema);

/// A namespace and its schema are two messages.
fn with_schema(order: &mut Order) -> Result<Option<Box<Steps>>, BuildError> {
    let namespace = Ioam6Message::cast(order.message.body());
    let (id, schema) = (namespace.namespace_id().unwrap_or_default(), namespace.schema_id());
    let Some(schema) = schema else { return Ok(None) };
    let message = std::mem::replace(&mut order.message, PooledBuffer::new(0));
    let alone = Ioam6MessageBuf::from_buffer(message).without(Ioam6Message::IOAM6_ATTR_SC_ID);
    order.message = alone.into_buffer();
    let (message_type, flags) = (order.message_type, order.flags);
    let assign = by(IOAM6_CMD_NS_SET_SCHEMA, Ioam6Message::namespace(id).schema_id(schema)).into_buffer();
    let assign = Further { part: format!("schema {schema}"), message_type, flags, message: assign };
    let delete = by(IOAM6_CMD_DEL_NAMESPACE, Ioam6Message::namespace(id)).into_buffer();
    let undo = Undo { message_type, message: delete, listing: None, done: "the namespace was deleted again" };
    Ok(Some(Steps::after([Step::Send(assign)], Some(undo))))
}

/// Of a longer id, kernels overwrite the first byte with the length.
fn fits(message: &Buffer) -> Option<BuildError> {
    let schema = Ioam6Message::cast(message.body());
    let (id, length) = (schema.schema_id().unwrap_or_default(), schema.schema_data().map_or(0, <[u8]>::len));
    match length {
        _ if id > 0xff_ffff => invalid(format!("an IOAM schema id has at most 24 bits: {id} is too large")),
        1..=IOAM6_MAX_SCHEMA_DATA_LEN => None,
        _ => invalid(format!("IOAM schema data has 1 to {IOAM6_MAX_SCHEMA_DATA_LEN} bytes, not {length}")),
    }
}

impl Noun for Ioam6Message {
    fn label(&self) -> String {
        let schema = self.schema_id().map(|id| id.to_string());
        match self.namespace_id() {
            Some(namespace) if self.command() == IOAM6_CMD_NS_SET_SCHEMA => {
                format!("{} to namespace {namespace}", schema.as_deref().unwrap_or("none"))
            }
            Some(namespace) => namespace.to_string(),
            None => schema.unwrap_or_default(),
        }
    }
}
