//! Kinds: attributes whose table another attribute chooses, such as `TCA_KIND` that of `TCA_OPTIONS`.

use crate::attribute::{Attr, RawAttributes};
use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::set::Nest;
use crate::table::data::Plain;
use crate::table::data::{Inside, Schema, Scope, Table};
use crate::view::View;
use std::fmt;
use std::marker::PhantomData;

/// Selector of an attribute's table (`sub-message`), mostly a sibling attribute: a name such as `vlan`, or a number.
///
/// The attribute's line in its table is `data: &Nest as Chosen<LampData>`, the kinds are in a list that
/// [`kinds!`](crate::kinds) makes, and a method of one line reads the data as a kind's own view:
///
/// ```
/// use netlink_packet::{Chosen, Kind, Nest, Scope, Selector, Table, View, kinds, netlink};
///
/// netlink! {
///     /// A lamp.
///     pub struct Lamp / LampBuf
///     attributes {
///         /// Kind of the lamp.
///         LAMP_KIND = 1 => kind_name: &str as str,
///         /// Data of the kind as raw attributes; [`kind`](Lamp::kind) reads them.
///         LAMP_DATA = 2 => data: &Nest as Chosen<LampData>,
///     }
/// }
///
/// /// A kind of lamp.
/// pub trait LampKind: View {
///     /// The name that the kernel has for it.
///     const NAME: &'static str;
/// }
///
/// kinds! {
///     /// The kinds of lamps that have a table here.
///     pub static KINDS: &'static str = kind {
///         // With a file for each, a line is `bulb: Bulb`, and all that `bulb.rs` makes public is in a module of that name.
///         Bulb,
///     }
/// }
///
/// const fn kind<K: LampKind + ?Sized>() -> Kind<&'static str> {
///     Kind::new::<K>(K::NAME, &[], ())
/// }
///
/// /// Chooses the table of [`Lamp::data`].
/// pub struct LampData;
///
/// impl Selector for LampData {
///     const FORMATS: &'static str = "lamp-data-msg";
///
///     fn table(set: &Scope<'_>) -> Option<&'static Table> {
///         KINDS.table(set.get(Lamp::LAMP_KIND)?)
///     }
/// }
///
/// impl Lamp {
///     /// What is special to this kind; `None` where the lamp is of another.
///     pub fn kind<K: LampKind + ?Sized>(&self) -> Option<&K> {
///         let matches = self.kind_name() == Some(K::NAME);
///         matches.then(|| self.data().unwrap_or_default()).and_then(Nest::read_as)
///     }
/// }
///
/// impl LampBuf {
///     /// Sets the kind and what is special to it.
///     pub fn kind<B: netlink_packet::Build<View: LampKind>>(self, kind: B) -> Self {
///         self.kind_name(B::View::NAME).data(kind.buffer())
///     }
/// }
///
/// // A kind is its table and its name:
/// netlink! {
///     /// A lamp with one bulb.
///     pub struct Bulb / BulbBuf
///     attributes {
///         /// Power, in watts.
///         BULB_POWER = 1 => power: u32,
///     }
/// }
///
/// impl LampKind for Bulb {
///     const NAME: &'static str = "bulb";
/// }
///
/// let lamp = Lamp::build().kind(Bulb::build().power(60));
/// assert_eq!(lamp.view().kind::<Bulb>().and_then(Bulb::power), Some(60));
/// assert_eq!(format!("{lamp:?}"), r#"Lamp { kind_name: "bulb", data: Bulb { power: 60 } }"#);
/// ```
///
/// If one name chooses the tables of several attributes, as the kind of a qdisc chooses those of its options and of its
/// statistics, the list's entries contain all of them ([`Kind::more`]), and each attribute has a selector of its own. A
/// selector may also look in the set around the attribute's own: [`Scope::outer`].
pub trait Selector: 'static {
    /// The name of this set of formats in the kernel's specification, such as `linkinfo-data-msg`.
    const FORMATS: &'static str;

    /// Whether the attribute is omitted instead of written empty if the kind has no options set.
    const OMIT_EMPTY: bool = false;

    /// The table of the attribute in this set; `None` if the set does not name the kind, or the kind has no table here.
    fn table(set: &Scope<'_>) -> Option<&'static Table>;
}

/// Codec of an attribute whose table a [`Selector`] chooses: `data: &Nest as Chosen<LampData>`.
///
/// It reads as raw attributes, and prints by the chosen table; without one, as attributes by number or as bytes.
/// Setting takes a builder's [buffer](crate::Build::buffer), or the raw attributes.
#[derive(Debug)]
pub struct Chosen<S>(PhantomData<S>);

impl<S: Selector> Codec for Chosen<S> {
    type Value<'a> = &'a Nest;
    const SCHEMA: Schema = Schema { formats: Some(S::FORMATS), ..Schema::new("sub-message") };

    #[inline]
    fn decode(payload: &[u8]) -> Option<&Nest> {
        Nest::new(payload).ok()
    }

    fn accepts(payload: &[u8], scope: &Scope<'_>) -> bool {
        S::table(scope).is_none_or(|table| !table.attributes || payload.len() >= table.header)
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        S::table(scope).map_or(Inside::Value, Inside::Set)
    }

    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut raw = RawAttributes::new(payload);
        if raw.by_ref().count() > 0 && raw.rest().is_empty() {
            return f.debug_list().entries(RawAttributes::new(payload)).finish();
        }
        <[u8]>::show(payload, scope, f)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::raw(payload)
    }
}

