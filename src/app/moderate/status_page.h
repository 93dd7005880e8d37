// The status as a page for people: which deployment is active and why, and how each of them does,
// in words. It stands alone: no other file, no script needed. Pure.
//
// A small script, allowed by its hash alone, reads the page again and replaces what changed, so
// that nobody loses his place: a meta refresh would throw a screen reader back to the top every few
// seconds. Nothing on the page can be pressed, so it may stand in a frame of whoever likes; the
// operator view, which adds buttons to it, may not.
#pragma once

#include <string>
#include <string_view>

#include "app/moderate/record_store.h"
#include "moderator/moderator.h"

namespace holdfast::app {

struct StatusView {
  moderator::Status status;
  RecordStore::Status store;
  std::string build;
  WallMs now;
};

// `controls`: HTML of the operator view, an element with an id and data-part.
std::string status_page(const StatusView& view, std::string_view controls = "");
// A page of a few lines with the same look. `title`: text; `body`: HTML.
std::string small_page(std::string_view title, std::string_view body);

// For Content-Security-Policy.
std::string status_page_policy();
std::string live_page_policy();

}  // namespace holdfast::app
