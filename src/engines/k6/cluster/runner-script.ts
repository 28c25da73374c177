/** Where the files of a load are in its pods, and where they may write. */
export const filesFolder = '/shakedown/files'
export const workFolder = '/shakedown/work'
/** Port of k6's REST API in its pod. */
export const k6Port = 6565

/**
 * The log of k6, each line with its number; without the warnings, of which there is one for each request that fails.
 */
export const logAwk = `
/"level":"warning"/ { next }
{ printf "!%d\\t%s\\n", ++told, $0; fflush() }
`

/**
 * What a pod of the load runs (POSIX shell): k6, held before its start, whose samples are made short and go to the pod's
 * log, as does what it says of itself; then its summary and its exit code.
 *
 *   k6 ──samples──▶ awk ──▶ stdout ─┐
 *    └──log──────▶ awk ──▶ stderr ─┴─▶ the pod's log ──▶ us
 */
export const runnerScript = `
runners=$1; sequence=$2; main=$3
shift 3
index=\${JOB_COMPLETION_INDEX:-0}
work=${workFolder}
cd ${filesFolder} || exit 255
[ -n "$K6_CONFIG" ] || { K6_CONFIG=$work/config.json; echo '{}' > $K6_CONFIG; }
mkfifo $work/samples $work/log || exit 255
[ "$index" = 0 ] || set -- --no-teardown "$@"

awk -v pidfile=$work/pid -f samples.awk < $work/samples &
told=$!
awk -f log.awk < $work/log >&2 &
said=$!
k6 run "$main" --config="$K6_CONFIG" --quiet --no-color --log-format=json --log-output=stderr \\
  --paused --no-setup --address=0.0.0.0:${k6Port} --out=csv=- \\
  --execution-segment="$index/$runners:$((index + 1))/$runners" --execution-segment-sequence="$sequence" \\
  "$@" > $work/samples 2> $work/log &
k6=$!
echo $k6 > $work/pid
trap 'kill -TERM $k6 2> /dev/null' TERM INT

wait $k6
code=$?
# A signal ends the wait, not k6.
while kill -0 $k6 2> /dev/null; do
  wait $k6
  code=$?
done
wait $told
wait $said
if [ -f $work/summary.json ]; then
  printf 'summary\\t'
  tr -d '\\n' < $work/summary.json
  printf '\\n'
fi
printf 'end\\t%s\\n' "$code"
printf %s "$code" > /dev/termination-log
# What is no failure of k6 must be none of the pod: the first to fail would end the others with it.
case $code in
  99 | 103 | 105 | 110) exit 0 ;;
  *) exit "$code" ;;
esac
`
