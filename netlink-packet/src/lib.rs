//! Netlink messages of any family, read in place and built in one pass, and the conversation around them without I/O.
