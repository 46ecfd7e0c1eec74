//! Programs: `bpf`.

use super::{ActionKind, ActionTimes};
use crate::tc::classic_bpf::instruction_count;
use crate::tc::given::Given as _;
use netlink_packet::{Attr, Descriptor, Scope, View as _, netlink};
use std::os::fd::AsFd;

netlink! {
    /// A BPF program decides: an eBPF one by its descriptor, or a classic one by its instructions.
    pub struct Bpf / BpfBuf
    attributes {
        /// Times: when it was added and used.
        TCA_ACT_BPF_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_ACT_BPF_PARMS = 2 => parameters: &BpfParameters as BpfParameters,
        /// Number of instructions of a classic program. [`classic`](BpfBuf::classic) sets it, too.
        TCA_ACT_BPF_OPS_LEN = 3 => instruction_count: u16,
        /// Instructions of a classic program: `struct sock_filter`, 8 bytes each.
        TCA_ACT_BPF_OPS = 4 => instructions: &[u8] as [u8],
        /// Descriptor of an eBPF program. Requests only: lists have its [id](Bpf::id).
        TCA_ACT_BPF_FD = 5 => program: u32 as Descriptor,
        /// Name of an eBPF program, for lists.
        TCA_ACT_BPF_NAME = 6 => name: &str as str; ignored(is_classic, "the program is a classic one"),
        /// Tag of an eBPF program: a hash of its instructions.
        TCA_ACT_BPF_TAG = 8 => tag: [u8; 8]; read_only,
        /// ID of an eBPF program, by which programs open it.
        TCA_ACT_BPF_ID = 9 => id: u32; read_only,
    }
}

parameters! {
    /// Parameters of `bpf`: `struct tc_act_bpf`.
    pub struct BpfParameters / BpfParametersBuf = tc_act_bpf: 20 {}
}

fn is_classic(scope: &Scope<'_>) -> bool {
    Bpf::cast(scope.bytes()).instructions().is_some()
}

impl ActionKind for Bpf {
    const NAME: &'static str = "bpf";
    type Parameters = BpfParametersBuf;
    const PARAMETERS: Attr<Bpf, BpfParameters> = Bpf::TCA_ACT_BPF_PARMS;
}

impl Bpf {
    /// An eBPF program by its descriptor, as `bpf(2)` gives it for a program or a pin, with a name for lists.
    pub fn of(program: &impl AsFd, name: &str) -> BpfBuf {
        Bpf::build().program(program).name(name)
    }
}

impl BpfBuf {
    /// Sets the instructions of a classic program, `struct sock_filter`: like `action bpf bytecode ...`.
    pub fn classic(self, instructions: &[u8]) -> Self {
        self.given(instruction_count(instructions), |bpf, count| {
            bpf.instruction_count(count).instructions(instructions)
        })
    }
}
