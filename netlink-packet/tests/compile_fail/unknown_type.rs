use netlink_packet::netlink;

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    header lampmsg: 4 {
        /// Which lamp.
        lm_index = 0 => index: u33, //~ cannot find type `u33`
    }
    attributes {
        /// Its size.
        LAMP_SIZE = 1 => size: u32,
        /// Its colour.
        LAMP_COLOUR = 2 => colour: Color, //~ cannot find type `Color`
    }
}
