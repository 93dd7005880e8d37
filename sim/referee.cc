#include "sim/referee.h"

#include "sim/checkers/authentic.h"
#include "sim/checkers/decisions.h"
#include "sim/checkers/effects.h"
#include "sim/checkers/epochs.h"
#include "sim/checkers/erased_for_good.h"
#include "sim/checkers/nothing_doubled.h"
#include "sim/checkers/nothing_lost.h"
#include "sim/checkers/same_transcript.h"
#include "sim/checkers/screen_keeps.h"
#include "sim/checkers/transcript_order.h"

namespace holdfast::sim {

Referee::Referee(Failures& failures, Trace& trace) {
  checkers_.push_back(std::make_unique<NothingLost>(failures, trace));
  checkers_.push_back(std::make_unique<NothingDoubled>(failures, trace));
  checkers_.push_back(std::make_unique<TranscriptOrder>(failures, trace));
  checkers_.push_back(std::make_unique<SameTranscript>(failures, trace));
  checkers_.push_back(std::make_unique<Epochs>(failures, trace));
  checkers_.push_back(std::make_unique<Decisions>(failures, trace));
  checkers_.push_back(std::make_unique<Effects>(failures, trace));
  checkers_.push_back(std::make_unique<Authentic>(failures, trace));
  checkers_.push_back(std::make_unique<ScreenKeeps>(failures, trace));
  checkers_.push_back(std::make_unique<ErasedForGood>(failures, trace));
}

void Referee::at_end(const Ending& ending) {
  for (const auto& checker : checkers_) checker->at_end(ending);
}

}  // namespace holdfast::sim
