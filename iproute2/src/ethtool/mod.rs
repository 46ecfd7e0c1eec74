//! Settings and state of network devices, as `ethtool` shows and sets them. Feature `ethtool`.
//!
//! Each message type is a question that a device answers, and mostly a setting that can be changed:
//!
//! | `ethtool` | here |
//! | --- | --- |
//! | `ethtool eth0` | [`ip.ethtool().get::<LinkModes>("eth0")`](Ethtool::get), `LinkInfo`, `LinkState`, `WakeOnLan`, `DebugMask` |
//! | `ethtool -s eth0 speed 1000 duplex full autoneg off` | [`...change("eth0", LinkModes::build().speed(1000).duplex("full").autonegotiation(false))`](Ethtool::change) |
//! | `ethtool -s eth0 wol g` | `...change("eth0", WakeOnLan::build().only(["magic"]))` |
//! | `ethtool -k eth0` | `...get::<Features>("eth0")` |
//! | `ethtool -K eth0 rx-gro-hw on` | `...change("eth0", Features::build().on("rx-gro-hw"))` |
//! | `ethtool -g eth0`, `-G eth0 rx 4096` | `Rings` |
//! | `ethtool -l eth0`, `-L eth0 combined 4` | `Channels` |
//! | `ethtool -c eth0`, `-C eth0 rx-usecs 50` | `Coalesce` |
//! | `ethtool -a eth0`, `-A eth0 rx off` | `Pause` |
//! | `ethtool --show-eee eth0`, `--set-eee` | `Eee` |
//! | `ethtool --show-fec eth0`, `--set-fec` | `Fec` |
//! | `ethtool --show-priv-flags eth0`, `--set-priv-flags` | `PrivateFlags` |
//! | `ethtool -T eth0`, `--get-phc-vclocks` | `Timestamping`, `TimestampConfig`, `PhcVclocks` |
//! | `ethtool -S eth0 --groups eth-mac` | `Statistics` |
//! | `ethtool -I -a eth0` (with statistics) | `...get::<Pause>("eth0").statistics()` |
//! | `ethtool --show-tunnels eth0` | `TunnelInfo` |
//! | `ethtool --show-module eth0`, `-m eth0` | `Module`, `Eeprom` |
//! | `ethtool -m eth0 page 3 offset 128 length 128` | [`...ask("eth0", Eeprom::part(3, 128, 128))`](Ethtool::ask) |
//! | `ethtool --flash-module-firmware eth0 file x.bin` | [`...flash_module("eth0", ModuleFirmware::build().file_name("x.bin"))`](Ethtool::flash_module) |
//! | `ethtool -x eth0` | `Rss` |
//! | `ethtool --get-plca-cfg eth0`, `--get-plca-status` | `Plca`, `PlcaStatus` |
//! | `ethtool --show-mm eth0`, `--set-mm` | `MacMerge` |
//! | `ethtool --show-pse eth0`, `--set-pse` | `Pse` |
//! | `ethtool --cable-test eth0` | [`...cable_test("eth0")`](Ethtool::cable_test), and the result as an [event](Ethtool::events) |
//! | `ethtool --monitor` | [`ip.ethtool().events()`](Ethtool::events) |
//! | `ethtool -g '*'` | [`ip.ethtool().list::<Rings>()`](Ethtool::list) |
//!
//! ```no_run
//! use iproute2::ethtool::{Eeprom, Features, LinkModes, Rings};
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! ip.ethtool().change("eth0", Rings::build().rx(4096)).wait()?;
//! ip.ethtool().change("eth0", Features::build().on("rx-gro-hw")).wait()?;
//!
//! let modes = ip.ethtool().get::<LinkModes>("eth0").wait()?;
//! println!("{:?} Mbit/s of {:?}", modes.speed(), modes.supported().collect::<Vec<_>>());
//! println!("{:?}", ip.ethtool().get::<Eeprom>("eth0").wait()?.identifier());
//! for rings in ip.ethtool().list::<Rings>().wait()? {
//!     println!("{:?} {:?}", rings.device().and_then(|device| device.name()), rings.rx());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A driver that lacks what is asked for says so: [`is_not_supported`](crate::Error::is_not_supported). Lists leave its device out.
//!
//! # Bits and their names
//!
//! Features, link modes and the like are bits, which the kernel names in string sets. A handle asks for the sets that it needs once, and
//! a reply knows the names of its bits ([`Named`]). A change is by name or number, and tells three things apart:
//! `on` and `off` change some bits, and [`BitChange::only`] replaces all of them. A name that the kernel does not have is an error
//! before anything is changed.

