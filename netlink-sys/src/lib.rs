//! Netlink sockets of Linux: every option, nothing copied, for blocking, mio and tokio programs.
