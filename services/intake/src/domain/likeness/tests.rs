//! The estimate against the true share of common pieces, and what is found of real writing.

use std::collections::HashSet;

use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{DistrictCode, Redacted};
use proptest::prelude::*;

use super::*;

fn key(byte: u8) -> LikenessKey {
    LikenessKey::new(&Redacted::new([byte; 32]))
}

fn sign(key: &LikenessKey, title: &str, request: &str) -> Minima {
    let district = DistrictCode::parse("990101001").expect("a code");
    let among = Among { district: &district, topic: "house_demolition", class: PetitionClass::Request };
    key.sign(among, title, request, None).text.expect("enough to compare")
}

fn estimate(key: &LikenessKey, one: &str, two: &str) -> f64 {
    f64::from(sign(key, one, "").agreeing(&sign(key, two, ""))) / MINIMA as f64
}

/// The true share, reckoned by another road: all triples of letters, compared one with one.
fn jaccard(one: &str, two: &str) -> f64 {
    let triples = |text: &str| -> HashSet<[char; 3]> {
        let letters: Vec<char> = text.chars().collect();
        (2..letters.len()).map(|end| [letters[end - 2], letters[end - 1], letters[end]]).collect()
    };
    let (one, two) = (triples(one), triples(two));
    let common = one.iter().filter(|triple| two.contains(*triple)).count();
    common as f64 / (one.len() + two.len() - common) as f64
}

