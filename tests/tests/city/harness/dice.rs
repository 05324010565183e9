//! Chance from a seed, so that a failure can be lived through again.

use std::time::Duration;

use huiyin_kernel::Service;

/// Numbers from a seed (SplitMix64). Clones with another label go their own way.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Other numbers for another purpose.
    pub(crate) fn of(&self, label: u64) -> Self {
        Self(self.0 ^ label.wrapping_mul(0xD6E8_FEB8_6659_FD93)).stirred()
    }

    fn stirred(mut self) -> Self {
        self.next();
        self
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len() as u64) as usize]
    }

    /// A span of time up to `most`.
    pub(crate) fn up_to(&mut self, most: Duration) -> Duration {
        Duration::from_micros(self.below(most.as_micros() as u64 + 1))
    }

    /// The same things in another order.
    pub(crate) fn shuffled(&mut self, mut services: Vec<Service>) -> Vec<Service> {
        for i in (1..services.len()).rev() {
            services.swap(i, self.below(i as u64 + 1) as usize);
        }
        services
    }

    /// A version-4 shaped id.
    pub(crate) fn uuid(&mut self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes((u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes())
            .into_uuid()
    }
}
