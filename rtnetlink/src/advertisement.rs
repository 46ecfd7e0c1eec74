//! What routers announce (RFC 4861), as far as the kernel passes it on: events, and nothing that could be asked for.
//! `ip monitor prefix` shows the first.
//!
//! | group | message |
//! | --- | --- |
//! | [`IPV6_PREFIX`](crate::Group::IPV6_PREFIX) | [`PrefixMessage`]: the prefixes of a link |
//! | [`ND_USEROPT`](crate::Group::ND_USEROPT) | [`OptionMessage`]: what is for programs, such as servers of names |

use crate::{AddressFamily, Lifetime};
use ipnet::Ipv6Net;
use netlink_packet::{Be, Buffer, Codec, Device, Put, Schema, Scope, View, flags, netlink, values};
use std::fmt;
use std::net::Ipv6Addr;

netlink! {
    /// A prefix that a router announced for a link: `RTM_NEWPREFIX`.
    pub struct PrefixMessage / PrefixMessageBuf
    header prefixmsg: 12 {
        /// IPv6.
        prefix_family = 0 => family: AddressFamily,
        /// The index of the link that it was announced on.
        prefix_ifindex = 4 => device: u32 as Device<i32>,
        /// The kind of the option in the announcement.
        prefix_type = 8 => kind: OptionKind,
        /// How many bits of the address count.
        prefix_len = 9 => prefix_length: u8,
        /// What the link may do with it.
        prefix_flags = 10 => flags: PrefixFlags,
    }
    attributes {
        /// The address; [`prefix`](PrefixMessage::prefix) tells it with its length.
        PREFIX_ADDRESS = 1 => address: Ipv6Addr,
        /// How long it counts.
        PREFIX_CACHEINFO = 2 => lifetimes: &PrefixLifetimes as PrefixLifetimes,
    }
}

impl PrefixMessage {
    /// The prefix.
    pub fn prefix(&self) -> Option<Ipv6Net> {
        Ipv6Net::new(self.address()?, self.prefix_length()).ok()
    }

    /// Whether hosts in it are on the link, without a router between: `ip monitor` says `onlink`.
    pub fn is_on_link(&self) -> bool {
        self.flags().intersects(PrefixFlags::ONLINK | PrefixFlags::IF_PREFIX_ONLINK)
    }

    /// Whether hosts make themselves addresses in it: `ip monitor` says `autoconf`.
    pub fn is_autonomous(&self) -> bool {
        self.flags().intersects(PrefixFlags::AUTOCONF | PrefixFlags::IF_PREFIX_AUTOCONF)
    }
}

flags! {
    /// What a link may do with a prefix: the byte of the announcement (RFC 4861).
    ///
    /// Older kernels tell two bits of their own in its place (`IF_PREFIX_*`): [`PrefixMessage::is_on_link`] and
    /// [`PrefixMessage::is_autonomous`] know both.
    pub struct PrefixFlags: u8 = "" {
        /// Hosts in it are on the link, as older kernels tell it.
        const IF_PREFIX_ONLINK = 0x1 => "if_onlink";
        /// Hosts make themselves addresses in it, as older kernels tell it.
        const IF_PREFIX_AUTOCONF = 0x2 => "if_autoconf";
        /// Each host gets a prefix of its own from it (RFC 9762).
        const DELEGATED = 0x10 => "delegated";
        /// It stands with the whole address of the router (RFC 6275).
        const ROUTER = 0x20 => "router";
        /// Hosts make themselves addresses in it.
        const AUTOCONF = 0x40 => "autoconf";
        /// Hosts in it are on the link.
        const ONLINK = 0x80 => "onlink";
    }
}

netlink! {
    /// How long a prefix counts: `struct prefix_cacheinfo`.
    pub struct PrefixLifetimes / PrefixLifetimesBuf
    header prefix_cacheinfo: 8 {
        /// How long new connections should use addresses in it.
        preferred_time = 0 => preferred: Lifetime,
        /// How long they are valid.
        valid_time = 4 => valid: Lifetime,
    }
}

netlink! {
    /// Options of an announcement that are for programs: `RTM_NEWNDUSEROPT`.
    ///
    /// ```text
    ///  0            16                   16 + options_length
    ///  | header      | options ...        | attributes ...
    /// ```
    /// The options stand between the header and the attributes, so that [`options`](OptionMessage::options) and
    /// [`origin`](OptionMessage::origin) read what is behind the header.
    pub struct OptionMessage / OptionMessageBuf
    header nduseroptmsg: 16 {
        /// IPv6.
        family = 0 => family: AddressFamily,
        /// Bytes of the options.
        opts_len = 2 => options_length: u16,
        /// The index of the link that they were announced on.
        ifindex = 4 => device: u32 as Device<i32>,
        /// The type of the ICMP message that they came in: 134 is a router's announcement.
        icmp_type = 8 => icmp_type: u8,
        /// Its code.
        icmp_code = 9 => icmp_code: u8,
    }
    rest {
        /// The options and the attributes, as bytes.
        body => body: &[u8] as OptionBody,
    }
}

