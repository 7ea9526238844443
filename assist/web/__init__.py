"""HTTP: platforms post in, sidebars read and report, managers look. Each endpoint asks one use-case."""
