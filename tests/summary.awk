# What `./test` printed, in short: how long each part took, what was skipped and why, what failed; and on the last line how many.

/^missing: / { failed++ }

/^part [a-z]+: (ok|FAILED) after [0-9]+ s$/ {
    close_target()
    name = substr($2, 1, length($2) - 1)
    times = times sprintf("%8d s  %s\n", $5, name)
    if (name == "tests") {
        # Its failures have names of their own, but for those of cargo itself.
        if ($3 == "FAILED" && !failed_tests) fail("cargo test")
    } else if ($3 == "FAILED") fail(name)
    else passed++
}

# The target that cargo runs from here on, named by its file.
/^ +Running .* \(.*\)$/ {
    close_target()
    binary = $NF
    gsub(/.*\/|-[0-9a-f]+\)$/, "", binary)
    target = $2 == "unittests" ? $3 " of " binary : $2
}
/^ +Doc-tests / { close_target(); target = "the examples in the documentation of " $2 }

# Of a test it is counted by its target's result.
/^SKIPPED .*: / { why = $0; sub(/^SKIPPED [^:]*: /, "", why); sub(/^SKIPPED /, ""); sub(/:.*/, ""); skip($0, why); if (!target) skipped++ }
/^test .* \.\.\. ignored, / { why = $0; sub(/.* \.\.\. ignored, /, "", why); skip($2, why) }

# The last list of a target that begins so has the names alone.
/^failures:$/ { names = "" }
/^    [^ ]/ { names = names substr($0, 5) "\n" }

/^test result: / {
    passed += $4; skipped += $8
    if ($3 == "FAILED.") {
        count = split(names, list, "\n") - 1
        for (i = 1; i <= count; i++) fail(list[i] " in " target)
        failed_tests = 1
    }
    time = $NF
    sub(/s$/, "", time)
    targets = targets sprintf("%8.1f s      %s\n", time, target)
    target = ""
}

function fail(what) { failed++; failures = failures "FAILED: " what "\n" }

function skip(what, why) {
    if (!(why in skips)) reasons[++kinds] = why
    skips[why] = skips[why] "    " what (target ? " in " target : "") "\n"
}

# A target that began and told no result was ended by something else.
function close_target() {
    if (target != "") { fail(target ", which ended without a result"); failed_tests = 1 }
    target = ""
}

END {
    close_target()
    if (times) printf "\n%s%s", times, targets
    for (i = 1; i <= kinds; i++) printf "SKIPPED: %s\n%s", reasons[i], skips[reasons[i]]
    printf "%s", failures
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit failed > 0
}
