//! Teams: several links aggregated into one, controlled from user space.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A team: link aggregation controlled by user space over the `team` family of generic netlink. It has no
    /// attributes of its own, nor have its ports.
    pub struct Team / TeamBuf
    attributes {}
}

impl LinkKind for Team {
    const NAME: &'static str = "team";
}

impl Team {
    /// One of this name, like `ip link add NAME type team`.
    ///
    /// ```
    /// use rtnetlink::link::Team;
    ///
    /// // ip link add team0 type team
    /// let link = Team::named("team0");
    /// assert_eq!(link.view().kind_name(), Some("team"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Team::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn team() {
        let add = capture!("add_team");
        assert_eq!(Team::named("team0").as_bytes(), add.payload);
        let reported = capture!("link_team0");
        assert!(reported.link().kind::<Team>().is_some_and(|reported| reported.as_bytes().is_empty()));
    }
}
