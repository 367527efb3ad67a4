//! Where in a document something stands, and the findings made there.

use crate::load::free::Extra;
use source::diagnostic::{Diagnostic, Fault, Severity};
use yaml::{At, Document, Read, Step};

/// A place in a document by its path. The line and column are looked up only when a finding is made.
#[derive(Clone)]
pub struct NodePath<'d> {
    document: &'d Document,
    path: Vec<Step>,
}

impl<'d> NodePath<'d> {
    /// The document itself.
    pub fn root(document: &'d Document) -> Self {
        NodePath { document, path: Vec::new() }
    }

    /// The value of `key` below.
    pub fn key(&self, key: &str) -> Self {
        self.step(key.into())
    }

    /// The item with this index below.
    pub fn item(&self, index: usize) -> Self {
        self.step(index.into())
    }

    fn step(&self, step: Step) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        NodePath { document: self.document, path }
    }

    /// The value of whatever lies `path` below.
    pub fn below(&self, path: &[Step]) -> Self {
        NodePath { document: self.document, path: [&self.path, path].concat() }
    }

    /// The text of the value as it stands in the file; empty where there is none.
    pub fn written(&self) -> &'d str {
        self.document.written(&self.path)
    }

    /// The free fields here, as they are written.
    pub fn free_fields(
        &self,
        extra: Option<Extra>,
        found: &mut Vec<Diagnostic>,
    ) -> serde_json::Map<String, serde_json::Value> {
        let fields = extra.unwrap_or_default().fields(|path| self.below(path).written());
        fields.unwrap_or_else(|(path, fault)| {
            found.push(self.below(&path).fault("bad-value", fault));
            serde_json::Map::new()
        })
    }

    /// An error about the value here.
    pub fn error(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.document.file(), self.document.locate(&self.path, At::Value))
    }

    /// A warning about the value here.
    pub fn warning(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..self.error(code, message) }
    }

    /// An error about a value that refused itself.
    pub fn fault(&self, code: &'static str, fault: Fault) -> Diagnostic {
        let error = self.error(code, fault.message);
        match fault.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// Takes what is required out of a wire struct; says what is missing, unless it is there and faulty (then that was said).
pub struct Required<'a, 'd, T> {
    /// The record.
    pub spot: &'a NodePath<'d>,
    /// The document it was read from.
    pub read: &'a Read<T>,
    /// The path of the record as [`Read::faulty`] counts it.
    pub path: &'a [Step],
    /// What is said to be missing.
    pub found: &'a mut Vec<Diagnostic>,
}

impl<T> Required<'_, '_, T> {
    /// The value of `key`, or a finding.
    pub fn take<V>(&mut self, value: Option<V>, key: &str, hint: &str) -> Option<V> {
        if value.is_none() && !self.read.is_faulty(self.path, key) {
            self.found.push(self.spot.error("missing-key", format!("`{key}` is missing")).hint(hint));
        }
        value
    }
}
