//! Socket filters (classic BPF): short programs that let the kernel drop datagrams before they use the receive
//! buffer.
//!
//! The program runs for each datagram. It loads values from it into the accumulator, compares, jumps forward, and
//! returns how many bytes of the datagram to keep. A load beyond the end drops the datagram.
//!
//! - Offset 0 is the first message's header. A datagram of a dump holds many messages; only the first is at a known offset.
//! - Loads are big-endian, but netlink headers are in host byte order: compare with [`host_half`] and [`host_word`].
//! - Replies to the socket's own requests are filtered too: accept them, or a request waits forever.
//!
//! Of all link and address events only those on new and changed links:
//!
//! ```
//! use netlink_sys::filter::{self, Instruction};
//! use netlink_sys::{Protocol, Socket};
//!
//! const RTM_NEWLINK: u16 = 16;
//!
//! # fn main() -> std::io::Result<()> {
//! let socket = Socket::new(Protocol::ROUTE)?;
//! socket.attach_filter(&[
//!     Instruction::load_half(4), // nlmsg_type
//!     Instruction::jump_if_equal(filter::host_half(RTM_NEWLINK), 0, 1),
//!     Instruction::ACCEPT,
//!     Instruction::DROP,
//! ])?;
//! # Ok(())
//! # }
//! ```
//!
//! The kernel's `Documentation/networking/filter.rst` describes classic BPF.

use std::fmt;

/// One instruction of a program: `struct sock_filter`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Instruction(libc::sock_filter);

impl Instruction {
    /// Keeps the datagram.
    pub const ACCEPT: Instruction = Instruction::keep(u32::MAX);

    /// Drops the datagram.
    pub const DROP: Instruction = Instruction::keep(0);

    /// An instruction from its fields, as in `linux/filter.h`: opcode, jump offset if a comparison is true, jump offset
    /// if it is false (both relative to the next instruction), and the operand `k`.
    pub const fn new(code: u16, if_true: u8, if_false: u8, operand: u32) -> Instruction {
        Instruction(libc::sock_filter { code, jt: if_true, jf: if_false, k: operand })
    }

    /// Returns: ends the program and keeps the first `length` bytes of the datagram.
    pub const fn keep(length: u32) -> Instruction {
        Instruction::new(RET, 0, 0, length)
    }

    /// Loads the byte at `offset`.
    pub const fn load_byte(offset: u32) -> Instruction {
        Instruction::new(LOAD_BYTE, 0, 0, offset)
    }

    /// Loads the 16-bit big-endian value at `offset`: see [`host_half`].
    pub const fn load_half(offset: u32) -> Instruction {
        Instruction::new(LOAD_HALF, 0, 0, offset)
    }

    /// Loads the 32-bit big-endian value at `offset`: see [`host_word`].
    pub const fn load_word(offset: u32) -> Instruction {
        Instruction::new(LOAD_WORD, 0, 0, offset)
    }

    /// Loads the length of the datagram.
    pub const fn load_length() -> Instruction {
        Instruction::new(LOAD_LENGTH, 0, 0, 0)
    }

    /// Bitwise AND of the loaded value with `mask`.
    pub const fn mask(mask: u32) -> Instruction {
        Instruction::new(AND, 0, 0, mask)
    }

    /// Jumps over the next `count` instructions.
    pub const fn jump(count: u32) -> Instruction {
        Instruction::new(JUMP, 0, 0, count)
    }

    /// Jumps over the next `then` instructions if the loaded value equals `value`, else over the next `otherwise`.
    pub const fn jump_if_equal(value: u32, then: u8, otherwise: u8) -> Instruction {
        Instruction::new(JUMP_EQUAL, then, otherwise, value)
    }

    /// Jumps over the next `then` instructions if the loaded value is greater than `value`, else over the next `otherwise`.
    pub const fn jump_if_greater(value: u32, then: u8, otherwise: u8) -> Instruction {
        Instruction::new(JUMP_GREATER, then, otherwise, value)
    }

    /// Jumps over the next `then` instructions if the loaded value has any bit of `mask`, else over the next `otherwise`.
    pub const fn jump_if_any(mask: u32, then: u8, otherwise: u8) -> Instruction {
        Instruction::new(JUMP_ANY, then, otherwise, mask)
    }
}

impl fmt::Debug for Instruction {
    /// Prints as `tcpdump -ddd` and `iptables -m bpf` do: opcode, jump offsets, operand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let libc::sock_filter { code, jt, jf, k } = self.0;
        write!(f, "{code} {jt} {jf} {k}")
    }
}

impl PartialEq for Instruction {
    fn eq(&self, other: &Instruction) -> bool {
        let parts = |&Instruction(raw): &Instruction| (raw.code, raw.jt, raw.jf, raw.k);
        parts(self) == parts(other)
    }
}

impl Eq for Instruction {}

/// The value that [`load_half`](Instruction::load_half) loads where `value` is stored in host byte order.
pub const fn host_half(value: u16) -> u32 {
    value.to_be() as u32
}

/// The value that [`load_word`](Instruction::load_word) loads where `value` is stored in host byte order.
pub const fn host_word(value: u32) -> u32 {
    value.to_be()
}

/// The opcode of an instruction, from its parts, which fit into 8 bits.
#[expect(clippy::cast_possible_truncation, reason = "libc's constants are wider than the field")]
const fn code(parts: u32) -> u16 {
    parts as u16
}

const LOAD_WORD: u16 = code(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS);
const LOAD_HALF: u16 = code(libc::BPF_LD | libc::BPF_H | libc::BPF_ABS);
const LOAD_BYTE: u16 = code(libc::BPF_LD | libc::BPF_B | libc::BPF_ABS);
const LOAD_LENGTH: u16 = code(libc::BPF_LD | libc::BPF_W | libc::BPF_LEN);
const AND: u16 = code(libc::BPF_ALU | libc::BPF_AND | libc::BPF_K);
const JUMP: u16 = code(libc::BPF_JMP | libc::BPF_JA);
const JUMP_EQUAL: u16 = code(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K);
const JUMP_GREATER: u16 = code(libc::BPF_JMP | libc::BPF_JGT | libc::BPF_K);
const JUMP_ANY: u16 = code(libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K);
const RET: u16 = code(libc::BPF_RET | libc::BPF_K);
