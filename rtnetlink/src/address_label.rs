//! Address labels of the IPv6 address selection policy table (RFC 6724): a source with the destination's label is preferred.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip addrlabel add prefix 2001:db8::/32 label 99` | `AddressLabelMessage::of("2001:db8::/32").label(99u32)` |
//! | `... dev eth0` | `.device("eth0")` |

use crate::{AddressFamily, IntoPrefix};
use ipnet::{IpNet, Ipv6Net};
use netlink_packet::{BuildError, IfIndex, netlink};
use std::net::Ipv6Addr;

netlink! {
    /// An IPv6 address label (RFC 6724 policy table): `RTM_NEWADDRLABEL`, `RTM_DELADDRLABEL` and
    /// `RTM_GETADDRLABEL`.
    ///
    /// ```
    /// use rtnetlink::address_label::AddressLabelMessage;
    ///
    /// let label = AddressLabelMessage::of("2001:db8::/32").label(99u32);
    /// assert_eq!(label.view().prefix(), Some("2001:db8::/32".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct AddressLabelMessage / AddressLabelMessageBuf
    header ifaddrlblmsg: 12 {
        /// Address family: IPv6.
        family = 0 => family: AddressFamily,
        /// Prefix length in bits.
        prefixlen = 2 => prefix_length: u8,
        /// Flags; none are defined.
        flags = 3 => flags: u8; ignored,
        /// Interface index that the label is limited to; 0 for all interfaces.
        index = 4 => device: u32 as IfIndex,
        /// Sequence number: how many changes the label table had seen when this entry was sent.
        seq = 8 => sequence: u32; read_only,
    }
    attributes {
        /// Prefix address; [`prefix`](AddressLabelMessage::prefix) combines it with the prefix length.
        IFAL_ADDRESS = 1 => address: Ipv6Addr,
        /// Label value; source address selection prefers a source with the destination's label.
        IFAL_LABEL = 2 => label: u32,
    }
}

impl AddressLabelMessage {
    /// The label of a prefix.
    pub fn of(prefix: impl IntoPrefix) -> AddressLabelMessageBuf {
        AddressLabelMessage::build().prefix(prefix)
    }

    /// Prefix that has the label.
    pub fn prefix(&self) -> Option<Ipv6Net> {
        Ipv6Net::new(self.address()?, self.prefix_length()).ok()
    }
}

impl AddressLabelMessageBuf {
    /// Sets the prefix that has the label, like `prefix PREFIX`.
    pub fn prefix(mut self, prefix: impl IntoPrefix) -> Self {
        match prefix.into_prefix() {
            Ok(IpNet::V6(prefix)) => {
                self.family(AddressFamily::INET6).prefix_length(prefix.prefix_len()).address(prefix.addr())
            }
            Ok(IpNet::V4(prefix)) => {
                self.0.refuse(BuildError::Invalid(format!(
                    "{prefix} is an IPv4 prefix: address labels are for IPv6 only"
                )));
                self
            }
            Err(problem) => {
                self.0.refuse(problem);
                self
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use netlink_packet::Build;

    #[test]
    fn built_as_ip_does() {
        let asked = capture!("add_address_label");
        let built = AddressLabelMessage::build().label(99).prefix("2001:db8::/32").device(1);
        assert_eq!(built.view(), asked.view::<AddressLabelMessage>());
        let asked = capture!("delete_address_label");
        let built = AddressLabelMessage::build().label(99).prefix("2001:db8::/32").device(1);
        assert_eq!(built.view(), asked.view::<AddressLabelMessage>());
    }

    #[test]
    fn listed_labels_are_read() {
        let reported = capture!("label_of_prefix");
        let label: &AddressLabelMessage = reported.view();
        assert_eq!((label.prefix(), label.label()), ("2001:db8::/32".parse().ok(), Some(99)));
        assert_eq!((label.family(), label.device()), (AddressFamily::INET6, 1));
        assert!(label.sequence() > 0);
    }

    #[test]
    fn only_prefixes_of_ipv6_have_one() {
        let problem =
            |prefix: &str| AddressLabelMessage::of(prefix).buffer().problem().map(|one| one.to_string());
        assert_eq!(problem("2001:db8::"), None);
        assert_eq!(
            problem("192.0.2.0/24").as_deref(),
            Some("192.0.2.0/24 is an IPv4 prefix: address labels are for IPv6 only")
        );
        assert_eq!(problem("nothing").as_deref(), Some("\"nothing\" is not a valid IP prefix"));
    }
}
