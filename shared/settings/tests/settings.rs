//! RELIABILITY §4, row "config": what is wrong stops the start with one clear line.

use std::fs;

use huiyin_kernel::Service;
use huiyin_settings::{DEFAULTS, Login, LoginKind, NatsIdentity, Secret, Settings, SettingsError};

const MASTER: &str = "0123456789abcdef0123456789abcdef";

fn read(file: &str, environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let variables = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::read(Some(("city.toml", file)), variables)
}

fn with_master(file: &str) -> Result<Settings, SettingsError> {
    read(file, &[("HUIYIN__SECRETS__MASTER", MASTER)])
}

fn message(result: Result<Settings, SettingsError>) -> String {
    let message = result.expect_err("refused").to_string();
    assert!(!message.contains('\n'), "one line: {message}");
    message
}

#[test]
fn the_documented_defaults_need_nothing_but_a_master_secret() {
    let settings = with_master("").expect("the defaults are complete");
    assert_eq!(settings.bind(Service::Portal).port(), 8080);
    assert_eq!(settings.server.bind.len(), Service::ALL.len(), "every service has a place to listen");
    let intake = settings.service_urls().of(Service::Intake).map(ToString::to_string);
    assert_eq!(intake.as_deref(), Some("http://127.0.0.1:8082/"));
    assert!(message(read("", &[])).starts_with("no secret for internal_token: set HUIYIN__SECRETS__MASTER"));
}

