//! The traits that users of Rust expect of types: this file does not compile without them. And what they do.

use bytes::{Bytes, BytesMut};
use netlink_packet::generic::{ControllerMessage, ControllerMessageBuf, GenericMessage, OperationFlags};
use netlink_packet::*;
use std::borrow::{Borrow, Cow};
use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::iter::FusedIterator;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A view, which stands behind a reference.
fn view<V: View + Debug + Eq + Hash + AsRef<[u8]> + Send + Sync + ?Sized>() {
    packet::<V>();
}

fn packet<V: View + Eq + Hash + ?Sized>()
where
    Packet<V>: Clone + Debug + Eq + Hash + Borrow<V> + AsRef<V> + PartialEq<V> + Send + Sync + Unpin,
{
}

fn builder<B>()
where
    B: Build + Clone + Debug + Default + Eq + Hash + AsRef<B::View> + Put<B::View> + Send + Sync + Unpin,
{
}

fn words<W>()
where
    W: Words + Copy + Debug + Default + Eq + Ord + Hash + Display + FromStr<Err = UnknownWord> + Fixed,
    W: for<'a> TryFrom<&'a str, Error = UnknownWord> + Put<W> + Send + Sync,
    for<'a> &'a str: Put<W>,
    for<'a> &'a String: Put<W>,
{
}

fn value<T: Clone + Debug + Eq + Send + Sync>() {}
fn error<E: std::error::Error + Clone + Eq + Send + Sync + 'static>() {}
fn debug<T: Debug + Send + Sync + ?Sized>() {}
fn iterator<I: Iterator + FusedIterator + Clone + Debug + Send + Sync>() {}

#[test]
fn traits_are_there() {
    view::<Forms>();
    view::<Nest>();
    view::<Policy>();
    view::<ControllerMessage>();
    view::<GenericMessage>();
    view::<control::ExtAck>();
    builder::<FormsBuf>();
    builder::<NestBuf>();
    builder::<PolicyBuf>();
    builder::<ControllerMessageBuf>();
    words::<AttributeType>();
    words::<OperationFlags>();
    value::<Header>();
    value::<Flags>();
    value::<Message<'_>>();
    value::<Messages<'_>>();
    value::<RawAttribute<'_>>();
    value::<RawAttributes<'_>>();
    value::<Attr<Nest, u32>>();
    value::<Buffer>();
    value::<PooledBuffer>();
    value::<Unresolved>();
    value::<Resets>();
    value::<Malformed>();
    value::<Expect>();
    value::<Outcome>();
    value::<Objects>();
    value::<control::Reply<'_>>();
    value::<control::Ack<'_>>();
    value::<control::Diagnostic>();
    error::<BuildError>();
    error::<DecodeError>();
    error::<UnknownWord>();
    error::<RequestError>();
    error::<Failure>();
    error::<control::RawError>();
    debug::<Conversation<()>>();
    debug::<Dump>();
    debug::<Exchange>();
    debug::<Incoming<'_, ()>>();
    debug::<Name>();
    debug::<Escaped<'_>>();
    debug::<Table>();
    debug::<Mark>();
    debug::<Marks>();
    iterator::<Messages<'_>>();
    iterator::<RawAttributes<'_>>();
    iterator::<Items<'_, u32>>();
    iterator::<Entries<'_, u32>>();
    iterator::<Chunks<'_, u32>>();
    iterator::<Records<'_, Nest>>();
}

netlink! {
    /// One attribute of each type that can be given in several forms.
    struct Forms / FormsBuf
    attributes {
        ADDRESS = 1 => address: IpAddr,
        V4 = 2 => v4: Ipv4Addr,
        V6 = 3 => v6: Ipv6Addr,
        NAME = 4 => name: &Name as Name,
        TEXT = 5 => text: &str as str,
        DEVICE = 6 => device: u32 as IfIndex,
        COLOUR = 7 => colour: Colour,
        SIDES = 8 => sides: Sides,
    }
}

values! {
    /// A colour.
    struct Colour: u8 = "" {
        /// As a sunset.
        RED = 1 => "red",
    }
}

flags! {
    /// Sides.
    struct Sides: u16 = "" {
        /// Left.
        const LEFT = 1 => "left";
        /// Right.
        const RIGHT = 2 => "right";
        /// All that there are.
        const ALL = 7 => "all";
    }
}

/// That each of these values, given to a setter, makes the same message.
macro_rules! alike {
    ($setter:ident: $first:expr, $($other:expr),+) => {
        let first = Forms::build().$setter($first);
        assert_eq!(first.buffer().problem(), None);
        $(assert_eq!(Forms::build().$setter($other), first, stringify!($other));)+
    };
}

#[test]
fn setters_take_values_references_and_text() {
    let v4 = Ipv4Addr::new(192, 0, 2, 1);
    let v6: Ipv6Addr = "2001:db8::1".parse().unwrap();
    let (ip, text, long) = (IpAddr::from(v4), v4.to_string(), v6.to_string());
    alike!(address: ip, &ip, v4, &v4, "192.0.2.1", &text, text.clone());
    alike!(v4: v4, &v4, "192.0.2.1", &text, text.clone());
    alike!(v6: v6, &v6, "2001:db8::1", &long, long.clone());
    let name = "lamp".to_owned();
    alike!(name: "lamp", &"lamp", &name, name.clone(), Cow::from("lamp"), Name::new("lamp"));
    alike!(text: "lamp", &"lamp", &name, name.clone(), Cow::from("lamp"));
    alike!(device: "lamp", &"lamp", &name, name.clone(), Cow::from("lamp"), Name::new("lamp"));
    alike!(device: 7, &7, 7u32);
    let (red, left) = ("red".to_owned(), "left".to_owned());
    alike!(colour: Colour::RED, "red", &red, red.clone(), "1");
    alike!(sides: Sides::LEFT, "left", &left, left.clone(), "1", "0x1");
}

