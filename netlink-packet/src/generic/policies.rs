//! What the operations of a family take, however many messages it came in.

use super::{ControllerMessage, OperationPolicy};
use crate::policy::Policy;
use crate::view::Packet;
use std::fmt;

/// The attribute policies of a generic netlink family: what each attribute of its operations may be.
///
/// The kernel sends it one attribute a message. A policy has an index; an operation has one for requests and one for dumps, and an
/// attribute that nests others has [one](Policy::policy_index), too.
#[derive(Clone, PartialEq, Eq)]
pub struct FamilyPolicies(Vec<Packet<ControllerMessage>>);

impl FamilyPolicies {
    /// The policies that the kernel sent in these messages; `None` where there are none.
    pub fn new(messages: Vec<Packet<ControllerMessage>>) -> Option<Self> {
        (!messages.is_empty()).then_some(FamilyPolicies(messages))
    }

    /// Policy indexes of each operation, by command; none before Linux 5.10.
    pub fn operations(&self) -> impl Iterator<Item = (u16, &OperationPolicy)> {
        self.0.iter().filter_map(|message| message.operation_policies()).flatten()
    }

    /// The attributes of a policy, by number.
    pub fn attributes(&self, index: u32) -> impl Iterator<Item = (u16, &Policy)> {
        let policies = self.0.iter().filter_map(|message| message.policies()).flatten();
        policies.filter(move |(policy, _)| u32::from(*policy) == index).flat_map(|(_, attributes)| attributes)
    }

    /// The attributes that requests of an operation take, by number.
    pub fn of_request(&self, command: u16) -> impl Iterator<Item = (u16, &Policy)> {
        let index = self.operation(command).and_then(OperationPolicy::request);
        index.into_iter().flat_map(|index| self.attributes(index))
    }

    /// The attributes that dumps of an operation take, by number.
    pub fn of_dump(&self, command: u16) -> impl Iterator<Item = (u16, &Policy)> {
        let index = self.operation(command).and_then(OperationPolicy::dump);
        index.into_iter().flat_map(|index| self.attributes(index))
    }

    fn operation(&self, command: u16) -> Option<&OperationPolicy> {
        self.operations().find_map(|(of, policy)| (of == command).then_some(policy))
    }
}

impl fmt::Debug for FamilyPolicies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}
