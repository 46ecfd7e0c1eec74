//! The verbs of ip(8) for Rust programs, async and blocking: links, addresses, namespaces.
