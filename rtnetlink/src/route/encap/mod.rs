//! Lightweight tunnel encapsulations of routes: `RTA_ENCAP`.
//!
//! ```
//! use rtnetlink::route::Route;
//! use rtnetlink::route::encap::{Seg6, seg6::Seg6Mode};
//!
//! // ip -6 route add 2001:db8:1::/64 encap seg6 mode encap segs fc00::1,fc00::2 dev eth0
//! let route = Route::to("2001:db8:1::/64").encap(Seg6::encap(["fc00::1", "fc00::2"])).device("eth0");
//! assert_eq!(route.view().encap::<Seg6>().and_then(Seg6::mode), Some(Seg6Mode::ENCAP));
//! ```
//!
//! An encapsulation of your own is a [`netlink!`](netlink_packet::netlink) table with its number: `impl Encap for
//! Mine`.

use netlink_packet::{Attr, Kind, Nest, Scope, Selector, Table, View, kinds, values};

/// A lightweight tunnel encapsulation type: the table of its parameters. See [`crate::route::encap`].
pub trait Encap: View {
    /// The number that the kernel has for it.
    const TYPE: EncapType;

    /// Reads the attributes of an encapsulation; `None` where it is of another type.
    #[doc(hidden)]
    fn of(encap_type: EncapType, data: &Nest) -> Option<&Self> {
        (encap_type == Self::TYPE).then_some(data).and_then(Nest::read_as)
    }
}

values! {
    /// Lightweight tunnel encapsulation type: `LWTUNNEL_ENCAP_*`, in the words of `ip`.
    pub struct EncapType: u16 = "rt-route/lwtunnel-encap-type" {
        /// None.
        NONE = 0 => "none",
        /// MPLS label stack.
        MPLS = 1 => "mpls",
        /// IPv4 tunnel.
        IP = 2 => "ip",
        /// Identifier-locator addressing (ILA).
        ILA = 3 => "ila",
        /// IPv6 tunnel.
        IP6 = 4 => "ip6",
        /// Segment routing over IPv6 (SRv6).
        SEG6 = 5 => "seg6",
        /// BPF programs.
        BPF = 6 => "bpf",
        /// SRv6 local action (endpoint behaviour).
        SEG6_LOCAL = 7 => "seg6local",
        /// RPL source routing header (RFC 6554).
        RPL = 8 => "rpl",
        /// In-situ OAM (IOAM).
        IOAM6 = 9 => "ioam6",
        /// IPsec (xfrm interface).
        XFRM = 10 => "xfrm",
    }
}

kinds! {
    /// The encapsulations that have a table here.
    static ENCAPS: EncapType = kind {
        mpls: Mpls,
        ip: IpTunnel,
        ip6: Ip6Tunnel,
        ila: Ila,
        seg6: Seg6,
        seg6_local: Seg6Local,
        bpf: Bpf,
        rpl: Rpl,
        ioam6: Ioam6,
        xfrm: Xfrm,
    }
}

const fn kind<E: Encap + ?Sized>() -> Kind<EncapType> {
    Kind::new::<E>(E::TYPE, &[], ())
}

/// The encapsulations that have a table here: their types, and the table.
pub fn encaps() -> impl Iterator<Item = (EncapType, &'static Table)> {
    ENCAPS.tables()
}

/// Selects the table of an encapsulation's attributes by the type in the attribute `SELECTOR`, which mostly follows
/// them.
#[derive(Debug)]
pub struct EncapData<const SELECTOR: u16>;

impl<const SELECTOR: u16> Selector for EncapData<SELECTOR> {
    const FORMATS: &'static str = "rt-route/encap-msg";

    fn table(set: &Scope<'_>) -> Option<&'static Table> {
        ENCAPS.table(set.get(Attr::<Nest, EncapType>::new(SELECTOR, "encap type"))?)
    }
}
