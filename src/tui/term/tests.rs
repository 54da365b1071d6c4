//! Frames, as a person before the terminal gets them.

use std::fs::File;
use std::os::fd::AsFd as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ratatui::layout::Position;
use ratatui::style::{Modifier, Style};
use rustix::termios::Winsize;

use super::tty::tests::{pair, sent};
use super::*;

/// A terminal that was entered, and the person before it.
struct Screen {
    terminal: Terminal,
    person: File,
}

impl Screen {
    fn new() -> Self {
        let (tty, person) = pair();
        let (terminal, _, _) = Terminal::over(tty).unwrap();
        terminal.session.enter().unwrap();
        let mut screen = Self { terminal, person };
        screen.resize(80, 24);
        screen.sent();
        screen
    }

    fn resize(&self, columns: u16, rows: u16) {
        let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(self.person.as_fd(), size).unwrap();
    }

    fn sent(&mut self) -> String {
        sent(self.terminal.session.tty(), &mut self.person)
    }

    /// What the person gets for this text, with the cursor in this column of the first row.
    fn draw(&mut self, text: &str, cursor: Option<u16>) -> String {
        let drawn = self.terminal.draw(|frame| {
            frame.render_widget(text, frame.area());
            if let Some(x) = cursor {
                frame.set_cursor_position(Position { x, y: 0 });
            }
        });
        assert_eq!(drawn, Ok(()));
        self.sent()
    }
}

fn clears(sent: &str) -> usize {
    assert!(!sent.contains("[6n"), "nothing is asked");
    sent.matches("\x1b[2J").count()
}

#[test]
fn a_frame_is_synchronized_and_an_equal_one_is_nothing() {
    let mut screen = Screen::new();
    let first = screen.draw("Lịch họp", None);
    assert_eq!(clears(&first), 1);
    assert!(first.starts_with("\x1b[?2026h") && first.ends_with("\x1b[?2026l"), "{first:?}");
    assert!(first.contains("Lịch") && first.contains("\x1b[?25l"), "{first:?}");
    assert_eq!(screen.draw("Lịch họp", None), "");
    let changed = screen.draw("Lịch hội", None);
    assert_eq!(clears(&changed), 0);
    assert!(changed.contains("ội") && !changed.contains("Lịch") && !changed.contains("25l"), "{changed:?}");
}

#[test]
fn a_cursor_is_written_only_when_it_changes() {
    let mut screen = Screen::new();
    assert!(screen.draw("họp", Some(3)).ends_with("họp\x1b[?25h\x1b[?2026l"), "drawing has left it there");
    assert_eq!(screen.draw("họp", Some(3)), "");
    assert_eq!(screen.draw("họp", Some(2)), "\x1b[?2026h\x1b[1;3H\x1b[?2026l");
    assert_eq!(screen.draw("họp", Some(1)), "\x1b[?2026h\x1b[1;2H\x1b[?2026l");
    assert!(screen.draw("họ", Some(1)).contains("\x1b[1;2H"), "drawing has moved it");
    assert_eq!(screen.draw("họ", None), "\x1b[?2026h\x1b[?25l\x1b[?2026l");
    assert_eq!(screen.draw("họ", Some(1)), "\x1b[?2026h\x1b[?25h\x1b[?2026l", "hiding has not moved it");
}

#[test]
fn what_is_held_back_is_made_up_for() {
    let mut screen = Screen::new();
    screen.draw("Lịch họp", None);
    let late = [Rect::new(5, 0, 10, 1)];
    let drawn = screen.terminal.draw_but(&late, |frame| frame.render_widget("Lệch giờ", frame.area()));
    assert_eq!(drawn, Ok(()));
    let sent = screen.sent();
    assert!(sent.contains('ệ') && !sent.contains("giờ") && screen.terminal.is_holding(), "{sent:?}");
    let drawn = screen.terminal.draw_but(&late, |frame| frame.render_widget("Lệch lạc", frame.area()));
    assert_eq!((drawn, screen.sent()), (Ok(()), String::new()));
    let sent = screen.draw("Lệch lạc", None);
    assert!(sent.contains("lạc") && !sent.contains("giờ") && !screen.terminal.is_holding(), "{sent:?}");
    assert_eq!(screen.draw("Lệch lạc", None), "");
    screen.terminal.draw_but(&late, |frame| frame.render_widget("Lịch họp", frame.area())).unwrap();
    screen.sent();
    screen.terminal.repaint();
    assert!(screen.draw("Lịch họp", None).contains("Lịch họp"), "a cleared screen owes nothing");
    assert!(!screen.terminal.is_holding());
}