// | file | what |
// | --- | --- |
// | `mod.rs` | the door and the verbs |
// | `ask.rs` | questions on their way |
// | `change.rs` | changes on their way |
// | `known.rs` | string sets that a handle has asked for |
// | `list.rs` | questions to all devices |

mod ask;
pub(crate) mod cache;
mod change;
mod known;
mod list;

pub use ask::{Ask, Asking};
pub use change::{Change, Changing};
pub use known::{Names, Naming};
pub use list::{NamedList, NamedListing, NamedStream};
pub use netlink_packet::generic::ethtool::*;

use crate::device::Device;
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::order::{About, Order, Subject};
use crate::request::{Done, Request};
use crate::resolve::NAME_LEN;
use crate::target::Target;
use crate::watch::{EventMessage, Listen};
use crate::{Error, ErrorKind, Result};
use netlink_packet::generic::{GenericMessage, GenericMessageBuf};
use netlink_packet::{
    Buffer, Build, BuildError, Command, Family, Flags, Packet, PooledBuffer, Put, View, append, nested, set,
};
use rtnetlink::link::AltName;

impl<D> Handle<D> {
    /// Settings and state of network devices: `ethtool`.
    pub fn ethtool(&self) -> Ethtool<'_, D> {
        Ethtool(self)
    }
}

verbs! {
    /// The verbs of `ethtool`; [`Handle::ethtool`](crate::Handle::ethtool) gives them.
    pub struct Ethtool
}

