//! Objects that the kernel gives one by one: a device each, of those that a list of links names.

use super::get::{Gathered, Get, Getting};
use super::{List, Listing};
use crate::driver::thread::wait;
use crate::error::{Error, Result};
use crate::handle::Handle;
use crate::mode::{Blocking, Runtime, Wait};
use netlink_sys::errno::{ENODEV, EOPNOTSUPP};
use rtnetlink::LinkMessage;
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A list of objects of which the kernel gives one at a time, a device each. Awaited, or by [`wait`](Each::wait) on a blocking
/// handle, it is a vector. A device that vanishes meanwhile is left out.
#[must_use = "a list is made when it is awaited, or by `wait` on a blocking handle"]
pub struct Each<D, T: Gathered> {
    handle: Handle<D>,
    links: List<D, LinkMessage>,
    get: fn(&Handle<D>, u32) -> Get<D, T>,
    timeout: Option<Duration>,
}

impl<D, T: Gathered> Each<D, T> {
    /// What `get` gives of each of the links.
    pub(crate) fn new(
        handle: &Handle<D>,
        links: List<D, LinkMessage>,
        get: fn(&Handle<D>, u32) -> Get<D, T>,
    ) -> Self {
        Each { handle: handle.clone(), links, get, timeout: None }
    }

    /// Gives up after this long without anything new, instead of after the handle's timeout.
    pub fn timeout(self, timeout: Duration) -> Self {
        Each { links: self.links.timeout(timeout), timeout: Some(timeout), ..self }
    }
}

/// What is asked for.
impl<D, T: Gathered> fmt::Debug for Each<D, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Each").field("links", &self.links).finish_non_exhaustive()
    }
}

impl<T: Gathered> Each<Blocking, T> {
    /// Requests all and waits for them.
    ///
    /// # Errors
    /// See [`Error`]; [`is_interrupted`](Error::is_interrupted) where changes interrupted one of them 16 times.
    pub fn wait(self) -> Result<Vec<T>> {
        let mut each = GettingEach::new(self);
        wait(|cx| each.poll_all(cx))
    }
}

/// The future of an [`Each`].
#[must_use = "futures do nothing unless polled"]
pub struct GettingEach<D: Wait, T: Gathered> {
    handle: Handle<D>,
    get: fn(&Handle<D>, u32) -> Get<D, T>,
    timeout: Option<Duration>,
    stage: Stage<D, T>,
    rest: VecDeque<u32>,
    found: Vec<T>,
}

enum Stage<D: Wait, T: Gathered> {
    Links(Box<Listing<D, LinkMessage>>),
    Getting(Box<Getting<D, T>>),
    Next,
}

impl<D: Wait, T: Gathered> Unpin for GettingEach<D, T> {}

impl<D: Wait, T: Gathered> GettingEach<D, T> {
    fn new(Each { handle, links, get, timeout }: Each<D, T>) -> Self {
        let stage = Stage::Links(Box::new(Listing::new(links)));
        GettingEach { handle, get, timeout, stage, rest: VecDeque::new(), found: Vec::new() }
    }

    fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<T>>> {
        loop {
            match &mut self.stage {
                Stage::Links(links) => {
                    self.rest = ready!(links.poll_objects(cx))?.iter().map(|link| link.index()).collect();
                }
                Stage::Getting(getting) => match ready!(getting.poll_object(cx)) {
                    Ok(object) => self.found.push(object),
                    Err(error) if has_vanished(&error) => (),
                    Err(error) => return Poll::Ready(Err(error)),
                },
                Stage::Next => (),
            }
            self.stage = Stage::Next;
            match self.rest.pop_front() {
                Some(index) => {
                    let get = self.timeout.into_iter().fold((self.get)(&self.handle, index), Get::timeout);
                    self.stage = Stage::Getting(Box::new(Getting::new(get)));
                }
                None => return Poll::Ready(Ok(std::mem::take(&mut self.found))),
            }
        }
    }
}

/// Whether the device is gone, or its index is another device's by now.
fn has_vanished(error: &Error) -> bool {
    matches!(error.errno(), Some(ENODEV | EOPNOTSUPP))
}

/// What is asked for.
impl<D: Wait, T: Gathered> fmt::Debug for GettingEach<D, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GettingEach").field("handle", &self.handle).finish_non_exhaustive()
    }
}

impl<R: Runtime, T: Gathered> IntoFuture for Each<R, T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = GettingEach<R, T>;

    fn into_future(self) -> GettingEach<R, T> {
        GettingEach::new(self)
    }
}

impl<R: Runtime, T: Gathered> Future for GettingEach<R, T> {
    type Output = Result<Vec<T>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_all(cx)
    }
}
