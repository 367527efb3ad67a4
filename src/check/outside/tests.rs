use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use super::*;

/// A web of its own: what each page answers to HEAD and to GET, and a log of what was done.
#[derive(Default)]
struct Small {
    pages: BTreeMap<&'static str, (Reply, Reply)>,
    log: Mutex<Vec<String>>,
}

impl Small {
    fn page(mut self, url: &'static str, head: Reply, get: Reply) -> Self {
        self.pages.insert(url, (head, get));
        self
    }

    fn ask(&self) -> BTreeMap<String, Answer> {
        let links = self.pages.keys().map(|url| ((*url).to_owned(), Vec::new())).collect();
        ask(&links, &|_| false, self, Duration::from_secs(1))
    }
}

impl Web for Small {
    fn ask(&self, method: Method, url: &str) -> Reply {
        self.log.lock().expect("a log").push(format!("{method:?} {url}"));
        let (head, get) = self.pages[url].clone();
        if method == Method::Head { head } else { get }
    }

    fn pause(&self, time: Duration) {
        self.log.lock().expect("a log").push(format!("pause {time:?}"));
    }
}

fn status(status: u16) -> Reply {
    Reply::Status(status)
}

#[test]
fn there_are_three_answers_and_get_has_the_last_word() {
    let web = Small::default()
        .page("https://a.se/fine", status(200), status(500))
        .page("https://b.se/no-head", status(405), status(200))
        .page("https://c.se/gone", status(404), status(410))
        .page("https://d.se/robots", status(403), status(403))
        .page("https://e.se/", Reply::NoHost, Reply::NoHost)
        .page("https://f.se/", Reply::Nothing("refused".into()), status(200))
        .page("https://g.example/", status(200), status(200));
    let answers: Vec<Answer> = web.ask().into_values().collect();
    let broken = |why: &str| Answer::Broken(why.to_owned());
    let unsure = |why: &str| Answer::Unsure(why.to_owned());
    let expected = [
        Answer::Fine,
        Answer::Fine,
        broken("it answers 410"),
        unsure("it answers 403"),
        broken("its host does not exist"),
        unsure("refused"),
        unsure("`g.example` is a name for examples, where nobody answers"),
    ];
    assert_eq!(answers, expected);
    assert!(!web.log.into_inner().expect("a log").iter().any(|line| line.contains("g.example")), "nobody was asked");
}

#[test]
fn a_host_is_asked_one_thing_at_a_time_with_a_pause_between() {
    let web = Small::default()
        .page("https://a.se/1", status(200), status(200))
        .page("https://a.se/2", status(404), status(404))
        .page("https://a.se/3", status(200), status(200));
    web.ask();
    let log = web.log.into_inner().expect("a log");
    let expected = [
        "Head https://a.se/1",
        "pause 1s",
        "Head https://a.se/2",
        "pause 1s",
        "Get https://a.se/2",
        "pause 1s",
        "Head https://a.se/3",
    ];
    assert_eq!(log, expected);
}

#[test]
fn without_a_network_no_link_is_broken() {
    let web = Small::default().page("https://a.se/", Reply::NoHost, Reply::NoHost);
    let answers: Vec<Answer> = web.ask().into_values().collect();
    assert_eq!(answers, [Answer::Unsure("no host at all can be reached".to_owned())]);
}
