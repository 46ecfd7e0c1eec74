//! What is known of a family as data: its operations, multicast groups and messages.

use crate::table::data::Table;

/// What is known of a generic netlink family, for listings and for the log.
#[derive(Debug)]
#[non_exhaustive]
pub struct Description {
    /// Name by which the controller knows the family.
    pub name: &'static str,
    /// Its operations.
    pub operations: &'static [OperationDescription],
    /// The names of its multicast groups.
    pub groups: &'static [&'static str],
    /// Constants of its interface by their names in the kernel's specification.
    pub constants: &'static [(&'static str, u64)],
    /// Constants of its interface that are text, by their names in the kernel's specification.
    pub texts: &'static [(&'static str, &'static str)],
    /// Its messages.
    pub messages: &'static [fn() -> &'static Table],
}

/// An operation of a family.
#[derive(Debug)]
pub struct OperationDescription {
    /// Name in the kernel's specification, such as `get-device`.
    pub name: &'static str,
    /// Command of the request; `None` of a notification.
    pub request: Option<u8>,
    /// Command of what the kernel sends: the reply, or the notification.
    pub reply: Option<u8>,
}

/// Makes the description of a family from a line for each operation: its name, the command of the request and that of the reply,
/// where there are any.
macro_rules! describe {
    (
        $(#[$meta:meta])*
        $DESCRIPTION:ident = $family:literal
        operations { $($operation:literal: $($request:ident)? $(=> $reply:ident)?,)* }
        groups [$($group:literal),*]
        constants { $($constant:literal = $value:expr,)* }
        $(texts { $($text:literal = $words:expr,)* })?
        messages [$($Message:ident),* $(,)?]
    ) => {
        $(#[$meta])*
        pub static $DESCRIPTION: $crate::generic::Description = $crate::generic::Description {
            name: $family,
            operations: &[$($crate::generic::OperationDescription {
                name: $operation,
                request: [$(Some($request),)? None][0],
                reply: [$(Some($reply),)? None][0],
            }),*],
            groups: &[$($group),*],
            constants: &[$(($constant, $value as u64)),*],
            texts: &[$($(($text, $words)),*)?],
            messages: &[$(<$Message as $crate::View>::table),*],
        };
    };
}

pub(crate) use describe;
