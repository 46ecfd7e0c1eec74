use netlink_packet::netlink;

netlink! { //~ `lm_colour` extends past the end of `lampmsg`
    /// A lamp whose header is shorter than its fields.
    pub struct Lamp / LampBuf
    header lampmsg: 4 {
        /// Which lamp.
        lm_index = 0 => index: u32,
        /// Its colour.
        lm_colour = 2 => colour: u32,
    }
}
