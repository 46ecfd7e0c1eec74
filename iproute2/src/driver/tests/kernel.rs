//! A program that plays the kernel, by a script that each test writes: it can be late, out of order, and wrong.
//!
//! `NETLINK_USERSOCK` carries messages between programs, needs no privileges and wakes as the kernel's own families do.

use crate::connection::Connection;
use crate::driver::dump::DumpSocket;
use crate::driver::receive::{ROOM, Room};
use crate::handle::Handle;
use bytes::BytesMut;
use netlink_packet::control::ExtAck;
use netlink_packet::{Build, Flags, HEADER_LEN, Header, NLMSG_DONE, NLMSG_ERROR};
use netlink_sys::{Address, Protocol, Socket};
use rtnetlink::link::LinkMessage;
use rtnetlink::message::RTM_NEWLINK;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The kernel's side. It runs its script on a thread of its own until it is dropped.
pub(super) struct Kernel {
    port: u32,
    script: Option<JoinHandle<()>>,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) header: Header,
    pub(super) body: Vec<u8>,
    sender: Address,
}

/// The end of the socket that a script has.
pub(super) struct Script {
    socket: Socket,
    buffer: BytesMut,
}

/// What a script is asked next.
pub(super) enum Next {
    Asked(Asked),
    /// Nothing so far.
    Nothing,
    /// Nothing more: the test is over.
    Over,
}

impl Kernel {
    /// Starts a script, which has to return once it is asked nothing more.
    pub(super) fn new(script: impl FnOnce(&mut Script) + Send + 'static) -> Self {
        let socket = Socket::new(Protocol::USERSOCK).unwrap();
        let port = socket.bind_auto().unwrap().port;
        let mut end = Script { socket, buffer: BytesMut::new() };
        Kernel { port, script: Some(thread::spawn(move || script(&mut end))) }
    }

    /// Answers each request with what a function makes of it: messages, each in a datagram of its own.
    pub(super) fn answering(mut answer: impl FnMut(&Asked) -> Vec<Vec<u8>> + Send + 'static) -> Self {
        Kernel::new(move |script| {
            while let Some(asked) = script.wait() {
                answer(&asked).iter().for_each(|message| script.answer(&asked, message));
            }
        })
    }

    /// A connection to this kernel, with sockets for some dumps.
    pub(super) fn connection(&self, dumps: usize) -> Connection {
        let socket = self.socket();
        self.connect(&socket);
        let connection = Connection::over(socket, None).unwrap();
        (0..dumps).for_each(|_| self.give_socket(&connection));
        connection
    }

    /// Has what a handle asks of generic netlink go to this kernel, with sockets for some dumps, of which questions for
    /// families take one.
    pub(super) fn play_generic<D>(&self, ip: &Handle<D>, dumps: usize) {
        let socket = self.socket();
        self.connect(&socket);
        let connection = ip.others().put(ip.connection(), Protocol::GENERIC, socket);
        (0..dumps).for_each(|_| self.give_socket(&connection));
    }

    /// Gives a connection a socket for another dump.
    pub(super) fn give_socket(&self, connection: &Connection) {
        connection.give_back(self.dump_socket());
    }

    /// Gives a connection sockets for dumps that have hardly more room than a chunk.
    pub(super) fn give_narrow_sockets(&self, connection: &Connection, dumps: usize) {
        for _ in 0..dumps {
            connection
                .give_back(DumpSocket { overflow: BytesMut::with_capacity(1_000), ..self.dump_socket() });
        }
    }

    fn dump_socket(&self) -> DumpSocket {
        let socket = self.socket();
        self.connect(&socket);
        DumpSocket::new(socket, Room::new(ROOM, &Arc::default()))
    }

    /// A kernel that answers nothing.
    pub(super) fn silent() -> Self {
        Kernel::answering(|_| Vec::new())
    }

    /// Sends more to a multicast group than its members, if they don't read, have room for.
    pub(super) fn flood(&self) {
        let socket = self.socket();
        let event = Header { length: HEADER_LEN as u32, message_type: RTM_NEWLINK, ..Header::default() };
        for _ in 0..1_000 {
            // Behind the group there is no kernel, and the call says so.
            let _ = socket.send_to(&event.to_bytes(), Address { port: 0, groups: 1 });
        }
    }

    fn socket(&self) -> Socket {
        Socket::new(Protocol::USERSOCK).unwrap()
    }

    fn connect(&self, socket: &Socket) {
        socket.connect(Address { port: self.port, groups: 0 }).unwrap();
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        // A message without a type: there is nothing more to come.
        let header = Header { length: HEADER_LEN as u32, ..Header::default() };
        let socket = self.socket();
        self.connect(&socket);
        socket.send(&header.to_bytes()).unwrap();
        let result = self.script.take().unwrap().join();
        if !thread::panicking() {
            result.expect("the script of the kernel failed");
        }
    }
}

impl Script {
    /// The next request, waiting for it; `None` when the test is over.
    pub(super) fn wait(&mut self) -> Option<Asked> {
        match self.next(None) {
            Next::Asked(asked) => Some(asked),
            Next::Nothing | Next::Over => None,
        }
    }