#[test]
fn every_key_of_the_defaults_is_explained() {
    let mut explained = false;
    for line in DEFAULTS.lines() {
        let is_key = line.contains(" = ") && !line.starts_with('#');
        let follows_its_kin = ["port", "host", "name", "url", "worker"].iter().any(|key| line.starts_with(key));
        let is_address = line.contains("127.0.0.1:80") || line.starts_with("from");
        assert!(!is_key || explained || follows_its_kin || is_address, "no comment above: {line}");
        explained = line.starts_with('#') || (is_key && explained);
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = "[database]\nhost = \"db1\"\nport = 6000\n[server.urls]\nintake = \"http://intake:80\"";
    let settings = read(
        file,
        &[
            ("HUIYIN__SECRETS__MASTER", MASTER),
            ("HUIYIN__DATABASE__PORT", "7000"),
            ("HUIYIN__LIMITS__BODY_BYTES", "4096"),
            ("HUIYIN__SERVER__BIND__INTAKE", "0.0.0.0:9000"),
            ("HUIYIN__DATABASE__NAME", "123"),
            ("HUIYIN_TEST_DATABASE_URL", "is none of ours"),
        ],
    )
    .expect("fine");
    let database = &settings.database;
    assert_eq!((database.host.as_str(), database.port, database.name.as_str()), ("db1", 7000, "123"));
    assert_eq!(settings.limits.body_bytes, 4096);
    assert_eq!(settings.bind(Service::Intake).to_string(), "0.0.0.0:9000");
    assert_eq!(settings.service_urls().of(Service::Intake).map(ToString::to_string).as_deref(), Some("http://intake/"));
}

#[test]
fn a_mistake_is_named_with_file_line_and_key() {
    let begin = |file: &str| message(with_master(file));
    assert!(
        begin("[database]\nhost = \"a\"\nprot = 1").starts_with("city.toml:3: database.prot: unknown field `prot`")
    );
    assert!(begin("[database]\nport = \"many\"").starts_with("city.toml:2: database.port: invalid type"));
    assert!(begin("[server.bind]\nintake = \"here\"").starts_with("city.toml:2: server.bind.intake: "));
    assert!(
        begin("[server.bind]\npolice = \"127.0.0.1:1\"")
            .starts_with("city.toml:2: server.bind.police: unknown variant")
    );
    assert!(begin("[databse]\n").starts_with("city.toml:1: databse: unknown field `databse`"));
    assert!(begin("[database\n").starts_with("city.toml:1: this is not valid TOML"));
    assert!(begin("[telemetry]\notlp_endpoint = \"collector\"").contains("must be an address such as http"));
    assert!(begin("[time]\nmode = \"manual\"").contains("time.start: a manual clock needs a start"));
    assert!(begin("[server]\npublic_origin = \"http://a/b\"").contains("server.public_origin"));
    assert!(begin("[limits]\nrequests_in_flight = 0").contains("limits: a limit of 0"));
    assert!(begin("[database.connections]\napi = 0").contains("database.connections"));
    assert!(begin("[database.urls]\nintake_apy = \"postgres://x\"").contains("no such login"));
    let variable = read("", &[("HUIYIN__SECRETS__MASTER", MASTER), ("HUIYIN__DATABASE__PROT", "1")]);
    assert!(message(variable).starts_with("HUIYIN__DATABASE__PROT: database.prot: unknown field"));
    let value = read("", &[("HUIYIN__SECRETS__MASTER", MASTER), ("HUIYIN__DATABASE__PORT", "x")]);
    assert!(message(value).starts_with("HUIYIN__DATABASE__PORT: database.port: "));
}

#[test]
fn no_message_repeats_a_secret() {
    let short = message(read("", &[("HUIYIN__SECRETS__MASTER", "hunter2")]));
    assert!(short.contains("fewer than 32 characters") && !short.contains("hunter2"), "{short}");
    let url = "[database.urls]\nintake_api = 7";
    assert!(message(with_master(url)).starts_with("city.toml:2: database.urls.intake_api"));
    let settings = with_master("[database.urls]\nintake_api = \"postgres://a:hunter2@b/c\"").expect("fine");
    assert!(!format!("{settings:?}").contains("hunter2") && !format!("{settings:?}").contains(MASTER));
}

#[test]
fn secrets_are_derived_apart_and_the_same_each_time() {
    let settings = with_master("").expect("fine");
    let again = with_master("").expect("fine");
    let mut seen = std::collections::BTreeSet::new();
    for secret in Secret::all().filter(|secret| *secret != Secret::SmtpPassword) {
        let key = settings.secrets.key(secret).expect("derived");
        assert_eq!(&key, &again.secrets.key(secret).expect("derived"));
        assert!(seen.insert(*key.expose()), "{secret} is like another");
    }
    let other = read("", &[("HUIYIN__SECRETS__MASTER", "fedcba9876543210fedcba9876543210")]).expect("fine");
    assert_ne!(
        settings.secrets.key(Secret::FieldKey).expect("derived"),
        other.secrets.key(Secret::FieldKey).expect("derived")
    );
}

#[test]
fn a_secret_file_takes_the_place_of_the_derived_one_and_a_wrong_one_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let master = put("master", &format!("{MASTER}\n"));
    let key = put("key", &format!("{}\n", "ab".repeat(32)));
    let password = put("password", "s3cret pass/word\n");
    let file = format!(
        "[secrets]\nmaster_file = \"{master}\"\n[secrets.files]\nfield_key = \"{key}\"\ndatabase_intake_api = \"{password}\""
    );
    let settings = read(&file, &[]).expect("fine");
    assert_eq!(settings.secrets.key(Secret::FieldKey).expect("there").expose(), &[0xab; 32]);
    let url = settings.database_url(Login::new(Service::Intake, LoginKind::Api)).expect("there");
    assert_eq!(url.expose(), "postgres://intake_api:s3cret%20pass%2Fword@127.0.0.1:5432/huiyin");
    let short = put("short", "abcd");
    for (section, what) in [
        (format!("field_key = \"{short}\""), "exactly 64 hex digits"),
        (format!("no_such = \"{key}\""), "knows no secret named no_such"),
        (format!("field_key = \"{}/nowhere\"", folder.path().display()), "cannot read this secret file"),
        (format!("nats_intake = \"{short}\""), "fewer than 8 characters"),
    ] {
        let refused = message(read(&format!("[secrets]\nmaster_file = \"{master}\"\n[secrets.files]\n{section}"), &[]));
        assert!(refused.contains(what), "{refused}");
        assert!(!refused.contains("abcd"), "{refused}");
    }
}

