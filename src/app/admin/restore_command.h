// `holdfast restore`: makes a data folder from a backup. The journal is built beside its place,
// verified, and moved there as one; a mark says that it was restored, so that the node hides old
// transcripts until it knows what was erased meanwhile. The node that starts over it is a new
// incarnation, as at every start, and pulls the rest from its peer.
#pragma once

#include <filesystem>
#include <string>

#include "app/admin/backup_command.h"
#include "app/config/serve_config.h"

namespace holdfast::app {

// What was restored and what to do next. kConflict: there is a journal; kNotFound, kInvalid,
// kCorrupt, kDenied: the backup, with the file; kFull, kIo: the disk. Nothing is changed then.
Result<std::string> restore(const ServeConfig& config, Clock& clock,
                            const std::filesystem::path& dir, const std::filesystem::path& data_dir,
                            const Say& say);

}  // namespace holdfast::app
