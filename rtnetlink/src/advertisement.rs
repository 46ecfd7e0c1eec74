//! Router advertisements (RFC 4861): the parts that the kernel passes on, as notifications only. `ip monitor prefix`
//! shows the prefixes.
//!
//! | group | message |
//! | --- | --- |
//! | [`IPV6_PREFIX`](crate::Group::IPV6_PREFIX) | [`PrefixMessage`]: prefix information options |
//! | [`ND_USEROPT`](crate::Group::ND_USEROPT) | [`NdOptionMessage`]: neighbour discovery options for user space, such as RDNSS |

use crate::{AddressFamily, Lifetime};
use ipnet::Ipv6Net;
use netlink_packet::{
    Be, Buffer, Codec, IfIndex, Inside, Plain, Put, Schema, Scope, View, flags, netlink, values,
};
use std::fmt;
use std::net::Ipv6Addr;

netlink! {
    /// A prefix information option received in a router advertisement: `RTM_NEWPREFIX` (`struct prefixmsg`).
    pub struct PrefixMessage / PrefixMessageBuf
    header prefixmsg: 12 {
        /// Address family: IPv6.
        prefix_family = 0 => family: AddressFamily,
        /// Interface index of the device that received the prefix.
        prefix_ifindex = 4 => device: u32 as IfIndex<i32>,
        /// Type of the neighbour discovery option: prefix information.
        prefix_type = 8 => prefix_type: NdOptionType,
        /// Prefix length in bits.
        prefix_len = 9 => prefix_length: u8,
        /// Prefix flags, such as on-link and autonomous.
        prefix_flags = 10 => flags: PrefixFlags,
    }
    attributes {
        /// Prefix address; [`prefix`](PrefixMessage::prefix) combines it with the prefix length.
        PREFIX_ADDRESS = 1 => address: Ipv6Addr,
        /// Cache information: preferred and valid lifetimes of the prefix.
        PREFIX_CACHEINFO = 2 => lifetimes: &PrefixLifetimes as PrefixLifetimes,
    }
}

impl PrefixMessage {
    /// Advertised prefix.
    pub fn prefix(&self) -> Option<Ipv6Net> {
        Ipv6Net::new(self.address()?, self.prefix_length()).ok()
    }

    /// On-link flag (L): hosts in the prefix are on the link; `onlink` in `ip monitor`.
    pub fn is_on_link(&self) -> bool {
        self.flags().intersects(PrefixFlags::ONLINK | PrefixFlags::IF_PREFIX_ONLINK)
    }

    /// Autonomous flag (A): hosts configure addresses in the prefix (SLAAC); `autoconf` in `ip monitor`.
    pub fn is_autonomous(&self) -> bool {
        self.flags().intersects(PrefixFlags::AUTOCONF | PrefixFlags::IF_PREFIX_AUTOCONF)
    }
}

flags! {
    /// Flags of a prefix information option (RFC 4861, section 4.6.2).
    ///
    /// Older kernels tell two bits of their own in its place (`IF_PREFIX_*`): [`PrefixMessage::is_on_link`] and
    /// [`PrefixMessage::is_autonomous`] know both.
    pub struct PrefixFlags: u8 = "" {
        /// On-link prefix, as older kernels encode it.
        const IF_PREFIX_ONLINK = 0x1 => "if_onlink";
        /// Autonomous address configuration (SLAAC), as older kernels encode it.
        const IF_PREFIX_AUTOCONF = 0x2 => "if_autoconf";
        /// P flag: each host can get a prefix of its own by DHCPv6 prefix delegation (RFC 9762).
        const DELEGATED = 0x10 => "delegated";
        /// R flag: the option holds the router's full address (RFC 6275).
        const ROUTER = 0x20 => "router";
        /// A flag: autonomous address configuration (SLAAC) from this prefix.
        const AUTOCONF = 0x40 => "autoconf";
        /// L flag: addresses in the prefix are on-link.
        const ONLINK = 0x80 => "onlink";
    }
}

netlink! {
    /// Lifetimes of an advertised prefix: `struct prefix_cacheinfo`.
    pub struct PrefixLifetimes / PrefixLifetimesBuf
    header prefix_cacheinfo: 8 {
        /// Preferred lifetime of addresses formed from the prefix.
        preferred_time = 0 => preferred: Lifetime,
        /// Valid lifetime of the prefix.
        valid_time = 4 => valid: Lifetime,
    }
}

netlink! {
    /// Neighbour discovery options passed to user space, such as DNS servers: `RTM_NEWNDUSEROPT`
    /// (`struct nduseroptmsg`).
    ///
    /// ```text
    ///  0            16                   16 + options_length
    ///  | header      | options ...        | attributes ...
    /// ```
    /// The options stand between the header and the attributes, so that [`options`](NdOptionMessage::options) and
    /// [`trailer`](NdOptionMessage::trailer) read what follows the header.
    pub struct NdOptionMessage / NdOptionMessageBuf
    header nduseroptmsg: 16 {
        /// Address family: IPv6.
        family = 0 => family: AddressFamily,
        /// Total length of the options, in bytes.
        opts_len = 2 => options_length: u16,
        /// Interface index of the device that received the options.
        ifindex = 4 => device: u32 as IfIndex<i32>,
        /// ICMPv6 type of the carrying message; 134 is a router advertisement.
        icmp_type = 8 => icmp_type: u8,
        /// ICMPv6 code of the carrying message.
        icmp_code = 9 => icmp_code: u8,
    }
    rest {
        /// Message body as bytes: the options, then the attributes.
        body => body: &[u8] as OptionBody,
    }
}

