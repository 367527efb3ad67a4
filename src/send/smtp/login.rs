//! Logging in (RFC 4954): what is said, step by step.

use data_encoding::BASE64;

use super::relay::{Login, Mechanism};

/// The way to log in: the one that is asked for, else the first that is offered; `None` where there is none.
pub fn choose(login: &Login, offered: &[Mechanism]) -> Option<Mechanism> {
    let wanted = |mechanism: &Mechanism| login.mechanism.is_none_or(|wanted| wanted == *mechanism);
    Mechanism::ALL.into_iter().filter(wanted).find(|mechanism| offered.contains(mechanism))
}

/// The command, and what answers each 334 that follows it.
pub fn steps(login: &Login, mechanism: Mechanism) -> (String, Vec<String>) {
    let Login { user, secret, .. } = login;
    let encoded = |text: &str| BASE64.encode(text.as_bytes());
    match mechanism {
        Mechanism::Plain => (format!("AUTH PLAIN {}", encoded(&format!("\0{user}\0{secret}"))), Vec::new()),
        Mechanism::Login => ("AUTH LOGIN".to_owned(), vec![encoded(user), encoded(secret)]),
        Mechanism::Xoauth2 => {
            let token = format!("user={user}\u{1}auth=Bearer {secret}\u{1}\u{1}");
            // A refusal comes as a 334 with its reason, and wants an empty line before the 535.
            (format!("AUTH XOAUTH2 {}", encoded(&token)), vec![String::new()])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_only_sent_where_it_is_asked_for_or_nothing_else_is_offered() {
        let login = |mechanism| Login { user: "u".into(), secret: "s".into(), mechanism };
        let all = [Mechanism::Xoauth2, Mechanism::Login, Mechanism::Plain];
        assert_eq!(choose(&login(None), &all), Some(Mechanism::Plain));
        assert_eq!(choose(&login(Some(Mechanism::Xoauth2)), &all), Some(Mechanism::Xoauth2));
        assert_eq!(choose(&login(None), &all[..1]), Some(Mechanism::Xoauth2));
        assert_eq!(choose(&login(Some(Mechanism::Plain)), &all[..2]), None);
        assert_eq!(steps(&login(None), Mechanism::Plain).0, "AUTH PLAIN AHUAcw==");
        assert_eq!(steps(&login(None), Mechanism::Login).1, ["dQ==", "cw=="]);
    }
}
