//! The floor: bare system calls, one buffer of 32 KiB, and hand-written decoding of just the wanted fields.
//!
//! It trusts the kernel, stops at any error, and builds no messages: it writes numbers into prepared bytes.

use crate::world::{DEVICE, GATEWAY, NAME, WIREGUARD, destination};
use crate::{EVENTS, Sum, Turns, ask_for_events};
use std::ffi::c_int;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::{io, mem, slice};

const BUFFER: usize = 32 * 1024;
const PACKET: usize = 16 * 1024;
const WINDOW: usize = 208;

const HEADER: usize = 16;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const NEW_LINK: u16 = 16;
const GET_LINK: u16 = 18;
const NEW_ROUTE: u16 = 24;
const DELETE_ROUTE: u16 = 25;
const GET_ROUTE: u16 = 26;
const GET_NEIGHBOUR: u16 = 30;
const REQUEST: u16 = 1;
const ACK: u16 = 4;
const DUMP: u16 = 0x300;
const CREATE_EXCL: u16 = 0x600;
const EXT_MASK: u16 = 29;
const CONTROLLER: u16 = 16;
const GET_FAMILY: u8 = 3;
const NESTED: u16 = 0x8000;

/// A socket and its buffer.
pub struct Kernel {
    socket: OwnedFd,
    buffer: Vec<u8>,
}

impl Kernel {
    /// Opens a socket of the route family that is joined to these groups.
    pub fn open(groups: u32) -> Self {
        Kernel::of(libc::NETLINK_ROUTE, groups)
    }

    fn of(protocol: c_int, groups: u32) -> Self {
        // SAFETY: the descriptor is new, and nobody else's; the pointers are good for the lengths beside them.
        unsafe {
            let socket = libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, protocol);
            let socket = OwnedFd::from_raw_fd(check(socket));
            for option in [libc::NETLINK_CAP_ACK, libc::NETLINK_EXT_ACK, libc::NETLINK_GET_STRICT_CHK] {
                let on: c_int = 1;
                let length = mem::size_of::<c_int>() as u32;
                let on = (&raw const on).cast();
                check(libc::setsockopt(socket.as_raw_fd(), libc::SOL_NETLINK, option, on, length));
            }
            let mut address: libc::sockaddr_nl = mem::zeroed();
            address.nl_family = libc::AF_NETLINK as u16;
            address.nl_groups = groups;
            let length = mem::size_of::<libc::sockaddr_nl>() as u32;
            check(libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length));
            Kernel { socket, buffer: vec![0; BUFFER] }
        }
    }

    #[inline]
    fn send(&self, message: &[u8]) {
        // SAFETY: the pointer is good for the length.
        let sent = unsafe { libc::send(self.socket.as_raw_fd(), message.as_ptr().cast(), message.len(), 0) };
        assert!(sent == message.len() as isize, "{}", io::Error::last_os_error());
    }

    #[inline]
    fn receive(&mut self) -> &[u8] {
        // SAFETY: the pointer is good for the length.
        let length = unsafe {
            libc::recv(self.socket.as_raw_fd(), self.buffer.as_mut_ptr().cast(), BUFFER, libc::MSG_TRUNC)
        };
        assert!(length > 0, "{}", io::Error::last_os_error());
        &self.buffer[..length as usize]
    }

    /// Dumps all objects, and lends the message of each, without its header.
    #[inline]
    fn dump(&mut self, request: &[u8], mut each: impl FnMut(&[u8])) {
        self.send(request);
        loop {
            let mut rest = self.receive();
            while let Some((kind, body, behind)) = message(rest) {
                match kind {
                    DONE => return,
                    ERROR => panic!("the kernel refuses"),
                    _ => each(body),
                }
                rest = behind;
            }
        }
    }

    /// Sends a request, and lends its reply.
    #[inline]
    fn get(&mut self, request: &[u8]) -> &[u8] {
        self.send(request);
        match message(self.receive()) {
            Some((DONE | ERROR, ..)) | None => panic!("the kernel refuses"),
            Some((_, body, _)) => body,
        }
    }

    /// The number of a generic netlink family.
    fn family(&mut self, name: &str) -> u16 {
        let body = self.get(&generic(CONTROLLER, GET_FAMILY, 0, &[nest(2, name.as_bytes())]));
        let id = Attributes::behind(4, body).find(|(kind, _)| *kind == 1);
        id.expect("no such family").1.number(0)
    }

    /// Sends a request, and reads its acknowledgement.
    #[inline]
    fn ask(&mut self, request: &[u8]) -> bool {
        self.send(request);
        acknowledged(self.receive())
    }

    /// Sends requests as large as the window allows, and waits for the last of each packet.
    fn batch<const N: usize>(
        &mut self,
        mut request: Template<N>,
        numbers: std::ops::Range<u32>,
        sum: &mut Sum,
    ) {
        let mut packet = Vec::with_capacity(PACKET);
        let per_packet = WINDOW.min(PACKET / N);
        let mut next = numbers.start;
        while next < numbers.end {
            let count = per_packet.min((numbers.end - next) as usize);
            packet.clear();
            for at in 0..count {
                request.flag(ACK, at + 1 == count);
                packet.extend_from_slice(request.to(destination(next)));
                next += 1;
            }
            self.send(&packet);
            assert!(acknowledged(self.receive()));
            (0..count).for_each(|_| sum.done());
        }
    }
}

