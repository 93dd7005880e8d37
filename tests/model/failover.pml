/* Who is active, who may decide, what an origin is: the rules of docs/failover.md and docs/protocol.md §§3, 6, 8, 9, small
 * enough that every order of every fault is tried. Two deployments, a moderator that may lose its state, two clients (each
 * writes one event) and one chat that an operator at each side wants. tests/model/run checks the rules as they are, then
 * each of the mutations, which must be refuted:
 *
 *   -DNO_PARITY        an epoch names whoever the moderator says, not Primary when odd
 *   -DNO_BARRIER       back to Primary without asking what it still lacks
 *   -DORIGIN_REUSED    a restarted node goes on counting in the origin that it had
 *   -DEAGER_AUTONOMY   a deployment decides by itself whenever the moderator is silent
 *   -DOUTBOX_SHORT     a client forgets an event when one deployment has accepted it
 *   -DOLDER_WINS       a deployment obeys the verdict that it heard last, not the highest
 *
 * One process chooses the next step; a step is one atomic change of one machine, as one input of a core is. Faults have
 * budgets and every other step makes progress, so each run ends: what must hold in the end is asserted there.
 */

/* The budgets of a run, and whether it has the chat's decisions and the messages in it: tests/model/run says which. */
#ifndef CRASHES_MAX
#define CRASHES_MAX 1
#define TAILS_MAX 1
#define CUTS_MAX 1
#define LOSSES_MAX 1
#define MOVES_MAX 1
#define FAILOVERS_MAX 1
#define MESSAGES true
#define CHAT true
#endif

#define PRIMARY 0
#define REDUNDANT 1
#define NOBODY 2
#define OTHER(i) (1 - (i))

#define INCARNATIONS 3 /* origins of a deployment: i * INCARNATIONS + incarnation */
#define ORIGINS 6
#define EPOCHS 12

/* held[HELD(i,o,s)]: deployment i holds entry s of origin o (s is 0 or 1), and it is event held-1; 0: it does not. */
#define HELD(i, o, s) (((i) * ORIGINS + (o)) * 2 + (s))
byte held[24];
/* What each number of each origin was given to. Like everything below that is marked so: seen by the checker alone. */
byte given[12];

#define BIT(e) (1 << (e))
#define HAS_EVENT(i, e) ((holds[i] & BIT(e)) != 0)
byte holds[2]; /* the events that a deployment holds, one bit each: follows from `held` */

bool up[2] = true;
bool link = true;
byte incarnation[2];
byte epoch[2] = 1;        /* the highest that a deployment knows, */
byte named[2] = PRIMARY;  /* and whom it names */

bool browser[2];          /* client e's browser holds its event e */
bool written[2] = !MESSAGES;
bool accepted[2];
bool safe[2];

bool moderator_up = true;
bool moderator_knows = true; /* it has its state, or has asked since it lost it */
byte told = 1;               /* the epoch that it stored, */
byte told_name = PRIMARY;    /* and whom it names */
bool undo;                   /* its last move was a failover: failback may undo it */
byte barrier;                /* the events that Redundant held when it looked */
bool barrier_taken;
byte verdict_of[EPOCHS] = NOBODY; /* checker: whom each epoch named */

#define GIVEN_BY(i) BIT(i)
byte decisions[2];        /* bit i: the decision that gives the chat to the operator at side i */
bool wants[2] = CHAT;     /* the operator at side i waits for an answer */
bool disturbed;           /* checker: since the chat opened somebody was down, cut off, or made active */
byte owed;                /* checker: what Redundant held when Primary came back */

bool calm;                /* the faults are over */
byte crashes = CRASHES_MAX;
byte tails = TAILS_MAX;   /* a disk that comes back without its last entry */
byte cuts = CUTS_MAX;
byte moderator_losses = LOSSES_MAX;
byte moves = MOVES_MAX;   /* ordered by a person */
byte failovers = FAILOVERS_MAX;

byte o, s, x;
bool same;

/* The next free number of i's present origin. */
#define MINE(i) ((i) * INCARNATIONS + incarnation[i])

/* Deployment i journals event e as the next entry of its own log. */
inline append(i, e) {
  o = MINE(i);
  s = (held[HELD(i, o, 0)] == 0 -> 0 : 1);
  assert(held[HELD(i, o, s)] == 0);
  /* One number of one origin names one event, for ever. */
  assert(given[o * 2 + s] == 0 || given[o * 2 + s] == (e) + 1);
  given[o * 2 + s] = (e) + 1;
  held[HELD(i, o, s)] = (e) + 1;
  holds[i] = holds[i] | BIT(e);
  o = 0; s = 0
}

inline recount(i) {
  holds[i] = 0;
  for (x : 0 .. 11) {
    if
    :: held[(i) * 12 + x] != 0 -> holds[i] = holds[i] | BIT(held[(i) * 12 + x] - 1)
    :: else
    fi
  }
  x = 0;
  owed = owed & (holds[0] | holds[1])
}

