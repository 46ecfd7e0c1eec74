//! Several values that the kernel lists in one attribute, and takes in one each.

use netlink_packet::{Buffer, Joined, NLA_F_NESTED, Parts, RawAttributes, netlink};

netlink! {
    /// A packet's way through a tunnel.
    pub struct Tunnel / TunnelBuf
    attributes {
        /// Its number.
        TUNNEL_ID = 1 => id: u32,
        /// Options.
        TUNNEL_OPTION = 2 | NLA_F_NESTED => options: Parts<'_, TunnelOption> as Joined<TunnelOption>,
    }
}

netlink! {
    /// An option of a tunnel.
    pub struct TunnelOption / TunnelOptionBuf
    attributes {
        /// Whose it is.
        OPTION_CLASS = 1 => class: u16,
        /// What it is.
        OPTION_TYPE = 2 => option_type: u8,
        /// Its bytes.
        OPTION_DATA = 3 => data: &[u8] as [u8],
    }
}

fn options() -> [TunnelOptionBuf; 3] {
    let option = |class, number| TunnelOption::build().class(class).option_type(number);
    [option(1, 2).data([1, 2, 3, 4]), option(1, 3), option(7, 2).data([9; 8])]
}

/// As the kernel lists them: in one attribute, with an option in another behind it.
fn listed() -> TunnelBuf {
    let [first, second, third] = options();
    let both = [first.as_bytes(), second.as_bytes()].concat();
    let nest = Buffer::from_view(TunnelOption::new(&both).unwrap());
    let nest = netlink_packet::Build::from_buffer(nest);
    let nests: [TunnelOptionBuf; 2] = [nest, third];
    Tunnel::build().id(5).options(nests)
}

/// Class, type and bytes of an option.
type Told = (Option<u16>, Option<u8>, Option<Vec<u8>>);

fn told(tunnel: &Tunnel) -> Vec<Told> {
    let options = tunnel.options().into_iter().flatten();
    options.map(|one| (one.class(), one.option_type(), one.data().map(<[u8]>::to_vec))).collect()
}

fn attributes(tunnel: &Tunnel) -> usize {
    RawAttributes::new(tunnel.as_bytes()).filter(|one| one.number() == 2).count()
}

#[test]
fn each_is_read_wherever_it_is() {
    let [built, listed] = [Tunnel::build().options(options()).id(5), listed()];
    assert_eq!((attributes(&built), attributes(&listed)), (3, 2));
    assert_eq!(told(&built).len(), 3);
    assert_eq!(told(&built), told(&listed));
    assert!(Tunnel::build().view().options().is_none());
    let shown = format!("{listed:?}");
    assert_eq!(shown.matches("TunnelOption {").count(), 3, "{shown}");
}

#[test]
fn a_request_has_one_in_each() {
    let request = listed().view().to_request();
    assert_eq!(attributes(&request), 3);
    assert_eq!((told(&request), request.view().id()), (told(&listed()), Some(5)));
    assert_eq!(request.view().to_request(), request);
}

#[test]
fn what_is_malformed_costs_no_other() {
    let [first, ..] = options();
    for junk in [&[1, 2, 3][..], &[200, 0, 1, 0, 5]] {
        let bytes = [first.as_bytes(), junk].concat();
        let mut tunnel = vec![u8::try_from(bytes.len()).unwrap() + 4, 0, 2, 0];
        tunnel.extend(&bytes);
        tunnel.resize(tunnel.len().next_multiple_of(4), 0);
        if cfg!(target_endian = "big") {
            return;
        }
        let tunnel = Tunnel::new(&tunnel).unwrap();
        assert_eq!(told(tunnel), [(Some(1), Some(2), Some(vec![1, 2, 3, 4]))]);
        assert!(format!("{tunnel:?}").contains("malformed"), "{tunnel:?}");
        assert_eq!(tunnel.malformed().count(), 1);
    }
    // None at all.
    let tunnel = Tunnel::build().options([TunnelOption::build()]);
    assert_eq!(told(&tunnel), []);
    assert_eq!(tunnel.malformed().count(), 0);
}

#[cfg(feature = "serde")]
#[test]
fn a_list_of_all() {
    let json = serde_json::to_value(listed()).unwrap();
    let options = json["options"].as_array().unwrap();
    assert_eq!(options.len(), 3, "{json}");
    assert_eq!(options[1], serde_json::json!({ "class": 1, "option_type": 3 }));
    assert_eq!(json, serde_json::to_value(Tunnel::build().id(5).options(self::options())).unwrap());
}
