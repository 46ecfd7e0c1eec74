use netlink_packet::{Attr, Nest, netlink};

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    header lampmsg: 4 {
        /// Which lamp.
        lm_index = 0 => index: u32,
    }
    attributes {
        /// Its size.
        LAMP_SIZE = 1 => size: u16,
        /// What is written on it.
        LAMP_TEXT = 2 => text: &str as str,
    }
}

const OTHER: Attr<Nest, u16> = Attr::new(1, "OTHER");

pub fn lamps(lamp: &Lamp) {
    let _ = Lamp::build().size(7u32); //~ `u32` can't be written into an attribute of type `u16`
    let _ = Lamp::build().text(7); //~ `{integer}` can't be written into an attribute of type `str`
    let _ = Lamp::build().with(Lamp::LAMP_SIZE, "x"); //~ text can't be written into an attribute of type `u16`
    let _ = Lamp::build().index("x"); //~ text can't be written into an attribute of type `u32`
    let _ = Lamp::build().with(OTHER, 3); //~ expected `Attr<Lamp, _>`, found `Attr<Nest, u16>`
    let _ = lamp.attributes().get(OTHER); //~ expected `Attr<Lamp, _>`, found `Attr<Nest, u16>`
    let _: Option<u32> = lamp.size(); //~ expected `Option<u32>`, found `Option<u16>`
}
