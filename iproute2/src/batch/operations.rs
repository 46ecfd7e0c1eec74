//! What a batch is made of: an iterator, a vector, an array or a tuple of requests.

use super::operation::Operation;
use std::{array, vec};

/// What [`Handle::batch`](crate::Handle::batch) takes.
///
/// | given | such as |
/// | --- | --- |
/// | an iterator over requests of one type, or over [`Operation`]s | `(1..=100).map(\|host\| ip.address().add("lo", ...))` |
/// | a vector of either | `requests.collect::<Vec<_>>()` |
/// | requests of different types, up to twelve in a tuple | `(ip.link().add(...), ip.address().add(...))` |
/// | an array of operations | `[ip.link().add(...).into(), ip.address().add(...).into()]` |
///
/// `Form` is one of the four and always inferred. An array holds operations and nothing else, so that the compiler knows what
/// `into` makes of its requests.
#[diagnostic::on_unimplemented(
    message = "a batch can't be made of `{Self}`",
    label = "not an iterator, vector or tuple of requests, nor an array of operations",
    note = "in an array, turn each request into an operation: `[a.into(), b.into()]`, or write a tuple: `(a, b)`"
)]
pub trait IntoOperations<Form> {
    /// The operations, one after another.
    type Operations: Iterator<Item: Into<Operation>>;

    /// Turns it into its operations.
    fn into_operations(self) -> Self::Operations;
}

/// The form of iterators.
#[derive(Debug)]
pub enum Iterated {}

/// The form of vectors.
#[derive(Debug)]
pub enum Collected {}

/// The form of arrays.
#[derive(Debug)]
pub enum Listed {}

/// The form of tuples.
#[derive(Debug)]
pub enum Grouped {}

impl<I: Iterator<Item: Into<Operation>>> IntoOperations<Iterated> for I {
    type Operations = I;

    fn into_operations(self) -> I {
        self
    }
}

impl<T: Into<Operation>> IntoOperations<Collected> for Vec<T> {
    type Operations = vec::IntoIter<T>;

    fn into_operations(self) -> vec::IntoIter<T> {
        self.into_iter()
    }
}

impl<const N: usize> IntoOperations<Listed> for [Operation; N] {
    type Operations = array::IntoIter<Operation, N>;

    fn into_operations(self) -> array::IntoIter<Operation, N> {
        self.into_iter()
    }
}

macro_rules! of_tuples {
    ($($count:literal: $($part:ident)*),*) => { $(
        impl<$($part: Into<Operation>),*> IntoOperations<Grouped> for ($($part,)*) {
            type Operations = array::IntoIter<Operation, $count>;

            fn into_operations(self) -> array::IntoIter<Operation, $count> {
                #[expect(non_snake_case, reason = "the parts are called as their types")]
                let ($($part,)*) = self;
                [$($part.into()),*].into_iter()
            }
        }
    )* };
}

of_tuples! {
    1: A, 2: A B, 3: A B C, 4: A B C D, 5: A B C D E, 6: A B C D E F, 7: A B C D E F G, 8: A B C D E F G H,
    9: A B C D E F G H I, 10: A B C D E F G H I J, 11: A B C D E F G H I J K, 12: A B C D E F G H I J K L
}