fn check(result: c_int) -> c_int {
    assert!(result >= 0, "{}", io::Error::last_os_error());
    result
}

/// Reads an unaligned number.
///
/// # Safety
/// There are this many bytes.
#[inline]
unsafe fn read<T: Copy>(bytes: *const u8, at: usize) -> T {
    // SAFETY: by contract.
    unsafe { bytes.add(at).cast::<T>().read_unaligned() }
}

/// The type and the body of the first message, and the rest.
#[inline]
fn message(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    if bytes.len() < HEADER {
        return None;
    }
    // SAFETY: the header is there, and the kernel sends whole messages.
    unsafe {
        let length: u32 = read(bytes.as_ptr(), 0);
        let (length, end) = (length as usize, (length as usize + 3) & !3);
        let body = slice::from_raw_parts(bytes.as_ptr().add(HEADER), length - HEADER);
        let rest = slice::from_raw_parts(bytes.as_ptr().add(end), bytes.len().saturating_sub(end));
        Some((read(bytes.as_ptr(), 4), body, rest))
    }
}

/// The attributes after a fixed header: types and payloads.
struct Attributes<'a> {
    next: *const u8,
    end: *const u8,
    of: PhantomData<&'a [u8]>,
}

impl<'a> Attributes<'a> {
    #[inline]
    fn behind(header: usize, body: &'a [u8]) -> Self {
        let range = body[header..].as_ptr_range();
        Attributes { next: range.start, end: range.end, of: PhantomData }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (u16, Payload<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        // SAFETY: before the end there is a whole attribute: the kernel sends no others.
        unsafe {
            let length = usize::from(read::<u16>(self.next, 0));
            let payload = Payload { bytes: self.next.add(4), length: length - 4, of: PhantomData };
            let kind: u16 = read(self.next, 2);
            self.next = self.next.wrapping_add((length + 3) & !3);
            Some((kind & 0x3fff, payload))
        }
    }
}

/// The payload of an attribute, as long as its type says.
#[derive(Clone, Copy)]
struct Payload<'a> {
    bytes: *const u8,
    length: usize,
    of: PhantomData<&'a [u8]>,
}

impl<'a> Payload<'a> {
    #[inline]
    fn number<T: Copy>(self, at: usize) -> T {
        // SAFETY: attributes are as long as their types tell.
        unsafe { read(self.bytes, at) }
    }

    #[inline]
    fn bytes(self) -> &'a [u8] {
        // SAFETY: they are part of the body.
        unsafe { slice::from_raw_parts(self.bytes, self.length) }
    }

    /// Without the zero at its end, if there is one.
    #[inline]
    fn text(self) -> &'a [u8] {
        let bytes = self.bytes();
        bytes.strip_suffix(&[0]).unwrap_or(bytes)
    }

    #[inline]
    fn endpoint(self) -> Option<SocketAddr> {
        let address = Payload { bytes: self.bytes.wrapping_add(4), length: 4, ..self };
        let address = match self.length {
            16 => address.ip(),
            _ => Payload { bytes: self.bytes.wrapping_add(8), length: 16, ..self }.ip(),
        };
        Some((address?, u16::from_be(self.number(2))).into())
    }

    #[inline]
    fn ip(self) -> Option<IpAddr> {
        match self.length {
            4 => Some(Ipv4Addr::from_bits(u32::from_be(self.number(0))).into()),
            16 => Some(Ipv6Addr::from_bits(u128::from_be(self.number(0))).into()),
            _ => None,
        }
    }
}

