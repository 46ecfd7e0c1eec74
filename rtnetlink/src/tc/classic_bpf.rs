//! Classic BPF programs, which filters and actions have.

use netlink_packet::BuildError;

/// Bytes of an instruction: `struct sock_filter`.
const INSTRUCTION: usize = 8;

/// How many instructions a classic program has.
pub(crate) fn instruction_count(instructions: &[u8]) -> Result<u16, BuildError> {
    let whole = instructions.len() % INSTRUCTION == 0;
    let count = u16::try_from(instructions.len() / INSTRUCTION).ok().filter(|_| whole);
    count.ok_or_else(|| {
        let length = instructions.len();
        BuildError::Invalid(format!("{length} bytes are not up to 65535 instructions of 8 bytes"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tc::{action, filter};
    use netlink_packet::Build as _;

    #[test]
    fn instructions_are_whole() {
        // return 0
        let nothing = [6, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(instruction_count(&nothing), Ok(1));
        assert_eq!(filter::Bpf::build().classic(&nothing).view().instruction_count(), Some(1));
        assert_eq!(action::Bpf::build().classic(&nothing).view().instruction_count(), Some(1));
        let problems = [
            filter::Bpf::build().classic(&nothing[..7]).buffer().problem().map(ToString::to_string),
            action::Bpf::build().classic(&nothing[..7]).buffer().problem().map(ToString::to_string),
        ];
        assert!(problems.iter().flatten().all(|problem| problem.starts_with("7 bytes are not")));
        assert_eq!(problems.iter().flatten().count(), 2);
        let longest = vec![0; INSTRUCTION * usize::from(u16::MAX)];
        assert_eq!(instruction_count(&longest), Ok(u16::MAX));
        assert!(instruction_count(&[longest, nothing.to_vec()].concat()).is_err());
    }
}
