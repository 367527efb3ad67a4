//! Where mail is handed over: `smtps://user:password@host:465`, `smtp://host:25`, `smtp://host?tls=required`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use url::Url;

use super::login::{Login, WAYS};
use source::diagnostic::{Fault, did_you_mean};

/// How a connection is kept from listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first octet (RFC 8314).
    Implicit,
    /// STARTTLS before anything else (RFC 3207), or nothing is sent.
    Required,
    /// In the clear.
    None,
}

/// A relay, and how to talk to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relay {
    /// Its name or address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from listeners.
    pub security: Security,
    /// Who logs in, if anybody.
    pub login: Option<Login>,
    /// The name to greet with, where it is given; else this machine's address (RFC 5321 §4.1.4).
    pub hello: Option<String>,
}

/// What may stand after the `?`.
const OPTIONS: [&str; 4] = ["tls", "auth", "hello", "insecure"];

impl FromStr for Relay {
    type Err = Fault;

    /// Reads a URL; what is said about a bad one never holds its password.
    fn from_str(text: &str) -> Result<Self, Fault> {
        const FORM: &str = "write it like smtps://user:password@smtp.example.org:465 or smtp://localhost:1025";
        let url = Url::parse(text.trim()).map_err(|error| Fault::new(format!("it is no URL: {error}")).hint(FORM))?;
        let implicit = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            other => return Err(Fault::new(format!("`{other}` is no way to send mail")).hint(FORM)),
        };
        let host =
            url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| Fault::new("it names no host").hint(FORM))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(Fault::new("something stands after the host")
                .hint("a `/`, `?` or `#` in a password is written %2F, %3F, %23"));
        }
        let options = options(&url)?;
        let option = |name: &str| options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let security = security(implicit, &host, option("tls"), option("insecure"))?;
        let login = login(&url, option("auth"))?;
        let usual = match (implicit, &login) {
            (true, _) => 465,
            (false, Some(_)) => 587,
            (false, None) => 25,
        };
        Ok(Relay {
            port: url.port().unwrap_or(usual),
            host,
            security,
            login,
            hello: option("hello").map(hello).transpose()?,
        })
    }
}

fn options(url: &Url) -> Result<Vec<(String, String)>, Fault> {
    let pairs: Vec<(String, String)> =
        url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    for (name, _) in &pairs {
        if !OPTIONS.contains(&name.as_str()) {
            let hint = did_you_mean(name, OPTIONS).unwrap_or_else(|| format!("known: {}", OPTIONS.join(", ")));
            return Err(Fault::new(format!("unknown option `{name}`")).hint(hint));
        }
    }
    Ok(pairs)
}

