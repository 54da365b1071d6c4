//! How sure it is that a message comes from whom it says: by the word of one mail server, the office's own (RFC 8601), and of
//! nobody else.
//!
//! Fields that this server wrote stand above those that came with the message. So only the topmost ones count, as long as one
//! follows another, and of each method what is said first. That server has to take away fields that bear its name and are not its
//! own (RFC 8601, section 5), as all do that write such fields.

use super::header::Header;
use crate::domain::mailbox::MailAddress;

/// Whether the trusted server vouches for the domain of the sender: DMARC passed, or a signature or the envelope's sender of that
/// domain did.
pub(super) fn is_verified(header: &Header<'_>, from: Option<&MailAddress>, server: Option<&str>) -> bool {
    let (Some(from), Some(server)) = (from, server) else { return false };
    let mut results: Vec<Method> = Vec::new();
    for (name, value) in header.in_order().skip_while(|(name, _)| *name != FIELD) {
        if name != FIELD {
            break;
        }
        let Some((id, methods)) = statement(&value) else { return false };
        if !id.eq_ignore_ascii_case(server) {
            break;
        }
        results.extend(methods);
    }
    let said: Vec<&Method> = results.iter().filter(|result| result.name == "dmarc").collect();
    if let Some(dmarc) = said.first() {
        // What it says of another sender is not about this message.
        let about = dmarc.property("header.from").is_none_or(|domain| domain.eq_ignore_ascii_case(from.domain()));
        return about && said.iter().all(|one| one.result == "pass");
    }
    let passed = |name: &str, property: &str| {
        let first = results.iter().position(|result| result.name == name);
        // A message may have several signatures, of which the server names each.
        let count = if name == "dkim" { usize::MAX } else { 1 };
        let of_method = results.iter().skip(first.unwrap_or(usize::MAX)).filter(|result| result.name == name).take(count);
        of_method.filter(|result| result.result == "pass").any(|result| result.property(property).is_some_and(|value| aligned(value, from)))
    };
    passed("dkim", "header.d") || passed("dkim", "header.i") || passed("spf", "smtp.mailfrom")
}

const FIELD: &str = "authentication-results";

