//! Shows the link, the features and the rings of a device, like `ethtool DEV`, `ethtool -k DEV` and `ethtool -g DEV`:
//! `cargo run --example ethtool --features ethtool [DEV]`

use iproute2::Result;
use iproute2::ethtool::{Features, LinkInfo, LinkModes, LinkState, Rings};

#[tokio::main]
async fn main() -> Result<()> {
    let device = &std::env::args().nth(1).unwrap_or("lo".to_owned());
    let ip = iproute2::connect()?;
    let ethtool = ip.ethtool();

    println!("Settings for {device}:");
    if let Some(modes) = supported(ethtool.get::<LinkModes>(device).await)? {
        println!("\tSupported link modes: {}", words(modes.supported()));
        println!("\tAdvertised link modes: {}", words(modes.advertised()));
        match modes.speed() {
            Some(speed) => println!("\tSpeed: {speed}Mb/s"),
            None => println!("\tSpeed: Unknown!"),
        }
        println!("\tDuplex: {}", modes.duplex().unwrap_or_default());
        println!("\tAuto-negotiation: {}", on_off(modes.autonegotiation() == Some(true)));
    }
    if let Some(info) = supported(ethtool.get::<LinkInfo>(device).await)? {
        println!("\tPort: {}", info.port().unwrap_or_default());
    }
    if let Some(state) = supported(ethtool.get::<LinkState>(device).await)? {
        println!("\tLink detected: {}", if state.link() == Some(true) { "yes" } else { "no" });
    }

    println!("Features for {device}:");
    for (name, is_on, is_fixed) in ethtool.get::<Features>(device).await?.features() {
        println!("{name}: {}{}", on_off(is_on), if is_fixed { " [fixed]" } else { "" });
    }

    println!("Ring parameters for {device}:");
    if let Some(rings) = supported(ethtool.get::<Rings>(device).await)? {
        println!("RX: {:?} of {:?}", rings.rx(), rings.rx_max());
        println!("TX: {:?} of {:?}", rings.tx(), rings.tx_max());
    }
    Ok(())
}

/// The reply; `None` if the driver does not support the request.
fn supported<T>(reply: Result<T>) -> Result<Option<T>> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(error) if error.is_not_supported() => {
            println!("\t({error})");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn words<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let words = names.collect::<Vec<_>>().join(" ");
    if words.is_empty() { "Not reported".to_owned() } else { words }
}

fn on_off(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}
