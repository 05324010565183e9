use proptest::prelude::*;

use super::{
    super::{PetitionerInput, RepresentativeInput, Topic},
    *,
};

fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-23T10:00:00+08:00").expect("a time").to_utc()
}

fn topics() -> Topics {
    let topic = |code: &str, name: &str, active| Topic {
        code: TopicCode::parse(code).expect("a code"),
        name_zh: name.to_owned(),
        name_en: code.to_owned(),
        active,
    };
    Topics::new(vec![topic("land_expropriation", "土地征用", true), topic("old_topic", "旧类别", false)])
}

fn input() -> PetitionInput {
    PetitionInput {
        channel: "visit".to_owned(),
        class: "request".to_owned(),
        topic: "land_expropriation".to_owned(),
        district: "990101001".to_owned(),
        kind: "group".to_owned(),
        title: "征地补偿未到位".to_owned(),
        request: "请求按公告标准补足".to_owned(),
        petitioner: PetitionerInput {
            name: "𠮷田绘里".to_owned(),
            document_kind: "none".to_owned(),
            phone: Some("138 0000 1234".to_owned()),
            ..PetitionerInput::default()
        },
        people_count: Some(12),
        ..PetitionInput::default()
    }
}

fn parse(input: &PetitionInput, source: &Source, max_representatives: u32) -> Result<NewPetition, Vec<String>> {
    let topics = topics();
    let today = now().with_timezone(&huiyin_kernel::CITY_ZONE).date_naive();
    let rules = Rules { now: now(), today, topics: &topics, max_representatives, source };
    NewPetition::parse(input, &rules).map_err(|found| found.into_vec().into_iter().map(|v| v.field).collect())
}

fn staff() -> Source {
    Source::Staff { unit: UnitCode::parse("d1-hall").expect("a code") }
}

fn fields(input: &PetitionInput) -> Vec<String> {
    parse(input, &staff(), 5).err().unwrap_or_default()
}

/// REG-01
#[test]
fn all_five_channels_are_taken_from_staff_and_only_the_net_from_petitioners() {
    for channel in ["net", "letter", "phone", "fax", "visit"] {
        let input = PetitionInput { channel: channel.to_owned(), ..input() };
        assert!(parse(&input, &staff(), 5).is_ok(), "{channel}");
        assert_eq!(parse(&input, &Source::Petitioner, 5).is_ok(), channel == "net", "{channel}");
    }
    assert_eq!(fields(&PetitionInput { channel: "telepathy".to_owned(), ..input() }), ["channel"]);
}

/// REG-20
#[test]
fn the_three_classes_are_taken_and_no_other() {
    for class in ["suggestion", "accusation", "request"] {
        assert!(fields(&PetitionInput { class: class.to_owned(), ..input() }).is_empty(), "{class}");
    }
    assert_eq!(fields(&PetitionInput { class: "complaint".to_owned(), ..input() }), ["class"]);
}

/// REG-05
#[test]
fn a_group_sends_at_most_as_many_representatives_as_the_policy_says_and_may_send_none() {
    let with = |count: usize, people: i64| PetitionInput {
        people_count: Some(people),
        representatives: Some(vec![RepresentativeInput { name: "李建国".to_owned(), phone: None }; count]),
        ..input()
    };
    assert!(parse(&input(), &staff(), 5).is_ok_and(|p| p.representatives.is_empty()));
    assert!(parse(&with(5, 12), &staff(), 5).is_ok());
    assert_eq!(parse(&with(6, 12), &staff(), 5).err(), Some(vec!["representatives".to_owned()]));
    assert_eq!(parse(&with(4, 12), &staff(), 3).err(), Some(vec!["representatives".to_owned()]));
    assert_eq!(parse(&with(3, 2), &staff(), 5).err(), Some(vec!["representatives".to_owned()]));
    let alone = PetitionInput { kind: "individual".to_owned(), people_count: None, ..with(1, 1) };
    assert_eq!(fields(&alone), ["representatives"]);
}

/// QL-17
#[test]
fn the_topic_is_required_and_comes_from_the_taxonomy_by_code_or_name() {
    assert!(fields(&PetitionInput { topic: "土地征用".to_owned(), ..input() }).is_empty());
    for bad in ["", "old_topic", "nonsense"] {
        assert_eq!(fields(&PetitionInput { topic: bad.to_owned(), ..input() }), ["topic"], "{bad}");
    }
}

/// QL-04
#[test]
fn the_signers_of_a_joint_letter_are_never_indexed() {
    let letter = PetitionInput { kind: "joint_letter".to_owned(), channel: "letter".to_owned(), ..input() };
    assert!(parse(&letter, &staff(), 5).is_ok_and(|p| !p.is_indexed()));
    assert!(parse(&input(), &staff(), 5).is_ok_and(|p| p.is_indexed()));
}

