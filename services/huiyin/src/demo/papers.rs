//! The official documents (文书) of the matters that took a turn, fetched as PDF the way offices and petitioners fetch them, and laid into
//! the demonstration's folder.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use huiyin_kernel::{Role, Service};
use huiyin_web::{Call, CallError};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::data::Matter;
use super::life::Life;
use super::officer::{self, CasePage, File, with_role};

/// A document as the lists name it.
#[derive(Debug, Deserialize)]
struct Line {
    kind: String,
    title_zh: String,
    title_en: String,
}

/// What a petitioner sees of the matter; only its documents.
#[derive(Debug, Deserialize)]
struct Overview {
    documents: Vec<Line>,
}

/// The kinds that petitioners fetch here.
const PETITIONERS: [&str; 2] = ["reply", "extension_notice"];

/// Prints the documents of every matter that took a turn, into `folder`: an officer those that the office may have, the petitioner
/// the reply and the notice of an extension.
pub(super) async fn print(life: &Life, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (matter, file) in life.matters.iter().zip(&life.files).filter(|(matter, _)| matter.turn.is_told_of()) {
        let reference = &matter.petition.reference;
        let file = file.lock().await;
        let file = file.as_ref().with_context(|| format!("{reference} is not registered"))?;
        let folder = folder.join(reference);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let page = officer::page(life, file).await?;
        let login = keeper(life, matter, &page)?;
        by_officer(life, &login, &page, &folder).await.with_context(|| format!("documents of {reference}"))?;
        by_petitioner(life, file, &folder).await.with_context(|| format!("documents of {reference}"))?;
    }
    Ok(())
}

/// Who prints for the offices: an officer of the unit that registered the matter, else of the one that answers for it. A unit
/// complained about gets nothing that names the petitioner (REG-22).
fn keeper(life: &Life, matter: &Matter, page: &CasePage) -> anyhow::Result<String> {
    let district = matter.petition.district.as_str();
    let unit = match matter.petition.channel.as_str() {
        "net" => Some(page.responsible_unit.as_str()),
        "visit" => life.city.petition_unit(district),
        _ => district.get(..6).and_then(|county| life.city.petition_unit(county)),
    };
    with_role(life, unit.with_context(|| format!("nobody takes petitions of {district}"))?, Role::Officer)
}

async fn by_officer(life: &Life, login: &str, page: &CasePage, folder: &Path) -> anyhow::Result<()> {
    let path = format!("/cases/{}/documents", page.case_id);
    let lines = life.office.get(login, Service::Casework, &path).await?;
    let lines: Vec<Line> = serde_json::from_value(lines).context("a list of documents")?;
    for line in lines {
        let call = life.office.call(login, Method::GET, Service::Casework, &format!("{path}/{}", line.kind)).await?;
        keep(life, &line, "office", call, folder).await?;
    }
    Ok(())
}

async fn by_petitioner(life: &Life, file: &File, folder: &Path) -> anyhow::Result<()> {
    let access = json!({ "number": file.number, "code": file.code });
    let key = format!("{}/query", file.number);
    let overview = life.office.citizen_post(Service::Intake, "/petitions/query", &key, &access).await?;
    let overview: Overview = serde_json::from_value(overview).context("what a petitioner sees")?;
    for line in overview.documents.iter().filter(|line| PETITIONERS.contains(&line.kind.as_str())) {
        let body = json!({ "number": file.number, "code": file.code, "kind": line.kind });
        let call = life.office.citizen_call(Method::POST, Service::Intake, "/petitions/document").json(&body);
        keep(life, line, "petitioner", call, folder).await?;
    }
    Ok(())
}

/// Fetches a document, lays it into the folder and notes it for the report.
async fn keep(life: &Life, line: &Line, by: &'static str, call: Call, folder: &Path) -> anyhow::Result<()> {
    let pdf = match call.bytes().await {
        Ok((_, pdf)) => pdf,
        Err(CallError::Down { .. }) => {
            life.story.lock().await.unprinted += 1;
            return Ok(());
        }
        Err(error) => return Err(error).with_context(|| line.kind.clone()),
    };
    ensure!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"), "{} is no whole PDF", line.kind);
    let pages = pages(&pdf);
    ensure!(pages > 0, "{} has no pages", line.kind);
    let path = folder.join(format!("{by}-{}.pdf", line.kind));
    fs::write(&path, &pdf).with_context(|| format!("cannot write {}", path.display()))?;
    life.story.lock().await.printed(by, &line.title_zh, &line.title_en, pages);
    Ok(())
}

/// Pages of a PDF whose page objects are written in the open, as those of the forms are.
fn pages(pdf: &[u8]) -> usize {
    const TYPE: &[u8] = b"/Type";
    let starts = pdf.windows(TYPE.len()).enumerate().filter(|(_, window)| *window == TYPE).map(|(at, _)| at);
    let names = starts.filter_map(|at| pdf.get(at + TYPE.len()..)?.trim_ascii_start().strip_prefix(b"/Page"));
    names.filter(|rest| rest.first().is_none_or(|next| !next.is_ascii_alphanumeric())).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_and_the_tree_above_them_is_not() {
        let pdf = b"1 0 obj << /Type /Pages /Count 2 >> 2 0 obj <</Type /Page\n/Parent 1 0 R>> 3 0 obj <</Type/Page/Parent 1 0 R>> 4 0 obj << /Type /PageLabel >>";
        assert_eq!(pages(pdf), 2);
    }
}
