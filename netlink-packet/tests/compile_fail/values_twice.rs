use netlink_packet::values;

values! { //~ duplicate definitions with name `RED`
    /// The colour of a lamp.
    pub struct Colour: u8 = "lamp-colour" {
        /// As a sunset.
        RED = 1 => "red",
        /// As blood.
        RED = 2 => "dark-red",
    }
}
