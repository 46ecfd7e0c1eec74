//! Ports of teams.

use crate::link::PortKind;
use netlink_packet::netlink;

netlink! {
    /// A port of a team. It has no attributes of its own; the `team` family of generic netlink has the
    /// options of ports.
    pub struct TeamPort / TeamPortBuf
    attributes {}
}

impl PortKind for TeamPort {
    const NAME: &'static str = "team";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn as_the_kernel_reports_it() {
        let reported = capture!("link_team_port");
        assert!(reported.link().port::<TeamPort>().is_some_and(|port| port.as_bytes().is_empty()));
    }
}
