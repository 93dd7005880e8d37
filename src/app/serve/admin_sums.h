// POST /v1/admin/sums: the sum of every chat's entries within a mark, for `holdfast verify`. Reads
// the journal a page at a time, between other reads, so that nobody waits for it. docs/protocol.md
// §10.
#pragma once

#include <functional>

#include "journal/writer.h"
#include "net/http_server.h"
#include "net/loop.h"

namespace holdfast::app {

class AdminSums {
 public:
  // Work for the journal's reading thread; false when there is no journal now.
  using WithJournal = std::function<bool(journal::JournalReader::Work)>;

  AdminSums(net::Loop& loop, WithJournal with_journal)
      : loop_(loop), with_journal_(std::move(with_journal)) {}

  // False when the request is not for it. Loop thread.
  bool handle(const net::HttpRequest& request, const net::Responder& respond);

 private:
  net::Loop& loop_;
  WithJournal with_journal_;
};

}  // namespace holdfast::app
