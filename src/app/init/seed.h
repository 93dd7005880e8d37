// The one place outside `serve` that writes a journal: before the node that will own it first
// starts.
#pragma once

#include <filesystem>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "protocol/event.h"

namespace holdfast::app {

// Creates the journal in `data_dir` (made when it is missing) with these entries, durable on
// return.
Result<void> seed_journal(const std::filesystem::path& data_dir,
                          const std::vector<protocol::Entry>& entries, WallMs now);

}  // namespace holdfast::app
