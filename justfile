# The verbs of this repository, the same that `.ci/run` uses. `just` alone lists them; without just, type the lines themselves.

# What there is.
default:
    @just --list

# Compiles the command and every test.
build:
    cargo build --workspace
    cargo test --workspace --no-run

# Every test, or those whose name has these words: `just test r04_`.
test *words:
    cargo test --workspace {{words}}

# Style: formatting, lints, documentation. What every commit must pass.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" cargo doc --workspace --no-deps

# Formats the code.
format:
    cargo fmt --all

# Shows the demo programme in a browser and follows every save.
see *arguments:
    cargo run -- --today 2026-11-21 serve {{arguments}}

# Builds every message of the demo programme and checks it, on the day that the tests take for today.
demo:
    cargo run -- --today 2026-11-21 build --all
    cargo run -- --today 2026-11-21 check --strict

# Writes the long expected texts of the tests anew; look at the difference before you commit it.
bless:
    BEVARA_BLESS=1 cargo test --test it

# Measures against other tools.
bench:
    cargo bench

# Everything that must hold before a change goes in, or these steps of it: `just ci axe nu`; `just ci --list`.
ci *steps:
    .ci/run {{steps}}
