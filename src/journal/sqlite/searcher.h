// Searching a SqliteJournal: keeps the index of words up with the journal and asks it. A connection
// of its own, which only reads the journal; for the reading thread.
//
// What goes wrong with the index never harms the journal: it is said once, a damaged one is made
// anew, searching is refused until the index can be opened, and everything else goes on. Only
// erase() insists: nothing that was erased may stay in the index.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "journal/journal.h"
#include "journal/sqlite/database.h"
#include "journal/sqlite/names.h"
#include "journal/sqlite/search_index.h"

namespace holdfast::journal {

class Searcher {
 public:
  Searcher(std::string journal_path, DatabaseOptions options)
      : path_(std::move(journal_path)), options_(std::move(options)) {}

  // Catches up first, as far as a short while allows. kUnavailable: the index is being made, or
  // cannot be.
  Result<ChatsFound> search(const ChatSearch& search);

  // A bounded piece of catching up, once there is enough of it to be worth a transaction. True when
  // there is more.
  bool maintain();

  // Erasure (docs/journal.md): before the bodies go, and after they have gone. forget() takes every
  // word of the chat out of the index's file and log; reread() puts back those that the chat still
  // has.
  Result<void> forget(const ChatKey& key);
  Result<void> reread(const ChatKey& key);

 private:
  // The connection to the journal, and what is asked of it.
  struct Source {
    Database database;
    std::optional<Names> names;
    Statement rows, row, chat_rows, last;
  };
  template <class Work>
  auto on_a_sound_index(Work work) -> decltype(work());
  Result<void> open();
  Result<void> check_position();
  Result<bool> advance(std::size_t rows_max);
  Result<std::uint64_t> pending();
  Result<void> reread_now(const ChatKey& key);
  Result<void> reread_forgotten();
  void give_up(const Error& error);

  const std::string path_;
  const DatabaseOptions options_;
  std::unique_ptr<Source> source_;
  std::unique_ptr<SearchIndex> index_;
  bool complained_ = false;
};

}  // namespace holdfast::journal
