//! Virtual Wi-Fi links: Ethernet that looks wireless.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{IfIndex, Put, netlink};

netlink! {
    /// A virtual Wi-Fi station with one simulated network, on its [`parent`](LinkMessage::parent). It has no
    /// attributes of its own.
    pub struct VirtWifi / VirtWifiBuf
    attributes {}
}

impl LinkKind for VirtWifi {
    const NAME: &'static str = "virt_wifi";
}

impl VirtWifi {
    /// One of this name on a link.
    ///
    /// ```
    /// use rtnetlink::link::VirtWifi;
    ///
    /// // ip link add link eth0 name wlan9 type virt_wifi
    /// let link = VirtWifi::named("wlan9", "eth0");
    /// assert_eq!(link.view().kind_name(), Some("virt_wifi"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, parent: impl Put<IfIndex>) -> LinkMessageBuf {
        VirtWifi::on(parent).name(name)
    }

    /// One on a link, like `ip link add link PARENT type virt_wifi`: it lacks its name.
    pub fn on(parent: impl Put<IfIndex>) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(VirtWifi::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn virt_wifi() {
        let add = capture!("add_virt_wifi");
        let parent = add.link().parent().unwrap();
        let built = LinkMessage::build().parent(parent).name("vw0").kind(VirtWifi::build());
        assert_eq!(built.as_bytes(), add.payload);
        assert_eq!(VirtWifi::on(parent).view().kind_name(), add.link().kind_name());
        let reported = capture!("link_vw0");
        assert!(reported.link().kind::<VirtWifi>().is_some_and(|reported| reported.as_bytes().is_empty()));
        assert_eq!(reported.link().parent(), Some(parent));
    }
}
