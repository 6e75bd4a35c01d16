//! What the `__init__`s of a project's classes hand on to the class that they derive from.

use super::World;
use super::classes::MAX_BASES;
use crate::django::value::Call;

impl World {
    /// The call that the `__init__`s of the project's classes make of one, to the first class that is not the project's; `None` where none of them has one, and an
    /// error where what one does is not followed.
    #[must_use]
    pub fn handed_on(&self, call: &Call) -> Option<Result<Call, ()>> {
        let mut call = call.clone();
        let mut own = false;
        for _ in 0..MAX_BASES {
            let Some((namespace, name)) = self.definition(&call.callee) else {
                break;
            };
            let mut evaluator = namespace.evaluator(self, &[]);
            let class = evaluator.class(&name)?;
            match evaluator.super_arguments(class, &call) {
                Some(Ok((args, kwargs))) => {
                    own = true;
                    (call.args, call.kwargs) = (args, kwargs);
                }
                Some(Err(())) => return Some(Err(())),
                None => {}
            }
            let bases = evaluator.bases(class);
            let chosen = bases
                .iter()
                .find(|base| base.starts_with("django.") || self.definition(base).is_some());
            call.callee.clone_from(chosen.or_else(|| bases.first())?);
        }
        own.then_some(Ok(call))
    }
}