netlink! {
    /// The attributes behind the options of an [`OptionMessage`].
    pub struct OptionOrigin / OptionOriginBuf
    attributes {
        /// The router that announced them.
        NDUSEROPT_SRCADDR = 1 => source: Ipv6Addr,
    }
}

impl OptionMessage {
    /// The options.
    pub fn options(&self) -> AnnouncedOptions<'_> {
        AnnouncedOptions { bytes: self.parts().0 }
    }

    /// Who announced them.
    pub fn origin(&self) -> &OptionOrigin {
        <OptionOrigin as View>::cast(self.parts().1)
    }

    /// The options, and the attributes behind them.
    fn parts(&self) -> (&[u8], &[u8]) {
        split(self.tail(), self.options_length())
    }
}

/// The options of this length, and what follows them.
fn split(body: &[u8], length: u16) -> (&[u8], &[u8]) {
    let end = usize::from(length).min(body.len());
    let (options, rest) = body.split_at(end);
    (options, rest.get(end.next_multiple_of(4) - end..).unwrap_or_default())
}

/// The codec of what follows the header of an [`OptionMessage`]: options, then attributes.
pub struct OptionBody;

impl Codec for OptionBody {
    type Value<'a> = &'a [u8];
    // The attributes are all of it that the kernel's specification describes.
    const SCHEMA: Schema = Schema { set: Some(<OptionOrigin as View>::table), ..Schema::new("nest") };

    fn decode(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }

    fn show(_: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = <OptionMessage as View>::cast(scope.bytes());
        f.debug_list().entries(message.options()).finish()?;
        write!(f, ", {:?}", message.origin())
    }
}

impl Put<OptionBody> for &[u8] {
    fn put(self, out: &mut Buffer) {
        out.push(self);
    }
}

/// The options of an announcement, one after another, until one whose length is a lie.
#[derive(Clone, Debug)]
pub struct AnnouncedOptions<'a> {
    bytes: &'a [u8],
}

/// Lengths of options count in these.
const UNIT: usize = 8;

impl<'a> Iterator for AnnouncedOptions<'a> {
    type Item = &'a AnnouncedOption;

    fn next(&mut self) -> Option<&'a AnnouncedOption> {
        let length = usize::from(*self.bytes.get(1)?) * UNIT;
        let option = self.bytes.get(..length).filter(|option| !option.is_empty())?;
        self.bytes = &self.bytes[length..];
        Some(<AnnouncedOption as View>::cast(option))
    }
}

netlink! {
    /// An option of an announcement: `struct nd_opt_hdr`.
    pub struct AnnouncedOption / AnnouncedOptionBuf
    header nd_opt_hdr: 2 {
        /// What kind of option it is.
        nd_opt_type = 0 => kind: OptionKind,
        /// Its length with these two bytes, in units of 8.
        nd_opt_len = 1 => length: u8,
    }
    rest {
        /// What it says, as bytes.
        data => data: &[u8] as [u8],
    }
}

impl AnnouncedOption {
    /// The servers of names that it tells; `None` where it is of another kind.
    pub fn name_servers(&self) -> Option<&NameServers> {
        (self.kind() == OptionKind::RDNSS).then(|| <NameServers as View>::cast(self.as_bytes()))
    }
}

netlink! {
    /// Servers of names (RFC 8106).
    pub struct NameServers / NameServersBuf
    header nd_opt_rdnss: 8 {
        /// What kind of option it is.
        type = 0 => kind: OptionKind,
        /// Its length with these two bytes, in units of 8.
        length = 1 => length: u8,
        /// How long they can be used, in seconds; all ones is for ever.
        lifetime = 4 => seconds: u32 as Be<u32>,
    }
    rest {
        /// Their addresses; [`addresses`](NameServers::addresses) reads them.
        addresses => raw_addresses: &[u8] as [u8],
    }
}

impl NameServers {
    /// Their addresses.
    pub fn addresses(&self) -> impl Iterator<Item = Ipv6Addr> {
        self.tail().chunks_exact(size_of::<Ipv6Addr>()).filter_map(Ipv6Addr::decode)
    }

    /// How long they can be used.
    pub fn lifetime(&self) -> Lifetime {
        Lifetime(self.seconds())
    }
}

