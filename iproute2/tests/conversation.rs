//! The conversation over real sockets, without a handle: the kernel's replies carry the port id of the requester, which
//! tells them from what other programs cause.

#![cfg(feature = "tokio")]

mod support;

use bytes::BytesMut;
use iproute2::netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL};
use iproute2::netlink_packet::{Build, Conversation, Expect, Flags, Header, Incoming, Outcome};
use iproute2::rtnetlink::message::{RTM_DELROUTE, RTM_GETLINK, RTM_NEWLINK, RTM_NEWROUTE};
use iproute2::{LinkMessage, Route};
use netlink_sys::{Protocol, Socket};
use support::enter;

struct Client {
    socket: Socket,
    conversation: Conversation<()>,
    room: BytesMut,
    events: Vec<Header>,
}

impl Client {
    fn new(protocol: Protocol) -> Self {
        let socket = Socket::new(protocol).unwrap();
        let port = socket.bind_auto().unwrap().port;
        assert_ne!(port, 0);
        Client { socket, conversation: Conversation::new(port), room: BytesMut::new(), events: Vec::new() }
    }

    fn send(&mut self, kind: u16, flags: Flags, expect: Expect, message: impl Build) -> u32 {
        let mut request = message.into_buffer();
        let number = self.conversation.request(&mut request, kind, flags, expect, ()).unwrap();
        self.socket.send(request.message().unwrap()).unwrap();
        number
    }

    /// Reads what has been received.
    fn receive(&mut self) {
        loop {
            self.room.reserve(32 * 1024);
            let Ok(datagram) = self.socket.try_recv(&mut self.room) else { return };
            let events = &mut self.events;
            self.conversation.receive(&mut self.room, datagram.full_length, |heard| {
                if let Incoming::Event(message) = heard {
                    events.push(message.header);
                }
            });
        }
    }

    /// Sends a request and returns the reply: the route family and the controller reply at once.
    fn ask(&mut self, kind: u16, flags: Flags, expect: Expect, message: impl Build) -> Outcome {
        let number = self.send(kind, flags, expect, message);
        self.receive();
        self.conversation.take(number).unwrap_or_else(|| panic!("{kind} {flags:?} {expect:?}: no answer"))
    }
}

#[test]
fn every_kind_of_answer_carries_the_port() {
    if !enter() {
        return;
    }
    let mut route = Client::new(Protocol::ROUTE);
    let up = LinkMessage::build().index(1).up();
    let route_to = Route::to("192.0.2.0/24").device(1);
    let unknown = LinkMessage::build().index(77);
    let none = Flags::empty();
    assert_eq!(route.ask(RTM_NEWLINK, none, Expect::Ack, up).failure, None, "acknowledgement");
    let link = route.ask(RTM_GETLINK, none, Expect::Answer, LinkMessage::build().index(1));
    assert_eq!(link.objects.into_iter().count(), 1, "object");
    assert_eq!(route.ask(RTM_GETLINK, none, Expect::Dump, LinkMessage::build()).failure, None, "dump");
    let echo = Flags::ECHO | Flags::CREATE | Flags::EXCL;
    let echo = route.ask(RTM_NEWROUTE, echo, Expect::Ack, route_to);
    assert_eq!((echo.failure, echo.objects.into_iter().count()), (None, 1), "echo");
    assert!(route.ask(RTM_GETLINK, none, Expect::Answer, unknown).failure.is_some(), "refusal");

    let mut generic = Client::new(Protocol::GENERIC);
    let controller = ControllerMessage::get_family().name("nlctrl");
    let family = generic.ask(GENL_ID_CTRL, none, Expect::Answer, controller);
    assert_eq!(family.objects.into_iter().count(), 1, "generic object");
    let all = generic.ask(GENL_ID_CTRL, none, Expect::Dump, ControllerMessage::get_family());
    assert_eq!(all.failure, None, "generic dump");
    let unknown = ControllerMessage::get_family().name("no-such-family");
    assert!(generic.ask(GENL_ID_CTRL, none, Expect::Ack, unknown).failure.is_some(), "generic refusal");
}

#[test]
fn an_event_that_another_programs_request_caused_answers_nobody() {
    if !enter() {
        return;
    }
    const RTNLGRP_IPV4_ROUTE: u32 = 7;
    Client::new(Protocol::ROUTE).ask(
        RTM_NEWLINK,
        Flags::empty(),
        Expect::Ack,
        LinkMessage::build().index(1).up(),
    );
    for expect in [Expect::Ack, Expect::Answer, Expect::Dump] {
        let (mut ours, mut theirs) = (Client::new(Protocol::ROUTE), Client::new(Protocol::ROUTE));
        ours.socket.add_membership(RTNLGRP_IPV4_ROUTE).unwrap();
        let number = ours.conversation.open(expect, ()).unwrap();
        let route = || Route::to("192.0.2.0/24").device(1);
        let made = theirs.ask(RTM_NEWROUTE, Flags::CREATE | Flags::EXCL, Expect::Ack, route());
        assert_eq!(made.failure, None);
        ours.receive();
        assert!(ours.events.iter().any(|event| event.sequence == number), "{:?}", ours.events);
        assert!(ours.conversation.take(number).is_none(), "{expect:?}: somebody else's event ended it");
        // Its own answer does.
        assert_eq!(ours.ask(RTM_DELROUTE, Flags::empty(), Expect::Ack, route()).failure, None);
    }
}
