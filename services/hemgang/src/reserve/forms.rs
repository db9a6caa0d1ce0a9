//! The forms of the reserve routine: what each asks for. They are printed from this table, and read by it.

use crate::import::rows::columns::Column;

/// One kind of message on paper.
#[derive(Debug)]
pub struct Form {
    /// Its name in the file of papers.
    pub kind: &'static str,
    /// Its title.
    pub title: &'static str,
    /// By what it is sent: the law's section, or the routine.
    pub source: &'static str,
    /// What it asks for beside what every form does.
    pub fields: &'static [Field],
}

/// A field: its column in the file, its label on paper, and whether it must be filled.
pub type Field = (&'static str, &'static str, bool);

/// What every form asks for.
pub const HEAD: &[Field] = &[
    ("form", "Blankettens löpnummer", true),
    ("unit", "Enhet (HSA-id)", true),
    ("person", "Ansvarig (HSA-id)", false),
    ("at", "Dag och klockslag när det gjordes", true),
    ("admission", "Ärende: vårdtillfällets id, eller löpnumret på blanketten Inskrivning", false),
];

/// Every form, in the order of a stay.
pub const FORMS: &[Form] = &[
    Form {
        kind: "admission",
        title: "Inskrivning",
        source: "vårdtillfället börjar",
        fields: &[
            ("person_oid", "Utfärdare av personnummer eller reservnummer (OID)", false),
            ("person_value", "Personnummer eller reservnummer", true),
            ("name", "Namn", false),
            ("admission_type", "Planerad eller oplanerad", true),
            ("residence_municipality", "Folkbokföringskommun (kod)", false),
        ],
    },
    Form {
        kind: "admission_notice",
        title: "Inskrivningsmeddelande",
        source: "2 kap. 1–3 §§ lag (2017:612)",
        fields: &[
            (
                "needs",
                "Insatser kan behövas från: socialtjänst, kommunal hälso- och sjukvård, öppenvård",
                true,
            ),
            ("recipients", "Mottagare (HSA-id)", true),
            ("expected", "Beräknad utskrivning, eller ännu okänt", false),
        ],
    },
    Form {
        kind: "expected_discharge",
        title: "Ny beräknad utskrivning",
        source: "2 kap. 4 § lag (2017:612)",
        fields: &[("expected", "Beräknad utskrivning, eller ännu okänt", true)],
    },
    Form { kind: "readiness", title: "Utskrivningsklar", source: "3 kap. 1 § lag (2017:612)", fields: &[] },
    Form {
        kind: "readiness_withdrawn",
        title: "Återtagen utskrivningsklar",
        source: "1 kap. 3 § lag (2017:612)",
        fields: &[("reason", "Försämrad, eller felregistrerad", true)],
    },
    Form {
        kind: "discharge_notice",
        title: "Utskrivningsmeddelande",
        source: "rutin för in- och utskrivning",
        fields: &[
            ("agreed_at", "Överenskommen tid för hemgång", true),
            ("destination", "Vart", true),
            ("transport", "Transport", false),
            ("received_by", "Vem tar emot", false),
        ],
    },
    Form {
        kind: "discharge",
        title: "Utskriven",
        source: "vårdtillfället slutar",
        fields: &[("destination", "Vart, eller avliden", true)],
    },
    Form {
        kind: "receipt",
        title: "Kvittens",
        source: "rutin för in- och utskrivning",
        fields: &[("notice", "Vilket meddelande", true)],
    },
    Form {
        kind: "care_contact",
        title: "Fast vårdkontakt",
        source: "2 kap. 5 § lag (2017:612)",
        fields: &[("contact", "Fast vårdkontakt (HSA-id)", true), ("function", "Funktion", false)],
    },
    Form {
        kind: "planning_answer",
        title: "Svar på planering",
        source: "2 kap. 6 § lag (2017:612)",
        fields: &[
            ("law", "Lag: SoL, LSS eller HSL", true),
            ("ability", "Kan, kan inte, eller vet ej", true),
            ("ready_from", "Kan från", false),
            ("decision", "Beslut", true),
            ("missing", "Vad saknas", false),
        ],
    },
    Form {
        kind: "outpatient_readiness",
        title: "Öppenvårdens beredskap",
        source: "5 kap. 5 § lag (2017:612)",
        fields: &[("ability", "Kan, kan inte, eller vet ej", true), ("missing", "Vad saknas", false)],
    },
    Form {
        kind: "receiving",
        title: "Tar emot",
        source: "rutin för in- och utskrivning",
        fields: &[("receives_at", "Tar emot dag och klockslag", true)],
    },
    Form {
        kind: "sip_need",
        title: "Behov av samordnad individuell plan",
        source: "4 kap. 1 § lag (2017:612)",
        fields: &[("needed", "Behövs: ja eller nej", true)],
    },
    Form {
        kind: "sip_call",
        title: "Kallelse till samordnad individuell planering",
        source: "4 kap. 3 § lag (2017:612)",
        fields: &[
            ("starts_at", "Mötets dag och klockslag", true),
            ("meeting_form", "På plats, video, telefon eller hybrid", true),
            ("recipients", "Mottagare (HSA-id)", true),
        ],
    },
];

