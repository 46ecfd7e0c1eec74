//! The controller, the family that knows the others (`nlctrl`).

use super::description::describe;
use crate::{Array, Command, Entries, Family, Items, NLA_F_NESTED, Numbered, Policy, flags, netlink};

/// A family was registered, or is described as asked.
pub const CTRL_CMD_NEWFAMILY: u8 = 1;
/// A family was unregistered.
pub const CTRL_CMD_DELFAMILY: u8 = 2;
/// Asks for a family, or all of them.
pub const CTRL_CMD_GETFAMILY: u8 = 3;
/// Reserved: no kernel sends or takes it.
pub const CTRL_CMD_NEWOPS: u8 = 4;
/// Reserved: no kernel sends or takes it.
pub const CTRL_CMD_DELOPS: u8 = 5;
/// Reserved: no kernel sends or takes it.
pub const CTRL_CMD_GETOPS: u8 = 6;
/// A family has a new multicast group.
pub const CTRL_CMD_NEWMCAST_GRP: u8 = 7;
/// A multicast group was removed.
pub const CTRL_CMD_DELMCAST_GRP: u8 = 8;
/// Reserved: no kernel sends or takes it.
pub const CTRL_CMD_GETMCAST_GRP: u8 = 9;
/// Asks for the attribute policies of a family's operations; the reply has the same number.
pub const CTRL_CMD_GETPOLICY: u8 = 10;

describe! {
    /// The controller: its operations, groups and messages.
    CONTROLLER = "nlctrl"
    operations {
        "getfamily": CTRL_CMD_GETFAMILY => CTRL_CMD_NEWFAMILY,
        "getpolicy": CTRL_CMD_GETPOLICY => CTRL_CMD_GETPOLICY,
    }
    groups ["notify"]
    constants {}
    messages [ControllerMessage]
}

/// The version of the controller interface used here.
const VERSION: u8 = 2;

/// The name of the controller's own family.
const NAME: &str = "nlctrl";

netlink! {
    /// A generic netlink controller (`nlctrl`) message: a family, its operations and multicast groups, or
    /// part of its attribute policies. The message type is [`GENL_ID_CTRL`](super::GENL_ID_CTRL).
    ///
    /// ```
    /// use netlink_packet::generic::ControllerMessage;
    ///
    /// // genl ctrl get name nl80211
    /// let get = ControllerMessage::get_family().name("nl80211");
    /// // What it takes in its operation number 6.
    /// let policy = ControllerMessage::get_policy().name("nl80211").operation(6);
    /// ```
    pub struct ControllerMessage / ControllerMessageBuf
    header genlmsghdr: 4 {
        /// Controller command: `CTRL_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the controller interface.
        version = 1 => controller_version: u8,
    }
    attributes {
        /// Family id: the netlink message type of the family's messages, assigned at run time.
        CTRL_ATTR_FAMILY_ID = 1 => id: u16,
        /// Family name, such as `nl80211`.
        CTRL_ATTR_FAMILY_NAME = 2 => name: &str as str,
        /// Version of the family's interface.
        CTRL_ATTR_VERSION = 3 => version: u32,
        /// Size of the family-specific header that follows `genlmsghdr`, in bytes; 0 for most families.
        CTRL_ATTR_HDRSIZE = 4 => header_size: u32,
        /// Highest attribute number of the family's shared policy; 0 where each operation has its own policy.
        CTRL_ATTR_MAXATTR = 5 => max_attribute: u32,
        /// Operations that the family supports.
        CTRL_ATTR_OPS = 6 => operations: Items<'_, Operation> as Array<Operation>,
        /// Multicast groups in which the family sends notifications.
        CTRL_ATTR_MCAST_GROUPS = 7 => multicast_groups: Items<'_, MulticastGroup> as Array<MulticastGroup>,
        /// Attribute policies: by policy index, then by attribute number.
        /// A policy dump sends one attribute per message.
        CTRL_ATTR_POLICY = 8 | NLA_F_NESTED =>
            policies: Entries<'_, Numbered<Policy>> as Numbered<Numbered<Policy>>,
        /// Policy indexes of each operation, by command (Linux 6.18 writes 0 for dump-only operations).
        /// A policy dump sends one operation per message.
        CTRL_ATTR_OP_POLICY = 9 | NLA_F_NESTED =>
            operation_policies: Entries<'_, OperationPolicy> as Numbered<OperationPolicy>,
        /// Restricts a policy request to one operation, by command.
        CTRL_ATTR_OP = 10 => operation: u32,
    }
}