#[inline]
fn acknowledged(answer: &[u8]) -> bool {
    // SAFETY: an error has a code.
    matches!(message(answer), Some((ERROR, body, _)) if unsafe { read::<u32>(body.as_ptr(), 0) } == 0)
}

#[inline]
fn read_route(body: &[u8], sum: &mut Sum) {
    let (length, mut table, protocol) = (body[1], u32::from(body[4]), body[5]);
    let (mut to, mut via, mut device, mut metric) = (None, None, None, None);
    for (kind, payload) in Attributes::behind(12, body) {
        match kind {
            1 => to = payload.ip(),
            5 => via = payload.ip(),
            4 => device = Some(payload.number(0)),
            6 => metric = Some(payload.number(0)),
            15 => table = payload.number(0),
            _ => (),
        }
    }
    sum.route(to, length, via, device, metric, table, protocol);
}

#[inline]
fn read_link(body: &[u8], sum: &mut Sum) {
    // SAFETY: the header is there.
    let (index, flags) = unsafe { (read(body.as_ptr(), 4), read(body.as_ptr(), 8)) };
    let (mut name, mut address, mut of_kind): (&[u8], &[u8], &[u8]) = (&[], &[], &[]);
    let (mut mtu, mut state, mut counted) = (None, None, (0, 0));
    for (kind, payload) in Attributes::behind(16, body) {
        match kind {
            1 => address = payload.bytes(),
            3 => name = payload.text(),
            4 => mtu = Some(payload.number(0)),
            16 => state = Some(payload.number(0)),
            18 => of_kind = kind_of(payload.bytes()),
            23 => counted = (payload.number(16), payload.number(24)),
            _ => (),
        }
    }
    sum.link(index, flags, name, mtu, address, state, of_kind, counted);
}

/// The name of the kind, which comes first.
#[inline]
fn kind_of(info: &[u8]) -> &[u8] {
    match Attributes::behind(0, info).next() {
        Some((1, kind)) => kind.text(),
        _ => &[],
    }
}

#[inline]
fn read_neighbour(body: &[u8], sum: &mut Sum) {
    // SAFETY: the header is there.
    let (device, state) = unsafe { (read(body.as_ptr(), 4), read(body.as_ptr(), 8)) };
    let mut to = None;
    let mut address: &[u8] = &[];
    for (kind, payload) in Attributes::behind(12, body) {
        match kind {
            1 => to = payload.ip(),
            2 => address = payload.bytes(),
            _ => (),
        }
    }
    sum.neighbour(to, address, device, state, body[10]);
}

#[inline]
fn read_one_link(body: &[u8], sum: &mut Sum) {
    let (mut name, mut mtu): (&[u8], _) = (&[], None);
    for (kind, payload) in Attributes::behind(16, body) {
        match kind {
            3 => name = payload.text(),
            4 => mtu = Some(payload.number(0)),
            _ => (),
        }
    }
    // SAFETY: the header is there.
    sum.one_link(unsafe { read(body.as_ptr(), 4) }, name, mtu);
}

#[inline]
fn read_peers(body: &[u8], sum: &mut Sum) {
    for (kind, payload) in Attributes::behind(4, body) {
        if kind == 8 {
            for (_, peer) in Attributes::behind(0, payload.bytes()) {
                read_peer(peer.bytes(), sum);
            }
        }
    }
}

#[inline]
fn read_peer(peer: &[u8], sum: &mut Sum) {
    let (mut key, mut endpoint, mut keepalive, mut handshake, mut rx, mut tx) =
        (&[0; 32], None, 0, 0, None, 0);
    let mut allowed: &[u8] = &[];
    for (kind, payload) in Attributes::behind(0, peer) {
        match kind {
            1 => key = payload.bytes().first_chunk().unwrap(),
            4 => endpoint = payload.endpoint(),
            5 => keepalive = payload.number(0),
            6 => handshake = payload.number(0),
            7 => rx = Some(payload.number(0)),
            8 => tx = payload.number(0),
            9 => allowed = payload.bytes(),
            _ => (),
        }
    }
    // What goes on with the allowed IPs of a peer in the next message has just the key.
    if let Some(rx) = rx {
        sum.peer(key, endpoint, keepalive, handshake, (rx, tx));
    }
    for (_, prefix) in Attributes::behind(0, allowed) {
        let (mut to, mut length) = (None, 0);
        for (kind, payload) in Attributes::behind(0, prefix.bytes()) {
            match kind {
                2 => to = payload.ip(),
                3 => length = payload.number(0),
                _ => (),
            }
        }
        sum.allowed_ip(to, length);
    }
}

