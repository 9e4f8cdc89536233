/* FORCE_RESTART of one ODP: STOP and START are two commands, each done by a script on the host. See README.md for what is left out and why.
 *
 * The planner: durable, sends a command again when nothing is heard of it, gives it up when its own timer says so, and owes a START for each STOP.
 * The agents: one process a delivery; each may sleep anywhere, crash, lose its lock, or be refused for a reason of its own (a credential, an age).
 * The host: a lock shared by agent and script, the journal, the scripts, which outlive their agents, and a watchdog that starts an ODP by itself.
 *
 * Asserted:  ONCE   the process of a task is stopped at most once, and no other one
 *            EPOCH  no script of an older epoch has an effect after a newer one has fenced the ODP
 *            ALONE  no two scripts work at the same time
 *            UP     when nothing moves any more, the ODP runs; as LTL: <>[] up, under weak fairness
 *
 * Switches that take something away: see variants.txt.
 */
#ifndef EPOCHS
#define EPOCHS 1
#endif
#ifndef CRASHES
#define CRASHES 1    /* agents that die at work */
#endif
#ifndef LEASES
#define LEASES 0     /* how often a lease runs out under an agent that lives */
#endif
#ifndef OVERDUE
#define OVERDUE 1    /* how often the planner gives a command up that may still come */
#endif
#ifndef REFUSALS
#define REFUSALS 0   /* how often an agent refuses what another one would do */
#endif
#ifndef AGAIN
#define AGAIN 0      /* how often a command is sent again although somebody works on it */
#endif
#ifndef WATCHDOG
#define WATCHDOG 0   /* how often something else starts the ODP */
#endif
#ifndef RETRIES
#define RETRIES 0    /* how often a person has an ODP stopped again that was found running */
#endif
#define TRIES 7      /* attempts at a START before the planner is at its end; more than faults can cost */

#define STOP 0
#define START 1

#define OK 1
#define REFUSED 2    /* also CHANGED */
#define FAILED 3     /* TARGET, TIMED_OUT, UNREACHABLE */

bool up = true;
byte gen = 1;        /* which process that is, or was */
byte crashes, leases, overdue, refusals, again, watchdog, retries, deadman;

byte lock;           /* the agent that has it */
bool script;         /* a script has it too */
byte scripts;        /* how many run; nobody reads it but ALONE */
byte fence, stopped, started;  /* the journal: epoch, highest attempt of its STOP and of its START */
byte base[EPOCHS + 1];
byte stops[EPOCHS + 1];
bool ended;          /* the planner has nothing more to do */

chan results = [6] of { byte, byte, bool, byte, bool };  /* epoch, attempt, kind, result, already done */
byte working;        /* deliveries of the open command that live */
byte openEpoch, openAttempt; bool openKind;
byte agents;         /* deliveries so far: names for the lock */

#ifdef NO_LOCK
#define FREE true
#define HELD true
#else
#ifdef SCRIPT_WITHOUT_LOCK
#define FREE (lock == 0)
#else
#define FREE (lock == 0 && !script)
#endif
#define HELD (lock == me)
#endif

proctype StopScript(byte epoch; byte target) {
  atomic {
    if
#ifdef NO_PID_CHECK
    :: up ->
#else
    :: up && gen == target ->
#endif
       assert(epoch == fence);                          /* EPOCH */
       stops[epoch]++;
       assert(stops[epoch] <= 1 && gen == base[epoch]); /* ONCE */
       up = false
    :: else
    fi
  };
  atomic { script = false; scripts-- }
}

proctype StartScript() {
  bool free;
  free = !up;   /* is the port free? Then the binary; a second one of the same port and home ends by itself */
  atomic { if :: free && !up -> up = true; gen++ :: else fi; script = false; scripts-- }
}

inline claim() {
  if
  :: !(HELD) -> goto dead
  :: else -> script = true; scripts++; assert(scripts <= 1)   /* ALONE */
  fi
}

/* Who keeps a lease in its memory is left alive, or nobody would be there to keep the rule. */
#ifdef LEASE_HOLDER_DIES
#define MORTAL true
#else
#define MORTAL (!own)
#endif

inline mayCrash() { if :: MORTAL && crashes < CRASHES -> crashes++; crashed = true; goto dead :: skip fi }

