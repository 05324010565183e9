//! How far a measurement has come, on standard error, when somebody looks on.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

const COUNTED: &str = "{msg:<12} {wide_bar} {human_pos}/{human_len}  {per_sec}  {eta}";
const STEPS: &str = "{msg:<12} {wide_bar} {pos}/{len}";

fn bar(what: &'static str, length: u64, template: &str) -> ProgressBar {
    // Drawn to a terminal only: indicatif hides it otherwise.
    let bar = ProgressBar::new(length).with_message(what);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// So many things.
pub(super) fn counted(what: &'static str, length: u64) -> ProgressBar {
    bar(what, length, COUNTED)
}

/// A few steps of unequal length.
pub(super) fn steps(what: &'static str, length: u64) -> ProgressBar {
    bar(what, length, STEPS)
}

/// A stretch of time, in seconds; it moves by itself until finished.
pub(super) fn seconds(what: &'static str, length: u64) -> ProgressBar {
    let bar = bar(what, length, "{msg:<12} {wide_bar} {elapsed}");
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}