netlink! {
    /// Attributes that follow the options of an [`NdOptionMessage`].
    pub struct NdOptionTrailer / NdOptionTrailerBuf
    attributes {
        /// Source address of the router advertisement.
        NDUSEROPT_SRCADDR = 1 => source: Ipv6Addr,
    }
}

impl NdOptionMessage {
    /// Neighbour discovery options.
    pub fn options(&self) -> NdOptions<'_> {
        NdOptions { bytes: self.parts().0 }
    }

    /// Attributes after the options, such as the router's address.
    pub fn trailer(&self) -> &NdOptionTrailer {
        <NdOptionTrailer as View>::cast(self.parts().1)
    }

    /// The options, and the attributes after them.
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

/// Codec of the payload after the header of an [`NdOptionMessage`]: options, then attributes.
#[derive(Debug)]
pub struct OptionBody;

impl Codec for OptionBody {
    type Value<'a> = &'a [u8];
    // The kernel's specification describes only the attributes.
    const SCHEMA: Schema = Schema { set: Some(<NdOptionTrailer as View>::table), ..Schema::new("nest") };

    fn decode(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        let message = <NdOptionMessage as View>::cast(scope.bytes());
        Inside::Trailer(message.options_length().into(), <NdOptionTrailer as View>::table())
    }

    fn show(_: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = <NdOptionMessage as View>::cast(scope.bytes());
        f.debug_list().entries(message.options()).finish()?;
        write!(f, ", {:?}", message.trailer())
    }

    fn plain<'a>(_: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        fn set<V: View + ?Sized>(view: &V) -> Plain<'static> {
            Plain::Set(V::table(), view.as_bytes().to_vec().into())
        }
        let message = <NdOptionMessage as View>::cast(scope.bytes());
        let options = message.options().map(set).collect();
        Plain::Map(vec![("options".into(), options), ("trailer".into(), set(message.trailer()))])
    }
}

impl Put<OptionBody> for &[u8] {
    fn put(self, out: &mut Buffer) {
        out.push(self);
    }
}

/// The options of an announcement, one after another, until one whose length is invalid.
#[derive(Clone, Debug)]
pub struct NdOptions<'a> {
    bytes: &'a [u8],
}

/// Lengths of options count in these.
const UNIT: usize = 8;

impl<'a> Iterator for NdOptions<'a> {
    type Item = &'a NdOption;

    fn next(&mut self) -> Option<&'a NdOption> {
        let length = usize::from(*self.bytes.get(1)?) * UNIT;
        let option = self.bytes.get(..length).filter(|option| !option.is_empty())?;
        self.bytes = &self.bytes[length..];
        Some(<NdOption as View>::cast(option))
    }
}

netlink! {
    /// A neighbour discovery option (RFC 4861, section 4.6): `struct nd_opt_hdr`.
    pub struct NdOption / NdOptionBuf
    header nd_opt_hdr: 2 {
        /// Option type.
        nd_opt_type = 0 => option_type: NdOptionType,
        /// Option length including this header, in units of 8 bytes.
        nd_opt_len = 1 => length: u8,
    }
    rest {
        /// Option data as bytes.
        data => data: &[u8] as [u8],
    }
}

impl NdOption {
    /// Recursive DNS servers (RDNSS); `None` for an option of another type.
    pub fn name_servers(&self) -> Option<&NameServers> {
        (self.option_type() == NdOptionType::RDNSS).then(|| <NameServers as View>::cast(self.as_bytes()))
    }
}

netlink! {
    /// Recursive DNS server option (RDNSS, RFC 8106, section 5.1).
    pub struct NameServers / NameServersBuf
    header nd_opt_rdnss: 8 {
        /// Option type: 25, RDNSS.
        type = 0 => option_type: NdOptionType,
        /// Option length including the header, in units of 8 bytes.
        length = 1 => length: u8,
        /// Lifetime of the servers, in seconds: all ones means forever, 0 means stop using them. Big-endian
        /// on the wire.
        lifetime = 4 => seconds: u32 as Be<u32>,
    }
    rest {
        /// DNS server addresses as bytes; [`addresses`](NameServers::addresses) reads them.
        addresses => raw_addresses: &[u8] as [u8],
    }
}

impl NameServers {
    /// Addresses of the servers.
    pub fn addresses(&self) -> impl Iterator<Item = Ipv6Addr> {
        self.tail().chunks_exact(size_of::<Ipv6Addr>()).filter_map(Ipv6Addr::decode)
    }

