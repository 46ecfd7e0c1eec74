//! Families of one's own, by a kernel that answers as generic netlink families do, and as they should not.

use super::*;
use crate::ErrorKind;
use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL, GenericMessage};
use netlink_packet::{Build, Command, Family, Flags, netlink};
use netlink_sys::errno::{ENOENT, EOPNOTSUPP};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

netlink! {
    /// A lamp.
    struct Lamp / LampBuf
    header genlmsghdr: 4 {}
    attributes {
        /// Its number.
        LAMP_NUMBER = 1 => number: u32,
    }
}

impl Command for Lamp {
    const FAMILY: Family = Family::Generic { name: "lamp", version: 3 };
    const COMMAND: u16 = 7;
    type Reply = Lamp;
}

const ID: u16 = 30;

/// What the controller replies about the family.
fn family(asked: &Asked, id: u16) -> Vec<u8> {
    let family = ControllerMessage::build().command(1).name("lamp").id(id);
    asked.message(GENL_ID_CTRL, Flags::empty(), family.into_buffer().body())
}

fn lamp(asked: &Asked, flags: Flags, number: u32) -> Vec<u8> {
    asked.message(ID, flags, Lamp::build().number(number).into_buffer().body())
}

/// A kernel that answers requests of the family so.
fn lamps(mut answer: impl FnMut(&Asked) -> Vec<Vec<u8>> + Send + 'static) -> Kernel {
    Kernel::answering(move |asked| match asked.header.message_type {
        GENL_ID_CTRL => vec![family(asked, ID)],
        _ => answer(asked),
    })
}

/// The route family's part, which is asked nothing here.
fn nobody() -> Kernel {
    Kernel::silent()
}

fn numbers<'a>(lamps: impl IntoIterator<Item = &'a netlink_packet::Packet<Lamp>>) -> Vec<Option<u32>> {
    lamps.into_iter().map(|lamp| lamp.number()).collect()
}

/// The numbers of the lamps that came, or the errno and those that came before.
type Told = Result<Vec<Option<u32>>, (Option<i32>, Vec<Option<u32>>)>;

/// What a request gives, in both ways to wait: the numbers of the lamps, or those before the errno.
fn asked(kernel: &Kernel) -> Vec<Told> {
    let reported = |result: crate::Result<Vec<_>>| match result {
        Ok(lamps) => Ok(numbers(&lamps)),
        Err(error) => Err((error.errno(), numbers(&error.replies::<Lamp>()))),
    };
    let route = nobody();
    let waiting = blocking(route.connection(0));
    kernel.play_generic(&waiting, 1);
    // Twice: what one leaves behind does not harm the next.
    let mut all: Vec<_> = (0..2).map(|_| reported(waiting.request(Lamp::build()).wait())).collect();
    in_both(async || {
        let ip = handle(route.connection(0));
        kernel.play_generic(&ip, 1);
        assert_eq!(reported(ip.request(Lamp::build()).await), reported(ip.request(Lamp::build()).await));
    });
    current_thread().block_on(async {
        let ip = handle(route.connection(0));
        kernel.play_generic(&ip, 1);
        all.push(reported(ip.request(Lamp::build()).await));
    });
    all
}

/// The same of a dump.
fn dumped(kernel: &Kernel) -> Vec<Told> {
    let reported = |result: crate::Result<Vec<_>>| match result {
        Ok(lamps) => Ok(numbers(&lamps)),
        Err(error) => Err((error.errno(), numbers(&error.replies::<Lamp>()))),
    };
    let route = nobody();
    let waiting = blocking(route.connection(0));
    kernel.play_generic(&waiting, 4);
    let mut all: Vec<_> = (0..2).map(|_| reported(waiting.dump(Lamp::build()).wait())).collect();
    current_thread().block_on(async {
        let ip = handle(route.connection(0));
        kernel.play_generic(&ip, 4);
        all.push(reported(ip.dump(Lamp::build()).await));
    });
    all
}

