// The public status page: what works, the last 90 days, incidents in words, and what the figures
// mean. The same page at the moderator and at each deployment. One HTML text that needs no script,
// no other file and no sign-in. Pure.
#pragma once

#include <optional>
#include <string>

#include "app/record/record_json.h"
#include "net/http_server.h"

namespace holdfast::app {

// What a deployment knows by itself, beside the record that it was handed.
struct OwnWord {
  record::Deployment deployment;
  bool ready;
  bool peer_up;
};

// Who shows the page. A moderator has no word of its own: the record is its word.
struct PageSpeaker {
  std::optional<OwnWord> own = std::nullopt;
};

// `published`: empty at a deployment that no moderator has spoken to.
std::string public_page(const std::optional<PublishedRecord>& published, const PageSpeaker& speaker,
                        WallMs now);
// The answer to GET /status.
net::HttpResponse public_page_response(const std::optional<PublishedRecord>& published,
                                       const PageSpeaker& speaker, WallMs now);

}  // namespace holdfast::app
