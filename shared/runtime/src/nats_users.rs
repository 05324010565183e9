//! The users of nats-server that the settings ask for.

use huiyin_bus::{OutsideUser, authorization, outside_durables};
use huiyin_settings::{Settings, SettingsError};

/// The `authorization` block of nats-server's configuration: ours, and those of other systems.
pub fn nats_users(settings: &Settings) -> Result<String, SettingsError> {
    authorization(|identity| settings.nats_user(identity), &outside_users(settings)?)
}

pub(crate) fn outside_users(settings: &Settings) -> Result<Vec<OutsideUser>, SettingsError> {
    let user = |(name, subjects): (&String, &Vec<String>)| {
        let (user, password) = settings.outside_user(name)?;
        Ok(OutsideUser { durables: outside_durables(&user, subjects), user, password })
    };
    settings.nats.outside.iter().map(user).collect()
}