#[test]
fn the_header_says_command_and_version() {
    let kernel = lamps(|asked| {
        let header = GenericMessage::new(&asked.body).unwrap();
        assert_eq!(asked.header.message_type, ID);
        assert_eq!(asked.header.flags, Flags::REQUEST | Flags::ACK);
        vec![
            lamp(asked, Flags::empty(), header.command().into()),
            lamp(asked, Flags::empty(), header.version().into()),
            asked.ack(0),
        ]
    });
    let all = asked(&kernel);
    assert!(all.iter().all(|reported| *reported == Ok(vec![Some(7), Some(3)])), "{all:?}");
    let route = nobody();
    let ip = blocking(route.connection(0));
    kernel.play_generic(&ip, 1);
    for (command, reported) in [(0, 0), (9, 9), (255, 255)] {
        assert_eq!(ip.request(Lamp::build()).command(command).one().wait().unwrap().number(), Some(reported));
    }
}

#[test]
fn an_answer_may_have_several_parts() {
    for ending in ["an end without a code", "an end and an acknowledgement", "an acknowledgement alone"] {
        let kernel = lamps(move |asked| {
            let parts = [1, 2, 3].map(|number| lamp(asked, Flags::MULTI, number));
            let ending = match ending {
                "an end without a code" => vec![asked.bare_done()],
                "an end and an acknowledgement" => vec![asked.bare_done(), asked.ack(0)],
                _ => vec![asked.ack(0)],
            };
            [parts.to_vec(), ending].concat()
        });
        let all = asked(&kernel);
        assert!(
            all.iter().all(|reported| *reported == Ok(vec![Some(1), Some(2), Some(3)])),
            "{ending}: {all:?}"
        );
        let all = dumped(&kernel);
        assert!(
            all.iter().all(|reported| *reported == Ok(vec![Some(1), Some(2), Some(3)])),
            "{ending}: {all:?}"
        );
    }
}

#[test]
fn objects_and_then_an_error_are_neither_success_nor_lost() {
    for by_ack in [true, false] {
        let kernel = lamps(move |asked| {
            let refusal = if by_ack { asked.ack(EOPNOTSUPP) } else { asked.done(EOPNOTSUPP) };
            vec![lamp(asked, Flags::MULTI, 1), lamp(asked, Flags::MULTI, 2), refusal]
        });
        for all in [asked(&kernel), dumped(&kernel)] {
            let wanted = Err((Some(EOPNOTSUPP), vec![Some(1), Some(2)]));
            assert!(all.iter().all(|reported| *reported == wanted), "{all:?}");
        }
        // One by one: the objects, and then the error.
        let route = nobody();
        let ip = blocking(route.connection(0));
        kernel.play_generic(&ip, 3);
        let reported: Vec<_> =
            ip.dump(Lamp::build()).iter().map(|lamp| lamp.map(|lamp| lamp.number())).collect();
        assert!(
            matches!(&reported[..], [Ok(Some(1)), Ok(Some(2)), Err(error)] if error.is_not_supported()),
            "{reported:?}"
        );
        let mut visited = 0;
        assert!(ip.dump(Lamp::build()).for_each(|_| visited += 1).unwrap_err().is_not_supported());
        assert_eq!(visited, 2);
        let error = ip.dump(Lamp::build()).wait().unwrap_err();
        assert!(error.to_string().ends_with(" (after 2 replies)"), "{error}");
    }
}

#[test]
fn a_change_is_acknowledged_and_one_object_is_missing() {
    let kernel = lamps(|asked| vec![asked.ack(0)]);
    assert!(asked(&kernel).iter().all(|reported| *reported == Ok(Vec::new())));
    let route = nobody();
    let ip = blocking(route.connection(0));
    kernel.play_generic(&ip, 1);
    let error = ip.request(Lamp::build()).one().wait().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotEchoed), "{error}");
}

/// A family whose id changes with every new load of its module, and which knows no more than one of its lamps.
fn reloaded(id: &Arc<AtomicU16>, questions: &Arc<AtomicUsize>) -> Kernel {
    let (id, questions) = (Arc::clone(id), Arc::clone(questions));
    Kernel::answering(move |asked| {
        let id = id.load(Ordering::SeqCst);
        match asked.header.message_type {
            GENL_ID_CTRL => {
                questions.fetch_add(1, Ordering::SeqCst);
                vec![family(asked, id)]
            }
            of if of != id => vec![asked.ack(ENOENT)],
            _ if asked.header.flags.contains(Flags::DUMP) => {
                vec![lamp(asked, Flags::MULTI, 1), asked.done(0)]
            }
            _ if Lamp::new(&asked.body).unwrap().number() == Some(404) => vec![asked.ack(ENOENT)],
            _ if asked.header.flags.contains(Flags::ACK) => vec![asked.ack(0)],
            _ => Vec::new(),
        }
    })
}

