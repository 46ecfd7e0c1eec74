//! An example that prints: `simple`.

use super::{ActionKind, ActionTimes};
use netlink_packet::{Attr, netlink};

netlink! {
    /// Prints a text to the kernel's log for each packet: the kernel's example of an action.
    pub struct Simple / SimpleBuf
    attributes {
        /// Times: when it was added and used.
        TCA_DEF_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_DEF_PARMS = 2 => parameters: &SimpleParameters as SimpleParameters,
        /// Text (`sdata`), up to 31 bytes. Required.
        TCA_DEF_DATA = 3 => text: &str as str,
    }
}

parameters! {
    /// Parameters of `simple`: `struct tc_defact`.
    pub struct SimpleParameters / SimpleParametersBuf = tc_defact: 20 {}
}

impl ActionKind for Simple {
    const NAME: &'static str = "simple";
    type Parameters = SimpleParametersBuf;
    const PARAMETERS: Attr<Simple, SimpleParameters> = Simple::TCA_DEF_PARMS;
}
