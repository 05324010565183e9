//! Staff.

use std::collections::BTreeSet;

use huiyin_kernel::{DistrictCode, Redacted, Role, StaffId, UnitCode};
use serde::{Deserialize, Serialize};

use super::{Refusal, is_code, is_named};

const SHORTEST_PASSWORD: usize = 12;
const LONGEST_PASSWORD: usize = 128;
const MOST_AREAS: usize = 64;

/// What a member of staff signs in with: 2 to 64 lower-case letters, digits, `.`, `-`, `_`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Login(String);

impl Login {
    /// Reads a login.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let shaped = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
        if (2..=64).contains(&text.len()) && text.bytes().all(shaped) {
            return Ok(Self(text.to_owned()));
        }
        Err(Refusal::Field {
            field: "login",
            rule_zh: "登录名为2至64个小写字母、数字、. - 或 _",
            rule: "a login has 2 to 64 lower-case letters, digits, . - or _",
            example: "city-hr.officer01",
        })
    }

    /// The login as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password long enough to be guessed by nobody who may try ten times.
#[derive(Clone, Debug)]
pub struct Password(Redacted<String>);

impl Password {
    /// Accepts 12 to 128 characters that do not contain the login and are not one character repeated.
    pub fn parse(text: Redacted<String>, login: &Login) -> Result<Self, Refusal> {
        let plain = text.expose();
        let long = (SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&plain.chars().count());
        let varied = plain.chars().collect::<BTreeSet<_>>().len() > 1;
        let own = !plain.to_lowercase().contains(login.as_str());
        if long && varied && own && !plain.contains('\0') {
            return Ok(Self(text));
        }
        Err(Refusal::Field {
            field: "password",
            rule_zh: "密码应为12至128个字符，不得包含登录名，不得为同一字符重复",
            rule: "a password has 12 to 128 characters, does not contain the login and is not one character repeated",
            example: "四个不相干的词连起来",
        })
    }

    /// The password, to be hashed.
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }
}

/// A member of staff (工作人员), leaders included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Who.
    pub staff_id: StaffId,
    /// What they sign in with.
    pub login: Login,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: UnitCode,
    /// Roles held, each once, in order.
    pub roles: Vec<Role>,
    /// 职务
    pub post: Option<String>,
    /// 分管工作, for leaders: topic codes.
    pub portfolio: Vec<String>,
    /// 包片, for leaders: the districts and streets they answer for (QD-01).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<DistrictCode>,
    /// Office e-mail address.
    pub office_email: Option<String>,
    /// False once left or disabled.
    pub active: bool,
}

/// What is to be different; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct StaffEdit {
    /// Another name.
    pub name: Option<String>,
    /// Another unit.
    pub unit: Option<UnitCode>,
    /// Other roles.
    pub roles: Option<Vec<Role>>,
    /// Another post; empty for none.
    pub post: Option<String>,
    /// Another portfolio.
    pub portfolio: Option<Vec<String>>,
    /// Other areas.
    pub areas: Option<Vec<DistrictCode>>,
    /// Another address; empty for none.
    pub office_email: Option<String>,
}

impl Staff {
    /// With roles in order and each once, and the rules of form kept.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        self.roles.sort_unstable();
        self.roles.dedup();
        self.areas.sort_unstable();
        self.areas.dedup();
        let refuse = |field, rule_zh, rule, example| Err(Refusal::Field { field, rule_zh, rule, example });
        if !is_named(&self.name, 64) {
            return refuse("name", "姓名应为1至64个字", "a name has 1 to 64 characters", "沈怀谷");
        }
        if self.roles.is_empty() {
            return refuse("roles", "至少一个角色", "at least one role is needed", "officer");
        }
        if self.post.as_deref().is_some_and(|post| !is_named(post, 128)) {
            return refuse("post", "职务应为1至128个字", "a post has 1 to 128 characters", "信息科科长");
        }
        if self.portfolio.len() > 32 || !self.portfolio.iter().all(|topic| is_code(topic)) {
            let rule = "at most 32 topic codes of lower-case letters, digits, - or _";
            return refuse("portfolio", "分管工作最多32个分类代码", rule, "education");
        }
        if self.areas.len() > MOST_AREAS {
            let rule = "at most 64 districts and streets";
            return refuse("areas", "包片最多64个区划", rule, "990101001");
        }
        if self.office_email.as_deref().is_some_and(|address| !is_email(address)) {
            return refuse("office_email", "应为电子邮箱地址", "must be an e-mail address", "xfj@example.gov.cn");
        }
        Ok(self)
    }

    /// The same person with an edit applied.
    pub fn edited(&self, edit: StaffEdit) -> Result<Self, Refusal> {
        let optional = |new: Option<String>, old: &Option<String>| match new {
            None => old.clone(),
            Some(text) if text.is_empty() => None,
            Some(text) => Some(text),
        };
        Self {
            name: edit.name.unwrap_or_else(|| self.name.clone()),
            unit: edit.unit.unwrap_or_else(|| self.unit.clone()),
            roles: edit.roles.unwrap_or_else(|| self.roles.clone()),
            post: optional(edit.post, &self.post),
            portfolio: edit.portfolio.unwrap_or_else(|| self.portfolio.clone()),
            areas: edit.areas.unwrap_or_else(|| self.areas.clone()),
            office_email: optional(edit.office_email, &self.office_email),
            ..self.clone()
        }
        .checked()
    }

    /// A leader answers for areas of the own district alone: `district` is the unit's (QD-01).
    pub fn answers_within(&self, district: &DistrictCode) -> Result<(), Refusal> {
        if self.areas.iter().all(|area| district.contains(area)) {
            return Ok(());
        }
        Err(Refusal::Field {
            field: "areas",
            rule_zh: "包片的区划应在所在单位的区划以内",
            rule: "the areas lie within the district of the unit",
            example: "990101001",
        })
    }

    /// True when a token issued before no longer says the truth, so that the person has to sign in again.
    pub fn tokens_are_stale(&self, before: &Self) -> bool {
        self.roles != before.roles || self.unit != before.unit || !self.active
    }

    /// True for someone who can administer.
    pub fn is_administrator(&self) -> bool {
        self.active && self.roles.contains(&Role::Administrator)
    }
}

