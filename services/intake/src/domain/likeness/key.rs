//! MinHash under a key: of each of 80 orders of all pieces of text, the first piece that a text has. The share of orders in which two texts have
//! the same first piece estimates the share of pieces that they have in common (Jaccard).

use hmac::{Hmac, KeyInit, Mac};
use huiyin_contracts::intake::PetitionClass;
use huiyin_kernel::{DistrictCode, Redacted};
use sha2::Sha256;

use super::{BAND, MINIMA, grams};

/// The prime below which pieces are put in order.
const PRIME: u64 = (1 << 61) - 1;

/// Makes signatures. Without it nobody can make one of a guessed text. Printing it shows nothing.
#[derive(Debug)]
pub struct LikenessKey {
    key: Redacted<[u8; 32]>,
    scheme: [u8; 8],
    orders: Redacted<Vec<(u64, u64)>>,
}

/// Among which petitions one is compared; those of others never agree with it.
#[derive(Clone, Copy, Debug)]
pub struct Among<'a> {
    /// Where the matter is.
    pub district: &'a DistrictCode,
    /// 热点类别
    pub topic: &'a str,
    /// Accusations are compared with accusations alone (REG-22).
    pub class: PetitionClass,
}

/// What is stored in place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// None of a text that says too little to be compared.
    pub text: Option<Minima>,
    /// Keyed; equal when the place is told in the same words.
    pub place: Option<[u8; 16]>,
}

/// The signature of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minima {
    /// The least hash in each order.
    pub minima: Vec<i32>,
    /// Hashes of four minima each: like texts have one in common.
    pub bands: Vec<i64>,
}

impl Minima {
    /// In how many of the orders both have the same.
    pub fn agreeing(&self, other: &Self) -> u32 {
        let both = self.minima.iter().zip(&other.minima);
        both.map(|(one, two)| u32::from(one == two)).sum()
    }
}

impl LikenessKey {
    /// Signs under `key`.
    pub fn new(key: &Redacted<[u8; 32]>) -> Self {
        let own = mac(key.expose(), &[b"huiyin.likeness.v1"]);
        let orders = (0..MINIMA as u64).map(|order| {
            let digest = digest(&own, &[b"order", &order.to_be_bytes()]);
            (1 + number(&digest, 0) % (PRIME - 1), number(&digest, 8) % PRIME)
        });
        let orders = Redacted::new(orders.collect());
        let scheme = number(&digest(&own, &[b"scheme"]), 0).to_be_bytes();
        Self { key: Redacted::new(digest(&own, &[b"pieces"])), scheme, orders }
    }

    /// Which key, and which way of signing, stands beside each signature: after a change of either all are made anew.
    pub const fn scheme(&self) -> &[u8; 8] {
        &self.scheme
    }

    /// Signs what a petition says.
    pub fn sign(&self, among: Among<'_>, title: &str, request: &str, place: Option<&str>) -> Signature {
        let kind: &[u8] = match among.class {
            PetitionClass::Accusation => b"accusation",
            PetitionClass::Suggestion | PetitionClass::Request => b"ordinary",
        };
        let own = mac(self.key.expose(), &[among.district.as_str().as_bytes(), among.topic.as_bytes(), kind]);
        let text = grams::grams(title, request).map(|grams| {
            let hashes = grams.iter().map(|gram| number(&digest(&own, &[b"piece", gram.as_bytes()]), 0) % PRIME);
            self.minima(&own, &hashes.collect::<Vec<_>>())
        });
        let place = place.map(grams::spelling).filter(|place| !place.is_empty()).map(|place| {
            let mut index = [0; 16];
            index.copy_from_slice(&digest(&own, &[b"place", place.as_bytes()])[..16]);
            index
        });
        Signature { text, place }
    }

    fn minima(&self, own: &Hmac<Sha256>, hashes: &[u64]) -> Minima {
        let least = |order| hashes.iter().map(|hash| placed(order, *hash)).min().unwrap_or(PRIME);
        // The upper half of the 61 bits tells two apart.
        let minima: Vec<i32> = self.orders.expose().iter().map(|order| (least(*order) >> 29) as i32).collect();
        let bands = minima.chunks_exact(BAND).enumerate().map(|(band, members)| {
            let mut bytes = (band as u64).to_be_bytes().to_vec();
            bytes.extend(members.iter().flat_map(|member| member.to_be_bytes()));
            number(&digest(own, &[b"band", &bytes]), 0) as i64
        });
        Minima { bands: bands.collect(), minima }
    }
}

/// Where a hash stands in an order.
fn placed((factor, summand): (u64, u64), hash: u64) -> u64 {
    let sum = u128::from(factor) * u128::from(hash) + u128::from(summand);
    (sum % u128::from(PRIME)) as u64
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256>>::new_from_slice(key).expect("an HMAC takes any key length");
    update(&mut mac, parts);
    // What follows is keyed by what was said so far.
    <Hmac<Sha256>>::new_from_slice(&mac.finalize().into_bytes()).expect("an HMAC takes any key length")
}

fn digest(own: &Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = own.clone();
    update(&mut mac, parts);
    mac.finalize().into_bytes().into()
}

/// Length-prefixed, so that no two lists of parts spell the same bytes.
fn update(mac: &mut Hmac<Sha256>, parts: &[&[u8]]) {
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
}

fn number(digest: &[u8; 32], from: usize) -> u64 {
    digest.iter().skip(from).take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
