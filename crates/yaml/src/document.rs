//! Reading YAML so that every fault of a file is found in one run, each with its place.
//!
//! The straight path is serde into wire structs. serde stops at the first fault and valid values carry no position, so where
//! a file has faults it is read again through `lenient`: the faulty value is left out, the rest is read
//! on, until nothing is left to complain about. A place is looked up only when somebody has to be shown it
//! ([`Document::locate`]), by reading once more and stopping there.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::guard::trouble;
use super::lenient::{Track, Tracked};
use super::path::{At, Step};
use super::{plain, seek, slip, wording};
use source::diagnostic::{Diagnostic, did_you_mean};
use source::{SourceFile, Span};

/// A value read from a document, and the paths that were left out because they are faulty.
#[derive(Debug)]
pub struct Read<T> {
    /// What could be read.
    pub value: T,
    /// What could not.
    pub faulty: Vec<Vec<Step>>,
}

impl<T> Read<T> {
    /// True where the entry `key` of the mapping at `path` was there but faulty (or holds something faulty), or where its key was
    /// misspelt or stands in one with its value: what is said of it then is enough.
    pub fn is_faulty(&self, path: &[Step], key: &str) -> bool {
        let is_meant = |found: &str| {
            did_you_mean(found, [key]).is_some() || found.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))
        };
        self.faulty.iter().any(|faulty| {
            faulty.starts_with(path)
                && matches!(faulty.get(path.len()), Some(Step::Key(found)) if found.as_ref() == key
                    || faulty.len() == path.len() + 1 && is_meant(found))
        })
    }
}

/// A region of a file that is one YAML document: the whole file, or its front matter.
#[derive(Debug, Clone)]
pub struct Document {
    file: Arc<SourceFile>,
    region: Span,
    /// Where the items of a top-level list begin, once somebody asked.
    items: OnceLock<Option<Arc<[usize]>>>,
}

/// Items of a top-level list that are parsed together: enough to keep both cores busy, few enough to stay small.
const CHUNK: usize = 256;

/// Chunks that stand in memory at a time.
const GROUP: usize = 8;

impl Document {
    /// The whole file as one document.
    pub fn whole(file: &Arc<SourceFile>) -> Self {
        Document::part(file, Span { start: 0, end: file.length() })
    }

    /// The part of a file that holds its front matter.
    pub fn part(file: &Arc<SourceFile>, region: Span) -> Self {
        Document { file: Arc::clone(file), region, items: OnceLock::new() }
    }

