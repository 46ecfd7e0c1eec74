//! Link kind and its options: `IFLA_LINKINFO`.

use super::kind::{kind_table, port_table};
use crate::Unterminated;
use netlink_packet::{
    Buffer, Build, Codec, Inside, Nest, Put, RawAttributes, Resets, Schema, Scope, View, netlink,
};
use std::fmt;

/// A kind of link: the table of what is special to it. See [`crate::link`] for a kind of your own.
pub trait LinkKind: View {
    /// The name that the kernel has for it, such as `vlan`.
    const NAME: &'static str;

    /// Other kinds that have the same attributes, as `macvtap` has those of `macvlan`.
    const ALIASES: &'static [&'static str] = &[];

    /// Which of a link's options the kernel resets when a change leaves them out: all those of most tunnels, if it does not
    /// refuse such a change. `iproute2` reads the link's options before a change, and adds these as they are.
    const RESETS: Resets = Resets::None;
}

/// What a link of some kind knows of each of its ports, as a bridge does.
pub trait PortKind: View {
    /// The name of the kind that the port's master is, such as `bridge`.
    const NAME: &'static str;
}

netlink! {
    /// Link kind and its attributes: `IFLA_LINKINFO`.
    pub struct LinkInfo / LinkInfoBuf
    attributes {
        /// Kind of the link, such as `vlan`.
        IFLA_INFO_KIND = 1 => kind_name: &str as Unterminated<str>,
        /// Data of the kind as raw attributes; [`kind`](LinkInfo::kind) reads them.
        IFLA_INFO_DATA = 2 => data: &Nest as KindData,
        /// Extra statistics (xstats) of the kind, as bytes.
        IFLA_INFO_XSTATS = 3 => extra_stats: &[u8] as [u8]; read_only,
        /// Kind of the link's master, such as `bridge`: the kind that it is a port of.
        IFLA_INFO_SLAVE_KIND = 4 => port_kind_name: &str as Unterminated<str>,
        /// Port (slave) data of the master's kind as raw attributes; [`port`](LinkInfo::port) reads them.
        IFLA_INFO_SLAVE_DATA = 5 => port_data: &Nest as PortData,
    }
}

impl LinkInfo {
    /// What is special to this kind; `None` where the link is of another. It is empty where the kernel has nothing to say.
    pub fn kind<K: LinkKind + ?Sized>(&self) -> Option<&K> {
        let kind = self.kind_name()?;
        let matches = kind == K::NAME || K::ALIASES.contains(&kind);
        matches.then(|| self.data().map_or(&[][..], Nest::as_bytes)).and_then(|data| K::read(data).ok())
    }

    /// What is special to a port of such a master; `None` where the link's master is of another kind.
    pub fn port<P: PortKind + ?Sized>(&self) -> Option<&P> {
        let matches = port_kind(self.attributes().raw())? == P::NAME;
        matches.then(|| self.port_data().map_or(&[][..], Nest::as_bytes)).and_then(|data| P::read(data).ok())
    }
}

impl LinkInfoBuf {
    /// Sets the kind and what is special to it.
    pub fn kind<B>(self, kind: B) -> Self
    where
        B: Build,
        B::View: LinkKind,
    {
        self.kind_named(B::View::NAME, kind)
    }

    /// Sets a kind by its name, and what is special to it: for kinds that have another's attributes.
    pub fn kind_named<B>(self, name: &str, kind: B) -> Self
    where
        B: Build,
        B::View: LinkKind,
    {
        let LinkInfoBuf(mut buffer) = self.kind_name(name).with(LinkInfo::IFLA_INFO_DATA, kind.buffer());
        buffer.mark_resets(B::View::RESETS);
        LinkInfoBuf(buffer)
    }

    /// Sets what is special to the link as a port.
    pub fn port<B>(self, port: B) -> Self
    where
        B: Build,
        B::View: PortKind,
    {
        self.port_kind_name(B::View::NAME).with(LinkInfo::IFLA_INFO_SLAVE_DATA, port.buffer())
    }
}

/// The codec of what is special to a kind of link: attributes of the set that the kind beside them chooses.
pub struct KindData;

/// The codec of what is special to a port: attributes of the set that the kind of the port's master chooses.
pub struct PortData;

macro_rules! chosen {
    ($($Codec:ident $selector:ident $table:ident $formats:literal)*) => { $(
        impl Codec for $Codec {
            type Value<'a> = &'a Nest;
            const SCHEMA: Schema = Schema { formats: Some($formats), ..Schema::new("sub-message") };

            fn decode(payload: &[u8]) -> Option<&Nest> {
                Nest::new(payload).ok()
            }

            fn inside(scope: &Scope<'_>) -> Inside {
                match $selector(scope.attributes()).and_then($table) {
                    Some(table) => Inside::Set(table),
                    None => Inside::Value,
                }
            }

            fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                show_unknown(payload, scope, f)
            }
        }

        impl Put<$Codec> for &Nest {
            fn put(self, out: &mut Buffer) {
                out.push(self.as_bytes());
            }
        }

        /// What a kind's builder made; an attribute of nothing is left out.
        impl Put<$Codec> for &Buffer {
            fn put(self, out: &mut Buffer) {
                out.push_body(self);
            }

            fn put_as(self, (kind, name): (u16, &'static str), out: &mut Buffer) {
                if self.body().is_empty() {
                    return Put::<$Codec>::put(self, out);
                }
                let start = out.open(kind);
                Put::<$Codec>::put(self, out);
                out.close(start, name);
            }
        }
    )* };
}

chosen! {
    KindData kind kind_table "linkinfo-data-msg"
    PortData port_kind port_table "linkinfo-member-data-msg"
}

fn kind<'a>(info: RawAttributes<'a>) -> Option<&'a str> {
    info.payload_of(LinkInfo::IFLA_INFO_KIND.number()).and_then(str::decode)
}

/// The kind of the master. Requests of `ip` say it by a kind of their own, such as `bridge_slave`.
fn port_kind<'a>(info: RawAttributes<'a>) -> Option<&'a str> {
    let told = info.payload_of(LinkInfo::IFLA_INFO_SLAVE_KIND.number()).and_then(str::decode);
    told.or_else(|| kind(info)?.strip_suffix("_slave"))
}

/// Prints the data of a kind that has no table here: attributes by number, or, where they are none, bytes.
fn show_unknown(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut raw = RawAttributes::new(payload);
    if raw.by_ref().count() > 0 && raw.rest().is_empty() {
        return f.debug_list().entries(RawAttributes::new(payload)).finish();
    }
    <[u8]>::show(payload, scope, f)
}
