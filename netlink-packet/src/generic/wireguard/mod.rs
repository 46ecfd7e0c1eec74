//! WireGuard: the keys and peers of devices (`wireguard`), as `wg` shows and sets them. Feature `wireguard`.
//!
//! [`WireguardMessage`] is the message of the family, [`WireguardDevice`] a device that was read, whose peers may have come in
//! several. Private and preshared keys print as `(hidden)`, whatever prints them.

// | file | what |
// | --- | --- |
// | `message.rs` | the messages: a device, its peers, their allowed IPs |
// | `device.rs` | a device with all of its peers, however many messages it came in |
// | `key.rs` | keys |
// | `value.rs` | endpoints, allowed IPs, times |

mod device;
mod key;
mod message;
mod value;

pub use device::{Peers, WireguardDevice, WireguardPeer};
pub use key::{PresharedKey, PrivateKey, PublicKey, WG_KEY_LEN};
pub use message::*;
pub use value::{Endpoint, HandshakeTime, Timespec, TimespecBuf};