    /// The next request, if it comes in this time.
    pub(super) fn next(&mut self, patience: Option<Duration>) -> Next {
        if !self.socket.wait_readable(patience).unwrap() {
            return Next::Nothing;
        }
        self.buffer.clear();
        self.buffer.reserve(ROOM);
        let sender = self.socket.recv(&mut self.buffer).unwrap().sender;
        let header = Header::read(&self.buffer).unwrap();
        let body = self.buffer[HEADER_LEN..].to_vec();
        if header.message_type == 0 { Next::Over } else { Next::Asked(Asked { header, body, sender }) }
    }

    /// Sends a datagram to whoever asked, if they are still there.
    pub(super) fn answer(&self, asked: &Asked, datagram: &[u8]) {
        let _ = self.socket.send_to(datagram, asked.sender);
    }
}

impl Asked {
    /// The port of the socket that asked.
    pub(super) fn port(&self) -> u32 {
        self.sender.port
    }

    pub(super) fn link(&self) -> &LinkMessage {
        netlink_packet::View::cast(&self.body)
    }

    pub(super) fn message(&self, message_type: u16, flags: Flags, payload: &[u8]) -> Vec<u8> {
        let length = (HEADER_LEN + payload.len()) as u32;
        let header =
            Header { length, message_type, flags, port: self.sender.port, sequence: self.header.sequence };
        [&header.to_bytes(), payload].concat()
    }

    /// A link with this index, as the only answer.
    pub(super) fn object(&self, index: u32) -> Vec<u8> {
        self.link_message(Flags::empty(), index)
    }

    /// A link that is cut short, in a message that is whole.
    pub(super) fn short_object(&self) -> Vec<u8> {
        self.message(RTM_NEWLINK, Flags::empty(), &[0; 8])
    }

    /// What another request would be answered.
    pub(super) fn stranger(&self) -> Vec<u8> {
        let header = Header { sequence: self.header.sequence.wrapping_add(1 << 30), ..self.header };
        Asked { header, ..self.clone() }.object(1)
    }

    /// A link with this index, as a part of a dump.
    pub(super) fn part(&self, index: u32) -> Vec<u8> {
        self.link_message(Flags::MULTI, index)
    }

    pub(super) fn interrupted_part(&self, index: u32) -> Vec<u8> {
        self.link_message(Flags::MULTI | Flags::DUMP_INTR, index)
    }

    fn link_message(&self, flags: Flags, index: u32) -> Vec<u8> {
        let link = LinkMessage::build().index(index).name(&*format!("test{index}"));
        self.message(RTM_NEWLINK, flags, link.into_buffer().body())
    }

    /// A link whose alias is longer than any, so that the message has at least this many bytes.
    pub(super) fn long_part(&self, index: u32, length: usize) -> Vec<u8> {
        let link = LinkMessage::build().index(index).into_buffer();
        let filler = [&0xfff0_u16.to_ne_bytes()[..], &0x7000_u16.to_ne_bytes(), &[0; 0xfff0 - 4]].concat();
        let body = [link.body(), &filler.repeat(length.div_ceil(filler.len()))].concat();
        self.message(RTM_NEWLINK, Flags::MULTI, &body)
    }

    /// The end of a dump, with an errno or 0.
    pub(super) fn done(&self, errno: i32) -> Vec<u8> {
        self.message(NLMSG_DONE, Flags::MULTI, &(-errno).to_ne_bytes())
    }

    /// The end of an answer without a code, as some generic netlink families send it.
    pub(super) fn bare_done(&self) -> Vec<u8> {
        self.message(NLMSG_DONE, Flags::MULTI, &[])
    }

    /// The end of a dump, with a warning.
    pub(super) fn done_warning(&self, text: &str) -> Vec<u8> {
        let payload = [&[0; 4][..], ExtAck::build().message(text).as_bytes()].concat();
        self.message(NLMSG_DONE, Flags::MULTI | Flags::ACK_TLVS, &payload)
    }

    /// The end of a dump that is refused, in the kernel's words, and with the place of the attribute that it points at.
    pub(super) fn done_refusing(&self, errno: i32, text: &str, offset: u32) -> Vec<u8> {
        let extended = ExtAck::build().message(text).offset(offset);
        let payload = [&(-errno).to_ne_bytes()[..], extended.as_bytes()].concat();
        self.message(NLMSG_DONE, Flags::MULTI | Flags::ACK_TLVS, &payload)
    }

    /// An acknowledgement with a warning.
    pub(super) fn warning(&self, text: &str) -> Vec<u8> {
        let extended = ExtAck::build().message(text);
        let payload = [&[0; 4][..], &self.header.to_bytes(), extended.as_bytes()].concat();
        self.message(NLMSG_ERROR, Flags::CAPPED | Flags::ACK_TLVS, &payload)
    }

    /// An acknowledgement, or with an errno a refusal.
    pub(super) fn ack(&self, errno: i32) -> Vec<u8> {
        let echoed = Header { length: (HEADER_LEN + self.body.len()) as u32, ..self.header };
        let payload = [&(-errno).to_ne_bytes()[..], &echoed.to_bytes()].concat();
        self.message(NLMSG_ERROR, Flags::CAPPED, &payload)
    }
}

/// Long enough for any machine, and never waited for.
pub(super) const LONG: Duration = Duration::from_secs(60);
