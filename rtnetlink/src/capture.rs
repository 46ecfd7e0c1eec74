//! Messages as the kernel and its tools wrote them: the files in `captures`, each with the command that made it.

/// A message of a capture.
pub(crate) struct Capture {
    /// Its number.
    pub(crate) kind: u16,
    /// What follows its header.
    pub(crate) payload: Vec<u8>,
}

/// The capture of this name.
macro_rules! capture {
    ($name:literal) => {
        $crate::capture::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/captures/", $name, ".hex")))
    };
}

pub(crate) use capture;

/// Reads lines of hexadecimal digits; `#` begins a comment.
pub(crate) fn parse(text: &str) -> Capture {
    let digits: String = text.lines().filter(|line| !line.starts_with('#')).collect();
    let octet = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(octet).collect();
    Capture { kind: u16::from_le_bytes([bytes[4], bytes[5]]), payload: bytes[16..].to_vec() }
}
