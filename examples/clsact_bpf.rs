//! Drops packets longer than 1000 bytes that a link receives, by a BPF program in direct action mode, like
//!
//! ```text
//! tc qdisc add dev v0 clsact
//! tc filter add dev v0 ingress prio 1 bpf da bytecode '4,128 0 0 0,37 0 1 1000,6 0 0 2,6 0 0 4294967295,'
//! tc filter show dev v0 ingress
//! ```
//!
//! This one is a classic program, which is its instructions. An eBPF program, as libraries for it load one or open its pin, goes by
//! its descriptor: `Bpf::direct(&program, "name").ingress()`.
//!
//! ```text
//! cargo run --example clsact_bpf
//! ```
//! It creates the veth pair `v0`, `v1` for that.

use iproute2::rtnetlink::tc::filter::Bpf;
use iproute2::rtnetlink::tc::filter::bpf::BpfFlags;
use iproute2::rtnetlink::tc::qdisc::Clsact;
use iproute2::rtnetlink::tc::{PlaceFilter, PlaceQdisc, Verdict};
use iproute2::{Result, Veth};

/// An instruction of classic BPF: its code, how many to skip if a comparison is true and if it is false, and a number.
type Instruction = (u16, u8, u8, u32);

const LOAD_LENGTH: u16 = 0x80;
const JUMP_IF_GREATER: u16 = 0x25;
const RETURN: u16 = 0x06;

#[tokio::main]
async fn main() -> Result<()> {
    let ip = iproute2::connect()?;
    ip.link().add(Veth::pair("v0", "v1").up()).await?;
    ip.qdisc().add("v0", Clsact::build().ingress()).await?;

    // Other packets go on to the next filter.
    let [drop, go_on] =
        [Verdict::DROP, Verdict::CONTINUE].map(|verdict| u32::from_ne_bytes(verdict.0.to_ne_bytes()));
    let program: [Instruction; 4] =
        [(LOAD_LENGTH, 0, 0, 0), (JUMP_IF_GREATER, 0, 1, 1000), (RETURN, 0, 0, drop), (RETURN, 0, 0, go_on)];
    let bytes = |(code, if_true, if_false, number): Instruction| {
        let [a, b] = code.to_ne_bytes();
        let [w, x, y, z] = number.to_ne_bytes();
        [a, b, if_true, if_false, w, x, y, z]
    };
    let program: Vec<u8> = program.into_iter().flat_map(bytes).collect();
    let filter = Bpf::build().classic(&program).bpf_flags(BpfFlags::ACT_DIRECT);
    ip.filter().add("v0", filter.ingress().priority(1)).await?;

    for filter in ip.filter().list().device("v0").ingress().await? {
        if let Some(bpf) = filter.kind::<Bpf>() {
            let count = bpf.instruction_count().unwrap_or_default();
            println!(
                "{}: {count} instructions, {:?}",
                filter.priority(),
                bpf.bpf_flags().unwrap_or_default()
            );
        }
    }
    Ok(())
}
