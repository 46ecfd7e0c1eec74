//! Values that a builder is given and that may be wrong.

use netlink_packet::{Build, BuildError};

/// Builders that refuse the message for what is wrong with a value.
pub(crate) trait Given: Build {
    /// Sets a value, or notes the problem with it.
    fn given<T>(self, value: Result<T, impl Into<BuildError>>, set: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Ok(value) => set(self, value),
            Err(problem) => {
                let mut buffer = self.into_buffer();
                buffer.refuse(problem.into());
                Self::from_buffer(buffer)
            }
        }
    }
}

impl<B: Build> Given for B {}
