//! Asks which links have a carrier, like the last line of `ethtool DEV`: in a family of generic netlink that the
//! libraries know nothing of. Its messages are declared here.
//!
//! ```text
//! cargo run --example own_family
//! ```

use bytes::BytesMut;
use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL};
use netlink_packet::{Build, Conversation, Expect, Flags, NLA_F_NESTED, Objects, Outcome, Packet, netlink};
use netlink_sys::{Address, Protocol, Socket};
use std::error::Error;

const FAMILY: &str = "ethtool";
const ETHTOOL_MSG_LINKSTATE_GET: u8 = 6;

netlink! {
    /// Whether a link has a carrier.
    struct LinkState / LinkStateBuf
    header genlmsghdr: 4 {
        /// What is asked.
        cmd = 0 => command: u8,
        /// The version of the family that is spoken.
        version = 1 => version: u8,
    }
    attributes {
        /// Which link it is.
        ETHTOOL_A_LINKSTATE_HEADER = 1 | NLA_F_NESTED => device: &Device as Device,
        /// It has a carrier.
        ETHTOOL_A_LINKSTATE_LINK = 2 => carrier: bool,
    }
}

netlink! {
    /// Which link a message of this family is about.
    struct Device / DeviceBuf
    attributes {
        /// Its index.
        ETHTOOL_A_HEADER_DEV_INDEX = 1 => index: u32,
        /// Its name.
        ETHTOOL_A_HEADER_DEV_NAME = 2 => name: &str as str,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut client = Client::connect()?;
    let family = client.family(FAMILY)?;
    let question = LinkState::build().command(ETHTOOL_MSG_LINKSTATE_GET).version(1).device(Device::build());
    for answer in client.ask(family, Expect::Dump, question)? {
        let state = Packet::<LinkState>::new(answer)?;
        let device = state.device().and_then(Device::name).unwrap_or_default();
        println!("{device}: {}", if state.carrier() == Some(true) { "carrier" } else { "no carrier" });
    }
    Ok(())
}

/// A socket and the conversation over it.
struct Client {
    socket: Socket,
    conversation: Conversation<()>,
    room: BytesMut,
}

impl Client {
    fn connect() -> std::io::Result<Self> {
        let socket = Socket::new(Protocol::GENERIC)?;
        // From now on it takes nothing that another program sends.
        socket.connect(Address::KERNEL)?;
        let conversation = Conversation::new(socket.local_address()?.port);
        Ok(Client { socket, conversation, room: BytesMut::new() })
    }

    /// The number that this kernel has given to a family.
    fn family(&mut self, name: &str) -> Result<u16, Box<dyn Error>> {
        let question = ControllerMessage::get_family().name(name);
        let answers = self.ask(GENL_ID_CTRL, Expect::Answer, question);
        let answer = answers.map_err(|error| format!("family {name}: {error}"))?.into_iter().next();
        let family = Packet::<ControllerMessage>::new(answer.unwrap_or_default())?;
        Ok(family.id().ok_or("the controller tells no number")?)
    }

    fn ask(&mut self, kind: u16, expect: Expect, question: impl Build) -> Result<Objects, Box<dyn Error>> {
        let mut request = question.into_buffer();
        // What is expected sets the flags that it takes; a request that is not complete is an error.
        let number = self.conversation.request(&mut request, kind, Flags::empty(), expect, ())?;
        self.socket.send(request.message()?)?;
        loop {
            match self.conversation.take(number) {
                Some(Outcome { failure: Some(failure), .. }) => return Err(failure.into()),
                Some(outcome) => return Ok(outcome.objects),
                None => (),
            }
            self.room.reserve(32 * 1024);
            let datagram = self.socket.recv(&mut self.room)?;
            self.conversation.receive(&mut self.room, datagram.full_length, |_| ());
        }
    }
}
