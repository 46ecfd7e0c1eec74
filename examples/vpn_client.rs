//! Sends all traffic through a WireGuard peer, shows the peer, and takes it all down again, like
//!
//! ```text
//! wg-quick up wg0
//! wg show wg0
//! wg-quick down wg0
//! ```
//!
//! ```text
//! cargo run --example vpn_client --features wireguard [SERVER_KEY [ENDPOINT]]
//! ```

use iproute2::wireguard::{AllowedIp, Peer, PrivateKey, WireguardDevice};
use iproute2::{Handle, LinkMessage, Result, Route, Rule, Wireguard};

/// The mark of WireGuard's own packets, which take the main table, and the table of all others.
const MARK: u32 = 51_820;

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |default: &str| arguments.next().unwrap_or(default.to_owned());
    let (key, endpoint) =
        (argument("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="), argument("192.0.2.9:51820"));
    let own: PrivateKey = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=".parse()?;

    let ip = iproute2::connect()?;
    let peer = Peer::of(&key).endpoint(&endpoint).allow(["0.0.0.0/0", "::/0"]).keepalive(25);
    let done = up(&ip, WireguardDevice::build().private_key(own).mark(MARK).peer(peer)).await;
    if done.is_ok() {
        show(&ip).await?;
    }
    let undone = down(&ip).await;
    done?;
    Ok(undone?)
}

async fn up(ip: &Handle, settings: iproute2::wireguard::WireguardMessageBuf) -> Result<()> {
    ip.link().add(Wireguard::named("wg0").mtu(1420)).await?;
    ip.wireguard().change("wg0", settings).await?;
    ip.address().add("wg0", "10.9.0.2/32").await?;
    ip.link().change("wg0", LinkMessage::build().up()).await?;
    ip.route().add(Route::to("default").device("wg0").table(MARK)).await?;
    ip.rule().add(Rule::lookup(MARK).mark(MARK).inverted().priority(1001)).await?;
    ip.rule().add(Rule::lookup("main").suppress_prefix_length(0).priority(1000)).await
}

async fn show(ip: &Handle) -> Result<()> {
    for peer in ip.wireguard().get("wg0").await?.peers() {
        let allowed: Vec<_> = peer.allowed_ips().filter_map(AllowedIp::prefix).collect();
        println!(
            "{:?} at {:?}: {allowed:?}, {:?} bytes received",
            peer.public_key(),
            peer.endpoint(),
            peer.rx_bytes()
        );
    }
    Ok(())
}

async fn down(ip: &Handle) -> Result<()> {
    for rule in ip.rule().list().filter(|rule| matches!(rule.priority(), Some(1000 | 1001))).await? {
        ip.rule().delete(&rule).await?;
    }
    ip.link().delete("wg0").await // with its address and its route
}
