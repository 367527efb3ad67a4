"""Runs what `init` writes for continuous integration, step by step as a runner would, against a forge on loopback.

usage: recipe.py BEVARA
"""

import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

import yaml

BEVARA = pathlib.Path(sys.argv[1]).resolve()
TODAY = "2026-11-21"
MARK = "<!-- bevara:diff -->"


class Forge(http.server.BaseHTTPRequestHandler):
    """Comments of one pull request: those of GitHub and Forgejo, and the notes of GitLab."""

    comments = []
    asked = []
    refuses = False
    pages = True

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]

    def handle_any(self):
        path, _, query = self.path.partition("?")
        token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN")
        Forge.asked.append((self.command, path, token))
        if Forge.refuses and self.command != "GET":
            return self.answer(403, {"message": "Resource not accessible by integration"})
        number = path.rsplit("/", 1)[-1]
        if self.command == "GET":
            page = int(dict(part.split("=") for part in query.split("&"))["page"])
            shown = Forge.comments[(page - 1) * 100 : page * 100] if Forge.pages else Forge.comments
            return self.answer(200, shown)
        if self.command == "POST":
            comment = {"id": 1000 + len(Forge.comments), "body": self.body()}
            Forge.comments.append(comment)
            return self.answer(201, comment)
        comment = next(comment for comment in Forge.comments if str(comment["id"]) == number)
        comment["body"] = self.body()
        return self.answer(200, comment)

    do_GET = do_POST = do_PATCH = do_PUT = handle_any

    def log_message(self, *_):
        pass


def run(command, folder, environment=None, expect=0):
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == expect, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def environment(**more):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("BEVARA_", "GITHUB_", "CI_", "GITLAB"))}
    kept["PATH"] = f"{BEVARA.parent}:{kept['PATH']}"
    kept["BEVARA_CHROMIUM"] = "none"
    # The day of every other test.
    kept["SOURCE_DATE_EPOCH"] = "1795219200"
    return kept | more


def git(folder, *arguments):
    who = ["-c", "user.name=Elin", "-c", "user.email=elin@ek-ask.example", "-c", "commit.gpgsign=false"]
    return run(["git", *who, *arguments], folder).stdout.strip()


def steps(root, values, condition):
    """The steps of the action that have a script, with their environment; `values` are what expressions come to."""
    action = yaml.safe_load((root / ".github/actions/bevara/action.yaml").read_text())
    for step in action["runs"]["steps"]:
        if "run" not in step or step["name"] == "Install bevara":
            continue
        assert "${{" not in step["run"], "an expression in a script is how a branch's name becomes a command"
        if "pull_request" in step.get("if", "") and not condition:
            continue
        fill = lambda text: re.sub(r"\$\{\{ (.*?) \}\}", lambda found: values[found[1]], text)
        yield step["name"], step["run"], {key: fill(value) for key, value in step.get("env", {}).items()}


