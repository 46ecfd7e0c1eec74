use netlink_packet::netlink;

pub struct Colour;

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    attributes {
        /// Its size.
        LAMP_SIZE = 1 => size: u32,
        /// Its colour.
        LAMP_COLOUR = 2 => colour: Colour, //~ `Colour` is not a codec
    }
}
