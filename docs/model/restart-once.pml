/* Hot restart: one ODP, its host, and every agent that is given a command for it. See README.md for what is left out and why.
 *
 * The ODP: generations of processes. proxy_local_cmd is one cell a process; a later tick takes it, forks, and either the child takes over (the parent
 * drains) or it dies (the parent goes on). While a fork goes on the cell may be dropped. A drained parent may take the service back.
 * The agents: T deliveries in all, of attempts and epochs as the planner may send them; each may sleep anywhere, crash, or lose its lock.
 *
 * Asserted:  ONCE   the ODP takes the command of one (epoch, attempt) at most once
 *            MEANT  a command reaches only the process it means
 *            EPOCH  nothing of an older epoch reaches the ODP after a newer one has fenced it
 *
 * Switches that take something away: see variants.txt.
 */
#ifndef EPOCHS
#define EPOCHS 2     /* tasks, one after the other */
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 2   /* attempts of a task */
#endif
#ifndef T
#define T 3          /* deliveries in all */
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef LEASES
#define LEASES 1     /* how often a lease runs out under an agent that lives */
#endif
#ifndef DEATHS
#define DEATHS 1     /* children that die before they take over */
#endif
#ifndef BACKS
#define BACKS 1      /* successors that die while the old process drains */
#endif
#define PROCS 5      /* more than T + 1, as every fork costs a delivery */

#define IDLE 1       /* serves, idle */
#define FORKED 2     /* accepts nothing: its child is starting */
#define DRAINS 3     /* its child serves */
#define GONE 4

byte state[PROCS];   /* 0: not yet */
bool cell[PROCS];    /* proxy_local_cmd = 2 */
byte mark[PROCS];    /* timeout_rollback_timeout_at: another value after each fork */
byte parent[PROCS];
byte current;        /* the process that new logins reach, once it accepts */
byte last;           /* the youngest process */
byte deaths, backs, crashes, leases;

/* The host: lock, and the journal of the highest epoch. */
byte lock;           /* whose it is, 0 nobody's */
byte fence;
byte intent;         /* attempt that wrote the last intent, 0 none */
byte intentMark;
byte highest;        /* highest attempt that wrote one */
bool outcome[ATTEMPTS + 1];

byte base[EPOCHS + 1]; /* the process each task means */

/* What the properties speak of; no agent reads it. */
#define CMD(e, a) ((e - 1) * ATTEMPTS + (a - 1))
byte asked[PROCS];   /* bits: whose ALTER lies in the cell */
byte taken[EPOCHS * ATTEMPTS];

inline count() {
  i = 0;
  do
  :: i < EPOCHS * ATTEMPTS ->
     if
     :: asked[current] & (1 << i) -> taken[i]++; assert(taken[i] <= 1)   /* ONCE */
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 0
}

proctype Odp() {
  byte i;
end:
  do
  :: atomic { state[current] == IDLE && cell[current] ->
       cell[current] = false; count(); asked[current] = 0; mark[current]++;
       last++; assert(last < PROCS); parent[last] = current; state[current] = FORKED }
  :: d_step { state[current] == FORKED && cell[current] -> cell[current] = false; asked[current] = 0 }   /* busy: dropped */
  :: atomic { state[current] == FORKED -> state[current] = DRAINS; current = last; state[current] = IDLE }
  :: d_step { state[current] == FORKED && deaths < DEATHS -> deaths++; state[last] = GONE; state[current] = IDLE }
  :: d_step { state[current] == IDLE && current != 0 && state[parent[current]] == DRAINS && backs < BACKS ->
       backs++; state[current] = GONE; cell[current] = false; asked[current] = 0;
       current = parent[current]; state[current] = IDLE }
  :: d_step { current != 0 && state[parent[current]] == DRAINS -> state[parent[current]] = GONE }
  od
}

/* Each answered order proves the lock; SQL does not pass through it. */
#ifdef NO_LOCK
#define HELD true
#else
#define HELD (lock == me)
#endif
#if defined(TUNNEL_OUTLIVES_LOCK) || defined(NO_LOCK)
#define CONNECTED true
#else
#define CONNECTED (lock == me)
#endif

inline mayCrash() { if :: crashes < CRASHES -> crashes++; goto dead :: skip fi }

inline writeIntent() {
#ifdef NO_JOURNAL
  skip
#else
  d_step {
    if
    :: !(HELD) -> lost = true
    :: else ->
       intent = attempt; intentMark = before;
       if :: attempt > highest -> highest = attempt :: else fi
    fi
  };
  if :: lost -> goto dead :: else fi
#endif
}

/* proxy_local_cmd = 2, to the process of the connection. A draining one answers 4016, one that is gone nothing. */
inline alter() {
  d_step {
    if
    :: CONNECTED && (state[session] == IDLE || state[session] == FORKED) ->
       assert(session == base[epoch]);   /* MEANT */
       assert(epoch == fence);           /* EPOCH */
       cell[session] = true; asked[session] = asked[session] | (1 << CMD(epoch, attempt)); sent = true
    :: else
    fi
  }
}

