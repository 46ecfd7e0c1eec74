//! What happens to a packet after an action.

use netlink_packet::{Buffer, BuildError, Codec, Fixed, Plain, Put, Schema, Scope};
use std::fmt;
use std::str::FromStr;

/// Control action (verdict): what happens to a packet after an action, or where a class or a filter says so itself.
///
/// Text is as in `tc`: `pass` (or `ok`), `drop` (or `shot`), `pipe`, `continue`, `reclassify`, `stolen`, `trap`, `jump 2`,
/// `goto chain 7`.
///
/// ```
/// use rtnetlink::tc::Verdict;
///
/// assert_eq!("drop".parse(), Ok(Verdict::DROP));
/// assert_eq!("goto chain 7".parse(), Ok(Verdict::goto_chain(7)));
/// assert_eq!(Verdict::jump(2).to_string(), "jump 2");
/// assert!("goto hell".parse::<Verdict>().is_err());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Verdict(
    /// The kernel's number: `TC_ACT_*`.
    pub i32,
);

/// Bits of the number that a jump or a chain has (`TC_ACT_EXT_VAL_MASK`); those above say which of them it is.
const VALUE: i32 = 0x0fff_ffff;
const JUMP: i32 = 1 << 28;
const GOTO_CHAIN: i32 = 2 << 28;

/// The bits of a number that fit.
const fn value(number: u32) -> i32 {
    i32::from_ne_bytes(number.to_ne_bytes()) & VALUE
}

const WORDS: [(Verdict, &str); 10] = [
    (Verdict::CONTINUE, "continue"),
    (Verdict::PASS, "pass"),
    (Verdict::RECLASSIFY, "reclassify"),
    (Verdict::DROP, "drop"),
    (Verdict::PIPE, "pipe"),
    (Verdict::STOLEN, "stolen"),
    (Verdict::QUEUED, "queued"),
    (Verdict::REPEAT, "repeat"),
    (Verdict::REDIRECT, "redirect"),
    (Verdict::TRAP, "trap"),
];

impl Verdict {
    /// Continue with the next filter (`TC_ACT_UNSPEC`).
    pub const CONTINUE: Self = Verdict(-1);
    /// Pass: no more filters, the packet goes on (`TC_ACT_OK`).
    pub const PASS: Self = Verdict(0);
    /// Reclassify: begin again with the first filter (`TC_ACT_RECLASSIFY`).
    pub const RECLASSIFY: Self = Verdict(1);
    /// Drop the packet (`TC_ACT_SHOT`).
    pub const DROP: Self = Verdict(2);
    /// Pipe: continue with the next action (`TC_ACT_PIPE`).
    pub const PIPE: Self = Verdict(3);
    /// Stolen: the action has taken the packet (`TC_ACT_STOLEN`).
    pub const STOLEN: Self = Verdict(4);
    /// Queued: the same, by older names (`TC_ACT_QUEUED`).
    pub const QUEUED: Self = Verdict(5);
    /// Repeat the action (`TC_ACT_REPEAT`).
    pub const REPEAT: Self = Verdict(6);
    /// Redirect: a bpf program said to what device (`TC_ACT_REDIRECT`).
    pub const REDIRECT: Self = Verdict(7);
    /// Trap: hardware hands the packet to the CPU; else as stolen (`TC_ACT_TRAP`).
    pub const TRAP: Self = Verdict(8);

    /// Jump: skip so many of the actions that follow (`TC_ACT_JUMP`). Of the number, 28 bits count.
    pub const fn jump(actions: u32) -> Self {
        Verdict(JUMP | value(actions))
    }

    /// Go to the first filter of this chain (`TC_ACT_GOTO_CHAIN`). Of the number, 28 bits count.
    pub const fn goto_chain(chain: u32) -> Self {
        Verdict(GOTO_CHAIN | value(chain))
    }

    /// How many actions a jump skips; `None` if it is none.
    pub fn as_jump(self) -> Option<u32> {
        (self.0 & !VALUE == JUMP).then_some((self.0 & VALUE).unsigned_abs())
    }