#[test]
fn a_repaint_clears_once_without_a_question() {
    let mut screen = Screen::new();
    let first = screen.draw("họp", Some(0));
    screen.terminal.repaint();
    let again = screen.draw("họp", Some(0));
    assert_eq!(clears(&again), 1);
    assert_eq!(again, first);
    assert_eq!(screen.draw("họp", Some(0)), "");
}

#[test]
fn every_size_can_be_drawn_and_costs_one_clear() {
    let mut screen = Screen::new();
    screen.draw("họp", None);
    for (columns, rows, counts) in [
        (0, 0, (80, 24)),
        (1, 1, (1, 1)),
        (30, 6, (30, 6)),
        (0, 5, (80, 5)),
        (300, 1, (300, 1)),
        (9, 3, (9, 3)),
        (65535, 2, (1000, 2)),
        (65535, 65535, (1000, 400)),
        (100, 30, (100, 30)),
    ] {
        screen.resize(columns, rows);
        assert_eq!(screen.terminal.size(), counts);
        // A size that counts as the one before needs nothing.
        assert_eq!(clears(&screen.draw("họp", None)), usize::from((columns, rows) != (0, 0)), "{columns}x{rows}");
    }
}

#[test]
fn a_panic_while_drawing_sends_nothing_and_the_next_frame_is_whole() {
    let mut screen = Screen::new();
    let first = screen.draw("họp", None);
    screen.resize(60, 20);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        screen.terminal.draw(|frame| {
            frame.render_widget("half", frame.area());
            std::panic::resume_unwind(Box::new(()));
        })
    }));
    assert!(caught.is_err());
    assert_eq!(screen.sent(), "");
    screen.resize(80, 24);
    assert_eq!(screen.draw("họp", None), first);
}

#[test]
fn after_a_stop_from_outside_the_terminal_is_taken_again() {
    let mut screen = Screen::new();
    let first = screen.draw("họp", None);
    screen.terminal.session.displace();
    assert_eq!(screen.draw("họp", None), format!("\x1b[?1049h\x1b[?2004h{first}"));
    assert_eq!(screen.draw("họp", None), "");
}

#[test]
fn nothing_is_drawn_on_a_terminal_that_was_left() {
    let mut screen = Screen::new();
    screen.terminal.leave();
    assert!(screen.sent().ends_with("\x1b[?1049l"));
    screen.terminal.leave();
    assert_eq!(screen.draw("họp", None), "");
}

#[test]
fn a_lost_terminal_ends_drawing() {
    let Screen { mut terminal, person } = Screen::new();
    terminal.draw(|_| ()).unwrap();
    drop(person);
    assert_eq!(terminal.draw(|frame| frame.render_widget("x", frame.area())), Err(HungUp));
    assert_eq!(terminal.size(), (80, 24));
}

#[test]
fn a_frame_that_an_end_cuts_short_is_drawn_anew() {
    let mut screen = Screen::new();
    screen.resize(1000, 400);
    screen.terminal.session.sound_alarm();
    let style = Style::new().add_modifier(Modifier::REVERSED);
    let full = |frame: &mut Frame<'_>| {
        for (n, cell) in frame.buffer_mut().content.iter_mut().enumerate() {
            cell.set_symbol("x").set_style(if n % 2 == 0 { style } else { Style::new() });
        }
    };
    assert_eq!(screen.terminal.draw(full), Ok(()));
    assert!(screen.terminal.stale);
}
