//! The controller of generic netlink against bytes from a kernel.

mod captures;

use netlink_packet::generic::*;
use netlink_packet::{Build, Flags, HEADER_LEN, Header, Message, Messages, Scope, Table, View};

/// The table of the controller's messages; what ends a dump has none.
fn table(message_type: u16) -> Option<&'static Table> {
    (message_type == GENL_ID_CTRL).then(ControllerMessage::table)
}

macro_rules! capture {
    ($name:literal) => {
        captures::parse(include_str!(concat!("captures/generic/", $name, ".hex")), table)
    };
}

fn controller<'a>(message: &Message<'a>) -> &'a ControllerMessage {
    assert_eq!(message.header.message_type, GENL_ID_CTRL);
    let controller = ControllerMessage::new(message.payload()).unwrap();
    assert_eq!(controller.malformed().next(), None);
    controller
}

/// The message with its header, as it is sent.
fn sent(message: ControllerMessageBuf, flags: Flags) -> Vec<u8> {
    let mut buffer = message.into_buffer();
    buffer
        .set_header(Header { message_type: GENL_ID_CTRL, flags, sequence: 1, ..Header::default() })
        .unwrap()
        .to_vec()
}

#[test]
fn requests() {
    let get = ControllerMessage::get_family().name("nlctrl");
    assert_eq!(sent(get, Flags::REQUEST), capture!("get_family"));
    let get = ControllerMessage::get_policy().name("nlctrl");
    assert_eq!(sent(get, Flags::REQUEST | Flags::DUMP), capture!("get_policy"));
    assert_eq!(ControllerMessage::get_family().id(21).view().name(), None);
    assert_eq!(ControllerMessage::get_policy().operation(6).view().operation(), Some(6));
}

#[test]
fn family() {
    let bytes = capture!("family");
    let family = controller(&Messages::new(&bytes).next().unwrap());

    assert_eq!((family.command(), family.controller_version()), (CTRL_CMD_NEWFAMILY, 2));
    assert_eq!((family.id(), family.name()), (Some(GENL_ID_CTRL), Some("nlctrl")));
    assert_eq!((family.version(), family.header_size(), family.max_attribute()), (Some(2), Some(0), Some(0)));
    let operations = family.operations().unwrap().map(|operation| (operation.id(), operation.flags()));
    let both = OperationFlags::CMD_CAP_DO | OperationFlags::CMD_CAP_DUMP;
    assert_eq!(
        operations.collect::<Vec<_>>(),
        [
            (Some(u32::from(CTRL_CMD_GETFAMILY)), Some(both | OperationFlags::CMD_CAP_HASPOL)),
            (
                Some(u32::from(CTRL_CMD_GETPOLICY)),
                Some(OperationFlags::CMD_CAP_DUMP | OperationFlags::CMD_CAP_HASPOL)
            ),
        ]
    );
    assert_eq!(family.multicast_group("notify"), Some(16));
    assert_eq!(family.multicast_group("absent"), None);
}

#[test]
fn family_is_built_as_the_kernel_builds_it() {
    let bytes = capture!("family");
    let built = ControllerMessage::build()
        .command(CTRL_CMD_NEWFAMILY)
        .controller_version(2)
        .name("nlctrl")
        .id(GENL_ID_CTRL)
        .version(2)
        .header_size(0)
        .max_attribute(0)
        .operations([
            Operation::build().id(3).flags(OperationFlags::from_bits_retain(0xe)),
            Operation::build().id(10).flags(OperationFlags::from_bits_retain(0xc)),
        ])
        .multicast_groups([MulticastGroup::build().id(16).name("notify")]);
    assert_eq!(built.as_bytes(), &bytes[HEADER_LEN..]);
}

#[test]
fn policies() {
    let bytes = capture!("policy");
    let messages: Vec<_> =
        Messages::new(&bytes).filter(|message| message.header.message_type == 16).collect();
    let pieces: Vec<_> = messages.iter().map(controller).collect();

    let operations: Vec<_> = pieces
        .iter()
        .filter_map(|piece| piece.operation_policies())
        .flatten()
        .map(|(command, policy)| (command, policy.request(), policy.dump()))
        .collect();
    // Number 10 is only a dump.
    assert_eq!(operations, [(3, Some(0), Some(0)), (0, None, Some(1))]);

    let policies: Vec<_> = pieces
        .iter()
        .filter_map(|piece| piece.policies())
        .flatten()
        .flat_map(|(index, attributes)| {
            attributes.map(move |(number, policy)| (index, number, policy.to_string()))
        })
        .collect();
    let found: Vec<_> =
        policies.iter().map(|(index, number, policy)| (*index, *number, policy.as_str())).collect();
    assert_eq!(
        found,
        [
            (0, 1, "u16 from 0 to 65535"),
            (0, 2, "nul-string of at most 15 bytes"),
            (1, 1, "u16 from 0 to 65535"),
            (1, 2, "nul-string of at most 15 bytes"),
            (1, 10, "u32 from 0 to 4294967295"),
        ]
    );
}

#[test]
fn a_policy_that_is_in_another() {
    let bytes = capture!("policy_nested");
    let message = Messages::new(&bytes).nth(1).unwrap();
    let piece = controller(&message);

    let header = piece.policies().unwrap().get(0).unwrap().get(1).unwrap();
    assert_eq!(header.attribute_type(), Some(AttributeType::NESTED));
    assert_eq!((header.policy_index(), header.max_type()), (Some(1), Some(3)));
    assert_eq!(piece.policies().unwrap().get(1).map(|_| ()), None);
    assert_eq!(
        format!("{piece:?}"),
        "ControllerMessage { command: 10, controller_version: 2, id: 21, \
         policies: {0: {1: Policy { policy_index: 1, max_type: 3, attribute_type: nested }}} }"
    );
    // An offset inside leads to the nests and the attribute.
    assert_eq!(Scope::of(piece).path(32), ["CTRL_ATTR_POLICY", "NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE"]);
}

#[test]
fn policies_are_built_as_the_kernel_builds_them() {
    use netlink_packet::{NLA_F_NESTED, Policy};
    let bytes = capture!("policy_nested");
    let policy = Policy::build().policy_index(1).max_type(3).attribute_type(AttributeType::NESTED);
    let built =
        ControllerMessage::get_policy().id(21).policies([(NLA_F_NESTED, [(1 | NLA_F_NESTED, policy)])]);
    let message = Messages::new(&bytes).nth(1).unwrap();
    assert_eq!(built.as_bytes(), message.payload());
}
