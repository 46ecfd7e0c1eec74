//! Lists the generic netlink families with their operations and groups, like `genl ctrl list`.
//!
//! ```text
//! cargo run --example list_families
//! ```

use netlink_packet::generic::{ControllerMessage, MulticastGroup};

fn main() -> iproute2::Result<()> {
    let ip = iproute2::blocking::connect()?;
    for family in ip.dump(ControllerMessage::get_family()).wait()? {
        let operations = family.operations().map_or(0, |operations| operations.count());
        let (id, name) = (family.id().unwrap_or_default(), family.name().unwrap_or_default());
        println!("{id}: {name} with {operations} operations");
        for group in family.multicast_groups().into_iter().flatten().filter_map(MulticastGroup::name) {
            println!("    group {group}");
        }
    }
    Ok(())
}
