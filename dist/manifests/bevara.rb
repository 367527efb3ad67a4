# Homebrew: copy into a tap as Formula/bevara.rb. On Linux it takes the static binary; on macOS it compiles.
class Bevara < Formula
  desc "@SUMMARY@"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]
  head "@HOMEPAGE@.git", branch: "main"

  on_linux do
    on_intel do
      url "@DOWNLOADS@/bevara-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256:x86_64-unknown-linux-musl@"
    end
  end

  on_macos do
    depends_on "rust" => :build
    url "@HOMEPAGE@.git", tag: "v@VERSION@"
  end

  def install
    if OS.linux?
      bin.install "bevara"
      man1.install "bevara.1"
      bash_completion.install "completions/bevara.bash" => "bevara"
      zsh_completion.install "completions/_bevara"
      fish_completion.install "completions/bevara.fish"
    else
      system "cargo", "install", *std_cargo_args
      generate_completions_from_executable(bin/"bevara", "completions")
    end
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/bevara --version")
    system bin/"bevara", "init", "ours", "--name", "Ek", "--language", "en", "--email", "elin@ek.example"
    assert_path_exists testpath/"ours/bevara.yaml"
  end
end