impl Relay {
    /// True where it is this machine, so that nothing leaves it.
    pub fn is_on_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

/// In the clear only to this machine, unless somebody says in so many words that the way there is safe.
fn security(implicit: bool, host: &str, tls: Option<&str>, insecure: Option<&str>) -> Result<Security, Fault> {
    match (implicit, tls) {
        (true, None | Some("required")) => Ok(Security::Implicit),
        (true, Some(_)) => {
            Err(Fault::new("smtps:// is TLS from the beginning").hint("leave `tls=` out, or write smtp://"))
        }
        (false, Some("required")) => Ok(Security::Required),
        (false, None) if is_loopback(host) => Ok(Security::None),
        (false, None) => Ok(Security::Required),
        (false, Some("none")) if is_loopback(host) || insecure == Some("yes") => Ok(Security::None),
        (false, Some("none")) => Err(Fault::new(format!("mail to {host} would travel in the clear"))
            .hint("leave `tls=none` out; in a network that nobody else listens to, write ?tls=none&insecure=yes")),
        (false, Some(other)) => {
            Err(Fault::new(format!("unknown value `{other}` of `tls`")).hint("one of required, none"))
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn login(url: &Url, auth: Option<&str>) -> Result<Option<Login>, Fault> {
    let decoded = |text: &str, what: &str| {
        let text = percent_decode_str(text).decode_utf8();
        let text = text.map_err(|_| Fault::new(format!("the {what} is not UTF-8")))?;
        match text.contains(char::is_control) {
            true => Err(Fault::new(format!("the {what} holds a control character"))),
            false => Ok(text.into_owned()),
        }
    };
    let mechanism = auth.map(|name| {
        let found = WAYS.into_iter().find(|way| way.to_string().eq_ignore_ascii_case(name));
        found
            .ok_or_else(|| Fault::new(format!("unknown value `{name}` of `auth`")).hint("one of plain, login, xoauth2"))
    });
    let mechanism = mechanism.transpose()?;
    match (url.username(), url.password()) {
        ("", None) if mechanism.is_none() => Ok(None),
        ("", None) => Err(Fault::new("`auth` without a user").hint("write smtp://user:password@host")),
        ("", Some(_)) => Err(Fault::new("a password without a user")),
        (_, None) => Err(Fault::new("a user without a password")),
        (user, Some(secret)) => {
            Ok(Some(Login { user: decoded(user, "user")?, secret: decoded(secret, "password")?, mechanism }))
        }
    }
}

fn hello(name: &str) -> Result<String, Fault> {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte);
    match !name.is_empty() && name.bytes().all(fine) {
        true => Ok(name.to_owned()),
        false => {
            Err(Fault::new(format!("`{name}` is no name to greet with")).hint("the name of this machine in the DNS"))
        }
    }
}

impl fmt::Display for Relay {
    /// The relay without its password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.security == Security::Implicit { "smtps" } else { "smtp" };
        write!(f, "{scheme}://")?;
        if let Some(login) = &self.login {
            write!(f, "{}@", login.user)?;
        }
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lettre::transport::smtp::authentication::Mechanism;

    fn relay(text: &str) -> Relay {
        text.parse().unwrap_or_else(|fault: Fault| panic!("{text}: {fault}"))
    }

    #[test]
    fn off_this_machine_nothing_travels_in_the_clear_unless_it_is_said() {
        assert_eq!(relay("smtp://127.0.0.1:2525").security, Security::None);
        assert_eq!(relay("smtp://[::1]:2525").security, Security::None);
        assert_eq!(relay("smtp://localhost?tls=required").security, Security::Required);
        assert_eq!(relay("smtp://relay.example").security, Security::Required);
        assert_eq!(relay("smtps://relay.example").security, Security::Implicit);
        assert!("smtp://relay.example?tls=none".parse::<Relay>().is_err());
        assert!("smtp://localhost.example?tls=none".parse::<Relay>().is_err());
        assert_eq!(relay("smtp://catcher:1025?tls=none&insecure=yes").security, Security::None);
    }

    #[test]
    fn ports_are_the_usual_ones_and_secrets_are_decoded_and_never_shown() {
        assert_eq!((relay("smtp://localhost").port, relay("smtps://relay.example").port), (25, 465));
        let relay = relay("smtp://anna%40firm.example:p%2Fw%3F@relay.example?auth=login");
        assert_eq!((relay.port, relay.to_string().as_str()), (587, "smtp://anna@firm.example@relay.example:587"));
        let login = relay.login.expect("a login");
        assert_eq!((login.secret.as_str(), login.mechanism), ("p/w?", Some(Mechanism::Login)));
        assert!(!format!("{login:?}").contains("p/w"));
    }

    #[test]
    fn a_bad_url_says_what_is_wrong() {
        for (url, message) in [
            ("relay.example", "it is no URL"),
            ("http://relay.example", "`http` is no way to send mail"),
            ("smtp://", "it names no host"),
            ("smtp://relay.example/x", "something stands after the host"),
            ("smtp://relay.example?tsl=none", "unknown option `tsl`"),
            ("smtp://relay.example?tls=maybe", "unknown value `maybe` of `tls`"),
            ("smtps://relay.example?tls=none", "smtps:// is TLS from the beginning"),
            ("smtp://user@relay.example", "a user without a password"),
            ("smtp://u:a%0Db@relay.example", "the password holds a control character"),
            ("smtp://localhost?auth=gssapi", "unknown value `gssapi` of `auth`"),
        ] {
            let fault = url.parse::<Relay>().expect_err(url);
            assert!(fault.message.contains(message), "{url}: {}", fault.message);
        }
    }
}
