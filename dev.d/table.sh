# shellcheck shell=bash
# commit_table KIND STATUS: what a run of `./dev test --long` or `--peers` had to say, as bench/results/DATE-COMMIT-KIND.md.
# Whoever resolves an issue commits it.

commit_table() {
    local kind=$1 status=$2 commit file layout=v1
    commit=$(git rev-parse --short HEAD 2>/dev/null || echo none)
    [ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit=$commit-changed
    file=bench/results/$(date -u +%Y-%m-%d)-$commit-$kind.md
    [ ! -e /sys/fs/cgroup/cgroup.controllers ] || layout=v2
    [ ! -d /sys/fs/cgroup/unified ] || layout='hybrid (v1 controllers, v2 without any)'
    {
        echo "# \`./dev test --$kind\` of $(date -u '+%Y-%m-%d %H:%M UTC'), commit $commit"
        echo
        echo "- machine: $(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r); cgroups: $layout"
        peer_versions
        echo "- ended with status $status"
        echo
        class_table <"$build/test-results.txt"
        # What the tests of endurance have measured.
        [ $kind != long ] || cat "$build"/endurance/*.md 2>/dev/null || true
    } >"$file"
    say "the table is in $file"
}

peer_versions() {
    local program
    for program in crun runc; do
        [ ! -x "$build/peers/bin/$program" ] || echo "- $("$build/peers/bin/$program" --version | head -n 1)"
    done
}

# Of lines STATE<tab>SECONDS s<tab>CLASS.METHOD: a row for each class that took two seconds, one for all others, and what failed.
class_table() {
    awk -F '\t' '
        { class = $3; sub(/[.: ].*/, "", class); seconds[class] += $2; count[class, $1]++; all[$1]++; total += $2 }
        $1 == "FAILED" { failed = failed "\n- " $3 }
        function row(name, passed, failures, skipped, time) {
            return sprintf("| %s | %d | %d | %d | %.0f |", name, passed, failures, skipped, time)
        }
        END {
            print "| tests | passed | failed | skipped | seconds |\n|---|--:|--:|--:|--:|"
            for (class in seconds)
                if (seconds[class] >= 2)
                    print row(class, count[class, "PASSED"], count[class, "FAILED"], count[class, "SKIPPED"], seconds[class]) | "sort"
                else {
                    quick["PASSED"] += count[class, "PASSED"]; quick["FAILED"] += count[class, "FAILED"]
                    quick["SKIPPED"] += count[class, "SKIPPED"]; rest += seconds[class]
                }
            close("sort")
            print row("those of less than two seconds", quick["PASSED"], quick["FAILED"], quick["SKIPPED"], rest)
            print row("**all**", all["PASSED"], all["FAILED"], all["SKIPPED"], total)
            if (failed != "") print "\nFailed:\n" failed
        }'
}