#[test]
fn every_login_and_nats_user_has_a_name_and_a_password() {
    let settings = with_master("").expect("fine");
    assert_eq!(Login::all().count(), 7 * 3 + 1);
    for login in Login::all() {
        let url = settings.database_url(login).expect("an address");
        assert!(url.expose().starts_with(&format!("postgres://{login}:")), "{login}");
    }
    for identity in NatsIdentity::all() {
        let (user, password) = settings.nats_user(identity).expect("a user");
        assert_eq!((user, password.expose().len()), (identity.to_string(), 64));
    }
    let socket = with_master("[database]\nhost = \"/run/postgresql\"").expect("fine");
    let url = socket.database_url(Login::new(Service::Ledger, LoginKind::Owner)).expect("an address");
    assert!(url.expose().ends_with("@localhost:5432/huiyin?host=%2Frun%2Fpostgresql"), "{}", url.expose());
}

#[test]
fn a_system_of_others_has_a_user_of_its_own_and_hears_public_subjects_only() {
    let settings = with_master("[nats.outside]\narchive = [\"huiyin.casework.case.closed.v1.*\", \"huiyin.intake.>\"]")
        .expect("fine");
    let (user, password) = settings.outside_user("archive").expect("a user");
    assert_eq!((user.as_str(), password.expose().len()), ("outside_archive", 64));
    let other = settings.outside_user("museum").expect("a user").1;
    assert_ne!(password.expose(), other.expose(), "each its own");
    for subjects in [
        "[]",
        "[\"huiyin.private.intake.>\"]",
        "[\"huiyin.>\"]",
        "[\"huiyin.*.>\"]",
        "[\"huiyin.intake\"]",
        "[\">\"]",
        "[\"huiyin.intake.>.x\"]",
    ] {
        assert!(
            message(with_master(&format!("[nats.outside]\narchive = {subjects}"))).contains("nats.outside.archive"),
            "{subjects}"
        );
    }
    assert!(message(with_master("[nats.outside]\n\"a b\" = [\"huiyin.intake.>\"]")).contains("nats.outside.a b"));
}

/// D-7: a key is changed by naming the old one as retired; only keys for which that means something.
#[test]
fn a_retired_key_still_opens_and_another_one_cannot_be_retired() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("old");
    fs::write(&file, "ab".repeat(32)).expect("written");
    let settings =
        with_master(&format!("[secrets.retired]\nfield_key = [{file:?}, \"derived\"]")).expect("two older keys");
    let retired: Vec<[u8; 32]> = settings.secrets.retired(Secret::FieldKey).iter().map(|key| *key.expose()).collect();
    let derived = *with_master("").expect("defaults").secrets.key(Secret::FieldKey).expect("derived").expose();
    assert_eq!(retired, [[0xab; 32], derived]);
    assert!(settings.secrets.retired(Secret::StaffSigning).is_empty());
    let refused = message(with_master(&format!("[secrets.retired]\nquery_code = [{file:?}]")));
    assert!(refused.contains("field_key and staff_signing"), "{refused}");
    fs::write(&file, "short").expect("written");
    let refused = message(with_master(&format!("[secrets.retired]\nfield_key = [{file:?}]")));
    assert!(refused.contains("64 hex digits"), "{refused}");
}

/// RELIABILITY §4, row HTTP: proxies are named, as addresses or networks.
#[test]
fn trusted_proxies_are_addresses_or_networks_and_nobody_by_default() {
    assert!(with_master("").expect("defaults").server.trusted_proxies.is_empty());
    let settings =
        with_master("[server]\ntrusted_proxies = [\"10.0.0.5\", \"10.1.0.0/16\", \"fd00::/8\"]").expect("three");
    let named: Vec<String> = settings.server.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(named, ["10.0.0.5/32", "10.1.0.0/16", "fd00::/8"]);
    let refused = message(with_master("[server]\ntrusted_proxies = [\"proxy.example.org\"]"));
    assert!(refused.contains("addresses or networks"), "{refused}");
}
