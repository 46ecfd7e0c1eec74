//! Link kind and its options: `IFLA_LINKINFO`.

use super::kind::{KINDS, LinkKind, PORT_KINDS, PortKind};
use crate::Unterminated;
use netlink_packet::{Build, Chosen, Nest, Scope, Selector, Table, netlink};

netlink! {
    /// Link kind and its attributes: `IFLA_LINKINFO`.
    pub struct LinkInfo / LinkInfoBuf
    attributes {
        /// Kind of the link, such as `vlan`.
        IFLA_INFO_KIND = 1 => kind_name: &str as Unterminated<str>,
        /// Data of the kind as raw attributes; [`kind`](LinkInfo::kind) reads them.
        IFLA_INFO_DATA = 2 => data: &Nest as Chosen<KindData>,
        /// Extra statistics (xstats) of the kind, as bytes.
        IFLA_INFO_XSTATS = 3 => extra_stats: &[u8] as [u8]; read_only,
        /// Kind of the link's master, such as `bridge`: the kind that it is a port of.
        IFLA_INFO_SLAVE_KIND = 4 => port_kind_name: &str as Unterminated<str>; later,
        /// Port (slave) data of the master's kind as raw attributes; [`port`](LinkInfo::port) reads them.
        IFLA_INFO_SLAVE_DATA = 5 => port_data: &Nest as Chosen<PortData>; later,
    }
}

impl LinkInfo {
    /// The options of this kind; `None` if the link is of another kind. They are empty if the kernel reports none.
    pub fn kind<K: LinkKind + ?Sized>(&self) -> Option<&K> {
        let kind = self.kind_name()?;
        let matches = kind == K::NAME || K::ALIASES.contains(&kind);
        matches.then(|| self.data().unwrap_or_default()).and_then(Nest::read_as)
    }

    /// The options of a port of such a master; `None` if the link's master is of another kind.
    pub fn port<P: PortKind + ?Sized>(&self) -> Option<&P> {
        let matches = port_kind(&Scope::of(self))? == P::NAME;
        matches.then(|| self.port_data().unwrap_or_default()).and_then(Nest::read_as)
    }
}

impl LinkInfoBuf {
    /// Sets the kind and its options.
    pub fn kind<B>(self, kind: B) -> Self
    where
        B: Build,
        B::View: LinkKind,
    {
        self.kind_named(B::View::NAME, kind)
    }

    /// Sets a kind by its name, with its options: for kinds that share another's attributes.
    pub fn kind_named<B>(self, name: &str, kind: B) -> Self
    where
        B: Build,
        B::View: LinkKind,
    {
        let LinkInfoBuf(mut buffer) = self.kind_name(name).with(LinkInfo::IFLA_INFO_DATA, kind.buffer());
        buffer.mark_resets(B::View::RESETS);
        LinkInfoBuf(buffer)
    }

    /// Sets the port options of the link.
    pub fn port<B>(self, port: B) -> Self
    where
        B: Build,
        B::View: PortKind,
    {
        self.port_kind_name(B::View::NAME).with(LinkInfo::IFLA_INFO_SLAVE_DATA, port.buffer())
    }
}

/// Chooses the table of [`LinkInfo::data`]: the link's kind does.
#[derive(Debug)]
pub struct KindData;

/// Chooses the table of [`LinkInfo::port_data`]: the kind of the port's master does.
#[derive(Debug)]
pub struct PortData;

impl Selector for KindData {
    const FORMATS: &'static str = "linkinfo-data-msg";
    const OMIT_EMPTY: bool = true;

    fn table(info: &Scope<'_>) -> Option<&'static Table> {
        KINDS.table(info.get(LinkInfo::IFLA_INFO_KIND)?)
    }
}

impl Selector for PortData {
    const FORMATS: &'static str = "linkinfo-member-data-msg";
    const OMIT_EMPTY: bool = true;

    fn table(info: &Scope<'_>) -> Option<&'static Table> {
        PORT_KINDS.table(port_kind(info)?)
    }
}

/// The kind of the link that this set is the data of.
pub(super) fn kind_around<'a>(data: &Scope<'a>) -> Option<&'a str> {
    data.outer()?.get(LinkInfo::IFLA_INFO_KIND)
}

/// The kind of the master. Requests of `ip` say it by a kind of their own, such as `bridge_slave`.
fn port_kind<'a>(info: &Scope<'a>) -> Option<&'a str> {
    let reported = info.get(LinkInfo::IFLA_INFO_SLAVE_KIND);
    reported.or_else(|| info.get(LinkInfo::IFLA_INFO_KIND)?.strip_suffix("_slave"))
}