#[test]
fn text_that_names_no_value_is_refused() {
    let problem = |form: FormsBuf| form.buffer().problem().cloned();
    let unknown = |name, word| Some(BuildError::UnknownWord(UnknownWord::new(name, word)));
    assert_eq!(problem(Forms::build().colour("mauve")), unknown("Colour", "mauve"));
    assert_eq!(problem(Forms::build().colour("256")), unknown("Colour", "256"));
    assert_eq!(problem(Forms::build().sides("left,top")), unknown("Sides", "left,top"));
    assert_eq!(problem(Forms::build().sides("0x10000")), unknown("Sides", "0x10000"));
}

#[test]
fn flags_are_read_as_they_print() {
    for bits in 0..=64 {
        let sides = Sides::from_bits_retain(bits);
        assert_eq!(sides.to_string().parse(), Ok(sides), "{sides}");
    }
    assert_eq!("right, left".parse(), Ok(Sides::LEFT | Sides::RIGHT));
    assert_eq!("ALL".parse(), Ok(Sides::ALL));
    assert_eq!("Red".parse(), Ok(Colour::RED));
    for wrong in ["left,", ",", "left right", "-1", "0x"] {
        assert_eq!(wrong.parse::<Sides>(), Err(UnknownWord::new("Sides", wrong)));
    }
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn received(form: &FormsBuf, sequence: u32) -> Packet<Forms> {
    let header = Header { message_type: 16, sequence, ..Header::default() };
    let mut buffer = form.clone().into_buffer();
    Packet::new(Bytes::copy_from_slice(buffer.set_header(header).unwrap())).unwrap()
}

#[test]
fn equal_bytes_are_equal() {
    let (one, other) = (Forms::build().name("one"), Forms::build().name("other"));
    assert_ne!(one, other);
    assert_ne!(one.view(), other.view());
    assert_eq!(one.view(), one.clone().view());
    // Their headers differ, and don't count.
    let (first, second) = (received(&one, 1), received(&one, 2));
    assert_ne!(first.message(), second.message());
    assert_eq!(first, second);
    assert_eq!(first, *one.view());
    assert_eq!(first, one.view());
    assert_ne!(first, received(&other, 1));
    assert_eq!(hash(&first), hash(&second));
    assert_eq!(hash(&first), hash(one.view()));
    assert_eq!(hash(&one), hash(one.view()));

    let seen = HashSet::from([first]);
    assert!(seen.contains(&second) && seen.contains(one.view()) && !seen.contains(other.view()));
}

#[test]
fn builders_are_equal_that_name_the_same() {
    let device = |name: &str| Forms::build().device(name);
    assert_eq!(device("eth0"), device("eth0"));
    // Both hold 0 so far.
    assert_eq!(device("eth0").view(), device("eth1").view());
    assert_ne!(device("eth0"), device("eth1"));
    assert_ne!(device("eth0"), Forms::build().device(0));
    assert_ne!(Forms::build().name("a\0b"), Forms::build().name("a"));
}

#[test]
fn objects_can_be_counted_and_visited() {
    let mut conversation = Conversation::<()>::new(7);
    let sequence = conversation.open(Expect::Dump, ()).unwrap();
    let mut datagram = BytesMut::new();
    for name in ["one", "two", "three"] {
        let mut object = Forms::build().name(name).into_buffer();
        let header = Header { message_type: 16, flags: Flags::MULTI, sequence, port: 7, ..Header::default() };
        datagram.extend_from_slice(object.set_header(header).unwrap());
        datagram.resize(align(datagram.len()), 0);
    }
    let done = Header { length: 20, message_type: NLMSG_DONE, flags: Flags::MULTI, sequence, port: 7 };
    datagram.extend_from_slice(&done.to_bytes());
    datagram.extend_from_slice(&[0; 4]);
    let length = datagram.len();
    conversation.receive(&mut datagram, length, |_| ());
    let mut objects = conversation.take(sequence).unwrap().objects;
    let names = |objects: &Objects| -> Vec<String> {
        let name = |object: &Bytes| Packet::<Forms>::new(object.clone()).unwrap().name().unwrap().to_string();
        objects.iter().map(name).collect()
    };
    assert_eq!((objects.len(), names(&objects)), (3, vec!["one".into(), "two".into(), "three".into()]));
    assert_eq!((&objects).into_iter().count(), 3);
    assert_eq!(objects, objects.clone());
    assert!(objects.take_first().is_some());
    assert_eq!((objects.len(), objects.is_empty()), (2, false));
    assert_eq!(names(&objects), ["two", "three"]);
    assert_eq!(objects.into_iter().count(), 2);
    assert!(Objects::default().is_empty());
}

#[test]
fn chunks_know_how_many_they_are() {
    let bytes = [1u8, 0, 2, 0, 3];
    let mut chunks = <Packed<u16> as Codec>::decode(&bytes).unwrap();
    assert_eq!((chunks.len(), chunks.clone().count()), (2, 2));
    chunks.next();
    assert_eq!(chunks.len(), 1);
}