    /// The chain that filtering goes to; `None` if it goes to none.
    pub fn as_chain(self) -> Option<u32> {
        (self.0 & !VALUE == GOTO_CHAIN).then_some((self.0 & VALUE).unsigned_abs())
    }
}

/// As `tc` prints it, or the number if there is no word for it.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (WORDS.iter().find(|(verdict, _)| verdict == self), self.as_jump(), self.as_chain()) {
            (Some((_, word)), ..) => f.pad(word),
            (None, Some(actions), _) => f.pad(&format!("jump {actions}")),
            (None, None, Some(chain)) => f.pad(&format!("goto chain {chain}")),
            (None, None, None) => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A number of 28 bits.
fn small(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= VALUE.unsigned_abs())
}

impl FromStr for Verdict {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let words: Vec<_> = text.split_ascii_whitespace().collect();
        let verdict = match *words {
            ["ok"] => Some(Self::PASS),
            ["shot"] => Some(Self::DROP),
            ["jump", actions] => small(actions).map(Self::jump),
            ["goto", "chain", chain] => small(chain).map(Self::goto_chain),
            [word] => WORDS.iter().find(|(_, known)| *known == word).map(|(verdict, _)| *verdict),
            _ => None,
        };
        verdict.ok_or_else(|| {
            BuildError::Invalid(format!(
                "{text:?} is not a control action, such as \"drop\", \"pipe\" or \"goto chain 7\""
            ))
        })
    }
}

impl TryFrom<&str> for Verdict {
    type Error = BuildError;

    fn try_from(text: &str) -> Result<Self, BuildError> {
        text.parse()
    }
}

impl Codec for Verdict {
    type Value<'a> = Verdict;
    const SCHEMA: Schema = <i32 as Codec>::SCHEMA;

    #[inline]
    fn decode(payload: &[u8]) -> Option<Verdict> {
        i32::decode(payload).map(Verdict)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).map_or(Plain::Null, |verdict| verdict.to_string().into())
    }
}

impl Fixed for Verdict {
    type Owned = Verdict;
    const SIZE: usize = size_of::<i32>();

    #[inline]
    fn read(bytes: &[u8]) -> Verdict {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<Verdict> for Verdict {
    #[inline]
    fn put(self, out: &mut Buffer) {
        Put::<i32>::put(self.0, out);
    }
}

impl Put<Verdict> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<Verdict>() {
            Ok(verdict) => Put::<i32>::put(verdict.0, out),
            Err(problem) => {
                out.refuse(problem);
                Put::<i32>::put(0, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_it_is_printed() {
        for (text, number) in [
            ("continue", -1),
            ("pass", 0),
            ("drop", 2),
            ("pipe", 3),
            ("trap", 8),
            ("jump 2", 0x1000_0002),
            ("goto chain 268435455", 0x2fff_ffff),
        ] {
            assert_eq!(text.parse(), Ok(Verdict(number)), "{text}");
            assert_eq!(Verdict(number).to_string(), text);
        }
        assert_eq!(("ok".parse(), "shot".parse()), (Ok(Verdict::PASS), Ok(Verdict::DROP)));
        assert_eq!((Verdict::jump(2).as_jump(), Verdict::jump(2).as_chain()), (Some(2), None));
        assert_eq!(Verdict::goto_chain(7).as_chain(), Some(7));
        assert_eq!(Verdict(99).to_string(), "99");
        assert_eq!((Verdict(-1).as_jump(), Verdict(-1).as_chain()), (None, None));
    }

    #[test]
    fn nothing_else_is_a_verdict() {
        for text in ["", "goto", "goto chain", "goto chain 268435456", "jump -1", "jump +1", "Drop", "2"] {
            let problem = text.parse::<Verdict>().expect_err(text).to_string();
            assert!(problem.starts_with(&format!("{text:?} is not a control action")), "{problem}");
        }
    }
}