def job(root, forge, pull_request=True):
    """One run on a forge like GitHub; what the steps said, and the summary."""
    summary = root.parent / "summary.md"
    summary.write_text("")
    values = {
        "inputs.token": "s3cret",
        "inputs.link-key": "0123456789abcdef0123456789abcdef",
        "github.base_ref": "main",
        "github.event.pull_request.number": "7",
    }
    said = {}
    for name, script, own in steps(root, values, pull_request):
        full = environment(
            GITHUB_STEP_SUMMARY=str(summary), GITHUB_API_URL=forge, GITHUB_REPOSITORY="ek/programme", **own
        )
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=root, env=full, capture_output=True, text=True)
        said[name] = (done.returncode, done.stdout, done.stderr)
    return said, summary.read_text()


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forge)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    forge = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        origin, root = pathlib.Path(folder, "origin"), pathlib.Path(folder, "work")
        init = ["init", str(root), "--name", "Ek & Ask", "--language", "en", "--email", "elin@ek-ask.example"]
        run([BEVARA, *init], folder, environment())
        for path in root.glob(".github/**/*.yaml"):
            yaml.safe_load(path.read_text())
        git(root, "init", "-q", "-b", "main", ".")
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", "as it is")
        git(folder, "clone", "-q", "--bare", str(root), str(origin))
        git(root, "remote", "add", "origin", str(origin))
        git(root, "fetch", "-q", "origin")
        git(root, "switch", "-q", "-c", "words")

        # Many findings, few annotations; the rest in the summary.
        said, summary = job(root, forge, pull_request=False)
        annotations = [line for line in said["Check"][1].splitlines() if line.startswith("::")]
        assert 0 < len(annotations) <= 10, annotations
        assert "What `bevara check` found" in summary and summary.count("\n- ") > len(annotations), summary
        assert said["Build"][0] == 0, said["Build"]
        assert (root / "output/site/index.html").exists() and not Forge.asked

        # Nothing changed for anybody: no comment.
        said, _ = job(root, forge)
        assert said["Compare"][0] == 0 and Forge.comments == [], said["Compare"]

        # Something did: one comment, whatever others said and however often it runs.
        Forge.comments = [{"id": number, "body": f"> {MARK}\nfrom somebody"} for number in range(130)]
        text = root / "content/newsletters/march.md"
        text.write_text(text.read_text() + "\nThe first line. @elin\n")
        git(root, "commit", "-qam", "words")
        for words in ("The first line.", "The second line."):
            text.write_text(text.read_text().replace("The first line.", words))
            git(root, "commit", "-q", "--allow-empty", "-am", "words")
            said, summary = job(root, forge)
            assert said["Compare"][0] == 0, said["Compare"]
            ours = [comment for comment in Forge.comments if comment["body"].startswith(MARK)]
            assert len(ours) == 1 and words in ours[0]["body"] and "@elin" not in ours[0]["body"], ours
            assert words in summary
            assert (root / "output/difference/index.html").exists()
        assert {token for _, _, token in Forge.asked} == {"Bearer s3cret"}
        assert "s3cret" not in "".join(str(part) for part in said.values())

        # Undone: the comment says so.
        git(root, "reset", "-q", "--hard", "origin/main")
        job(root, forge)
        assert "Nobody gets anything else" in ours[0]["body"], ours

        # A branch from elsewhere has no right to write: said, and no failure.
        git(root, "commit", "-q", "--allow-empty", "-m", "again")
        text.write_text(text.read_text() + "\nAnother line.\n")
        git(root, "commit", "-qam", "words")
        Forge.refuses = True
        said, _ = job(root, forge)
        assert said["Compare"][0] == 0 and "no comment was written" in said["Compare"][2], said["Compare"]
        Forge.refuses = False

        # A forge that shows all comments at once, as Forgejo does, and one that calls them notes.
        Forge.pages, Forge.comments = False, [{"id": number, "body": "words"} for number in range(130)]
        job(root, forge)
        assert len(Forge.comments) == 131
        Forge.pages, Forge.comments, Forge.asked = True, [], []
        gitlab = environment(GITLAB_CI="true", CI_API_V4_URL=f"{forge}/api/v4", CI_PROJECT_ID="3", REQUEST="7", TOKEN="glpat")
        compare = ["sh", ".github/actions/bevara/compare.sh", "origin/main", "output/difference"]
        for _ in range(2):
            run(compare, root, gitlab)
        assert len(Forge.comments) == 1
        notes = "/api/v4/projects/3/merge_requests/7/notes"
        assert [(verb, path) for verb, path, _ in Forge.asked if verb != "GET"] == [
            ("POST", notes),
            ("PUT", f"{notes}/{Forge.comments[0]['id']}"),
        ], Forge.asked

        # A base that is not there fails, and says what to do.
        broken = ["sh", ".github/actions/bevara/compare.sh", "origin/nowhere", "output/difference"]
        done = run(broken, root, gitlab, expect=2)
        assert "fetch-depth: 0" in done.stderr, done.stderr
    print("the recipe checks, compares, comments once and builds")


main()
