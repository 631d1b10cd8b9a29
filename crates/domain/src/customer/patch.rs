//! What an update does to one field.

/// A change of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Absent: stays as it is.
    #[default]
    Keep,
    /// Null: has no value afterwards.
    Clear,
    /// Has this value afterwards.
    Set(T),
}

impl<T> Patch<T> {
    /// The value that is set, if one is.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// The value that is set, taken out.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Changes the field.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }

    /// Changes a field that always has a value. Null puts `cleared` into it.
    pub fn apply_or(self, field: &mut T, cleared: T) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = cleared,
            Self::Set(value) => *field = value,
        }
    }

    /// Null counts as absent.
    #[must_use]
    pub fn without_clear(self) -> Self {
        match self {
            Self::Clear => Self::Keep,
            other => other,
        }
    }

    /// The same change of another form of the value.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(form(value)),
        }
    }
}

/// Changes of a group of fields that merge one by one.
pub(super) trait Changes: Sized {
    /// The group.
    type Group: Default;

    /// Changes the fields of the group.
    fn apply(self, group: &mut Self::Group);

    /// Nulls count as absent.
    fn without_clears(self) -> Self;
}

/// Changes whose fields can be asked for by their names.
pub(super) trait ByName {
    /// Whether the field with this name gets a new value.
    fn writes(&self, field: &str) -> bool;
}

/// Changes the group field by field; null empties it.
pub(super) fn merge<C: Changes>(patch: Patch<C>, group: &mut C::Group) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *group = C::Group::default(),
        Patch::Set(changes) => changes.apply(group),
    }
}

/// Nulls count as absent, here and within.
pub(super) fn without_clears<C: Changes>(patch: Patch<C>) -> Patch<C> {
    patch.without_clear().map(Changes::without_clears)
}

/// Declares a group of optional fields, the changes of such a group, and how they apply.
macro_rules! group {
    (
        $(#[$group_doc:meta])* $group:ident, $(#[$changes_doc:meta])* $changes:ident,
        { $($(#[$doc:meta])* $field:ident: $value:ty,)* }
    ) => {
        $(#[$group_doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $group { $($(#[$doc])* pub $field: Option<$value>,)* }

        $(#[$changes_doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $changes { $($(#[$doc])* pub $field: $crate::customer::Patch<$value>,)* }

        impl $crate::customer::patch::ByName for $changes {
            fn writes(&self, field: &str) -> bool {
                $((field == stringify!($field) && self.$field != $crate::customer::Patch::Keep))||*
            }
        }

        impl $crate::customer::patch::Changes for $changes {
            type Group = $group;

            fn apply(self, group: &mut $group) {
                $(self.$field.apply(&mut group.$field);)*
            }

            fn without_clears(self) -> Self {
                Self { $($field: self.$field.without_clear(),)* }
            }
        }
    };
}

pub(super) use group;
