//! People who hand in petitions, and remember every answer they were given.

use std::time::Duration;

use anyhow::{Result, bail};
use huiyin_kernel::Service;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::dice::Dice;
use super::servers::{STREETS, TestCity};

const SURNAMES: [&str; 8] = ["禾", "沐", "钟离", "欧阳", "𠮷", "素", "简", "晏"];
const GIVEN: [&str; 8] = ["清", "思远", "小满", "𡍼", "念慈", "大川", "知秋", "一鸣"];
const TOPICS: [&str; 6] =
    ["labour_social_security", "environment", "house_demolition", "education", "transport", "market_regulation"];
const MATTERS: [&str; 6] = [
    "楼下烧烤店深夜排烟扰民",
    "工地拖欠三个月工资未发",
    "老旧小区加装电梯一事无人答复",
    "校门口道路破损，学生出行不便",
    "公交改线后老人买菜要走两公里",
    "菜市场短斤少两屡次反映无果",
];

/// A petition that was answered with a number.
#[derive(Clone, Debug)]
pub(crate) struct Petition {
    pub(crate) key: String,
    pub(crate) body: Value,
    pub(crate) petition_id: Uuid,
    pub(crate) number: String,
    pub(crate) code: String,
    /// Requests that brought no answer before the one that did.
    pub(crate) unanswered: u32,
}

/// Whoever petitions: one address, many people.
#[derive(Clone, Debug)]
pub(crate) struct Citizens {
    http: reqwest::Client,
    url: String,
}

impl Citizens {
    pub(crate) fn of(city: &TestCity) -> Result<Self> {
        Ok(Self { http: super::browser()?, url: city.url(Service::Intake, "/petitions") })
    }

    /// Hands a petition in and asks again with the same key until there is an answer.
    ///
    /// # Errors
    /// An answer that a petitioner must never see: anything but a number or "try again later".
    pub(crate) async fn hand_in(&self, key: &str, body: Value, dice: &mut Dice) -> Result<Petition> {
        let mut unanswered = 0;
        loop {
            if let Some(petition) = self.try_once(key, &body, unanswered).await? {
                return Ok(petition);
            }
            unanswered += 1;
            super::pause(Duration::from_millis(100) + dice.up_to(Duration::from_millis(200))).await;
        }
    }

    /// One request; none when nothing is known of its fate.
    pub(crate) async fn try_once(&self, key: &str, body: &Value, unanswered: u32) -> Result<Option<Petition>> {
        let request = self.http.post(&self.url).header("idempotency-key", key).json(body);
        let Ok(response) = request.send().await else { return Ok(None) };
        let status = response.status();
        let Ok(answer) = response.bytes().await else { return Ok(None) };
        if status == StatusCode::SERVICE_UNAVAILABLE {
            return Ok(None);
        }
        if status != StatusCode::CREATED {
            bail!("a petition was answered {status}: {}", String::from_utf8_lossy(&answer));
        }
        let answer: Value = serde_json::from_slice(&answer)?;
        let text = |field: &str| answer[field].as_str().unwrap_or_default().to_owned();
        Ok(Some(Petition {
            key: key.to_owned(),
            body: body.clone(),
            petition_id: text("petition_id").parse()?,
            number: text("number"),
            code: text("query_code"),
            unanswered,
        }))
    }

    /// The status of the same key with other words, asked again while it is "try again later".
    pub(crate) async fn other_words(&self, petition: &Petition) -> Result<StatusCode> {
        let mut body = petition.body.clone();
        body["request"] = json!("同一钥匙，另一份内容");
        loop {
            let request = self.http.post(&self.url).header("idempotency-key", &petition.key).json(&body);
            let status = request.send().await?.status();
            if status != StatusCode::SERVICE_UNAVAILABLE {
                return Ok(status);
            }
            super::pause(Duration::from_millis(200)).await;
        }
    }
}

/// A petition nobody has handed in before.
pub(crate) fn petition(dice: &mut Dice) -> Value {
    let (street, _) = dice.pick(&STREETS);
    let matter = dice.pick(&MATTERS);
    let class = if dice.below(5) == 0 { "suggestion" } else { "request" };
    json!({
        "channel": "net",
        "class": class,
        "topic": dice.pick(&TOPICS),
        "district": street,
        "kind": "individual",
        "title": matter,
        "request": format!("{matter}，请有关部门尽快处理并答复。来件序 {}", dice.below(1_000_000_000)),
        "facts": "多次向社区反映，".repeat(dice.below(12) as usize + 1),
        "petitioner": {
            "name": format!("{}{}", dice.pick(&SURNAMES), dice.pick(&GIVEN)),
            "document_kind": "none",
            "phone": format!("199{:08}", dice.below(100_000_000)),
        },
    })
}