/// The names of features by number, of the reply about a string set.
fn read_names(body: &[u8]) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    let inside = |bytes, number| Attributes::behind(0, bytes).filter(move |(kind, _)| *kind == number);
    for (_, sets) in Attributes::behind(4, body).filter(|(kind, _)| *kind == 2) {
        for (_, set) in inside(sets.bytes(), 1) {
            for (_, strings) in inside(set.bytes(), 3) {
                for (_, string) in inside(strings.bytes(), 1) {
                    names.extend(inside(string.bytes(), 2).map(|(_, name)| name.text().to_vec()));
                }
            }
        }
    }
    names
}

#[inline]
fn read_features(body: &[u8], names: &[Vec<u8>], sum: &mut Sum) {
    for (_, active) in Attributes::behind(4, body).filter(|(kind, _)| *kind == 4) {
        for (_, words) in Attributes::behind(0, active.bytes()).filter(|(kind, _)| *kind == 4) {
            for (at, word) in words.bytes().chunks_exact(4).enumerate() {
                let mut word = u32::from_ne_bytes(word.try_into().unwrap());
                while word != 0 {
                    sum.feature(&names[at * 32 + word.trailing_zeros() as usize]);
                    word &= word - 1;
                }
            }
        }
    }
}

fn header(length: usize, kind: u16, flags: u16) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(&(length as u32).to_ne_bytes());
    header[4..6].copy_from_slice(&kind.to_ne_bytes());
    header[6..8].copy_from_slice(&flags.to_ne_bytes());
    header[8] = 1;
    header
}

fn attribute(out: &mut [u8], kind: u16, payload: [u8; 4]) {
    out[..2].copy_from_slice(&8u16.to_ne_bytes());
    out[2..4].copy_from_slice(&kind.to_ne_bytes());
    out[4..8].copy_from_slice(&payload);
}

/// An attribute with its payload, padded.
fn nest(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = ((payload.len() + 4) as u16).to_ne_bytes().to_vec();
    out.extend(kind.to_ne_bytes());
    out.extend(payload);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

/// A request to a generic netlink family.
fn generic(family: u16, command: u8, flags: u16, attributes: &[Vec<u8>]) -> Vec<u8> {
    let attributes = attributes.concat();
    let mut message = header(HEADER + 4 + attributes.len(), family, REQUEST | flags).to_vec();
    message.extend([command, 1, 0, 0]);
    message.extend(attributes);
    message
}

/// Requests all routes or neighbours of IPv4.
fn dump_of(kind: u16) -> [u8; 28] {
    let mut message = [0; 28];
    message[..HEADER].copy_from_slice(&header(28, kind, REQUEST | DUMP));
    message[HEADER] = libc::AF_INET as u8;
    message
}

/// Requests links like `ip`: with their virtual functions.
fn links(flags: u16, index: u32) -> [u8; 40] {
    let mut message = [0; 40];
    message[..HEADER].copy_from_slice(&header(40, GET_LINK, REQUEST | flags));
    message[20..24].copy_from_slice(&index.to_ne_bytes());
    attribute(&mut message[32..], EXT_MASK, 1u32.to_ne_bytes());
    message
}

/// A request about a route, whose destination is still to be written.
#[derive(Clone, Copy)]
pub struct Template<const N: usize>([u8; N]);

impl<const N: usize> Template<N> {
    fn new(kind: u16, flags: u16) -> Self {
        let mut message = [0; N];
        message[..HEADER].copy_from_slice(&header(N, kind, REQUEST | ACK | flags));
        message[HEADER] = libc::AF_INET as u8;
        message[HEADER + 1] = 32;
        message[HEADER + 4] = 254;
        attribute(&mut message[28..], 1, [0; 4]);
        Template(message)
    }

    #[inline]
    fn to(&mut self, destination: Ipv4Addr) -> &[u8] {
        self.0[32..36].copy_from_slice(&destination.octets());
        &self.0
    }

    #[inline]
    fn flag(&mut self, flag: u16, on: bool) {
        let flags = u16::from_ne_bytes([self.0[6], self.0[7]]);
        let flags = if on { flags | flag } else { flags & !flag };
        self.0[6..8].copy_from_slice(&flags.to_ne_bytes());
    }
}

/// Adds a route by the gateway.
pub fn add_route() -> Template<52> {
    let mut template = Template::new(NEW_ROUTE, CREATE_EXCL);
    let Template(message) = &mut template;
    message[HEADER + 5] = 3;
    message[HEADER + 7] = 1;
    attribute(&mut message[36..], 5, GATEWAY.octets());
    attribute(&mut message[44..], 4, DEVICE.to_ne_bytes());
    template
}

/// Deletes the route to a destination, whichever it is.
pub fn delete_route() -> Template<36> {
    let mut template = Template::new(DELETE_ROUTE, 0);
    template.0[HEADER + 6] = 255;
    template
}

/// Dumps routes.
pub fn routes(times: u32) -> Sum {
    let mut kernel = Kernel::open(0);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        kernel.dump(&dump_of(GET_ROUTE), |body| read_route(body, sum));
    }
    turns.end()
}

