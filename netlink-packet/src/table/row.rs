//! Rows and fields, made from the codecs that the lines of a table name.

use super::data::{Field, Mark, Marks, Row, Scope, Type};
use crate::attribute::{Attr, NLA_TYPE_MASK};
use crate::codec::{Codec, Fixed};

impl Field {
    /// The field at offset `at` in its header, by the kernel's name and ours.
    pub const fn of<C: Fixed>(name: &'static str, field: &'static str, at: usize) -> Self {
        Field { name, field, at, size: C::SIZE, value: Type::of::<C>(), marks: Marks::new(&[]) }
    }

    /// What follows all fields up to the end.
    pub const fn rest<C: Codec + ?Sized>(name: &'static str, field: &'static str, at: usize) -> Self {
        Field { name, field, at, size: 0, value: Type::of::<C>(), marks: Marks::new(&[]) }
    }

    /// The same with these marks.
    pub const fn marks(self, marks: &'static [Mark]) -> Self {
        Field { marks: Marks::new(marks), ..self }
    }

    /// Where the bytes after it begin.
    pub const fn end(&self) -> usize {
        self.at + self.size
    }
}

impl Row {
    /// The builder's method that sets it, in this set if that is known: errors name it.
    pub fn setter(&self, scope: Option<&Scope<'_>>) -> &'static str {
        self.marks.set_by(scope).unwrap_or(self.field)
    }

    /// The row of a key, with our name for the attribute.
    pub const fn of<S: ?Sized, C: Codec + ?Sized>(key: Attr<S, C>, field: &'static str) -> Self {
        let flags = key.number_and_flags() & !NLA_TYPE_MASK;
        Row {
            name: key.name(),
            field,
            number: key.number(),
            flags,
            value: Type::of::<C>(),
            marks: Marks::new(&[]),
        }
    }

    /// The same with these marks.
    pub const fn marks(self, marks: &'static [Mark]) -> Self {
        Row { marks: Marks::new(marks), ..self }
    }
}
