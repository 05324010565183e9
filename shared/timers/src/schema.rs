//! The timer table, rendered for one schema.

/// The template; `{schema}` stands for the service's name.
pub const TEMPLATE: &str = include_str!("../schema.sql");

/// The template for one service.
pub fn render(schema: &str) -> String {
    TEMPLATE.replace("{schema}", schema)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use huiyin_kernel::Service;

    #[test]
    fn the_migrations_are_the_renderings_of_the_template() {
        for service in Service::ALL.into_iter().filter(|s| *s != Service::Portal) {
            let file = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../migrations")
                .join(service.name())
                .join("0002_timer.sql");
            let text = std::fs::read_to_string(&file).expect("the migration exists");
            assert_eq!(text, super::render(service.name()), "{}", file.display());
        }
    }
}
