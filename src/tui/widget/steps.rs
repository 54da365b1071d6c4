//! What one undo takes back: a word as it was typed, not a letter.

/// What was done last, as far as it decides whether the next change belongs to the same step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Run {
    /// Nothing that could go on.
    #[default]
    Over,
    /// Letters, or the white space behind them.
    Typing { white: bool },
    /// Backspaces; whether they took white space, and whether they came right after typing.
    Erasing { white: bool, after_typing: bool },
    /// Deletions to the right.
    Deleting,
}

/// The changes of a field, gathered into steps. Counts only; the changes themselves are with the editing buffer.
#[derive(Debug, Clone, Default)]
pub(super) struct Steps {
    done: Vec<usize>,
    undone: Vec<usize>,
    run: Run,
}

impl Steps {
    /// A character was typed. It goes with the word it belongs to.
    ///
    /// Input methods rewrite a word by backspaces and letters: backspaces that took nothing but letters, and the letters
    /// that follow them, belong to the typing before.
    pub(super) fn typed(&mut self, white: bool) {
        let goes_on = match self.run {
            Run::Typing { white: before } => white || !before,
            Run::Erasing { white: took, after_typing } => {
                if !took && after_typing {
                    self.join();
                }
                !took
            }
            Run::Over | Run::Deleting => false,
        };
        self.add(1, goes_on);
        self.run = Run::Typing { white };
    }

    /// Something was taken back by Backspace. `white`: it was white space.
    pub(super) fn erased(&mut self, white: bool) {
        let (goes_on, run) = match self.run {
            Run::Erasing { white: before, after_typing } => (true, Run::Erasing { white: before || white, after_typing }),
            before => (false, Run::Erasing { white, after_typing: matches!(before, Run::Typing { .. }) }),
        };
        self.add(1, goes_on);
        self.run = run;
    }

    /// Something to the right was deleted.
    pub(super) fn deleted(&mut self) {
        self.add(1, self.run == Run::Deleting);
        self.run = Run::Deleting;
    }

    /// Something was changed that is a step of its own, by so many edits.
    pub(super) fn changed(&mut self, edits: usize) {
        self.add(edits, false);
        self.run = Run::Over;
    }

    /// The caret went elsewhere: what is typed there is another step.
    pub(super) fn moved(&mut self) {
        self.run = Run::Over;
    }

    /// The edits of the last step, to be taken back.
    pub(super) fn undo(&mut self) -> Option<usize> {
        self.run = Run::Over;
        let edits = self.done.pop()?;
        self.undone.push(edits);
        Some(edits)
    }

    /// The edits of the step taken back last, to be done again.
    pub(super) fn redo(&mut self) -> Option<usize> {
        self.run = Run::Over;
        let edits = self.undone.pop()?;
        self.done.push(edits);
        Some(edits)
    }

    fn add(&mut self, edits: usize, goes_on: bool) {
        self.undone.clear();
        match self.done.last_mut().filter(|_| goes_on) {
            Some(last) => *last += edits,
            None => self.done.push(edits),
        }
    }

    /// Makes one step of the last two.
    fn join(&mut self) {
        if let Some(last) = self.done.pop() {
            self.add(last, true);
        }
    }
}
