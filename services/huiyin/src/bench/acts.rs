//! One matter from its petition to its closing, as the officers of a street give it: what a lifecycle is, and who leads it.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use huiyin_kernel::{BusinessClock, Role, Service};
use serde_json::{Value, json};
use uuid::Uuid;

use super::town::Town;
use super::wire::Connection;
use crate::demo::data::City;
use crate::demo::office::{Office, id};

/// Until the second look whether the case is open; each further pause is half as long again: looking is work for the city too.
const LOOK: Duration = Duration::from_millis(10);
/// Longest wait for it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Until a request that was put off is sent again.
const BACK: Duration = Duration::from_millis(100);
const SENTENCE: &str = "建议在老旧小区加装夜间照明，并由物业定期检修，方便老人和放学的孩子出行。";

/// The commands after the petition, in their order.
pub(super) const COMMANDS: [&str; 7] = ["accept", "assign", "propose", "approve", "reply", "deliver", "close"];

/// The people of a street's office, signed in.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    /// Keeps the keys of several measurements in one city apart.
    run: u64,
    district: String,
    officer: Uuid,
    officer_token: String,
    head_token: String,
}

/// Where the services listen, and who sits there.
#[derive(Clone, Debug)]
pub(super) struct Desks {
    pub(super) intake: std::net::SocketAddr,
    pub(super) casework: std::net::SocketAddr,
    desks: Vec<Desk>,
}

impl Desks {
    /// Seats the officers and heads of all streets whose petitions go to an office of their own.
    pub(super) async fn open(town: &Town, office: &Office, at_most: usize) -> anyhow::Result<Self> {
        let city = City::read()?;
        let (run, mut desks) = (town.mark().await?, Vec::new());
        for street in city.street.iter().take(at_most) {
            let unit = city.petition_unit(&street.code).context("nobody takes petitions of a street")?;
            let with = |role| city.with_role(unit, role).context("an office without staff");
            let (officer, head) = (with(Role::Officer)?, with(Role::UnitHead)?);
            desks.push(Desk {
                run,
                district: street.code.clone(),
                officer: office.staff_id(officer)?,
                officer_token: office.token(officer).await?,
                head_token: office.token(head).await?,
            });
        }
        let bind = |service| town.servers.settings.bind(service);
        Ok(Self { intake: bind(Service::Intake), casework: bind(Service::Casework), desks })
    }

    pub(super) fn desk(&self, nth: usize) -> &Desk {
        &self.desks[nth % self.desks.len()]
    }
}

impl Desk {
    /// A suggestion: the class whose road has no steps between assignment and proposal.
    pub(super) fn petition(&self, nth: usize) -> Value {
        json!({
            "channel": "net",
            "class": "suggestion",
            "topic": "public_security",
            "district": self.district,
            "kind": "individual",
            "title": format!("建议加装夜间照明（{nth}）"),
            "request": format!("请研究在临江路{nth}号一带加装照明。"),
            "facts": SENTENCE.repeat(2 + nth % 5),
            "petitioner": {
                "name": "禾清",
                "gender": "female",
                "document_kind": "passport",
                "document_number": format!("E{:08}", nth % 100_000_000),
                "phone": format!("199{:08}", nth % 100_000_000),
                "address": format!("临江路{nth}号2栋301室"),
            },
        })
    }

    /// Who gives a command, and with which words.
    fn act(&self, command: &str) -> (&str, Value) {
        match command {
            "accept" => (&self.officer_token, json!({ "grade": "ordinary" })),
            "assign" => (&self.officer_token, json!({ "officer": self.officer })),
            "propose" => (
                &self.officer_token,
                json!({
                    "outcome": "adopted", "opinion": "建议合理，列入年度改造计划，由街道会同物业落实。",
                    "legal_basis": "《信访工作条例》第三十条", "facts_found": "经现场查看，反映情况属实。",
                    "cause_found": "设施老旧", "opinion_summary": "建议有益，予以采纳", "result_summary": "列入年度改造计划",
                    "hardship": false,
                }),
            ),
            "approve" => (&self.head_token, json!({})),
            "deliver" => {
                let body =
                    json!({ "means": "网上送达", "delivered_at": BusinessClock::System.now(), "receipt": "SD-1" });
                (&self.officer_token, body)
            }
            _ => (&self.officer_token, json!({})),
        }
    }
}

/// A worker with connections of its own to intake and casework.
#[derive(Debug)]
pub(super) struct Hand {
    intake: Line,
    casework: Line,
}

/// A connection whose user comes back when told to.
#[derive(Debug)]
pub(super) struct Line {
    connection: Connection,
    /// How often that was.
    put_off: usize,
}

