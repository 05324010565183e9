use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A petition as it is handed in, before anything is checked. Values stay text, so that every mistake can be named at once.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PetitionInput {
    /// 信访形式: `net`, `letter`, `phone`, `fax`, `visit`.
    #[schema(example = "net")]
    pub channel: String,
    /// 信访类别: `suggestion`, `accusation`, `request`.
    #[schema(example = "request")]
    pub class: String,
    /// A code of `GET /topics`.
    #[schema(example = "labour_social_security")]
    pub topic: String,
    /// Where the matter is: a district code of 6, 9 or 12 digits.
    #[schema(example = "990101001")]
    pub district: String,
    /// `individual`, `group`, `organisation`, `joint_letter`.
    #[schema(example = "individual")]
    pub kind: String,
    /// At most 80 characters.
    pub title: String,
    /// 请求: at most 5,000 characters.
    pub request: String,
    /// 事实和理由: at most 20,000 characters.
    #[serde(default)]
    pub facts: Option<String>,
    /// 问题发生地: at most 200 characters.
    #[serde(default)]
    pub place: Option<String>,
    /// 信访人
    pub petitioner: PetitionerInput,
    /// How many people petition; 1 unless a group or a joint letter.
    #[serde(default)]
    pub people_count: Option<i64>,
    /// 代表: at most 5 (the district's policy may say fewer).
    #[serde(default)]
    pub representatives: Option<Vec<RepresentativeInput>>,
    /// 随访人 or co-signers, by name alone.
    #[serde(default)]
    pub companions: Option<Vec<String>>,
    /// The unit the matter is about, by its code.
    #[serde(default)]
    pub concerned_unit: Option<String>,
    /// Help wanted at a reception: a wheelchair, sign language, an interpreter.
    #[serde(default)]
    pub assistance: Option<String>,
    /// When it reached the office, RFC 3339; staff only.
    #[serde(default)]
    #[schema(example = "2026-11-20T09:30:00+08:00")]
    pub received_at: Option<String>,
    /// The reception session it was brought to; staff only.
    #[serde(default)]
    pub session_id: Option<String>,
    /// The number it had elsewhere: at most 64 characters.
    #[serde(default)]
    pub external_ref: Option<String>,
}

/// Who petitions.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PetitionerInput {
    /// 姓名 or 名称: at most 100 characters.
    pub name: String,
    /// `male` or `female`.
    #[serde(default)]
    pub gender: Option<String>,
    /// `id_card`, `passport`, `hk_macau_permit`, `taiwan_permit`, `foreign_residence`, `organisation_code`, `none`.
    #[schema(example = "id_card")]
    pub document_kind: String,
    /// The number on the document.
    #[serde(default)]
    pub document_number: Option<String>,
    /// Mobile or landline.
    #[serde(default)]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<String>,
}

/// One of the representatives a group chose.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepresentativeInput {
    /// 姓名
    pub name: String,
    /// Mobile or landline.
    #[serde(default)]
    pub phone: Option<String>,
}

impl std::fmt::Debug for PetitionInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PetitionInput")
            .field("channel", &self.channel)
            .field("class", &self.class)
            .field("topic", &self.topic)
            .field("district", &self.district)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

super::redacted!(PetitionerInput, RepresentativeInput);
