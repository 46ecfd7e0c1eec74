//! Mirror or redirect: `mirred`.

use super::{ActionKind, ActionTimes, BuildAction as _, change};
use crate::tc::Verdict;
use netlink_packet::{Attr, IfIndex, Put, netlink, values};

netlink! {
    /// Mirror or redirect (mirred): a copy of the packet, or itself, goes to another device.
    ///
    /// ```
    /// use rtnetlink::tc::action::Mirred;
    ///
    /// // action mirred egress redirect dev eth0
    /// let redirect = Mirred::redirect("eth0");
    /// // action mirred ingress mirror dev ifb0
    /// let mirror = Mirred::mirror_to_ingress("ifb0");
    /// ```
    pub struct Mirred / MirredBuf
    attributes {
        /// Times: when it was added and used.
        TCA_MIRRED_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_MIRRED_PARMS = 2 => parameters: &MirredParameters as MirredParameters,
        /// Block (`blockid`): the shared block whose devices all get the packet, rather than one device.
        TCA_MIRRED_BLOCKID = 4 => block: u32; needs("Linux 6.8"),
    }
}

parameters! {
    /// Parameters of mirror or redirect: `struct tc_mirred`.
    pub struct MirredParameters / MirredParametersBuf = tc_mirred: 28 {
        /// Direction and mode (`eaction`): mirror or redirect, as if the device sent or received the packet.
        eaction = 20 => mode: MirredMode,
        /// Interface index of the device; 0 for a block.
        ifindex = 24 => device: u32 as IfIndex,
    }
}

values! {
    /// What [`Mirred`] does: `TCA_EGRESS_REDIR` and the like.
    pub struct MirredMode: i32 = "mirred-eaction" {
        /// Redirect to egress: the device sends the packet.
        EGRESS_REDIR = 1 => "egress redirect",
        /// Mirror to egress: the device sends a copy.
        EGRESS_MIRROR = 2 => "egress mirror",
        /// Redirect to ingress: the packet goes on as if the device had received it.
        INGRESS_REDIR = 3 => "ingress redirect",
        /// Mirror to ingress: a copy goes on as if the device had received it.
        INGRESS_MIRROR = 4 => "ingress mirror",
    }
}

impl ActionKind for Mirred {
    const NAME: &'static str = "mirred";
    type Parameters = MirredParametersBuf;
    const PARAMETERS: Attr<Mirred, MirredParameters> = Mirred::TCA_MIRRED_PARMS;
}

impl Mirred {
    /// The device sends the packet, like `mirred egress redirect dev DEV`.
    pub fn redirect(device: impl Put<IfIndex>) -> MirredBuf {
        Mirred::to(device, MirredMode::EGRESS_REDIR).verdict(Verdict::STOLEN)
    }

    /// The device sends a copy, like `mirred egress mirror dev DEV`.
    pub fn mirror(device: impl Put<IfIndex>) -> MirredBuf {
        Mirred::to(device, MirredMode::EGRESS_MIRROR)
    }

    /// The packet goes on as if the device had received it, like `mirred ingress redirect dev DEV`.
    pub fn redirect_to_ingress(device: impl Put<IfIndex>) -> MirredBuf {
        Mirred::to(device, MirredMode::INGRESS_REDIR).verdict(Verdict::STOLEN)
    }

    /// A copy goes on as if the device had received it, like `mirred ingress mirror dev DEV`.
    pub fn mirror_to_ingress(device: impl Put<IfIndex>) -> MirredBuf {
        Mirred::to(device, MirredMode::INGRESS_MIRROR)
    }

    /// All devices of a shared block but the packet's own send a copy, like `mirred egress mirror blockid N`.
    pub fn mirror_to_block(block: u32) -> MirredBuf {
        change(Mirred::build(), |all| all.mode(MirredMode::EGRESS_MIRROR)).block(block)
    }

    /// What it does.
    pub fn mode(&self) -> Option<MirredMode> {
        self.parameters().map(MirredParameters::mode)
    }

    /// Interface index of the device; `None` for a block.
    pub fn device(&self) -> Option<u32> {
        self.parameters().map(MirredParameters::device).filter(|device| *device != 0)
    }

    fn to(device: impl Put<IfIndex>, mode: MirredMode) -> MirredBuf {
        change(Mirred::build(), |all| all.mode(mode).device(device))
    }
}
