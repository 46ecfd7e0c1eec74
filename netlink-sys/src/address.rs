/// Netlink address, the source or destination of a datagram: `struct sockaddr_nl`, netlink(7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// Port id (`nl_pid`): 0 is the kernel; any other value is one socket of this protocol in this network namespace.
    pub port: u32,
    /// Multicast groups 1 to 32 as a bit mask (`nl_groups`): group 1 is bit 0.
    ///
    /// Groups above 32 have no bit here: receive their numbers with
    /// [`set_packet_info`](crate::Socket::set_packet_info), join them with
    /// [`add_membership`](crate::Socket::add_membership).
    pub groups: u32,
}

impl Address {
    /// The kernel.
    pub const KERNEL: Address = Address { port: 0, groups: 0 };
}
