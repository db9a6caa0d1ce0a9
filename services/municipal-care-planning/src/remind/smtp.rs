//! The mail server: one connection a mail, kept secret as configured.

use std::{fs, time::Duration};

use hemgang_rpc::{Reminders, Security};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    address::Envelope,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::Post;
use crate::domain::reminder::{Fault, Reminder, SUBJECT};

/// How long one exchange with the server may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server that is ready to be asked.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// Reads what the settings name. Nothing is asked of the server yet.
    ///
    /// # Errors
    /// What is wrong with them, as a line for the log: a file that cannot be read, or holds no certificate.
    pub fn open(settings: &Reminders) -> Result<Self, String> {
        let from: Mailbox = settings.from.parse().map_err(|_| "reminders.from is no address".to_owned())?;
        let (tls, port) = match settings.security {
            Security::None => (Tls::None, 25),
            Security::Starttls => (Tls::Required(tls(settings)?), 587),
            Security::Tls => (Tls::Wrapper(tls(settings)?), 465),
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port.unwrap_or(port))
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        let transport = match (&settings.username, &settings.password_file) {
            (Some(user), Some(file)) => {
                let password = fs::read_to_string(file)
                    .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
                transport.credentials(Credentials::new(user.clone(), password.trim_end().to_owned()))
            }
            _ => transport,
        };
        Ok(Self { transport: transport.build(), from })
    }

    fn letter(&self, reminder: &Reminder, text: String) -> Result<Message, Fault> {
        let refused = |what: &str| Fault::Never(format!("{what} cannot be written"));
        let to: Mailbox = reminder.address.parse().map_err(|_| refused("the address"))?;
        let message = Message::builder()
            .message_id(Some(reminder.message_id(self.from.email.domain())))
            .from(self.from.clone())
            .to(to)
            .subject(SUBJECT)
            .header(ContentType::TEXT_PLAIN)
            .body(text);
        message.map_err(|_| refused("the mail"))
    }
}

fn tls(settings: &Reminders) -> Result<TlsParameters, String> {
    let builder = TlsParameters::builder(settings.host.clone());
    let builder = match &settings.ca_file {
        None => builder,
        Some(file) => {
            let pem =
                fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
            let certificate = Certificate::from_pem(&pem)
                .map_err(|_| format!("{} holds no certificate", file.display()))?;
            builder.certificate_store(CertificateStore::None).add_root_certificate(certificate)
        }
    };
    builder.build_rustls().map_err(|error| format!("TLS cannot be used: {error}"))
}

#[async_trait::async_trait]
impl Post for Smtp {
    async fn send(&self, reminder: &Reminder, text: String) -> Result<(), Fault> {
        let letter = self.letter(reminder, text)?;
        let envelope: &Envelope = letter.envelope();
        let Err(error) = self.transport.send_raw(envelope, &letter.formatted()).await else { return Ok(()) };
        // Of the mail, or of us: a server that greets nobody says the same (RFC 5321, 3.1).
        let is_away = status(&error) == 554 && self.transport.test_connection().await.is_err();
        Err(if is_away { Fault::Later(cause(&error)) } else { fault(&error) })
    }
}

/// Whether it is worth another try. A server that does not let us in, which its answers to a login say, or that takes no mail at
/// all (521, RFC 7504), does so until somebody mends the settings: that is no fault of the address.
fn fault(error: &Error) -> Fault {
    let said = cause(error);
    let is_ours = matches!(status(error), 500..=504 | 521 | 530 | 534 | 535 | 538);
    if error.is_permanent() && !is_ours { Fault::Never(said) } else { Fault::Later(said) }
}

fn status(error: &Error) -> u16 {
    error.status().map(u16::from).unwrap_or_default()
}

/// An error with what caused it.
fn cause(error: &Error) -> String {
    let mut said = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let more = cause.to_string();
        if !said.contains(&more) {
            said = format!("{said}: {more}");
        }
        next = cause.source();
    }
    said
}
