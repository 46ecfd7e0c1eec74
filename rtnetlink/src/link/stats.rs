//! What a link has counted, and where its hardware is.

use netlink_packet::netlink;

netlink! {
    /// What a link has counted: `struct rtnl_link_stats64`.
    pub struct LinkStats / LinkStatsBuf
    header rtnl_link_stats64: 200 {
        /// Packets received.
        rx_packets = 0 => rx_packets: u64,
        /// Packets sent.
        tx_packets = 8 => tx_packets: u64,
        /// Bytes received.
        rx_bytes = 16 => rx_bytes: u64,
        /// Bytes sent.
        tx_bytes = 24 => tx_bytes: u64,
        /// Bad packets received.
        rx_errors = 32 => rx_errors: u64,
        /// Packets that could not be sent.
        tx_errors = 40 => tx_errors: u64,
        /// Good packets that were dropped on their way in, for want of memory for one.
        rx_dropped = 48 => rx_dropped: u64,
        /// Packets that were dropped on their way out.
        tx_dropped = 56 => tx_dropped: u64,
        /// Packets received for groups.
        multicast = 64 => multicast: u64,
        /// Collisions while sending.
        collisions = 72 => collisions: u64,
        /// Packets received of a wrong length.
        rx_length_errors = 80 => rx_length_errors: u64,
        /// Packets too long for the receiver's ring.
        rx_over_errors = 88 => rx_over_errors: u64,
        /// Packets received with a wrong checksum.
        rx_crc_errors = 96 => rx_crc_errors: u64,
        /// Packets received that were not aligned.
        rx_frame_errors = 104 => rx_frame_errors: u64,
        /// Times that the receiver's queue overran.
        rx_fifo_errors = 112 => rx_fifo_errors: u64,
        /// Packets missed because the host had no room.
        rx_missed_errors = 120 => rx_missed_errors: u64,
        /// Packets that the sender gave up.
        tx_aborted_errors = 128 => tx_aborted_errors: u64,
        /// Packets not sent for want of a carrier.
        tx_carrier_errors = 136 => tx_carrier_errors: u64,
        /// Times that the sender's queue ran empty.
        tx_fifo_errors = 144 => tx_fifo_errors: u64,
        /// Heartbeats missed while sending.
        tx_heartbeat_errors = 152 => tx_heartbeat_errors: u64,
        /// Collisions that came too late.
        tx_window_errors = 160 => tx_window_errors: u64,
        /// Compressed packets received.
        rx_compressed = 168 => rx_compressed: u64,
        /// Compressed packets sent.
        tx_compressed = 176 => tx_compressed: u64,
        /// Packets for which there was no protocol, or whose port is inactive.
        rx_nohandler = 184 => rx_nohandler: u64,
        /// Packets that were for another host.
        rx_otherhost_dropped = 192 => rx_otherhost_dropped: u64,
    }
}

netlink! {
    /// What a link has counted, in 32 bits that wrap: `struct rtnl_link_stats`.
    pub struct LinkStats32 / LinkStats32Buf
    header rtnl_link_stats: 96 {
        /// Packets received.
        rx_packets = 0 => rx_packets: u32,
        /// Packets sent.
        tx_packets = 4 => tx_packets: u32,
        /// Bytes received.
        rx_bytes = 8 => rx_bytes: u32,
        /// Bytes sent.
        tx_bytes = 12 => tx_bytes: u32,
        /// Bad packets received.
        rx_errors = 16 => rx_errors: u32,
        /// Packets that could not be sent.
        tx_errors = 20 => tx_errors: u32,
        /// Good packets that were dropped on their way in, for want of memory for one.
        rx_dropped = 24 => rx_dropped: u32,
        /// Packets that were dropped on their way out.
        tx_dropped = 28 => tx_dropped: u32,
        /// Packets received for groups.
        multicast = 32 => multicast: u32,
        /// Collisions while sending.
        collisions = 36 => collisions: u32,
        /// Packets received of a wrong length.
        rx_length_errors = 40 => rx_length_errors: u32,
        /// Packets too long for the receiver's ring.
        rx_over_errors = 44 => rx_over_errors: u32,
        /// Packets received with a wrong checksum.
        rx_crc_errors = 48 => rx_crc_errors: u32,
        /// Packets received that were not aligned.
        rx_frame_errors = 52 => rx_frame_errors: u32,
        /// Times that the receiver's queue overran.
        rx_fifo_errors = 56 => rx_fifo_errors: u32,
        /// Packets missed because the host had no room.
        rx_missed_errors = 60 => rx_missed_errors: u32,
        /// Packets that the sender gave up.
        tx_aborted_errors = 64 => tx_aborted_errors: u32,
        /// Packets not sent for want of a carrier.
        tx_carrier_errors = 68 => tx_carrier_errors: u32,
        /// Times that the sender's queue ran empty.
        tx_fifo_errors = 72 => tx_fifo_errors: u32,
        /// Heartbeats missed while sending.
        tx_heartbeat_errors = 76 => tx_heartbeat_errors: u32,
        /// Collisions that came too late.
        tx_window_errors = 80 => tx_window_errors: u32,
        /// Compressed packets received.
        rx_compressed = 84 => rx_compressed: u32,
        /// Compressed packets sent.
        tx_compressed = 88 => tx_compressed: u32,
        /// Packets for which there was no protocol, or whose port is inactive.
        rx_nohandler = 92 => rx_nohandler: u32,
    }
}

netlink! {
    /// Where a link's hardware is in the machine: `struct rtnl_link_ifmap`.
    pub struct LinkMap / LinkMapBuf
    header rtnl_link_ifmap: 32 {
        /// Where its memory begins.
        mem_start = 0 => memory_start: u64,
        /// Where its memory ends.
        mem_end = 8 => memory_end: u64,
        /// Its input and output addresses.
        base_addr = 16 => base_address: u64,
        /// Its interrupt.
        irq = 24 => interrupt: u16,
        /// Its channel of direct memory access.
        dma = 26 => dma: u8,
        /// Its connector.
        port = 27 => connector: u8,
    }
}