inline writeOutcome() {
#ifndef NO_JOURNAL
  d_step { if :: HELD && fence == epoch -> outcome[attempt] = true :: else fi }
#endif
  skip
}

proctype Agent(byte me; byte epoch; byte attempt) {
  byte seen, session, before;
  bool busy, pending, moved, sent, lost, watching;

  /* lock, fence, and the attempt */
#ifndef NO_LOCK
  atomic { lock == 0 -> lock = me };
#endif
  atomic {
    if
#ifndef NO_FENCE
    :: epoch < fence -> goto dead
#endif
#ifndef NO_ATTEMPT_FENCE
    :: epoch == fence && attempt < highest -> goto dead
#endif
    :: else
    fi
  };

  /* look: the pid of a new login, then two statements on its connection */
  atomic {
    if
    :: state[current] == FORKED -> seen = current; busy = true   /* the login hangs, or the host shows the child */
    :: else -> seen = current; busy = false
    fi
  };
#ifdef CELL_READ_LAST
  d_step { busy = busy || state[seen] != IDLE; moved = (mark[seen] != intentMark) };
  pending = cell[seen];
#else
  pending = cell[seen];
  d_step { busy = busy || state[seen] != IDLE; moved = (mark[seen] != intentMark) };
#endif

  /* the table of NextSteps */
  atomic {
    if
    :: seen != base[epoch] -> goto dead     /* ALREADY_DONE with our intent, CHANGED without: nothing is touched either way */
    :: else ->
#ifndef NO_JOURNAL
       if
       :: outcome[attempt] && !busy && !pending -> goto dead                          /* ROLLED_BACK, said before */
       :: !intent && (busy || pending) -> goto dead                                   /* RESTART_UNDER_WAY */
       :: intent && (busy || pending) -> watching = true
#ifndef NO_MARK
       :: !outcome[attempt] && !busy && !pending && intent == attempt && moved -> goto dead   /* ROLLED_BACK, unwatched */
#endif
       :: else
       fi
#else
       if :: busy || pending -> watching = true :: else fi
#endif
    fi
  };
  if :: watching -> before = intentMark; goto watch :: else fi;

  /* act: a connection, whose process must be the meant one, looked at under the lock */
  atomic { state[current] == IDLE -> session = current };
#ifndef NO_PID_CHECK
  atomic { if :: session != base[epoch] || !(HELD) -> goto dead :: else fi };
#endif
  before = mark[session];
#ifdef EFFECT_BEFORE_INTENT
  alter();
  mayCrash();
  writeIntent();
#else
  writeIntent();
  mayCrash();
  atomic { if :: !(HELD) -> goto dead :: else fi };   /* the heartbeat right before; from here to the ALTER it may sleep as long as it likes */
#ifdef ANY_CONNECTION
  session = current;                                 /* a pool that connects again by itself */
#endif
  alter();
#endif
  if :: !sent -> goto dead :: else fi;

watch:
  mayCrash();
  do
  :: atomic { current != base[epoch] && state[current] == IDLE -> writeOutcome(); break }                                  /* served */
  :: atomic { state[base[epoch]] == IDLE && !cell[base[epoch]] && mark[base[epoch]] != before -> writeOutcome(); break }   /* ROLLED_BACK */
  :: atomic { state[base[epoch]] == IDLE && !cell[base[epoch]] && mark[base[epoch]] == before -> writeOutcome(); break }   /* DROPPED */
  :: atomic { !(HELD) -> break }
  :: atomic { state[base[epoch]] == GONE -> break }
  od;

dead:
  atomic { if :: lock == me -> lock = 0 :: else fi }
}

/* A lease that runs out under an agent that sleeps. */
active proctype Lease() {
end:
  do
  :: d_step { lock != 0 && leases < LEASES -> leases++; lock = 0 }
  od
}

inline task() {
  /* The precheck's PROBE raises the fence and fixes the baseline. */
  d_step {
    epoch++; attempt = 1; fence = epoch; base[epoch] = current;
    intent = 0; intentMark = 0; highest = 0; outcome[1] = false; outcome[ATTEMPTS] = false
  }
}

init {
  byte epoch, attempt, given;
  atomic { state[0] = IDLE; task(); run Odp() };
  do
  :: atomic { given < T -> given++; run Agent(given, epoch, attempt) }
  /* A retry looks first, under the lock: another attempt only while the baseline serves. */
  :: atomic { given < T && given > 0 && lock == 0 && attempt < ATTEMPTS && current == base[epoch] && state[current] == IDLE -> attempt++ }
  :: atomic { given < T && given > 0 && lock == 0 && epoch < EPOCHS && state[current] == IDLE -> task() }
  :: given == T -> break
  od
}
