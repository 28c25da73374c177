import {arrivalMetric, numberKey, skippedMetric} from '../script/messages.js'

/**
 * The program (POSIX awk) that makes few short lines of the many that k6 writes as CSV, in the pod: a log of all of them
 * would be ten times as long. Each line has its number, so that one that is lost on its way to us is missed; fields are
 * apart by tabs, times are epoch ms:
 *
 *   12  a  load  7  1700000000123.456  home            arrival 7 of the scenario "load" began
 *   13  r  load  7  1700000000130.001  6.5  200  …     its request ended: took, status, error code, name, error
 *   14  f  load  7  1700000000130.100                  arrival 7 is over
 *   15  d  load  3                                     three were dropped
 *   16  s  load  8                                     8 was skipped by the script itself
 *   17  c  1234                                        a second has passed; CPU time so far, in hundredths of a second
 *   18  z                                              k6 has ended
 */
export const samplesAwk = `
function tell(text) { printf "%d\\t%s\\n", ++told, text; fflush() }

function split_row(row,    n, i, c, part, inside) {
  if (index(row, "\\"") == 0) return split(row, f, ",")
  n = 1; part = ""; inside = 0
  for (i = 1; i <= length(row); i++) {
    c = substr(row, i, 1)
    if (c == "\\"") {
      if (inside && substr(row, i + 1, 1) == "\\"") { part = part c; i++ }
      else inside = !inside
    } else if (c == "," && !inside) { f[n++] = part; part = "" }
    else part = part c
  }
  f[n] = part
  return n
}

function field(name,    text) { text = f[column[name]]; gsub(/[\\t\\r\\n]/, " ", text); return text }

function number(    text) {
  text = field("metadata")
  if (!match(text, /(^|&)${numberKey}=[0-9]+/)) return ""
  text = substr(text, RSTART, RLENGTH)
  sub(/^.*=/, "", text)
  return text
}

# Nanoseconds are too many digits for a number.
function ms(    text) {
  text = field("timestamp")
  return substr(text, 1, length(text) - 6) "." substr(text, length(text) - 5, 3)
}

function cpu(    line, path, rest, parts) {
  if (pid == "" && (getline pid < pidfile) <= 0) return
  path = "/proc/" pid "/stat"
  if ((getline line < path) > 0) {
    # The name of the program, in brackets, may hold anything.
    sub(/^.*\\) /, "", line)
    split(line, parts, " ")
    tell("c\\t" (parts[12] + parts[13]))
  }
  close(path)
}

NR == 1 {
  for (i = split($0, names, ","); i > 0; i--) column[names[i]] = i
  next
}

{
  row = unfinished == "" ? $0 : unfinished "\\n" $0
  unfinished = ""
  if (index(row, "\\"")) {
    copy = row
    if (gsub(/"/, "", copy) % 2) { unfinished = row; next }
  }
  metric = substr(row, 1, index(row, ",") - 1)
}

metric == "vus" { cpu(); next }

metric == "dropped_iterations" {
  split_row(row)
  tell("d\\t" field("scenario") "\\t" field("metric_value"))
  next
}

metric == "${arrivalMetric}" {
  split_row(row)
  if ((n = number()) != "") tell("a\\t" field("scenario") "\\t" n "\\t" ms() "\\t" field("name"))
  next
}

metric == "${skippedMetric}" {
  split_row(row)
  if ((n = number()) != "") tell("s\\t" field("scenario") "\\t" n)
  next
}

metric == "iterations" {
  split_row(row)
  if ((n = number()) != "") tell("f\\t" field("scenario") "\\t" n "\\t" ms())
  next
}

# The rows of a request come together: this one first, the one with "receiving" last of those that count.
metric == "http_reqs" {
  split_row(row)
  n = number()
  open = n != ""
  took = 0
  before = "r\\t" field("scenario") "\\t" n "\\t" ms() "\\t"
  after = "\\t" field("status") "\\t" field("error_code") "\\t" field("name") "\\t" substr(field("error"), 1, 200)
  next
}

metric == "http_req_duration" || metric == "http_req_blocked" {
  if (open) { split_row(row); took += field("metric_value") }
  next
}

metric == "http_req_receiving" {
  if (open) tell(before sprintf("%.4f", took) after)
  open = 0
}

END { tell("z") }
`
