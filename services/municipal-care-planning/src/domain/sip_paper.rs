//! The plan as the patient reads it: plain Swedish, large print. Pure.
//!
//! It says whose it is by name alone: the paper is the patient's own, and lies on a kitchen table.

use hemgang_core::day::local_day;
use hemgang_print::{Block, Document, Footer, Section, Size, Table, day};
use hemgang_proto::planning::{
    FollowUpOutcome, Invitee, InviteeKind, Sip, SipCloseReason, SipFollowUp, SipKind, SipPlan, SipService,
    SipState,
};
use hemgang_rpc::wire;
use jiff::Timestamp;
use pbjson_types::Timestamp as WireTimestamp;

/// When a plan is printed, by which unit, and what units are called.
pub struct Printed<'a> {
    pub at: Timestamp,
    pub by: &'a str,
    pub name: &'a dyn Fn(&str) -> String,
}

/// The plan of a patient, who has no name where it is protected.
pub fn document(patient: &str, (sip, plan): (&Sip, &SipPlan), printed: &Printed<'_>) -> Document {
    let words = Words::of(plan.kind());
    let mut lead = Vec::new();
    if !patient.is_empty() {
        lead.push(Block::Paragraph(format!("Planen är för {patient}.")));
    }
    lead.push(Block::Paragraph(state(sip, &words)));
    let mut sections = vec![
        section("Mina mål", vec![Block::List(plan.goals.clone())]),
        section(
            "Det här ska göras",
            plan.services.iter().flat_map(|service| done(service, printed)).collect(),
        ),
        section("Vem har huvudansvaret", vec![Block::Paragraph(responsible(plan, printed))]),
        section("Uppföljning", followed(sip, plan)),
        section(words.approvals, vec![Block::Table(approvals(sip, &words, printed))]),
    ];
    if !plan.invitees.is_empty() {
        let invited = plan.invitees.iter().map(invited).collect();
        sections.push(section("Andra som är med", vec![Block::List(invited)]));
    }
    if plan.kind() == SipKind::IndividualPlan {
        sections.push(section("Det är din plan", vec![Block::Paragraph(RIGHTS.to_owned())]));
    }
    Document {
        title: words.title.to_owned(),
        size: Size::Large,
        lead,
        sections,
        footer: Footer {
            printed_at: printed.at,
            unit: (printed.name)(printed.by),
            note: format!("version {}", sip.version),
        },
    }
}

/// HSL 16 kap. 4 §, socialtjänstlagen (2025:400) 10 kap. 8 §, lag (2017:612) 4 kap. 2 §.
const RIGHTS: &str = "Planen görs bara om du vill det. Du har rätt att vara med när den görs och när den följs upp. \
                      Du kan när som helst säga att något ska ändras, eller att du inte vill ha planen längre. \
                      Planen kostar ingenting.";

/// What a plan of a kind is called, and approving it.
struct Words {
    title: &'static str,
    draft: &'static str,
    agreed: &'static str,
    approvals: &'static str,
    approved: &'static str,
}

impl Words {
    /// A plan of LPT or LRV is drawn up (upprättad) when it is justerad.
    fn of(kind: SipKind) -> Self {
        if kind == SipKind::CoordinatedCarePlan {
            return Self {
                title: "Samordnad vårdplan",
                draft: "Det här är ett förslag. Planen är inte upprättad än. Det är den när alla enheter har justerat den.",
                agreed: "Planen är upprättad. Alla enheter har justerat den.",
                approvals: "Vem har justerat planen",
                approved: "Justerat",
            };
        }
        Self {
            title: "Samordnad individuell plan (SIP)",
            draft: "Det här är ett förslag. Planen gäller när alla som ska göra något har godkänt den.",
            agreed: "Planen gäller. Alla som ska göra något har godkänt den.",
            approvals: "Vem har godkänt planen",
            approved: "Godkänt",
        }
    }
}

fn section(heading: &str, blocks: Vec<Block>) -> Section {
    Section { heading: heading.to_owned(), blocks }
}

fn on(at: Option<&WireTimestamp>) -> Option<String> {
    at.and_then(wire::instant).map(|at| day(local_day(at)))
}

