//! The plan as the patient gets it: a PDF that is read in the order in which it is meant, and says what the reader may see.

use hemgang_proto::planning::{
    InvitationChannel, Invitee, InviteeKind, SipKind, SipPlan, SipService, print_sip_request,
};
use lopdf::{Dictionary, Object};

use super::*;

each_backend!(
    a_plan_is_tagged_so_that_a_reader_finds_its_way,
    a_plan_is_printed_with_what_it_says_and_nothing_of_whose_number_it_is,
    what_became_of_a_plan_is_on_paper_too,
    a_plan_that_is_changed_says_itself_when_it_is_followed_up,
    who_reads_the_plan_prints_it_as_they_read_it_and_nobody_else,
    what_cannot_be_printed_has_its_own_reason
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn plan() -> SipPlan {
    let service = |what: &str, unit: &str, who: &str| SipService {
        what: what.to_owned(),
        unit: unit.to_owned(),
        somebody_else: who.to_owned(),
        role: "Undersköterska".to_owned(),
        starts_on: Some(wire::date(date(2026, 9, 20))),
        ends_on: None,
    };
    let (kind, channel) = (InviteeKind::School.into(), InvitationChannel::Letter.into());
    SipPlan {
        kind: SipKind::IndividualPlan.into(),
        goals: vec!["Åka färdtjänst själv".to_owned(), "Orka gå ut på ön".to_owned()],
        services: vec![service("Hjälp att duscha", SOCIAL, ""), service("Handlar mat", "", "Min dotter")],
        responsible_unit: SOCIAL.to_owned(),
        follow_up_on: Some(wire::date(date(2026, 10, 14))),
        invitees: vec![Invitee { kind, channel, name: "Lindskolan".to_owned() }],
        patient_took_part: true,
    }
}

async fn saved(suite: &Suite, id: &str, version: i32, plan: SipPlan) {
    let key = Some(pb::save_sip_request::Key::AdmissionId(id.to_owned()));
    let request = pb::SaveSipRequest { key, version, plan: Some(plan), ..Default::default() };
    client(suite, SOCIAL).save_sip(request).await.expect("saved");
}

fn printing(id: &str, version: i32) -> pb::PrintSipRequest {
    pb::PrintSipRequest { key: Some(print_sip_request::Key::AdmissionId(id.to_owned())), version }
}

async fn printed(suite: &Suite, unit: &str, id: &str) -> pb::PrintSipResponse {
    client(suite, unit).print_sip(printing(id, 0)).await.expect("printed").into_inner()
}

fn pdf(printed: &pb::PrintSipResponse) -> lopdf::Document {
    lopdf::Document::load_mem(&printed.document).expect("a PDF")
}

/// The words of all pages, with one space between them.
fn words(pdf: &lopdf::Document) -> String {
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    let text = pdf.extract_text(&pages).expect("text");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The titles of the headings, as a reader jumps between them.
fn headings(pdf: &lopdf::Document, node: &Dictionary, found: &mut Vec<(String, String)>) {
    let kind = node.get(b"S").and_then(Object::as_name).map(String::from_utf8_lossy).unwrap_or_default();
    if let Some(title) = node.get(b"T").ok().filter(|_| kind.starts_with('H')) {
        let title = lopdf::decode_text_string(title).expect("a text");
        found.push((kind.to_string(), title));
    }
    let Ok((_, children)) = node.get(b"K").and_then(|children| pdf.dereference(children)) else { return };
    let one = std::slice::from_ref(children);
    for child in children.as_array().map_or(one, Vec::as_slice) {
        if let Ok((_, Object::Dictionary(child))) = pdf.dereference(child) {
            headings(pdf, child, found);
        }
    }
}

async fn a_plan_is_tagged_so_that_a_reader_finds_its_way(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    saved(suite, &id, 0, plan()).await;
    let paper = printed(suite, SOCIAL, &id).await;
    assert_eq!((paper.content_type.as_str(), paper.version), ("application/pdf", 1));
    let draft = pdf(&paper);
    let catalog = draft.catalog().expect("a catalog");
    assert_eq!(catalog.get(b"Lang").and_then(Object::as_str).expect("a language"), b"sv-SE");
    let marked = catalog.get(b"MarkInfo").and_then(Object::as_dict).and_then(|info| info.get(b"Marked"));
    assert!(matches!(marked, Ok(Object::Boolean(true))), "it is tagged");
    let root = draft.dereference(catalog.get(b"StructTreeRoot").expect("a tree")).expect("a tree").1;
    let mut found = Vec::new();
    headings(&draft, root.as_dict().expect("a tree"), &mut found);
    let found: Vec<_> = found.iter().map(|(kind, title)| (kind.as_str(), title.as_str())).collect();
    assert_eq!(
        found,
        [
            ("H1", "Samordnad individuell plan (SIP)"),
            ("H2", "Mina mål"),
            ("H2", "Det här ska göras"),
            ("H3", "Hjälp att duscha"),
            ("H3", "Handlar mat"),
            ("H2", "Vem har huvudansvaret"),
            ("H2", "Uppföljning"),
            ("H2", "Vem har godkänt planen"),
            ("H2", "Andra som är med"),
            ("H2", "Det är din plan"),
        ]
    );
}

async fn a_plan_is_printed_with_what_it_says_and_nothing_of_whose_number_it_is(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    saved(suite, &id, 0, plan()).await;
    let paper = printed(suite, SOCIAL, &id).await;
    let said = words(&pdf(&paper));
    for expected in [
        "Planen är för Tolvan Exempel. Det här är ett förslag.",
        "Mina mål • Åka färdtjänst själv • Orka gå ut på ön",
        "Hjälp att duscha Vem gör det: Socialtjänsten Göteborg Roll: Undersköterska Från: 20 september 2026",
        "Handlar mat Vem gör det: Min dotter Roll: Undersköterska",
        "Socialtjänsten Göteborg har huvudansvaret för planen.",
        "Planen ska följas upp den 14 oktober 2026.",
        "Enhet Godkänt Socialtjänsten Göteborg Inte än",
        "• Skola eller förskola: Lindskolan",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    // Nowhere: not in its text, and not in what is stored beside it.
    let bytes = String::from_utf8_lossy(&paper.document);
    for number in ["191212121212", "19121212-1212", "121212-1212"] {
        assert!(!bytes.contains(number) && !said.contains(number));
    }
    assert!(
        bytes.contains("Samordnad individuell plan (SIP)") && !bytes.contains("Tolvan"),
        "in its properties"
    );
}

/// Approved, and followed up.
async fn followed_up(suite: &Suite, id: &str, version: i32, next_on: Option<jiff::civil::Date>) {
    let request = pb::ApproveSipRequest {
        key: Some(pb::approve_sip_request::Key::AdmissionId(id.to_owned())),
        version,
        ..Default::default()
    };
    client(suite, SOCIAL).approve_sip(request).await.expect("approved");
    let request = pb::RecordFollowUpRequest {
        key: Some(pb::record_follow_up_request::Key::AdmissionId(id.to_owned())),
        held_at: Some(wire::timestamp(suite.clock.now())),
        outcome: pb::FollowUpOutcome::ToBeChanged.into(),
        next_on: next_on.map(wire::date),
        ..Default::default()
    };
    client(suite, SOCIAL).record_follow_up(request).await.expect("followed up");
}

async fn a_plan_that_is_changed_says_itself_when_it_is_followed_up(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    answers_sip(suite, &id, pb::ConsentDecision::Given).await;
    let says = async |expected: &str| {
        let said = words(&pdf(&printed(suite, SOCIAL, &id).await));
        assert!(said.contains(expected), "{expected}\n{said}");
    };
    let planned = "Planen ska följas upp den 14 oktober 2026.";
    saved(suite, &id, 0, plan()).await;
    followed_up(suite, &id, 1, Some(date(2026, 12, 1))).await;
    says("Planen ska följas upp den 1 december 2026.").await;
    saved(suite, &id, 1, plan()).await;
    says(planned).await;
    followed_up(suite, &id, 2, None).await;
    says("Ingen ny uppföljning är bestämd.").await;
    saved(suite, &id, 2, plan()).await;
    says(planned).await;
}

async fn what_became_of_a_plan_is_on_paper_too(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    answers_sip(suite, &id, pb::ConsentDecision::Given).await;
    saved(suite, &id, 0, plan()).await;
    followed_up(suite, &id, 1, Some(date(2026, 12, 1))).await;
    let said = words(&pdf(&printed(suite, SOCIAL, &id).await));
    let today = hemgang_print::day(hemgang_core::day::local_day(suite.clock.now()));
    for expected in [
        "Planen gäller. Alla som ska göra något har godkänt den.".to_owned(),
        format!("Planen ska följas upp den 1 december 2026. • {today}: planen ska ändras."),
        format!("Socialtjänsten Göteborg {today}"),
    ] {
        assert!(said.contains(&expected), "{expected}\n{said}");
    }
}

async fn who_reads_the_plan_prints_it_as_they_read_it_and_nobody_else(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH, OUTPATIENT]).await;
    saved(suite, &id, 0, plan()).await;
    barred(suite, &id, HEALTH).await;
    let service =
        SipService { what: "Promenad".to_owned(), unit: SOCIAL.to_owned(), ..SipService::default() };
    let changed = SipPlan { services: vec![service], ..plan() };
    saved(suite, &id, 1, changed).await;
    for (unit, version, is_changed) in
        [(WARD, 2, true), (OUTPATIENT, 2, true), (RECEPTION, 2, true), (HEALTH, 1, false)]
    {
        let paper = printed(suite, unit, &id).await;
        let said = words(&pdf(&paper));
        assert_eq!((paper.version, said.contains("Promenad")), (version, is_changed), "{unit}");
        assert_eq!(said.contains("Hjälp att duscha"), !is_changed, "{unit}");
        assert!(said.contains(&format!("· version {version}")), "{said}");
    }
    let refusal = refused(client(suite, ELSEWHERE).print_sip(printing(&id, 0)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "NOT_FOUND"));

    // Nor does paper say what a screen does not.
    let secret = assessed(suite, Protection::Confidential).await;
    notify(suite, &secret, &[SOCIAL]).await;
    suite.drain().await;
    saved(suite, &secret, 0, SipPlan { invitees: Vec::new(), ..plan() }).await;
    let said = words(&pdf(&printed(suite, SOCIAL, &secret).await));
    assert!(
        said.contains("Det här är ett förslag.")
            && !said.contains("Planen är för")
            && !said.contains("Tolvan")
    );
}

async fn what_cannot_be_printed_has_its_own_reason(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH]).await;
    let reason =
        async |version| refused(client(suite, HEALTH).print_sip(printing(&id, version)).await).reason;
    assert_eq!(reason(0).await, "SIP_NOT_AGREED", "none yet");
    saved(suite, &id, 0, plan()).await;
    let other = refused(client(suite, HEALTH).print_sip(printing(&id, 2)).await);
    assert_eq!((other.reason.as_str(), other.metadata["version"].as_str()), ("SIP_CHANGED", "1"));
    assert_eq!(
        client(suite, HEALTH).print_sip(printing(&id, 1)).await.expect("printed").into_inner().version,
        1
    );
    let wrong = pb::PrintSipRequest { key: None, version: -1 };
    assert_eq!(refused(client(suite, HEALTH).print_sip(wrong).await).fields, ["key", "version"]);
    left(suite, &id, Destination::Home).await;
    blanked(suite, &id).await;
    assert_eq!(reason(0).await, "DETAILS_BLANKED");
}
