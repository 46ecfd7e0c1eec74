//! Lists over all devices, of which the kernel lists one at a time.

use super::kernel::{Asked, Kernel};
use super::{assert_at_rest, handle, in_both};
use crate::LinkMessage;
use futures::TryStreamExt;
use netlink_packet::{Flags, Packet};
use netlink_sys::errno::ENODEV;
use rtnetlink::message::{RTM_GETLINK, RTM_NEWTCLASS};
use rtnetlink::tc::ClassMessage;
use std::sync::{Arc, Mutex};

/// The device that a request is about.
fn device(asked: &Asked) -> u32 {
    ClassMessage::new(&asked.body).unwrap().device()
}

/// A class of the device that was asked for.
fn class(asked: &Asked, flags: Flags) -> Vec<u8> {
    let class = ClassMessage::build().device(device(asked)).handle("1:1");
    asked.message(RTM_NEWTCLASS, Flags::MULTI | flags, class.as_bytes())
}

/// A kernel with three links and a class on each. While the second is listed for the first time, something changes.
fn kernel() -> (Kernel, Arc<Mutex<Vec<u32>>>) {
    let asked_for = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked_for);
    let kernel = Kernel::answering(move |asked| {
        if asked.header.message_type == RTM_GETLINK {
            return vec![asked.part(1), asked.part(2), asked.part(3), asked.done(0)];
        }
        let mut log = log.lock().unwrap();
        let changes = device(asked) == 2 && !log.contains(&2);
        log.push(device(asked));
        let flags = if changes { Flags::DUMP_INTR } else { Flags::empty() };
        vec![class(asked, flags), asked.done(0)]
    });
    (kernel, asked_for)
}

fn devices(classes: &[Packet<ClassMessage>]) -> Vec<u32> {
    classes.iter().map(|class| class.device()).collect()
}

#[test]
fn each_device_is_listed_once_in_a_snapshot() {
    in_both(|| async {
        let (kernel, asked_for) = kernel();
        let ip = handle(kernel.connection(1));
        assert_eq!(devices(&ip.class().list().await.unwrap()), [1, 2, 3]);
        // From the first one again, since the second was interrupted.
        assert_eq!(std::mem::take(&mut *asked_for.lock().unwrap()), [1, 2, 1, 2, 3]);
        let error = ip.class().list().stream().try_collect::<Vec<_>>().await.unwrap_err();
        assert!(error.is_interrupted(), "{error}");
        assert_eq!(devices(&ip.class().list().stream().try_collect::<Vec<_>>().await.unwrap()), [1, 2, 3]);
        let mut seen = Vec::new();
        ip.class().list().for_each(|class| seen.push(class.device())).await.unwrap();
        assert_eq!(seen, [1, 2, 3]);
        asked_for.lock().unwrap().clear();
        assert_eq!(devices(&ip.class().list().device(3u32).await.unwrap()), [3]);
        assert_eq!(*asked_for.lock().unwrap(), [3], "only the one that was named");
        assert_at_rest(&ip);
    });
}

/// Kernels list nothing of a device that there is not.
#[test]
fn a_device_that_is_not_there_is_an_error() {
    in_both(|| async {
        let kernel = Kernel::answering(|asked| {
            let is_there = LinkMessage::new(&asked.body).is_ok_and(|link| link.index() == 3);
            match asked.header.message_type {
                RTM_GETLINK if is_there => vec![asked.object(3)],
                RTM_GETLINK => vec![asked.ack(ENODEV)],
                _ => vec![asked.done(0)],
            }
        });
        let ip = handle(kernel.connection(1));
        assert!(ip.class().list().device(3u32).await.unwrap().is_empty());
        let error = ip.class().list().device(4u32).await.unwrap_err();
        assert_eq!(error.to_string(), "list classes 4: no such device");
        assert!(ip.class().list().device(4u32).stream().try_next().await.unwrap_err().is_not_found());
        assert!(ip.class().list().device(4u32).for_each(|_| ()).await.unwrap_err().is_not_found());
        assert!(ip.filter().list().device(4u32).flush().await.unwrap_err().is_not_found());
        assert_at_rest(&ip);
    });
}
