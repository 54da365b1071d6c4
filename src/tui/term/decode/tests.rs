use proptest::prelude::*;

use super::*;

/// Keys as keymaps write them, pastes in brackets.
fn words(events: &[Event]) -> String {
    let word = |event: &Event| match event {
        Event::Key(chord) => chord.to_string(),
        Event::Paste(text) => format!("<{text}>"),
    };
    events.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// Everything that these reads are, with a pause behind the last one.
fn decoded(reads: &[&[u8]]) -> String {
    let (mut decoder, mut events) = (Decoder::default(), Vec::new());
    for read in reads {
        decoder.feed(read, &mut events);
    }
    events.extend(decoder.release());
    words(&events)
}

#[test]
fn keys_are_known_by_what_terminals_send() {
    let known: &[(&str, &str)] = &[
        ("j", "j"),
        ("G", "G"),
        ("Ợ", "Ợ"),
        ("e\u{302}\u{323}", "e \u{302} \u{323}"),
        (" ", "space"),
        ("\r", "enter"),
        ("\n", "ctrl-j"),
        ("\t", "tab"),
        ("\x7f", "backspace"),
        ("\x08", "ctrl-h"),
        ("\x13", "ctrl-s"),
        ("\x1a", "ctrl-z"),
        ("\x00", "ctrl-space"),
        ("\x1f", "ctrl-_"),
        ("\x1b", "esc"),
        ("\x1b\x1b", "esc esc"),
        ("\x1bx", "alt-x"),
        ("\x1bộ", "alt-ộ"),
        ("\x1b\r", "alt-enter"),
        ("\x1b\x7f", "alt-backspace"),
        ("\x1b\x01", "ctrl-alt-a"),
        ("\x1b[A\x1bOB", "up down"),
        ("\x1b[1;5C\x1bOd", "ctrl-right ctrl-left"),
        ("\x1b[1;2A\x1b[b", "shift-up shift-down"),
        ("\x1b[H\x1b[1~\x1b[7~\x1bOH", "home home home home"),
        ("\x1b[F\x1b[4~\x1b[8~\x1bOF", "end end end end"),
        ("\x1b[2~\x1b[3~\x1b[5~\x1b[6~\x1b[3;5~", "insert delete pageup pagedown ctrl-delete"),
        ("\x1b[Z\x1b[1;2Z", "shift-tab shift-tab"),
        ("\x1bOP\x1bOS\x1b[[A\x1b[[E\x1b[11~\x1b[15~", "f1 f4 f1 f5 f1 f5"),
        ("\x1b[17~\x1b[21~\x1b[23~\x1b[24~\x1b[34~\x1b[1;2R", "f6 f10 f11 f12 f20 shift-f3"),
        ("\x1b[106;5u\x1b[74;6u\x1b[97;2u\x1b[13;2u", "ctrl-j ctrl-j A shift-enter"),
        ("\x1b[27;5;13~\x1b[1;3A\x1b[1;33A", "ctrl-enter alt-up alt-up"),
        ("\x1b[1;1:1A\x1b[1;1:2A", "up up"),
    ];
    for (bytes, keys) in known {
        assert_eq!(decoded(&[bytes.as_bytes()]), *keys, "{bytes:?}");
    }
}

#[test]
fn what_is_no_key_says_nothing_and_takes_no_key_with_it() {
    let silent: &[&[u8]] = &[
        b"\x1b[I",
        b"\x1b[O",
        b"\x1b[?1;2c",
        b"\x1b[>0;10;1c",
        b"\x1b[24;80R",
        b"\x1b[<0;3;4M",
        b"\x1b[1;1:3A",
        b"\x1b[1;9A",
        b"\x1b[99~",
        b"\x1b[57441;1u",
        b"\x1b[1;x",
        b"\x1b[201~",
        b"\x1b[",
        b"\xff",
        b"\xe1\xba",
        b"\xc0\x80",
        "\u{85}".as_bytes(),
    ];
    for bytes in silent {
        let with_a_key = [*bytes, b"\x1b[Bk"].concat();
        assert_eq!(decoded(&[&with_a_key]), "down k", "{bytes:?}");
    }
    assert_eq!(decoded(&[b"\x1b[", &[b'0'; 200], b"k"]), "k", "a sequence without an end is given up");
}

#[test]
fn a_cut_sequence_is_joined_and_a_typed_letter_is_not() {
    assert_eq!(decoded(&[b"\x1b", b"[A"]), "up");
    assert_eq!(decoded(&[b"\x1b", b"[", b"1;5", b"A"]), "ctrl-up");
    assert_eq!(decoded(&[b"\x1b", b"OP"]), "f1");
    assert_eq!(decoded(&[b"\x1b", b"j"]), "esc j");
    assert_eq!(decoded(&[b"\x1b", b":", b"w"]), "esc : w");
    assert_eq!(decoded(&[b"\x1b", b"\x1b", b"[A"]), "esc up");
    assert_eq!(decoded(&[b"\xe1", b"\xbb", b"\x87"]), "ệ");
    assert_eq!(decoded(&[b"\x1b", b""]), "esc");
}

#[test]
fn escape_is_held_only_alone_and_only_outside_pastes() {
    let (mut decoder, mut events) = (Decoder::default(), Vec::new());
    for (bytes, held) in [(b"j".as_slice(), false), (b"j\x1b", true), (b"[", false), (b"A", false), (b"\x1b[200~a\x1b", false)] {
        decoder.feed(bytes, &mut events);
        assert_eq!(decoder.holds_escape(), held, "{bytes:?}");
    }
    assert_eq!(decoder.release(), None);
    decoder.feed(b"[201~", &mut events);
    assert_eq!(words(&events), "j j up <a>");
}

#[test]
fn a_paste_is_one_event_and_cannot_act() {
    let pasted = |text: &str| decoded(&[format!("\x1b[200~{text}\x1b[201~").as_bytes()]);
    assert_eq!(pasted("họp\r\nlúc\r8 giờ\n"), "<họp\nlúc\n8 giờ\n>");
    assert_eq!(pasted("a\tb\x1b[31mc\x07\u{9b}d"), "<a\tb[31mcd>");
    assert_eq!(pasted(""), "<>");
    assert_eq!(decoded(&[b"a\x1b[200~b\x1b", b"[2", b"01~c"]), "a <b> c");
    assert_eq!(decoded(&[b"\x1b[200~\xe1\xba\x1b[201~"]), "<\u{fffd}>");
}

#[test]
fn a_paste_without_measure_is_kept_in_part() {
    let (mut decoder, mut events) = (Decoder::default(), Vec::new());
    decoder.feed(b"\x1b[200~", &mut events);
    for _ in 0..LONGEST_PASTE / 4096 + 10 {
        decoder.feed(&[b'a'; 4096], &mut events);
        assert!(decoder.pending.len() < PASTE_END.len());
    }
    decoder.feed(b"\x1b[201~j", &mut events);
    let [Event::Paste(text), Event::Key(key)] = events.as_slice() else { panic!("{}", events.len()) };
    assert_eq!((text.len(), *key), (LONGEST_PASTE, Chord::char('j')));
}

/// Pieces of streams that a cut must not change. A cut between Esc and a letter is left out: it says that they were typed.
const PIECES: [&str; 14] = [
    "j",
    "ệ",
    "e\u{302}",
    "\x7f\x7fệ",
    "\x1b[A",
    "\x1bOP",
    "\x1b[1;5D",
    "\x1b[[B",
    "\x1b[106;5u",
    "\x1b[?1;2c",
    "\x1b[200~họp\r\n\x1b[A\x1b[201~",
    "\r",
    "\x1b[3~",
    "👩‍👩‍👧",
];

proptest! {
    #[test]
    fn cuts_change_nothing(pieces in prop::collection::vec(0..PIECES.len(), 1..12), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let stream: Vec<u8> = pieces.iter().flat_map(|piece| PIECES[*piece].bytes()).collect();
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
        places.extend([0, stream.len()]);
        places.sort_unstable();
        let reads: Vec<&[u8]> = places.windows(2).map(|ends| &stream[ends[0]..ends[1]]).collect();
        prop_assert_eq!(decoded(&reads), decoded(&[&stream]));
    }

    #[test]
    fn any_bytes_are_survived_and_nothing_piles_up(reads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..20)) {
        let (mut decoder, mut events) = (Decoder::default(), Vec::new());
        for read in &reads {
            decoder.feed(read, &mut events);
            prop_assert!(decoder.pending.len() <= LONGEST_SEQUENCE + 2);
        }
        decoder.feed(b"\x1b[201~\x1b[A", &mut events);
        let last = events.last().cloned();
        prop_assert_eq!(last, Some(Event::Key(Chord::plain(Key::Up))));
    }
}
