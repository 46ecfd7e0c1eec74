//! PPP links.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Descriptor, Put, netlink};
use std::os::fd::AsFd;

netlink! {
    /// A PPP interface (point-to-point protocol), driven by a user-space daemon.
    pub struct Ppp / PppBuf
    attributes {
        /// File descriptor (fd) of the daemon's open `/dev/ppp`. Required.
        IFLA_PPP_DEV_FD = 1 => channel: u32 as Descriptor<i32>,
    }
}

impl LinkKind for Ppp {
    const NAME: &'static str = "ppp";
}

impl Ppp {
    /// A PPP link with this name on an open `/dev/ppp`; it is removed when that is closed. `ip` can't create one.
    ///
    /// ```
    /// use rtnetlink::link::Ppp;
    /// use std::fs::File;
    ///
    /// # let file = File::open("/dev/null").unwrap();
    /// let link = Ppp::named("ppp0", &file);
    /// assert_eq!(link.view().kind_name(), Some("ppp"));
    /// ```
    pub fn named<T: AsFd>(name: impl Put<InterfaceName>, channel: &T) -> LinkMessageBuf {
        Ppp::through(channel).name(name)
    }

    /// A link through an open `/dev/ppp`; it gets a name where it lacks one. The link goes when that is closed.
    pub fn through<T: AsFd>(channel: &T) -> LinkMessageBuf {
        LinkMessage::build().kind(Ppp::build().channel(channel))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn ppp() {
        // ip knows the kind by its name alone.
        let built = LinkMessage::build().name("ppp0").kind(Ppp::build());
        assert_eq!(built.as_bytes(), capture!("add_ppp").payload);
        let file = std::fs::File::open("/dev/null").unwrap();
        assert!(Ppp::through(&file).view().kind::<Ppp>().and_then(Ppp::channel).is_some());
    }
}
