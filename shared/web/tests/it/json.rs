//! RELIABILITY §4, rows JSON, text and numbers: 4xx with field, rule and example, never 5xx.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    routing::{get, post},
};
use huiyin_web::{Json, Path, Query};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{self, post_json, send, wrap};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    phone: String,
    #[serde(default)]
    tags: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body_ {
    title: String,
    count: Option<u32>,
    contact: Option<Contact>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    name: Option<String>,
    limit: Option<u16>,
}

fn router() -> Router {
    wrap(
        Router::new()
            .route("/strict", post(|Json(body): Json<Body_>| async move { Json(body) }))
            .route("/any", post(|Json(body): Json<Value>| async move { Json(body) }))
            .route(
                "/list",
                get(|Query(filter): Query<Filter>| async move { format!("{:?}{:?}", filter.name, filter.limit) }),
            )
            .route("/things/{id}", get(|Path(id): Path<uuid::Uuid>| async move { id.to_string() }))
            .route("/names/{name}", get(|Path(name): Path<String>| async move { name })),
    )
}

#[tokio::test]
async fn each_mistake_is_named_by_field_rule_and_example() {
    let router = router();
    for (body, field, rule) in [
        (r#"{"count": 1}"#, "title", "必填"),
        (r#"{"title": "a", "cuont": 1}"#, "cuont", "没有这个字段"),
        (r#"{"title": 5}"#, "title", "类型或取值不对"),
        (r#"{"title": null}"#, "title", "类型或取值不对"),
        (r#"{"title": "a", "count": -1}"#, "count", "类型或取值不对"),
        (r#"{"title": "a", "count": 4294967296}"#, "count", "类型或取值不对"),
        (r#"{"title": "a", "count": 1.5}"#, "count", "类型或取值不对"),
        (r#"{"title": "a", "count": "１２"}"#, "count", "类型或取值不对"),
        (r#"{"title": "a", "contact": {"tags": []}}"#, "contact.phone", "必填"),
        (r#"{"title": "a", "contact": {"phone": "1", "tags": [1, 256]}}"#, "contact.tags[1]", "类型或取值不对"),
        (r#"{"title": "a", "title": "b"}"#, "title", "同一字段不得出现两次"),
        (r#"{"title": "a", "contact": {"phone": "1", "phone": "2"}}"#, "contact.phone", "同一字段不得出现两次"),
        (r#"{"title": "a\u0000b"}"#, "title", "不得包含空字符（U+0000）"),
        (r#"{"title": "a", "x\u0000": 1}"#, "body", "不得包含空字符（U+0000）"),
    ] {
        let answer = post_json(&router, "/strict", body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(
            (&answer.body["fields"][0]["field"], &answer.body["fields"][0]["rule"]),
            (&json!(field), &json!(rule)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn what_is_not_json_is_refused_with_its_place() {
    let router = router();
    for body in [
        "",
        "   ",
        "{",
        "[1,]",
        "{\"title\": \"a\"} {}",
        "{\"title\": \"a\"}x",
        "\u{FEFF}{\"title\": \"a\"}",
        "{'title': 1}",
        "{\"title\": \"\\ud800\"}",
        "{\"title\": \"a\", \"count\": 1e400}",
        "{\"title\": \"a\", \"count\": NaN}",
        "{\"title\": \"a\", \"count\": 007}",
        "{\"title\": \"line\nbreak\"}",
        "null",
        "[]",
        "7",
        "\"text\"",
    ] {
        let answer = post_json(&router, "/strict", body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body:?}");
        assert!(answer.body["fields"][0]["rule_en"].as_str().is_some_and(|rule| !rule.is_empty()), "{body:?}");
    }
    for bytes in [&b"{\"title\": \"\xFF\"}"[..], b"{\"title\": \"\xC0\x80\"}", b"{\"title\": \"\xED\xA0\x80\"}"] {
        let answer = post_json(&router, "/strict", bytes.to_vec()).await;
        assert_eq!(
            (answer.status, &answer.body["fields"][0]["rule"]),
            (StatusCode::BAD_REQUEST, &json!("应为 UTF-8 编码"))
        );
    }
}

#[tokio::test]
async fn texts_of_every_script_pass_byte_for_byte() {
    let router = router();
    for text in
        ["𠮷田🏠", "e\u{301}", "👨\u{200D}👩\u{200D}👧", "\u{202E}倒", "０１２", "<script>", "%_\\'\"", "\u{FFFD}"]
    {
        let answer = post_json(&router, "/strict", json!({ "title": text }).to_string()).await;
        assert_eq!((answer.status, &answer.body["title"]), (StatusCode::OK, &json!(text)));
    }
}

#[tokio::test]
async fn depth_size_and_number_of_values_are_bounded() {
    let router = router();
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(post_json(&router, "/any", deep(31)).await.status, StatusCode::OK);
    for levels in [33, 200, 10_000] {
        let answer = post_json(&router, "/any", deep(levels)).await;
        assert_eq!(answer.body["fields"][0]["rule"], "嵌套不得超过32层", "{levels}");
    }
    let many = format!("[{}1]", "1,".repeat(250_000));
    assert_eq!(post_json(&router, "/any", many).await.status, StatusCode::BAD_REQUEST);
    let keys: BTreeMap<String, u8> = (0..60_000).map(|n| (format!("k{n}"), 1)).collect();
    assert_eq!(post_json(&router, "/any", json!(keys).to_string()).await.status, StatusCode::OK);
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    assert_eq!(post_json(&router, "/any", large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn only_plain_utf8_json_is_taken() {
    let router = router();
    let send_as = |media: Option<&'static str>, coding: Option<&'static str>| {
        let mut request = Request::post("/any");
        if let Some(media) = media {
            request = request.header(header::CONTENT_TYPE, media);
        }
        if let Some(coding) = coding {
            request = request.header(header::CONTENT_ENCODING, coding);
        }
        send(&router, request.body(Body::from("{}")).expect("a request"))
    };
    for media in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""] {
        assert_eq!(send_as(Some(media), None).await.status, StatusCode::OK, "{media}");
    }
    for media in ["text/plain", "application/xml", "application/json; charset=gbk", "application/jsonx", ""] {
        let answer = send_as(Some(media), None).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, &json!("unsupported_media_type")),
            "{media}"
        );
    }
    assert_eq!(send_as(None, None).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send_as(Some("application/json"), Some("gzip")).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn query_and_path_are_read_as_strictly() {
    let router = router();
    assert_eq!(support::get(&router, "/list?name=%E6%B0%B4&limit=5").await.body, "Some(\"水\")Some(5)");
    for (query, field) in [
        ("limit=x", "limit"),
        ("limit=-1", "limit"),
        ("limit=99999999", "limit"),
        ("limit=", "limit"),
        ("sort=name", "sort"),
        ("name=%00", "name"),
        ("name=%FF", "name"),
        ("limit=1&limit=2", "limit"),
    ] {
        let answer = support::get(&router, &format!("/list?{query}")).await;
        assert_eq!(
            (answer.status, &answer.body["fields"][0]["field"]),
            (StatusCode::BAD_REQUEST, &json!(field)),
            "{query}"
        );
    }
    for path in ["/things/x", "/things/%00", "/things/%FF", "/things/..%2f", "/names/%00", "/names/%FF", "/nowhere"] {
        let answer = support::get(&router, path).await;
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "{path}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[^\u{0}]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[^\u{0}]{0,6}", inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_json_text_is_read_as_serde_json_reads_it(value in any_json()) {
        let answer = block_on(post_json(&router(), "/any", value.to_string()));
        prop_assert_eq!(answer.status, StatusCode::OK);
        prop_assert_eq!(answer.body, value);
    }

    #[test]
    fn no_bytes_make_the_reader_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let answer = block_on(post_json(&router(), "/strict", bytes));
        prop_assert!(answer.status.is_client_error(), "{}", answer.status);
    }

    #[test]
    fn no_change_of_a_good_text_makes_the_reader_fail(at in 0_usize..60, to: u8) {
        let mut bytes = br#"{"title": "a", "count": 1, "contact": {"phone": "1380000"}}"#.to_vec();
        let at = at % bytes.len();
        bytes[at] = to;
        let answer = block_on(post_json(&router(), "/strict", bytes));
        prop_assert!(!answer.status.is_server_error());
    }

    #[test]
    fn no_query_makes_the_reader_fail(query in "[a-z=&%0-9A-F+;]{0,40}") {
        let answer = block_on(support::get(&router(), &format!("/list?{query}")));
        prop_assert!(!answer.status.is_server_error());
    }
}
