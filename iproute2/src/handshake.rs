//! Handshakes of transport layer security (TLS) that the kernel asks a program for, as `tlshd` does them. Feature `handshake`.
//!
//! | `ynl --family handshake` | here |
//! | --- | --- |
//! | `--subscribe tlshd` | `ip.events([(handshake::FAMILY, handshake::TLSHD)])`, each a [`HandshakeAcceptMessage`] |
//! | `--do accept` | [`ip.handshake().accept(HandshakeClass::TLSHD)`](Handshakes::accept) |
//! | `--do done` | [`ip.handshake().done(HandshakeDoneMessage::build()...)`](Handshakes::done) |
//!
//! ```no_run
//! use iproute2::handshake::{FAMILY, HandshakeAcceptMessage, HandshakeClass, HandshakeDoneMessage, TLSHD};
//! use iproute2::watch::Event;
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! for event in ip.events([(FAMILY, TLSHD)]).open()? {
//!     let Event::Message(message) = event? else { continue };
//!     if message.of::<HandshakeAcceptMessage>().is_none() {
//!         continue;
//!     }
//!     let asked = ip.handshake().accept(HandshakeClass::TLSHD).wait()?;
//!     // The handshake itself is made on the socket.
//!     let done = HandshakeDoneMessage::build().status(0).socket(asked.socket().unwrap_or(-1));
//!     ip.handshake().done(done).wait()?;
//! }
//! # Ok(())
//! # }
//! ```

use crate::noun::door;
use crate::request::{Done, Request};
use crate::target::Noun;
pub use netlink_packet::generic::handshake::{
    FAMILY, HandshakeAcceptMessage, HandshakeAuthentication, HandshakeCertificate, HandshakeClass,
    HandshakeDoneMessage, HandshakeDoneMessageBuf, HandshakeType, TLSHD,
};
use netlink_packet::generic::handshake::{HANDSHAKE_CMD_ACCEPT, HANDSHAKE_CMD_DONE};
use netlink_packet::{Packet, Put};

door! {
    /// TLS handshakes for the kernel.
    handshake =>
    /// The verbs of the family `handshake`.
    Handshakes
}

impl<D> Handshakes<'_, D> {
    /// Accepts the next handshake of a class. The kernel opens the [socket](HandshakeAcceptMessage::socket) as a file descriptor of this
    /// process, which has to close it.
    ///
    /// The future's errors: `EAGAIN` where no handshake waits.
    pub fn accept(&self, class: impl Put<HandshakeClass>) -> Request<D, Packet<HandshakeAcceptMessage>> {
        let message = HandshakeAcceptMessage::build().class(class);
        self.0.ask("accept handshake", HANDSHAKE_CMD_ACCEPT, message)
    }

    /// Reports how a handshake ended.
    pub fn done(&self, done: HandshakeDoneMessageBuf) -> Request<D, Done> {
        self.0.act("end handshake", HANDSHAKE_CMD_DONE, done)
    }
}

impl Noun for HandshakeAcceptMessage {
    fn label(&self) -> String {
        self.class().map(|class| class.to_string()).unwrap_or_default()
    }
}

impl Noun for HandshakeDoneMessage {
    fn label(&self) -> String {
        String::new()
    }
}
