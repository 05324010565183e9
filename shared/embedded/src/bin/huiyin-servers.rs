//! `huiyin-servers COMMAND [ARGUMENT…]`: runs the command with a throw-away Postgres and nats-server,
//! found in `HUIYIN_TEST_DATABASE_URL` (superuser, database `postgres`), `HUIYIN_TEST_NATS_URL` and
//! `HUIYIN_TEST_PSQL`, stops both when it ends and answers with its exit code.

use std::process::{ExitCode, ExitStatus};

use huiyin_embedded::{EmbeddedNats, EmbeddedPostgres, Error, NatsOptions, PostgresOptions};
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: huiyin-servers COMMAND [ARGUMENT…]");
        return ExitCode::from(2);
    };
    let mut command = Command::new(program);
    command.args(arguments);
    match with_servers(command).await {
        Ok(status) => u8::try_from(status.code().unwrap_or(1)).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            eprintln!("huiyin-servers: {error}{cause}");
            ExitCode::FAILURE
        }
    }
}

async fn with_servers(mut command: Command) -> Result<ExitStatus, Error> {
    let dir = tempfile::Builder::new().prefix("huiyin-servers-").tempdir();
    let dir = dir.map_err(|source| Error::File { action: "create", path: std::env::temp_dir(), source })?;
    make_passable(dir.path())?;
    let mut postgres = EmbeddedPostgres::start(PostgresOptions::for_tests(dir.path().join("postgres"))).await?;
    let mut nats = EmbeddedNats::start(NatsOptions::for_tests(dir.path().join("nats"))).await?;
    command.env("HUIYIN_TEST_DATABASE_URL", postgres.admin_url("postgres"));
    command.env("HUIYIN_TEST_NATS_URL", nats.url());
    command.env("HUIYIN_TEST_PSQL", postgres.programs().join("psql"));
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().map_err(|source| Error::Spawn { program: program.clone(), source })?;
    // Ctrl-C reaches the command too: it decides when to end, the servers go after it.
    let ended = loop {
        tokio::select! {
            ended = child.wait() => break ended,
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    nats.stop().await?;
    postgres.stop().await?;
    ended.map_err(|source| Error::Spawn { program, source })
}

/// Temporary directories are private to their maker; Postgres may run as another account.
fn make_passable(dir: &std::path::Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(dir, open).map_err(|source| Error::File {
        action: "open",
        path: dir.to_path_buf(),
        source,
    })
}
