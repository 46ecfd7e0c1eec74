//! Values without their types, as in JSON and the like.

use crate::attribute::RawAttributes;
use crate::table::data::Plain;
use std::borrow::Cow;
use std::time::Duration;

impl<'a> Plain<'a> {
    /// Bytes that are not text: hexadecimal digits, as `ip -j` prints them.
    pub fn hex(bytes: &[u8]) -> Self {
        use std::fmt::Write as _;
        let mut digits = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            let _ = write!(digits, "{byte:02x}");
        }
        digits.into()
    }

    /// A printed value as text.
    pub fn shown(value: impl std::fmt::Display) -> Self {
        value.to_string().into()
    }

    /// Attributes without a table, by number; bytes that are not attributes as [`hex`](Self::hex).
    pub fn raw(payload: &'a [u8]) -> Self {
        let mut raw = RawAttributes::new(payload);
        if raw.by_ref().count() == 0 || !raw.rest().is_empty() {
            return Plain::hex(payload);
        }
        let entries = RawAttributes::new(payload);
        Plain::Map(entries.map(|raw| (raw.number().to_string().into(), Plain::hex(raw.payload))).collect())
    }

    /// Flags: the words of those that are set, and a number for bits without a word.
    #[doc(hidden)]
    pub fn flags(bits: u64, words: &[(u64, &'static str)]) -> Self {
        let mut left = bits;
        let mut list = Vec::new();
        for &(flag, word) in words {
            if flag != 0 && bits & flag == flag && left & flag != 0 {
                list.push(word.into());
                left &= !flag;
            }
        }
        if left != 0 {
            list.push(left.into());
        }
        Plain::List(list)
    }

    /// The same, owned.
    pub fn into_owned(self) -> Plain<'static> {
        let owned = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        match self {
            Plain::Null => Plain::Null,
            Plain::Bool(value) => Plain::Bool(value),
            Plain::Unsigned(value) => Plain::Unsigned(value),
            Plain::Signed(value) => Plain::Signed(value),
            Plain::Float(value) => Plain::Float(value),
            Plain::Text(text) => Plain::Text(owned(text)),
            Plain::List(list) => Plain::List(list.into_iter().map(Plain::into_owned).collect()),
            Plain::Map(map) => {
                Plain::Map(map.into_iter().map(|(name, value)| (owned(name), value.into_owned())).collect())
            }
            Plain::Set(table, bytes) => Plain::Set(table, Cow::Owned(bytes.into_owned())),
        }
    }
}

macro_rules! plain_numbers {
    ($($Variant:ident: $($int:ident)*;)*) => { $($(
        impl From<$int> for Plain<'_> {
            fn from(number: $int) -> Self {
                Plain::$Variant(number.into())
            }
        }
    )*)* };
}

plain_numbers! {
    Unsigned: u8 u16 u32 u64;
    Signed: i8 i16 i32 i64;
    Float: f32 f64;
    Bool: bool;
}

impl<'a> From<&'a str> for Plain<'a> {
    fn from(text: &'a str) -> Self {
        Plain::Text(text.into())
    }
}

impl From<String> for Plain<'_> {
    fn from(text: String) -> Self {
        Plain::Text(text.into())
    }
}

/// Seconds.
impl From<Duration> for Plain<'_> {
    fn from(time: Duration) -> Self {
        Plain::Float(time.as_secs_f64())
    }
}

impl<'a, T: Into<Plain<'a>>> From<Option<T>> for Plain<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Plain::Null, Into::into)
    }
}

impl<'a, T: Into<Plain<'a>>> FromIterator<T> for Plain<'a> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Plain::List(values.into_iter().map(Into::into).collect())
    }
}

#[cfg(feature = "serde")]
mod serialize {
    use crate::table::data::{Plain, Scope};
    use serde::{Serialize, Serializer};

    impl Serialize for Plain<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Plain::Null => serializer.serialize_none(),
                Plain::Bool(value) => serializer.serialize_bool(*value),
                Plain::Unsigned(value) => serializer.serialize_u64(*value),
                Plain::Signed(value) => serializer.serialize_i64(*value),
                Plain::Float(value) => serializer.serialize_f64(*value),
                Plain::Text(text) => serializer.serialize_str(text),
                Plain::List(list) => serializer.collect_seq(list),
                Plain::Map(map) => serializer.collect_map(map.iter().map(|(name, value)| (&**name, value))),
                Plain::Set(table, bytes) => Scope::new(table, bytes).serialize(serializer),
            }
        }
    }
}
