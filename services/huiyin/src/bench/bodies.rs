//! Petitions to measure with: valid, varied, of the size people write.

use std::fmt::Write as _;

use serde_json::json;

/// One district with its bureau. Invented; no province has the code 99.
pub(super) const CITY: &str = r#"
[city]
code = "990100"
name = "测安市"
policy = "national-2022"

[[unit]]
code = "city-xfj"
name = "测安市信访局"
short = "市信访局"
district = "990100"
kind = "bureau"

[[staff]]
login = "city-xfj.admin"
name = "管清和"
unit = "city-xfj"
roles = ["administrator"]
"#;

pub(super) const ADMINISTRATOR: &str = "city-xfj.admin";

/// How many different petitions there are.
const DIFFERENT: usize = 512;
const TOPICS: [&str; 4] = ["labour_social_security", "environment", "education", "transport"];
const SENTENCE: &str = "自去年入冬以来，该处夜间施工噪声扰民，居民多次向社区和物业反映，至今没有得到书面答复。";

/// A request, cut where the Idempotency-Key goes.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) before_key: Vec<u8>,
    pub(super) after_key: Vec<u8>,
}

/// All of them, ready to be sent to `host`.
pub(super) fn requests(host: &str) -> Vec<Request> {
    (0..DIFFERENT).map(|n| request(host, n)).collect()
}

fn request(host: &str, n: usize) -> Request {
    let body = json!({
        "channel": "net",
        "class": if n.is_multiple_of(5) { "suggestion" } else { "request" },
        "topic": TOPICS[n % TOPICS.len()],
        "district": "990100",
        "kind": "individual",
        "title": format!("请求处理夜间施工扰民问题（{n}）"),
        "request": format!("请责令施工单位停止夜间施工，并书面答复。{}", SENTENCE.repeat(n % 3)),
        "facts": SENTENCE.repeat(2 + n % 7),
        "place": format!("测安市临江路{n}号"),
        "petitioner": {
            "name": format!("禾清{}", char::from_u32(0x4E00 + n as u32).unwrap_or('一')),
            "gender": "female",
            "document_kind": "passport",
            "document_number": format!("E{:08}", 10_000_000 + n),
            "phone": format!("199{n:08}"),
            "email": format!("petitioner{n}@example.org"),
            "address": format!("测安市临江路{n}号2栋301室"),
        },
    })
    .to_string();
    let mut head = String::new();
    let _ = write!(
        head,
        "POST /petitions HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nidempotency-key: ",
        body.len()
    );
    Request { before_key: head.into_bytes(), after_key: format!("\r\n\r\n{body}").into_bytes() }
}
