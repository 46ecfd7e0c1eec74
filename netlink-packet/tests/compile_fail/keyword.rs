use netlink_packet::netlink;

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    attributes {
        /// Its size.
        LAMP_SIZE = 1 => size: u16,
        /// Its type.
        LAMP_TYPE = 2 => type: u16, //~ expected identifier, found keyword `type`
    }
}
