//! Tables: one row for each attribute, and their readers: printing, error paths, the schema.

pub(crate) mod data;
mod r#macro;
pub(crate) mod read;
mod row;
#[cfg(feature = "serde")]
mod serialize;
