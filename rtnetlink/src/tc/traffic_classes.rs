//! Traffic classes of a device with several transmit queues: `struct tc_mqprio_qopt`.

use netlink_packet::{Buffer, BuildError, Codec, Fixed, Plain, Put, Schema, Scope, netlink, values};
use std::fmt;
use std::str::FromStr;

netlink! {
    /// Traffic classes of a device: which packet priorities are in one, and which transmit queues it has.
    ///
    /// ```
    /// use rtnetlink::tc::{Queues, TrafficClasses};
    ///
    /// // num_tc 2 map 0 0 0 0 1 1 1 1 0 0 0 0 0 0 0 0 queues 1@0 3@1
    /// let classes = TrafficClasses::build()
    ///     .priority_map([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    ///     .queues(["1@0", "3@1"]);
    /// assert_eq!(classes.view().count(), 2);
    /// assert_eq!(classes.view().queues().collect::<Vec<_>>(), [Queues { count: 1, offset: 0 }, Queues { count: 3, offset: 1 }]);
    /// ```
    pub struct TrafficClasses / TrafficClassesBuf
    header tc_mqprio_qopt: 82 {
        /// Number of traffic classes (`num_tc`), at most 16.
        num_tc = 0 => count: u8,
        /// Priority map: the traffic class of each packet priority, 0 to 15.
        prio_tc_map = 1 => priority_map: [u8; 16],
        /// Hardware offload (`hw`): whether the device does the work.
        hw = 17 => hardware: bool,
        /// Numbers of queues of each traffic class; [`queues`](TrafficClasses::queues) has them with the offsets.
        count = 18 => queue_counts: [u16; 16] as SixteenNumbers,
        /// Offsets: the first queue of each traffic class; [`queues`](TrafficClasses::queues) has them with the counts.
        offset = 50 => queue_offsets: [u16; 16] as SixteenNumbers,
    }
}

/// Transmit queues of a traffic class: `COUNT@OFFSET` in `tc`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Queues {
    /// How many there are.
    pub count: u16,
    /// The first of them, counted from 0.
    pub offset: u16,
}

/// As `tc` reads it: `COUNT@OFFSET`.
impl fmt::Display for Queues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}@{}", self.count, self.offset))
    }
}

impl FromStr for Queues {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let numbers = text.split_once('@').and_then(|(count, offset)| {
            Some(Queues { count: count.parse().ok()?, offset: offset.parse().ok()? })
        });
        numbers.ok_or_else(|| {
            BuildError::Invalid(format!(
                "{text:?} is not a count of queues and the first of them, such as \"2@0\""
            ))
        })
    }
}

impl TryFrom<&str> for Queues {
    type Error = BuildError;

    fn try_from(text: &str) -> Result<Self, BuildError> {
        text.parse()
    }
}

/// Count and offset.
impl From<(u16, u16)> for Queues {
    fn from((count, offset): (u16, u16)) -> Self {
        Queues { count, offset }
    }
}

/// Most traffic classes that there can be.
const MOST: usize = 16;

/// The queues of so many traffic classes.
pub(super) fn joined(classes: u8, counts: [u16; MOST], offsets: [u16; MOST]) -> impl Iterator<Item = Queues> {
    let both = counts.into_iter().zip(offsets).map(Queues::from);
    both.take(classes.into())
}

/// How many traffic classes these queues are of, and their counts and offsets.
pub(super) fn split<Q: TryInto<Queues, Error: Into<BuildError>>>(
    queues: impl IntoIterator<Item = Q>,
) -> Result<(u8, [u16; MOST], [u16; MOST]), BuildError> {
    let (mut classes, mut counts, mut offsets) = (0, [0; MOST], [0; MOST]);
    let mut places = counts.iter_mut().zip(&mut offsets);
    for queues in queues {
        let queues = queues.try_into().map_err(Into::into)?;
        let too_many = || BuildError::Invalid(format!("there are at most {MOST} traffic classes"));
        let (count, offset) = places.next().ok_or_else(too_many)?;
        (*count, *offset) = (queues.count, queues.offset);
        classes += 1;
    }
    Ok((classes, counts, offsets))
}

impl TrafficClasses {
    /// The transmit queues of each traffic class.
    pub fn queues(&self) -> impl Iterator<Item = Queues> {
        joined(self.count(), self.queue_counts(), self.queue_offsets())
    }
}

impl TrafficClassesBuf {
    /// Sets the transmit queues of each traffic class, and so how many there are: `num_tc 2 queues 1@0 3@1`.
    pub fn queues<Q: TryInto<Queues, Error: Into<BuildError>>>(
        self,
        queues: impl IntoIterator<Item = Q>,
    ) -> Self {
        use super::given::Given as _;
        self.given(split(queues), |all, (classes, counts, offsets)| {
            all.count(classes).queue_counts(counts).queue_offsets(offsets)
        })
    }
}

/// Codec of 16 numbers of 16 bits.
#[derive(Debug)]
pub struct SixteenNumbers;

impl Codec for SixteenNumbers {
    type Value<'a> = [u16; MOST];
    const SCHEMA: Schema = Schema { element: Some(&<u16 as Codec>::SCHEMA), ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<[u16; MOST]> {
        let mut numbers = [0; MOST];
        if payload.len() != Self::SIZE {
            return None;
        }
        for (number, bytes) in numbers.iter_mut().zip(payload.chunks_exact(size_of::<u16>())) {
            *number = u16::decode(bytes)?;
        }
        Some(numbers)
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        payload.chunks_exact(size_of::<u16>()).map(|number| <u16 as Codec>::plain(number, scope)).collect()
    }
}

impl Fixed for SixteenNumbers {
    type Owned = [u16; MOST];
    const SIZE: usize = MOST * size_of::<u16>();

    fn read(bytes: &[u8]) -> [u16; MOST] {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<SixteenNumbers> for [u16; MOST] {
    fn put(self, out: &mut Buffer) {
        self.into_iter().for_each(|number| Put::<u16>::put(number, out));
    }
}

values! {
    /// Frame preemption (`fp`) of a traffic class (IEEE 802.1Qbu).
    pub struct FramePreemption: u32 = "fp-admin-status" {
        /// Express: its frames interrupt others. The default.
        EXPRESS = 1 => "E",
        /// Preemptible: its frames can be interrupted.
        PREEMPTIBLE = 2 => "P",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build as _;

    #[test]
    fn queues_as_tc_reads_them() {
        assert_eq!("2@5".parse(), Ok(Queues { count: 2, offset: 5 }));
        assert_eq!(Queues::from((2, 5)).to_string(), "2@5");
        for text in ["", "2", "@", "2@", "-1@0", "2@65536", "2@0@1"] {
            let problem = text.parse::<Queues>().expect_err(text).to_string();
            assert!(problem.contains(&format!("{text:?} is not a count of queues")), "{problem}");
        }
    }

    #[test]
    fn no_more_than_sixteen() {
        let of = |number| TrafficClasses::build().queues((0..number).map(|queue| (1, queue)));
        assert_eq!((of(16).view().count(), of(16).view().queues().count()), (16, 16));
        let problem = of(17).buffer().problem().map(ToString::to_string);
        assert_eq!(problem.as_deref(), Some("there are at most 16 traffic classes"));
        let wrong = TrafficClasses::build().queues(["1@0", "x"]).buffer().problem().map(ToString::to_string);
        assert!(wrong.is_some_and(|problem| problem.contains("\"x\" is not a count of queues")));
    }
}
