// `holdfast backup`: brings a folder up to what the journal holds. Works beside a running node and
// without one; each run writes only what is new, verifies what is there, and takes from it what was
// erased since.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "app/config/serve_config.h"
#include "base/clock.h"
#include "base/result.h"

namespace holdfast::app {

using Say = std::function<void(const std::string&)>;

// What is there now, in a sentence. kInvalid: the folder is none of ours; kNotFound: there is no
// journal; kCorrupt: a file of the backup is not what was written; kFull, kIo: the disk, with the
// file. In each case the folder holds the backup that it held before.
Result<std::string> backup(const ServeConfig& config, Clock& clock,
                           const std::filesystem::path& dir, const Say& say);

}  // namespace holdfast::app
