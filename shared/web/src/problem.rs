//! Answers to what cannot be done: RFC 9457, Chinese first, saying what to do next.

use std::{borrow::Cow, error::Error};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use huiyin_authz::Denied;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// Where: `contact.phone`, `rows[3].topic`, or the name of a header or parameter.
    #[schema(example = "contact.phone")]
    pub field: String,
    /// The rule it breaks, in Chinese.
    #[schema(example = "电话号码应为7至15位数字")]
    pub rule: String,
    /// The rule in English.
    #[schema(example = "a telephone number has 7 to 15 digits")]
    pub rule_en: String,
    /// What would be right.
    #[schema(example = "13800000000")]
    pub example: String,
}

impl FieldProblem {
    /// Names a field, the rule it breaks in both languages, and an example of what is right.
    pub fn new(
        field: impl Into<String>,
        rule: impl Into<String>,
        rule_en: impl Into<String>,
        example: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), rule: rule.into(), rule_en: rule_en.into(), example: example.into() }
    }
}

/// An answer of media type `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Problem(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct Details {
    /// `urn:huiyin:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The code for programs; stable.
    #[schema(value_type = String)]
    code: Cow<'static, str>,
    /// The HTTP status.
    status: u16,
    /// What is wrong, in Chinese.
    title: String,
    /// What is wrong, in English.
    title_en: String,
    /// What to do next, in Chinese.
    next: String,
    /// What to do next, in English.
    next_en: String,
    /// The rule that refuses, such as `WH-05`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// Field by field: what cannot be read, or what a rule misses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldProblem>,
    /// Seconds after which another try makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    /// The request's id, to be quoted when asking for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
}

