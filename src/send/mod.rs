//! After the build: what leaves, and what comes back.
//!
//! [`bounces`] reads delivery reports and finds out whose address failed for good.

pub mod bounces;
