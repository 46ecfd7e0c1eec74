//! Programs: `bpf`.

use super::{FilterFlags, FilterKind, HasActions};
use crate::tc::TcHandle;
use crate::tc::action::{Action, Police};
use crate::tc::classic_bpf::instruction_count;
use crate::tc::given::Given as _;
use netlink_packet::{Array, Attr, Descriptor, Items, Scope, View as _, flags, netlink};
use std::os::fd::AsFd;

netlink! {
    /// A filter that is a BPF program: an eBPF one by its descriptor, or a classic one by its instructions.
    ///
    /// In direct action mode ([`direct`](Bpf::direct)) the program says the verdict itself.
    pub struct Bpf / BpfBuf
    attributes {
        /// Actions, in order.
        TCA_BPF_ACT = 1 => actions: Items<'_, Action> as Array<Action>,
        /// Policer in the old form; an [action](crate::tc::TakeActions::action) does the same.
        TCA_BPF_POLICE = 2 => police: &Police as Police,
        /// Class (`classid`, `flowid`) that the packets go to.
        TCA_BPF_CLASSID = 3 => class: TcHandle,
        /// Number of instructions of a classic program. [`classic`](BpfBuf::classic) sets it, too.
        TCA_BPF_OPS_LEN = 4 => instruction_count: u16,
        /// Instructions of a classic program: `struct sock_filter`, 8 bytes each.
        TCA_BPF_OPS = 5 => instructions: &[u8] as [u8],
        /// Descriptor of an eBPF program. Requests only: lists have its [id](Bpf::id).
        TCA_BPF_FD = 6 => program: u32 as Descriptor,
        /// Name of an eBPF program, for lists.
        TCA_BPF_NAME = 7 => name: &str as str; ignored(is_classic, "the program is a classic one"),
        /// Flags of the program.
        TCA_BPF_FLAGS = 8 => bpf_flags: BpfFlags,
        /// Flags of the filter (`flags_gen`).
        TCA_BPF_FLAGS_GEN = 9 => flags: FilterFlags; bits(FilterFlags::SETTABLE),
        /// Tag of an eBPF program: a hash of its instructions.
        TCA_BPF_TAG = 10 => tag: [u8; 8]; read_only,
        /// ID of an eBPF program, by which programs open it.
        TCA_BPF_ID = 11 => id: u32; read_only,
    }
}

flags! {
    /// Flags of a [`Bpf`] program: `TCA_BPF_FLAG_*`.
    pub struct BpfFlags: u32 = "" {
        /// Direct action: the program says the verdict.
        const ACT_DIRECT = 0x1 => "direct-action";
    }
}

fn is_classic(scope: &Scope<'_>) -> bool {
    Bpf::cast(scope.bytes()).instructions().is_some()
}

impl FilterKind for Bpf {
    const NAME: &'static str = "bpf";
}

impl HasActions for Bpf {
    const ACTIONS: Attr<Bpf, Array<Action>> = Bpf::TCA_BPF_ACT;
}

impl Bpf {
    /// An eBPF program in direct action mode, by its descriptor, as `bpf(2)` gives it for a program or a pin, with a name for
    /// lists: like `bpf direct-action fd FD`.
    pub fn direct(program: &impl AsFd, name: &str) -> BpfBuf {
        Bpf::build().program(program).name(name).bpf_flags(BpfFlags::ACT_DIRECT)
    }
}

impl BpfBuf {
    /// Sets the instructions of a classic program, `struct sock_filter`: like `bpf bytecode ...`.
    pub fn classic(self, instructions: &[u8]) -> Self {
        self.given(instruction_count(instructions), |bpf, count| {
            bpf.instruction_count(count).instructions(instructions)
        })
    }
}
