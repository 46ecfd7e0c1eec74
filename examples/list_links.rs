//! Lists the links of this network namespace with their addresses, like `ip address`.
//!
//! ```text
//! cargo run --example list_links
//! ```

#[tokio::main]
async fn main() -> iproute2::Result<()> {
    let ip = iproute2::connect()?;
    for link in ip.link().list().await? {
        println!("{}: {}: {}", link.index(), link.name(), link.flags());
        for address in ip.address().list().device(&link).await?.iter().filter_map(|address| address.prefix())
        {
            println!("    {address}");
        }
    }
    Ok(())
}
