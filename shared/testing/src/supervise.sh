# Runs one PostgreSQL server for as long as the test process lives, then removes it with its folder.
#
# Standard input is a pipe that the test process holds. The kernel closes it however that
# process ends, kill -9 included, where a destructor or an exit hook would not have run.
#
# BIN, DIR, PORT and DURABLE come from the environment, since su has no safe way to pass arguments on.
cd "$DIR" || exit 1

# Nothing is flushed because nobody reads this cluster after the machine has crashed: its folder goes with the
# process. Commits stay synchronous: a test may kill the server and look for what had been acknowledged.
# Autovacuum is off because each test has a database of its own, and the launcher would visit them all; the log
# is kept short because each new database is written to it. A benchmark's server is as an operator's.
options="-p $PORT -k $DIR -c listen_addresses=127.0.0.1 -c max_connections=300"
if [ -z "$DURABLE" ]; then
    options="$options -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
        -c max_wal_size=256MB -c autovacuum=off"
fi
# shellcheck disable=SC2086
"$BIN/postgres" -D "$DIR/data" $options >"$DIR/server.log" 2>&1 </dev/null &

# A test that takes its server away says how, a word a line, and waits for the answer. After a kill the old backends
# may hold on to their memory for a moment; until they are gone no new server starts.
while read -r order; do
    case $order in
    stop) "$BIN/pg_ctl" stop -D "$DIR/data" -m fast >/dev/null 2>&1 ;;
    kill) kill -KILL "$(head -n 1 "$DIR/data/postmaster.pid")" ;;
    start)
        until "$BIN/pg_ctl" start -w -D "$DIR/data" -l "$DIR/server.log" -o "$options" >/dev/null 2>&1 </dev/null; do
            sleep 0.1
        done
        ;;
    esac
    echo done
done

"$BIN/pg_ctl" stop -D "$DIR/data" -m fast >/dev/null 2>&1
wait
cd / && rm -rf "$DIR"
