//! Tables: one row for each attribute, and what reads the rows: printing, error paths, the schema.

pub(crate) mod data;
mod r#macro;
pub(crate) mod read;
mod row;
#[cfg(feature = "serde")]
mod serialize;
