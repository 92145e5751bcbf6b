//! placeholder until merged
use super::expr::Unit;
pub fn lower(_text: &str) -> Result<Unit, String> { Err("x".into()) }
