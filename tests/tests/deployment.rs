//! What stands in deploy/ fits the program: every service is there, and the settings written for it are settings it takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use huiyin_kernel::Service;
use huiyin_settings::Settings;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| path.to_owned())
}

/// The file names a secret of its own place; for reading the rest of it any will do.
fn with_a_secret(settings: &str) -> String {
    let line = |line: &str| {
        if line.trim_start().starts_with("master_file") {
            "master = \"0123456789abcdef0123456789abcdef\"".to_owned()
        } else {
            line.to_owned()
        }
    };
    settings.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_containers_are_given_settings_they_take() -> Result<()> {
    let settings = Settings::from_toml(&with_a_secret(&read("deploy/compose/huiyin.toml")?))?;
    let compose = read("docker-compose.yml")?;
    for service in Service::ALL {
        ensure!(compose.contains(&format!("command: [\"{service}\"]")), "docker-compose.yml runs no {service}");
        ensure!(
            compose.contains(&format!("\"huiyin\", \"health\", \"{service}\"]")),
            "nobody asks {service} how it is"
        );
        ensure!(settings.bind(service).ip().is_unspecified(), "{service} cannot be reached from other containers");
    }
    let streams = i64::try_from(huiyin_bus::streams().len())?;
    let room: i64 = value(&read("deploy/compose/nats.conf")?, "max_file_store: ")?.parse()?;
    ensure!(streams * settings.nats.stream_bytes <= room, "{streams} streams do not fit into {room} bytes");
    Ok(())
}

fn value(text: &str, key: &str) -> Result<String> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(key)).with_context(|| format!("no {key}"))?;
    Ok(line.trim_matches('"').to_owned())
}

#[test]
fn the_chart_runs_every_service_with_settings_it_takes() -> Result<()> {
    let rendered = read("deploy/helm/rendered.yaml")?;
    let settings = rendered.split("huiyin.toml: |\n").nth(1).context("settings in the chart")?;
    let settings: Vec<&str> = settings.lines().take_while(|line| line.starts_with("    ")).collect();
    let settings = Settings::from_toml(&with_a_secret(&settings.join("\n")))?;
    ensure!(settings.limits.requests_in_flight == 256, "further settings are laid over");
    ensure!(settings.nats.outside.contains_key("archive"), "outside systems");
    let urls = settings.service_urls();
    let deployments: Vec<&str> =
        rendered.split("\n---\n").filter(|text| text.contains("\nkind: Deployment\n")).collect();
    ensure!(deployments.len() == Service::ALL.len(), "{} deployments", deployments.len());
    for service in Service::ALL {
        let own = format!("args: [--settings, /etc/huiyin/huiyin.toml, {service}]");
        let deployment =
            deployments.iter().find(|text| text.contains(&own)).with_context(|| format!("no {service}"))?;
        for wanted in [
            "runAsNonRoot: true",
            "readOnlyRootFilesystem: true",
            "allowPrivilegeEscalation: false",
            "drop: [ALL]",
            "/health/ready",
            "maxUnavailable: 0",
        ] {
            ensure!(deployment.contains(wanted), "{service} lacks {wanted}");
        }
        ensure!(settings.bind(service).port() == 8080, "{service} listens where the chart does not look");
        ensure!(format!("{urls:?}").contains(&format!("huiyin-{service}")), "{service} cannot be found");
    }
    Ok(())
}

/// `script/helm-check` renders with Helm or what Helm stands on, which tests do not need: they need it to have been run.
#[test]
fn the_chart_was_rendered_after_its_last_change() -> Result<()> {
    let digest = "cat Chart.yaml values.yaml $(ls templates/* | LC_ALL=C sort) | sha256sum | cut -d' ' -f1";
    let digest = Command::new("sh").args(["-c", digest]).current_dir(root().join("deploy/helm/huiyin")).output()?;
    let digest = String::from_utf8(digest.stdout)?;
    let rendered = read("deploy/helm/rendered.yaml")?;
    let first = rendered.lines().next().context("a line")?;
    ensure!(digest.trim().len() == 64 && first.ends_with(digest.trim()), "run script/helm-check");
    Ok(())
}
