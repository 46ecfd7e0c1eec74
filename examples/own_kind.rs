//! Makes a link of a kind that is declared here, in a crate of one's own: a table and a name are all it takes.
//!
//! ```text
//! cargo run --example own_kind
//! ```
//! Of a kind that nobody had heard of when the library was written it is the same; so that there is one to try, it is a
//! VXLAN once more, like `ip link add tunnel0 type vxlan id 42 dstport 4789 df set`.

use iproute2::netlink_packet::{Be, netlink, values};
use iproute2::{LinkKind, LinkMessage, Result};

netlink! {
    /// A tunnel for Ethernet: what the kernel's header says of it.
    pub struct Tunnel / TunnelBuf
    attributes {
        /// Its number.
        IFLA_VXLAN_ID = 1 => id: u32,
        /// The port of UDP that it sends to, in network byte order.
        IFLA_VXLAN_PORT = 15 => port: u16 as Be<u16>,
        /// Whether its packets may be fragmented.
        IFLA_VXLAN_DF = 29 => dont_fragment: DontFragment,
    }
}

values! {
    /// Whether packets may be fragmented.
    pub struct DontFragment: u8 = "" {
        /// They may.
        UNSET = 0 => "unset",
        /// They may not.
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

    // The kernel says more of it than this table names: that is kept under its number.
    let tunnel = link.kind::<Tunnel>();
    println!(
        "{}: {:?} by port {:?}",
        link.name(),
        tunnel.and_then(Tunnel::id),
        tunnel.and_then(Tunnel::port)
    );
    println!("{tunnel:#?}");
    Ok(())
}
