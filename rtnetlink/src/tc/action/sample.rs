//! Samples of packets: `sample`.

use super::{ActionKind, ActionTimes};
use netlink_packet::{Attr, netlink};

netlink! {
    /// Copies one in so many packets to a group of psample, which programs listen to.
    ///
    /// ```
    /// use rtnetlink::tc::action::Sample;
    ///
    /// // action sample rate 100 group 5 trunc 128
    /// let sample = Sample::one_in(100, 5).truncate(128);
    /// ```
    pub struct Sample / SampleBuf
    attributes {
        /// Times: when it was added and used.
        TCA_SAMPLE_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_SAMPLE_PARMS = 2 => parameters: &super::gact::GactParameters as super::gact::GactParameters,
        /// Rate: one in so many packets is copied. Required.
        TCA_SAMPLE_RATE = 3 => rate: u32,
        /// Truncated size (`trunc`): bytes of each packet that are copied at most; 0 for all.
        TCA_SAMPLE_TRUNC_SIZE = 4 => truncate: u32,
        /// Group of psample. Required.
        TCA_SAMPLE_PSAMPLE_GROUP = 5 => group: u32,
    }
}

impl ActionKind for Sample {
    const NAME: &'static str = "sample";
    type Parameters = super::gact::GactParametersBuf;
    const PARAMETERS: Attr<Sample, super::gact::GactParameters> = Sample::TCA_SAMPLE_PARMS;
}

impl Sample {
    /// Copies one in so many packets to this group, like `action sample rate RATE group GROUP`.
    pub fn one_in(rate: u32, group: u32) -> SampleBuf {
        Sample::build().rate(rate).group(group)
    }
}
