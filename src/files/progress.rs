//! How far a run is: counts that its threads raise, for somebody who waits.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts of a run that is under way.
#[derive(Debug, Default)]
pub struct Progress {
    files: AtomicUsize,
}

impl Progress {
    /// Counts one more file that the walk has seen.
    pub fn saw_file(&self) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    /// Files seen so far.
    pub fn files(&self) -> usize {
        self.files.load(Ordering::Relaxed)
    }
}
