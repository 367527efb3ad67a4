//! The expressions of `where:`, in the language of the templates. The model keeps their text; rendering gives them meaning.

use std::str::FromStr;

use source::diagnostic::Fault;

/// An expression over the fields of one contact, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression(Box<str>);

impl Expression {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Expression {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.trim().is_empty() {
            return Err(Fault::new("the condition is empty").hint("leave `where` out to reach everybody of the tier"));
        }
        if ["{{", "{%", "{#", "%}", "}}"].iter().any(|delimiter| text.contains(delimiter)) {
            return Err(
                Fault::new("a condition is written without braces").hint("like `kind != 'former' and 'golf' in tags`")
            );
        }
        Ok(Expression(text.trim().into()))
    }
}
