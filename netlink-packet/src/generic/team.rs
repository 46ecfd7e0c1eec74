//! Teams: options and ports of link aggregation that user space controls (`team`), as `teamnl` shows and sets them. Feature `team`.
//!
//! [`TeamMessage`] is the message of the family, [`TeamOptions`] and [`TeamPorts`] what was read, which comes in several.

use super::description::describe;
use crate::codec::{Flag, IfIndex, Items, Name, Put, Repeated};
use crate::view::Packet;
use crate::{Command, Family, NLA_F_NESTED, netlink, values};
use std::fmt;

/// Does nothing.
pub const TEAM_CMD_NOOP: u8 = 0;
/// Changes options; in the group, options that changed.
pub const TEAM_CMD_OPTIONS_SET: u8 = 1;
/// Gets the options of a team.
pub const TEAM_CMD_OPTIONS_GET: u8 = 2;
/// Gets the ports of a team; in the group, ports that changed.
pub const TEAM_CMD_PORT_LIST_GET: u8 = 3;

/// The multicast group that tells of options and ports that changed.
pub const CHANGE_EVENT: &str = "change_event";

/// Longest name or text of an option, in bytes, with the terminating NUL.
pub const STRING_MAX_LEN: usize = 32;

/// The family.
pub const FAMILY: Family = Family::Generic { name: "team", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    TEAM = "team"
    operations {
        "noop": TEAM_CMD_NOOP => TEAM_CMD_NOOP,
        "options-set": TEAM_CMD_OPTIONS_SET => TEAM_CMD_OPTIONS_SET,
        "options-get": TEAM_CMD_OPTIONS_GET => TEAM_CMD_OPTIONS_GET,
        "port-list-get": TEAM_CMD_PORT_LIST_GET => TEAM_CMD_PORT_LIST_GET,
    }
    groups ["change_event"]
    constants { "string-max-len" = STRING_MAX_LEN, }
    texts { "genl-change-event-mc-grp-name" = CHANGE_EVENT, }
    messages [TeamMessage]
}

netlink! {
    /// Options or ports of a team, or some of them, and a change of options.
    ///
    /// ```
    /// use netlink_packet::generic::team::{TeamMessage, TeamOption, TeamValue};
    ///
    /// // teamnl team0 setoption mode activebackup
    /// let change = TeamMessage::build().change_option(TeamOption::text("mode", "activebackup"));
    /// let option = change.view().options().and_then(|list| list.options()?.next()).unwrap();
    /// assert_eq!(option.value(), Some(TeamValue::Text("activebackup")));
    /// ```
    pub struct TeamMessage / TeamMessageBuf
    header genlmsghdr: 4 {
        /// Command: `TEAM_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Interface index of the team.
        #[doc(alias = "ifindex")]
        TEAM_ATTR_TEAM_IFINDEX = 1 => index: u32 as IfIndex,
        /// Options. Those of a team come in several messages: [`TeamOptions`] is all of them.
        TEAM_ATTR_LIST_OPTION = 2 | NLA_F_NESTED => options: &TeamOptionList as TeamOptionList,
        /// Ports. Those of a team may come in several messages: [`TeamPorts`] is all of them.
        TEAM_ATTR_LIST_PORT = 3 | NLA_F_NESTED => ports: &TeamPortList as TeamPortList,
    }
}

impl Command for TeamMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = TEAM_CMD_OPTIONS_GET as u16;
    type Reply = TeamMessage;
}

impl TeamMessageBuf {
    /// Sets the option that the change is about.
    pub fn change_option(self, option: impl Put<TeamOption>) -> Self {
        self.options(TeamOptionList::build().options([option]))
    }
}

netlink! {
    /// Options of a team: nested in `TEAM_ATTR_LIST_OPTION`.
    pub struct TeamOptionList / TeamOptionListBuf
    attributes {
        /// The options.
        TEAM_ATTR_ITEM_OPTION = 1 | NLA_F_NESTED => options: Items<'_, TeamOption> as Repeated<TeamOption>,
    }
}

