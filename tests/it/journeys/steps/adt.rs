//! Messages of two hospitals' systems, and the intake that takes them.

use hemgang_core::place::HsaId;
use hemgang_gateway::{
    adt::{self, SiteMapping},
    hl7,
    intake::{Intake, Outcome},
};
use hemgang_testing::Suite;

/// What the senders' codes mean.
const SITE: &str = r#"
[[sender]]
application = "PAS"
facility = "SU"
hospital = "SE2321000131-E000000001001"
municipality = "ZPI-2"
[sender.wards]
"12" = "SE2321000131-E000000001101"
"25" = "SE2321000131-E000000001102"
[sender.dispositions]
deceased = ["20"]
other_hospital = ["30"]

[[sender]]
application = "PAS"
facility = "NU"
hospital = "SE2321000131-E000000001005"
municipality = "ZPI-2"
[sender.wards]
"41" = "SE2321000131-E000000001118"
"#;

/// The person of messages that name no other, as PID-3 says it.
pub const TOLVAN: &str = "191212121212^^^1.2.752.129.2.1.3.1^NI";
/// Another person.
pub const MARTA: &str = "193904129800^^^1.2.752.129.2.1.3.1^NI";

/// A message. Times are Stockholm's, as hospitals write them.
#[derive(Clone, Copy)]
pub struct Adt {
    pub event: &'static str,
    pub visit: &'static str,
    /// When it was recorded; of a movement without a time of its own also when it happened.
    pub recorded: &'static str,
    pub came: &'static str,
    pub left: &'static str,
    pub facility: &'static str,
    pub ward: &'static str,
    pub person: &'static str,
    pub name: &'static str,
    pub address: &'static str,
    pub municipality: &'static str,
    pub disposition: &'static str,
    /// PV2-22.
    pub protected: &'static str,
    /// MRG-1.
    pub absorbed: &'static str,
}

/// A message of a visit to Sahlgrenska sjukhuset.
pub fn of(event: &'static str, visit: &'static str, recorded: &'static str) -> Adt {
    Adt {
        event,
        visit,
        recorded,
        came: "",
        left: "",
        facility: "SU",
        ward: "12",
        person: TOLVAN,
        name: "Exempel^Åsa Ö",
        address: "Provgatan 1^^Göteborg^^41101",
        municipality: "1480",
        disposition: "",
        protected: "",
        absorbed: "",
    }
}

/// An admission at `came`.
pub fn a01(visit: &'static str, came: &'static str) -> Adt {
    Adt { came, ..of("A01", visit, came) }
}

/// A departure at `left`.
pub fn a03(visit: &'static str, left: &'static str) -> Adt {
    Adt { left, ..of("A03", visit, left) }
}

/// The same of the person whom the second of two stays is about.
pub fn marta(message: Adt) -> Adt {
    Adt { person: MARTA, ..message }
}

/// A merge: the person of `surviving` goes on, the one of `absorbed` does not.
pub fn a40(recorded: &'static str, surviving: &'static str, absorbed: &'static str) -> Adt {
    Adt { person: surviving, absorbed, ..of("A40", "", recorded) }
}

impl Adt {
    fn text(&self) -> String {
        let Self { event, visit, recorded, facility, ward, person, name, address, .. } = self;
        let location = format!("{ward}^1^1");
        let mut pv1 = [""; 46];
        (pv1[0], pv1[1], pv1[2], pv1[3], pv1[19]) = ("PV1", "1", "I", &location, visit);
        (pv1[36], pv1[44], pv1[45]) = (self.disposition, self.came, self.left);
        let id = format!("{visit}{event}");
        let mut segments = vec![
            format!(
                "MSH|^~\\&|PAS|{facility}|HEMGANG|VGR|{recorded}||ADT^{event}|{id}|P|2.5|||AL|NE||UNICODE UTF-8"
            ),
            format!("EVN|{event}|{recorded}"),
            format!("PID|1||{person}||{name}||19121212|F|||{address}"),
            pv1.join("|"),
            format!("PV2{}{}", "|".repeat(22), self.protected),
            format!("ZPI|1|{}", self.municipality),
        ];
        if !self.absorbed.is_empty() {
            segments.push(format!("MRG|{}", self.absorbed));
        }
        segments.join("\r")
    }

    fn reading(&self, suite: &Suite) -> adt::Reading {
        let mapping = SiteMapping::from_toml(SITE).expect("a site mapping");
        let text = self.text();
        let piece = hl7::read(text.as_bytes(), None).next().expect("a message");
        let today = hemgang_core::day::local_day(suite.clock.now());
        adt::read(&piece.outcome.expect("HL7"), &mapping, today).expect("an ADT message")
    }
}

/// Sends messages through one intake, each twice, as messages come, and lets everybody follow. What became of each
/// the first time, then of those that waited for an admission.
pub async fn send(suite: &Suite, messages: &[Adt]) -> Vec<Outcome> {
    let intake = Intake::new(|hospital: &HsaId| suite.peer("gateway", hospital.as_str(), "region"));
    let mut outcomes = Vec::new();
    for message in messages {
        let reading = message.reading(suite);
        outcomes.push(intake.accept(&reading).await.expect("an answer"));
        intake.accept(&reading).await.expect("an answer");
    }
    outcomes.extend(intake.take_released().into_iter().map(|released| released.outcome));
    assert_eq!(intake.waiting(), []);
    suite.drain().await;
    outcomes
}

/// Sends messages that all have their effect.
pub async fn tell(suite: &Suite, messages: &[Adt]) {
    let outcomes = send(suite, messages).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Accepted), "{outcomes:?}");
}
