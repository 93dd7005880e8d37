#include <iterator>
#include <utility>

#include "replication/peer_link.h"

namespace holdfast::replication {

namespace {

template <class T>
void move_to_end(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

void Actions::append(Actions&& more) {
  move_to_end(received, more.received);
  move_to_end(outgoing, more.outgoing);
  move_to_end(closing, more.closing);
  move_to_end(reading, more.reading);
  move_to_end(control, more.control);
  if (!rollback) rollback = std::move(more.rollback);
  peer_changed |= more.peer_changed;
  holdings_stale |= more.holdings_stale;
}

}  // namespace holdfast::replication
