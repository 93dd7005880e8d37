// What every Journal must do, as tests: src/journal/journal.h sentence by sentence. An
// implementation's test file includes this once and instantiates JournalContract with a maker of
// its own:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, JournalContract,
//                            testing::Values(JournalMaker{"memory", make_memory}), name_of_maker);
#pragma once

#include "journal/contract/append.h"
#include "journal/contract/erasure.h"
#include "journal/contract/failure.h"
#include "journal/contract/lease.h"
#include "journal/contract/nodes.h"
#include "journal/contract/reads.h"
#include "journal/contract/rollback.h"
