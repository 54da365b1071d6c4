//! HMAC-SHA256 (RFC 2104): what only those can compute who have the key.

use sha2::{Digest as _, Sha256};

/// Bytes of SHA-256's block.
const BLOCK: usize = 64;

/// The code of a message under a key.
#[must_use]
pub fn sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let hashed;
    let short = if key.len() > BLOCK {
        hashed = Sha256::digest(key);
        hashed.as_slice()
    } else {
        key
    };
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().zip(short) {
        *to = *from;
    }
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new_with_prefix(padded(0x36)).chain_update(message).finalize();
    Sha256::new_with_prefix(padded(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
    }

    /// The test cases of RFC 4231, section 4; the fifth is about a shortened code.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let counted: Vec<u8> = (1..=25).collect();
        let cases: [(&[u8], &[u8], &str); 6] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (&counted, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed \
                  before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, message, code) in cases {
            assert_eq!(hex(&sha256(key, message)), code);
        }
        let shortened = sha256(&[0x0c; 20], b"Test With Truncation");
        assert_eq!(hex(&shortened[..16]), "a3b6167473100ee06e0c796c2955552b");
    }
}
