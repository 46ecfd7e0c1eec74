//! Generic action: `gact`.

use super::{ActionKind, ActionTimes, BuildAction as _};
use crate::tc::Verdict;
use netlink_packet::{Attr, netlink, values};

netlink! {
    /// Generic action (gact): nothing but a verdict, such as drop. It may be another one at random or for each Nth packet.
    ///
    /// ```
    /// use rtnetlink::tc::action::Gact;
    /// use rtnetlink::tc::{IntoAction, Verdict};
    ///
    /// assert_eq!(Gact::goto_chain(7).into_action().view().verdict(), Some(Verdict::goto_chain(7)));
    /// ```
    pub struct Gact / GactBuf
    attributes {
        /// Times: when it was added and used.
        TCA_GACT_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_GACT_PARMS = 2 => parameters: &GactParameters as GactParameters,
        /// Probability: another verdict for some of the packets.
        TCA_GACT_PROB = 3 => probability: &GactProbability as GactProbability,
    }
}

parameters! {
    /// Parameters of the generic action: `struct tc_gact`.
    pub struct GactParameters / GactParametersBuf = tc_gact: 20 {}
}

netlink! {
    /// Another verdict for some of the packets: `struct tc_gact_p`.
    pub struct GactProbability / GactProbabilityBuf
    header tc_gact_p: 8 {
        /// Type: how the packets are chosen.
        ptype = 0 => choice: GactChoice,
        /// Value: one in so many packets gets the other verdict.
        pval = 2 => one_in: u16,
        /// Control action (verdict) of these packets.
        paction = 4 => verdict: Verdict,
    }
}

values! {
    /// How [`Gact`] chooses packets for another verdict: `PGACT_*`.
    pub struct GactChoice: u16 = "" {
        /// None: all have the same verdict.
        NONE = 0 => "none",
        /// At random (`netrand`).
        RANDOM = 1 => "netrand",
        /// Each Nth packet (`determ`).
        EACH_NTH = 2 => "determ",
    }
}

impl ActionKind for Gact {
    const NAME: &'static str = "gact";
    type Parameters = GactParametersBuf;
    const PARAMETERS: Attr<Gact, GactParameters> = Gact::TCA_GACT_PARMS;
}

impl Gact {
    /// Pass: no more filters, like `action pass` (`ok`).
    pub fn pass() -> GactBuf {
        Gact::build().verdict(Verdict::PASS)
    }

    /// Drop, like `action drop` (`shot`).
    pub fn drop() -> GactBuf {
        Gact::build().verdict(Verdict::DROP)
    }

    /// Pipe: go on with the next action, like `action pipe`. It counts packets.
    pub fn pipe() -> GactBuf {
        Gact::build().verdict(Verdict::PIPE)
    }

    /// Continue with the next filter, like `action continue`.
    pub fn next_filter() -> GactBuf {
        Gact::build().verdict(Verdict::CONTINUE)
    }

    /// Begin again with the first filter, like `action reclassify`.
    pub fn reclassify() -> GactBuf {
        Gact::build().verdict(Verdict::RECLASSIFY)
    }

    /// Hardware hands the packet to the CPU, like `action trap`.
    pub fn trap() -> GactBuf {
        Gact::build().verdict(Verdict::TRAP)
    }

    /// Skip so many of the actions that follow, like `action jump N`.
    pub fn jump(actions: u32) -> GactBuf {
        Gact::build().verdict(Verdict::jump(actions))
    }

    /// Go to the first filter of this chain, like `action goto chain N`.
    pub fn goto_chain(chain: u32) -> GactBuf {
        Gact::build().verdict(Verdict::goto_chain(chain))
    }
}

impl GactBuf {
    /// Sets another verdict for one in so many packets, chosen at random, like `random netrand drop 10`.
    pub fn at_random(self, verdict: Verdict, one_in: u16) -> Self {
        let random = GactProbability::build().choice(GactChoice::RANDOM);
        self.probability(random.one_in(one_in).verdict(verdict))
    }

    /// Sets another verdict for each Nth packet, like `random determ drop 10`.
    pub fn each_nth(self, verdict: Verdict, n: u16) -> Self {
        let nth = GactProbability::build().choice(GactChoice::EACH_NTH);
        self.probability(nth.one_in(n).verdict(verdict))
    }
}
