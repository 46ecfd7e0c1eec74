//! Prints the links of this network namespace as JSON, like `ip -json -details link`, with the field names of this
//! library.
//!
//! ```text
//! cargo run --example links_json --features serde
//! ```

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let ip = iproute2::connect()?;
    let links = ip.link().list().await?;
    println!("{}", serde_json::to_string_pretty(&links)?);
    Ok(())
}
