// POST /v1/admin/people: whom an erasure would concern, and what it would take. By e-mail address
// the whole journal is read, a page at a time, between other reads; by visitor or chat only theirs.
// docs/protocol.md §10.
#pragma once

#include <functional>

#include "journal/writer.h"
#include "net/http_server.h"
#include "net/loop.h"

namespace holdfast::app {

class AdminPeople {
 public:
  // Work for the journal's reading thread; false when there is no journal now.
  using WithJournal = std::function<bool(journal::JournalReader::Work)>;

  AdminPeople(net::Loop& loop, WithJournal with_journal)
      : loop_(loop), with_journal_(std::move(with_journal)) {}

  // False when the request is not for it. Loop thread.
  bool handle(const net::HttpRequest& request, const net::Responder& respond);

 private:
  net::Loop& loop_;
  WithJournal with_journal_;
};

}  // namespace holdfast::app
