//! The petition as a form: the same questions for the citizen at home and the clerk at the counter, named as intake names them,
//! so that what intake refuses stands beside the right field.

use huiyin_kernel::{DistrictCode, DistrictLevel};
use serde_json::{Map, Value, json};

use crate::domain::words;
use crate::http::form::{Choice, Field, Posted, Section};
use crate::upstream::Known;

/// Representatives a group may name at most (REG-05); the district's policy may say fewer.
const REPRESENTATIVES: usize = 5;

/// The class, explained (REG-20).
pub(in crate::http) fn class() -> Field {
    let choices = vec![
        Choice::new("request", "请求解决问题").hint("您遇到了困难或纠纷，希望有关单位帮助解决。（申诉求决）"),
        Choice::new("suggestion", "提意见建议").hint("您对城市管理、政策、服务有想法，希望改进。（建议意见）"),
        Choice::new("accusation", "检举控告")
            .hint("您要反映公职人员或单位的违纪违法问题。只有纪检监察机关看得到内容，被反映的单位和个人看不到。"),
    ];
    Field::radio(choices, "class", "您要做什么？", "What is it about?").required()
}

/// Streets under their districts, one list: no script needed to choose the one by the other.
pub(in crate::http) fn district(known: &Known) -> Field {
    let mut choices = Vec::new();
    let counties = known.districts.iter().filter(|d| d.code.level() == DistrictLevel::County);
    let city: Vec<_> = known.districts.iter().filter(|d| d.code.level() == DistrictLevel::City).collect();
    for county in counties {
        let inside =
            known.districts.iter().filter(|d| d.code.level() == DistrictLevel::Street && county.code.contains(&d.code));
        choices.extend(inside.map(|d| Choice::new(d.code.as_str(), &d.name).group(&county.name)));
        choices
            .push(Choice::new(county.code.as_str(), format!("{}（不清楚哪个街道）", county.name)).group(&county.name));
    }
    choices.extend(
        city.into_iter().map(|d| Choice::new(d.code.as_str(), format!("{}（全市性问题）", d.name)).group("全市")),
    );
    Field::select(choices, "district", "事情发生在哪个街道、乡镇？", "Where is the matter?").required()
}

/// The topic (QL-17).
pub(in crate::http) fn topic(known: &Known) -> Field {
    let choices = known.topics.iter().map(|topic| Choice::new(&topic.code, &topic.name_zh)).collect();
    Field::select(choices, "topic", "属于哪一类问题？", "Topic").hint("选最接近的一项即可。").required()
}

/// Title, request, facts, place.
pub(in crate::http) fn matter() -> Vec<Field> {
    vec![
        Field::line("title", "用一句话说是什么事", "Title").hint("例如：小区外墙渗水三年未修").required().most(80),
        Field::area(4, "request", "您希望怎么解决？", "What do you ask for?").required().most(5_000),
        Field::area(8, "facts", "事情的经过和理由", "Facts and reasons")
            .hint("什么时候、在哪里、发生了什么，找过哪些单位。")
            .most(20_000),
        Field::line("place", "具体地点", "Place").hint("例如：望桥街道井头街151号").most(200),
    ]
}

/// Who petitions.
pub(in crate::http) fn who() -> Vec<Field> {
    let documents =
        ["id_card", "passport", "hk_macau_permit", "taiwan_permit", "foreign_residence", "organisation_code", "none"];
    let documents = documents.map(|code| Choice::new(code, words::document(code))).to_vec();
    let genders = ["male", "female"].map(|code| Choice::new(code, words::gender(code))).to_vec();
    vec![
        Field::line("petitioner.name", "姓名或单位名称", "Name").required().most(100).fills("name"),
        Field::select(documents, "petitioner.document_kind", "证件", "Identity document").required(),
        Field::line("petitioner.document_number", "证件号码", "Document number").hint("没有带证件可以不填。").most(64),
        Field::select(genders, "petitioner.gender", "性别（可不填）", "Gender, optional"),
    ]
}

/// How to reach them.
pub(in crate::http) fn contact() -> Vec<Field> {
    vec![
        Field::typed("tel", "petitioner.phone", "电话", "Phone").hint("手机或带区号的座机。").fills("tel").most(40),
        Field::typed("email", "petitioner.email", "电子邮箱（可不填）", "E-mail, optional").fills("email").most(254),
        Field::line("petitioner.address", "住址", "Address")
            .hint("答复可以寄到这里。")
            .fills("street-address")
            .most(200),
    ]
}

/// One person, several, an organisation, a joint letter.
pub(in crate::http) fn kind() -> Field {
    let choices =
        ["individual", "group", "organisation", "joint_letter"].map(|code| Choice::new(code, words::kind(code)));
    Field::radio(choices.to_vec(), "kind", "以谁的名义提出？", "On whose behalf?").required()
}

