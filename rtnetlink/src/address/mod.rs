//! IP addresses of network interfaces: `RTM_NEWADDR` and related messages.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip address add 192.0.2.1/24 dev eth0` | `AddressMessage::build().device("eth0").prefix("192.0.2.1/24")` |
//! | `... broadcast + label eth0:web` | `.automatic_broadcast().label("eth0:web")` |
//! | `ip address add 10.0.0.1 peer 10.0.0.2/24 dev ppp0` | `.device("ppp0").prefix("10.0.0.1").peer("10.0.0.2/24")` |
//! | `... valid_lft 3600 nodad` | `.valid_lifetime(Duration::from_secs(3600)).flags(AddressFlags::NODAD)` |

// | file | what |
// | --- | --- |
// | `message.rs` | `AddressMessage`: everything that is known of an address |
// | `flags.rs` | `AddressFlags` and `AddressProtocol` |

mod flags;
mod message;

pub use flags::*;
pub use message::*;
