//! `huiyin parked`: events that were given up, and what an operator decides about them.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use huiyin_journal::{Operator, ParkedEvent, ParkedKind, parked_events};
use huiyin_kernel::Service;
use huiyin_settings::Settings;

use super::operator::{self, Signed};
use super::say;
use crate::verify::keepers;

#[derive(Debug, Subcommand)]
pub(crate) enum Parked {
    /// Shows what is parked, and what can be done about it. 列出搁置的事项及处理办法。
    List {
        /// Of this service only. 只看某个服务。
        #[arg(long, value_parser = operator::service)]
        service: Option<Service>,
    },
    /// Tries again what failed, after its cause was mended. 原因排除后重试。
    Retry(Decision),
    /// Follows the owner's present account where it contradicts what was heard. 以来源服务现在的说法为准。
    Adopt(Decision),
    /// Lets go of an event without effect; what comes after it goes on. 放弃该事项，后续继续。
    Dismiss(Decision),
}

#[derive(Debug, Args)]
pub(crate) struct Decision {
    /// Whose inbox, as `huiyin parked list` shows it. 所在服务。
    #[arg(long, value_parser = operator::service)]
    service: Service,
    /// Its number, as `huiyin parked list` shows it. 编号。
    id: i64,
    #[command(flatten)]
    signed: Signed,
}

pub(crate) async fn parked(settings: Option<&Path>, command: Parked) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(settings)?;
    match command {
        Parked::List { service } => list(&settings, service).await,
        Parked::Retry(decision) => {
            decide(&settings, &decision, async |o: Operator<'_>| o.retry(decision.id).await).await
        }
        Parked::Adopt(decision) => {
            decide(&settings, &decision, async |o: Operator<'_>| o.adopt(decision.id).await).await
        }
        Parked::Dismiss(decision) => {
            decide(&settings, &decision, async |o: Operator<'_>| o.dismiss(decision.id).await).await
        }
    }
}

async fn list(settings: &Settings, service: Option<Service>) -> anyhow::Result<ExitCode> {
    let mut found = 0;
    for service in keepers().filter(|each| service.is_none_or(|wanted| wanted == *each)) {
        for event in parked_events(&operator::worker(settings, service).await?).await? {
            found += 1;
            show(service, &event);
        }
    }
    if found == 0 {
        say!("没有搁置的事项。 Nothing is parked.");
    }
    Ok(ExitCode::SUCCESS)
}

fn show(service: Service, event: &ParkedEvent) {
    let ParkedEvent { parked_id, consumer, aggregate_id, sequence, event_id, reason, blocking, attempts, parked_at } =
        event;
    say!("{service} {parked_id}  {consumer}  {}", parked_at.format("%Y-%m-%d %H:%M:%SZ"));
    say!("    {aggregate_id} 第{sequence}项 event {event_id}，已试 tried {attempts}");
    say!("    {reason}");
    if *blocking {
        say!("    该事项的后续暂停 what comes after it waits");
    }
    let (zh, en) = match event.kind() {
        ParkedKind::Failed => {
            ("先排除原因，再 retry；确不需要时 dismiss", "mend the cause, then `retry`; `dismiss` if it is not needed")
        }
        ParkedKind::Contradiction => (
            "核对来源服务是否恢复过备份：以其现在为准用 adopt，否则 dismiss",
            "was the owner restored from a backup? `adopt` to follow it, else `dismiss`",
        ),
        ParkedKind::Unreadable => (
            "不是本系统的事项：查明谁能在该主题发布，再 dismiss",
            "no event of ours: find out who may publish there, then `dismiss`",
        ),
    };
    say!("    → {zh}。 {en}.");
}

async fn decide(
    settings: &Settings,
    decision: &Decision,
    act: impl AsyncFnOnce(Operator<'_>) -> Result<bool, huiyin_journal::DbError>,
) -> anyhow::Result<ExitCode> {
    let (name, reason) = decision.signed.read()?;
    let worker = operator::worker(settings, decision.service).await?;
    if !act(Operator::new(&worker, name, reason)).await? {
        bail!(
            "{} 的第 {} 号搁置事项不存在、已处理，或不适用此办法；请看 `huiyin parked list`。 \
             It is not parked any more, or this is not what can be done about it: see `huiyin parked list`",
            decision.service,
            decision.id
        );
    }
    say!("已处理并记录在案。 Done, and written down with your name and reason.");
    Ok(ExitCode::SUCCESS)
}