/* The moderator signs the next verdict; it names w. Stored before it is told to anybody. */
inline issue(whom) {
  x = whom;
#ifdef NO_PARITY
  told++;
#else
  told = told + (((told & 1) == (x == PRIMARY)) -> 2 : 1);
#endif
  told_name = x;
  x = 0;
  /* One epoch names one deployment. */
  assert(verdict_of[told] == NOBODY || verdict_of[told] == told_name);
  verdict_of[told] = told_name;
  barrier = 0; barrier_taken = false;
  disturbed = true
}

inline hear(i, heard, whom) {
  /* What a deployment knows never becomes older. */
  assert(heard > epoch[i]);
  epoch[i] = heard;
  named[i] = whom
}

#ifdef OLDER_WINS
#define IS_NEWS(heard, i) (heard != epoch[i])
#else
#define IS_NEWS(heard, i) (heard > epoch[i])
#endif

#ifdef EAGER_AUTONOMY
#define MAY_DECIDE_ALONE(i) (!moderator_up || !link || !up[OTHER(i)])
#else
#define MAY_DECIDE_ALONE(i) (!link || !up[OTHER(i)])
#endif

/* A client's event reaches a deployment that lacks it: first send, hedge, or give-back. Sending again is answered, not taken. */
#define SENDS(e, i) \
  :: atomic { browser[e] && up[i] && !HAS_EVENT(i, e) -> append(i, e); accepted[e] = true } \
  :: atomic { browser[e] && up[i] && HAS_EVENT(i, e) && !accepted[e] -> accepted[e] = true }

/* Entry s of origin o reaches deployment i over the peer link, behind its predecessor. */
#define PULLS(i, o, s) \
  :: atomic { up[0] && up[1] && link && held[HELD(i, o, s)] == 0 && held[HELD(OTHER(i), o, s)] != 0 && \
              (s == 0 || held[HELD(i, o, 0)] != 0) -> \
       held[HELD(i, o, s)] = held[HELD(OTHER(i), o, s)]; holds[i] = holds[i] | BIT(held[HELD(i, o, s)] - 1) }

/* Deployment i sees its own entry (o, s), which is event e, in what its peer says that it holds. */
#define PEER_HAS(i, o, s) (held[HELD(OTHER(i), o, s)] == held[HELD(i, o, s)] && \
                           (s == 0 || held[HELD(OTHER(i), o, 0)] == held[HELD(i, o, 0)]))
#define TELLS_SAFE(i, o, s, e) \
  :: atomic { up[0] && up[1] && link && !safe[e] && held[HELD(i, o, s)] == (e) + 1 && PEER_HAS(i, o, s) -> \
       /* Two ticks are the truth. */ \
       assert(HAS_EVENT(0, e) && HAS_EVENT(1, e)); \
       safe[e] = true }

#define EACH_ENTRY(i, what) what(i, 0, 0) what(i, 0, 1) what(i, 1, 0) what(i, 1, 1) what(i, 2, 0) what(i, 2, 1) \
                            what(i, 3, 0) what(i, 3, 1) what(i, 4, 0) what(i, 4, 1) what(i, 5, 0) what(i, 5, 1)
#define SAFE_0(i, o, s) TELLS_SAFE(i, o, s, 0)
#define SAFE_1(i, o, s) TELLS_SAFE(i, o, s, 1)

/* The ask of the operator at side i is decided where it belongs. */
#define DECIDES(i) \
  /* here, because the verdict that is known here says so; or the chat is given away already */ \
  :: atomic { wants[i] && up[i] && named[i] == i -> \
       if :: decisions[i] == 0 -> decisions[i] = GIVEN_BY(i) :: else fi; wants[i] = false } \
  /* at the other side, to which it was passed on */ \
  :: atomic { wants[i] && up[0] && up[1] && link && named[i] != i && named[OTHER(i)] == OTHER(i) -> \
       if :: decisions[OTHER(i)] == 0 -> decisions[OTHER(i)] = GIVEN_BY(i) :: else fi; wants[i] = false } \
  /* here, because no decider answers */ \
  :: atomic { wants[i] && up[i] && named[i] != i && MAY_DECIDE_ALONE(i) -> \
       if :: decisions[i] == 0 -> decisions[i] = GIVEN_BY(i) :: else fi; wants[i] = false }

#define CRASHES(i) \
  /* A moderator that waits for a barrier begins again: it wants the deployment healthy for a while without a break. */ \
  :: atomic { !calm && crashes > 0 && up[i] -> crashes--; up[i] = false; disturbed = true; barrier = 0; barrier_taken = false } \
  /* What the disk, or the database behind it, had synced is not all there any more. */ \
  :: atomic { !calm && tails > 0 && !up[i] && held[HELD(i, MINE(i), 0)] != 0 -> \
       tails--; \
       if \
       :: held[HELD(i, MINE(i), 1)] != 0 -> held[HELD(i, MINE(i), 1)] = 0 \
       :: else -> held[HELD(i, MINE(i), 0)] = 0 \
       fi; \
       recount(i) } \
  :: atomic { !up[i] -> up[i] = true; STARTS(i); owed = (i == PRIMARY -> holds[REDUNDANT] : owed) }
