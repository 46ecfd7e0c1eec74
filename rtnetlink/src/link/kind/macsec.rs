//! MACsec (802.1AE): links whose frames are authenticated and encrypted.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
pub use netlink_packet::generic::macsec::{MacsecCipher, MacsecOffload, MacsecValidation};
use netlink_packet::{Be, Buffer, IfIndex, Put, Scope, View, append, netlink};

netlink! {
    /// A MACsec interface (IEEE 802.1AE) on its [`parent`](LinkMessage::parent); the `macsec` family of
    /// generic netlink manages its keys.
    pub struct Macsec / MacsecBuf
    attributes {
        /// Secure channel identifier (SCI): MAC address and port (big-endian on the wire).
        IFLA_MACSEC_SCI = 1 => sci: u64 as Be<u64>; unless(leaves_out_sci),
        /// Port component of the SCI (big-endian on the wire); default 1.
        IFLA_MACSEC_PORT = 2 => port: u16 as Be<u16>,
        /// Length of the integrity check value (ICV), in bytes: 8 to 16, default 16.
        IFLA_MACSEC_ICV_LEN = 3 => icv_length: u8,
        /// Cipher suite; default GCM-AES-128.
        IFLA_MACSEC_CIPHER_SUITE = 4 => cipher_suite: MacsecCipher,
        /// Replay protection window, in packets.
        IFLA_MACSEC_WINDOW = 5 => window: u32,
        /// Association number (AN) of the secure association (SA) that encodes sent frames, 0 to 3.
        IFLA_MACSEC_ENCODING_SA = 6 => encoding_association: u8,
        /// Encrypts frames, rather than only authenticating them.
        IFLA_MACSEC_ENCRYPT = 7 => encrypt: bool,
        /// Protects transmitted frames. Default on.
        IFLA_MACSEC_PROTECT = 8 => protect: bool,
        /// Includes the SCI in every frame. Default on.
        IFLA_MACSEC_INC_SCI = 9 => include_sci: bool,
        /// End station (ES) bit: the SCI follows from the source MAC address.
        IFLA_MACSEC_ES = 10 => end_station: bool,
        /// Single copy broadcast (SCB) bit, for passive optical networks.
        IFLA_MACSEC_SCB = 11 => single_copy_broadcast: bool,
        /// Replay protection.
        IFLA_MACSEC_REPLAY_PROTECT = 12 => replay_protect: bool,
        /// Validation mode of received frames.
        IFLA_MACSEC_VALIDATION = 13 => validation: MacsecValidation,
        /// Offload: whether software, the PHY or the MAC does the work.
        IFLA_MACSEC_OFFLOAD = 15 => offload: MacsecOffload; needs("Linux 6.3"),
    }
    also port
}

/// Whether frames lack the identifier of the channel, which then can't be chosen but for its port.
fn leaves_out_sci(scope: &Scope<'_>) -> bool {
    Macsec::cast(scope.bytes()).include_sci() == Some(false)
}

/// The port, which is the end of an identifier.
fn port(scope: &Scope<'_>, out: &mut Buffer) {
    let sci = Macsec::cast(scope.bytes()).sci().filter(|_| leaves_out_sci(scope));
    let [.., high, low] = sci.unwrap_or_default().to_be_bytes();
    if sci.is_some() {
        append(out, Macsec::IFLA_MACSEC_PORT, u16::from_be_bytes([high, low]));
    }
}

impl LinkKind for Macsec {
    const NAME: &'static str = "macsec";
}

impl Macsec {
    /// An encrypted link of this name on another.
    ///
    /// ```
    /// use rtnetlink::link::Macsec;
    ///
    /// // ip link add link eth0 name macsec0 type macsec
    /// let link = Macsec::named("macsec0", "eth0");
    /// assert_eq!(link.view().kind_name(), Some("macsec"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, parent: impl Put<IfIndex>) -> LinkMessageBuf {
        Macsec::on(parent).name(name)
    }

    /// An encrypted link on another, like `ip link add link PARENT type macsec`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::Macsec;
    ///
    /// let link = Macsec::on("eth0").name("macsec0");
    /// assert_eq!(link.view().kind_name(), Some("macsec"));
    /// ```
    pub fn on(parent: impl Put<IfIndex>) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(Macsec::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn macsec() {
        let add = capture!("add_macsec");
        let parent = add.link().parent().unwrap();
        let built = Macsec::build().sci(0x0102_0304_0506_0708);
        let reported = capture!("link_macsec0");
        for link in [add.link(), reported.link()] {
            assert_eq!(link.kind::<Macsec>().and_then(Macsec::sci), built.view().sci());
            assert_eq!(link.parent(), Some(parent));
        }
        assert_eq!(LinkMessage::build().parent(parent).name("macsec0").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn everything_that_ip_sets() {
        let (add, reported) = (capture!("add_macsec_full"), capture!("link_macsec1"));
        for macsec in [add.link().kind::<Macsec>().unwrap(), reported.link().kind::<Macsec>().unwrap()] {
            assert_eq!(
                (macsec.icv_length(), macsec.cipher_suite()),
                (Some(16), Some(MacsecCipher::GCM_AES_256))
            );
            assert_eq!((macsec.window(), macsec.encoding_association()), (Some(32), Some(2)));
            assert_eq!(
                (macsec.encrypt(), macsec.protect(), macsec.include_sci()),
                (Some(true), Some(true), Some(false))
            );
            assert_eq!((macsec.end_station(), macsec.replay_protect()), (Some(true), Some(true)));
            assert_eq!(macsec.validation(), Some(MacsecValidation::CHECK));
        }
        let built = Macsec::build().port(11).encrypt(true).include_sci(false).end_station(true);
        let built = built.single_copy_broadcast(false).protect(true).validation(MacsecValidation::CHECK);
        let built = built.offload(MacsecOffload::OFF).cipher_suite(MacsecCipher::GCM_AES_256).icv_length(16);
        let built = built.window(32).replay_protect(true).encoding_association(2);
        let built = LinkMessage::build().parent(add.link().parent().unwrap()).name("macsec1").kind(built);
        assert_eq!(built.as_bytes(), add.payload);
        let sci = reported.link().kind::<Macsec>().and_then(Macsec::sci).unwrap();
        assert_eq!(sci & 0xffff, 11, "the port");
    }
}
