use netlink_packet::{Be, netlink};

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    header lampmsg: 4 {
        /// Which lamp.
        lm_index = 0 => index: u32 as Be<u16>, //~ type mismatch resolving `<Be<u16> as Fixed>::Owned == u32`
    }
    attributes {
        /// Its size.
        LAMP_SIZE = 1 => size: u32,
        /// Its colour.
        LAMP_COLOUR = 2 => colour: u32 as u16, //~ expected `u32`, found `u16`
    }
}
