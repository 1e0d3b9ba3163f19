# SPDX-License-Identifier: Apache-2.0
# loops.awk -v functions="a b" -v allowed="sin cos" SOURCE REPORT: counts the loops of SOURCE's functions a and b in
# REPORT, GCC's dump of the vectoriser. Prints one line for each that should be vectorised and is not, then
# "= loops vectorised allowed failures".
BEGIN {
  split(functions, names)
  split(allowed, calls)
}

# SOURCE: the lines of each function, from its name to the closing brace of the same indentation.
FNR == NR {
  if (owner == "") {
    for (i in names) {
      if ($0 ~ "^ *[A-Za-z].*[ *&]" names[i] "\\(" && $0 !~ /;$/) {
        owner = names[i]
        match($0, /^ */)
        closing = substr($0, 1, RLENGTH) "}"
      }
    }
  }
  if (owner != "") owner_of[FNR] = owner
  if ($0 == closing) owner = ""
  source = FILENAME
  next
}

function fail(text) {
  ++times[text]
  ++failures
}

# The end of one instantiation: were its unvectorised loops to be expected?
function settle(    i, name) {
  if (missed > 0 && called != "") {
    excused += missed
  } else {
    for (i = 1; i <= missed; ++i) fail("not vectorised: " missed_at[i] " in " instantiation)
  }
  # A loop that GCC did not even look at is no success; one that became memcpy or memset is gone.
  for (i in names) {
    name = "[ :]" names[i] "(<| \\(|$)"
    if (instantiation ~ name && seen == 0 && !copies) fail("no loop was looked at in " instantiation)
  }
  missed = seen = copies = 0
  called = ""
}

/^;; Function / {
  settle()
  instantiation = $0
  sub(/^;; Function /, "", instantiation)
  sub(/, funcdef_no.*/, ")", instantiation)
}

/: optimized: +loop vectorized|: missed: +couldn't vectorize loop/ {
  split($1, place, ":")
  if (place[1] == source && place[2] in owner_of) {
    ++loops
    ++seen
    ++loops_of[owner_of[place[2]]]
    if (/optimized/) {
      ++vectorised
    } else {
      missed_at[++missed] = place[1] ":" place[2]
    }
  }
}

/ (__builtin_)?mem(cpy|move|set) \(/ { copies = 1 }

{
  for (i in calls) {
    if ($0 ~ "= (__builtin_)?" calls[i] " \\(") called = calls[i]
  }
}

END {
  settle()
  for (i in names) {
    if (!(names[i] in loops_of)) fail("no loop of " names[i] " was found: is it still in " source "?")
  }
  for (text in times) print text (times[text] > 1 ? ", " times[text] " times" : "")
  print "=", loops + 0, vectorised + 0, excused + 0, failures + 0
}