values! {
    /// The kind of an option in an announcement, by its number there: `ND_OPT_*`.
    pub struct OptionKind: u8 = "" {
        /// A prefix.
        PREFIX_INFO = 3 => "prefix",
        /// Servers of names.
        RDNSS = 25 => "rdnss",
        /// Domains in which names are looked up.
        DNSSL = 31 => "dnssl",
        /// Where hosts have to log in.
        CAPTIVE_PORTAL = 37 => "captive-portal",
        /// The prefix by which hosts of IPv4 are reached.
        PREF64 = 38 => "pref64",
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;
    use netlink_packet::Attr;

    #[test]
    fn prefixes() {
        let told = capture!("prefix");
        let message: &PrefixMessage = told.view();
        assert_eq!(
            (message.family(), message.prefix()),
            (AddressFamily::INET6, "2001:db8:7::/64".parse().ok())
        );
        assert_eq!(
            (message.kind(), message.flags()),
            (OptionKind::PREFIX_INFO, PrefixFlags::ONLINK | PrefixFlags::AUTOCONF)
        );
        assert!(message.is_on_link() && message.is_autonomous());
        let lifetimes = message.lifetimes().unwrap();
        assert_eq!((lifetimes.preferred(), lifetimes.valid()), (Lifetime(1800), Lifetime::FOREVER));
        assert!(message.device() > 0);
        let as_of_old = message.to_buf().flags(PrefixFlags::IF_PREFIX_ONLINK);
        assert!(as_of_old.view().is_on_link() && !as_of_old.view().is_autonomous());
    }

    #[test]
    fn lifetimes_of_other_lengths_and_unknown_attributes() {
        let cache_info = Attr::<PrefixMessage, [u8]>::new(2, "PREFIX_CACHEINFO");
        let unknown = Attr::<PrefixMessage, u16>::new(9, "PREFIX_FUTURE");
        let told = capture!("prefix");
        let told: &PrefixMessage = told.view();
        let lifetimes = told.lifetimes().unwrap().as_bytes();
        let short = told.to_buf().with(cache_info, &lifetimes[..4]);
        let read = short.view().lifetimes().unwrap();
        assert_eq!((read.preferred(), read.valid()), (Lifetime(1800), Lifetime(0)));
        let longer = [lifetimes, &[7, 0, 0, 0]].concat();
        let long = told.to_buf().with(cache_info, &longer[..]).with(unknown, 5);
        let read = long.view().lifetimes().unwrap();
        assert_eq!((read.valid(), read.tail()), (Lifetime::FOREVER, &[7, 0, 0, 0][..]));
        assert_eq!((long.view().prefix(), long.view().malformed().count()), (told.prefix(), 0));
        assert_eq!(long.view().attributes().get(unknown), Some(5));
        let shown = format!("{long:?}");
        assert!(shown.contains("9: [05 00]") && shown.contains("tail: [07 00 00 00]"), "{shown}");
    }

    #[test]
    fn options() {
        let told = capture!("user_option");
        let message: &OptionMessage = told.view();
        assert_eq!((message.family(), message.options_length()), (AddressFamily::INET6, 40));
        assert_eq!((message.icmp_type(), message.icmp_code()), (134, 0));
        assert_eq!(message.origin().source(), "fe80::2".parse().ok());
        let options: Vec<_> = message.options().collect();
        let [option] = *options else { panic!("{message:?}") };
        assert_eq!((option.kind(), option.length()), (OptionKind::RDNSS, 5));
        let servers = option.name_servers().unwrap();
        assert_eq!(servers.lifetime(), Lifetime(1200));
        let addresses: Vec<_> = servers.addresses().map(|address| address.to_string()).collect();
        assert_eq!(addresses, ["2001:db8::53", "2001:db8::54"]);
        let shown = format!("{message:?}");
        assert!(shown.contains("RDNSS") || shown.contains("rdnss"), "{shown}");
        assert!(shown.contains("source: fe80::2"), "{shown}");
        let told = capture!("user_option_domains");
        let option = told.view::<OptionMessage>().options().next().unwrap();
        assert_eq!((option.kind(), option.name_servers()), (OptionKind::DNSSL, None));
        assert_eq!(option.data().map(|data| data[6..].starts_with(b"\x07example\x03org\0")), Some(true));
    }

    #[test]
    fn options_whose_length_is_a_lie() {
        let told = capture!("user_option");
        for (length, count) in [(0u16, 0), (7, 0), (8, 0), (40, 1), (41, 1), (u16::MAX, 1)] {
            let lying = told.view::<OptionMessage>().to_buf().options_length(length);
            assert_eq!(lying.view().options().count(), count, "{length}");
            let _ = format!("{lying:?} {:?}", lying.view().origin().source());
        }
        for end in 0..told.payload.len() {
            let short = OptionMessage::cast(&told.payload[..end]);
            assert!(short.options().count() <= 1);
            assert!(short.origin().source().is_none(), "{end}");
        }
    }
}
