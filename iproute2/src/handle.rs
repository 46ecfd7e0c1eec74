//! The handle, through which a program reaches every verb. Each noun's file adds its own method.

use crate::connection::{Connection, Others};
use crate::error::{Error, ErrorKind, Result};
use crate::mode::Usual;
use crate::namespace::Namespace;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long a request waits for its answer by default.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A connection to the kernel of one network namespace: to its route family from the start, and to others
/// (generic netlink, `NETLINK_SOCK_DIAG`, `NETLINK_XFRM`, ...) from their first request on.
///
/// [`connect`](crate::connect) makes an async one, [`blocking::connect`](crate::blocking::connect) a blocking one.
/// Clones share the connections, and many tasks or threads can use them at once, for anything: requests share a socket,
/// and each dump has its own while it runs. A thousand concurrent lists therefore take a thousand file descriptors.
///
/// After a fork (since Linux 4.14) a handle works in both processes: in the child it opens new sockets in the same
/// namespace. A list, batch, watch or request that was started before the fork continues in the parent, and fails with
/// [`ErrorKind::Forked`] in the child.
pub struct Handle<D = Usual> {
    connection: Arc<Connection>,
    others: Arc<Others>,
    timeout: Option<Duration>,
    mode: PhantomData<fn() -> D>,
}

impl<D> Handle<D> {
    pub(crate) fn open(namespace: Option<&Namespace>) -> Result<Self> {
        match (Connection::open(namespace), namespace) {
            (Ok(connection), _) => Ok(Handle::over(connection)),
            (Err(error), Some(namespace)) => Err(namespace.failed("connect in namespace", error)),
            (Err(error), None) => Err(Error::new("connect", String::new(), ErrorKind::Io(error))),
        }
    }

    pub(crate) fn over(connection: Connection) -> Self {
        Handle {
            connection: Arc::new(connection),
            others: Arc::default(),
            timeout: Some(TIMEOUT),
            mode: PhantomData,
        }
    }

    /// A handle on the same connections whose requests wait this long for an answer, or forever. The default is 30
    /// seconds. The kernel mostly answers at once, within the system call that sends the request.
    #[must_use]
    pub fn with_timeout(&self, timeout: Option<Duration>) -> Self {
        Handle { timeout, ..self.clone() }
    }

    #[inline]
    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// The connections of protocols other than `NETLINK_ROUTE`.
    pub(crate) fn others(&self) -> &Arc<Others> {
        &self.others
    }

    #[inline]
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }
}

/// Defines the type that has the verbs of one noun.
macro_rules! verbs {
    ($(#[$meta:meta])* pub struct $Verbs:ident) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $Verbs<'a, D>(pub(crate) &'a $crate::handle::Handle<D>);

        impl<D> Clone for $Verbs<'_, D> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<D> Copy for $Verbs<'_, D> {}
    };
}

pub(crate) use verbs;

impl<D> Clone for Handle<D> {
    fn clone(&self) -> Self {
        Handle {
            connection: Arc::clone(&self.connection),
            others: Arc::clone(&self.others),
            timeout: self.timeout,
            mode: PhantomData,
        }
    }
}

impl<D> fmt::Debug for Handle<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("socket", &self.connection.socket).finish_non_exhaustive()
    }
}