#[test]
fn a_family_is_looked_up_once_and_again_after_its_module_is_reloaded() {
    let (id, questions) = (Arc::new(AtomicU16::new(30)), Arc::new(AtomicUsize::new(0)));
    let kernel = reloaded(&id, &questions);
    let route = nobody();
    let ip = blocking(route.connection(0));
    kernel.play_generic(&ip, 4);
    let asked_times = |times| assert_eq!(questions.swap(0, Ordering::SeqCst), times);
    for _ in 0..3 {
        ip.request(Lamp::build()).wait().unwrap();
        ip.clone().dump(Lamp::build()).wait().unwrap();
    }
    asked_times(1);
    id.store(31, Ordering::SeqCst);
    ip.request(Lamp::build()).wait().unwrap();
    asked_times(1);
    id.store(32, Ordering::SeqCst);
    assert_eq!(ip.dump(Lamp::build()).wait().unwrap().len(), 1);
    asked_times(1);
    id.store(33, Ordering::SeqCst);
    assert!(ip.batch([ip.request(Lamp::build()).into()]).wait().iter().all(Result::is_ok));
    asked_times(1);
    // What the family itself does not have is missing, however often it is asked.
    let error = ip.request(Lamp::build().number(404_u32)).wait().unwrap_err();
    assert_eq!(
        (error.errno(), error.to_string()),
        (Some(ENOENT), "request Lamp: no such file or directory".to_owned())
    );
    asked_times(1);
    ip.request(Lamp::build()).wait().unwrap();
    asked_times(0);
    in_both(async || {
        let ip = handle(route.connection(0));
        kernel.play_generic(&ip, 4);
        ip.request(Lamp::build()).await.unwrap();
        id.fetch_add(1, Ordering::SeqCst);
        ip.request(Lamp::build()).await.unwrap();
        id.fetch_add(1, Ordering::SeqCst);
        assert_eq!(ip.dump(Lamp::build()).await.unwrap().len(), 1);
        id.fetch_add(1, Ordering::SeqCst);
        assert!(ip.batch([ip.request(Lamp::build()).into()]).await.iter().all(Result::is_ok));
        assert_at_rest(&ip);
    });
}

#[test]
fn a_family_that_is_gone_is_unknown() {
    let kernel = Kernel::answering(|asked| vec![asked.ack(ENOENT)]);
    let route = nobody();
    let ip = blocking(route.connection(0));
    kernel.play_generic(&ip, 2);
    for error in [ip.request(Lamp::build()).wait().unwrap_err(), ip.dump(Lamp::build()).wait().unwrap_err()] {
        assert!(matches!(error.kind(), ErrorKind::UnknownFamily("lamp")), "{error}");
    }
}

#[test]
fn silence_ends_by_the_timeout() {
    let kernel = lamps(|_| Vec::new());
    let route = nobody();
    let waiting = blocking(route.connection(0));
    kernel.play_generic(&waiting, 3);
    assert!(waiting.request(Lamp::build()).timeout(SHORT).wait().unwrap_err().is_timed_out());
    assert!(waiting.dump(Lamp::build()).timeout(SHORT).wait().unwrap_err().is_timed_out());
    in_both(async || {
        let ip = handle(route.connection(0)).with_timeout(Some(SHORT));
        kernel.play_generic(&ip, 3);
        assert!(ip.request(Lamp::build()).await.unwrap_err().is_timed_out());
        assert!(ip.dump(Lamp::build()).await.unwrap_err().is_timed_out());
        assert!(ip.batch([ip.request(Lamp::build()).into()]).await[0].as_ref().unwrap_err().is_timed_out());
        assert_at_rest(&ip);
    });
    // Not even the controller answers.
    let silent = Kernel::silent();
    let ip = blocking(route.connection(0)).with_timeout(Some(SHORT));
    silent.play_generic(&ip, 1);
    assert!(ip.request(Lamp::build()).wait().unwrap_err().is_timed_out());
}
