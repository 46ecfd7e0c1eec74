//! Teams: options and ports of link aggregation that user space controls, as `teamnl` shows and sets them. Feature `team`.
//!
//! | `ip`, `teamnl` | here |
//! | --- | --- |
//! | `ip link add team0 type team` | [`ip.link().add(Team::named("team0"))`](rtnetlink::link::Team) |
//! | `teamnl team0 options` | [`ip.team().options("team0")`](Teams::options) |
//! | `teamnl team0 getoption mode` | `ip.team().options("team0").await?.get("mode")` |
//! | `teamnl team0 setoption mode activebackup` | [`ip.team().change("team0", TeamOption::text("mode", "activebackup"))`](Teams::change) |
//! | `teamnl team0 -p eth0 setoption enabled false` | `ip.team().change("team0", TeamOption::switch("enabled", false).port("eth0"))` |
//! | `teamnl team0 ports` | [`ip.team().ports("team0")`](Teams::ports) |
//! | `teamnl team0 monitor all` | `ip.events([(team::FAMILY, team::CHANGE_EVENT)])`, each a [`TeamMessage`] |
//!
//! ```no_run
//! use iproute2::team::{TeamOption, TeamValue};
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! ip.team().change("team0", TeamOption::text("mode", "activebackup")).wait()?;
//! assert_eq!(ip.team().options("team0").wait()?.get("mode"), Some(TeamValue::Text("activebackup")));
//! for port in ip.team().ports("team0").wait()?.ports() {
//!     println!("{:?} up: {:?}", port.index(), port.is_up());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! All of them take `CAP_NET_ADMIN` in the initial user namespace. The mode of a team can be changed only while it has no ports.

use crate::device::{Device, one};
use crate::handle::Handle;
use crate::list::Gathered;
use crate::noun::door;
use crate::order::About;
use crate::request::{Checked, Done, Request, Whole, invalid};
use crate::target::Noun;
pub use netlink_packet::generic::team::{
    CHANGE_EVENT, FAMILY, TeamMessage, TeamOption, TeamOptionBuf, TeamOptionType, TeamOptions, TeamPort,
    TeamPorts, TeamValue,
};
use netlink_packet::generic::team::{
    TEAM_CMD_OPTIONS_GET, TEAM_CMD_OPTIONS_SET, TEAM_CMD_PORT_LIST_GET, TeamMessageBuf,
};
use netlink_packet::{Buffer, BuildError, Flags, Packet, Put, View};
use netlink_sys::errno::ESRCH;

door! {
    /// Options and ports of teams: `teamnl`.
    team =>
    /// The verbs of `teamnl`.
    Teams
}

impl<D> Teams<'_, D> {
    /// Gets the options of a team and of its ports, like `teamnl TEAM options`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device, `EINVAL` where it is no team.
    pub fn options(&self, team: impl Into<Device>) -> Request<D, Whole<TeamOptions>> {
        let message = TeamMessage::build().index(one(team.into()));
        self.0.ask_whole("get options of team", TEAM_CMD_OPTIONS_GET, message)
    }

    /// Gets the ports of a team, like `teamnl TEAM ports`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device, `EINVAL` where it is no team.
    pub fn ports(&self, team: impl Into<Device>) -> Request<D, Whole<TeamPorts>> {
        let message = TeamMessage::build().index(one(team.into()));
        self.0.ask_whole("get ports of team", TEAM_CMD_PORT_LIST_GET, message)
    }

    /// Changes an option of a team or of one of its ports, like `teamnl TEAM setoption NAME VALUE`. Several take a
    /// [batch](crate::Handle::batch): the kernel sets just the first of those in one message if nobody listens to
    /// [`CHANGE_EVENT`].
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device or option, or the option is of
    /// another type or of a port, [is busy](crate::Error::is_busy) for the mode of a team with ports.
    pub fn change(&self, team: impl Into<Device>, option: impl Put<TeamOption>) -> Request<D, Done> {
        let message = TeamMessage::build().index(one(team.into())).change_option(option);
        self.0.act("change option of team", TEAM_CMD_OPTIONS_SET, message.checked(fits))
    }
}

/// Longest text of an option, in bytes: `TEAM_STRING_MAX_LEN` without the NUL.
const TEXT_LEN: usize = 31;

fn fits(message: &Buffer) -> Option<BuildError> {
    let option = TeamMessage::cast(message.body()).options()?.options()?.next()?;
    match option.value() {
        Some(TeamValue::Text(text)) if text.len() > TEXT_LEN => invalid(format!(
            "the text of an option has at most {TEXT_LEN} bytes, and this one {}",
            text.len()
        )),
        _ => None,
    }
}

impl<D> Handle<D> {
    /// Asks by a command for an object that comes in several messages.
    fn ask_whole<T>(
        &self,
        operation: &'static str,
        command: u8,
        message: TeamMessageBuf,
    ) -> Request<D, Whole<T>> {
        self.send_noun(operation, Flags::empty(), message.command(command), &ABOUT)
    }
}

static ABOUT: About = About::noun::<TeamMessage>(|_| Ok(None));

impl Noun for TeamMessage {
    // The option is set, and nobody listens to the group that is told of it.
    const DONE_ON: i32 = ESRCH;

    fn label(&self) -> String {
        String::new()
    }

    fn on_device(&self) -> Option<u32> {
        self.index()
    }
}

macro_rules! gathered {
    ($($Whole:ident),*) => { $(
        impl Gathered for $Whole {
            type Part = TeamMessage;

            fn gather(parts: Vec<Packet<TeamMessage>>) -> Option<Self> {
                $Whole::new(parts)
            }
        }
    )* };
}

gathered! { TeamOptions, TeamPorts }
