//! A mutator that knows attributes: changes inside nests are reflected in their lengths.

use netlink_packet::align;

/// Pseudorandom numbers, the same ones for the same seed (xorshift64*).
pub struct Dice(u64);

impl Dice {
    /// Numbers of this seed.
    pub fn new(seed: u64) -> Self {
        // Any state but 0, and seeds that are close are far apart.
        Dice((seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// A number below this, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end as u64).expect("it is below a usize")
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// Bytes of the longest input.
const LONGEST: usize = 4096;
const SIZES: [u16; 14] = [0, 1, 2, 3, 4, 5, 8, 12, 16, 0x7f, 0xff, 0x4000, 0x8000, 0xffff];
const BYTES: [u8; 12] = [0, 1, 2, 4, 7, 10, 16, 28, 0x7f, 0x80, 0xfe, 0xff];

/// Changes an input in one to eight places; `start` is where attributes begin, and `other` what it can take parts of.
pub fn mutate(input: &mut Vec<u8>, start: impl Fn(&[u8]) -> usize, other: &[u8], dice: &mut Dice) {
    for _ in 0..=dice.below(8).min(dice.below(8)) {
        if input.is_empty() {
            input.push(0);
        }
        let start = start(input);
        match dice.below(16) {
            0 => flip(input, dice),
            1 | 2 => {
                let at = dice.below(input.len());
                input[at] = dice.pick(&BYTES);
            }
            3 => number(input, dice),
            4 => {
                let end = dice.below(input.len() + 1);
                input.truncate(end);
            }
            5 => splice(input, other, dice),
            6 => {
                let count = dice.below(32);
                input.extend((0..count).map(|_| dice.roll() as u8));
            }
            7 | 8 => lie(input, start, dice),
            9 | 10 => double(input, start, dice),
            11 => take_out(input, start, dice),
            12 => renumber(input, start, dice),
            13 => wrap(input, start, dice),
            14 => resize(input, start, dice),
            _ => graft(input, start, other, dice),
        }
        input.truncate(LONGEST);
    }
}

fn flip(input: &mut [u8], dice: &mut Dice) {
    let at = dice.below(input.len());
    input[at] ^= 1 << dice.below(8);
}

/// Writes a number that ends something, in two or four bytes.
fn number(input: &mut [u8], dice: &mut Dice) {
    let at = dice.below(input.len()) & !1;
    let number = dice.pick(&SIZES);
    let wide = u32::from(number) * if dice.below(2) == 0 { 1 } else { 0x1_0001 };
    let size = if dice.below(2) == 0 { 2 } else { 4 };
    let bytes = if size == 2 { number.to_ne_bytes().to_vec() } else { wide.to_ne_bytes().to_vec() };
    if let Some(room) = input.get_mut(at..at + size) {
        room.copy_from_slice(&bytes);
    }
}

fn splice(input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let (at, from) = (dice.below(input.len()) & !3, dice.below(other.len() + 1) & !3);
    input.truncate(at);
    input.extend(&other[from.min(other.len())..]);
}

/// An attribute, and the nests around it: where each begins.
struct Place {
    around: Vec<usize>,
    at: usize,
    length: usize,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// The attributes from `start` to `end`, and those inside them.
fn places(input: &[u8], start: usize, end: usize, around: &[usize], found: &mut Vec<Place>) {
    let mut at = start;
    while let Some(length) = u16_at(input, at).map(usize::from) {
        if length < 4 || at + length > end || found.len() > 500 {
            return;
        }
        found.push(Place { around: around.to_vec(), at, length });
        if length >= 8 && around.len() < 6 {
            let inner: Vec<usize> = around.iter().copied().chain([at]).collect();
            places(input, at + 4, at + length, &inner, found);
        }
        at += align(length);
    }
}

fn attribute(input: &[u8], start: usize, dice: &mut Dice) -> Option<Place> {
    let mut found = Vec::new();
    places(input, start, input.len(), &[], &mut found);
    if found.is_empty() {
        return None;
    }
    let place = dice.below(found.len());
    Some(found.swap_remove(place))
}

/// Adds to the lengths of nests.
fn lengthen(input: &mut [u8], nests: &[usize], by: isize) {
    for at in nests {
        let Some(length) = u16_at(input, *at) else { continue };
        let length = usize::from(length).saturating_add_signed(by);
        input[*at..*at + 2].copy_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_ne_bytes());
    }
}

/// Replaces bytes, and updates the lengths of the nests around them.
fn replace(input: &mut Vec<u8>, at: usize, old: usize, new: &[u8], around: &[usize]) {
    let end = (at + old).min(input.len());
    lengthen(input, around, new.len() as isize - (end - at) as isize);
    input.splice(at..end, new.iter().copied());
}

fn lie(input: &mut [u8], start: usize, dice: &mut Dice) {
    let Some(place) = attribute(input, start, dice) else { return };
    let length = place.length as u16;
    let size = dice.pick(&SIZES);
    let left = (input.len() - place.at) as u16;
    let lie = dice.pick(&[
        length.wrapping_sub(1),
        length + 1,
        length + 4,
        length.wrapping_sub(4),
        left,
        left + 1,
        size,
    ]);
    input[place.at..place.at + 2].copy_from_slice(&lie.to_ne_bytes());
}

fn double(input: &mut Vec<u8>, start: usize, dice: &mut Dice) {
    let Some(place) = attribute(input, start, dice) else { return };
    let end = (place.at + align(place.length)).min(input.len());
    let again = input[place.at..end].repeat(1 + dice.below(3));
    replace(input, place.at, 0, &again, &place.around);
}

fn take_out(input: &mut Vec<u8>, start: usize, dice: &mut Dice) {
    let Some(place) = attribute(input, start, dice) else { return };
    replace(input, place.at, align(place.length), &[], &place.around);
}

fn renumber(input: &mut [u8], start: usize, dice: &mut Dice) {
    let Some(place) = attribute(input, start, dice) else { return };
    let number = dice.below(70) as u16 | dice.pick(&[0, 0, 0, 0x8000, 0x4000]);
    input[place.at + 2..place.at + 4].copy_from_slice(&number.to_ne_bytes());
}

/// Puts an attribute into a nest of its own number or of any, up to forty times.
fn wrap(input: &mut Vec<u8>, start: usize, dice: &mut Dice) {
    let Some(place) = attribute(input, start, dice) else { return };
    let end = (place.at + align(place.length)).min(input.len());
    let mut bytes = input[place.at..end].to_vec();
    let own = u16_at(input, place.at + 2).unwrap_or_default();
    let number = if dice.below(2) == 0 { own } else { dice.below(70) as u16 };
    let times = if dice.below(8) == 0 { 40 } else { 1 + dice.below(2) };
    for _ in 0..times {
        let length = u16::try_from(bytes.len() + 4).unwrap_or(u16::MAX);
        bytes.splice(0..0, [length.to_ne_bytes(), number.to_ne_bytes()].concat());
    }
    replace(input, place.at, end - place.at, &bytes, &place.around);
}

/// Gives an attribute a payload of another length.
fn resize(input: &mut Vec<u8>, start: usize, dice: &mut Dice) {
    let Some(place) = attribute(input, start, dice) else { return };
    let length = 4 + dice.pick(&[0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 20, 32, 64]);
    let end = (place.at + align(place.length)).min(input.len());
    let mut bytes = input[place.at..(place.at + place.length).min(end)].to_vec();
    bytes.resize(length, dice.pick(&BYTES));
    bytes[..2].copy_from_slice(&(length as u16).to_ne_bytes());
    bytes.resize(align(length), 0);
    replace(input, place.at, end - place.at, &bytes, &place.around);
}

/// Inserts an attribute of another input after one of this.
fn graft(input: &mut Vec<u8>, start: usize, other: &[u8], dice: &mut Dice) {
    let (Some(place), Some(from)) = (attribute(input, start, dice), attribute(other, start, dice)) else {
        return;
    };
    let end = (from.at + align(from.length)).min(other.len());
    let mut bytes = other[from.at..end].to_vec();
    bytes.resize(align(bytes.len()), 0);
    replace(input, place.at, 0, &bytes, &place.around);
}
