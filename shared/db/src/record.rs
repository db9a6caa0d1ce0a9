//! How a row maps, said once per type: table, key, columns, to the row and from it.

use crate::{
    column::{Column, ColumnFault, Value},
    error::{DbError, RowFault},
    read::Row,
};

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

    /// Reads [`Record::values`] back.
    ///
    /// # Errors
    /// As [`Record::from_row`].
    fn from_values(values: Vec<Value>) -> Result<Self, DbError>;
}

/// The next of a record's values.
#[doc(hidden)]
pub fn next<R: Record, T: Column>(
    values: &mut impl Iterator<Item = Value>,
    column: &'static str,
) -> Result<T, DbError> {
    let value = values.next().unwrap_or(T::NULL);
    T::from_value(value)
        .map_err(|fault| RowFault { table: R::TABLE, column, row: String::new(), fault }.into())
}

/// The next of a record's values, the name of an enum's value.
#[doc(hidden)]
pub fn next_named<R: Record, T>(
    values: &mut impl Iterator<Item = Value>,
    column: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, DbError> {
    let name: String = next::<R, _>(values, column)?;
    let fault = ColumnFault("known name");
    parse(&name).ok_or_else(|| RowFault { table: R::TABLE, column, row: String::new(), fault }.into())
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

            fn from_values(values: Vec<$crate::Value>) -> Result<Self, $crate::DbError> {
                let mut values = values.into_iter();
                Ok(Self {
                    $($key: $crate::next::<Self, _>(&mut values, stringify!($key))?,)+
                    $($column: $crate::next::<Self, _>(&mut values, stringify!($column))?,)*
                    $($($name: $crate::next_named::<Self, $enum>(
                        &mut values, stringify!($name), <$enum>::from_str_name)?,)*)?
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
