//! The road to a mail server.

use huiyin_kernel::MessageId;
use huiyin_settings::{Secret, Settings, SmtpTls};
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tracing::Instrument as _;

use crate::domain::attempt::Tried;
use crate::domain::template::Rendered;

/// Sends e-mail. Cheap to clone; keeps a pool of connections.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
}

/// The mail section of the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailError {
    /// The sender is no address.
    #[error("[smtp] from is not an e-mail address: write for example huiyin@example.cn")]
    From(#[source] lettre::address::AddressError),
    /// TLS cannot be set up.
    #[error("[smtp] the connection to the mail server cannot be prepared")]
    Transport(#[source] lettre::transport::smtp::Error),
}

impl Mail {
    /// From the settings; none when no host is named.
    pub(crate) fn from_settings(settings: &Settings) -> Result<Option<Self>, MailError> {
        let smtp = &settings.smtp;
        if smtp.host.is_empty() {
            return Ok(None);
        }
        let builder = match smtp.tls {
            SmtpTls::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host),
            SmtpTls::Starttls => {
                AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&smtp.host).map_err(MailError::Transport)?
            }
            SmtpTls::Implicit => {
                AsyncSmtpTransport::<Tokio1Executor>::relay(&smtp.host).map_err(MailError::Transport)?
            }
        };
        let builder = builder.port(smtp.port).timeout(Some(std::time::Duration::from_secs(20)));
        let builder = match settings.secrets.password(Secret::SmtpPassword) {
            Ok(password) if !smtp.username.is_empty() => {
                builder.credentials(Credentials::new(smtp.username.clone(), password.expose().clone()))
            }
            Ok(_) | Err(_) => builder,
        };
        let from: Address = smtp.from.parse().map_err(MailError::From)?;
        let domain = from.domain().to_owned();
        Ok(Some(Self {
            transport: builder.build(),
            from: Mailbox::new(Some("回音 信访办理".to_owned()), from),
            domain,
        }))
    }

    /// Sends one message. The Message-ID is the message's own id, so that a mail server which took it before the answer
    /// was lost can tell the second try from a second message.
    pub(crate) async fn send(&self, id: MessageId, to: &str, text: &Rendered) -> Tried {
        let Ok(to) = to.parse::<Address>() else {
            return Tried::Refused("not an e-mail address".to_owned());
        };
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&text.title)
            .message_id(Some(format!("<{id}@{}>", self.domain)))
            .header(ContentType::TEXT_PLAIN)
            .body(text.body.clone());
        let Ok(message) = message else {
            return Tried::Refused("the message cannot be put into a letter".to_owned());
        };
        let span = tracing::info_span!("smtp", otel.kind = "client", message.id = %id);
        match self.transport.send(message).instrument(span).await {
            Ok(_) => Tried::Sent,
            // The server's text may repeat the address: only its kind is kept.
            Err(error) if error.is_permanent() => Tried::Refused("refused by the mail server".to_owned()),
            Err(error) if error.is_timeout() => Tried::Later("the mail server did not answer in time".to_owned()),
            Err(_) => Tried::Later("the mail server cannot be reached".to_owned()),
        }
    }
}
