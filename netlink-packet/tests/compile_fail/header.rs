use netlink_packet::netlink;

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    header lampmsg: 4 {
        /// Its name.
        lm_name = 0 => name: &str as str, //~ `str` has no fixed length
    }
}
