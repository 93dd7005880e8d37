// The mark of the erasures that were carried out, in a file of its own beside the journal: not in
// the journal, and in no backup of it, so that a restored journal can be told from the one that was
// written last. src/node/erasure_ledger.h
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.h"
#include "node/node.h"

namespace holdfast::app {

// Nothing when there is no such file. A file that cannot be read or understood counts as one that
// says "restored": then old transcripts stay hidden until the ledger was compared.
std::optional<node::ErasureMark> read_erasure_mark(const std::filesystem::path& file);
Result<void> write_erasure_mark(const std::filesystem::path& file, const node::ErasureMark& mark);

}  // namespace holdfast::app
