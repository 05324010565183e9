//! Somebody who may do everything on the nats-server: what an operator does by mistake.

use std::fs;

use anyhow::{Context, Result};
use async_nats::jetstream;
use huiyin_testkit::eventually;
use nix::sys::signal::Signal;

use super::servers::TestCity;

const USER: &str = "operator";

/// Lets the operator in until the server's next start.
pub(crate) async fn operator(city: &TestCity) -> Result<jetstream::Context> {
    let nats = &city.servers.nats;
    let password = city.password(USER);
    let known = fs::read_to_string(nats.config()).context("the configuration of NATS")?;
    if !known.contains(&format!("\"{USER}\"")) {
        let with = format!("users = [\n    {{ user: \"{USER}\", password: \"{password}\" }}\n");
        fs::write(nats.config(), known.replacen("users = [\n", &with, 1))?;
        nats.signal(Signal::SIGHUP)?;
    }
    let url = nats.url();
    let client = eventually(|| async {
        let options = async_nats::ConnectOptions::new().user_and_password(USER.to_owned(), password.clone());
        Ok(options.connect(&url).await?)
    });
    Ok(jetstream::new(client.await.context("the operator is not let in")?))
}

/// Gives a user another password, as the server knows it.
pub(crate) fn change_password(city: &TestCity, user: &str, password: &str) -> Result<()> {
    let nats = &city.servers.nats;
    let known = fs::read_to_string(nats.config()).context("the configuration of NATS")?;
    let changed: String = known
        .lines()
        .map(|line| match line.split_once(&format!("user: \"{user}\", password: \"")) {
            Some((before, rest)) => {
                let after = rest.split_once('"').map_or("", |(_, after)| after);
                format!("{before}user: \"{user}\", password: \"{password}\"{after}\n")
            }
            None => format!("{line}\n"),
        })
        .collect();
    fs::write(nats.config(), changed)?;
    Ok(nats.signal(Signal::SIGHUP)?)
}
