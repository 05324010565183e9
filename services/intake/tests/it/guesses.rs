//! W1: guessing at numbers and codes brings nothing, not even the knowledge which numbers exist; and it locks nobody out.

use std::{collections::BTreeMap, time::Instant};

use anyhow::{Result, ensure};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use huiyin_kernel::{PetitionNumber, Service};
use huiyin_testkit::{is_long_run, seed};
use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestRng},
};
use serde_json::{Value, json};

use crate::world::{Answer, World, petition_with};

/// The hall: one address for everybody in it.
const HALL: &str = "10.9.9.9";

async fn look_up(world: &World, from: &str, number: &str, code: &str) -> Result<Answer> {
    let request = Request::builder()
        .method("POST")
        .uri("/petitions/query")
        .header(header::CONTENT_TYPE, "application/json")
        .header(huiyin_web::SERVICE_HEADER, world.credential_of(Service::Portal)?)
        .header(huiyin_web::CLIENT_ADDRESS_HEADER, from);
    world.send(request.body(Body::from(json!({ "number": number, "code": code }).to_string()))?).await
}

async fn receipts(world: &World, many: usize) -> Result<Vec<Answer>> {
    let mut receipts = Vec::new();
    for at in 0..many {
        let body = petition_with(&json!({ "title": format!("第{at}件") }));
        receipts.push(world.hand_in(&format!("k{at}"), &body).await?);
    }
    Ok(receipts)
}

/// A code of the right form, by chance.
fn code(chance: &mut TestRng) -> String {
    const LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let letters: String = (0..17).map(|_| char::from(LETTERS[chance.random_range(0..LETTERS.len())])).collect();
    format!("{}-{}-{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..12], &letters[12..16], &letters[16..])
}

/// Two thousand guesses (a hundred thousand in a long run) from one hall and from everywhere, at numbers that exist and at
/// such that do not, while the people of the hall look up their own.
#[tokio::test]
async fn thousands_of_guesses_bring_nothing_and_lock_nobody_out_w1() -> Result<()> {
    let world = World::new().await?;
    let receipts = receipts(&world, 20).await?;
    let mut chance = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed().to_le_bytes(); 4].concat());
    let guesses = if is_long_run() { 100_000 } else { 2_000 };
    let mut told: BTreeMap<StatusCode, u32> = BTreeMap::new();
    for at in 0..guesses {
        let from =
            if at % 2 == 0 { HALL.to_owned() } else { std::net::Ipv6Addr::from(chance.random::<u128>()).to_string() };
        let number = if at % 3 == 0 {
            receipts[at % receipts.len()].text("number")
        } else {
            PetitionNumber::new(2026, chance.random_range(1..100_000_000)).to_string()
        };
        let answer = look_up(&world, &from, &number, &code(&mut chance)).await?;
        *told.entry(answer.status).or_default() += 1;
        if at % 40 == 0 {
            let own = &receipts[(at / 40) % receipts.len()];
            let seen = look_up(&world, HALL, &own.text("number"), &own.text("query_code")).await?;
            ensure!(seen.status == StatusCode::OK, "somebody of the hall is locked out: {seen:?}");
        }
    }
    let (unknown, wait) = (StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS);
    ensure!(told.keys().all(|status| [unknown, wait].contains(status)), "{told:?}");
    ensure!(told.get(&wait) >= Some(&(guesses as u32 / 3)), "hardly anybody was told to wait: {told:?}");
    Ok(())
}

/// The answer to a wrong code takes as long for a number that exists as for one that does not (two-sample Kolmogorov-Smirnov,
/// one error in a thousand).
#[tokio::test]
async fn the_time_of_an_answer_does_not_tell_which_numbers_exist_w1() -> Result<()> {
    let world = World::new().await?;
    let receipts = receipts(&world, 60).await?;
    let mut chance = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed().to_le_bytes(); 4].concat());
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for at in 0..1_000_usize {
        let from = std::net::Ipv6Addr::from(chance.random::<u128>()).to_string();
        // Both are made each time: an answer comes at a tick of the clock, and would tell how long the asker took before.
        let exists = receipts[(at / 2) % receipts.len()].text("number");
        let not = PetitionNumber::new(2026, chance.random_range(1_000_000..100_000_000)).to_string();
        let number = if at % 2 == 0 { &exists } else { &not };
        let code = code(&mut chance);
        let begun = Instant::now();
        let answer = look_up(&world, &from, number, &code).await?;
        let took = begun.elapsed();
        ensure!(answer.status == StatusCode::NOT_FOUND, "{answer:?}");
        // The first ones warm caches and connections up.
        if at >= 100 {
            if at % 2 == 0 { known.push(took) } else { unknown.push(took) }
        }
    }
    let distance = kolmogorov_smirnov(&mut known, &mut unknown);
    let (n, m) = (known.len() as f64, unknown.len() as f64);
    let bound = 1.95 * ((n + m) / (n * m)).sqrt();
    ensure!(distance < bound, "the times differ: D = {distance:.3}, allowed {bound:.3}");
    Ok(())
}

/// The largest distance between the two distributions.
fn kolmogorov_smirnov<T: Ord + Copy>(a: &mut [T], b: &mut [T]) -> f64 {
    a.sort_unstable();
    b.sort_unstable();
    let share = |sorted: &[T], value: T| sorted.partition_point(|other| *other <= value) as f64 / sorted.len() as f64;
    a.iter().chain(b.iter()).map(|value| (share(a, *value) - share(b, *value)).abs()).fold(0.0, f64::max)
}

#[test]
fn two_different_distributions_are_told_apart() {
    let (mut low, mut high): (Vec<u32>, Vec<u32>) = ((0..400).collect(), (100..500).collect());
    assert!((kolmogorov_smirnov(&mut low, &mut high) - 0.25).abs() < 0.01);
    assert!(kolmogorov_smirnov(&mut low.clone(), &mut low) < f64::EPSILON);
}

/// What is told of a number that exists and of one that does not is the same to the letter.
#[tokio::test]
async fn a_wrong_code_is_answered_to_the_letter_like_a_wrong_number_w1() -> Result<()> {
    let world = World::new().await?;
    let receipt = receipts(&world, 1).await?.remove(0);
    let mut answers = Vec::new();
    for number in [receipt.text("number"), PetitionNumber::new(2026, 7_654_321).to_string(), "HY-2026".to_owned()] {
        let mut answer = look_up(&world, HALL, &number, "AAAA-AAAA-AAAA-AAAA-A").await?;
        answer.body["instance"] = Value::Null;
        answers.push(answer);
    }
    ensure!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    Ok(())
}
