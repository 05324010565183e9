use huiyin_kernel::{DistrictCode, PetitionId};
use uuid::Uuid;

/// Where a sealed value stands. Bound into the ciphertext: a value copied to another place does not open there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Table with its schema, such as `intake.petitioner`.
    pub table: &'a str,
    /// Column.
    pub column: &'a str,
    /// Primary key of the row.
    pub row: Uuid,
    /// The district of origin; it never changes, even when the matter is transferred.
    pub district: &'a DistrictCode,
}

impl<'a> Place<'a> {
    /// The place of a contact as it is published (`huiyin.private.intake.petition.contact`).
    pub fn contact(petition: PetitionId, district: &'a DistrictCode) -> Self {
        Self { table: "intake.contact", column: "sealed", row: petition.uuid(), district }
    }

    /// Length-prefixed, so that no two places spell the same bytes.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = b"huiyin.place.v1".to_vec();
        for part in
            [self.table.as_bytes(), self.column.as_bytes(), self.row.as_bytes(), self.district.as_str().as_bytes()]
        {
            bytes.extend_from_slice(&(part.len() as u32).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}
