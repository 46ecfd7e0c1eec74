//! The entry points of fuzzers: arbitrary bytes as messages, as the basis of builders, and as replies of a kernel.
//!
//! The targets are functions of bytes, which cargo-fuzz calls (`fuzz_targets`) and so does [`run`](../run/index.html),
//! with the mutator of [`mutate`] and the captures as seeds.

mod building;
#[path = "../../netlink-packet/tests/captures/mod.rs"]
mod captures;
mod conversation;
mod messages;
pub mod mutate;
pub mod seeds;
mod sets;

pub use building::building;
pub use conversation::conversation;
pub use messages::messages;

/// A function that is given arbitrary bytes and panics if something is wrong.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// The function.
    pub run: fn(&[u8]),
    /// The seeds.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Where attributes begin in an input.
    pub attributes: fn(&[u8]) -> usize,
}

/// All targets.
pub const TARGETS: [Target; 3] = [
    Target { name: "messages", run: messages, seeds: seeds::messages, attributes: messages::attributes },
    Target { name: "building", run: building, seeds: seeds::building, attributes: building::attributes },
    Target { name: "conversation", run: conversation, seeds: seeds::conversation, attributes: |_| 0 },
];

/// Bytes at the start of an input that select what the others are; as many as keep attributes aligned.
const CHOICE: usize = 4;

/// An input: what the bytes are, by its place in the list of all, and the bytes.
fn input(choice: usize, bytes: &[u8]) -> Vec<u8> {
    let choice = u32::try_from(choice).expect("lists are short");
    [&choice.to_le_bytes()[..], bytes].concat()
}

/// The number that an input begins with, and the rest; `None` if it is too short.
fn choose(input: &[u8], count: usize) -> Option<(usize, &[u8])> {
    let (choice, bytes) = input.split_first_chunk::<CHOICE>()?;
    Some((u32::from_le_bytes(*choice) as usize % count, bytes))
}
