//! Distributions of delays: tables of values, of which a kernel chooses one at random for each packet.

use netlink_packet::BuildError;
use std::str::FromStr;
use std::sync::LazyLock;

/// A distribution of delays: by how much they differ from the mean, in units of the jitter.
///
/// The standard ones have the values of the files that `tc` reads, such as `normal.dist`; other files of that form are read
/// with [`FromStr`].
///
/// ```
/// use rtnetlink::tc::qdisc::netem::Distribution;
///
/// assert_eq!(Distribution::normal().values().len(), 4096);
/// // As early as late, and never on time.
/// assert_eq!(Distribution::of([-1.0, 1.0]).values(), [-8192, 8192]);
/// assert_eq!("# two values\n -8192 8192\n".parse(), Ok(Distribution::of([-1.0, 1.0])));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution(Vec<i16>);

/// What the jitter is as a value (`NETEM_DIST_SCALE`).
const SCALE: f64 = 8192.0;
/// Values at most (`NETEM_DIST_MAX`).
const MOST: usize = 16_384;
/// Values of a standard distribution.
const STANDARD: u32 = 4096;

impl Distribution {
    /// The normal distribution.
    pub fn normal() -> Self {
        static NORMAL: LazyLock<Vec<i16>> = LazyLock::new(|| Distribution::each(normal));
        Distribution(NORMAL.clone())
    }

    /// The Pareto distribution, with a shape of 3.
    pub fn pareto() -> Self {
        Distribution(Distribution::each(pareto))
    }

    /// A mixture of a quarter of the normal and three quarters of the Pareto distribution, as delays in the Internet are.
    pub fn pareto_normal() -> Self {
        static PARETO_NORMAL: LazyLock<Vec<i16>> =
            LazyLock::new(|| Distribution::each(|place| (normal(place) + 3 * pareto(place)) / 4));
        Distribution(PARETO_NORMAL.clone())
    }

    /// With these deviations from the mean, in units of the jitter, from -4 to almost 4: what is outside becomes the nearest.
    pub fn of(deviations: impl IntoIterator<Item = f64>) -> Self {
        Distribution(deviations.into_iter().map(|one| cut(scaled(one))).collect())
    }

    /// With these values, of which 8192 is the jitter.
    pub fn of_values(values: impl IntoIterator<Item = i16>) -> Self {
        Distribution(values.into_iter().collect())
    }

    /// The values, of which 8192 is the jitter.
    pub fn values(&self) -> &[i16] {
        &self.0
    }

    /// The values, if a kernel takes so many.
    pub(super) fn checked(self) -> Result<Vec<i16>, BuildError> {
        match self.0.len() {
            1..=MOST => Ok(self.0),
            count => {
                Err(BuildError::Invalid(format!("a distribution has 1 to {MOST} values, and not {count}")))
            }
        }
    }

    /// The values of a standard distribution.
    fn each(value: impl Fn(u32) -> i32) -> Vec<i16> {
        (0..STANDARD).map(|place| cut(value(place))).collect()
    }
}

/// The values in a file as `tc` reads them: numbers with blanks between, and lines that begin with `#`.
impl FromStr for Distribution {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let value = |word: &str| {
            word.parse()
                .map_err(|_| BuildError::Invalid(format!("{word:?} is not a value of a distribution")))
        };
        lines.flat_map(str::split_whitespace).map(value).collect::<Result<_, _>>().map(Distribution)
    }
}

/// A deviation as a value, rounded.
#[expect(clippy::cast_possible_truncation, reason = "it saturates")]
fn scaled(deviation: f64) -> i32 {
    (deviation * SCALE).round_ties_even() as i32
}

fn cut(value: i32) -> i16 {
    i16::try_from(value).unwrap_or(if value < 0 { i16::MIN } else { i16::MAX })
}

/// The value of the normal distribution below which so many of 4096 are.
///
/// The tables of `tc` have steps of 0.00005 and a resolution of 16384: it is the last step that rounds to this place.
fn normal(place: u32) -> i32 {
    const STEPS: u32 = 400_000;
    let deviation = |step: u32| f64::from(step) * 0.000_05 - 10.0;
    let share = (f64::from(place) * 4.0 + 0.5) / 16_384.0;
    // The first step that is beyond.
    let (mut low, mut high) = (0, STEPS);
    while low < high {
        let middle = low.midpoint(high);
        if normal_share(deviation(middle)) < share { low = middle + 1 } else { high = middle }
    }
    scaled(deviation(low.saturating_sub(1)))
}

/// The share of a normal distribution that is below this deviation, with an error below 10⁻¹⁴: ½ + φ(x) (x + x³/3 + x⁵/(3·5) + ...).
fn normal_share(x: f64) -> f64 {
    if x.abs() > 7.0 {
        return if x < 0.0 { 0.0 } else { 1.0 };
    }
    let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let mut term = x;
    let mut sum = x;
    let mut factor = 1.0;
    while term.abs() > sum.abs() * 1e-17 {
        factor += 2.0;
        term *= x * x / factor;
        sum += term;
    }
    0.5 + density * sum
}

/// The value of the Pareto distribution below which so many of 4096 are. Its mean is 1.5, which is subtracted, and its standard
/// deviation about ¾.
fn pareto(place: u32) -> i32 {
    let share = f64::from(STANDARD - place) / f64::from(STANDARD);
    let value = (1.0 / share.powf(1.0 / 3.0) - 1.5) * (4.0 / 3.0);
    scaled(value).min(i16::MAX.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_ones_begin_and_end_as_the_files_of_tc() {
        let ends = |distribution: Distribution| {
            let values = distribution.values();
            assert_eq!(values.len(), 4096);
            assert!(values.is_sorted());
            [values[0], values[1], values[2048], values[4094], values[4095]]
        };
        assert_eq!(ends(Distribution::normal()), [-32_768, -28_307, 0, 27_159, 28_858]);
        assert_eq!(ends(Distribution::pareto()), [-5461, -5460, -2622, 32_767, 32_767]);
        assert_eq!(ends(Distribution::pareto_normal()), [-12_305, -11_171, -1966, 31_365, 31_789]);
    }

    #[test]
    fn shares_of_a_normal_distribution() {
        for (deviation, share) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (-1.0, 0.158_655_253_931_457),
            (-3.0, 0.001_349_898_031_630),
            (4.0, 0.999_968_328_758_167),
        ] {
            assert!((normal_share(deviation) - share).abs() < 1e-14, "{deviation}");
        }
        assert_eq!((normal_share(-9.0), normal_share(9.0)), (0.0, 1.0));
    }

    #[test]
    fn how_many_values_there_may_be() {
        let of = |count| Distribution::of_values(std::iter::repeat_n(1, count)).checked();
        assert!(of(1).is_ok() && of(MOST).is_ok());
        let problem = of(0).expect_err("none").to_string();
        assert!(problem.contains("a distribution has 1 to 16384 values, and not 0"), "{problem}");
        assert!(of(MOST + 1).is_err());
    }

    #[test]
    fn what_is_no_value() {
        for text in ["1 two", "40000", "1.5"] {
            let problem = text.parse::<Distribution>().expect_err(text).to_string();
            assert!(problem.contains("is not a value of a distribution"), "{problem}");
        }
        assert_eq!(Distribution::of([-5.0, 5.0]).values(), [i16::MIN, i16::MAX]);
    }
}
