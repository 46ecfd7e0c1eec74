//! The messages of Linux's route family: links, addresses and what belongs to them.
