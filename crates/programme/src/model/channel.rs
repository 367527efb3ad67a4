//! How a message travels (R12).

use source::words;

words! {
    /// How a mailing travels (R12).
    Channel, "channel" {
        /// By e-mail.
        Email = "email",
        /// On paper.
        Post = "post",
        /// As each contact prefers; by e-mail where they do not say and have an address.
        Preferred = "preferred",
    }
}