#ifdef ORIGIN_REUSED
#define STARTS(i) skip
#else
#define STARTS(i) incarnation[i]++
#endif

#ifdef NO_BARRIER
#define CAUGHT_UP barrier_taken
#else
#define CAUGHT_UP (barrier_taken && (holds[PRIMARY] & barrier) == barrier)
#endif

#define HEARS(i) \
  :: atomic { moderator_up && moderator_knows && up[i] && IS_NEWS(told, i) -> hear(i, told, told_name) } \
  :: atomic { up[0] && up[1] && link && epoch[OTHER(i)] > epoch[i] -> hear(i, epoch[OTHER(i)], named[OTHER(i)]) } \
  :: atomic { up[0] && up[1] && link && (decisions[i] | decisions[OTHER(i)]) != decisions[i] -> \
       decisions[i] = decisions[i] | decisions[OTHER(i)] }

/* A higher epoch than its own, told by a deployment, is its own from then on. */
#define ADOPTS(i) \
  :: atomic { moderator_up && moderator_knows && up[i] && epoch[i] > told -> \
       told = epoch[i]; told_name = named[i]; undo = false; barrier = 0; barrier_taken = false }

init {
  verdict_of[1] = PRIMARY;
  do
  :: atomic { !written[0] -> written[0] = true; browser[0] = true }
  :: atomic { !written[1] -> written[1] = true; browser[1] = true }
  SENDS(0, 0) SENDS(0, 1) SENDS(1, 0) SENDS(1, 1)
  /* A browser goes away once both ticks are shown. */
#ifdef OUTBOX_SHORT
  :: atomic { browser[0] && accepted[0] -> browser[0] = false }
  :: atomic { browser[1] && accepted[1] -> browser[1] = false }
#else
  :: atomic { browser[0] && safe[0] -> browser[0] = false }
  :: atomic { browser[1] && safe[1] -> browser[1] = false }
#endif

  EACH_ENTRY(0, PULLS) EACH_ENTRY(1, PULLS)
  EACH_ENTRY(0, SAFE_0) EACH_ENTRY(0, SAFE_1) EACH_ENTRY(1, SAFE_0) EACH_ENTRY(1, SAFE_1)
  DECIDES(0) DECIDES(1)
  HEARS(0) HEARS(1)

  /* ---- the moderator ---- */
  :: atomic { moderator_up && moderator_knows && failovers > 0 && !up[told_name] && up[OTHER(told_name)] ->
       failovers--; issue(OTHER(told_name)); undo = (told_name == REDUNDANT) }
  :: atomic { moderator_up && moderator_knows && !calm && moves > 0 -> moves--; issue(OTHER(told_name)); undo = false }
  /* With a new key it signs anew what is: the same deployment under a higher epoch. */
  :: atomic { moderator_up && moderator_knows && !calm && moves > 0 -> moves--; issue(told_name) }
  /* Failback: first it looks what there is to be held, then it waits for that. */
  :: atomic { moderator_up && moderator_knows && undo && up[0] && up[1] && !barrier_taken ->
       barrier = holds[REDUNDANT]; barrier_taken = true }
  :: atomic { moderator_up && moderator_knows && undo && up[0] && up[1] && CAUGHT_UP ->
       issue(PRIMARY); undo = false;
       /* Who is made active again by itself lacks nothing that was accepted while it was away. */
       assert((holds[PRIMARY] & owed) == owed) }
  :: atomic { !calm && moderator_losses > 0 && moderator_up ->
       moderator_losses--; moderator_up = false; moderator_knows = false; told = 0; undo = false; barrier = 0; barrier_taken = false }
  :: atomic { !moderator_up -> moderator_up = true }
  /* It adopts the highest epoch that whoever answers knows. */
  :: atomic { moderator_up && !moderator_knows && (up[0] || up[1]) ->
       x = (!up[0] || (up[1] && epoch[1] > epoch[0]) -> 1 : 0);
       told = epoch[x]; told_name = named[x]; moderator_knows = true; x = 0 }

  ADOPTS(0) ADOPTS(1)

  /* ---- faults, and their repair ---- */
  CRASHES(0) CRASHES(1)
  :: atomic { !calm -> calm = true }
  :: atomic { !calm && cuts > 0 && link -> cuts--; link = false; disturbed = true }
  :: atomic { !link -> link = true }

  :: else -> break
  od;

  /* Nothing is left to do: all is repaired, and both sides are one again. */
  atomic {
    assert(!MESSAGES || (accepted[0] && accepted[1] && holds[0] == 3 && holds[1] == 3 && safe[0] && safe[1]));
    assert(epoch[0] == epoch[1] && named[0] == named[1]);
    assert(moderator_up && moderator_knows && epoch[0] == told);
    assert(!CHAT || (!wants[0] && !wants[1] && decisions[0] == decisions[1] && decisions[0] != 0));
    /* Two operators have one chat only when the sides could not see each other, or were made to swap roles meanwhile. */
    assert(disturbed || decisions[0] != 3)
  }
}
