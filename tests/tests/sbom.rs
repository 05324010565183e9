//! W6: the software bill of materials, CycloneDX 1.5, of everything that is built into the program. Made anew from the lock file at
//! every run, into `target/sbom.cdx.json` (`script/sbom`), so it can never be out of date.

use std::{collections::BTreeMap, fs, path::Path};

use cargo_metadata::{Metadata, MetadataCommand, Package};
use serde_json::{Value, json};

fn metadata() -> Metadata {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let options = ["--filter-platform".to_owned(), host, "--locked".to_owned()];
    MetadataCommand::new().other_options(options).exec().expect("cargo metadata")
}

/// SHA-256 of every archive, as the lock file pins it.
fn checksums() -> BTreeMap<(String, String), String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock: toml::Table = fs::read_to_string(file).expect("Cargo.lock").parse().expect("Cargo.lock is TOML");
    let packages = lock["package"].as_array().expect("packages");
    let text = |package: &toml::Value, key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    packages
        .iter()
        .filter_map(|package| Some(((text(package, "name")?, text(package, "version")?), text(package, "checksum")?)))
        .collect()
}

fn reference(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(package: &Package, checksums: &BTreeMap<(String, String), String>) -> Value {
    let checksum = checksums.get(&(package.name.to_string(), package.version.to_string()));
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package),
        "name": package.name.to_string(),
        "version": package.version.to_string(),
        "purl": reference(package),
        // Old packages write A/B for A OR B.
        "licenses": package.license.iter().map(|text| json!({ "expression": text.replace('/', " OR ") })).collect::<Vec<_>>(),
        "hashes": checksum.map(|content| json!({ "alg": "SHA-256", "content": content })).into_iter().collect::<Vec<_>>(),
    });
    if let Some(repository) = &package.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

fn bill(metadata: &Metadata) -> Value {
    let checksums = checksums();
    let ours = |package: &&Package| metadata.workspace_members.contains(&package.id);
    let root = metadata.packages.iter().find(|package| package.name.as_str() == "huiyin").expect("our program");
    let names: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, reference(package))).collect();
    let nodes = &metadata.resolve.as_ref().expect("a resolution").nodes;
    let dependencies = nodes.iter().filter_map(|node| {
        let on: Vec<&String> = node.dependencies.iter().filter_map(|id| names.get(id)).collect();
        Some(json!({ "ref": names.get(&node.id)?, "dependsOn": on }))
    });
    let mut components: Vec<Value> =
        metadata.packages.iter().filter(|p| !ours(p)).map(|p| component(p, &checksums)).collect();
    components.extend(metadata.packages.iter().filter(ours).filter(|p| p.id != root.id).map(|package| {
        json!({ "type": "library", "bom-ref": reference(package), "name": package.name.to_string(),
            "version": package.version.to_string(), "licenses": [{ "expression": "Apache-2.0" }] })
    }));
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": { "type": "application", "bom-ref": reference(root), "name": "huiyin",
            "version": root.version.to_string(), "licenses": [{ "expression": "Apache-2.0" }] } },
        "components": components,
        "dependencies": dependencies.collect::<Vec<_>>(),
    })
}

#[test]
fn the_bill_of_materials_names_every_part_with_version_licence_and_checksum() {
    let metadata = metadata();
    let bill = bill(&metadata);
    let components = bill["components"].as_array().expect("components");
    assert_eq!(components.len() + 1, metadata.packages.len());
    for component in components.iter().filter(|component| component["purl"].is_string()) {
        let hash = component["hashes"][0]["content"].as_str().unwrap_or_default();
        assert_eq!(hash.len(), 64, "no checksum: {component}");
        assert!(component["licenses"][0]["expression"].is_string(), "no licence: {component}");
    }
    let known: Vec<&str> =
        components.iter().chain([&bill["metadata"]["component"]]).filter_map(|c| c["bom-ref"].as_str()).collect();
    for dependency in bill["dependencies"].as_array().expect("dependencies") {
        for on in dependency["dependsOn"].as_array().expect("a list") {
            assert!(known.contains(&on.as_str().unwrap_or_default()), "{on} is depended on and not listed");
        }
    }
    let file = metadata.target_directory.join("sbom.cdx.json");
    fs::write(&file, serde_json::to_vec_pretty(&bill).expect("JSON")).expect("a writable target folder");
}
