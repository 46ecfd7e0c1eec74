use netlink_packet::netlink;

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    attributes {
        /// Its size.
        LAMP_SIZE = "1" => size: u16, //~ expected `u16`, found `&str`
    }
}
