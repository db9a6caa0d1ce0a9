//! What a message tells of, by its event and, where a sender numbers its movements (ZBE), by what it does to one.

use super::{Ignored, Sender};
use crate::hl7::Message;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdtKind {
    /// A06, and A01 and A04 of an inpatient class.
    Admit,
    /// A02.
    Transfer,
    /// A03.
    Discharge,
    /// A08, and A31 without a visit.
    Update,
    /// A11.
    CancelAdmit,
    /// A12.
    CancelTransfer,
    /// A13.
    CancelDischarge,
    /// A16: a discharge is expected. Never a judgement of readiness.
    PendingDischarge,
    /// A25.
    CancelPendingDischarge,
    /// A21: the patient goes on leave (permission).
    StartLeave,
    /// A22: the patient is back.
    EndLeave,
    /// A52: the leave never began.
    CancelStartLeave,
    /// A53: the leave has not ended.
    CancelEndLeave,
    /// A34, A36 and A40: two identities are one person's.
    Merge,
}

impl AdtKind {
    /// The kind of an event, before anything is known of its sender.
    pub(super) fn of_trigger(trigger: &str) -> Result<Self, Ignored> {
        match trigger {
            "A01" | "A04" | "A06" => Ok(Self::Admit),
            "A02" => Ok(Self::Transfer),
            "A03" => Ok(Self::Discharge),
            "A08" | "A31" => Ok(Self::Update),
            "A11" => Ok(Self::CancelAdmit),
            "A12" => Ok(Self::CancelTransfer),
            "A13" => Ok(Self::CancelDischarge),
            "A16" => Ok(Self::PendingDischarge),
            "A21" => Ok(Self::StartLeave),
            "A22" => Ok(Self::EndLeave),
            "A25" => Ok(Self::CancelPendingDischarge),
            "A34" | "A36" | "A40" => Ok(Self::Merge),
            "A52" => Ok(Self::CancelStartLeave),
            "A53" => Ok(Self::CancelEndLeave),
            _ => Err(Ignored::Event),
        }
    }

    /// The kind of an event, with the class that its sender calls inpatient.
    pub(super) fn of(message: &Message, trigger: &str, sender: &Sender) -> Result<Self, Ignored> {
        let class = message.field("PV1", 2).value().into_text();
        let class = class.as_deref();
        let is_inpatient = |class: &str| sender.inpatient_classes.contains(class);
        match trigger {
            "A04" if !class.is_some_and(is_inpatient) => Err(Ignored::NotInpatient),
            // An admission that does not say its class is one all the same.
            "A01" if class.is_some_and(|class| !is_inpatient(class)) => Err(Ignored::NotInpatient),
            _ if is_cancelled(message) => Self::of_trigger(trigger).map(Self::cancelled),
            _ => Self::of_trigger(trigger),
        }
    }

    /// Whether the message is about a person rather than a visit.
    pub(super) fn is_of_person(self) -> bool {
        matches!(self, Self::Update | Self::Merge)
    }

    /// Of what is told of one moment the step of less comes first: nobody comes back before going, and only what was
    /// is taken back.
    pub(super) fn step(self) -> u8 {
        match self {
            Self::Admit => 0,
            Self::Transfer => 1,
            Self::StartLeave => 2,
            Self::EndLeave => 3,
            Self::Discharge | Self::Update | Self::PendingDischarge | Self::Merge => 4,
            Self::CancelAdmit
            | Self::CancelTransfer
            | Self::CancelDischarge
            | Self::CancelPendingDischarge
            | Self::CancelStartLeave
            | Self::CancelEndLeave => 5,
        }
    }

    fn cancelled(self) -> Self {
        match self {
            Self::Admit => Self::CancelAdmit,
            Self::Transfer => Self::CancelTransfer,
            Self::Discharge => Self::CancelDischarge,
            Self::PendingDischarge => Self::CancelPendingDischarge,
            Self::StartLeave => Self::CancelStartLeave,
            Self::EndLeave => Self::CancelEndLeave,
            other => other,
        }
    }
}

/// The classes of table 0004 that say what else than inpatient care it is, unless the sender calls them inpatient.
/// `U` says nothing, so what comes with it waits for an admission.
pub(super) fn is_outpatient(class: Option<&str>, sender: &Sender) -> bool {
    class.is_some_and(|class| {
        matches!(class, "E" | "O" | "P" | "R" | "B" | "C" | "N") && !sender.inpatient_classes.contains(class)
    })
}

/// The event that a message tells of: of an update of a movement (Z99 of IHE PAM) the one that it was told by first,
/// which is told again.
pub(super) fn of_movement(message: &Message, trigger: &str) -> String {
    let original = (trigger == "Z99").then(|| message.field("ZBE", 6).value().into_text()).flatten();
    original.map_or_else(|| trigger.to_owned(), |event| event.to_ascii_uppercase())
}

/// ZBE-1, where it numbers the movement that the message is about. A cancellation that is a movement of its own to its
/// sender (INSERT) has a number of its own, which names nothing that was before.
pub(super) fn movement_id(kind: AdtKind, message: &Message) -> Option<String> {
    let is_of_movement = match kind {
        AdtKind::Transfer | AdtKind::StartLeave | AdtKind::EndLeave | AdtKind::Discharge => true,
        AdtKind::CancelTransfer
        | AdtKind::CancelStartLeave
        | AdtKind::CancelEndLeave
        | AdtKind::CancelDischarge => is_cancelled(message),
        _ => false,
    };
    message.field("ZBE", 1).value().into_text().filter(|_| is_of_movement)
}

/// ZBE-4: the movement is taken back; some senders say DELETE.
fn is_cancelled(message: &Message) -> bool {
    let action = message.field("ZBE", 4).value().into_text().unwrap_or_default();
    matches!(action.to_ascii_uppercase().as_str(), "CANCEL" | "DELETE")
}
