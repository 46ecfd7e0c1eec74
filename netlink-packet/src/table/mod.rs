//! Tables: one row for each attribute, and what reads the rows: printing, error paths, the schema.

mod r#macro;

pub use r#macro::{Field, Inside, Malformed, Row, Schema, Scope, Table, Type, Values};
pub(crate) use r#macro::LIST;
