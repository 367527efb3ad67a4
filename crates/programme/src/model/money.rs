//! Money: whole minor units and a currency, never a float.

use std::fmt;
use std::str::FromStr;

use source::diagnostic::Fault;

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// No currency at all (ISO 4217).
    pub const NONE: Currency = Currency(*b"XXX");

    /// The three-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency code is three ASCII letters")
    }

    /// How many decimals the currency has (ISO 4217): 2 for most, 0 for yen, won and Icelandic króna.
    pub fn decimals(self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"ISK" | b"CLP" | b"VND" => 0,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Currency([a, b, c])),
            _ => Err(Fault::new(format!("unknown currency `{text}`"))
                .hint("a currency is its three-letter code, like `SEK` or `EUR`")),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({})", self.code())
    }
}

/// An amount as it is written: `"249.00"` in whole units, or `24900` in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    value: i64,
    /// Decimals written after the point; `None` for a bare number of minor units.
    decimals: Option<u32>,
}

impl Amount {
    /// The amount in `currency`.
    ///
    /// # Errors
    /// More decimals than the currency has, or too much money for 64 bits.
    pub fn in_currency(self, currency: Currency) -> Result<Money, Fault> {
        let missing = match self.decimals {
            None => 0,
            Some(written) if written <= currency.decimals() => currency.decimals() - written,
            Some(_) => return Err(Fault::new(format!("{currency} has {} decimals", currency.decimals()))),
        };
        let minor = self.value.checked_mul(10_i64.pow(missing)).ok_or_else(|| Fault::new("the amount is too large"))?;
        Ok(Money { minor, currency })
    }
}

impl FromStr for Amount {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let bad = || {
            Fault::new(format!("`{text}` is not an amount of money"))
                .hint("write it like \"249.00\", or as a whole number of minor units")
        };
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let digits = |part: &str| !part.is_empty() && part.len() <= 15 && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || fraction.is_some_and(|fraction| !digits(fraction) || fraction.len() > 3) {
            return Err(bad());
        }
        let fraction = fraction.unwrap_or_default();
        let value = format!("{whole}{fraction}").parse().map_err(|_| bad())?;
        let decimals = text.contains('.').then_some(fraction.len() as u32);
        Ok(Amount { value, decimals })
    }
}

/// An amount in minor units (öre, cents) of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_i64.pow(self.currency.decimals());
        match self.currency.decimals() {
            0 => write!(f, "{} {}", self.minor, self.currency),
            places => write!(
                f,
                "{}.{:0width$} {}",
                self.minor / unit,
                (self.minor % unit).abs(),
                self.currency,
                width = places as usize
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_exact() {
        let sek = "SEK".parse::<Currency>().expect("a currency");
        let money = |text: &str| text.parse::<Amount>().and_then(|amount| amount.in_currency(sek));
        assert_eq!(money("249.00").expect("fine").minor, 24_900);
        assert_eq!(money("249.5").expect("fine").to_string(), "249.50 SEK");
        assert_eq!(money("24900").expect("fine").minor, 24_900);
        for bad in ["249,00", "-1", "1e3", "", ".5", "1.2345", "NaN", "999999999999999999"] {
            assert!(money(bad).is_err(), "{bad}");
        }
        assert!(money("1.234").is_err(), "SEK has two decimals");
    }
}
