//! How an installation begins: districts, units, staff and one administrator who can sign in and give the others their passwords.

use std::sync::Arc;

use anyhow::Context as _;
use huiyin_authz::{Jwks, StaffSigner};
use huiyin_directory::app::{Context, FirstAdministrator, Passwords, bootstrap};
use huiyin_directory::domain::City;
use huiyin_journal::{Db, PoolOptions};
use huiyin_kernel::{Ids, InfraClock, Redacted, Service};
use huiyin_settings::{Login, LoginKind, Secret, Settings};

/// Writes a city file into directory's tables; the others hear of it from directory's relay, now or when they start. Refused when
/// an administrator can already sign in.
pub async fn found(settings: &Settings, city: &str, administrator: &str, password: String) -> anyhow::Result<()> {
    found_with(settings, Ids::Random, city, administrator, password).await
}

/// As [`found`], with ids of one's own.
pub async fn found_with(
    settings: &Settings,
    ids: Ids,
    city: &str,
    administrator: &str,
    password: String,
) -> anyhow::Result<()> {
    let city = City::parse(city).context("the city file")?;
    let url = settings.database_url(Login::new(Service::Directory, LoginKind::Api))?;
    let options = PoolOptions { max: 2, ..PoolOptions::default() };
    let signer = StaffSigner::from_seed(&settings.secrets.key(Secret::StaffSigning)?);
    let context = Context {
        db: Db::connect(url.expose(), Service::Directory, options).await?,
        clock: settings.business_clock(),
        infra: InfraClock::System,
        ids,
        keys: Jwks { keys: vec![signer.public().clone()] },
        signer: Arc::new(signer),
        passwords: Passwords::new()?,
        digest_key: settings.secrets.key(Secret::InternalToken)?,
        limits: settings.limits,
    };
    let first = FirstAdministrator { login: administrator.to_owned(), password: Redacted::new(password) };
    bootstrap(&context, &city, first).await.context("the city could not be founded")?;
    Ok(())
}
