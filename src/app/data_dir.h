// Where a deployment's data folder keeps its things.
#pragma once

#include <filesystem>

namespace holdfast::app {

inline std::filesystem::path journal_file(const std::filesystem::path& data_dir) {
  return data_dir / "journal.db";
}
inline std::filesystem::path verdict_file(const std::filesystem::path& data_dir) {
  return data_dir / "verdict.json";
}

// What the moderator handed over, for the status page.
inline std::filesystem::path record_file(const std::filesystem::path& data_dir) {
  return data_dir / "record.json";
}
inline std::filesystem::path erasures_file(const std::filesystem::path& data_dir) {
  return data_dir / "erasures";
}

}  // namespace holdfast::app
