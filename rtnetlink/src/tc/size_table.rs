//! Size tables: by which the size of packets is adapted to a link layer.

use netlink_packet::{Chunks, Packed, netlink};

netlink! {
    /// A size table (stab): how large packets are on a link layer, like `stab overhead 18 linklayer ethernet`.
    pub struct SizeTable / SizeTableBuf
    attributes {
        /// Base: how the table is used.
        TCA_STAB_BASE = 1 => base: &SizeSpec as SizeSpec,
        /// Data: the sizes, a packet's by its number of cells.
        TCA_STAB_DATA = 2 => data: Chunks<'_, u16> as Packed<u16>,
    }
}

netlink! {
    /// Size specification: `struct tc_sizespec`.
    pub struct SizeSpec / SizeSpecBuf
    header tc_sizespec: 24 {
        /// Cell size as a logarithm.
        cell_log = 0 => cell_log: u8,
        /// Size unit of the table as a logarithm.
        size_log = 1 => size_log: u8,
        /// Cell alignment.
        cell_align = 2 => cell_align: i16,
        /// Overhead in bytes that is added to each packet.
        overhead = 4 => overhead: i32,
        /// Link layer, by the numbers of [`LinkLayer`](super::LinkLayer).
        linklayer = 8 => link_layer: u32,
        /// Minimum packet unit (MPU): the size in bytes that shorter packets count as.
        mpu = 12 => mpu: u32,
        /// Largest packet (MTU) that the table knows, in bytes.
        mtu = 16 => mtu: u32,
        /// Table size: number of sizes.
        tsize = 20 => table_size: u32,
    }
}
