//! Lightweight tunnel encapsulations of routes: `RTA_ENCAP`.
//!
//! ```
//! use rtnetlink::route::Route;
//! use rtnetlink::route::encap::{Seg6, Seg6Mode};
//!
//! // ip -6 route add 2001:db8:1::/64 encap seg6 mode encap segs fc00::1,fc00::2 dev eth0
//! let route = Route::to("2001:db8:1::/64").encap(Seg6::encap(["fc00::1", "fc00::2"])).device("eth0");
//! assert_eq!(route.view().encap::<Seg6>().and_then(Seg6::mode), Some(Seg6Mode::ENCAP));
//! ```
//!
//! One of your own is a table by [`netlink!`](netlink_packet::netlink) that says its number: `impl Encap for Mine`.

use netlink_packet::{Buffer, Codec, Inside, Nest, Put, RawAttributes, Schema, Scope, Table, View, values};
use std::fmt;

/// What packets are put into: the table of how. See [`crate::route::encap`].
pub trait Encap: View {
    /// The number that the kernel has for it.
    const TYPE: EncapType;

    /// Reads the attributes of an encapsulation; `None` where it is of another type.
    #[doc(hidden)]
    fn of(encap_type: EncapType, data: &Nest) -> Option<&Self> {
        (encap_type == Self::TYPE).then(|| Self::read(data.as_bytes()).ok()).flatten()
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

/// Names the encapsulations: a file, the table, and the name in the kernel's specification.
macro_rules! encaps {
    ($($file:ident: $Encap:ident = $name:literal,)*) => {
        $(mod $file; pub use $file::*;)*

        /// The encapsulations that have a table here: their names in the kernel's specification, and the table.
        pub fn encaps() -> impl Iterator<Item = (&'static str, &'static Table)> {
            [$(($name, <$Encap as View>::table()),)*].into_iter()
        }

        fn encap_table(encap_type: EncapType) -> Option<&'static Table> {
            $(if encap_type == $Encap::TYPE {
                return Some(<$Encap as View>::table());
            })*
            None
        }
    };
}

encaps! {
    mpls: Mpls = "mpls",
    ip: IpTunnel = "ip",
    ip6: Ip6Tunnel = "ip6",
    ila: Ila = "ila",
    seg6: Seg6 = "seg6",
    seg6_local: Seg6Local = "seg6-local",
    bpf: Bpf = "bpf",
    rpl: Rpl = "rpl",
    ioam6: Ioam6 = "ioam6",
    xfrm: Xfrm = "xfrm",
}

/// The codec of how packets are put into others: attributes of the set that the type under the number `SELECTOR`, mostly
/// behind them, chooses.
pub struct EncapData<const SELECTOR: u16>;

impl<const SELECTOR: u16> Codec for EncapData<SELECTOR> {
    type Value<'a> = &'a Nest;
    const SCHEMA: Schema = Schema { formats: Some("rt-route/encap-msg"), ..Schema::new("sub-message") };

    #[inline]
    fn decode(payload: &[u8]) -> Option<&Nest> {
        Nest::new(payload).ok()
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        let encap_type = scope.attributes().payload_of(SELECTOR).and_then(EncapType::decode);
        encap_type.and_then(encap_table).map_or(Inside::Value, Inside::Set)
    }

    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut raw = RawAttributes::new(payload);
        if raw.by_ref().count() > 0 && raw.rest().is_empty() {
            return f.debug_list().entries(RawAttributes::new(payload)).finish();
        }
        <[u8]>::show(payload, scope, f)
    }
}

impl<const SELECTOR: u16> Put<EncapData<SELECTOR>> for &Nest {
    fn put(self, out: &mut Buffer) {
        out.push(self.as_bytes());
    }
}

/// What an encapsulation's builder made.
impl<const SELECTOR: u16> Put<EncapData<SELECTOR>> for &Buffer {
    fn put(self, out: &mut Buffer) {
        out.push_body(self);
    }
}