/// The columns of a file of papers.
pub const COLUMNS: &[Column] = &[
    ("form", true, "serial number of the form; with the unit it names the paper"),
    ("kind", true, "which form it is: see below"),
    ("unit", true, "HSA-id of the unit that filled it in; its token is used"),
    (
        "person",
        false,
        "HSA-id of who did it; a system's token needs it, and a judgement of need or readiness",
    ),
    ("at", true, "when it was done"),
    (
        "admission",
        false,
        "id of the stay, or the number of the unit's form by which the patient was admitted",
    ),
    ("person_oid", false, "issuer of the personal identity; that of the personnummer when empty"),
    ("person_value", false, "the personal identity"),
    ("name", false, "full name"),
    ("admission_type", false, "planned, unplanned or unknown"),
    ("residence_municipality", false, "four digits"),
    ("needs", false, "social_services, municipal_health_care, region_outpatient_care between blanks"),
    ("recipients", false, "HSA-ids of the units, between blanks"),
    ("expected", false, "a day, a time, or unknown"),
    ("reason", false, "deteriorated or registered_in_error"),
    ("agreed_at", false, "the time home that was agreed"),
    ("destination", false, "home, home_with_care, short_term_care, care_home, deceased, ..."),
    ("transport", false, "own, patient_transport, ambulance or other"),
    ("received_by", false, "nobody, relative, home_care, home_health_care, care_home or other"),
    ("notice", false, "admission, readiness, discharge, ..."),
    ("contact", false, "HSA-id of the named care contact"),
    ("function", false, "what the contact is there"),
    ("law", false, "sol, lss or hsl"),
    ("ability", false, "can, cannot or unknown"),
    ("ready_from", false, "from when, of a unit that can"),
    ("decision", false, "not_required, not_applied, under_investigation, granted, rejected or declined"),
    ("missing", false, "what is waited for, between blanks: patient, decision, staff, place, aids, ..."),
    ("receives_at", false, "when the unit receives the patient"),
    ("needed", false, "yes or no"),
    ("starts_at", false, "when the meeting begins"),
    ("meeting_form", false, "in_person, video, telephone or hybrid"),
];

/// The kinds as `--help` lists them, each with its columns.
pub fn described() -> String {
    let line = |form: &Form| {
        let fields = form
            .fields
            .iter()
            .map(|(column, _, required)| format!("{column}{}", if *required { "*" } else { "" }));
        format!("  {:<22} {}\n", form.kind, fields.collect::<Vec<_>>().join(" "))
    };
    format!("Kinds, with their columns (* filled):\n{}", FORMS.iter().map(line).collect::<String>())
}
