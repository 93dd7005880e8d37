// Small files that must be there after a power failure.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace holdfast::app {

// Replaces the file as one, synced: whoever reads it finds the old text or the new one.
Result<void> replace_file(const std::filesystem::path& file, const std::string& text);
// Makes names in it durable: of files that were made, moved or removed.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace holdfast::app
