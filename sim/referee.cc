#include "sim/referee.h"

#include "sim/checkers/audiences.h"
#include "sim/checkers/authentic.h"
#include "sim/checkers/decisions.h"
#include "sim/checkers/effects.h"
#include "sim/checkers/epochs.h"
#include "sim/checkers/erased_for_good.h"
#include "sim/checkers/failback_waits.h"
#include "sim/checkers/fenced.h"
#include "sim/checkers/hedge_budget.h"
#include "sim/checkers/names_all.h"
#include "sim/checkers/no_needless_autonomy.h"
#include "sim/checkers/nothing_doubled.h"
#include "sim/checkers/nothing_lost.h"
#include "sim/checkers/one_id.h"
#include "sim/checkers/safe_is_true.h"
#include "sim/checkers/same_transcript.h"
#include "sim/checkers/screen_keeps.h"
#include "sim/checkers/settings_first.h"
#include "sim/checkers/settings_winner.h"
#include "sim/checkers/transcript_order.h"
#include "sim/checkers/versions.h"

namespace holdfast::sim {

Referee::Referee(Failures& failures, Trace& trace) {
  checkers_.push_back(std::make_unique<NothingLost>(failures, trace));
  checkers_.push_back(std::make_unique<NothingDoubled>(failures, trace));
  checkers_.push_back(std::make_unique<TranscriptOrder>(failures, trace));
  checkers_.push_back(std::make_unique<SameTranscript>(failures, trace));
  checkers_.push_back(std::make_unique<Epochs>(failures, trace));
  checkers_.push_back(std::make_unique<Decisions>(failures, trace));
  checkers_.push_back(std::make_unique<ErasedForGood>(failures, trace));
  checkers_.push_back(std::make_unique<Effects>(failures, trace));
  checkers_.push_back(std::make_unique<Authentic>(failures, trace));
  checkers_.push_back(std::make_unique<ScreenKeeps>(failures, trace));
  checkers_.push_back(std::make_unique<Audiences>(failures, trace));
  checkers_.push_back(std::make_unique<FailbackWaits>(failures, trace));
  checkers_.push_back(std::make_unique<Fenced>(failures, trace));
  checkers_.push_back(std::make_unique<HedgeBudgetKept>(failures, trace));
  checkers_.push_back(std::make_unique<NamesAll>(failures, trace));
  checkers_.push_back(std::make_unique<NoNeedlessAutonomy>(failures, trace));
  checkers_.push_back(std::make_unique<OneId>(failures, trace));
  checkers_.push_back(std::make_unique<SafeIsTrue>(failures, trace));
  checkers_.push_back(std::make_unique<SettingsFirst>(failures, trace));
  checkers_.push_back(std::make_unique<SettingsWinner>(failures, trace));
  checkers_.push_back(std::make_unique<Versions>(failures, trace));
}

void Referee::at_end(const Ending& ending) {
  for (const auto& checker : checkers_) checker->at_end(ending);
}

}  // namespace holdfast::sim
