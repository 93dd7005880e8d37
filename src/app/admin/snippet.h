// `holdfast site snippet`: what the owner of a site copies into their pages. The template comes
// from the web root, where every console fetches it too (web/loader/src/snippet.ts does the same in
// TypeScript), so that all of them print one text.
#pragma once

#include <string>

#include "app/config/serve_config.h"

namespace holdfast::app {

struct Snippet {
  std::string html;
  std::string hash;             // 'sha256-…' of the script, for a Content-Security-Policy
  std::string script_sources;   // hosts, apart by spaces
  std::string connect_sources;  // the same
};

// `template_text` as in <web root>/widget/snippet.txt. kInvalid for what is no site's id, or no
// such template.
Result<Snippet> make_snippet(const std::string& template_text, const std::string& site,
                             const node::Config& config);

// Reads the template of the configured web root, or of the one beside the program.
Result<std::string> read_snippet_template(const ServeConfig& config);

// What its owner has to know besides: where it goes, and what the pages' policy must allow.
std::string advice_of(const Snippet& snippet);

}  // namespace holdfast::app
