//! Enums whose values are written as words.

/// Implements `FromStr` and `name` for an enum whose values are written as words.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The word for it in files.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::diagnostic::Fault;

            fn from_str(text: &str) -> Result<Self, $crate::diagnostic::Fault> {
                $name::ALL.iter().copied().find(|value| value.name() == text).ok_or_else(|| {
                    let known = [$($word),*];
                    let hint = $crate::diagnostic::did_you_mean(text, known).unwrap_or_else(|| format!("one of {}", known.join(", ")));
                    $crate::diagnostic::Fault::new(format!(concat!("unknown ", $what, " `{}`"), text)).hint(hint)
                })
            }
        }
    };
}
