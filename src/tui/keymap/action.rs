//! Everything the screen can do. Keymaps, the hint bar, help, the palette, `lichhop keys` and `docs/keys.md` are all made of
//! this one table, so that none of them can lie.

use crate::i18n::Lang;

/// Where an action can be done, and where its keys hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere but in layers.
    App,
    /// In every list and every text that scrolls.
    List,
    /// The week.
    Week,
    /// The list of meetings.
    Meetings,
    /// Where a meeting is selected.
    Meeting,
    /// The tree of units.
    Units,
    /// The outbox.
    Outbox,
    /// Any layer on top.
    Layer,
    /// A form.
    Form,
    /// A field that text is typed into.
    Text,
    /// The list of units to choose from.
    Picker,
    /// A question.
    Confirm,
    /// The preview of an invitation.
    Preview,
    /// What was typed beside what others have changed.
    Comparison,
}

impl Scope {
    /// All of them, in the order of the reference.
    pub const ALL: [Self; 14] = [
        Self::App,
        Self::List,
        Self::Week,
        Self::Meetings,
        Self::Meeting,
        Self::Units,
        Self::Outbox,
        Self::Layer,
        Self::Form,
        Self::Text,
        Self::Picker,
        Self::Confirm,
        Self::Preview,
        Self::Comparison,
    ];

    /// The name in keymap files and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::List => "list",
            Self::Week => "week",
            Self::Meetings => "meetings",
            Self::Meeting => "meeting",
            Self::Units => "units",
            Self::Outbox => "outbox",
            Self::Layer => "layer",
            Self::Form => "form",
            Self::Text => "text",
            Self::Picker => "picker",
            Self::Confirm => "confirm",
            Self::Preview => "preview",
            Self::Comparison => "comparison",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::App => lang.pick("Ứng dụng", "Application"),
            Self::List => lang.pick("Danh sách", "Lists"),
            Self::Week => lang.pick("Lịch tuần", "Week"),
            Self::Meetings => lang.pick("Danh sách cuộc họp", "List of meetings"),
            Self::Meeting => lang.pick("Cuộc họp đang chọn", "Selected meeting"),
            Self::Units => lang.pick("Đơn vị", "Units"),
            Self::Outbox => lang.pick("Hộp thư đi", "Outbox"),
            Self::Layer => lang.pick("Cửa sổ phía trên", "Any layer"),
            Self::Form => lang.pick("Biểu mẫu", "Form"),
            Self::Text => lang.pick("Ô nhập chữ", "Text field"),
            Self::Picker => lang.pick("Chọn đơn vị", "Choosing units"),
            Self::Confirm => lang.pick("Xác nhận", "Question"),
            Self::Preview => lang.pick("Xem trước giấy mời", "Preview"),
            Self::Comparison => lang.pick("So sánh thay đổi", "Comparing changes"),
        }
    }

    /// Whether text is typed there, so that no letter alone may be a shortcut.
    #[must_use]
    pub fn is_typed_into(self) -> bool {
        matches!(self, Self::Layer | Self::Form | Self::Text | Self::Picker)
    }

    /// The scopes that this one lies over: what they offer can be done here too.
    #[must_use]
    pub fn lies_over(self) -> &'static [Self] {
        match self {
            Self::App | Self::List => &[],
            Self::Layer => &[Self::List],
            Self::Week | Self::Meetings | Self::Meeting | Self::Units | Self::Outbox => &[Self::List, Self::App],
            Self::Form | Self::Confirm | Self::Picker | Self::Comparison => &[Self::List, Self::Layer],
            Self::Text => &[Self::Form, Self::List, Self::Layer],
            Self::Preview => &[Self::Confirm, Self::List, Self::Layer],
        }
    }

    /// Whether keys of this scope can do an action.
    #[must_use]
    pub fn offers(self, action: Action) -> bool {
        action.scope() == self || self.lies_over().contains(&action.scope())
    }
}

macro_rules! actions {
    ($($variant:ident = $name:literal in $scope:ident: $vi:literal, $en:literal;)*) => {
        /// Something the screen can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $en] $variant,)*
        }

        impl Action {
            /// All of them, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name in keymap files and JSON.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Where it can be done.
            #[must_use]
            pub fn scope(self) -> Scope {
                match self { $(Self::$variant => Scope::$scope,)* }
            }

            /// What people call it; no two have the same title in a language.
            #[must_use]
            pub fn title(self, lang: Lang) -> &'static str {
                match self { $(Self::$variant => lang.pick($vi, $en),)* }
            }
        }
    };
}

