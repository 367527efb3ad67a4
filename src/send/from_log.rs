//! What the log of a relay says about messages in doubt: whether it has taken them.

use std::collections::{HashMap, HashSet};

/// What a log says about one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// It was taken: it stood in the queue.
    Taken,
    /// It was begun and thrown away: it never stood in the queue.
    Dropped,
}

/// What a log of Postfix or Exim says about the messages with these ids (without brackets); nothing about those it does not name.
pub fn read<'i>(log: &str, ids: &HashSet<&'i str>) -> HashMap<&'i str, Trace> {
    let mut queue_ids: HashMap<&str, &'i str> = HashMap::new();
    let mut traces = HashMap::new();
    for line in log.lines() {
        if let Some((queue_id, id)) = postfix_begun(line) {
            match ids.get(id) {
                Some(&id) => {
                    queue_ids.insert(queue_id, id);
                    traces.entry(id).or_insert(Trace::Dropped);
                }
                // Postfix gives a queue id again as soon as it is free.
                None => _ = queue_ids.remove(queue_id),
            }
        } else if let Some(id) = postfix_queued(line).and_then(|queue_id| queue_ids.get(queue_id)) {
            traces.insert(*id, Trace::Taken);
        } else if let Some(&id) = exim_taken(line).and_then(|id| ids.get(id)) {
            traces.insert(id, Trace::Taken);
        }
    }
    traces
}

/// `… postfix/cleanup[7]: 4Xy9: message-id=<id>`
fn postfix_begun(line: &str) -> Option<(&str, &str)> {
    let (head, id) = line.split_once(": message-id=<")?;
    Some((queue_id(head)?, id.split('>').next()?))
}

/// `… postfix/qmgr[7]: 4Xy9: from=<…>, size=…, nrcpt=1 (queue active)`
fn postfix_queued(line: &str) -> Option<&str> {
    let (head, _) = line.split_once(": from=<").filter(|_| line.ends_with("(queue active)"))?;
    queue_id(head)
}

fn queue_id(head: &str) -> Option<&str> {
    let (_, id) = head.rsplit_once(": ")?;
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(id)
}

/// `… 1tXy9-0000-aa <= sender H=… id=the-id …`
fn exim_taken(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(" <= ")?;
    rest.split(' ').find_map(|word| word.strip_prefix("id="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_stood_in_the_queue_was_taken() {
        let log = "\
            Nov 21 22:00:01 mail postfix/smtpd[1]: connect from localhost[127.0.0.1]\n\
            Nov 21 22:00:01 mail postfix/cleanup[2]: 4Xy9: message-id=<one@ek.example>\n\
            Nov 21 22:00:01 mail postfix/qmgr[3]: 4Xy9: from=<hej@ek.example>, size=900, nrcpt=1 (queue active)\n\
            Nov 21 22:00:02 mail postfix/cleanup[2]: 5Ab1: message-id=<two@ek.example>\n\
            Nov 21 22:00:02 mail postfix/smtpd[1]: lost connection after DATA from localhost[127.0.0.1]\n\
            Nov 21 22:00:02 mail postfix/cleanup[2]: 5Ab1: message-id=<stranger@x.example>\n\
            Nov 21 22:00:02 mail postfix/qmgr[3]: 5Ab1: from=<x@x.example>, size=900, nrcpt=1 (queue active)\n\
            2026-11-21 22:00:03 1tXy9-0001-aa <= hej@ek.example H=(x) [::1] P=esmtp S=900 id=three@ek.example\n";
        let ids = HashSet::from(["one@ek.example", "two@ek.example", "three@ek.example", "four@ek.example"]);
        let traces = read(log, &ids);
        assert_eq!(traces.get("one@ek.example"), Some(&Trace::Taken));
        assert_eq!(traces.get("two@ek.example"), Some(&Trace::Dropped));
        assert_eq!(traces.get("three@ek.example"), Some(&Trace::Taken));
        assert_eq!(traces.get("four@ek.example"), None);
    }
}
