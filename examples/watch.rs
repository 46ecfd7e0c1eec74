//! Prints all links and addresses, and then each change as it happens.
//!
//! ```text
//! cargo run --example watch
//! ```

use iproute2::watch::{Change, Topics, Update};

#[tokio::main(flavor = "current_thread")]
async fn main() -> iproute2::Result<()> {
    let ip = iproute2::connect()?;
    let mut changes = ip.watch(Topics::LINK | Topics::ADDRESS).await?;
    while let Some(change) = changes.try_next().await? {
        match change {
            Change::Link(update) => {
                let name = update.object().name();
                match &update {
                    Update::Added(link) => println!("+ {name}: {}", link.flags()),
                    Update::Changed { .. } => println!("  {name}: {}", differences(&update)),
                    Update::Removed(_) => println!("- {name}"),
                }
            }
            Change::Address(update) => {
                let Some(prefix) = update.object().prefix() else { continue };
                // A link's name is looked up in the state that the watch keeps.
                let link = changes.mirror().link(update.object().device());
                let name = link.map_or("a removed link".to_owned(), |link| link.name().to_string());
                match update {
                    Update::Added(_) => println!("+ {prefix} on {name}"),
                    Update::Changed { .. } => println!("  {prefix} on {name}: {:?}", update.differences()),
                    Update::Removed(_) => println!("- {prefix} on {name}"),
                }
            }
            Change::Complete => println!("Current state complete; changes follow:"),
            Change::Lost => println!("(events were lost: several changes may appear as one)"),
            _ => (),
        }
    }
    Ok(())
}

/// What differs, with the values of the common ones.
fn differences(update: &Update<iproute2::LinkMessage>) -> String {
    let (Some(before), Some(now)) = (update.before(), update.now()) else { return String::new() };
    let differences = update.differences().into_iter().map(|field| match field.as_str() {
        "mtu" => format!("mtu {:?} -> {:?}", before.mtu(), now.mtu()),
        "flags" => format!("flags {} -> {}", before.flags(), now.flags()),
        "interface_name" => format!("name {} -> {}", before.name(), now.name()),
        _ => field,
    });
    differences.collect::<Vec<_>>().join(", ")
}