impl<D> Ethtool<'_, D> {
    /// Asks a device, like `ethtool -g DEV` for [`Rings`].
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device,
    /// [not supported](crate::Error::is_not_supported) where its driver can't tell.
    pub fn get<M: Question + ?Sized>(&self, device: impl Into<Device>) -> Ask<D, M> {
        self.ask(device, M::question())
    }

    /// Asks a device a question that takes more than the device, such as part of an [`Eeprom`], some [groups](Statistics::of) of
    /// statistics, or an RSS context.
    pub fn ask<B>(&self, device: impl Into<Device>, question: B) -> Ask<D, B::View>
    where
        B: Build,
        B::View: Question,
    {
        let message = to_device::<B::View>(question.into_buffer(), Some(device.into()), asked::<B::View>());
        let flags = if B::View::MAY_LACK_REPLY { Flags::ACK } else { Flags::empty() };
        Ask::new(self.0, self.request::<B::View, _>(B::View::OPERATIONS[0], flags, message, B::View::COMMAND))
    }

    /// Asks all devices, like `ethtool -g '*'` for [`Rings`], and lists those whose drivers can tell.
    pub fn list<M: Question + ?Sized>(&self) -> NamedList<D, M> {
        self.list_by(M::question())
    }

    /// The same with a question that takes more.
    pub fn list_by<B>(&self, question: B) -> NamedList<D, B::View>
    where
        B: Build,
        B::View: Question,
    {
        let target = const { &target::<B::View>() };
        let message = to_device::<B::View>(question.into_buffer(), None, asked::<B::View>());
        let (connection, command) = (self.0.connection_of(FAMILY), B::View::COMMAND);
        let message = with_command(message, command);
        let list = List::of(&connection, self.0.timeout(), B::View::OPERATIONS[1], target, command, message);
        NamedList::new(Names::new(self.0, B::View::NAMES), list)
    }

    /// Changes settings of a device, like `ethtool -G DEV rx N` for [`Rings`]: what the message does not say stays as it is. It may
    /// be what was [read](Self::get), as `to_request` gives it.
    ///
    /// The future's errors: [`ErrorKind::Unchanged`] where features are not as they were asked for;
    /// others as for [`get`](Self::get).
    pub fn change<B>(&self, device: impl Into<Device>, change: B) -> Change<D, B::View>
    where
        B: Build,
        B::View: Setting,
    {
        let device = device.into();
        let mut change = change.into_buffer();
        if change.body().len() <= <B::View as View>::START {
            change.refuse(BuildError::Invalid("it says nothing to be changed".to_owned()));
        }
        // A reply has the few bits that are not as it was asked, with their names.
        let flags = if B::View::HAS_REPLY { HeaderFlags::empty() } else { HeaderFlags::OMIT_REPLY };
        let message = to_device::<B::View>(change, Some(device.clone()), flags);
        let (operation, command) = (B::View::OPERATIONS[2], B::View::SET.into());
        let request = self.request::<B::View, _>(operation, Flags::ACK, message.clone(), command);
        Change::new(self.0, device, message, request)
    }

    /// The names of bits and counters, by string set: of sets that the handle has not asked for yet, it asks once.
    pub fn names(&self, sets: impl IntoIterator<Item = StringSetId>) -> Names<D> {
        Names::new(self.0, &sets.into_iter().collect::<Vec<_>>())
    }

    /// Starts a cable test, like `ethtool --cable-test DEV`. The link goes down for it; the results come as an
    /// [event](Self::events): [`Notification::CableTest`].
    pub fn cable_test(&self, device: impl Into<Device>) -> Request<D, Done> {
        self.act("test cable", device, CableTest::build())
    }

    /// Starts a cable test that reports what it measures, like `ethtool --cable-test-tdr DEV`. The measurements come as an
    /// [event](Self::events): [`Notification::CableTestTdr`].
    pub fn cable_test_tdr(&self, device: impl Into<Device>, test: CableTestTdrBuf) -> Request<D, Done> {
        self.act("test cable by TDR", device, test)
    }

    /// Starts to flash the firmware of a device's transceiver module, like `ethtool --flash-module-firmware DEV file NAME`. The
    /// progress comes as [events](Self::events): [`Notification::ModuleFirmware`].
    pub fn flash_module(&self, device: impl Into<Device>, firmware: ModuleFirmwareBuf) -> Request<D, Done> {
        self.act("flash module", device, firmware)
    }

    /// Creates an RSS context (since Linux 6.17), and returns it with the number that it got.
    pub fn create_rss_context(&self, device: impl Into<Device>, context: RssBuf) -> Request<D, Packet<Rss>> {
        let header = HeaderFlags::COMPACT_BITSETS;
        let message = to_device::<Rss>(context.into_buffer(), Some(device.into()), header);
        self.request::<Rss, _>(
            "create RSS context",
            Flags::empty(),
            message,
            ETHTOOL_MSG_RSS_CREATE_ACT.into(),
        )
    }

    /// Deletes an RSS context (since Linux 6.17).
    pub fn delete_rss_context(&self, device: impl Into<Device>, context: u32) -> Request<D, Done> {
        let (message, header) = (Rss::build().context(context), HeaderFlags::empty());
        let message = to_device::<Rss>(message.into_buffer(), Some(device.into()), header);
        let command = ETHTOOL_MSG_RSS_DELETE_ACT.into();
        self.request::<Rss, _>("delete RSS context", Flags::ACK, message, command)
    }

    /// Listens to changes of all devices, and to the results of what was started, like `ethtool --monitor`. [`Notification`] reads
    /// them all; one that is of a single type, [`EventMessage::of`] does.
    ///
    /// Where other families are listened to as well, or watched, the group is `(FAMILY, "monitor")`.
    ///
    /// ```no_run
    /// use iproute2::ethtool::{CableResults, Notification};
    /// use iproute2::watch::Event;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let ip = iproute2::blocking::connect()?;
    /// let events = ip.ethtool().events().open()?;
    /// ip.ethtool().cable_test("eth0").wait()?;
    /// for event in events {
    ///     let Event::Message(message) = event? else { continue };
    ///     if let Notification::CableTest(test) = Notification::try_from(&message)? {
    ///         for pair in test.results().and_then(CableResults::pairs).into_iter().flatten() {
    ///             println!("{:?}: {:?}", pair.pair(), pair.code());
    ///         }
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn events(&self) -> Listen<D> {
        self.0.events([(FAMILY, "monitor")])
    }

    fn act<B>(&self, operation: &'static str, device: impl Into<Device>, message: B) -> Request<D, Done>
    where
        B: Build,
        B::View: DeviceRequest,
    {
        let flags = HeaderFlags::OMIT_REPLY;
        let message = to_device::<B::View>(message.into_buffer(), Some(device.into()), flags);
        self.request::<B::View, _>(operation, Flags::ACK, message, B::View::COMMAND)
    }

    fn request<M: DeviceRequest + ?Sized, R>(
        &self,
        operation: &'static str,
        flags: Flags,
        message: PooledBuffer,
        command: u16,
    ) -> Request<D, R> {
        let subject = Subject { operation, object: const { &about::<M>() } };
        let message = with_command(message, command);
        let order = Order { subject, message_type: command, flags, message };
        Request::new(&self.0.connection_of(FAMILY), self.0.timeout(), order)
    }
}

