//! neli, by its routers, as its examples use them. The blocking one has a thread that receives.

use neli::attr::Attribute;
use neli::consts::nl::NlmF;
use neli::consts::rtnl::{Ifla, IflaInfo, Nda, Nud, RtAddrFamily, RtScope, RtTable, Rta, Rtm, Rtn, Rtprot};
use neli::consts::socket::NlFamily;
use neli::nl::NlPayload;
use neli::router::{asynchronous, synchronous};
use neli::rtnl::{Ifinfomsg, IfinfomsgBuilder, Ndmsg, NdmsgBuilder, RtattrBuilder, Rtmsg, RtmsgBuilder};
use neli::types::{Buffer, RtBuffer};
use neli::utils::Groups;
use netlink_bench::world::{DEVICE, GATEWAY, destination};
use netlink_bench::{EVENTS, Job, Sum, Turns, ask_for_events, block_on, main as run};
use std::error::Error;
use std::net::{IpAddr, Ipv4Addr};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The multicast group of IPv4 routes.
const IPV4_ROUTE: u32 = 7;

fn main() {
    run(|job| match job.variant.as_str() {
        "blocking" => in_this_thread(job).unwrap(),
        _ => block_on(&job.variant, in_runtime(job.clone())).unwrap(),
    });
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        _ => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_ne_bytes)
}

fn long(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_ne_bytes)
}

fn text(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(&[0]).unwrap_or(bytes)
}

fn read_route(route: &Rtmsg, sum: &mut Sum) {
    let (mut to, mut via, mut device, mut metric) = (None, None, None, None);
    let mut table = u32::from(u8::from(*route.rtm_table()));
    for attribute in route.rtattrs().iter() {
        let payload = attribute.rta_payload().as_ref();
        match attribute.rta_type() {
            Rta::Dst => to = address(payload),
            Rta::Gateway => via = address(payload),
            Rta::Oif => device = number(payload),
            Rta::Priority => metric = number(payload),
            Rta::Table => table = number(payload).unwrap_or(table),
            _ => (),
        }
    }
    sum.route(to, *route.rtm_dst_len(), via, device, metric, table, (*route.rtm_protocol()).into());
}

fn read_link(link: &Ifinfomsg, sum: &mut Sum) {
    let (mut name, mut mtu, mut address, mut state) = (&[][..], None, &[][..], None);
    let (mut kind, mut counted) = (Vec::new(), (0, 0));
    for attribute in link.rtattrs().iter() {
        let payload = attribute.rta_payload().as_ref();
        match attribute.rta_type() {
            Ifla::Ifname => name = text(payload),
            Ifla::Mtu => mtu = number(payload),
            Ifla::Address => address = payload,
            Ifla::Operstate => state = payload.first().copied(),
            Ifla::Linkinfo => {
                if let Ok(info) = attribute.get_attr_handle::<IflaInfo>() {
                    let found = info.iter().find(|attribute| *attribute.rta_type() == IflaInfo::Kind);
                    kind = found.map_or(Vec::new(), |kind| text(kind.payload().as_ref()).to_vec());
                }
            }
            Ifla::Stats64 => counted = (long(payload, 16), long(payload, 24)),
            _ => (),
        }
    }
    let (index, flags) = (*link.ifi_index() as u32, link.ifi_flags().bits());
    sum.link(index, flags, name, mtu, address, state, &kind, counted);
}

fn read_neighbour(neighbour: &Ndmsg, sum: &mut Sum) {
    let (mut to, mut link) = (None, &[][..]);
    for attribute in neighbour.rtattrs().iter() {
        let payload = attribute.rta_payload().as_ref();
        match attribute.rta_type() {
            Nda::Dst => to = address(payload),
            Nda::Lladdr => link = payload,
            _ => (),
        }
    }
    let (state, flags) = (neighbour.ndm_state().bits(), neighbour.ndm_flags().bits());
    sum.neighbour(to, link, *neighbour.ndm_index() as u32, state, flags);
}

fn read_one_link(link: &Ifinfomsg, sum: &mut Sum) {
    let (mut name, mut mtu) = (&[][..], None);
    for attribute in link.rtattrs().iter() {
        match attribute.rta_type() {
            Ifla::Ifname => name = text(attribute.rta_payload().as_ref()),
            Ifla::Mtu => mtu = number(attribute.rta_payload().as_ref()),
            _ => (),
        }
    }
    sum.one_link(*link.ifi_index() as u32, name, mtu);
}

fn builder() -> RtmsgBuilder {
    RtmsgBuilder::default().rtm_family(RtAddrFamily::Inet).rtm_src_len(0).rtm_tos(0)
}

fn routes() -> Result<Rtmsg> {
    let message = builder().rtm_dst_len(0).rtm_table(RtTable::Unspec).rtm_protocol(Rtprot::Unspec);
    Ok(message.rtm_scope(RtScope::Universe).rtm_type(Rtn::Unspec).build()?)
}

fn links() -> Result<Ifinfomsg> {
    let mut attributes = RtBuffer::new();
    attributes.push(RtattrBuilder::default().rta_type(Ifla::ExtMask).rta_payload(1u32).build()?);
    Ok(IfinfomsgBuilder::default().ifi_family(RtAddrFamily::Unspecified).rtattrs(attributes).build()?)
}

