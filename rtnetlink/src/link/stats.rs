//! Link counters (`struct rtnl_link_stats64`) and hardware map.

use netlink_packet::netlink;

netlink! {
    /// Interface statistics: `struct rtnl_link_stats64`.
    pub struct LinkStats / LinkStatsBuf
    header rtnl_link_stats64: 200 {
        /// Packets received.
        rx_packets = 0 => rx_packets: u64,
        /// Packets transmitted.
        tx_packets = 8 => tx_packets: u64,
        /// Bytes received.
        rx_bytes = 16 => rx_bytes: u64,
        /// Bytes transmitted.
        tx_bytes = 24 => tx_bytes: u64,
        /// Bad packets received: all receive errors.
        rx_errors = 32 => rx_errors: u64,
        /// Transmit errors: all kinds.
        tx_errors = 40 => tx_errors: u64,
        /// Received packets dropped by the host, such as for lack of memory or an unknown protocol.
        rx_dropped = 48 => rx_dropped: u64,
        /// Packets dropped before transmission, such as for lack of memory.
        tx_dropped = 56 => tx_dropped: u64,
        /// Multicast packets received.
        multicast = 64 => multicast: u64,
        /// Collisions during transmission.
        collisions = 72 => collisions: u64,
        /// Receive errors: invalid length.
        rx_length_errors = 80 => rx_length_errors: u64,
        /// Receive errors: ring buffer overflow, or packet too long for it.
        rx_over_errors = 88 => rx_over_errors: u64,
        /// Receive errors: bad CRC.
        rx_crc_errors = 96 => rx_crc_errors: u64,
        /// Receive errors: frame alignment.
        rx_frame_errors = 104 => rx_frame_errors: u64,
        /// Receive errors: FIFO overrun.
        rx_fifo_errors = 112 => rx_fifo_errors: u64,
        /// Receive errors: packets missed because the host supplied no buffers in time.
        rx_missed_errors = 120 => rx_missed_errors: u64,
        /// Transmit errors: aborted, such as after too many collisions.
        tx_aborted_errors = 128 => tx_aborted_errors: u64,
        /// Transmit errors: carrier lost.
        tx_carrier_errors = 136 => tx_carrier_errors: u64,
        /// Transmit errors: FIFO underrun.
        tx_fifo_errors = 144 => tx_fifo_errors: u64,
        /// Transmit errors: heartbeat (SQE test) on half-duplex Ethernet.
        tx_heartbeat_errors = 152 => tx_heartbeat_errors: u64,
        /// Transmit errors: late collisions (out of window).
        tx_window_errors = 160 => tx_window_errors: u64,
        /// Compressed packets received (CSLIP, PPP).
        rx_compressed = 168 => rx_compressed: u64,
        /// Compressed packets transmitted (CSLIP, PPP).
        tx_compressed = 176 => tx_compressed: u64,
        /// Packets received and dropped for lack of a handler, such as on a bond's backup port.
        rx_nohandler = 184 => rx_nohandler: u64,
        /// Packets dropped because they were addressed to another host.
        rx_otherhost_dropped = 192 => rx_otherhost_dropped: u64,
    }
}

netlink! {
    /// Interface statistics as 32-bit counters, which wrap: `struct rtnl_link_stats`.
    pub struct LinkStats32 / LinkStats32Buf
    header rtnl_link_stats: 96 {
        /// Packets received.
        rx_packets = 0 => rx_packets: u32,
        /// Packets transmitted.
        tx_packets = 4 => tx_packets: u32,
        /// Bytes received.
        rx_bytes = 8 => rx_bytes: u32,
        /// Bytes transmitted.
        tx_bytes = 12 => tx_bytes: u32,
        /// Bad packets received: all receive errors.
        rx_errors = 16 => rx_errors: u32,
        /// Transmit errors: all kinds.
        tx_errors = 20 => tx_errors: u32,
        /// Received packets dropped by the host, such as for lack of memory or an unknown protocol.
        rx_dropped = 24 => rx_dropped: u32,
        /// Packets dropped before transmission, such as for lack of memory.
        tx_dropped = 28 => tx_dropped: u32,
        /// Multicast packets received.
        multicast = 32 => multicast: u32,
        /// Collisions during transmission.
        collisions = 36 => collisions: u32,
        /// Receive errors: invalid length.
        rx_length_errors = 40 => rx_length_errors: u32,
        /// Receive errors: ring buffer overflow, or packet too long for it.
        rx_over_errors = 44 => rx_over_errors: u32,
        /// Receive errors: bad CRC.
        rx_crc_errors = 48 => rx_crc_errors: u32,
        /// Receive errors: frame alignment.
        rx_frame_errors = 52 => rx_frame_errors: u32,
        /// Receive errors: FIFO overrun.
        rx_fifo_errors = 56 => rx_fifo_errors: u32,
        /// Receive errors: packets missed because the host supplied no buffers in time.
        rx_missed_errors = 60 => rx_missed_errors: u32,
        /// Transmit errors: aborted, such as after too many collisions.
        tx_aborted_errors = 64 => tx_aborted_errors: u32,
        /// Transmit errors: carrier lost.
        tx_carrier_errors = 68 => tx_carrier_errors: u32,
        /// Transmit errors: FIFO underrun.
        tx_fifo_errors = 72 => tx_fifo_errors: u32,
        /// Transmit errors: heartbeat (SQE test) on half-duplex Ethernet.
        tx_heartbeat_errors = 76 => tx_heartbeat_errors: u32,
        /// Transmit errors: late collisions (out of window).
        tx_window_errors = 80 => tx_window_errors: u32,
        /// Compressed packets received (CSLIP, PPP).
        rx_compressed = 84 => rx_compressed: u32,
        /// Compressed packets transmitted (CSLIP, PPP).
        tx_compressed = 88 => tx_compressed: u32,
        /// Packets received and dropped for lack of a handler, such as on a bond's backup port.
        rx_nohandler = 92 => rx_nohandler: u32,
    }
}

netlink! {
    /// Hardware resources of a device: `struct rtnl_link_ifmap`.
    pub struct LinkMap / LinkMapBuf
    header rtnl_link_ifmap: 32 {
        /// Start address of the device's memory.
        mem_start = 0 => memory_start: u64,
        /// End address of the device's memory.
        mem_end = 8 => memory_end: u64,
        /// Base I/O address.
        base_addr = 16 => base_address: u64,
        /// Interrupt number (IRQ).
        irq = 24 => interrupt: u16,
        /// DMA channel.
        dma = 26 => dma: u8,
        /// Connector (port) type.
        port = 27 => connector: u8,
    }
}