actions! {
    Quit = "app.quit" in App: "Thoát, hoặc trở về", "Quit, or go back";
    Help = "app.help" in App: "Trợ giúp phím", "Help on keys";
    Palette = "app.palette" in App: "Bảng lệnh", "Command palette";
    Notices = "app.notices" in App: "Xem các thông báo", "Show notices";
    Legend = "app.legend" in App: "Ý nghĩa các ký hiệu", "What the signs mean";
    Suspend = "app.suspend" in App: "Tạm dừng về dòng lệnh", "Suspend to the shell";
    Redraw = "app.redraw" in App: "Vẽ lại màn hình", "Redraw the screen";
    PaneWeek = "pane.week" in App: "Mở lịch tuần", "Go to the week";
    PaneMeetings = "pane.meetings" in App: "Mở danh sách cuộc họp", "Go to the meetings";
    PaneUnits = "pane.units" in App: "Mở danh sách đơn vị", "Go to the units";
    PaneOutbox = "pane.outbox" in App: "Mở hộp thư đi", "Go to the outbox";
    PaneNext = "pane.next" in App: "Sang khung tiếp theo", "Next pane";
    PanePrevious = "pane.previous" in App: "Về khung trước", "Previous pane";
    MeetingNew = "meeting.new" in App: "Đăng ký cuộc họp mới", "Register a new meeting";
    ThemeNext = "theme.next" in App: "Đổi giao diện màu", "Change the theme";
    OutboxFlush = "outbox.flush" in App: "Gửi ngay những thư đến hạn", "Send what is due now";

    Down = "list.down" in List: "Xuống một dòng", "Down";
    Up = "list.up" in List: "Lên một dòng", "Up";
    PageDown = "list.page_down" in List: "Xuống một trang", "Page down";
    PageUp = "list.page_up" in List: "Lên một trang", "Page up";
    First = "list.first" in List: "Lên đầu", "To the first";
    Last = "list.last" in List: "Đến cuối", "To the last";
    DetailDown = "detail.down" in List: "Cuộn phần chi tiết xuống", "Scroll the details down";
    DetailUp = "detail.up" in List: "Cuộn phần chi tiết lên", "Scroll the details up";

    WeekNext = "week.next" in Week: "Tuần sau", "Next week";
    WeekPrevious = "week.previous" in Week: "Tuần trước", "Previous week";
    WeekToday = "week.today" in Week: "Về hôm nay", "Back to today";
    DayNext = "week.day_next" in Week: "Đến ngày sau", "To the next day";
    DayPrevious = "week.day_previous" in Week: "Về ngày trước", "To the previous day";

    MeetingsSearch = "meetings.search" in Meetings: "Tìm cuộc họp", "Search meetings";
    MeetingsFilter = "meetings.filter" in Meetings: "Lọc cuộc họp theo trạng thái", "Filter meetings by state";
    MeetingsClear = "meetings.clear" in Meetings: "Bỏ tìm và lọc cuộc họp", "Clear search and filter of meetings";

    MeetingShow = "meeting.show" in Meeting: "Xem toàn bộ cuộc họp", "Show the whole meeting";
    MeetingEdit = "meeting.edit" in Meeting: "Sửa cuộc họp", "Edit the meeting";
    MeetingSubmit = "meeting.submit" in Meeting: "Trình cuộc họp để duyệt", "Submit for approval";
    MeetingApprove = "meeting.approve" in Meeting: "Duyệt cuộc họp", "Approve the meeting";
    MeetingReturn = "meeting.return" in Meeting: "Trả lại để sửa", "Return for changes";
    MeetingReject = "meeting.reject" in Meeting: "Từ chối cuộc họp", "Reject the meeting";
    MeetingPreview = "meeting.preview" in Meeting: "Xem trước giấy mời", "Preview the invitation";
    MeetingIssue = "meeting.issue" in Meeting: "Phát hành giấy mời", "Issue the invitation";
    MeetingReschedule = "meeting.reschedule" in Meeting: "Đổi lịch họp đã mời", "Reschedule the meeting";
    MeetingPostpone = "meeting.postpone" in Meeting: "Hoãn cuộc họp, chưa định ngày", "Postpone without a new date";
    MeetingReplace = "meeting.replace" in Meeting: "Thay thế giấy mời", "Replace the invitation";
    MeetingRecall = "meeting.recall" in Meeting: "Thu hồi giấy mời chưa gửi đi", "Recall what was issued and has not left";
    MeetingCancel = "meeting.cancel" in Meeting: "Hủy cuộc họp", "Cancel the meeting";
    MeetingOutbox = "meeting.outbox" in Meeting: "Xem thư của cuộc họp", "Show the meeting's messages";

    UnitFold = "unit.fold" in Units: "Thu gọn đơn vị", "Fold the unit";
    UnitUnfold = "unit.unfold" in Units: "Mở rộng đơn vị", "Unfold the unit";
    UnitToggle = "unit.toggle" in Units: "Thu gọn hoặc mở rộng đơn vị", "Fold or unfold the unit";
    UnitMeetings = "unit.meetings" in Units: "Xem các cuộc họp của đơn vị", "Show the unit's meetings";
    UnitsSearch = "units.search" in Units: "Tìm đơn vị", "Search units";
    UnitsClear = "units.clear" in Units: "Bỏ tìm đơn vị", "Clear the search of units";

    OutboxFilter = "outbox.filter" in Outbox: "Lọc thư theo trạng thái", "Filter messages by state";
    OutboxClear = "outbox.clear" in Outbox: "Bỏ lọc thư", "Clear the filter of messages";
    OutboxHold = "outbox.hold" in Outbox: "Tạm giữ thư", "Hold the message";
    OutboxRelease = "outbox.release" in Outbox: "Thôi giữ thư", "Release the message";
    OutboxRetry = "outbox.retry" in Outbox: "Gửi lại thư ngay", "Retry the message now";
    OutboxDrop = "outbox.drop" in Outbox: "Bỏ thư, không gửi nữa", "Drop the message";
    OutboxMeeting = "outbox.meeting" in Outbox: "Đến cuộc họp của thư", "Go to the message's meeting";

    Close = "layer.close" in Layer: "Đóng", "Close";

    FieldNext = "form.next" in Form: "Sang ô tiếp theo", "Next field";
    FieldPrevious = "form.previous" in Form: "Về ô trước", "Previous field";
    FormChoose = "form.choose" in Form: "Chọn từ danh sách", "Choose from a list";
    FormSave = "form.save" in Form: "Lưu biểu mẫu", "Save the form";
    FormSubmit = "form.submit" in Form: "Lưu và trình để duyệt", "Save and submit";
    FormDiscard = "form.discard" in Form: "Bỏ bản đang gõ", "Discard what was typed";

    TextLeft = "text.left" in Text: "Sang trái một ký tự", "One letter left";
    TextRight = "text.right" in Text: "Sang phải một ký tự", "One letter right";
    TextWordLeft = "text.word_left" in Text: "Sang trái một từ", "One word left";
    TextWordRight = "text.word_right" in Text: "Sang phải một từ", "One word right";
    TextHome = "text.home" in Text: "Về đầu dòng", "To the start of the line";
    TextEnd = "text.end" in Text: "Đến cuối dòng", "To the end of the line";
    TextDeleteBack = "text.delete_back" in Text: "Xóa ký tự bên trái", "Delete the letter to the left";
    TextDelete = "text.delete" in Text: "Xóa ký tự bên phải", "Delete the letter to the right";
    TextDeleteWord = "text.delete_word" in Text: "Xóa từ bên trái", "Delete the word to the left";
    TextDeleteToStart = "text.delete_to_start" in Text: "Xóa đến đầu dòng", "Delete to the start of the line";
    TextUndo = "text.undo" in Text: "Hoàn tác chữ vừa gõ", "Undo typing";
    TextRedo = "text.redo" in Text: "Làm lại chữ vừa gõ", "Redo typing";

    PickerMark = "picker.mark" in Picker: "Đánh dấu đơn vị", "Mark the unit";
    PickerAccept = "picker.accept" in Picker: "Nhận các đơn vị đã chọn", "Take what is chosen";

    ConfirmYes = "confirm.yes" in Confirm: "Đồng ý", "Do it";
    ConfirmNo = "confirm.no" in Confirm: "Không", "Do not";
    ConfirmOther = "confirm.other" in Confirm: "Chuyển lựa chọn", "The other choice";
    ConfirmTake = "confirm.take" in Confirm: "Chọn mục đang đánh dấu", "Take the marked choice";

    PreviewWithout = "preview.without" in Preview: "Phát hành, bỏ đơn vị không nhận được", "Issue without who cannot be reached";

    CompareMine = "comparison.mine" in Comparison: "Lấy bản của tôi ở ô này", "Take mine in this field";
    CompareTheirs = "comparison.theirs" in Comparison: "Lấy bản của người khác ở ô này", "Take theirs in this field";
    CompareBoth = "comparison.both" in Comparison: "Gộp thay đổi của cả hai ở ô này", "Take both in this field";
    CompareNext = "comparison.next" in Comparison: "Đổi bản được lấy ở ô này", "Take the next one in this field";
    CompareAllMine = "comparison.all_mine" in Comparison: "Lấy bản của tôi ở mọi ô tôi sửa", "Take mine wherever I changed something";
    CompareAllTheirs = "comparison.all_theirs" in Comparison: "Lấy bản của người khác ở mọi ô họ sửa", "Take theirs wherever they changed something";
    CompareSave = "comparison.save" in Comparison: "Lưu những gì đã chọn", "Save what is chosen";
}

impl Action {
    /// The action of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::text::search_key;

    #[test]
    fn names_and_titles_are_unique() {
        let distinct = |values: Vec<String>| values.iter().collect::<BTreeSet<_>>().len() == values.len();
        assert!(distinct(Action::ALL.iter().map(|action| action.name().to_owned()).collect()));
        for lang in Lang::ALL {
            assert!(distinct(Action::ALL.iter().map(|action| search_key(action.title(lang))).collect()), "{lang:?}");
        }
        for action in Action::ALL {
            assert_eq!(Action::from_name(action.name()), Some(*action));
        }
    }
}
