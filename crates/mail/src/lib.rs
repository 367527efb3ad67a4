//! Electronic mail: addresses, messages, signatures, the way to a relay, and the reports that come back.
//!
//! A message goes through [`mime`] (its parts), [`header`] (its fields) and [`quoted_printable`] (its texts); the same values give
//! the same octets, always. [`dkim`] signs what leaves, [`smtp`] hands it to a relay and knows the phase in which something failed,
//! [`mbox`] writes it into a file, and [`report`] reads delivery reports. [`dns`] looks up what receivers
//! look up.

pub mod address;
pub mod clock;
pub mod dkim;
pub mod dns;
pub mod header;
pub mod mbox;
pub mod media_type;
pub mod mime;
pub mod quoted_printable;
pub mod report;
pub mod smtp;
