//! Logging in (RFC 4954): which way, and what answers a challenge.

use std::fmt;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::Auth;

use super::offers::Offers;
use super::reply::Reply;

/// Who logs in, and with what.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The account.
    pub user: String,
    /// The password or token.
    pub secret: String,
    /// The way, where it is given.
    pub mechanism: Option<Mechanism>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// The ways in the order in which they are tried; a token is only sent where it is asked for by name or nothing else is offered.
pub const WAYS: [Mechanism; 3] = [Mechanism::Plain, Mechanism::Login, Mechanism::Xoauth2];

/// The way to log in: the one that is asked for, else the first that is offered; `None` where there is none.
pub fn choose(login: &Login, offers: &Offers) -> Option<Mechanism> {
    match login.mechanism {
        Some(wanted) => offers.first_of(&[wanted]),
        None => offers.first_of(&WAYS),
    }
}

/// The first command; `None` where a secret cannot be sent this way.
pub fn begin(login: &Login, mechanism: Mechanism) -> Option<String> {
    Auth::new(mechanism, credentials(login), None).ok().map(|auth| auth.to_string())
}

/// What answers a challenge; `None` where nobody knows what is asked.
pub fn answer(login: &Login, mechanism: Mechanism, challenge: &Reply) -> Option<String> {
    match mechanism {
        // A refusal comes with its reason as a challenge, and wants an empty line before it is one.
        Mechanism::Plain | Mechanism::Xoauth2 => Some("\r\n".to_owned()),
        Mechanism::Login => {
            let auth = Auth::new_from_response(mechanism, credentials(login), challenge.response());
            auth.ok().map(|auth| auth.to_string())
        }
    }
}

fn credentials(login: &Login) -> Credentials {
    Credentials::new(login.user.clone(), login.secret.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers(mechanisms: &str) -> Offers {
        let mut reading = super::super::reply::Reading::default();
        reading.line(b"250-relay.example").expect("good");
        let reply = reading.line(format!("250 AUTH {mechanisms}").as_bytes()).expect("good").expect("whole");
        Offers::of(&reply)
    }

    #[test]
    fn a_token_is_only_sent_where_it_is_asked_for_or_nothing_else_is_offered() {
        let login = |mechanism| Login { user: "u".into(), secret: "s".into(), mechanism };
        let all = offers("XOAUTH2 LOGIN PLAIN");
        assert_eq!(choose(&login(None), &all), Some(Mechanism::Plain));
        assert_eq!(choose(&login(Some(Mechanism::Xoauth2)), &all), Some(Mechanism::Xoauth2));
        assert_eq!(choose(&login(None), &offers("XOAUTH2")), Some(Mechanism::Xoauth2));
        assert_eq!(choose(&login(Some(Mechanism::Plain)), &offers("XOAUTH2 LOGIN")), None);
        assert_eq!(begin(&login(None), Mechanism::Plain).as_deref(), Some("AUTH PLAIN AHUAcw==\r\n"));
        assert_eq!(begin(&login(None), Mechanism::Login).as_deref(), Some("AUTH LOGIN\r\n"));
        let challenge = Reply::in_our_words(334, "UGFzc3dvcmQ6").expect("a code");
        assert_eq!(answer(&login(None), Mechanism::Login, &challenge).as_deref(), Some("cw==\r\n"));
    }
}
