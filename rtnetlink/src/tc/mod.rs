//! Traffic control (tc): queueing disciplines (qdiscs), their classes, filters and actions.
//!
//! | `tc` | here |
//! | --- | --- |
//! | `... root handle 1: htb default 30` | `Htb::build().default_class("1:30").root().handle("1:")` |
//! | `... parent 1: classid 1:10 htb rate 10mbit ceil 20mbit` | `Htb::build().rate("10mbit").ceil("20mbit").class("1:10")` |
//! | `... parent 1:10 fq_codel ecn` | `FqCodel::build().ecn(true).under("1:10")` |
//! | `... root netem delay 100ms loss 1%` | `Netem::build().delay("100ms").loss("1%").root()` |
//! | `... root cake bandwidth 100mbit nat` | `Cake::build().bandwidth("100mbit").nat(true).root()` |
//! | `... classid 1:10 hfsc rt umax 1500b dmax 10ms rate 1mbit` | `HfscClass::build().real_time("umax 1500b dmax 10ms rate 1mbit").class("1:10")` |
//! | `... clsact` | `Clsact::build().ingress()` |
//! | `tc filter add ... ingress protocol ip prio 10 flower dst_ip 192.0.2.0/24 action drop` | `Flower::build().destination("192.0.2.0/24").action(Gact::drop()).ingress().priority(10)` |
//! | `... parent 1: protocol ip u32 match ip dport 80 0xffff flowid 1:10` | `U32::build().destination_port(80).class("1:10").under("1:").protocol("ip")` |
//!
//! The options of a kind come first; [`PlaceQdisc`], [`PlaceClass`] and [`PlaceFilter`] make the message of them that says where it goes.
//!
//! ```
//! use rtnetlink::tc::qdisc::Htb;
//! use rtnetlink::tc::{PlaceClass, Rate, TcHandle};
//!
//! let class = Htb::build().rate("10mbit").ceil("20mbit").class("1:10");
//! let class = class.view();
//! assert_eq!((class.handle(), class.parent()), (TcHandle::new(1, 0x10), TcHandle::new(1, 0)));
//! assert_eq!(class.kind::<Htb>().and_then(Htb::ceil), Some(Rate::mbit(20)));
//! ```
//!
//! # A kind of your own
//!
//! A kind is a table ([`netlink!`](netlink_packet::netlink)) and a name:
//!
//! ```
//! use rtnetlink::netlink_packet::netlink;
//! use rtnetlink::tc::{PlaceQdisc, QdiscKind};
//!
//! netlink! {
//!     /// A qdisc of our module.
//!     pub struct Slow / SlowBuf
//!     attributes {
//!         /// How slow, in percent.
//!         TCA_SLOW_SHARE = 1 => share: u32,
//!     }
//! }
//!
//! impl QdiscKind for Slow {
//!     const NAME: &'static str = "slow";
//! }
//!
//! let qdisc = Slow::build().share(50).root();
//! assert_eq!(qdisc.view().kind::<Slow>().and_then(Slow::share), Some(50));
//! ```

#[macro_use]
mod copied;

mod classic_bpf;
mod clock;
mod ether_type;
mod given;
mod handle;
mod message;
mod place;
mod rate_spec;
mod service_curve;
mod size_table;
mod stats;
mod traffic_classes;
mod units;
mod verdict;

pub mod action;
pub mod ematch;
pub mod filter;
pub mod qdisc;

pub use action::{Action, ActionBuf, ActionKind, ActionMessage, ActionMessageBuf, BuildAction, IntoAction};
pub use clock::ClockId;
pub use ether_type::EtherType;
pub use filter::{
    ChainMessage, ChainMessageBuf, FilterKind, FilterMessage, FilterMessageBuf, HasActions, PlaceFilter,
    TakeActions,
};
pub use handle::TcHandle;
pub use message::{
    ClassMessage, ClassMessageBuf, ClassOptions, ExtraStats, QdiscMessage, QdiscMessageBuf, QdiscOptions,
    TcStats, TcStatsBuf,
};
pub use place::{PlaceClass, PlaceQdisc};
pub use qdisc::{ClassKind, QdiscKind};
pub use rate_spec::{LinkLayer, RateSpec};
pub use service_curve::ServiceCurve;
pub use size_table::{SizeSpec, SizeSpecBuf, SizeTable, SizeTableBuf};
pub use stats::{
    ByteStats, ByteStatsBuf, Estimator, EstimatorBuf, OldStats, OldStatsBuf, QueueStats, QueueStatsBuf,
    RateEstimate, RateEstimate64, RateEstimate64Buf, RateEstimateBuf,
};
pub use traffic_classes::{FramePreemption, Queues, TrafficClasses, TrafficClassesBuf};
pub use units::{MICROSECOND, NarrowRate, Percent, Rate, Size, TICK, TimeIn};
pub use verdict::Verdict;