/// The controller itself, asked for families.
impl Command for ControllerMessage {
    const FAMILY: Family = Family::Generic { name: NAME, version: VERSION };
    const COMMAND: u16 = CTRL_CMD_GETFAMILY as u16;
    type Reply = ControllerMessage;
}

impl ControllerMessage {
    /// Asks for a family by `name` or `id`; for all if neither is set and the request is a dump, like `genl ctrl list`.
    ///
    /// If asked by name, the kernel first loads the family's module. `ENOENT` if there is no such family.
    pub fn get_family() -> ControllerMessageBuf {
        Self::build().command(CTRL_CMD_GETFAMILY).controller_version(VERSION)
    }

    /// Asks for the policies of a family's operations, or of one `operation`, as a dump: `genl ctrl policy`. The family
    /// is given by `name` or `id`.
    ///
    /// `ENODATA` if the family has no policy.
    pub fn get_policy() -> ControllerMessageBuf {
        Self::build().command(CTRL_CMD_GETPOLICY).controller_version(VERSION)
    }

    /// The number of one of the family's multicast groups, which a socket joins.
    pub fn multicast_group(&self, name: &str) -> Option<u32> {
        self.multicast_groups()?.find(|group| group.name() == Some(name))?.id()
    }
}

netlink! {
    /// An operation of a generic netlink family: nested in `CTRL_ATTR_OPS`.
    pub struct Operation / OperationBuf
    attributes {
        /// Operation id: its command number.
        CTRL_ATTR_OP_ID = 1 => id: u32,
        /// Operation flags: supported request types and required privileges.
        CTRL_ATTR_OP_FLAGS = 2 => flags: OperationFlags,
    }
}

flags! {
    /// Capabilities and required privileges of a generic netlink operation: `GENL_*`.
    pub struct OperationFlags: u32 = "op-flags" {
        /// Requires `CAP_NET_ADMIN` in the initial user namespace: `GENL_ADMIN_PERM`.
        const ADMIN_PERM = 0x01 => "admin-perm";
        /// The command supports do requests: `GENL_CMD_CAP_DO`.
        const CMD_CAP_DO = 0x02 => "cmd-cap-do";
        /// The command supports dumps: `GENL_CMD_CAP_DUMP`.
        const CMD_CAP_DUMP = 0x04 => "cmd-cap-dump";
        /// The command has an attribute policy: `GENL_CMD_CAP_HASPOL`.
        const CMD_CAP_HASPOL = 0x08 => "cmd-cap-haspol";
        /// Requires `CAP_NET_ADMIN` in the user namespace that owns the network namespace:
        /// `GENL_UNS_ADMIN_PERM`.
        const UNS_ADMIN_PERM = 0x10 => "uns-admin-perm";
    }
}

netlink! {
    /// A multicast group of a generic netlink family: nested in `CTRL_ATTR_MCAST_GROUPS`.
    pub struct MulticastGroup / MulticastGroupBuf
    attributes {
        /// Group name, such as `config`.
        CTRL_ATTR_MCAST_GRP_NAME = 1 => name: &str as str,
        /// Group id, which a socket joins (`NETLINK_ADD_MEMBERSHIP`); assigned at run time.
        CTRL_ATTR_MCAST_GRP_ID = 2 => id: u32,
    }
}

netlink! {
    /// Policies of one operation, as indexes into the same policy dump.
    pub struct OperationPolicy / OperationPolicyBuf
    attributes {
        /// Policy index for do requests.
        CTRL_ATTR_POLICY_DO = 1 => request: u32,
        /// Policy index for dump requests.
        CTRL_ATTR_POLICY_DUMP = 2 => dump: u32,
    }
}