/// What the server says of one method.
#[derive(Debug, PartialEq, Eq)]
struct Method {
    name: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Method {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Whether a domain, or the domain of an address, is the sender's or one above it (RFC 7489, section 3.1, without the list of public
/// suffixes: nobody signs for one).
fn aligned(value: &str, from: &MailAddress) -> bool {
    let domain = value.rsplit_once('@').map_or(value, |(_, domain)| domain).trim_end_matches('.').to_ascii_lowercase();
    let own = from.domain();
    own == domain || (domain.contains('.') && own.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.')))
}

/// Who states what (RFC 8601, section 2.2); `None`: it cannot be read.
fn statement(value: &str) -> Option<(String, Vec<Method>)> {
    let plain = without_comments(value)?;
    let mut sections = cut(&plain, ';').into_iter();
    let id = sections.next()?.split_whitespace().next()?.trim_matches('"').to_owned();
    let methods = sections.filter_map(|section| method(&section)).collect();
    Some((id, methods))
}

fn method(section: &str) -> Option<Method> {
    // Blanks may stand around the sign.
    let section = section.replace('=', " = ");
    let words: Vec<String> = cut(&section, ' ').into_iter().filter(|word| !word.is_empty()).collect();
    let mut pairs = words.windows(3).filter(|three| three.get(1).is_some_and(|sign| sign == "="));
    let pair = |three: &[String]| match three {
        [name, _, value] => Some((name.to_ascii_lowercase(), value.trim_matches('"').to_owned())),
        _ => None,
    };
    let (name, result) = pair(pairs.next()?)?;
    let name = name.split('/').next().unwrap_or_default().to_owned();
    Some(Method { name, result: result.to_ascii_lowercase(), properties: pairs.filter_map(pair).collect() })
}

/// The text without what stands in brackets outside quotation marks; `None`: one does not end.
fn without_comments(text: &str) -> Option<String> {
    let (mut plain, mut depth, mut quoted, mut escaped) = (String::with_capacity(text.len()), 0_u32, false, false);
    for c in text.chars() {
        let literal = std::mem::take(&mut escaped);
        match c {
            '\\' if !literal && (quoted || depth > 0) => escaped = true,
            '"' if !literal && depth == 0 => quoted = !quoted,
            '(' if !literal && !quoted => depth += 1,
            ')' if !literal && depth > 0 => {
                depth -= 1;
                plain.push(' ');
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            plain.push(if c.is_whitespace() { ' ' } else { c });
        }
    }
    (depth == 0 && !quoted).then_some(plain)
}

/// The pieces between a sign outside quotation marks.
fn cut(text: &str, sign: char) -> Vec<String> {
    let (mut pieces, mut quoted, mut escaped) = (vec![String::new()], false, false);
    for c in text.chars() {
        let literal = std::mem::take(&mut escaped);
        match c {
            '\\' if quoted && !literal => escaped = true,
            '"' if !literal => quoted = !quoted,
            _ => {}
        }
        if c == sign && !quoted {
            pieces.push(String::new());
        } else if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(fields: &str) -> bool {
        let from = MailAddress::parse("cucdienanh@dienanh.chinhphu.vn").unwrap();
        is_verified(&Header::read(fields.as_bytes()), Some(&from), Some("mx.chinhphu.vn"))
    }

    #[test]
    fn only_the_own_server_is_believed() {
        for (fields, expected) in [
            ("Authentication-Results: mx.chinhphu.vn; dmarc=pass header.from=dienanh.chinhphu.vn\n", true),
            (
                "Received: x\nAuthentication-Results: MX.chinhphu.vn 1;\n\tspf=fail (no) smtp.mailfrom=a@b.vn;\n dmarc = pass (p=none)\n",
                true,
            ),
            ("Authentication-Results: mx.chinhphu.vn; dkim=pass header.d=chinhphu.vn header.s=a\n", true),
            ("Authentication-Results: mx.chinhphu.vn; dkim=fail header.d=b.vn; dkim=pass header.i=@dienanh.chinhphu.vn\n", true),
            ("Authentication-Results: mx.chinhphu.vn; spf=pass smtp.mailfrom=x@dienanh.chinhphu.vn\n", true),
            ("Authentication-Results: mx.chinhphu.vn; dkim=pass header.d=b.vn\nAuthentication-Results: mx.chinhphu.vn; dmarc=pass\n", true),
            // Of others, or below what others wrote.
            ("Authentication-Results: mx.evil.vn; dmarc=pass\n", false),
            ("Authentication-Results: mx.chinhphu.vn.evil.vn; dmarc=pass\n", false),
            ("Authentication-Results: mx.evil.vn; x=y\nAuthentication-Results: mx.chinhphu.vn; dmarc=pass\n", false),
            ("Authentication-Results: mx.chinhphu.vn; spf=none\nReceived: x\nAuthentication-Results: mx.chinhphu.vn; dmarc=pass\n", false),
            // About others, or not passed.
            ("Authentication-Results: mx.chinhphu.vn; dmarc=pass header.from=evil.vn\n", false),
            ("Authentication-Results: mx.chinhphu.vn; dkim=pass header.d=evil.vn; spf=pass smtp.mailfrom=a@evil.vn\n", false),
            ("Authentication-Results: mx.chinhphu.vn; dkim=pass header.d=anh.chinhphu.vn\n", false),
            ("Authentication-Results: mx.chinhphu.vn; dkim=pass header.d=vn\n", false),
            ("Authentication-Results: mx.chinhphu.vn; dmarc=fail; dkim=pass header.d=chinhphu.vn\n", false),
            ("Authentication-Results: mx.chinhphu.vn; dmarc=fail\nAuthentication-Results: mx.chinhphu.vn; dmarc=pass\n", false),
            ("Authentication-Results: mx.chinhphu.vn; spf=fail smtp.mailfrom=x@chinhphu.vn; spf=pass smtp.mailfrom=x@chinhphu.vn\n", false),
            ("Authentication-Results: mx.chinhphu.vn; x=\"; dmarc=pass\"\n", false),
            ("Authentication-Results: mx.chinhphu.vn; x=y (; dmarc=pass\n", false),
            ("Authentication-Results: mx.chinhphu.vn (; dmarc=pass)\n", false),
            ("Authentication-Results: mx.chinhphu.vn; none\n", false),
            ("", false),
        ] {
            assert_eq!(verified(fields), expected, "{fields}");
        }
        let from = MailAddress::parse("a@chinhphu.vn").unwrap();
        let header = Header::read(b"Authentication-Results: mx.chinhphu.vn; dmarc=pass\n");
        assert!(!is_verified(&header, Some(&from), None) && !is_verified(&header, None, Some("mx.chinhphu.vn")));
    }
}