impl Problem {
    /// A problem of any status; prefer the named ones below.
    pub fn new(status: StatusCode, code: &'static str, title: impl Into<String>, title_en: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind: format!("urn:huiyin:problem:{code}"),
            code: Cow::Borrowed(code),
            status: status.as_u16(),
            title: title.into(),
            title_en: title_en.into(),
            next: "请核对后重试；仍有问题请联系系统管理员。".to_owned(),
            next_en: "Please check and try again; ask the administrator if it persists.".to_owned(),
            rule: None,
            fields: Vec::new(),
            retry_after: None,
            instance: None,
        }))
    }

    /// Says what to do next.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>, next_en: impl Into<String>) -> Self {
        self.0.next = next.into();
        self.0.next_en = next_en.into();
        self
    }

    /// Names the request it answers.
    #[must_use]
    pub fn instance(mut self, request_id: impl Into<String>) -> Self {
        self.0.instance = Some(request_id.into());
        self
    }

    /// Names the fields concerned, whatever the status.
    #[must_use]
    pub fn naming(mut self, fields: Vec<FieldProblem>) -> Self {
        self.0.fields = fields;
        self
    }

    /// 400: fields that cannot be read, or that break a rule of form.
    pub fn bad_request(fields: Vec<FieldProblem>) -> Self {
        let mut problem = Self::new(
            StatusCode::BAD_REQUEST,
            "bad_request",
            "提交的内容有误，未保存。",
            "What was sent has mistakes; nothing was stored.",
        )
        .next("请按所列各项改正后重新提交。", "Please correct the fields listed and send it again.");
        problem.0.fields = fields;
        problem
    }

    /// 400 for one field.
    pub fn field(
        field: impl Into<String>,
        rule: impl Into<String>,
        rule_en: impl Into<String>,
        example: impl Into<String>,
    ) -> Self {
        Self::bad_request(vec![FieldProblem::new(field, rule, rule_en, example)])
    }

    /// 401: nobody, or somebody whose time is over.
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "尚未登录，或登录已失效。",
            "You are not signed in, or no longer.",
        )
        .next("请重新登录。", "Please sign in again.")
    }

    /// 403: signed in, but the role does not allow it. Only where the existence of the thing is no secret.
    pub fn forbidden(denied: &Denied) -> Self {
        let (act, act_en) = (denied.permission.chinese(), denied.permission.english());
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            format!("您的账号无权“{act}”。"),
            format!("Your account may not {act_en}."),
        )
        .next(
            format!("请由以下角色办理：{}。", denied.ask_chinese()),
            format!("Please ask one of: {}.", denied.ask_english()),
        )
    }

    /// 404, the same for what is not there and for what must not be seen.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "没有找到，或您无权查看。",
            "There is no such thing, or it is not for you to see.",
        )
        .next("请核对编号或网址。", "Please check the number or the address.")
    }

    /// 405: the address exists, the method does not.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "此地址不支持该操作。",
            "This address does not take this method.",
        )
        .next("请参阅 /openapi.json 中的接口说明。", "Please see /openapi.json for what it takes.")
    }

    /// 408: the rest of the request did not come in time.
    pub fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "提交的内容没有在限时内传完，未保存。",
            "What was sent did not arrive in time; nothing was stored.",
        )
        .next("请检查网络后重新提交。", "Please check the network and send it again.")
    }

    /// 409: somebody else was quicker, or the same key came with another body.
    pub fn conflict(code: &'static str, title: impl Into<String>, title_en: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, title, title_en)
            .next("请刷新后查看最新情况再操作。", "Please reload to see how it stands now.")
    }

    /// 413: more bytes than allowed.
    pub fn too_large(most: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("提交的内容过大，最多{most}字节。"),
            format!("What was sent is too large; at most {most} bytes."),
        )
        .next("请拆分或压缩后重新提交。", "Please send less at once.")
    }

    /// 415: another form of content is expected.
    pub fn unsupported_media_type(expected: &'static str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            format!("内容格式应为 {expected}。"),
            format!("The content must be {expected}."),
        )
        .next(
            format!("请设置 Content-Type: {expected}，不要压缩，使用 UTF-8。"),
            format!("Please send Content-Type: {expected}, uncompressed, in UTF-8."),
        )
    }

    /// 422: readable, but a rule refuses it. `rule` is the rule's id or article, when it has one.
    pub fn refused(
        code: &'static str,
        rule: Option<&str>,
        title: impl Into<String>,
        title_en: impl Into<String>,
    ) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title, title_en);
        problem.0.rule = rule.map(str::to_owned);
        problem
    }

    /// 429: too often; `seconds` until the next try.
    pub fn too_many(seconds: u32) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", "操作过于频繁。", "Too many attempts.")
            .next(format!("请{seconds}秒后再试。"), format!("Please try again in {seconds} seconds."));
        problem.0.retry_after = Some(seconds);
        problem
    }

    /// 500: our fault. What happened goes to the log, never to the caller.
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        let mut chain = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            chain.push_str(": ");
            chain.push_str(&inner.to_string());
            source = inner.source();
        }
        tracing::error!(error = %chain, "a request failed");
        Self::fault()
    }

    /// 500 without a cause to log.
    pub(crate) fn fault() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "系统内部错误。", "Something went wrong on our side.")
            .next(
                "请稍后重试；仍有问题请把请求编号告诉系统管理员。",
                "Please try again later; if it persists, tell the administrator the request id.",
            )
    }

    /// 503: no document can be made, as the server lacks a font.
    pub fn fonts_missing() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "fonts_missing",
            "服务器上缺少中文字体，暂时不能生成文书。",
            "The server lacks a Chinese font; no document can be made for now.",
        )
        .next(
            "请系统管理员安装 fonts-noto-cjk 后再试，不需要重启。",
            "Ask the administrator to install fonts-noto-cjk and try again; nothing needs a restart.",
        )
    }

    /// 503: cannot be done right now; `seconds` until the next try.
    pub fn unavailable(seconds: u32) -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "系统繁忙或暂时不可用。",
            "Busy, or not available for the moment.",
        )
        .next(
            format!("请{seconds}秒后重试；重复提交不会产生重复登记。"),
            format!("Please try again in {seconds} seconds; with the same Idempotency-Key nothing is done twice."),
        );
        problem.0.retry_after = Some(seconds);
        problem
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The code for programs.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What is wrong, in Chinese and English.
    pub fn title(&self) -> (&str, &str) {
        (&self.0.title, &self.0.title_en)
    }

    /// What to do next, in Chinese and English.
    pub fn next_step(&self) -> (&str, &str) {
        (&self.0.next, &self.0.next_en)
    }

    /// The rule that refuses.
    pub fn rule(&self) -> Option<&str> {
        self.0.rule.as_deref()
    }

    /// Field by field.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.0.fields
    }

    /// Seconds after which another try makes sense.
    pub fn retry_after(&self) -> Option<u32> {
        self.0.retry_after
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::forbidden(&denied)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).expect("texts and numbers always serialise");
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}