impl<S: Selector> Put<Chosen<S>> for &Nest {
    fn put(self, out: &mut Buffer) {
        out.push(self.as_bytes());
    }
}

/// The contents of a kind's builder.
impl<S: Selector> Put<Chosen<S>> for &Buffer {
    fn put(self, out: &mut Buffer) {
        out.push_body(self);
    }

    fn put_as(self, (number_and_flags, name): (u16, &'static str), out: &mut Buffer) {
        if S::OMIT_EMPTY && self.body().is_empty() {
            return Put::<Chosen<S>>::put(self, out);
        }
        let start = out.open(number_and_flags);
        Put::<Chosen<S>>::put(self, out);
        out.close(start, name);
    }
}

impl<'a> Scope<'a> {
    /// The first attribute of the set with this key: where a [`Selector`] looks.
    pub fn get<S: ?Sized, C: Codec + ?Sized>(&self, key: Attr<S, C>) -> Option<C::Value<'a>> {
        self.attributes().payload_of(key.number()).and_then(C::decode)
    }
}

impl Nest {
    /// The same bytes as the view of a kind; `None` if they are too short for its fixed header.
    pub fn read_as<V: View + ?Sized>(&self) -> Option<&V> {
        V::read(self.as_bytes()).ok()
    }
}

/// No data, for kinds without options.
impl Default for &Nest {
    fn default() -> Self {
        Nest::cast(&[])
    }
}

/// A kind as a value: its name or number, and its table. `N` is `&'static str` or an integer type.
#[derive(Debug)]
pub struct Kind<N: 'static, M = ()> {
    /// The kernel's name or number for it.
    pub name: N,
    /// Other names that choose the same table.
    pub aliases: &'static [N],
    /// Further data of a kind, such as what a change resets, or the table of its statistics.
    pub more: M,
    table: fn() -> &'static Table,
}

impl<N: 'static, M> Kind<N, M> {
    /// The kind whose table is the view `K`.
    pub const fn new<K: View + ?Sized>(name: N, aliases: &'static [N], more: M) -> Self {
        Kind { name, aliases, more, table: K::table }
    }

    /// Its table.
    pub fn table(&self) -> &'static Table {
        (self.table)()
    }

    /// Whether this name or number chooses it.
    pub fn is<Q: Copy>(&self, name: Q) -> bool
    where
        N: PartialEq<Q>,
    {
        self.name == name || self.aliases.iter().any(|alias| *alias == name)
    }
}

/// A list of kinds, as [`kinds!`](crate::kinds) makes it.
#[derive(Debug)]
pub struct Kinds<N: 'static, M: 'static = ()>(&'static [Kind<N, M>]);

impl<N: Copy + 'static, M> Kinds<N, M> {
    /// A list of these kinds.
    pub const fn new(kinds: &'static [Kind<N, M>]) -> Self {
        Kinds(kinds)
    }

    /// The kind with this name or number.
    pub fn get<Q: Copy>(&self, name: Q) -> Option<&'static Kind<N, M>>
    where
        N: PartialEq<Q>,
    {
        self.iter().find(|kind| kind.is(name))
    }

    /// The table of the kind with this name or number.
    pub fn table<Q: Copy>(&self, name: Q) -> Option<&'static Table>
    where
        N: PartialEq<Q>,
    {
        self.get(name).map(Kind::table)
    }

    /// The kinds.
    pub fn iter(&self) -> std::slice::Iter<'static, Kind<N, M>> {
        self.0.iter()
    }

    /// The kinds' names, with the other names of each, and their tables.
    pub fn tables(&self) -> impl Iterator<Item = (N, &'static Table)> + use<N, M> {
        self.iter().flat_map(|kind| {
            std::iter::once(&kind.name).chain(kind.aliases).map(|name| (*name, kind.table()))
        })
    }
}

/// Defines a list of kinds: [`Kinds`] with a line for each kind that has a table.
///
/// A line is the view of a kind, preceded by the name of its file if each kind has one: the file becomes a public
/// module, and the list's own module re-exports the view. After the list's name come the type by which kinds are
/// chosen, the type of further data, if any, and a generic `const fn` that makes a [`Kind`] of a view. [`Selector`] has
/// a complete example.
///
/// ```ignore
/// kinds! {
///     /// The kinds of links that have a table here.
///     pub static KINDS: &'static str, Resets = kind {
///         vlan: Vlan,             // pub mod vlan; pub use vlan::Vlan;
///         vxlan: Vxlan,
///     }
/// }
///
/// const fn kind<K: LinkKind + ?Sized>() -> Kind<&'static str, Resets> {
///     Kind::new::<K>(K::NAME, K::ALIASES, K::RESETS)
/// }
/// ```
#[macro_export]
macro_rules! kinds {
    (
        $(#[$meta:meta])*
        $vis:vis static $KINDS:ident: $name:ty $(, $more:ty)? = $kind:ident { $($file:ident: $View:ident,)* }
    ) => {
        $(
            pub mod $file;
            pub use $file::$View;
        )*

        $crate::kinds! {
            $(#[$meta])*
            $vis static $KINDS: $name $(, $more)? = $kind { $($View,)* }
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis static $KINDS:ident: $name:ty $(, $more:ty)? = $kind:ident { $($View:ident,)* }
    ) => {
        $(#[$meta])*
        $vis static $KINDS: $crate::Kinds<$name $(, $more)?> = $crate::Kinds::new(&[$($kind::<$View>()),*]);
    };
}
