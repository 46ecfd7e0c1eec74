use netlink_packet::values;

values! { //~ `char` is not a codec
    /// The colour of a lamp.
    pub struct Colour: char = "lamp-colour" {
        /// As a sunset.
        RED = 1 => "red", //~ expected `char`, found `u8`
    }
}