fn state(sip: &Sip, words: &Words) -> String {
    match sip.state() {
        SipState::Closed => {
            let ended = on(sip.closed_at.as_ref()).map_or_else(String::new, |day| format!(" den {day}"));
            let why = match sip.close_reason() {
                SipCloseReason::GoalsMet => " Målen är nådda.",
                SipCloseReason::PatientWithdrew => " Du ville inte ha planen längre.",
                SipCloseReason::NeedEnded => " Du behöver inte längre insatser från flera.",
                SipCloseReason::Replaced => " Du har fått en annan plan.",
                SipCloseReason::Unspecified => "",
            };
            format!("Planen avslutades{ended}.{why}")
        }
        SipState::Agreed => words.agreed.to_owned(),
        SipState::Draft | SipState::Unspecified => words.draft.to_owned(),
    }
}

/// A service under what is done: by whom, in what role, from when to when.
fn done(service: &SipService, printed: &Printed<'_>) -> [Block; 2] {
    let who = match service.unit.as_str() {
        "" => service.somebody_else.clone(),
        unit => (printed.name)(unit),
    };
    let mut lines = vec![format!("Vem gör det: {who}")];
    if !service.role.is_empty() {
        lines.push(format!("Roll: {}", service.role));
    }
    for (label, on) in [("Från", &service.starts_on), ("Till och med", &service.ends_on)] {
        if let Some(on) = on.as_ref().and_then(wire::day) {
            lines.push(format!("{label}: {}", day(on)));
        }
    }
    [Block::Subheading(service.what.clone()), Block::Paragraph(lines.join("\n"))]
}

fn responsible(plan: &SipPlan, printed: &Printed<'_>) -> String {
    let unit = (printed.name)(&plan.responsible_unit);
    format!(
        "{unit} har huvudansvaret för planen. Prata med dem om något inte fungerar eller om du undrar något."
    )
}

/// When it is followed up next, and what came of it before.
fn followed(sip: &Sip, plan: &SipPlan) -> Vec<Block> {
    let next = match sip.follow_ups.last() {
        Some(last) if last.version == sip.version => last.next_on.as_ref(),
        _ => plan.follow_up_on.as_ref(),
    };
    let next = match next.and_then(wire::day) {
        Some(next) if sip.state() != SipState::Closed => format!("Planen ska följas upp den {}.", day(next)),
        _ => "Ingen ny uppföljning är bestämd.".to_owned(),
    };
    let mut blocks = vec![Block::Paragraph(next)];
    if !sip.follow_ups.is_empty() {
        blocks.push(Block::List(sip.follow_ups.iter().map(outcome).collect()));
    }
    blocks
}

fn outcome(follow_up: &SipFollowUp) -> String {
    let came = match follow_up.outcome() {
        FollowUpOutcome::GoalsMet => "målen är nådda",
        FollowUpOutcome::Continues => "planen fortsätter som den är",
        FollowUpOutcome::ToBeChanged => "planen ska ändras",
        FollowUpOutcome::Unspecified => "planen följdes upp",
    };
    let on = on(follow_up.held_at.as_ref()).unwrap_or_default();
    format!("{on}: {came}.")
}

fn approvals(sip: &Sip, words: &Words, printed: &Printed<'_>) -> Table {
    let row = |unit: &String| {
        let approval = sip.approvals.iter().find(|approval| approval.unit == *unit);
        let when = approval.and_then(|approval| on(approval.approved_at.as_ref()));
        vec![(printed.name)(unit), when.unwrap_or_else(|| "Inte än".to_owned())]
    };
    let columns = vec![("Enhet".to_owned(), 2.0), (words.approved.to_owned(), 1.0)];
    Table { columns, rows: sip.contributing_units.iter().map(row).collect() }
}

fn invited(invitee: &Invitee) -> String {
    let kind = match invitee.kind() {
        InviteeKind::School => "Skola eller förskola",
        InviteeKind::PersonalAssistance => "Personlig assistans",
        InviteeKind::Relative => "Närstående",
        InviteeKind::Representative => "God man, förvaltare eller vårdnadshavare",
        InviteeKind::Other | InviteeKind::Unspecified => "Annan",
    };
    if invitee.name.is_empty() { kind.to_owned() } else { format!("{kind}: {}", invitee.name) }
}