netlink! {
    /// An option of a team, or of one of its ports: nested in `TEAM_ATTR_ITEM_OPTION`.
    pub struct TeamOption / TeamOptionBuf
    attributes {
        /// Option name, such as `mode`.
        TEAM_ATTR_OPTION_NAME = 1 => name: &Name as Name,
        /// It changed since the last notification.
        ///
        /// Read-only: a notification says it.
        TEAM_ATTR_OPTION_CHANGED = 2 => is_changed: bool as Flag,
        /// Type of the value.
        TEAM_ATTR_OPTION_TYPE = 3 => option_type: TeamOptionType,
        /// Value; [`value`](TeamOption::value) is what it says. Of a flag it is present if the flag is on.
        TEAM_ATTR_OPTION_DATA = 4 => data: &[u8] as [u8],
        /// It was removed, as by another mode.
        TEAM_ATTR_OPTION_REMOVED = 5 => is_removed: bool as Flag,
        /// Interface index of the port that it is an option of; absent for options of the team.
        TEAM_ATTR_OPTION_PORT_IFINDEX = 6 => port: u32 as IfIndex,
        /// Index, where there are several of this name.
        TEAM_ATTR_OPTION_ARRAY_INDEX = 7 => array_index: u32,
    }
}

/// The value of an option of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TeamValue<'a> {
    /// An unsigned number.
    Number(u32),
    /// A signed number.
    Signed(i32),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A flag.
    Switch(bool),
}

impl TeamOption {
    /// A numeric option, such as `mcast_rejoin_count`.
    pub fn number(name: &str, value: u32) -> TeamOptionBuf {
        Self::named(name, TeamOptionType::U32).data(&value.to_ne_bytes()[..])
    }

    /// An option that is a signed number, such as `priority` of a port.
    pub fn signed(name: &str, value: i32) -> TeamOptionBuf {
        Self::named(name, TeamOptionType::S32).data(&value.to_ne_bytes()[..])
    }

    /// An option that is text, such as `mode`.
    pub fn text(name: &str, value: &str) -> TeamOptionBuf {
        Self::named(name, TeamOptionType::STRING).data(&[value.as_bytes(), &[0]].concat()[..])
    }

    /// An option that is bytes, such as `lb_tx_hash_to_port_mapping`.
    pub fn bytes(name: &str, value: &[u8]) -> TeamOptionBuf {
        Self::named(name, TeamOptionType::BINARY).data(value)
    }

    /// An option that is on or off, such as `enabled` of a port.
    pub fn switch(name: &str, value: bool) -> TeamOptionBuf {
        let option = Self::named(name, TeamOptionType::FLAG);
        if value { option.data(&[][..]) } else { option }
    }

    fn named(name: &str, option_type: TeamOptionType) -> TeamOptionBuf {
        Self::build().name(name).option_type(option_type)
    }

    /// Its value; `None` where it is of a type that is not known here, or malformed.
    pub fn value(&self) -> Option<TeamValue<'_>> {
        let (option_type, data) =
            self.attributes().pick((Self::TEAM_ATTR_OPTION_TYPE, Self::TEAM_ATTR_OPTION_DATA));
        Some(match option_type? {
            TeamOptionType::U32 => TeamValue::Number(u32::from_ne_bytes(data?.try_into().ok()?)),
            TeamOptionType::S32 => TeamValue::Signed(i32::from_ne_bytes(data?.try_into().ok()?)),
            TeamOptionType::STRING => {
                let text = std::str::from_utf8(data?).ok()?;
                TeamValue::Text(text.split('\0').next().unwrap_or_default())
            }
            TeamOptionType::BINARY => TeamValue::Bytes(data?),
            TeamOptionType::FLAG => TeamValue::Switch(data.is_some()),
            _ => return None,
        })
    }
}

