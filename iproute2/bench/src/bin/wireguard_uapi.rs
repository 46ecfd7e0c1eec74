//! wireguard-uapi, as its documentation shows.

use netlink_bench::world::WIREGUARD;
use netlink_bench::{Job, Sum, Turns, main as run};
use wireguard_uapi::get::Device;
use wireguard_uapi::{DeviceInterface, WgSocket};

fn main() {
    run(|job| (job.workload == "peers").then(|| peers(job)));
}

fn peers(job: &Job) -> Sum {
    let mut socket = WgSocket::connect().unwrap();
    let mut turns = Turns::new(job.times);
    while let Some(sum) = turns.begin() {
        read_peers(&socket.get_device(DeviceInterface::from_name(WIREGUARD)).unwrap(), sum);
    }
    turns.end()
}

fn read_peers(device: &Device, sum: &mut Sum) {
    for peer in &device.peers {
        sum.peer(
            &peer.public_key,
            peer.endpoint,
            peer.persistent_keepalive_interval,
            peer.last_handshake_time.as_secs(),
            (peer.rx_bytes, peer.tx_bytes),
        );
        for allowed in &peer.allowed_ips {
            sum.allowed_ip(Some(allowed.ipaddr), allowed.cidr_mask);
        }
    }
}
