//! `huiyin`: see `huiyin --help`.

use std::process::ExitCode;

/// Threads that write batches allocate and free all the time; this one costs them half of what the C library's does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    huiyin::cli::main()
}