/// How one lifecycle went.
#[derive(Clone, Debug, Default)]
pub(super) struct Lived {
    pub(super) petition: Uuid,
    pub(super) case: Uuid,
    /// Of each request to its answer: the petition, then the commands.
    pub(super) times: Vec<Duration>,
    /// From the answered petition to the open case.
    pub(super) opened: Duration,
    /// Answers of 503: told to come back.
    pub(super) put_off: usize,
}

impl Hand {
    pub(super) async fn new(desks: &Desks) -> anyhow::Result<Self> {
        Ok(Self { intake: Line::open(desks.intake).await?, casework: Line::open(desks.casework).await? })
    }

    /// Hands a petition in; gives its id.
    pub(super) async fn hand_in(&mut self, desk: &Desk, key: &str, nth: usize) -> anyhow::Result<Uuid> {
        let key = format!("{key}-{}", desk.run);
        let answer = self.intake.post("/petitions", None, &key, &desk.petition(nth)).await?;
        id(&answer, "petition_id")
    }

    /// Waits until casework has opened the case.
    pub(super) async fn opened(&mut self, desk: &Desk, petition: Uuid) -> anyhow::Result<Uuid> {
        let (begun, mut pause) = (Instant::now(), LOOK);
        let path = format!("/cases/by-petition/{petition}");
        loop {
            if let Some(case) = self.casework.get(&path, &desk.officer_token).await? {
                return id(&case, "case_id");
            }
            if begun.elapsed() > PATIENCE {
                bail!("no case was opened for {petition} within {PATIENCE:?}");
            }
            wait(pause).await;
            pause = pause.mul_f64(1.5);
        }
    }

    /// Gives one command.
    pub(super) async fn act(&mut self, desk: &Desk, case: Uuid, command: &str) -> anyhow::Result<()> {
        let (token, body) = desk.act(command);
        let path = format!("/cases/{case}/{command}");
        self.casework.post(&path, Some(token), &format!("bench-{case}-{command}"), &body).await.map(drop)
    }

    /// The whole road.
    pub(super) async fn live(&mut self, desk: &Desk, key: &str, nth: usize) -> anyhow::Result<Lived> {
        let mut lived = Lived::default();
        let begun = Instant::now();
        lived.petition = self.hand_in(desk, key, nth).await?;
        lived.times.push(begun.elapsed());
        let begun = Instant::now();
        lived.case = self.opened(desk, lived.petition).await?;
        lived.opened = begun.elapsed();
        for command in COMMANDS {
            let begun = Instant::now();
            self.act(desk, lived.case, command).await?;
            lived.times.push(begun.elapsed());
        }
        lived.put_off = std::mem::take(&mut self.intake.put_off) + std::mem::take(&mut self.casework.put_off);
        Ok(lived)
    }
}

impl Line {
    pub(super) async fn open(address: std::net::SocketAddr) -> anyhow::Result<Self> {
        Ok(Self { connection: Connection::open(address).await?, put_off: 0 })
    }

    async fn post(&mut self, path: &str, token: Option<&str>, key: &str, body: &Value) -> anyhow::Result<Value> {
        let body = body.to_string();
        let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\n{authorization}idempotency-key: {key}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        match self.send(&[head.as_bytes(), body.as_bytes()]).await? {
            (200..300, body) if body.is_empty() => Ok(Value::Null),
            (200..300, body) => Ok(serde_json::from_slice(&body)?),
            (status, body) => bail!("POST {path} was answered {status}: {}", String::from_utf8_lossy(&body)),
        }
    }

    /// `GET`; none when it is not there (yet).
    pub(super) async fn get(&mut self, path: &str, token: &str) -> anyhow::Result<Option<Value>> {
        let head = format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n");
        match self.send(&[head.as_bytes()]).await? {
            (404, _) => Ok(None),
            (200, body) => Ok(Some(serde_json::from_slice(&body)?)),
            (status, body) => bail!("GET {path} was answered {status}: {}", String::from_utf8_lossy(&body)),
        }
    }

    /// Sends again what was put off: with the same key nothing is done twice.
    async fn send(&mut self, request: &[&[u8]]) -> anyhow::Result<(u16, Vec<u8>)> {
        let begun = Instant::now();
        loop {
            let answer = self.connection.send(request).await?;
            if answer.status != 503 || begun.elapsed() > PATIENCE {
                return Ok((answer.status, answer.body.to_vec()));
            }
            self.put_off += 1;
            wait(BACK).await;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a client waits before it looks again, in machine time")]
pub(super) async fn wait(pause: Duration) {
    tokio::time::sleep(pause).await;
}
