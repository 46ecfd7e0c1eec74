//! One task a file beside this one: `cargo run --example NAME`.
