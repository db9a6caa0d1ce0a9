//! How one field becomes one column: `TEXT` or `BIGINT`, and back without a default.

use std::{fmt, str::FromStr};

use hemgang_core::{
    directory::{AgeGroup, AssignmentId, Law, Opening, RoutingRuleId, Specialty, UnitKind},
    expected::ExpectedDischarge,
    id::{AdmissionId, CaseId},
    place::{HsaId, MunicipalityCode},
    redacted::Redacted,
};
use jiff::{Timestamp, civil::Date};

/// A value on its way to or from a column. The variant is the column's type also when it is null.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// `TEXT`.
    Text(Option<String>),
    /// `BIGINT`.
    Int(Option<i64>),
}

/// A column may hold a name: what it holds is never shown.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Text(_)) { "Text([redacted])" } else { "Int([redacted])" })
    }
}

/// A stored value that is not what its type says. It never repeats the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a {0}")]
pub struct ColumnFault(pub &'static str);

/// A field that one column holds.
pub trait Column: Sized {
    /// A null of the column's type, which tells how to read it.
    const NULL: Value;

    /// To the column.
    fn to_value(&self) -> Value;

    /// From the column.
    ///
    /// # Errors
    /// When the stored value is not of this type.
    fn from_value(value: Value) -> Result<Self, ColumnFault>;
}

impl Column for i64 {
    const NULL: Value = Value::Int(None);

    fn to_value(&self) -> Value {
        Value::Int(Some(*self))
    }

    fn from_value(value: Value) -> Result<Self, ColumnFault> {
        match value {
            Value::Int(Some(int)) => Ok(int),
            _ => Err(ColumnFault("number")),
        }
    }
}

impl Column for bool {
    const NULL: Value = Value::Int(None);

    fn to_value(&self) -> Value {
        Value::Int(Some(i64::from(*self)))
    }

    fn from_value(value: Value) -> Result<Self, ColumnFault> {
        match value {
            Value::Int(Some(0)) => Ok(false),
            Value::Int(Some(1)) => Ok(true),
            _ => Err(ColumnFault("flag")),
        }
    }
}

impl Column for Timestamp {
    const NULL: Value = Value::Int(None);

    fn to_value(&self) -> Value {
        Value::Int(Some(self.as_microsecond()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnFault> {
        match value {
            Value::Int(Some(micros)) => Self::from_microsecond(micros).map_err(|_| ColumnFault("instant")),
            _ => Err(ColumnFault("instant")),
        }
    }
}

impl Column for String {
    const NULL: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        Value::Text(Some(self.clone()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnFault> {
        match value {
            Value::Text(Some(text)) => Ok(text),
            _ => Err(ColumnFault("text")),
        }
    }
}

impl Column for &str {
    const NULL: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        Value::Text(Some((*self).to_owned()))
    }

    fn from_value(_: Value) -> Result<Self, ColumnFault> {
        Err(ColumnFault("borrowed text, which is for parameters only"))
    }
}

impl Column for Redacted<String> {
    const NULL: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        self.expose().to_value()
    }

    fn from_value(value: Value) -> Result<Self, ColumnFault> {
        String::from_value(value).map(Self::new)
    }
}

impl<T: Column> Column for Option<T> {
    const NULL: Value = T::NULL;

    fn to_value(&self) -> Value {
        self.as_ref().map_or(T::NULL, T::to_value)
    }

    fn from_value(value: Value) -> Result<Self, ColumnFault> {
        match value {
            Value::Text(None) | Value::Int(None) => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// A type that is kept as the text it displays and parses.
fn parsed<T: FromStr>(value: Value, what: &'static str) -> Result<T, ColumnFault> {
    String::from_value(value)?.parse().map_err(|_| ColumnFault(what))
}

/// Keeps types as the text that they display and parse.
#[macro_export]
macro_rules! text_column {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::Column for $type {
            const NULL: $crate::Value = $crate::Value::Text(None);

            fn to_value(&self) -> $crate::Value {
                $crate::Value::Text(Some(self.to_string()))
            }

            fn from_value(value: $crate::Value) -> Result<Self, $crate::ColumnFault> {
                <String as $crate::Column>::from_value(value)?
                    .parse()
                    .map_err(|_| $crate::ColumnFault(stringify!($type)))
            }
        }
    )+};
}

text_column!(Date, AdmissionId, CaseId, ExpectedDischarge, HsaId, MunicipalityCode);
text_column!(AgeGroup, AssignmentId, Law, Opening, RoutingRuleId, Specialty, UnitKind);

impl<T: Column + FromStr> Column for Vec<T>
where
    T: ToString,
{
    const NULL: Value = Value::Text(None);

    // Identifiers hold no spaces, so a list of them is words.
    fn to_value(&self) -> Value {
        Value::Text(Some(self.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")))
    }

    fn from_value(value: Value) -> Result<Self, ColumnFault> {
        String::from_value(value)?
            .split_whitespace()
            .map(|word| parsed(Value::Text(Some(word.to_owned())), "list of words"))
            .collect()
    }
}
