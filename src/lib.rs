//! bevara.
pub mod diagnostic;
pub mod model;
pub mod plan;
pub mod source;