    /// The file.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    fn text(&self) -> &str {
        &self.file.text()[self.region.start..self.region.end]
    }

    /// Reads the document as one mapping.
    ///
    /// Faults are pushed to `found`; `None` where the YAML itself is broken.
    pub fn read<T: DeserializeOwned + Default>(&self, found: &mut Vec<Diagnostic>) -> Option<Read<T>> {
        if self.text().trim().is_empty() {
            return Some(Read { value: T::default(), faulty: Vec::new() });
        }
        self.read_part(self.region, found)
    }

    /// Reads the document as a list, some items at a time, and hands each group on with the index of its first item.
    ///
    /// Faults are pushed to `found`. A faulty item is handed on without what is faulty in it.
    pub fn read_list<T: DeserializeOwned + Send>(
        &self,
        found: &mut Vec<Diagnostic>,
        mut each: impl FnMut(usize, Read<Vec<T>>, &mut Vec<Diagnostic>),
    ) {
        match self.items() {
            None if self.is_blank() => {}
            None => {
                if let Some(read) = self.read_part(self.region, found) {
                    each(0, read, found);
                }
            }
            Some(starts) => {
                let ends = starts.iter().step_by(CHUNK).skip(1).copied().chain([self.region.end]);
                let parts: Vec<Span> =
                    starts.iter().step_by(CHUNK).zip(ends).map(|(&start, end)| Span { start, end }).collect();
                for (number, group) in parts.chunks(GROUP).enumerate() {
                    let read = |part: &Span| {
                        let mut found = Vec::new();
                        (self.read_part(*part, &mut found), found)
                    };
                    let read = group.par_iter().map(read).collect::<Vec<_>>();
                    for (part, (read, faults)) in (number * GROUP..).zip(read) {
                        found.extend(faults);
                        if let Some(read) = read {
                            each(part * CHUNK, read, found);
                        }
                    }
                }
            }
        }
    }

    /// Reads the document as a list, groups of items on all cores; what `each` makes of a group comes back in their order.
    ///
    /// Faults are pushed to `found` as by [`read_list`](Self::read_list).
    pub fn read_long_list<T: DeserializeOwned, R: Send>(
        &self,
        found: &mut Vec<Diagnostic>,
        each: impl Fn(usize, Read<Vec<T>>, &mut Vec<Diagnostic>) -> R + Sync,
    ) -> Vec<R> {
        let Some(starts) = self.items() else {
            let whole = (!self.is_blank()).then(|| self.read_part(self.region, found)).flatten();
            return whole.map(|read| each(0, read, found)).into_iter().collect();
        };
        let group = |(number, chunk): (usize, &[usize])| {
            let first = number * CHUNK;
            let end = starts.get(first + chunk.len()).copied().unwrap_or(self.region.end);
            let mut own = Vec::new();
            let read = self.read_part(Span { start: chunk[0], end }, &mut own);
            (read.map(|read| each(first, read, &mut own)), own)
        };
        let groups: Vec<_> = starts.par_chunks(CHUNK).enumerate().map(group).collect();
        let take = |(made, own): (Option<R>, Vec<Diagnostic>)| {
            found.extend(own);
            made
        };
        groups.into_iter().filter_map(take).collect()
    }

    fn is_blank(&self) -> bool {
        self.text().lines().all(|line| line.trim().is_empty() || line.starts_with('#') || line.trim_end() == "---")
    }

    /// Where the items of a top-level block sequence begin; `None` where the document is something else.
    pub fn items(&self) -> Option<Arc<[usize]>> {
        let find = || self.find_items().map(Arc::from);
        match self.region == (Span { start: 0, end: self.file.length() }) {
            true => self.file.items(find),
            false => self.items.get_or_init(find).clone(),
        }
    }

    fn find_items(&self) -> Option<Vec<usize>> {
        let text = self.text();
        let mut starts = Vec::new();
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_end();
            if content == "-" || line.starts_with("- ") {
                starts.push(self.region.start + offset);
            } else if starts.is_empty() && !content.is_empty() && !content.starts_with('#') && content != "---" {
                return None;
            }
            offset += line.len();
        }
        (!starts.is_empty()).then_some(starts)
    }

    /// Reads `part` straight, or leniently where that fails.
    fn read_part<T: DeserializeOwned>(&self, part: Span, found: &mut Vec<Diagnostic>) -> Option<Read<T>> {
        let text = &self.file.text()[part.start..part.end];
        if let Some(value) = plain::read(text) {
            return Some(Read { value, faulty: Vec::new() });
        }
        self.guard(part, found)?;
        match serde_yaml::from_str::<T>(text) {
            Ok(value) => Some(Read { value, faulty: Vec::new() }),
            Err(fault) => self.read_leniently(part, &fault, found),
        }
    }

    fn read_leniently<T: DeserializeOwned>(
        &self,
        part: Span,
        fault: &serde_yaml::Error,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Read<T>> {
        let text = &self.file.text()[part.start..part.end];
        if let Err(broken) = serde_yaml::from_str::<IgnoredAny>(text) {
            found.push(self.syntax_error(part, &broken));
            return None;
        }
        let mut faulty: Vec<Vec<Step>> = Vec::new();
        let mut track = Track::default();
        loop {
            match T::deserialize(Tracked::new(serde_yaml::Deserializer::from_str(text), &track)) {
                // What was wrong was taken otherwise here, such as a key that is a number too large to be one.
                Ok(_) if faulty.is_empty() => {
                    found.push(self.syntax_error(part, fault));
                    return None;
                }
                Ok(value) => return Some(Read { value, faulty }),
                Err(error) => {
                    let failure = track.take_failure(&error.to_string());
                    let span = self.locate_in(part, &failure.path, failure.at);
                    let path = failure.path.clone();
                    found.push(
                        wording::describe(&failure.message, &path, failure.at, self.snippet(span)).at(&self.file, span),
                    );
                    if !track.leave_out(failure.path, failure.at) {
                        return None;
                    }
                    faulty.push(path);
                }
            }
        }
    }

    fn snippet(&self, span: Span) -> &str {
        &self.file.text()[span.start..span.end]
    }

    fn syntax_error(&self, part: Span, error: &serde_yaml::Error) -> Diagnostic {
        let whole = error.to_string();
        let message = whole.split(" at line ").next().unwrap_or(&whole);
        let message = message.split(": ").last().unwrap_or(message);
        if message.contains("more than one document")
            && let Some(span) = self.second_document(part)
        {
            let error = Diagnostic::error("yaml", "a second document begins here, and a file holds one");
            return error
                .at(&self.file, span)
                .hint("take the `---` out, or put what follows it into a file of its own");
        }
        // What is no YAML character at all is found before lines are counted.
        let (message, byte) = match message.split_once(" at position ") {
            Some((message, position)) => (message, position.parse::<usize>().ok()),
            None => (message, None),
        };
        let offset = match (byte, error.location()) {
            (Some(byte), _) => (part.start + byte).min(part.end),
            (None, Some(place)) => self.offset_in(part, place.line(), place.column()),
            (None, None) => part.start,
        };
        let offset = (0..=offset).rev().find(|&at| self.file.text().is_char_boundary(at)).unwrap_or(0);
        if let Some((span, fault)) = slip::before(self.file.text(), offset, message) {
            return Diagnostic::from_fault("yaml", fault).at(&self.file, span);
        }
        let diagnostic = Diagnostic::error("yaml", format!("this is not YAML: {message}"));
        diagnostic.at(&self.file, self.file.scalar_at(offset)).hint(wording::syntax_hint(message))
    }

    /// The mark that ends the first document of several (YAML 1.2.2 §9.2).
    fn second_document(&self, part: Span) -> Option<Span> {
        let (mut start, mut is_begun) = (part.start, false);
        for line in self.snippet(part).split_inclusive('\n') {
            let content = line.trim_end();
            if is_begun && (content == "---" || content.starts_with("--- ")) {
                return Some(Span { start, end: start + "---".len() });
            }
            is_begun |= !content.is_empty() && !content.starts_with('#');
            start += line.len();
        }
        None
    }

    /// The byte offset of a place that the parser counted from the beginning of `part`.
    fn offset_in(&self, part: Span, line: usize, column: usize) -> usize {
        let text = &self.file.text()[part.start..part.end];
        // YAML 1.1 ends lines at more characters than editors do.
        let is_break = |character: char| matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let mut start = 0;
        for _ in 1..line {
            let Some(at) = text[start..].find(is_break) else { return part.end };
            let pair = text[start + at..].starts_with("\r\n");
            start += at + if pair { 2 } else { text[start + at..].chars().next().map_or(1, char::len_utf8) };
        }
        let line = text[start..].split(is_break).next().unwrap_or_default();
        part.start + start + line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
    }

    /// The span of a value or key, found by reading up to it; the region's first line where it is not there.
    pub fn locate(&self, path: &[Step], at: At) -> Span {
        if let (Some(Step::Item(index)), Some(starts)) = (path.first(), self.items())
            && let Some(&start) = starts.get(*index)
        {
            let end = starts.get(index + 1).copied().unwrap_or(self.region.end);
            let inner: Vec<Step> = [&[Step::Item(0)], &path[1..]].concat();
            let part = Span { start, end };
            return match self.file.stretch_on_disk(part) {
                // Of a long list that is not in memory no more is read than this item.
                Some(item) => {
                    let item = Document::whole(&SourceFile::new(self.file.path(), item));
                    let Span { start: from, end: to } = item.locate_in(item.region, &inner, at);
                    Span { start: start + from, end: start + to }
                }
                None => self.locate_in(part, &inner, at),
            };
        }
        self.locate_in(self.region, path, at)
    }

    /// The text of a value as it stands in the source, found by reading up to it; empty where it is not there.
    pub fn written(&self, path: &[Step]) -> &str {
        self.snippet(self.locate(path, At::Value))
    }

    fn locate_in(&self, part: Span, path: &[Step], at: At) -> Span {
        let text = &self.file.text()[part.start..part.end];
        match seek::position(text, path, at) {
            Some((line, column)) => self.file.scalar_at(self.offset_in(part, line, column)),
            None => Span::at(part.start),
        }
    }

    /// Refuses what would cost memory or time out of proportion: aliases and absurd nesting.
    fn guard(&self, part: Span, found: &mut Vec<Diagnostic>) -> Option<()> {
        let mut depth = 0_usize;
        let mut offset = part.start;
        for line in self.file.text()[part.start..part.end].split_inclusive('\n') {
            // A new item: whatever the text of the last one looked like, no brace is open.
            if line.starts_with("- ") {
                depth = 0;
            }
            if let Some((at, message, hint)) = trouble(line, &mut depth) {
                let span = self.file.scalar_at(offset + at);
                found.push(Diagnostic::error("yaml", message).at(&self.file, span).hint(hint));
                return None;
            }
            offset += line.len();
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;