/// Two texts of ideographs that share a beginning: from nothing in common to everything.
fn pair() -> impl Strategy<Value = (String, String)> {
    let letters = || prop::collection::vec(prop::char::range('一', '龥'), 20..120);
    (letters(), letters(), 0.0..=1.0_f64).prop_map(|(one, two, share)| {
        let shared = (one.len().min(two.len()) as f64 * share) as usize;
        let second: String = one[..shared].iter().chain(&two[shared..]).collect();
        (one.into_iter().collect(), second)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// One standard deviation of 80 draws is at most 0.056; five of them are never met.
    #[test]
    fn the_estimate_is_near_the_true_share((one, two) in pair(), byte: u8) {
        let (told, truth) = (estimate(&key(byte), &one, &two), jaccard(&one, &two));
        prop_assert!((told - truth).abs() < 0.28, "{told} for {truth}");
        prop_assert!(truth > 0.0 || told < 0.02);
        prop_assert!(truth < 1.0 || told > 0.99);
    }
}

/// Over many keys the errors cancel out, and are as large as those of 80 draws: the orders are independent of each other.
#[test]
fn the_estimate_leans_to_neither_side() {
    let text: String = ('一'..).take(90).collect();
    for kept in [30, 45, 60, 80] {
        let other: String = ('一'..).take(kept).chain(('叁'..).take(90 - kept)).collect();
        let truth = jaccard(&text, &other);
        let errors: Vec<f64> = (0..=u8::MAX).map(|byte| estimate(&key(byte), &text, &other) - truth).collect();
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        let deviation = (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
        let expected = (truth * (1.0 - truth) / MINIMA as f64).sqrt();
        assert!(mean.abs() < 4.0 * expected / 16.0, "{mean} at {truth}");
        assert!((0.8..1.2).contains(&(deviation / expected)), "{deviation} instead of {expected} at {truth}");
    }
}

const TITLE: &str = "拆迁补偿款一直未付";
const REQUEST: &str = "2024年5月签订协议，约定三个月内支付补偿款120,000元，至今未付，请求核实并督促支付。";

#[test]
fn the_same_matter_written_again_is_found() {
    let key = key(7);
    let first = sign(&key, TITLE, REQUEST);
    for (title, request) in [
        (TITLE, "２０２４年０５月签订协议\u{3000}约定三个月内支付补偿款 118000 元；至今未付。请求核实并督促支付！"),
        ("拆迁补偿款，一直未付！", "2024年5月签订协议，约定三个月内支付补偿款12万元，至今未付，请求核实，并督促支付。"),
        (TITLE, &format!("{REQUEST}谢谢。")),
    ] {
        let again = sign(&key, title, request);
        let alike = Likeness { agreeing: first.agreeing(&again), same_place: false, same_document: false };
        assert!(alike.is_likely(), "{alike:?}: {request}");
        assert!(first.bands.iter().zip(&again.bands).any(|(one, two)| one == two), "it is found by a band");
    }
}

/// Of one street and one topic, and each a matter of its own.
#[test]
fn other_matters_of_the_same_topic_are_not() {
    let key = key(7);
    let matters = [
        (TITLE, REQUEST),
        ("拆迁安置房质量差", "分到的安置房墙面渗水、电梯经常停运，请求核实并督促开发单位维修。"),
        ("拆迁丈量面积有误", "丈量时少算了阁楼面积18平方米，请求重新丈量并更正补偿协议。"),
        ("过渡费停发", "约定过渡费每月发放，今年3月起停发，请求核实并补发。"),
        ("未签协议就停水停电", "尚未签订拆迁协议，施工单位已经停水停电，请求立即恢复并查处。"),
        ("要求公开征收文件", "请求公开本次房屋征收的批准文件、补偿方案和评估报告。"),
    ];
    let signed = matters.map(|(title, request)| sign(&key, title, request));
    for (at, one) in signed.iter().enumerate() {
        for two in signed.iter().skip(at + 1) {
            let alike = Likeness { agreeing: one.agreeing(two), same_place: true, same_document: true };
            assert!(!alike.is_likely(), "{alike:?}");
        }
    }
}

/// REG-22, DOMAIN part D: signatures of another place, topic or kind of class agree in nothing, however equal the texts; nor do those of
/// another key, so that a stolen table cannot be tried with guessed texts.
#[test]
fn what_must_not_be_compared_cannot_be() {
    let [here, there] = ["990101001", "990101002"].map(|code| DistrictCode::parse(code).expect("a code"));
    let among = Among { district: &here, topic: "house_demolition", class: PetitionClass::Request };
    let signed = |key: &LikenessKey, among| key.sign(among, TITLE, REQUEST, Some("望桥街道3号"));
    let own = signed(&key(7), among);
    let accused = Among { class: PetitionClass::Accusation, ..among };
    let others = [
        signed(&key(7), Among { district: &there, ..among }),
        signed(&key(7), Among { topic: "land_title", ..among }),
        signed(&key(7), accused),
        signed(&key(8), among),
    ];
    for other in others {
        let (one, two) = (own.text.as_ref().expect("signed"), other.text.as_ref().expect("signed"));
        assert_eq!(one.agreeing(two), 0);
        assert!(one.bands.iter().all(|band| !two.bands.contains(band)));
        assert_ne!(own.place, other.place);
    }
    assert_eq!(
        own,
        signed(&key(7), Among { class: PetitionClass::Suggestion, ..among }),
        "one matter put in another form"
    );
    assert_eq!(signed(&key(7), accused), signed(&key(7), accused));
    assert_ne!(key(7).scheme(), key(8).scheme());
}

#[test]
fn a_place_is_the_same_in_any_spelling_and_another_with_another_number() {
    let district = DistrictCode::parse("990101").expect("a code");
    let among = Among { district: &district, topic: "transport", class: PetitionClass::Request };
    let place = |place| key(7).sign(among, TITLE, REQUEST, Some(place)).place;
    assert_eq!(place("望桥街道 ３号"), place("望桥街道3号。"));
    assert_ne!(place("望桥街道3号"), place("望桥街道5号"));
    assert_eq!(place("，"), None);
}

#[test]
fn what_is_compared_goes_back_five_years() {
    let now = "2026-03-02T01:00:00Z".parse().expect("a time");
    let id = oldest_compared(now);
    assert_eq!(id, first_id_at("2021-03-02T01:00:00Z".parse().expect("a time")));
    assert!(id < first_id_at(now));
}
