//! DSA links: ports of hardware switches.

use crate::link::LinkKind;
use netlink_packet::{IfIndex, netlink};

netlink! {
    /// A port of a DSA switch (Distributed Switch Architecture). The driver creates it; only its conduit can
    /// be changed.
    pub struct Dsa / DsaBuf
    attributes {
        /// Conduit: index of the host's link to the switch.
        IFLA_DSA_CONDUIT = 1 => conduit: u32 as IfIndex,
    }
}

impl LinkKind for Dsa {
    const NAME: &'static str = "dsa";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkMessage;
    use crate::capture::capture;

    #[test]
    fn dsa() {
        let add = capture!("add_dsa");
        let conduit = add.link().kind::<Dsa>().and_then(Dsa::conduit).unwrap();
        let built = LinkMessage::build().name("lan0").kind(Dsa::build().conduit(conduit));
        assert_eq!(built.as_bytes(), add.payload);
    }
}