/// For groups: how many, and who speaks for them (REG-05).
pub(in crate::http) fn group() -> Section {
    let mut fields = vec![
        Field::typed("number", "people_count", "一共多少人？", "How many people?")
            .keys("numeric")
            .hint("多人共同提出或联名信才需要填写。"),
    ];
    for at in 0..REPRESENTATIVES {
        fields.push(Field::line(&format!("representatives[{at}].name"), &format!("代表{}姓名", at + 1), "").most(100));
        fields.push(
            Field::typed("tel", &format!("representatives[{at}].phone"), &format!("代表{}电话", at + 1), "").most(40),
        );
    }
    Section::new("多人共同提出：人数和代表", "Groups", fields)
        .intro("多人反映同一件事，请推选代表，最多5人。只有一个人提出的，跳过这一部分。")
        .folded()
}

/// Help wanted at a reception.
pub(in crate::http) fn assistance() -> Field {
    Field::line("assistance", "需要什么帮助？（可不填）", "Help you need, optional")
        .hint("例如：轮椅、手语翻译、大字材料、普通话翻译")
        .most(200)
}

/// The unit the matter is about.
pub(in crate::http) fn concerned_unit(known: &Known) -> Field {
    let choices = known.units.iter().filter(|unit| unit.active);
    let choices = choices.map(|unit| Choice::new(unit.code.as_str(), &unit.name).group(words::unit_kind(&unit.kind)));
    let mut choices: Vec<Choice> = choices.collect();
    choices.sort_by(|a, b| a.group.cmp(&b.group));
    Field::select(choices, "concerned_unit", "反映的是哪个单位？（可不填）", "Unit concerned, optional")
}

/// The form as intake reads it.
pub(in crate::http) fn to_petition(form: &Posted, channel: &str) -> Value {
    let mut petition = Map::new();
    let text = |name: &str| Value::from(form.get(name));
    petition.insert("channel".to_owned(), Value::from(channel));
    for name in ["class", "topic", "district", "kind", "title", "request"] {
        petition.insert(name.to_owned(), text(name));
    }
    for name in ["facts", "place", "concerned_unit", "assistance", "external_ref", "session_id"] {
        if form.some(name).is_some() {
            petition.insert(name.to_owned(), text(name));
        }
    }
    if let Some(count) = form.some("people_count") {
        // What is no number becomes one that intake refuses, so that the mistake is told beside the field.
        petition.insert("people_count".to_owned(), json!(count.parse::<i64>().unwrap_or(-1)));
    }
    let mut who = Map::from_iter([
        ("name".to_owned(), text("petitioner.name")),
        ("document_kind".to_owned(), Value::from(form.some("petitioner.document_kind").unwrap_or("none"))),
    ]);
    for name in ["gender", "document_number", "phone", "email", "address"] {
        if let Some(value) = form.some(&format!("petitioner.{name}")) {
            who.insert(name.to_owned(), Value::from(value));
        }
    }
    petition.insert("petitioner".to_owned(), Value::Object(who));
    let speakers: Vec<Value> = (0..REPRESENTATIVES).filter_map(|at| representative(form, at)).collect();
    if !speakers.is_empty() {
        petition.insert("representatives".to_owned(), Value::from(speakers));
    }
    let companions: Vec<&str> =
        form.get("companions").split(['\n', '；', ';', '、']).map(str::trim).filter(|name| !name.is_empty()).collect();
    if !companions.is_empty() {
        petition.insert("companions".to_owned(), json!(companions));
    }
    Value::Object(petition)
}

fn representative(form: &Posted, at: usize) -> Option<Value> {
    let name = form.some(&format!("representatives[{at}].name"));
    let phone = form.some(&format!("representatives[{at}].phone"));
    (name.is_some() || phone.is_some()).then(|| json!({ "name": name.unwrap_or_default(), "phone": phone }))
}

/// The district's code, when it is one.
pub(in crate::http) fn district_of(text: &str) -> Option<DistrictCode> {
    DistrictCode::parse(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_what_intake_reads() {
        let body = "class=request&topic=environment&district=990101001&kind=group&title=t&request=r&people_count=12&\
                    petitioner.name=%E5%AE%89&petitioner.document_kind=none&representatives%5B0%5D.name=%E6%9D%8E&\
                    representatives%5B2%5D.phone=13800000000&facts=+&companions=a%0D%0Ab";
        let petition = to_petition(&Posted::read(body.as_bytes()).expect("a form"), "net");
        assert_eq!(petition["people_count"], 12);
        assert_eq!(
            petition["representatives"],
            json!([{ "name": "李", "phone": null }, { "name": "", "phone": "13800000000" }])
        );
        assert_eq!(petition["companions"], json!(["a", "b"]));
        assert_eq!(petition.get("facts"), None, "a blank text was not written");
        assert_eq!(petition["petitioner"], json!({ "name": "安", "document_kind": "none" }));
    }
}
