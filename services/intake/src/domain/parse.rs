use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use huiyin_contracts::intake::{Channel, PetitionClass, PetitionKind};
use huiyin_kernel::{DistrictCode, Phone, SessionId, Text, UnitCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Document, PetitionInput, RepresentativeInput, TopicCode, Topics, Violations, contact};

/// Characters allowed in each text (Unicode scalar values).
const TITLE: usize = 80;
const REQUEST: usize = 5_000;
const FACTS: usize = 20_000;
const PLACE: usize = 200;
const NAME: usize = 100;
const ASSISTANCE: usize = 200;
const EXTERNAL_REF: usize = 64;
/// People named beside the petitioner.
const COMPANIONS: usize = 50;
/// People one petition may speak for.
const PEOPLE: i64 = 100_000;
/// A letter may have lain somewhere, but not longer than this.
const OLDEST_RECEIPT: TimeDelta = TimeDelta::days(3_660);
/// Clocks of offices differ a little; a receipt this far ahead is still the present.
const CLOCK_DIFFERENCE: TimeDelta = TimeDelta::minutes(2);

/// Who hands the petition in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The petitioner, over the net.
    Petitioner,
    /// A clerk, for someone who wrote, called or came.
    Staff {
        /// The clerk's unit.
        unit: UnitCode,
    },
}

/// What a petition is checked against.
#[derive(Debug)]
pub struct Rules<'a> {
    /// Business time of the registration.
    pub now: DateTime<Utc>,
    /// The same as a date in the city.
    pub today: NaiveDate,
    /// The taxonomy.
    pub topics: &'a Topics,
    /// The most representatives of a group (REG-05), by the district's policy.
    pub max_representatives: u32,
    /// Who hands it in.
    pub source: &'a Source,
}

/// One of the representatives a group chose (REG-05).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representative {
    /// 姓名
    pub name: String,
    /// Normalised.
    pub phone: Option<String>,
}

/// Who petitions, normalised.
#[derive(Clone, PartialEq, Eq)]
pub struct Petitioner {
    /// 姓名 or 名称, as written.
    pub name: Text,
    /// As stated.
    pub gender: Option<&'static str>,
    /// The document shown.
    pub document: Document,
    /// Normalised.
    pub phone: Option<Phone>,
    /// Normalised.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<Text>,
}

/// A petition that may be registered: every rule about its content holds.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPetition {
    /// How it came in.
    pub channel: Channel,
    /// One of the three classes.
    pub class: PetitionClass,
    /// Its topic.
    pub topic: TopicCode,
    /// Where the matter is.
    pub district: DistrictCode,
    /// Who petitions together.
    pub kind: PetitionKind,
    /// 标题
    pub title: Text,
    /// 请求
    pub request: Text,
    /// 事实和理由
    pub facts: Option<Text>,
    /// 问题发生地
    pub place: Option<Text>,
    /// Who petitions.
    pub petitioner: Petitioner,
    /// How many people petition.
    pub people_count: u32,
    /// Chosen by the group; none is accepted.
    pub representatives: Vec<Representative>,
    /// 随访人 or co-signers. Never indexed, never searchable (QL-04).
    pub companions: Vec<String>,
    /// The unit the matter is about.
    pub concerned_unit: Option<UnitCode>,
    /// Help wanted at a reception.
    pub assistance: Option<Text>,
    /// When it reached the office.
    pub received_at: DateTime<Utc>,
    /// The unit whose clerk registers it.
    pub registered_by: Option<UnitCode>,
    /// The reception session it was brought to.
    pub session_id: Option<SessionId>,
    /// The number it had elsewhere.
    pub external_ref: Option<Text>,
}

