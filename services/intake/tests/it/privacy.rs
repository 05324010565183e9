use anyhow::Result;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

use crate::world::{ADDRESS, ID_NUMBER, NAME, PHONE, World, access, petition, petition_with};

const SIGNER: &str = "欧阳沐梓";
const REPRESENTATIVE: &str = "司徒云帆";

/// S4, D-7: a copy of the database, journal and publications included, tells neither name nor phone nor number nor address,
/// in the open, in hexadecimal or in base64.
#[tokio::test]
async fn a_copy_of_the_database_tells_nothing_about_the_petitioner() -> Result<()> {
    let world = World::new().await?;
    let group = petition_with(&json!({
        "kind": "joint_letter", "people_count": 30, "companions": [SIGNER],
        "representatives": [{ "name": REPRESENTATIVE, "phone": "13700009999" }],
        "request": "请核查槐荫里工程", "external_ref": "原字第88号"
    }));
    let receipt = world.hand_in("k1", &group).await?;
    world.hand_in("k2", &petition()).await?;
    let mut amend = access(&receipt);
    amend["text"] = json!("补充：联系人欧阳沐梓");
    amend["phone"] = json!("13611112222");
    world.post("/petitions/amend", &amend).await?;
    world
        .post("/petitions/withdraw", &{
            let mut body = access(&receipt);
            body["reason"] = json!("司徒云帆已代为解决");
            body
        })
        .await?;
    let dump = world.dump().await?;
    assert!(dump.len() > 5_000, "the copy holds the petitions");
    let code = receipt.text("query_code").replace('-', "");
    let canaries = [
        NAME,
        PHONE,
        ID_NUMBER,
        ADDRESS,
        SIGNER,
        REPRESENTATIVE,
        "13700009999",
        "13611112222",
        "槐荫里",
        "原字第88号",
        &code,
    ];
    for canary in canaries {
        assert!(!dump.contains(canary), "{canary} stands in the open");
        assert!(!dump.contains(&hex::encode(canary)), "{canary} stands there in hexadecimal");
        // Base64 depends on the offset: the middle of each of the three spellings.
        for offset in 0..3 {
            let spelled = BASE64_STANDARD.encode([vec![b' '; offset], canary.as_bytes().to_vec()].concat());
            let middle = &spelled[4..spelled.len() - 4];
            assert!(middle.len() < 8 || !dump.contains(middle), "{canary} stands there in base64");
        }
    }
    Ok(())
}

/// QL-04: no index leads to a signer of a joint letter; D-8: none leads to anyone but by a document.
#[tokio::test]
async fn signers_of_a_joint_letter_are_not_indexed() -> Result<()> {
    let world = World::new().await?;
    let letter = petition_with(&json!({ "kind": "joint_letter", "people_count": 3, "companions": [SIGNER] }));
    world.hand_in("k1", &letter).await?;
    assert_eq!(world.count("select count(*) from intake.petitioner where document_index is not null").await?, 0);
    world.hand_in("k2", &petition()).await?;
    assert_eq!(world.count("select count(*) from intake.petitioner where document_index is not null").await?, 1);
    Ok(())
}
