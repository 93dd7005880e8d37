// Searching: which chats of the site hold these words, newest first, with the newest place where
// one stands. For consoles.
//
// The journal says which chats (journal::ChatSearch); each of them is read like any other, and what
// is shown comes from the chat itself: an index that is behind can leave something out, but never
// show what is not there. A chat that the operator may not look at is left out, so that a page may
// be shorter than asked for, or empty, and still have a `next`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/chats.h"
#include "node/looks.h"

namespace holdfast::node {

class Finder {
 public:
  Finder(Turn& turn, Sessions& sessions, Chats& chats, const Looks& looks)
      : turn_(turn), sessions_(sessions), chats_(chats), looks_(looks) {}

  void find(Session& session, from_client::Find frame);
  // True when the read was one of ours, answered or failed.
  bool read_done(ReadId read, Result<ReadAnswer>& answer);

 private:
  struct Search {
    SessionId session;
    SiteId site;
    std::string rid;
    std::vector<std::string> words;
    std::vector<journal::SearchPlace> places;
    std::optional<journal::SearchPlace> next;
    std::map<ChatId, protocol::FoundChat> found;
    std::size_t to_read = 0;
  };
  void look_at(std::uint64_t number, const CachedChat& chat);
  void answer(Search search);
  void refuse(const Search& search, const WireError& error, std::uint64_t retry_ms = 0);

  Turn& turn_;
  Sessions& sessions_;
  Chats& chats_;
  const Looks& looks_;
  std::map<ReadId, Search> asked_;           // of the journal
  std::map<std::uint64_t, Search> reading_;  // their chats are being read
  std::uint64_t searches_ = 0;
};

// What `found` shows of a chat, when every word stands in it: the newest event in which one does
// (without words, the newest that has any text).
std::optional<protocol::FoundChat> find_in(const CachedChat& chat,
                                           const std::vector<std::string>& words);

}  // namespace holdfast::node
