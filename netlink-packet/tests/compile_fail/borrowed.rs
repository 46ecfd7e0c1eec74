use netlink_packet::{Name, Nest, netlink};

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    attributes {
        /// Its name.
        LAMP_NAME = 1 => name: &Name, //~ Name` is not a codec
        /// What is written on it.
        LAMP_TEXT = 2 => text: &str, //~ `&str` is not a codec
        /// What is in it.
        LAMP_INSIDE = 3 => inside: &Nest as Nest,
    }
}