fn neighbours() -> Result<Ndmsg> {
    let message = NdmsgBuilder::default().ndm_family(RtAddrFamily::Inet).ndm_index(0);
    Ok(message.ndm_state(Nud::empty()).ndm_type(Rtn::Unspec).rtattrs(RtBuffer::new()).build()?)
}

fn one_link() -> Result<Ifinfomsg> {
    Ok(IfinfomsgBuilder::default().ifi_family(RtAddrFamily::Unspecified).ifi_index(DEVICE as i32).build()?)
}

fn to(destination: Ipv4Addr) -> Result<RtBuffer<Rta, Buffer>> {
    let mut attributes = RtBuffer::new();
    let octets = destination.octets();
    attributes.push(RtattrBuilder::default().rta_type(Rta::Dst).rta_payload(&octets[..]).build()?);
    Ok(attributes)
}

fn add(number: u32) -> Result<Rtmsg> {
    let mut attributes = to(destination(number))?;
    let gateway = GATEWAY.octets();
    attributes.push(RtattrBuilder::default().rta_type(Rta::Gateway).rta_payload(&gateway[..]).build()?);
    attributes.push(RtattrBuilder::default().rta_type(Rta::Oif).rta_payload(DEVICE).build()?);
    let message = builder().rtm_dst_len(32).rtm_table(RtTable::Main).rtm_protocol(Rtprot::Boot);
    Ok(message.rtm_scope(RtScope::Universe).rtm_type(Rtn::Unicast).rtattrs(attributes).build()?)
}

fn delete(number: u32) -> Result<Rtmsg> {
    let message = builder().rtm_dst_len(32).rtm_table(RtTable::Main).rtm_protocol(Rtprot::Unspec);
    let message = message.rtm_scope(RtScope::Nowhere).rtm_type(Rtn::Unspec);
    Ok(message.rtattrs(to(destination(number))?).build()?)
}

/// The same text for the blocking router and for the async one.
macro_rules! work {
    ($job:ident, $Router:path, $next:ident $(, $await:tt)?) => {{
        let groups = match $job.workload.as_str() {
            "events" => Groups::new_groups(&[IPV4_ROUTE]),
            _ => Groups::empty(),
        };
        let (router, mut heard) = <$Router>::connect(NlFamily::Route, None, groups)$(.$await)??;
        router.enable_ext_ack(true)?;
        let mut turns = Turns::new($job.times);
        macro_rules! read {
            ($kind:expr, $flags:expr, $message:expr, $M:ty, $read:expr) => {
                let payload = NlPayload::Payload($message);
                let mut reply = router.send::<_, _, Rtm, $M>($kind, $flags, payload)$(.$await)??;
                while let Some(answer) = reply.$next::<Rtm, $M>()$(.$await)? {
                    if let Some(object) = answer?.get_payload() {
                        $read(object);
                    }
                }
            };
        }
        match $job.workload.as_str() {
            "routes" => {
                while let Some(sum) = turns.begin() {
                    read!(Rtm::Getroute, NlmF::DUMP, routes()?, Rtmsg, |route| read_route(route, sum));
                }
            }
            "links" => {
                while let Some(sum) = turns.begin() {
                    read!(Rtm::Getlink, NlmF::DUMP, links()?, Ifinfomsg, |link| read_link(link, sum));
                }
            }
            "neighbours" => {
                while let Some(sum) = turns.begin() {
                    read!(Rtm::Getneigh, NlmF::DUMP, neighbours()?, Ndmsg, |one| read_neighbour(one, sum));
                }
            }
            "get" => {
                while let Some(sum) = turns.begin() {
                    for _ in 0..$job.size {
                        let none = NlmF::empty();
                        read!(Rtm::Getlink, none, one_link()?, Ifinfomsg, |link| read_one_link(link, sum));
                    }
                }
            }
            "change" => {
                while let Some(sum) = turns.begin() {
                    for number in 0..$job.size {
                        let flags = NlmF::CREATE | NlmF::EXCL | NlmF::ACK;
                        read!(Rtm::Newroute, flags, add(number)?, Rtmsg, |_: &Rtmsg| ());
                        sum.done();
                    }
                    for number in 0..$job.size {
                        read!(Rtm::Delroute, NlmF::ACK, delete(number)?, Rtmsg, |_: &Rtmsg| ());
                        sum.done();
                    }
                }
            }
            "events" => {
                while let Some(sum) = turns.begin() {
                    ask_for_events();
                    for _ in 0..EVENTS {
                        let event = heard.$next::<Rtm, Rtmsg>()$(.$await)?.expect("no end")?;
                        read_route(event.get_payload().expect("an event of a route"), sum);
                    }
                }
            }
            _ => return Ok(None),
        }
        Ok(Some(turns.end()))
    }};
}

fn in_this_thread(job: &Job) -> Result<Option<Sum>> {
    work!(job, synchronous::NlRouter, next_typed)
}

async fn in_runtime(job: Job) -> Result<Option<Sum>> {
    work!(job, asynchronous::NlRouter, next, await)
}
