//! Bare system calls: see `netlink_bench::floor`.

use netlink_bench::{floor, main as run};

fn main() {
    run(|job| match job.workload.as_str() {
        "routes" => Some(floor::routes(job.times)),
        "links" => Some(floor::all_links(job.times)),
        "neighbours" => Some(floor::neighbours(job.times)),
        "peers" => Some(floor::peers(job.times)),
        "features" => Some(floor::features(job.size, job.times)),
        "get" => Some(floor::get(job.size, job.times)),
        "change" => Some(floor::change(job.size, job.times)),
        "batch" => Some(floor::batch(job.size, job.times)),
        "events" => Some(floor::events(job.times)),
        _ => None,
    });
}
