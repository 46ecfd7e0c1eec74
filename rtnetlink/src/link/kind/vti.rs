//! Virtual tunnel interfaces (IPsec): `vti` and `vti6`.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Be, IfIndex, Put, Resets, netlink};
use std::net::IpAddr;

netlink! {
    /// A virtual tunnel interface (VTI) for IPsec: `vti` over IPv4, `vti6` over IPv6.
    pub struct Vti / VtiBuf
    attributes {
        /// Index of the underlying link: `dev`.
        IFLA_VTI_LINK = 1 => device: u32 as IfIndex,
        /// Input key: mark for looking up IPsec states and policies of received packets (big-endian on the
        /// wire).
        IFLA_VTI_IKEY = 2 => input_key: u32 as Be<u32>,
        /// Output key: mark for looking up IPsec states and policies of sent packets (big-endian on the
        /// wire).
        IFLA_VTI_OKEY = 3 => output_key: u32 as Be<u32>,
        /// Local address of the outer header.
        IFLA_VTI_LOCAL = 4 => local: IpAddr,
        /// Remote address of the outer header.
        IFLA_VTI_REMOTE = 5 => remote: IpAddr,
        /// Firewall mark (fwmark) of outer packets, for the route lookup.
        IFLA_VTI_FWMARK = 6 => mark: u32,
    }
}

impl LinkKind for Vti {
    const NAME: &'static str = "vti";
    const ALIASES: &'static [&'static str] = &["vti6"];
    const RESETS: Resets = Resets::All;
}

impl Vti {
    /// A tunnel of this name; `vti6` between IPv6 addresses.
    ///
    /// ```
    /// use rtnetlink::link::Vti;
    ///
    /// // ip link add vti1 type vti local 192.0.2.1 remote 192.0.2.2
    /// let link = Vti::named("vti1", "192.0.2.1", "192.0.2.2");
    /// assert_eq!(link.view().kind_name(), Some("vti"));
    /// ```
    pub fn named(
        name: impl Put<InterfaceName>,
        local: impl Put<IpAddr>,
        remote: impl Put<IpAddr>,
    ) -> LinkMessageBuf {
        Vti::between(local, remote).name(name)
    }

    /// A tunnel, like `ip link add type vti local LOCAL remote REMOTE`, or `vti6` between IPv6 addresses: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::Vti;
    ///
    /// let link = Vti::between("2001:db8::1", "2001:db8::2").name("vti1");
    /// assert_eq!(link.view().kind_name(), Some("vti6"));
    /// ```
    pub fn between(local: impl Put<IpAddr>, remote: impl Put<IpAddr>) -> LinkMessageBuf {
        let vti = Vti::build().local(local).remote(remote);
        let over_ipv6 = vti.view().remote().is_some_and(|remote| remote.is_ipv6());
        LinkMessage::build().kind_named(if over_ipv6 { "vti6" } else { "vti" }, vti)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn vti() {
        let add = capture!("add_vti");
        let given = add.link().kind::<Vti>().unwrap();
        let reported = capture!("link_vti1");
        for vti in [given, reported.link().kind::<Vti>().unwrap()] {
            assert_eq!((vti.input_key(), vti.output_key(), vti.mark()), (Some(1), Some(2), Some(3)));
            assert_eq!(
                (vti.local(), vti.remote()),
                (Some([192, 0, 2, 1].into()), Some([192, 0, 2, 9].into()))
            );
            assert_eq!(vti.device(), given.device());
        }
        let built = Vti::build().input_key(1).output_key(2).local("192.0.2.1").remote("192.0.2.9").mark(3);
        let built = LinkMessage::build().name("vti1").kind(built.device(given.device().unwrap()));
        assert_eq!(built.as_bytes(), add.payload);
    }

    #[test]
    fn vti6() {
        let (given, reported) = (capture!("add_vti6"), capture!("link_vti2"));
        let built = Vti::between("2001:db8::1", "2001:db8::9");
        let ends = |vti: &Vti| (vti.local(), vti.remote());
        for link in [given.link(), reported.link()] {
            assert_eq!(link.kind_name(), built.view().kind_name());
            assert_eq!(link.kind::<Vti>().map(ends), built.view().kind::<Vti>().map(ends));
            assert_eq!(link.kind::<Vti>().and_then(Vti::input_key), Some(5));
        }
    }
}