/// REG-22
#[test]
fn the_unit_an_accusation_names_is_never_published() {
    let named = PetitionInput { concerned_unit: Some("d1-housing".to_owned()), ..input() };
    let accusation = PetitionInput { class: "accusation".to_owned(), ..named.clone() };
    let published = |input: &PetitionInput| parse(input, &staff(), 5).ok().and_then(|p| p.published_concerned_unit());
    assert!(published(&named).is_some());
    assert_eq!(published(&accusation), None);
    assert!(parse(&accusation, &staff(), 5).is_ok_and(|p| p.concerned_unit.is_some()));
}

#[test]
fn texts_are_bounded_in_characters_and_kept_to_the_letter() {
    let at = |count: usize| PetitionInput { title: "𠮷".repeat(count), ..input() };
    assert!(parse(&at(80), &staff(), 5).is_ok_and(|p| p.title.as_str() == "𠮷".repeat(80)));
    assert_eq!(fields(&at(81)), ["title"]);
    assert_eq!(fields(&PetitionInput { request: "字".repeat(5_001), ..input() }), ["request"]);
    assert!(fields(&PetitionInput { facts: Some("字".repeat(20_000)), ..input() }).is_empty());
    assert_eq!(fields(&PetitionInput { facts: Some("字".repeat(20_001)), ..input() }), ["facts"]);
}

#[test]
fn only_staff_state_when_and_where_a_petition_was_received_and_never_in_the_future() {
    let at = |text: &str| PetitionInput { received_at: Some(text.to_owned()), ..input() };
    let read = |text: &str| parse(&at(text), &staff(), 5).map(|p| p.received_at.to_rfc3339());
    assert_eq!(read("2026-11-20T09:30:00+08:00"), Ok("2026-11-20T01:30:00+00:00".to_owned()));
    assert_eq!(read("2026-11-23T10:01:00+08:00"), Ok(now().to_rfc3339()), "a fast clock is not the future");
    let bad = [
        "2026-11-23T10:03:00+08:00",
        "2016-11-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T09:30:00",
        "2026-11-20",
        "9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "+262143-01-01T00:00:00Z",
        "昨天",
    ];
    for bad in bad {
        assert_eq!(read(bad), Err(vec!["received_at".to_owned()]), "{bad}");
    }
    let net = PetitionInput {
        channel: "net".to_owned(),
        session_id: Some("x".to_owned()),
        ..at("2026-11-20T09:30:00+08:00")
    };
    assert_eq!(
        parse(&net, &Source::Petitioner, 5).err(),
        Some(vec!["received_at".to_owned(), "session_id".to_owned()])
    );
}

#[test]
fn every_mistake_is_named_at_once() {
    let wrong = PetitionInput {
        title: " ".to_owned(),
        district: "99".to_owned(),
        petitioner: PetitionerInput { phone: Some("电话".to_owned()), ..input().petitioner },
        people_count: Some(1),
        ..input()
    };
    assert_eq!(fields(&wrong), ["district", "title", "petitioner.phone", "people_count"]);
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just("\0".to_owned()),
        Just("\u{202E}张三".to_owned()),
        Just("'; drop table intake.petition; --".to_owned()),
        Just("１２".to_owned()),
        Just("\u{FEFF}\u{200B}".to_owned()),
        "[0-9]{0,20}",
        Just("😀👨\u{200D}👩\u{200D}👧".to_owned()),
    ]
}

proptest! {
    /// RELIABILITY §4: whatever is sent is refused by name or taken, without a panic, and what is taken keeps the bounds.
    #[test]
    fn whatever_is_sent_is_taken_within_bounds_or_refused_by_name(
        texts in prop::collection::vec(hostile(), 16), count: Option<i64>, staffed: bool,
    ) {
        let t = |at: usize| texts[at].clone();
        let wild = PetitionInput {
            channel: if staffed { t(0) } else { "net".to_owned() },
            class: "request".to_owned(),
            topic: "land_expropriation".to_owned(),
            district: "990101".to_owned(),
            kind: "group".to_owned(),
            title: t(1), request: t(2), facts: Some(t(3)), place: Some(t(4)),
            petitioner: PetitionerInput {
                name: t(5), gender: Some(t(6)), document_kind: "passport".to_owned(), document_number: Some(t(7)),
                phone: Some(t(8)), email: Some(t(9)), address: Some(t(10)),
            },
            people_count: count, representatives: None, companions: Some(vec![t(11)]), concerned_unit: Some(t(12)),
            assistance: Some(t(13)), received_at: Some(t(14)), session_id: None, external_ref: Some(t(15)),
        };
        let source = if staffed { staff() } else { Source::Petitioner };
        match parse(&wild, &source, 5) {
            Err(found) => prop_assert!(!found.is_empty()),
            Ok(taken) => {
                prop_assert!(taken.title.as_str() == t(1) && taken.title.as_str().chars().count() <= 80);
                prop_assert!((2..=100_000).contains(&taken.people_count));
                prop_assert!(!taken.petitioner.name.as_str().contains('\0'));
            }
        }
    }
}
