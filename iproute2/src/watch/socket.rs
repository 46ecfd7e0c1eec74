//! Sockets that listen to multicast groups. Nothing here waits.

use crate::connection::Connection;
use crate::driver::receive::{offer, take};
use bytes::BytesMut;
use netlink_sys::{DatagramInfo, Socket};
use std::io;

/// The receive buffer that a watch requests, in bytes as the kernel counts them: some 8,700 notifications.
pub(super) const BUFFER: usize = 8 << 20;

/// Opens a socket that listens to groups, and to others that a kernel may lack.
pub(super) fn open_socket(
    connection: &Connection,
    groups: &[u32],
    helpers: &[u32],
    buffer: Option<usize>,
) -> io::Result<Socket> {
    let socket = connection.another_socket()?;
    // The kernel doubles what is set.
    let half = buffer.unwrap_or(BUFFER) / 2;
    if socket.set_recv_buffer_force(half).is_err() {
        socket.set_recv_buffer(half)?;
    }
    // For lower numbers, the sender's address of each datagram has the group.
    if groups.iter().chain(helpers).any(|group| *group > 32) {
        socket.set_packet_info(true)?;
    }
    groups.iter().try_for_each(|group| socket.add_membership(*group))?;
    for group in helpers {
        match socket.add_membership(*group) {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                log::debug!("the kernel lacks group {group}: {error}");
            }
            joined => joined?,
        }
    }
    Ok(socket)
}

/// Receives one datagram into a chunk, replacing its contents; empty if another program sent it. `None` if datagrams were lost.
#[inline]
pub(super) fn receive(
    chunk: &mut BytesMut,
    room: &mut usize,
    socket: &Socket,
) -> io::Result<Option<DatagramInfo>> {
    chunk.clear();
    offer(chunk, *room);
    let received = socket.try_recv(chunk);
    take(chunk, room, received)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_without_a_group_that_only_helps() {
        let connection = Connection::open(None).unwrap();
        open_socket(&connection, &[], &[40_000], None).unwrap();
        let error = open_socket(&connection, &[40_000], &[], None).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn packet_info_is_requested_only_where_it_is_needed() {
        const STATS: u32 = 36;
        let connection = Connection::open(None).unwrap();
        for (groups, helpers, wanted) in
            [(&[1, 32][..], &[][..], false), (&[1, STATS], &[], true), (&[], &[STATS], true)]
        {
            let socket = open_socket(&connection, groups, helpers, None).unwrap();
            assert_eq!(socket.packet_info().unwrap(), wanted, "{groups:?} {helpers:?}");
        }
    }
}
