//! Port profiles (`IFLA_PORT_SELF`, `IFLA_VF_PORTS`): association of a virtual machine's port with an external switch (802.1Qbg, VN-Link).

use netlink_packet::{Items, Repeated, netlink, values};

netlink! {
    /// Port profiles of the virtual functions: `IFLA_VF_PORTS`.
    pub struct PortProfiles / PortProfilesBuf
    attributes {
        /// Port profiles, one per virtual function.
        IFLA_VF_PORT = 1 => ports: Items<'_, PortProfile> as Repeated<PortProfile>,
    }
}

netlink! {
    /// A port profile (IEEE 802.1Qbg or a vendor's) that an adapter associates with a switch port:
    /// `IFLA_PORT_*`.
    pub struct PortProfile / PortProfileBuf
    attributes {
        /// Virtual function (VF) number; -1, all bits set, is the device itself.
        IFLA_PORT_VF = 1 => vf: u32,
        /// Port profile name.
        IFLA_PORT_PROFILE = 2 => profile: &str as str,
        /// VSI type (802.1Qbg virtual station interface).
        IFLA_PORT_VSI_TYPE = 3 => vsi_type: &PortVsi as PortVsi; ignored,
        /// Instance UUID: identifies the virtual machine.
        IFLA_PORT_INSTANCE_UUID = 4 => instance: [u8; 16],
        /// Host UUID.
        IFLA_PORT_HOST_UUID = 5 => host: [u8; 16],
        /// Request to make of the switch.
        IFLA_PORT_REQUEST = 6 => request: PortRequest,
        /// Response: status of the last request.
        IFLA_PORT_RESPONSE = 7 => response: PortResponse; read_only,
    }
}

netlink! {
    /// VSI type (IEEE 802.1Qbg): `struct ifla_port_vsi`.
    pub struct PortVsi / PortVsiBuf
    header ifla_port_vsi: 8 {
        /// VSI manager id.
        vsi_mgr_id = 0 => manager: u8,
        /// VSI type id, 24 bits.
        vsi_type_id = 1 => type_id: [u8; 3],
        /// VSI type version.
        vsi_type_version = 4 => version: u8,
    }
}

values! {
    /// Port profile request: `PORT_REQUEST_*`.
    pub struct PortRequest: u8 = "port-request" {
        /// Preassociate: check the profile without activating it.
        PREASSOCIATE = 0 => "preassociate",
        /// Preassociate with resource reservation.
        PREASSOCIATE_RR = 1 => "preassociate_rr",
        /// Associate: activate the profile.
        ASSOCIATE = 2 => "associate",
        /// Disassociate: release the profile.
        DISASSOCIATE = 3 => "disassociate",
    }
}

values! {
    /// Response to a port profile request: `PORT_VDP_RESPONSE_*` and `PORT_PROFILE_RESPONSE_*`.
    pub struct PortResponse: u16 = "port-response" {
        /// VDP: success.
        VDP_SUCCESS = 0 => "success",
        /// VDP: invalid request format.
        VDP_INVALID_FORMAT = 1 => "invalid format",
        /// VDP: insufficient resources.
        VDP_INSUFFICIENT_RESOURCES = 2 => "insufficient resources",
        /// VDP: VSI type ID (VTID) not in use.
        VDP_UNUSED_VTID = 3 => "unused type",
        /// VDP: VSI type ID (VTID) not allowed.
        VDP_VTID_VIOLATION = 4 => "type violation",
        /// VDP: version of the VSI type ID (VTID) not allowed.
        VDP_VTID_VERSION_VIOLATION = 5 => "type version violation",
        /// VDP: station and bridge are out of sync.
        VDP_OUT_OF_SYNC = 6 => "out of sync",
        /// Profile associated successfully.
        PROFILE_SUCCESS = 256 => "profile in force",
        /// Profile association in progress.
        PROFILE_INPROGRESS = 257 => "profile in progress",
        /// Profile is invalid (unknown).
        PROFILE_INVALID = 258 => "no such profile",
        /// Port is in a bad state for the request.
        PROFILE_BADSTATE = 259 => "bad state",
        /// Insufficient resources for the profile.
        PROFILE_INSUFFICIENT_RESOURCES = 260 => "insufficient resources for profile",
        /// Other profile error.
        PROFILE_ERROR = 261 => "profile error",
    }
}
