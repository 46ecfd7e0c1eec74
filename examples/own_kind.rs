//! Creates a link of a kind that is declared here, in a crate of its own: all it takes is a table and a name.
//!
//! ```text
//! cargo run --example own_kind
//! ```
//! A kind that is newer than the library works the same way; so that it can be run, this one is VXLAN once more, like
//! `ip link add tunnel0 type vxlan id 42 dstport 4789 df set`.

use iproute2::netlink_packet::{Be, netlink, values};
use iproute2::{LinkKind, LinkMessage, Result};

netlink! {
    /// An Ethernet tunnel, from the kernel's header.
    pub struct Tunnel / TunnelBuf
    attributes {
        /// VXLAN network identifier (VNI).
        IFLA_VXLAN_ID = 1 => id: u32,
        /// UDP destination port, in network byte order.
        IFLA_VXLAN_PORT = 15 => port: u16 as Be<u16>,
        /// Don't fragment (DF) flag of the outer IPv4 header.
        IFLA_VXLAN_DF = 29 => dont_fragment: DontFragment,
    }
}

values! {
    /// How the DF flag of the outer header is set.
    pub struct DontFragment: u8 = "" {
        /// Cleared.
        UNSET = 0 => "unset",
        /// Set.
        SET = 1 => "set",
    }
}

impl LinkKind for Tunnel {
    const NAME: &'static str = "vxlan";
}

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    let tunnel = Tunnel::build().id(42).port(4789).dont_fragment(DontFragment::SET);
    let link = ip.link().add(LinkMessage::build().name("tunnel0").kind(tunnel)).created().await?;

    // The kernel sends more attributes than this table names: those are kept by number.
    let tunnel = link.kind::<Tunnel>();
    println!(
        "{}: id {:?}, port {:?}",
        link.name(),
        tunnel.and_then(Tunnel::id),
        tunnel.and_then(Tunnel::port)
    );
    println!("{tunnel:#?}");
    Ok(())
}
