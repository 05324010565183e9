//! The Merkle root over a seal's members: one membership can be shown without the others.
//!
//! Leaves and nodes are hashed with different first bytes, and an odd node goes up unchanged, as in RFC 6962.

use sha2::{Digest, Sha256};

use crate::chain::Hash;

/// The root; of nothing, the hash of nothing.
pub(super) fn root<'a>(leaves: impl Iterator<Item = &'a [u8]>) -> Hash {
    let mut level: Vec<Hash> = leaves.map(|leaf| tagged(0, &[leaf])).collect();
    if level.is_empty() {
        return Sha256::digest(b"").into();
    }
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => tagged(1, &[left, right]),
                single => single[0],
            })
            .collect();
    }
    level[0]
}

fn tagged(tag: u8, parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([tag]);
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_depends_on_every_leaf_and_on_their_order() {
        let leaves: Vec<[u8; 32]> = (0..7).map(|n| [n; 32]).collect();
        let of = |leaves: &[[u8; 32]]| root(leaves.iter().map(<[u8; 32]>::as_slice));
        let whole = of(&leaves);
        for at in 0..leaves.len() {
            let mut changed = leaves.clone();
            changed[at][5] ^= 1;
            assert_ne!(of(&changed), whole, "leaf {at}");
            let mut shorter = leaves.clone();
            shorter.remove(at);
            assert_ne!(of(&shorter), whole, "without leaf {at}");
        }
        let mut turned = leaves;
        turned.swap(0, 1);
        assert_ne!(of(&turned), whole);
    }

    #[test]
    fn a_tree_of_two_is_as_the_rfc_has_it() {
        let (a, b) = ([1_u8; 32], [2_u8; 32]);
        let wanted = tagged(1, &[&tagged(0, &[&a]), &tagged(0, &[&b])]);
        assert_eq!(root([a.as_slice(), b.as_slice()].into_iter()), wanted);
    }
}
