//! Every attribute that requests can set: given in a request that creates an object and in one that changes it, and
//! read back. Each has a row with its outcome, so that an outcome must be chosen for every new attribute; none is
//! accepted and ignored.
//!
//! | file | what |
//! | --- | --- |
//! | `walk.rs` | what is done with each row |
//! | `links.rs` | links; their kinds and ports have `../kinds` |
//! | `addresses.rs`, `routes.rs`, `neighbours.rs`, ... | other nouns, by the name of the file |
//! | `headers.rs` | the fields of the fixed headers, and their flags |
//! | `nests.rs` | what is inside of attributes |
//! | `others.rs` | those that have no verb to add or change as the others have |

#![cfg(feature = "tokio")]

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/attributes.rs"]
mod attributes;

#[path = "../support/cases.rs"]
mod cases;

mod addresses;
mod headers;
mod links;
mod neighbours;
mod nests;
mod nexthops;
mod others;
mod routes;
mod rules;
mod walk;