proctype Agent(byte me; byte epoch; byte attempt; bool kind; bool own) {
  byte seen, res;
  bool running, already, crashed, acted;

begin:
  res = FAILED; already = false; acted = false;
#ifndef NO_LOCK
  atomic { FREE -> lock = me };
#endif
  if
  :: refusals < REFUSALS -> refusals++; res = (own -> FAILED : REFUSED); goto report
  :: skip
  fi;
  atomic {
    if
#ifndef NO_FENCE
#ifdef DEADMAN_FENCED
    :: epoch < fence -> res = REFUSED; goto report
#else
    :: epoch < fence && (!own || stopped || started) -> res = REFUSED; goto report   /* a newer task that began to act owes the START itself */
#endif
#endif
    :: kind == STOP && attempt < stopped -> res = REFUSED; goto report
#ifndef START_LEAVES_NO_MARK
    :: kind == STOP && attempt <= started -> res = REFUSED; goto report
#endif
    :: kind == START && !own && attempt < started -> res = REFUSED; goto report
    :: else
    fi
  };
  mayCrash();
  d_step { running = up; seen = gen };

  if
  :: kind == STOP ->
     if
     :: !running -> res = OK; already = true
#ifndef NO_PID_CHECK
     :: running && seen != base[epoch] -> res = REFUSED
#endif
     :: else ->
        atomic { if :: !(HELD) -> goto dead :: else -> stopped = attempt fi };
        mayCrash();
        atomic { claim(); run StopScript(epoch, seen) };
        acted = true
     fi
  :: kind == START ->
#ifndef START_LEAVES_NO_MARK
     atomic { if :: !(HELD) -> goto dead :: HELD && epoch == fence && attempt > started -> started = attempt :: else fi };
#endif
     if
     :: running -> res = OK; already = true
     :: else ->
#ifdef START_LEAVES_NO_MARK
        atomic { if :: !(HELD) -> goto dead :: HELD && epoch == fence && attempt > started -> started = attempt :: else fi };
#endif
        mayCrash();
        atomic { claim(); run StartScript() };
        acted = true
     fi
  fi;
  if
  :: acted ->
     mayCrash();
     if
     :: !script -> if :: up == (kind == START) -> res = OK :: else -> res = FAILED fi
     :: !(HELD) -> res = FAILED
     fi
  :: else
  fi;
  mayCrash();

report:
  atomic { if :: lock == me -> lock = 0 :: else fi };
  if
  :: !own ->
     atomic {
       results!epoch, attempt, kind, res, already;
       if :: epoch == openEpoch && attempt == openAttempt && kind == openKind -> working-- :: else fi
     };
#ifdef DEADMAN
     /* The lease that this agent keeps in its memory for what it stopped: when it runs out, it sends itself a START. */
     if
#ifdef DEADMAN_OF_DOER_ONLY
     :: kind == STOP && res == OK && !already -> own = true; kind = START; goto begin
#else
     :: kind == STOP && res == OK && (!already || stopped) -> own = true; kind = START; goto begin
#endif
     :: else
     fi
#endif
     skip
  :: own ->
#ifndef DEADMAN_TRIES_ONCE
     if :: res == FAILED -> goto begin :: else fi
#endif
     skip
  fi;
  goto out;

dead:  /* crashed, or without its lock: then the host tells it so, and it reports that it knows nothing */
  atomic {
    if :: lock == me -> lock = 0 :: else fi;
    if
    :: own && !crashed -> goto begin
    :: own && crashed -> goto out
    :: !own && crashed ->
       if :: epoch == openEpoch && attempt == openAttempt && kind == openKind -> working-- :: else fi;
       goto out
    :: else -> crashed = false; res = FAILED; goto report
    fi
  };
out:
  skip
}

inline deliver() { d_step { agents++; working++ }; run Agent(agents, epoch, attempt, kind, false) }

inline order(k) {
  atomic { kind = k; openEpoch = epoch; openAttempt = attempt; openKind = k; working = 0; deliver() };
  res = 0;
  do
  :: atomic { results?e, a, b, r, already -> if :: e == epoch && a == attempt && b == kind -> res = r; break :: else fi }
  :: atomic { working == 0 && empty(results) -> deliver() }                       /* no heartbeat: sent again */
  :: atomic { again < AGAIN -> again++; deliver() }
  :: atomic { overdue < OVERDUE -> overdue++; res = FAILED; break }
  od
}

proctype Planner() {
  byte epoch, attempt, res, e, a, r; bool kind, b, already;
  do
  :: epoch < EPOCHS ->
     /* The precheck's PROBE raises the fence and fixes the baseline. */
     atomic { FREE -> epoch++; attempt = 1; fence = epoch; stopped = 0; started = 0; base[epoch] = (up -> gen : 0) };
#ifdef REJECTS_WHEN_DOWN
     if :: base[epoch] == 0 -> break :: else fi;
#endif
again_stop:
     order(STOP);
#ifdef PLANNER_LOST
     if :: res == OK -> goto out :: else fi;
#endif
#ifdef REFUSED_MEANS_UNTOUCHED
     if :: res == REFUSED -> goto next :: else fi;
#endif
     do
     :: order(START);
        if
        :: res == OK -> break
#ifdef REJECTS_WHEN_DOWN
        :: res != OK && epoch < EPOCHS -> goto next   /* cancelled with a START that failed */
#endif
        :: res != OK -> attempt++; assert(attempt < TRIES)
        fi
     od;
     if
     :: atomic { retries < RETRIES && up && gen == base[epoch] -> retries++; attempt++; goto again_stop }
     :: skip
     fi;
next:
     skip
  :: epoch == EPOCHS -> break
  od;
out:
  ended = true;
end:
  do :: results?e, a, b, r, already od
}

active proctype Lease() {
end:
  do
  :: d_step { lock != 0 && leases < LEASES -> leases++; lock = 0 }
  od
}

active proctype Watchdog() {
end:
  do
  :: d_step { !up && watchdog < WATCHDOG -> watchdog++; up = true; gen++ }
  :: break   /* nobody may count on it */
  od
}

#ifdef LTL
ltl comes_up { <>[] up }

/* Time goes on when nothing else does; only fairness keeps it from being all that happens. */
active proctype Time() {
  bool tick;
  do :: tick = !tick od
}
#else
active proctype Quiet() {
end:
  timeout -> assert(up)   /* UP: the ODP runs when nothing moves any more */
}
#endif

init { run Planner() }