/// One `@` between a local part and a dotted host, no blanks, no control characters: enough to refuse what cannot be meant.
fn is_email(text: &str) -> bool {
    let visible =
        text.len() <= 254 && text.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != ',' && c != '<');
    let parts: Vec<&str> = text.split('@').collect();
    matches!(parts.as_slice(), [local, host] if visible && !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn staff() -> Staff {
        Staff {
            staff_id: StaffId::from(Uuid::nil()),
            login: Login::parse("city-hr.a").expect("a login"),
            name: "沈怀谷".to_owned(),
            unit: UnitCode::parse("city-hr").expect("a code"),
            roles: vec![Role::Officer, Role::IntakeClerk, Role::Officer],
            post: None,
            portfolio: Vec::new(),
            areas: Vec::new(),
            office_email: None,
            active: true,
        }
    }

    fn field<T>(result: Result<T, Refusal>) -> Option<&'static str> {
        let Refusal::Field { field, .. } = result.err()? else { panic!("refused for another reason") };
        Some(field)
    }

    #[test]
    fn roles_are_kept_once_and_in_order() {
        assert_eq!(staff().checked().expect("fine").roles, [Role::IntakeClerk, Role::Officer]);
    }

    #[test]
    fn each_value_that_breaks_a_rule_is_named() {
        let with = |edit| field(staff().edited(edit));
        let text = |text: &str| Some(text.to_owned());
        for bad in ["", " ", "a\u{0}", "两\n行", " 前", &"长".repeat(65), "\u{202E}x"] {
            assert_eq!(with(StaffEdit { name: text(bad), ..StaffEdit::default() }), Some("name"), "{bad:?}");
        }
        assert_eq!(with(StaffEdit { roles: Some(vec![]), ..StaffEdit::default() }), Some("roles"));
        assert_eq!(
            with(StaffEdit { portfolio: Some(vec!["A b".to_owned()]), ..StaffEdit::default() }),
            Some("portfolio")
        );
        for bad in ["a", "a@b", "a@b.", "@b.c", "a b@c.d", "a@b@c.d", "a@b.c\r\nBcc: x@y.z"] {
            assert_eq!(
                with(StaffEdit { office_email: text(bad), ..StaffEdit::default() }),
                Some("office_email"),
                "{bad:?}"
            );
        }
        assert_eq!(with(StaffEdit { name: text("欧阳𠮷"), post: text(""), ..StaffEdit::default() }), None);
    }

    #[test]
    fn a_leader_answers_for_areas_of_the_own_district_each_once_qd_01() {
        let code = |text: &str| DistrictCode::parse(text).expect("a code");
        let areas = |codes: &[&str]| StaffEdit {
            areas: Some(codes.iter().map(|text| code(text)).collect()),
            ..StaffEdit::default()
        };
        let leader = staff().edited(areas(&["990101002", "990101001", "990101002"])).expect("fine");
        assert_eq!(leader.areas, [code("990101001"), code("990101002")]);
        assert_eq!(leader.answers_within(&code("990101")), Ok(()));
        assert_eq!(leader.answers_within(&code("990100")), Ok(()), "the city holds its districts");
        assert_eq!(field(leader.answers_within(&code("990102"))), Some("areas"));
        let many: Vec<String> = (0..65).map(|n| format!("990101{n:03}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(field(staff().edited(areas(&many))), Some("areas"));
    }

    #[test]
    fn weak_passwords_are_refused() {
        let login = Login::parse("zhang").expect("a login");
        let parse = |text: &str| Password::parse(Redacted::new(text.to_owned()), &login);
        for bad in ["", "short", "aaaaaaaaaaaaaaaa", "my-ZHANG-password", &"x1".repeat(65), "eleven char"] {
            assert_eq!(field(parse(bad)), Some("password"), "{bad:?}");
        }
        assert!(parse("正确的马电池订书钉一二三四").is_ok());
    }

    #[test]
    fn a_change_of_role_or_unit_makes_old_tokens_stale_and_a_change_of_post_does_not() {
        let before = staff().checked().expect("fine");
        let post = StaffEdit { post: Some("科长".to_owned()), ..StaffEdit::default() };
        let roles = StaffEdit { roles: Some(vec![Role::Supervisor]), ..StaffEdit::default() };
        assert!(!before.edited(post).expect("fine").tokens_are_stale(&before));
        assert!(before.edited(roles).expect("fine").tokens_are_stale(&before));
    }
}
