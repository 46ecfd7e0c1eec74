//! Port profiles: what a switch outside is asked to do for a virtual machine's link.

use netlink_packet::{Items, Repeated, netlink, values};

netlink! {
    /// The port profiles of a link's virtual functions.
    pub struct PortProfiles / PortProfilesBuf
    attributes {
        /// One after another.
        IFLA_VF_PORT = 1 => ports: Items<'_, PortProfile> as Repeated<PortProfile>,
    }
}

netlink! {
    /// A port profile.
    pub struct PortProfile / PortProfileBuf
    attributes {
        /// Which virtual function it is of.
        IFLA_PORT_VF = 1 => vf: u32,
        /// Its name.
        IFLA_PORT_PROFILE = 2 => profile: &str as str,
        /// Its type of virtual station.
        IFLA_PORT_VSI_TYPE = 3 => vsi_type: &PortVsi as PortVsi,
        /// Which virtual machine it is of.
        IFLA_PORT_INSTANCE_UUID = 4 => instance: [u8; 16],
        /// Which host it is on.
        IFLA_PORT_HOST_UUID = 5 => host: [u8; 16],
        /// What is asked for.
        IFLA_PORT_REQUEST = 6 => request: PortRequest,
        /// What was answered.
        IFLA_PORT_RESPONSE = 7 => response: PortResponse,
    }
}

netlink! {
    /// A type of virtual station: `struct ifla_port_vsi`.
    pub struct PortVsi / PortVsiBuf
    header ifla_port_vsi: 8 {
        /// Who manages it.
        vsi_mgr_id = 0 => manager: u8,
        /// The type.
        vsi_type_id = 1 => type_id: [u8; 3],
        /// The type's version.
        vsi_type_version = 4 => version: u8,
    }
}

values! {
    /// What is asked for: `PORT_REQUEST_*`.
    pub struct PortRequest: u8 = "port-request" {
        /// To prepare.
        PREASSOCIATE = 0 => "preassociate",
        /// To prepare, and to set resources aside.
        PREASSOCIATE_RR = 1 => "preassociate_rr",
        /// To begin.
        ASSOCIATE = 2 => "associate",
        /// To end.
        DISASSOCIATE = 3 => "disassociate",
    }
}

values! {
    /// What was answered: `PORT_VDP_RESPONSE_*` and `PORT_PROFILE_RESPONSE_*`.
    pub struct PortResponse: u16 = "port-response" {
        /// Done.
        VDP_SUCCESS = 0 => "success",
        /// The request could not be read.
        VDP_INVALID_FORMAT = 1 => "invalid format",
        /// There are not enough resources.
        VDP_INSUFFICIENT_RESOURCES = 2 => "insufficient resources",
        /// The type is not in use.
        VDP_UNUSED_VTID = 3 => "unused type",
        /// The type is not allowed.
        VDP_VTID_VIOLATION = 4 => "type violation",
        /// The type's version is not allowed.
        VDP_VTID_VERSION_VIOLATION = 5 => "type version violation",
        /// The switch knows otherwise.
        VDP_OUT_OF_SYNC = 6 => "out of sync",
        /// The profile is in force.
        PROFILE_SUCCESS = 256 => "profile in force",
        /// The profile will be in force.
        PROFILE_INPROGRESS = 257 => "profile in progress",
        /// There is no such profile.
        PROFILE_INVALID = 258 => "no such profile",
        /// The port is in a wrong state.
        PROFILE_BADSTATE = 259 => "bad state",
        /// There are not enough resources for the profile.
        PROFILE_INSUFFICIENT_RESOURCES = 260 => "insufficient resources for profile",
        /// It failed otherwise.
        PROFILE_ERROR = 261 => "profile error",
    }
}