    /// Lifetime of the servers' addresses.
    pub fn lifetime(&self) -> Lifetime {
        Lifetime(self.seconds())
    }
}

values! {
    /// Neighbour discovery option type (IANA): `ND_OPT_*`.
    pub struct NdOptionType: u8 = "" {
        /// Prefix information (RFC 4861).
        PREFIX_INFO = 3 => "prefix",
        /// Recursive DNS servers (RFC 8106).
        RDNSS = 25 => "rdnss",
        /// DNS search list (RFC 8106).
        DNSSL = 31 => "dnssl",
        /// Captive portal URI (RFC 8910).
        CAPTIVE_PORTAL = 37 => "captive-portal",
        /// NAT64 prefix (PREF64, RFC 8781).
        PREF64 = 38 => "pref64",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use netlink_packet::Attr;

    #[test]
    fn prefixes() {
        let reported = capture!("prefix");
        let message: &PrefixMessage = reported.view();
        assert_eq!(
            (message.family(), message.prefix()),
            (AddressFamily::INET6, "2001:db8:7::/64".parse().ok())
        );
        assert_eq!(
            (message.prefix_type(), message.flags()),
            (NdOptionType::PREFIX_INFO, PrefixFlags::ONLINK | PrefixFlags::AUTOCONF)
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
        let reported = capture!("prefix");
        let reported: &PrefixMessage = reported.view();
        let lifetimes = reported.lifetimes().unwrap().as_bytes();
        let short = reported.to_buf().with(cache_info, &lifetimes[..4]);
        let read = short.view().lifetimes().unwrap();
        assert_eq!((read.preferred(), read.valid()), (Lifetime(1800), Lifetime(0)));
        let longer = [lifetimes, &[7, 0, 0, 0]].concat();
        let long = reported.to_buf().with(cache_info, &longer[..]).with(unknown, 0x0505);
        let read = long.view().lifetimes().unwrap();
        assert_eq!((read.valid(), read.tail()), (Lifetime::FOREVER, &[7, 0, 0, 0][..]));
        assert_eq!((long.view().prefix(), long.view().malformed().count()), (reported.prefix(), 0));
        assert_eq!(long.view().attributes().get(unknown), Some(0x0505));
        let shown = format!("{long:?}");
        assert!(shown.contains("9: [05 05]") && shown.contains("tail: [07 00 00 00]"), "{shown}");
    }

    #[test]
    fn options() {
        let reported = capture!("user_option");
        let message: &NdOptionMessage = reported.view();
        assert_eq!((message.family(), message.options_length()), (AddressFamily::INET6, 40));
        assert_eq!((message.icmp_type(), message.icmp_code()), (134, 0));
        assert_eq!(message.trailer().source(), "fe80::2".parse().ok());
        let options: Vec<_> = message.options().collect();
        let [option] = *options else { panic!("{message:?}") };
        assert_eq!((option.option_type(), option.length()), (NdOptionType::RDNSS, 5));
        let servers = option.name_servers().unwrap();
        assert_eq!(servers.lifetime(), Lifetime(1200));
        let addresses: Vec<_> = servers.addresses().map(|address| address.to_string()).collect();
        assert_eq!(addresses, ["2001:db8::53", "2001:db8::54"]);
        let shown = format!("{message:?}");
        assert!(shown.contains("RDNSS") || shown.contains("rdnss"), "{shown}");
        assert!(shown.contains("source: fe80::2"), "{shown}");
        // Malformed bytes after the options are found there.
        let mut bytes = reported.payload.clone();
        let at = bytes.len() - 20;
        bytes[at..at + 2].copy_from_slice(&10u16.to_ne_bytes());
        let cut = <NdOptionMessage as View>::cast(&bytes[..at + 12]);
        let malformed: Vec<_> = cut.malformed().map(|malformed| (malformed.path, malformed.offset)).collect();
        assert_eq!(malformed, [("NDUSEROPT_SRCADDR".to_owned(), at)]);
        let reported = capture!("user_option_domains");
        let option = reported.view::<NdOptionMessage>().options().next().unwrap();
        assert_eq!((option.option_type(), option.name_servers()), (NdOptionType::DNSSL, None));
        assert_eq!(option.data().map(|data| data[6..].starts_with(b"\x07example\x03org\0")), Some(true));
    }

    #[test]
    fn options_of_invalid_length() {
        let reported = capture!("user_option");
        for (length, count) in [(0u16, 0), (7, 0), (8, 0), (40, 1), (41, 1), (u16::MAX, 1)] {
            let lying = reported.view::<NdOptionMessage>().to_buf().options_length(length);
            assert_eq!(lying.view().options().count(), count, "{length}");
            let _ = format!("{lying:?} {:?}", lying.view().trailer().source());
        }
        for end in 0..reported.payload.len() {
            let short = NdOptionMessage::cast(&reported.payload[..end]);
            assert!(short.options().count() <= 1);
            assert!(short.trailer().source().is_none(), "{end}");
        }
    }
}