/// Names the device in the header of a request, and says what its reply is to have.
fn to_device<M: DeviceRequest + ?Sized>(
    mut message: PooledBuffer,
    device: Option<Device>,
    flags: HeaderFlags,
) -> PooledBuffer {
    let header = M::cast(message.body()).attributes_of().get(M::DEVICE);
    let asked = header.and_then(DeviceHeader::flags).unwrap_or_default();
    let phy = header.and_then(DeviceHeader::phy_index);
    match &device {
        Some(Device::Name(name)) if !(1..=NAME_LEN).contains(&name.len()) => {
            refuse_name(name, &mut message);
        }
        Some(Device::Index(index)) if i32::try_from(*index).unwrap_or_default() == 0 => {
            message.refuse(BuildError::NotAnIndex(*index));
        }
        _ => (),
    }
    set(&mut message, M::DEVICE, Header { device: device.as_ref(), flags: asked | flags, phy });
    message
}

/// The header of a request, which is written in place: a builder would be another buffer.
struct Header<'a> {
    device: Option<&'a Device>,
    flags: HeaderFlags,
    phy: Option<u32>,
}

impl Put<DeviceHeader> for Header<'_> {
    fn put(self, out: &mut Buffer) {
        append(out, DeviceHeader::ETHTOOL_A_HEADER_FLAGS, self.flags);
        if let Some(phy) = self.phy {
            append(out, DeviceHeader::ETHTOOL_A_HEADER_PHY_INDEX, phy);
        }
        match self.device {
            None => (),
            // The kernel looks up a name itself, also an alternative one.
            Some(Device::Name(name)) => append(out, DeviceHeader::ETHTOOL_A_HEADER_DEV_NAME, &**name),
            Some(Device::Index(index)) => append(out, DeviceHeader::ETHTOOL_A_HEADER_DEV_INDEX, *index),
        }
    }
}

/// Refuses what is not an alternative name either.
#[cold]
fn refuse_name(name: &[u8], message: &mut PooledBuffer) {
    let mut checked = Buffer::new(0);
    Put::<AltName>::put(name, &mut checked);
    if let Some(problem) = checked.problem() {
        message.refuse(problem.clone());
    }
}

/// Adds to what the reply is to have.
fn with_flags<B>(message: B, flags: HeaderFlags) -> B
where
    B: Build,
    B::View: DeviceRequest,
{
    let mut message = message.into_buffer();
    let header: DeviceHeaderBuf = nested(&message, B::View::DEVICE);
    let asked = header.view().flags().unwrap_or_default();
    set(&mut message, B::View::DEVICE, header.flags(asked | flags));
    B::from_buffer(message)
}

/// What the reply to a question is to have: bitmaps without names, if the kernel's string sets have them.
fn asked<M: Question + ?Sized>() -> HeaderFlags {
    if M::NAMES.is_empty() { HeaderFlags::empty() } else { HeaderFlags::COMPACT_BITSETS }
}

fn with_command(message: PooledBuffer, command: u16) -> PooledBuffer {
    let command = u8::try_from(command).unwrap_or_default();
    GenericMessageBuf::from_buffer(message).command(command).version(VERSION).into_buffer()
}

/// The version of the family's interface.
const VERSION: u8 = 1;

const fn target<M: DeviceRequest + ?Sized>() -> Target {
    Target { label: label::<M>, ..Target::own::<M>() }
}

const fn about<M: DeviceRequest + ?Sized>() -> About {
    About::of_family(target::<M>(), |_| Ok(None))
}

/// What errors call the device of a request.
fn label<M: DeviceRequest + ?Sized>(body: &[u8], device: &dyn Fn(u32) -> String) -> String {
    let Some(header) = M::cast(body).attributes_of().get(M::DEVICE) else { return String::new() };
    match (header.name(), header.index()) {
        (Some(name), _) => name.to_string(),
        (None, Some(index)) => device(index),
        (None, None) => String::new(),
    }
}

/// A notification that was [listened](Ethtool::events) for. It fails for messages of other families.
impl TryFrom<&EventMessage> for Notification {
    type Error = Error;

    fn try_from(message: &EventMessage) -> Result<Self> {
        let failed = |kind| Error::new("read notification", String::new(), kind);
        match message.family() {
            Family::Generic { name: "ethtool", .. } => (),
            _ => return Err(failed(ErrorKind::Malformed)),
        }
        let message = message.read::<GenericMessage>()?;
        Notification::new(message.message().clone()).map_err(|error| failed(error.into()))
    }
}
