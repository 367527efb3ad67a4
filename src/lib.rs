//! bevara.
pub mod diagnostic;
pub mod model;
pub mod render;
pub mod source;
