//! Builds again when a migration is added.

fn main() {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "cargo:rerun-if-changed=../../migrations/portal");
}
