// What a settings write must be to be accepted: of a known field, with a value that the field can
// have, by somebody who may write it. docs/protocol.md §6. Every refusal names the field.
//
// Only the node that accepts a write asks this. A write that carries a valid acceptance is obeyed
// as far as it has the field's type (settings.h), so that versions N and N-1 may disagree about
// what is sensible without disagreeing about what counts.
#pragma once

#include "node/settings.h"

namespace holdfast::node {

// `http_to_loopback`: a webhook may be http://127.0.0.1/…, as in tests.
Parsed<void> check_write(const SiteId& site, const chat::Write& write, bool http_to_loopback);

// Whether the operator `who` may write this. not_allowed.
Parsed<void> may_write(const Settings& settings, const SiteId& site, const Author& who,
                       const chat::Write& write);

// Whether somebody who is an active owner would not be one any more after this write.
bool ends_an_owner(const Settings& settings, const SiteId& site, const chat::Write& write);
// Of a write that does: whether another active owner is left. not_allowed.
Parsed<void> leaves_an_owner(const Settings& settings, const SiteId& site,
                             const chat::Write& write);

}  // namespace holdfast::node