/// Dumps links.
pub fn all_links(times: u32) -> Sum {
    let mut kernel = Kernel::open(0);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        kernel.dump(&links(DUMP, 0), |body| read_link(body, sum));
    }
    turns.end()
}

/// Dumps neighbours.
pub fn neighbours(times: u32) -> Sum {
    let mut kernel = Kernel::open(0);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        kernel.dump(&dump_of(GET_NEIGHBOUR), |body| read_neighbour(body, sum));
    }
    turns.end()
}

/// Gets a WireGuard device with its peers.
pub fn peers(times: u32) -> Sum {
    let mut kernel = Kernel::of(libc::NETLINK_GENERIC, 0);
    let family = kernel.family("wireguard\0");
    let name = nest(2, format!("{WIREGUARD}\0").as_bytes());
    let request = generic(family, 0, DUMP, &[name]);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        kernel.dump(&request, |body| read_peers(body, sum));
    }
    turns.end()
}

/// Gets the features of a link.
pub fn features(size: u32, times: u32) -> Sum {
    let mut kernel = Kernel::of(libc::NETLINK_GENERIC, 0);
    let family = kernel.family("ethtool\0");
    let wanted = nest(2 | NESTED, &nest(1 | NESTED, &nest(1, &4u32.to_ne_bytes())));
    let names = read_names(kernel.get(&generic(family, 1, 0, &[nest(1 | NESTED, &[]), wanted])));
    let device = [nest(2, format!("{NAME}\0").as_bytes()), nest(3, &1u32.to_ne_bytes())].concat();
    let request = generic(family, 11, 0, &[nest(1 | NESTED, &device)]);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        for _ in 0..size {
            read_features(kernel.get(&request), &names, sum);
            sum.done();
        }
    }
    turns.end()
}

/// Gets one link.
pub fn get(size: u32, times: u32) -> Sum {
    let mut kernel = Kernel::open(0);
    let request = links(0, DEVICE);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        for _ in 0..size {
            kernel.send(&request);
            let Some((NEW_LINK, body, _)) = message(kernel.receive()) else { panic!("no link") };
            read_one_link(body, sum);
        }
    }
    turns.end()
}

/// Adds routes one by one, and deletes them again.
pub fn change(size: u32, times: u32) -> Sum {
    let mut kernel = Kernel::open(0);
    let (mut add, mut delete) = (add_route(), delete_route());
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        for number in 0..size {
            assert!(kernel.ask(add.to(destination(number))));
            sum.done();
        }
        for number in 0..size {
            assert!(kernel.ask(delete.to(destination(number))));
            sum.done();
        }
    }
    turns.end()
}

/// Adds routes in a batch, and deletes them again.
pub fn batch(size: u32, times: u32) -> Sum {
    let mut kernel = Kernel::open(0);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        kernel.batch(add_route(), 0..size, sum);
        kernel.batch(delete_route(), 0..size, sum);
    }
    turns.end()
}

/// Receives events of routes that are added and deleted.
pub fn events(times: u32) -> Sum {
    let mut kernel = Kernel::open(libc::RTMGRP_IPV4_ROUTE as u32);
    let mut turns = Turns::new(times);
    while let Some(sum) = turns.begin() {
        ask_for_events();
        for _ in 0..EVENTS {
            let Some((NEW_ROUTE | DELETE_ROUTE, body, _)) = message(kernel.receive()) else {
                panic!("not an event of a route")
            };
            read_route(body, sum);
        }
    }
    turns.end()
}

/// Makes as many changes to routes as a listener wants to receive.
pub fn make_events() {
    let mut kernel = Kernel::open(0);
    let mut sum = Sum::default();
    kernel.batch(add_route(), 0..EVENTS / 2, &mut sum);
    kernel.batch(delete_route(), 0..EVENTS / 2, &mut sum);
}
