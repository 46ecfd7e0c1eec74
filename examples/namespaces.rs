//! Creates a network namespace with a link into it, uses handles and runs code inside it, and deletes it, like
//!
//! ```text
//! ip netns add NAME
//! ip link add outside type veth peer name inside
//! ip link set dev inside netns NAME
//! ip -n NAME link set dev inside up
//! ip -n NAME address add 192.0.2.2/24 dev inside
//! ip netns exec NAME ...
//! ip netns delete NAME
//! ```
//!
//! ```text
//! cargo run --example namespaces [NAME]
//! ```

use iproute2::{LinkMessage, Namespace, Veth};
use std::net::UdpSocket;

#[tokio::main]
async fn main() -> iproute2::Result<()> {
    let name = std::env::args().nth(1).unwrap_or("blue".to_owned());
    let namespace = Namespace::create(&name)?;
    println!("namespaces: {:?}", Namespace::names()?);
    let worked = work_in(&namespace).await;
    Namespace::delete(&name)?;
    worked
}

async fn work_in(namespace: &Namespace) -> iproute2::Result<()> {
    let here = iproute2::connect()?;
    here.link().add(Veth::pair("outside", "inside")).await?;
    here.link().change("inside", LinkMessage::build().namespace_file(namespace)).await?;

    let there = iproute2::connect_in(namespace)?;
    there.link().change("inside", LinkMessage::build().up()).await?;
    there.address().add("inside", "192.0.2.2/24").await?;
    for link in there.link().list().await? {
        println!("inside: {}: {}: {}", link.index(), link.name(), link.flags());
    }

    // A socket stays in the namespace where it was opened, whoever uses it later.
    let socket = namespace.run(|| UdpSocket::bind("192.0.2.2:0"))?;
    println!("socket inside: {:?}", socket.and_then(|socket| socket.local_addr()));
    Ok(())
}