impl NewPetition {
    /// Reads a petition, or names everything that is not right with it.
    pub fn parse(input: &PetitionInput, rules: &Rules<'_>) -> Result<Self, Violations> {
        let mut found = Violations::default();
        let channel = channel(input, rules.source, &mut found);
        let class = choice(&input.class, "class", "信访类别", &["suggestion", "accusation", "request"], &mut found);
        let kinds = ["individual", "group", "organisation", "joint_letter"];
        let kind = choice(&input.kind, "kind", "信访人类别", &kinds, &mut found);
        let topic = rules.topics.active(&input.topic).map(|topic| topic.code.clone());
        if topic.is_none() {
            let rule = ("热点类别不在目录中（见 GET /topics）", "the topic is not in the taxonomy (see GET /topics)");
            found.add("topic", rule, rules.topics.example());
        }
        let district = found.keep("district", "区划代码有误", "990101001", DistrictCode::parse(input.district.trim()));
        let title = required(&input.title, "title", "标题", TITLE, "楼上漏水三年未修", &mut found);
        let request = required(&input.request, "request", "请求", REQUEST, "请求督促维修外墙", &mut found);
        let facts = optional(input.facts.as_deref(), "facts", "事实和理由", FACTS, &mut found);
        let place = optional(input.place.as_deref(), "place", "问题发生地", PLACE, &mut found);
        let petitioner = petitioner(input, rules.today, &mut found);
        let people_count = people(input, kind, &mut found);
        let representatives = representatives(input, kind, people_count, rules, &mut found);
        let companions = companions(input, &mut found);
        let concerned_unit = present(input.concerned_unit.as_deref())
            .and_then(|unit| found.keep("concerned_unit", "单位代码有误", "990101-housing", UnitCode::parse(unit)));
        let assistance = optional(input.assistance.as_deref(), "assistance", "所需协助", ASSISTANCE, &mut found);
        let received_at = received_at(input, rules, &mut found);
        let session_id = session(input, rules.source, &mut found);
        let external_ref = optional(input.external_ref.as_deref(), "external_ref", "原编号", EXTERNAL_REF, &mut found);
        let registered_by = match rules.source {
            Source::Petitioner => None,
            Source::Staff { unit } => Some(unit.clone()),
        };
        let read = move || {
            Some(Self {
                channel: channel?,
                class: class?,
                topic: topic?,
                district: district?,
                kind: kind?,
                title: title?,
                request: request?,
                facts,
                place,
                petitioner: petitioner?,
                people_count: people_count?,
                representatives,
                companions,
                concerned_unit,
                assistance,
                received_at: received_at?,
                registered_by,
                session_id,
                external_ref,
            })
        };
        if found.is_empty() { read().ok_or(found) } else { Err(found) }
    }

    /// At least one working route was given (REG-13: without name or address there is nobody to tell).
    pub const fn can_be_told(&self) -> bool {
        self.petitioner.phone.is_some() || self.petitioner.email.is_some() || self.petitioner.address.is_some()
    }

    /// The unit complained about, as far as others may know it: never for an accusation (REG-22).
    pub fn published_concerned_unit(&self) -> Option<UnitCode> {
        match self.class {
            PetitionClass::Accusation => None,
            PetitionClass::Suggestion | PetitionClass::Request => self.concerned_unit.clone(),
        }
    }

    /// Whether phone and document may be found again by keyed index. The signers of a joint letter may not (QL-04).
    pub const fn is_indexed(&self) -> bool {
        !matches!(self.kind, PetitionKind::JointLetter)
    }
}

fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Reads a word of a closed list by the name it has on the wire.
fn choice<T: DeserializeOwned>(text: &str, field: &str, zh: &str, known: &[&str], found: &mut Violations) -> Option<T> {
    let read: Result<T, serde::de::value::Error> = T::deserialize(serde::de::value::StrDeserializer::new(text.trim()));
    if let Ok(value) = read {
        Some(value)
    } else {
        let list = known.join(", ");
        let rule = (format!("{zh}须为其中之一"), format!("{field} is one of: {list}"));
        found.add(field, rule, known.last().copied().unwrap_or_default());
        None
    }
}

fn channel(input: &PetitionInput, source: &Source, found: &mut Violations) -> Option<Channel> {
    let known = ["net", "letter", "phone", "fax", "visit"];
    let channel = choice(&input.channel, "channel", "信访形式", &known, found)?;
    match (source, channel) {
        (Source::Petitioner, Channel::Letter | Channel::Phone | Channel::Fax | Channel::Visit) => {
            let rule = (
                "网上提交的信访形式为 net；其他形式由工作人员登记",
                "over the net the channel is net; staff register the others",
            );
            found.add("channel", rule, "net");
            None
        }
        (Source::Staff { .. }, _) | (Source::Petitioner, Channel::Net) => Some(channel),
    }
}

pub(super) fn required(
    text: &str,
    field: &str,
    zh: &str,
    max: usize,
    example: &str,
    found: &mut Violations,
) -> Option<Text> {
    found.keep(field, &format!("{zh}为1至{max}字"), example, Text::parse(text, max))
}

pub(super) fn optional(text: Option<&str>, field: &str, zh: &str, max: usize, found: &mut Violations) -> Option<Text> {
    let text = text.filter(|text| !text.is_empty())?;
    found.keep(field, &format!("{zh}不超过{max}字"), "", Text::parse(text, max))
}

fn petitioner(input: &PetitionInput, today: NaiveDate, found: &mut Violations) -> Option<Petitioner> {
    let given = &input.petitioner;
    let name = required(&given.name, "petitioner.name", "姓名或名称", NAME, "王秀兰", found);
    let gender = match present(given.gender.as_deref()) {
        None => None,
        Some("male" | "男") => Some("male"),
        Some("female" | "女") => Some("female"),
        Some(_) => {
            found.add("petitioner.gender", ("性别为 male 或 female，可不填", "male or female, or left out"), "female");
            None
        }
    };
    let document = Document::parse(&given.document_kind, given.document_number.as_deref(), today, found);
    let phone = contact::phone(given.phone.as_deref(), "petitioner.phone", found);
    let email = contact::email(given.email.as_deref(), "petitioner.email", found);
    let address = contact::address(given.address.as_deref(), "petitioner.address", found);
    Some(Petitioner { name: name?, gender, document: document?, phone, email, address })
}

