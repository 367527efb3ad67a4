//! How people say that they want no more mail, in the languages that we write.

/// Beginnings and phrases, in lower case.
const PHRASES: [&str; 46] = [
    // English
    "unsubscribe",
    "opt out",
    "opt-out",
    "remove me",
    "take me off",
    "stop sending",
    "stop emailing",
    "no more emails",
    "no more mail",
    // Swedish
    "avregistrera",
    "avprenumerera",
    "avsluta prenumeration",
    "ta bort mig",
    "inga fler mejl",
    "inga fler mail",
    "inga fler utskick",
    "sluta skicka",
    // Norwegian
    "meld meg av",
    "meld meg ut",
    "avmeld",
    "fjern meg",
    "ikke flere e-post",
    "slutt å sende",
    // Danish
    "afmeld",
    "frameld",
    "fjern mig",
    "slet mig",
    "ikke flere mails",
    "stop med at sende",
    // Finnish
    "peruuta tilau",
    "peruuttaa tilau",
    "poista minut",
    "poistakaa minut",
    "poistaa minut",
    "lopettakaa",
    "en halua enää",
    // Estonian
    "eemaldage mind",
    "eemalda mind",
    "loobun",
    "tühista tellimus",
    "ei soovi enam",
    // German
    "abmelden",
    "abbestellen",
    "austragen",
    "aus dem verteiler",
    "keine weiteren mails",
];

/// Lines of a message that are looked at: whoever wants off says so at once.
const LINES: usize = 12;

/// The line that reads like an opt-out, of the subject or of the writer's own words; quoted lines are somebody else's.
pub fn found(subject: &str, body: &str) -> Option<String> {
    let own = body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('>')).take(LINES);
    let line = std::iter::once(subject).chain(own).find(|line| {
        let small = line.to_lowercase();
        PHRASES.iter().any(|phrase| small.contains(phrase))
    })?;
    Some(line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect())
}
