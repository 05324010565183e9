//! `huiyin policy check FILE` and `huiyin policy explain PACK RULE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use huiyin_policy::PackLibrary;

use super::say;

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Checks a pack file against the schema, its parents and the law; names file, line and column of what is wrong.
    Check {
        /// The TOML file.
        file: PathBuf,
    },
    /// Says what a rule is in a pack, and from which article it comes.
    Explain {
        /// The pack, such as `street-office`.
        pack: String,
        /// The rule, such as `clocks.handling`.
        rule: String,
    },
    /// Lists the packs that come with the program.
    List,
}

pub(crate) fn policy(command: Policy) -> anyhow::Result<ExitCode> {
    let library = PackLibrary::bundled();
    match command {
        Policy::Check { file } => say!("{}", library.check_file(&file)?),
        Policy::Explain { pack, rule } => say!("{}", library.explain(&pack, &rule)?),
        Policy::List => library.ids().for_each(|id| say!("{id}")),
    }
    Ok(ExitCode::SUCCESS)
}