fn people(input: &PetitionInput, kind: Option<PetitionKind>, found: &mut Violations) -> Option<u32> {
    let field = "people_count";
    match (kind?, input.people_count) {
        (PetitionKind::Individual | PetitionKind::Organisation, None | Some(1)) => Some(1),
        (PetitionKind::Individual | PetitionKind::Organisation, Some(_)) => {
            found.add(field, ("个人或单位信访的人数为1", "one person or one organisation counts 1"), "1");
            None
        }
        (PetitionKind::Group | PetitionKind::JointLetter, Some(count @ 2..=PEOPLE)) => u32::try_from(count).ok(),
        (PetitionKind::Group | PetitionKind::JointLetter, _) => {
            found.add(field, ("多人信访、联名信的人数为2至100000", "several people count 2 to 100000"), "12");
            None
        }
    }
}

fn representatives(
    input: &PetitionInput,
    kind: Option<PetitionKind>,
    people: Option<u32>,
    rules: &Rules<'_>,
    found: &mut Violations,
) -> Vec<Representative> {
    let given: &[RepresentativeInput] = input.representatives.as_deref().unwrap_or_default();
    if given.is_empty() {
        return Vec::new();
    }
    let field = "representatives";
    if matches!(kind, Some(PetitionKind::Individual | PetitionKind::Organisation)) {
        found.add(field, ("只有多人信访或联名信推选代表", "only several people choose representatives"), "");
        return Vec::new();
    }
    let most = people.map_or(rules.max_representatives, |people| people.min(rules.max_representatives));
    if given.len() > most as usize {
        let rule = (format!("代表不超过{most}人（条例第二十条）"), format!("at most {most} representatives (Art. 20)"));
        found.add(field, rule, "");
        return Vec::new();
    }
    let mut read = Vec::with_capacity(given.len());
    for (at, one) in given.iter().enumerate() {
        let name = required(&one.name, &format!("{field}[{at}].name"), "代表姓名", NAME, "李建国", found);
        let phone = contact::phone(one.phone.as_deref(), &format!("{field}[{at}].phone"), found);
        if let Some(name) = name {
            read.push(Representative { name: name.into(), phone: phone.map(|phone| phone.as_str().to_owned()) });
        }
    }
    read
}

fn companions(input: &PetitionInput, found: &mut Violations) -> Vec<String> {
    let given: &[String] = input.companions.as_deref().unwrap_or_default();
    if given.len() > COMPANIONS {
        let rule = ("随访人或联名人不超过50名，其余只计人数", "at most 50 names; the others only count");
        found.add("companions", rule, "");
        return Vec::new();
    }
    let read = given.iter().enumerate();
    read.filter_map(|(at, name)| required(name, &format!("companions[{at}]"), "姓名", NAME, "张海燕", found))
        .map(String::from)
        .collect()
}

fn received_at(input: &PetitionInput, rules: &Rules<'_>, found: &mut Violations) -> Option<DateTime<Utc>> {
    let field = "received_at";
    let example = "2026-11-20T09:30:00+08:00";
    let Some(text) = present(input.received_at.as_deref()) else { return Some(rules.now) };
    if *rules.source == Source::Petitioner {
        found.add(field, ("收到时间由工作人员填写", "only staff state when it was received"), "");
        return None;
    }
    // Seconds may be left out: nobody notes them on a letter.
    let read = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"));
    let Ok(at) = read.map(|at| at.to_utc()) else {
        found.add(field, ("时间须带时区（RFC 3339）", "a time with its zone (RFC 3339)"), example);
        return None;
    };
    if at > rules.now + CLOCK_DIFFERENCE || at < rules.now - OLDEST_RECEIPT {
        let rule = ("收到时间不得晚于现在，也不得早于十年前", "not in the future and not more than ten years ago");
        found.add(field, rule, example);
        return None;
    }
    // The database keeps microseconds.
    Some(DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at).min(rules.now))
}

fn session(input: &PetitionInput, source: &Source, found: &mut Violations) -> Option<SessionId> {
    let text = present(input.session_id.as_deref())?;
    if *source == Source::Petitioner {
        found.add("session_id", ("接访场次由工作人员填写", "only staff name the reception session"), "");
        return None;
    }
    found.keep("session_id", "场次编号有误", "0198c5e2-7b1a-7c3e-9d2f-6a1b2c3d4e5f", text.parse())
}

super::redacted!(Representative, Petitioner, NewPetition);

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
