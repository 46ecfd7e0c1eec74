/// Where a datagram comes from or goes to: `struct sockaddr_nl`, netlink(7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// The port id (`nl_pid`): 0 is the kernel, anything else one socket of this protocol and network namespace.
    pub port: u32,
    /// The multicast groups 1 to 32 as a mask (`nl_groups`): group 1 is bit 0.
    ///
    /// Groups beyond 32 don't fit in here: receive their numbers with
    /// [`set_packet_info`](crate::Socket::set_packet_info), join them with
    /// [`add_membership`](crate::Socket::add_membership).
    pub groups: u32,
}

impl Address {
    /// The kernel.
    pub const KERNEL: Address = Address { port: 0, groups: 0 };
}
