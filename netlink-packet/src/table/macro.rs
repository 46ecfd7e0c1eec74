//! The macro that defines a table: one line for each field and attribute.

/// Defines a view, its builder and the keys of its attributes, with one line for each field and attribute.
///
/// The kernel's side stands left of the arrow, ours right of it: a name, the type that reading returns, and, if that
/// type is not its own [`Codec`](crate::Codec), the codec after `as`. A borrowed value's codec is what it borrows:
/// `&str as str`, `&Name as Name`, `&LinkInfo as LinkInfo`. Both blocks are optional: without `attributes` it is a
/// struct, without `header` a nest.
///
/// ```
/// use netlink_packet::{Be, Name, netlink};
///
/// netlink! {
///     /// A lamp, as our module describes it.
///     pub struct Lamp / LampBuf
///     header lampmsg: 8 {
///         /// Which lamp, counted from 1.
///         lm_index = 0 => index: u32,
///         /// Nonzero where it shines.
///         lm_on = 4 => on: bool,
///     }
///     attributes {
///         /// Its name.
///         LAMP_NAME = 1 => name: &Name as Name,
///         /// Its colour, in network byte order.
///         LAMP_COLOUR = 2 => colour: u32 as Be<u32>,
///     }
/// }
///
/// let built = Lamp::build().index(3).name("desk").colour(0xff8800);
/// let lamp = built.view();
/// assert_eq!(lamp.index(), 3);
/// assert_eq!(lamp.colour(), Some(0xff8800));
/// assert_eq!(lamp.attributes().get(Lamp::LAMP_COLOUR), lamp.colour());
/// assert_eq!(format!("{lamp:?}"), r#"Lamp { index: 3, on: false, name: "desk", colour: 16746496 }"#);
/// ```
///
/// What follows the fields of a struct up to its end, such as a flexible array, goes into a block `rest` of its own:
/// `rest { segments => segments: Chunks<'_, Ipv6Addr> as Packed<Ipv6Addr>, }`; its getter returns an `Option`.
///
/// A field's number is its offset in the header, and the header's number its length in bytes. An attribute's
/// number may be an expression, `52 | NLA_F_NESTED` where the kernel insists on the flag.
///
/// # What stands on a line
///
/// | the payload | the line says |
/// | --- | --- |
/// | an integer | `u8` to `u64`, `i8` to `i64`; one byte that is yes or no: `bool` |
/// | an integer in network byte order | `u16 as Be<u16>` |
/// | an integer of 4 or 8 bytes, as fits | `u64 as Uint` |
/// | nothing: it is there or not | `bool as Flag` |
/// | text | `&str as str`; where it need not be UTF-8, `&Name as Name` |
/// | bytes | `&[u8] as [u8]`; always as many: `[u8; 6]` |
/// | an IP address | `IpAddr`, `Ipv4Addr`, `Ipv6Addr`; in a header `Option<Ipv4Addr>` |
/// | an IP address of the family that the message's header begins with | `IpAddr as OwnAddress`; in a nest of such a message `IpAddr as OuterAddress` |
/// | an enum or flags | a type by [`values!`](crate::values) or [`flags!`](crate::flags) |
/// | flags with a mask of those that are meant | `LampFlags as Bitfield<LampFlags>` |
/// | a struct or a nest | a view by this macro: `&Lamp as Lamp` |
/// | the index of a device, which can be given by name | `u32 as IfIndex` |
/// | a file descriptor | `u32 as Descriptor` |
/// | one of several with the same number | `Items<'_, u32> as Repeated<u32>` |
/// | the same, of which lists make one that holds all | `Parts<'_, Lamp> as Joined<Lamp>` |
/// | a nest of attributes of one type | `Items<'_, u32> as Array<u32>` |
/// | the same, and their numbers mean something | `Entries<'_, u32> as Numbered<u32>` |
/// | integers or other values of one length in a row | `Chunks<'_, u32> as Packed<u32>` |
/// | attributes of a table that another attribute chooses, such as the options of a kind | `&Nest as Chosen<LampData>`: [`Selector`](crate::Selector) |
/// | anything else | a type of your own that implements [`Codec`](crate::Codec), and [`Put`](crate::Put) to be written |
///
/// A mistake is reported on its line; where the compiler can't do that, it names it.
///
/// # What a request may say
///
/// `to_request` turns a listed object into a request. It keeps every field and attribute that the table knows, unless a
/// mark after `;`, last on the line, says otherwise:
///
/// | the line ends with | in a request made from what was listed |
/// | --- | --- |
/// | `; read_only` | left out: only the kernel sets it, such as a counter or a state |
/// | `; separate` | left out, though other requests can say it: a list means something else by it |
/// | `; bits(LampFlags::SETTABLE)` | only these flags are kept |
/// | `; unless(function)` | left out where `fn(&Scope<'_>) -> bool`, given the set around it, says so |
/// | `; sent_as(function)` | a number becomes what `fn(&Scope<'_>, u64) -> u64` makes of it |
///
/// Other marks say in which requests the kernel accepts an attribute that it silently ignores in others. Verbs refuse
/// what would be ignored, or send it in a request in which it is accepted; a `(function)` after a mark says in which
/// sets the mark holds.
///
/// | the line ends with | the kernel takes it in |
/// | --- | --- |
/// | `; ignored` | no request that adds or changes an object; `; ignored(function, "why")` tells whoever asks for it why |
/// | `; ignored_bits(function, "why")` | such requests, but not these bits: `fn(&Scope<'_>) -> u64` |
/// | `; when_added` | the request that adds the object |
/// | `; later` | requests that change the object |
///
/// A line may have several: `; separate; later`.
///
/// Errors name the builder's method that was called. Where that is not the one of the line, `; set_by("method")` says it, and
/// `; set_by(function, "method")` in which sets.
///
/// The kernel also ignores attributes that it does not know. `; needs("Linux 6.3")` says which kernels know one, where not
/// every supported one does (Linux 4.20 and later): verbs then compare what was asked with what the kernel tells
/// afterwards, and fail if it is missing there. Where a kernel that knows it does not tell every value, `;
/// taken_if(function)` decides: `fn(given: &[u8], told: Option<&[u8]>) -> bool`. What no kernel tells is `; untold`: for such an
/// option of a link's kind, verbs find out before whether the kernel knows it.
///
/// Attributes that a request needs but lists lack are appended by a function named after the attributes, `also
/// function`: `fn(&Scope<'_>, &mut Buffer)`, with [`append`](crate::append).
///
/// # What it makes
///
/// Names only, around functions that you can call yourself:
///
/// ```ignore
/// /// A lamp, as our module describes it.
/// #[repr(transparent)]
/// pub struct Lamp([u8]);                          // Eq, Hash: by its bytes; Debug prints all that is in it, by name
///
/// impl Lamp {
///     /// Its name. The key of `name`.
///     pub const LAMP_NAME: Attr<Lamp, Name> = Attr::new(1, "LAMP_NAME");
///
///     pub fn new(bytes: &[u8]) -> Result<&Lamp, DecodeError>;              // bytes seen as a lamp
///     pub fn as_bytes(&self) -> &[u8];
///     pub fn attributes(&self) -> Attributes<'_, Lamp>;                    // get, pick, raw
///     pub fn malformed(&self) -> impl Iterator<Item = Malformed>;
///     pub fn tail(&self) -> &[u8];
///     pub fn build() -> LampBuf;
///     pub fn to_buf(&self) -> LampBuf;                                     // a builder of the same bytes
///     pub fn to_request(&self) -> LampBuf;                                 // without what only the kernel sets
///
///     /// Which lamp, counted from 1.
///     pub fn index(&self) -> u32 { field::<u32, u32>(&self.0, 0) }
///
///     /// Its name.
///     pub fn name(&self) -> Option<&Name> { get::<Name, &Name, _>(self.attributes(), 1, "LAMP_NAME") }
/// }
///
/// pub struct LampBuf(PooledBuffer);                      // Clone, Default, Debug, Eq, Hash; derefs to Lamp
///
/// impl LampBuf {
///     pub fn view(&self) -> &Lamp;
///     pub fn to_buf(&self) -> LampBuf;
///     pub fn to_request(&self) -> LampBuf;
///     pub fn with<C: ?Sized>(self, key: Attr<Lamp, C>, value: impl Put<C>) -> LampBuf;
///
///     /// Which lamp, counted from 1.
///     pub fn index(mut self, index: impl Put<u32>) -> LampBuf { set_field::<u32>(&mut self.0, 0, index); self }
///
///     /// Its name.
///     pub fn name(self, name: impl Put<Name>) -> LampBuf { self.with(Lamp::LAMP_NAME, name) }
/// }
///
/// impl View for Lamp { /* the table, a row for each line */ }
/// impl Build for LampBuf { /* the buffer: what is sent */ }
/// impl Put<Lamp> for LampBuf { /* a lamp can be in an attribute */ }
/// ```
///
/// Its one line of `unsafe`, which casts bytes to `Lamp`, is checked by the macro: a crate that forbids `unsafe_code`
/// can use it.
#[macro_export]
macro_rules! netlink {
    (
        $(#[$meta:meta])*
        $vis:vis struct $View:ident / $Buf:ident
        $(header $header:ident : $length:literal {
            $($(#[$fmeta:meta])* $fname:ident = $at:literal => $field:tt : $fty:ty $(as $fcodec:ty)? $(; $fmark:ident $(($($farg:expr),+))?)*,)*
        })?
        $(rest {
            $(#[$rmeta:meta])* $rname:ident => $rest:tt : $rty:ty $(as $rcodec:ty)?,
        })?
        $(attributes {
            $($(#[$ameta:meta])* $KEY:ident = $number:expr => $name:tt : $ty:ty $(as $codec:ty)? $(; $mark:ident $(($($arg:expr),+))?)*,)*
        })?
        $(also $also:path)?
    ) => {
        $(#[$meta])*
        #[repr(transparent)]
        $vis struct $View([u8]);

        $($(const _: () = assert!(
            $crate::Field::of::<$crate::__codec!($fty $(, $fcodec)?)>("", "", $at).end() <= $length,
            concat!("`", stringify!($fname), "` extends past the end of `", stringify!($header), "`"),
        );)*)?

        // For a duplicate name the compiler reports the line here, elsewhere only the whole table.
        const _: () = {
            #[allow(dead_code, non_camel_case_types, reason = "methods and constants, not variants")]
            enum Names { new, build, to_buf, to_request, as_bytes, attributes, malformed, tail, view, with, without, $($($field,)*)? $($rest,)? $($($name, $KEY,)*)? }
        };

        impl $crate::View for $View {
            const HEADER: usize = 0 $(+ $length)?;
            const ATTRIBUTES: bool = $crate::__attributes!($(attributes $($KEY)*)?);
            const ROWS: &'static [$crate::Row] = &[$($(
                $crate::Row::of::<$View, $crate::__codec!($ty $(, $codec)?)>($View::$KEY, stringify!($name))
                    .marks(&[$($crate::__mark!($mark $($($arg),+)?)),*]),
            )*)?];

            fn table() -> &'static $crate::Table {
                static TABLE: $crate::Table = $crate::Table {
                    name: stringify!($View),
                    header_name: concat!($(stringify!($header))?),
                    header: <$View as $crate::View>::HEADER,
                    fields: &[$($(
                        $crate::Field::of::<$crate::__codec!($fty $(, $fcodec)?)>(
                            stringify!($fname), stringify!($field), $at,
                        ).marks(&[$($crate::__mark!($fmark $($($farg),+)?)),*]),
                    )*)? $(
                        $crate::Field::rest::<$crate::__codec!($rty $(, $rcodec)?)>(
                            stringify!($rname), stringify!($rest), <$View as $crate::View>::HEADER,
                        ),
                    )?],
                    attributes: <$View as $crate::View>::ATTRIBUTES,
                    rows: <$View as $crate::View>::ROWS,
                    also: $crate::__also!($($also)?),
                };
                &TABLE
            }

            #[inline]
            fn cast(bytes: &[u8]) -> &Self {
                $crate::__cast!(bytes, $View)
            }

            #[inline]
            fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        #[allow(dead_code, reason = "not every table needs all that it is given")]
        impl $View {
            $($(
                $(#[$ameta])*
                ///
                #[doc = concat!("The key of [`", stringify!($name), "`](Self::", stringify!($name), ").")]
                $vis const $KEY: $crate::Attr<$View, $crate::__codec!($ty $(, $codec)?)> =
                    $crate::Attr::new($number, stringify!($KEY));
            )*)?

            /// Casts bytes to this view: those of a message without its header, or of an attribute's payload.
            ///
            /// # Errors
            /// There are fewer bytes than the fixed header has, if attributes follow it.
            #[inline]
            $vis fn new(bytes: &[u8]) -> ::core::result::Result<&Self, $crate::DecodeError> {
                <Self as $crate::View>::read(bytes)
            }

            /// A builder with nothing set.
            #[inline]
            $vis fn build() -> $Buf {
                $Buf::default()
            }

            /// A builder with exactly these bytes, including what the kernel refuses in requests, which
            /// [`to_request`](Self::to_request) leaves out.
            $vis fn to_buf(&self) -> $Buf {
                <$Buf as $crate::Build>::from_view(self)
            }

            /// A builder of a request from a listed object, to add or delete it, or to change some of its attributes.
            ///
            /// It leaves out what only the kernel sets, such as counters and states, and if a list has something in two
            /// forms, it keeps the one for requests. [`to_buf`](Self::to_buf) copies everything.
            ///
            /// This is for listed objects. In a message that a program built it would leave out what only requests
            /// have, such as the time until a route expires: the builder's method of the same name keeps everything.
            $vis fn to_request(&self) -> $Buf {
                <$Buf as $crate::Build>::from_buffer($crate::Scope::of(self).to_request())
            }

            /// All the bytes.
            #[inline]
            $vis fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// The attributes, to read those without a getter, or several in one pass.
            #[inline]
            $vis fn attributes(&self) -> $crate::Attributes<'_, Self> {
                $crate::View::attributes_of(self)
            }

            /// The malformed attributes, here and in nests: each reads as absent.
            $vis fn malformed(&self) -> impl Iterator<Item = $crate::Malformed> + use<> {
                $crate::View::malformed_in(self).into_iter()
            }

            /// The bytes after the fixed header: the attributes, or what a newer kernel added to a struct.
            $vis fn tail(&self) -> &[u8] {
                self.0.get(<Self as $crate::View>::HEADER..).unwrap_or_default()
            }

            $($(
                $(#[$fmeta])*
                #[doc = concat!("(`", stringify!($fname), "`)")]
                $(#[doc = $crate::__mark_doc!($fmark $($($farg),+)?)])*
                #[inline]
                $vis fn $field(&self) -> $fty {
                    $crate::field::<$crate::__codec!($fty $(, $fcodec)?), $fty>(&self.0, $at)
                }
            )*)?

            $(
                $(#[$rmeta])*
                #[doc = concat!("(`", stringify!($rname), "`)")]
                #[inline]
                $vis fn $rest(&self) -> Option<$rty> {
                    $crate::rest::<$crate::__codec!($rty $(, $rcodec)?), $rty>(
                        &self.0, <$View as $crate::View>::HEADER,
                    )
                }
            )?

            $($(
                $(#[$ameta])*
                #[doc = concat!("([`", stringify!($KEY), "`](Self::", stringify!($KEY), "))")]
                $(#[doc = $crate::__mark_doc!($mark $($($arg),+)?)])*
                #[inline]
                $vis fn $name(&self) -> Option<$ty> {
                    $crate::get::<$crate::__codec!($ty $(, $codec)?), $ty, _>(
                        self.attributes(), Self::$KEY.number(), Self::$KEY.name(),
                    )
                }
            )*)?
        }

        impl ::core::fmt::Debug for $View {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&$crate::Scope::of(self), f)
            }
        }

        $crate::__serialize! { set $View, $Buf }

        impl ::core::cmp::PartialEq for $View {
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        }

        impl ::core::cmp::Eq for $View {}

        impl ::core::hash::Hash for $View {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }

        impl ::core::convert::AsRef<[u8]> for $View {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        #[doc = concat!("The builder of a [`", stringify!($View), "`].")]
        ///
        /// Builders are equal if they have the same bytes and the same devices by name.
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[must_use]
        $vis struct $Buf($crate::PooledBuffer);

        #[allow(dead_code, reason = "not every table needs all that it is given")]
        impl $Buf {
            /// The message built so far.
            #[inline(always)]
            $vis fn view(&self) -> &$View {
                self
            }

            /// A copy of the builder, including devices given by name.
            $vis fn to_buf(&self) -> Self {
                self.clone()
            }

            /// The same as [`to_buf`](Self::to_buf): what a program builds is a request already.
            $vis fn to_request(&self) -> Self {
                self.clone()
            }

            /// Sets an attribute by its key, replacing what was set under it before.
            #[inline(always)]
            $vis fn with<C: ?Sized>(mut self, key: $crate::Attr<$View, C>, value: impl $crate::Put<C>) -> Self {
                $crate::set(&mut self.0, key, value);
                self
            }

            /// Removes an attribute.
            #[inline(always)]
            $vis fn without<C: ?Sized>(mut self, key: $crate::Attr<$View, C>) -> Self {
                $crate::unset(&mut self.0, key);
                self
            }

            $($(
                $(#[$fmeta])*
                #[doc = concat!("(`", stringify!($fname), "`)")]
                #[inline(always)]
                $vis fn $field(mut self, $field: impl $crate::Put<$crate::__codec!($fty $(, $fcodec)?)>) -> Self {
                    $crate::set_field::<$crate::__codec!($fty $(, $fcodec)?)>(&mut self.0, $at, $field);
                    if const { $crate::may_be_ignored(&[$($crate::__mark!($fmark $($($farg),+)?)),*]) } {
                        $crate::note_field::<$crate::__codec!($fty $(, $fcodec)?)>(&mut self.0, $at);
                    }
                    self
                }
            )*)?

            $(
                $(#[$rmeta])*
                #[doc = concat!("(`", stringify!($rname), "`)")]
                $vis fn $rest(mut self, $rest: impl $crate::Put<$crate::__codec!($rty $(, $rcodec)?)>) -> Self {
                    $crate::set_rest::<$View, $crate::__codec!($rty $(, $rcodec)?)>(&mut self.0, $rest);
                    self
                }
            )?

            $($(
                $(#[$ameta])*
                #[doc = concat!("([`", stringify!($KEY), "`](", stringify!($View), "::", stringify!($KEY), "))")]
                #[inline(always)]
                $vis fn $name(self, $name: impl $crate::Put<$crate::__codec!($ty $(, $codec)?)>) -> Self {
                    self.with($View::$KEY, $name)
                }
            )*)?
        }

        impl ::core::default::Default for $Buf {
            #[inline]
            fn default() -> Self {
                $Buf($crate::PooledBuffer::new(<$View as $crate::View>::START))
            }
        }

        impl $crate::Build for $Buf {
            type View = $View;

            #[inline]
            fn buffer(&self) -> &$crate::Buffer {
                &self.0
            }

            #[inline]
            fn into_buffer(self) -> $crate::PooledBuffer {
                self.0
            }

            #[inline]
            fn from_buffer(buffer: $crate::PooledBuffer) -> Self {
                $Buf(buffer)
            }

            fn from_view(view: &$View) -> Self {
                $Buf($crate::Buffer::from_view(view))
            }
        }

        impl ::core::ops::Deref for $Buf {
            type Target = $View;

            #[inline]
            fn deref(&self) -> &$View {
                <$View as $crate::View>::cast(self.0.body())
            }
        }

        impl ::core::convert::AsRef<$View> for $Buf {
            fn as_ref(&self) -> &$View {
                self
            }
        }

        impl ::core::fmt::Debug for $Buf {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&**self, f)
            }
        }

        impl $crate::Put<$View> for $Buf {
            fn put(self, out: &mut $crate::Buffer) {
                out.push_body(&self.0);
            }
        }

        impl $crate::Put<$View> for &$Buf {
            fn put(self, out: &mut $crate::Buffer) {
                out.push_body(&self.0);
            }
        }
    };
}

/// The view cast. The type must be a `repr(transparent)` struct of `[u8]`, as the macros here make it.
#[doc(hidden)]
#[macro_export]
macro_rules! __cast {
    ($bytes:ident, $View:ident) => {{
        let bytes: &[u8] = $bytes;
        let _ = |view: &$View| -> *const [u8] { &view.0 };
        // SAFETY: the type is a transparent wrapper of `[u8]`, so that both references have one layout
        // and the same lifetime, and any bytes are a valid value of it.
        unsafe { &*(::core::ptr::from_ref::<[u8]>(bytes) as *const $View) }
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __attributes {
    () => {
        false
    };
    (attributes $($KEY:ident)*) => {
        true
    };
}

/// Codec of a line: the one after `as`, otherwise the type itself.
#[doc(hidden)]
#[macro_export]
macro_rules! __codec {
    ($ty:ty) => {
        $ty
    };
    ($ty:ty, $codec:ty) => {
        $codec
    };
}

/// What the feature `serde` adds to a view and its builder, or to a number with names.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serialize {
    (set $View:ident, $Buf:ident) => {
        /// A map of every field and attribute by name.
        impl $crate::serde::Serialize for $View {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(&$crate::Scope::of(self), serializer)
            }
        }

        impl $crate::serde::Serialize for $Buf {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(self.view(), serializer)
            }
        }
    };
    (plain $Name:ident) => {
        impl $crate::serde::Serialize for $Name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(&$crate::Plain::from(*self), serializer)
            }
        }
    };
}

#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serialize {
    ($($tokens:tt)*) => {};
}
