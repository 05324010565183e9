use huiyin_kernel::{Phone, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Violations,
    parse::{optional, required},
};

const ADDRESS: usize = 200;
const SUPPLEMENT: usize = 5_000;

/// What a petitioner adds or corrects afterwards.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendmentInput {
    /// 补充内容: at most 5,000 characters.
    #[serde(default)]
    pub text: Option<String>,
    /// A new phone.
    #[serde(default)]
    pub phone: Option<String>,
    /// A new e-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// A new postal address.
    #[serde(default)]
    pub address: Option<String>,
}

/// An amendment whose every part may be taken.
#[derive(Clone, PartialEq, Eq)]
pub struct Amendment {
    /// 补充内容
    pub text: Option<Text>,
    /// New routes.
    pub contact: ContactChange,
}

/// New routes to the petitioner; what is absent stays as it was.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ContactChange {
    /// Normalised.
    pub phone: Option<Phone>,
    /// Normalised.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<Text>,
}

impl ContactChange {
    /// True when no route changes.
    pub const fn is_empty(&self) -> bool {
        self.phone.is_none() && self.email.is_none() && self.address.is_none()
    }
}

impl Amendment {
    /// Reads an amendment; one without content is refused.
    pub fn parse(input: &AmendmentInput) -> Result<Self, Violations> {
        let mut found = Violations::default();
        let text = input.text.as_deref().filter(|text| !text.is_empty());
        let text =
            text.and_then(|text| required(text, "text", "补充内容", SUPPLEMENT, "补充：漏水已影响三楼", &mut found));
        let contact = ContactChange {
            phone: phone(input.phone.as_deref(), "phone", &mut found),
            email: email(input.email.as_deref(), "email", &mut found),
            address: address(input.address.as_deref(), "address", &mut found),
        };
        if found.is_empty() && text.is_none() && contact.is_empty() {
            found.add("text", ("请填写补充内容或新的联系方式", "give a text or a new way to reach you"), "");
        }
        if found.is_empty() { Ok(Self { text, contact }) } else { Err(found) }
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

pub(super) fn phone(text: Option<&str>, field: &str, found: &mut Violations) -> Option<Phone> {
    given(text).and_then(|text| found.keep(field, "电话号码为7至15位数字", "13800001234", Phone::parse(text)))
}

/// An address of one mailbox: something before the `@`, a domain with a dot after it, no blanks, at most 254 bytes. The
/// domain is written small; whether mail arrives is seen when it is sent.
pub(super) fn email(text: Option<&str>, field: &str, found: &mut Violations) -> Option<String> {
    let text = given(text)?.trim();
    let shaped = text.rsplit_once('@').filter(|(local, domain)| {
        let plain =
            |part: &str| !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@".contains(c));
        (1..=64).contains(&local.len())
            && text.len() <= 254
            && plain(local)
            && plain(domain)
            && domain.split('.').count() > 1
            && domain
                .split('.')
                .all(|label| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-'))
    });
    if let Some((local, domain)) = shaped {
        Some(format!("{local}@{}", domain.to_lowercase()))
    } else {
        found.add(field, ("电子邮箱格式有误", "this is not an e-mail address"), "name@example.org");
        None
    }
}

pub(super) fn address(text: Option<&str>, field: &str, found: &mut Violations) -> Option<Text> {
    optional(given(text), field, "住址", ADDRESS, found)
}

super::redacted!(AmendmentInput, Amendment, ContactChange);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        email(Some(text), "email", &mut Violations::default())
    }

    #[test]
    fn addresses_are_read_and_their_domain_written_small() {
        assert_eq!(read(" Wang.Xl+a@Example.ORG "), Some("Wang.Xl+a@example.org".to_owned()));
        assert_eq!(read("王秀兰@邮箱.中国"), Some("王秀兰@邮箱.中国".to_owned()));
        for bad in
            ["a", "a@b", "@b.cn", "a@b..cn", "a b@c.cn", "a@b.cn\r\nBcc: x@y.cn", "<a@b.cn>", "a@-b.cn", "a@@b.cn"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_an_address_with_blanks_or_line_breaks(text in "\\PC{0,40}|[a@. \r\n]{0,12}") {
            if let Some(address) = read(&text) {
                prop_assert!(!address.chars().any(|c| c.is_whitespace() || c.is_control()));
                prop_assert_eq!(address.matches('@').count(), 1);
            }
        }
    }

    #[test]
    fn an_amendment_without_content_is_refused() {
        assert!(Amendment::parse(&AmendmentInput::default()).is_err());
        let only_phone = AmendmentInput { phone: Some("138 0000 1234".to_owned()), ..AmendmentInput::default() };
        assert!(Amendment::parse(&only_phone).is_ok_and(|a| a.contact.phone.is_some() && a.text.is_none()));
    }
}
