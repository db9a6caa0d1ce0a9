//! How a row maps, said once per type: table, key, columns, to the row and from it.

use crate::{column::Value, error::DbError, read::Row};

/// A type that is one row of one table.
pub trait Record: Sized {
    /// The table.
    const TABLE: &'static str;
    /// The columns of the key; they come first in [`Record::COLUMNS`].
    const KEY: &'static [&'static str];
    /// Every column, key first.
    const COLUMNS: &'static [&'static str];

    /// The values in the order of the columns.
    fn values(&self) -> Vec<Value>;

    /// Reads a row.
    ///
    /// # Errors
    /// When a column does not hold what its type says.
    fn from_row(row: &Row) -> Result<Self, DbError>;
}

/// A record that is replaced at the version that was read. The domain raises the version, the store compares.
pub trait Versioned: Record {
    /// The version of this state; the first is 1.
    fn version(&self) -> i64;
}

/// Maps a struct to a table: fields are columns of the same name.
///
/// Fields behind `names` are enums of the contract, kept by their proto name. A struct with a `version` field
/// says `versioned`.
#[macro_export]
macro_rules! record {
    ($type:ty, $table:literal, key($($key:ident),+), columns($($column:ident),* $(,)?)
        $(, names($($name:ident: $enum:ty),* $(,)?))?) => {
        impl $crate::Record for $type {
            const TABLE: &'static str = $table;
            const KEY: &'static [&'static str] = &[$(stringify!($key)),+];
            const COLUMNS: &'static [&'static str] =
                &[$(stringify!($key),)+ $(stringify!($column),)* $($(stringify!($name),)*)?];

            fn values(&self) -> Vec<$crate::Value> {
                vec![
                    $($crate::Column::to_value(&self.$key),)+
                    $($crate::Column::to_value(&self.$column),)*
                    $($($crate::Value::Text(Some(self.$name.as_str_name().to_owned())),)*)?
                ]
            }

            fn from_row(row: &$crate::Row) -> Result<Self, $crate::DbError> {
                Ok(Self {
                    $($key: row.get::<Self, _>(stringify!($key))?,)+
                    $($column: row.get::<Self, _>(stringify!($column))?,)*
                    $($($name: row.named::<Self, $enum>(stringify!($name), <$enum>::from_str_name)?,)*)?
                })
            }
        }
    };
    ($type:ty, $table:literal, versioned, $($rest:tt)+) => {
        $crate::record!($type, $table, $($rest)+);

        impl $crate::Versioned for $type {
            fn version(&self) -> i64 {
                self.version
            }
        }
    };
}
