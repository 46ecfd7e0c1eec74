//! Lists the families of generic netlink with their operations and groups, like `genl ctrl list`: without a handle,
//! by a socket and the conversation over it.
//!
//! ```text
//! cargo run --example list_families
//! ```

use bytes::BytesMut;
use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL, MulticastGroup};
use netlink_packet::{Build, Conversation, Expect, Flags, Packet};
use netlink_sys::{Address, Protocol, Socket};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let socket = Socket::new(Protocol::GENERIC)?;
    // From now on it takes nothing that another program sends.
    socket.connect(Address::KERNEL)?;
    let mut conversation = Conversation::new(socket.local_address()?.port);

    let mut request = ControllerMessage::get_family().into_buffer();
    let number = conversation.request(&mut request, GENL_ID_CTRL, Flags::empty(), Expect::Dump, ())?;
    socket.send(request.message()?)?;

    let mut room = BytesMut::new();
    let outcome = loop {
        if let Some(outcome) = conversation.take(number) {
            break outcome;
        }
        room.reserve(32 * 1024);
        let datagram = socket.recv(&mut room)?;
        conversation.receive(&mut room, datagram.full_length, |_| ());
    };
    if let Some(failure) = outcome.failure {
        return Err(failure.into());
    }

    for family in outcome.objects {
        let family = Packet::<ControllerMessage>::new(family)?;
        let operations = family.operations().map_or(0, |operations| operations.count());
        println!(
            "{}: {} with {operations} operations",
            family.id().unwrap_or_default(),
            family.name().unwrap_or_default()
        );
        for group in family.multicast_groups().into_iter().flatten().filter_map(MulticastGroup::name) {
            println!("    group {group}");
        }
    }
    Ok(())
}
