//! A system of others, in another language: `examples/subscriber-python` with the NATS user and the durable it is given.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use huiyin_testkit::{eventually_within, not_yet, scratch_dir};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::harness::{Citizens, Dice, TestCity, TestCityOptions, petition};

const PATIENCE: Duration = Duration::from_secs(60);
const SETTINGS: &str = "[nats.outside]\narchive = [\"huiyin.casework.>\"]\n";

/// Its own tests: order, repetition, gap, refilled stream, restored owner, broken body, newer release.
#[test]
fn the_example_subscriber_knows_what_may_happen_to_it() -> Result<()> {
    let out = python(&example()?)?.args(["-m", "unittest"]).output().context("python3")?;
    ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Ok(())
}

/// It hears every case once, from a stream that is lost and filled again, and after being killed. Rule ids: S3, O8.
#[tokio::test(flavor = "multi_thread")]
async fn an_outside_system_hears_every_case_once_through_the_loss_of_the_stream() -> Result<()> {
    let mut city =
        TestCity::start(TestCityOptions { settings: SETTINGS.to_owned(), ..TestCityOptions::default() }).await?;
    let citizens = Citizens::of(&city)?;
    let mut dice = Dice::new(huiyin_testkit::seed());
    let mut petitions = BTreeSet::new();
    let mut subscriber = Subscriber::start(&city)?;

    hand_in(&citizens, &mut dice, &mut petitions, 4).await?;
    subscriber.has_heard(&petitions).await?;

    // The store is gone, streams and durables with it; their owner makes them anew and fills them again.
    city.servers.nats.kill().await?;
    empty(&city.servers.nats.store_dir())?;
    city.servers.nats.restart().await?;
    hand_in(&citizens, &mut dice, &mut petitions, 2).await?;
    subscriber.has_heard(&petitions).await?;
    subscriber.has_met_again(4).await?;

    subscriber.kill()?;
    hand_in(&citizens, &mut dice, &mut petitions, 2).await?;
    subscriber.again(&city)?;
    subscriber.has_heard(&petitions).await?;
    subscriber.applied_each_once()
}

async fn hand_in(citizens: &Citizens, dice: &mut Dice, kept: &mut BTreeSet<String>, count: usize) -> Result<()> {
    for _ in 0..count {
        let key = dice.uuid().to_string();
        let body = petition(dice);
        kept.insert(citizens.hand_in(&key, body, dice).await?.number);
    }
    Ok(())
}

fn empty(dir: &Path) -> Result<()> {
    for entry in fs::read_dir(dir).context("the store of NATS")? {
        let path = entry?.path();
        if path.is_dir() { fs::remove_dir_all(&path)? } else { fs::remove_file(&path)? }
    }
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn example() -> Result<PathBuf> {
    root().join("examples/subscriber-python").canonicalize().context("the example")
}

fn python(dir: &Path) -> Result<Command> {
    let packages = root().join("var/tools/python").canonicalize();
    let packages = packages.context("its Python packages are missing: run script/bootstrap")?;
    let mut command = Command::new("python3");
    command.current_dir(dir).env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
    Ok(command)
}

/// The example as a process of its own; ends with this handle.
struct Subscriber {
    dir: tempfile::TempDir,
    child: Child,
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Subscriber {
    fn start(city: &TestCity) -> Result<Self> {
        let dir = scratch_dir()?;
        let child = Self::launch(city, dir.path())?;
        Ok(Self { dir, child })
    }

    fn launch(city: &TestCity, dir: &Path) -> Result<Child> {
        let (user, password) = city.servers.settings.outside_user("archive")?;
        let password_file = dir.join("password");
        fs::write(&password_file, password.expose())?;
        let log = File::options().create(true).append(true).open(dir.join("log"))?;
        python(&example()?)?
            .args(["subscriber.py", "--url", &city.servers.nats.url(), "--user", &user, "--stream", "HUIYIN_CASEWORK"])
            .arg("--password-file")
            .arg(password_file)
            .arg("--docs")
            .arg(root().join("docs").canonicalize()?)
            .arg("--database")
            .arg(dir.join("archive.sqlite"))
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log))
            .spawn()
            .context("python3")
    }

    fn kill(&mut self) -> Result<()> {
        kill(Pid::from_raw(i32::try_from(self.child.id())?), Signal::SIGKILL)?;
        self.child.wait().map(|_| ()).context("a killed process")
    }

    fn again(&mut self, city: &TestCity) -> Result<()> {
        self.child = Self::launch(city, self.dir.path())?;
        Ok(())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// What it told of messages.
    fn told(&self) -> Vec<Value> {
        let log = self.log();
        log.lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|told| told["id"].is_string())
            .collect()
    }

    /// The petitions of the cases in its register, read by its own means.
    fn register(&self) -> Result<BTreeSet<String>> {
        let read = "import json,sqlite3,sys\nfor (body,) in sqlite3.connect(sys.argv[1]).execute('select body from thing'): print(json.loads(body)['number'])";
        let out = Command::new("python3").args(["-c", read]).arg(self.dir.path().join("archive.sqlite")).output()?;
        Ok(String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect())
    }

    async fn has_heard(&self, petitions: &BTreeSet<String>) -> Result<()> {
        let heard = eventually_within(PATIENCE, || async {
            let missing = petitions.difference(&self.register()?).count();
            if missing == 0 { Ok(()) } else { Err(not_yet(format!("{missing} cases are missing"))) }
        });
        heard.await.with_context(|| self.log())
    }

    async fn has_met_again(&self, count: usize) -> Result<()> {
        let met = eventually_within(PATIENCE, || async {
            let repeated = self.told().iter().filter(|told| told["verdict"] == "repeated").count();
            if repeated >= count { Ok(()) } else { Err(not_yet(format!("{repeated} of {count} repeated"))) }
        });
        met.await.with_context(|| self.log())
    }

    fn applied_each_once(&self) -> Result<()> {
        let mut applied: BTreeMap<(String, i64), usize> = BTreeMap::new();
        for told in self.told() {
            ensure!(told["verdict"] != "refused" && told["verdict"] != "fork", "{told}");
            if told["verdict"] != "repeated" {
                let place = (told["subject"].to_string(), told["sequence"].as_i64().context("a sequence")?);
                *applied.entry(place).or_default() += 1;
            }
        }
        ensure!(
            !applied.is_empty() && applied.values().all(|times| *times == 1),
            "applied more than once: {applied:?}"
        );
        Ok(())
    }
}