values! {
    /// Type of the value of a team's option: a type of the kernel's own attributes (`NLA_*`).
    pub struct TeamOptionType: u8 = "team-option-type" {
        /// An unsigned number of 32 bits.
        U32 = 3 => "u32",
        /// Text.
        STRING = 5 => "string",
        /// On or off.
        FLAG = 6 => "flag",
        /// Bytes.
        BINARY = 11 => "binary",
        /// A signed number of 32 bits.
        S32 = 14 => "s32",
    }
}

netlink! {
    /// Ports of a team: nested in `TEAM_ATTR_LIST_PORT`.
    pub struct TeamPortList / TeamPortListBuf
    attributes {
        /// The ports.
        TEAM_ATTR_ITEM_PORT = 1 | NLA_F_NESTED => ports: Items<'_, TeamPort> as Repeated<TeamPort>,
    }
}

netlink! {
    /// A port of a team: nested in `TEAM_ATTR_ITEM_PORT`.
    pub struct TeamPort / TeamPortBuf
    attributes {
        /// Interface index of the port.
        #[doc(alias = "ifindex")]
        TEAM_ATTR_PORT_IFINDEX = 1 => index: u32 as IfIndex,
        /// It changed since the last notification.
        TEAM_ATTR_PORT_CHANGED = 2 => is_changed: bool as Flag,
        /// The link is up.
        TEAM_ATTR_PORT_LINKUP = 3 => is_up: bool as Flag,
        /// Speed, in Mbit/s; 4294967295 where it is not known.
        TEAM_ATTR_PORT_SPEED = 4 => speed: u32,
        /// Duplex: 0 half, 1 full, 255 not known.
        TEAM_ATTR_PORT_DUPLEX = 5 => duplex: u8,
        /// It was removed from the team.
        TEAM_ATTR_PORT_REMOVED = 6 => is_removed: bool as Flag,
    }
}

/// Makes the type of what was read of a team in however many messages.
macro_rules! gathered {
    ($(#[$meta:meta])* $Whole:ident, $(#[$items_meta:meta])* $items:ident: $Item:ident in $list:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $Whole(Vec<Packet<TeamMessage>>);

        impl $Whole {
            /// What the kernel sent in these messages; `None` where there are none.
            pub fn new(messages: Vec<Packet<TeamMessage>>) -> Option<Self> {
                (!messages.is_empty()).then_some($Whole(messages))
            }

            /// The messages that it came in.
            pub fn messages(&self) -> &[Packet<TeamMessage>] {
                &self.0
            }

            /// Interface index of the team.
            #[doc(alias = "ifindex")]
            pub fn index(&self) -> Option<u32> {
                self.0.first()?.index()
            }

            $(#[$items_meta])*
            pub fn $items(&self) -> impl Iterator<Item = &$Item> {
                self.0.iter().filter_map(|message| message.$list()?.$items()).flatten()
            }
        }

        impl fmt::Debug for $Whole {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.$items()).finish()
            }
        }
    };
}

gathered! {
    /// The options of a team and of its ports, however many messages they came in.
    TeamOptions,
    /// The options.
    options: TeamOption in options
}

gathered! {
    /// The ports of a team, however many messages they came in.
    TeamPorts,
    /// The ports.
    ports: TeamPort in ports
}

impl TeamOptions {
    /// The option of the team with this name, the first where there are several.
    pub fn get(&self, name: &str) -> Option<TeamValue<'_>> {
        self.find(name, None)
    }

    /// The option with this name of a port, by the port's interface index.
    pub fn of_port(&self, name: &str, port: u32) -> Option<TeamValue<'_>> {
        self.find(name, Some(port))
    }

    fn find(&self, name: &str, port: Option<u32>) -> Option<TeamValue<'_>> {
        let is_it =
            |option: &&TeamOption| option.port() == port && option.name().is_some_and(|is| is == name);
        self.options().find(is_it)?.value()
    }
}
