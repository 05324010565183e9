//! The commands and their options.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use huiyin_kernel::Service;

use crate::commands;

/// 回音 Huiyin：件件有着落，事事有回音。 A city's petition work: every matter finds an owner, every petition gets an answer.
#[derive(Debug, Parser)]
#[command(name = "huiyin", version, arg_required_else_help = true)]
struct Cli {
    /// Settings file; docs/settings.default.toml documents every key.
    #[arg(long, global = true, env = "HUIYIN_SETTINGS")]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A whole city on this machine, with its own Postgres and NATS. 本机运行一座城市。
    Up(commands::up::Up),
    /// A hundred days of a whole city in some minutes, with a report. 演示：一座城市的一百天。
    Demo(commands::demo::Demo),
    /// Checks that nothing was lost, done twice or forgotten, over the tables of all services. 核验系统不变量。
    Verify(commands::verify::Verify),
    /// A running city on one page: which services are ready, what waits, which alarms hold. 运行概览。
    Status(commands::status::Status),
    /// Events that were given up: shows them, tries them again, follows or lets go of them. 搁置的事项。
    #[command(subcommand)]
    Parked(commands::parked::Parked),
    /// To be raised after a restore from a backup, before the service starts. 恢复备份后的世代。
    #[command(subcommand)]
    Incarnation(commands::incarnation::Incarnation),
    /// All services in one process, against the servers named in the settings.
    All,
    /// Takes petitions in.
    Intake,
    /// Reception days.
    Scheduling,
    /// The handling of cases.
    Casework,
    /// Telling people.
    Notification,
    /// Districts, units, staff and sign-in.
    Directory,
    /// The work ledger.
    Ledger,
    /// The web pages.
    Portal,
    /// Makes logins, schemas and tables; run once per release, before the services.
    Migrate,
    /// Founds a city: districts, units, staff, and the administrator who gives everybody else a password. Once.
    Found(commands::found::Found),
    /// Asks a service on this machine how it is: the health check of containers, which have no other program.
    Health(commands::health::Health),
    /// Checks or explains policy packs.
    #[command(subcommand)]
    Policy(commands::policy::Policy),
    /// Holidays and working days: checks a year's notice, takes it in, says how a date is counted. 日历：核对、导入、说明期限。
    Calendar(commands::calendar::Calendar),
    /// Measures how fast the work is done on this machine.
    #[command(subcommand)]
    Bench(commands::bench::Bench),
    /// Prints the users and permissions block for nats-server's configuration.
    NatsConfig(commands::nats_config::NatsConfig),
}

/// Runs the command line; what goes wrong is told in one line (and its causes).
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("huiyin: the runtime cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("huiyin: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let settings = cli.settings.as_deref();
    let one = |service| commands::serve::serve(settings, vec![service]);
    match cli.command {
        Command::Up(up) => commands::up::up(up).await,
        Command::Demo(demo) => commands::demo::demo(demo).await,
        Command::Verify(verify) => commands::verify::verify(settings, verify).await,
        Command::Status(status) => commands::status::status(settings, status).await,
        Command::Parked(parked) => commands::parked::parked(settings, parked).await,
        Command::Incarnation(incarnation) => commands::incarnation::incarnation(settings, incarnation).await,
        Command::All => commands::serve::serve(settings, Service::ALL.to_vec()).await,
        Command::Intake => one(Service::Intake).await,
        Command::Scheduling => one(Service::Scheduling).await,
        Command::Casework => one(Service::Casework).await,
        Command::Notification => one(Service::Notification).await,
        Command::Directory => one(Service::Directory).await,
        Command::Ledger => one(Service::Ledger).await,
        Command::Portal => one(Service::Portal).await,
        Command::Migrate => commands::migrate::migrate(settings).await,
        Command::Found(found) => Box::pin(commands::found::found(settings, found)).await,
        Command::Health(health) => commands::health::health(settings, &health).await,
        Command::Policy(policy) => commands::policy::policy(policy),
        Command::Calendar(calendar) => commands::calendar::calendar(calendar),
        Command::Bench(bench) => commands::bench::bench(bench).await,
        Command::NatsConfig(options) => commands::nats_config::nats_config(settings, options),
    }
}
