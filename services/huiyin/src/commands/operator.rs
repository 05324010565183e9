//! What the operator's commands share: the worker's login of a service, and who decides why.

use anyhow::{Context, bail};
use clap::Args;
use huiyin_journal::{Db, PoolOptions};
use huiyin_kernel::Service;
use huiyin_settings::{Login, LoginKind, Settings};

use crate::verify::keepers;

/// Who decides, and why. Both are written down for good.
#[derive(Debug, Args)]
pub(crate) struct Signed {
    /// Why; written down. 理由（记录在案）。
    #[arg(long)]
    reason: String,
    /// Who decides; the name of this login when left out. 操作人，缺省为本机登录名。
    #[arg(long, env = "USER")]
    operator: String,
}

impl Signed {
    /// Operator and reason.
    pub(crate) fn read(&self) -> anyhow::Result<(&str, &str)> {
        let (name, reason) = (self.operator.trim(), self.reason.trim());
        if name.is_empty() || reason.is_empty() {
            bail!("请写明操作人和理由。 Please say who decides (--operator) and why (--reason)");
        }
        Ok((name, reason))
    }
}

/// Reads a service's name.
pub(crate) fn service(name: &str) -> Result<Service, String> {
    keepers().find(|service| service.name() == name).ok_or_else(|| {
        let known: Vec<&str> = keepers().map(Service::name).collect();
        format!("没有这个服务 no such service; one of {}", known.join(", "))
    })
}

/// The worker's login of a service.
pub(crate) async fn worker(settings: &Settings, service: Service) -> anyhow::Result<Db> {
    let url = settings.database_url(Login::new(service, LoginKind::Worker))?;
    let options = PoolOptions { max: 1, ..PoolOptions::default() };
    let db = Db::connect(url.expose(), service, options).await;
    db.with_context(|| format!("{service} 的数据库无法连接 its database lets nobody in"))
}
