// [mail], [webhooks] and [effects] of `holdfast serve`. docs/effects.md.
#pragma once

#include <filesystem>

#include "app/config/fields.h"
#include "app/effects/effects_config.h"
#include "node/node.h"

namespace holdfast::app {

// [mail] and [webhooks] alone.
void read_deliveries(Fields& fields, const std::filesystem::path& config, EffectsConfig* out);
// A secret of one line, in a file that is its owner's alone.
Result<std::string> read_secret_line(const std::string& file);

// Reads the three tables, and what follows from them for the core.
void read_effects(Fields& fields, const std::filesystem::path& config, EffectsConfig* out,
                  node::Config* node);

}  // namespace holdfast::app
