//! The parts of the screen that can look different.

macro_rules! roles {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)*) => {
        /// A part of the screen that a theme gives a style.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Role {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in theme files.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

roles! {
    /// Text, and the ground of everything.
    Text = "text";
    /// Text that matters less.
    Muted = "muted";
    /// The title of a pane or a layer.
    Title = "title";
    /// The heading of a column or of a day.
    Heading = "heading";
    /// Borders.
    Border = "border";
    /// The border of what has the keys.
    BorderFocused = "border_focused";
    /// The names of the panes at the top.
    Tab = "tab";
    /// The name of the pane that is shown.
    TabActive = "tab_active";
    /// The status line.
    Status = "status";
    /// A key in the hint bar, in help and in the palette.
    HintKey = "hint_key";
    /// What a key does, in the hint bar.
    Hint = "hint";
    /// The selected row, where the keys go.
    Selected = "selected";
    /// The selected row of a pane that does not have the keys.
    SelectedUnfocused = "selected_unfocused";
    /// The sign before a selected or marked row.
    Marker = "marker";
    /// Today.
    Today = "today";
    /// What conflicts with another meeting.
    Conflict = "conflict";
    /// An error.
    Error = "error";
    /// A warning.
    Warning = "warning";
    /// Something that was done.
    Success = "success";
    /// Something worth knowing.
    Info = "info";
    /// A field of a form.
    Field = "field";
    /// The field that is typed into.
    FieldFocused = "field_focused";
    /// The name of a field.
    FieldLabel = "field_label";
    /// What stands in an empty field.
    Placeholder = "placeholder";
    /// A choice of a question.
    Button = "button";
    /// The choice that Enter takes.
    ButtonFocused = "button_focused";
    /// Letters that a search found.
    Match = "match";
    /// A meeting's draft.
    StateDraft = "state_draft";
    /// A submitted meeting.
    StateSubmitted = "state_submitted";
    /// An approved meeting.
    StateApproved = "state_approved";
    /// A rejected meeting.
    StateRejected = "state_rejected";
    /// An issued meeting.
    StateIssued = "state_issued";
    /// A postponed meeting.
    StatePostponed = "state_postponed";
    /// A cancelled meeting.
    StateCancelled = "state_cancelled";
    /// A concluded meeting.
    StateConcluded = "state_concluded";
    /// A message that waits.
    MailQueued = "mail_queued";
    /// A message on its way.
    MailSending = "mail_sending";
    /// A message that arrived at the relay.
    MailSent = "mail_sent";
    /// A message that is tried again.
    MailDeferred = "mail_deferred";
    /// A message that cannot be sent.
    MailFailed = "mail_failed";
    /// A message that is held.
    MailHeld = "mail_held";
    /// A message that is not sent any more.
    MailDropped = "mail_dropped";
    /// The sign before what others have changed and nobody here has looked at.
    News = "news";
    /// Numbers: counts, times, numbers of documents.
    Number = "number";
    /// Codes: of units, meetings and messages.
    Code = "code";
}
