// The names of the record's files in the moderator's data folder.
//
//   record.json      what is known up to a point: {"generation":G,"record":{...}}
//   record.G.jsonl   the lines since then, one JSON object each
//
// The summary says itself which lines it holds: those of every generation below its own. So one
// rename makes it true, and a crash before the old lines are removed counts nothing twice.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>

namespace holdfast::app {

inline std::filesystem::path summary_file(const std::filesystem::path& folder) {
  return folder / "record.json";
}
inline std::filesystem::path lines_file(const std::filesystem::path& folder,
                                        std::uint64_t generation) {
  return folder / fmt::format("record.{}.jsonl", generation);
}

}  // namespace holdfast::app
