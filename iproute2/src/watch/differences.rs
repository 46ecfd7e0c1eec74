//! What exactly has changed in an object, by name.

use super::change::Update;
use super::topic::classify::topic_of;
use super::topic::differing::{Differing, differing};
use super::topic::message::Message;
use netlink_packet::{Field, View};

impl<M: View + ?Sized> Update<M> {
    /// What has changed, by the names of the getters: `mtu`, `flags`. Nothing where the object is new or gone.
    ///
    /// An attribute without a name here is named by its number.
    pub fn differences(&self) -> Vec<String> {
        let Update::Changed { before, now } = self else { return Vec::new() };
        let Some(topic) = topic_of(now.header().message_type, now.message()) else { return Vec::new() };
        let (before, now) = (Message { bytes: before.message() }, Message { bytes: now.message() });
        let mut names = Vec::new();
        for differing in differing(topic.facts(), before, now) {
            match differing {
                Differing::Header => names.extend(fields::<M>(before, now)),
                Differing::Attribute(number) => names.push(attribute::<M>(number)),
            }
        }
        names
    }
}

/// The fields of the fixed header that differ.
fn fields<M: View + ?Sized>(before: Message<'_>, now: Message<'_>) -> impl Iterator<Item = String> {
    let of =
        |message: Message<'_>, field: &Field| message.body().get(field.at..field.end()).map(<[u8]>::to_vec);
    let differs = move |field: &&Field| of(before, field) != of(now, field);
    M::table().fields.iter().filter(differs).map(|field| field.field.to_owned())
}

fn attribute<M: View + ?Sized>(number: u16) -> String {
    let row = M::table().rows.iter().find(|row| row.number == number);
    row.map_or_else(|| format!("attribute {number}"), |row| row.field.to_owned())
}
