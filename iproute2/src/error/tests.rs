//! Errors as they print, as they are asked, and as `io::Error`.

use super::Error;
use super::kernel::KernelError;
use super::kind::ErrorKind;
use netlink_packet::BuildError;
use netlink_packet::control::Diagnostic;
use netlink_sys::errno::{EBUSY, EEXIST, ENODEV, EOPNOTSUPP, EPERM};
use std::io;
use std::time::Duration;

fn refused(errno: i32, diagnostic: Diagnostic) -> Error {
    Error::new("add link", "v5".to_owned(), ErrorKind::Kernel(Box::new(KernelError { errno, diagnostic })))
}

#[test]
fn prints_as_one_line() {
    let diagnostic = Diagnostic {
        message: Some("VXLAN ID must be lower than 16777216".to_owned()),
        path: vec!["IFLA_LINKINFO", "IFLA_INFO_DATA", "IFLA_VXLAN_ID"],
        ..Diagnostic::default()
    };
    assert_eq!(
        refused(34, diagnostic).to_string(),
        "add link v5: numerical result out of range: VXLAN ID must be lower than 16777216 \
         (IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_VXLAN_ID)"
    );
    assert_eq!(refused(17, Diagnostic::default()).to_string(), "add link v5: file exists");
    let error = refused(19, Diagnostic::default()).about_device("eth0".to_owned());
    assert_eq!(error.to_string(), "add link v5: device eth0: no such device");
    assert_eq!(format!("{error:?}"), error.to_string());
    let error = Error::new("connect", String::new(), io::Error::from_raw_os_error(24).into());
    assert_eq!(error.to_string(), "connect: too many open files");
    for (after, text) in [(2_000, "2 s"), (50, "50 ms"), (1_500, "1.5 s")] {
        let kind = ErrorKind::Expired { after: Duration::from_millis(after) };
        let error = Error::new("wait for link", "eth0".to_owned(), kind).waiting_for("to be up");
        assert_eq!(error.to_string(), format!("wait for link eth0 to be up: timed out after {text}"));
    }
    let error = Error::new("connect", String::new(), io::Error::other("No words of the system").into());
    assert_eq!(error.to_string(), "connect: No words of the system");
}

#[test]
fn becomes_an_error_of_io() {
    let kind = |kind| io::Error::from(Error::new("add link", "v5".to_owned(), kind)).kind();
    let errno = |errno| io::Error::from(refused(errno, Diagnostic::default())).kind();
    assert_eq!(errno(ENODEV), io::ErrorKind::NotFound);
    assert_eq!(errno(EEXIST), io::ErrorKind::AlreadyExists);
    assert_eq!(errno(EPERM), io::ErrorKind::PermissionDenied);
    assert_eq!(errno(EOPNOTSUPP), io::ErrorKind::Unsupported);
    assert_eq!(errno(EBUSY), io::ErrorKind::ResourceBusy);
    assert_eq!(kind(ErrorKind::TimedOut), io::ErrorKind::TimedOut);
    assert_eq!(kind(ErrorKind::Malformed), io::ErrorKind::InvalidData);
    assert_eq!(kind(ErrorKind::Invalid(BuildError::Nul)), io::ErrorKind::InvalidInput);
    assert_eq!(kind(ErrorKind::Interrupted), io::ErrorKind::Other);

    let error = io::Error::from(refused(EEXIST, Diagnostic::default()));
    assert_eq!(error.to_string(), "add link v5: file exists");
    let ours = error.downcast::<Error>().unwrap();
    assert!(ours.is_already_exists());
}

#[test]
fn sources_lead_to_errors_of_io() {
    use std::error::Error as _;
    for kind in [ErrorKind::Io, ErrorKind::Unanswered] {
        let error = Error::new("connect", String::new(), kind(io::Error::from_raw_os_error(24)));
        let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
        assert_eq!(source.raw_os_error(), Some(24));
    }
    assert!(refused(EEXIST, Diagnostic::default()).source().is_none());
}

#[test]
fn answers_what_callers_ask() {
    let error = refused(17, Diagnostic::default());
    assert!(error.is_already_exists() && !error.is_not_found() && !error.is_busy());
    assert!(refused(19, Diagnostic::default()).is_not_found());
    assert!(Error::new("list links", String::new(), ErrorKind::Interrupted).is_interrupted());
}
