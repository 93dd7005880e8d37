// The words of every chat, for searching: a projection of the journal in a file of its own,
// `journal.db.search`, made in arrival order on the reading thread. docs/journal.md.
//
// A file of its own, because SQLite lets one writer into a file: what is indexed here never makes
// an append wait. It may be deleted at any time and is made again; a journal that has none (it is
// older, or was restored) gets one in the background, in bounded pieces. It knows how far it has
// come by the arrival *and the digest* of the last row that it took in, so that a journal which was
// put back is noticed.
//
// Not FTS5: chats are searched, not messages. Every word may stand in another message of the chat,
// which FTS5 cannot ask across rows; and what is erased must leave the file for good, without the
// old text and whatever segments were merged when. Here a chat's words are rows: they are deleted,
// overwritten (secure_delete), and the file is written anew, so that no copy stays where SQLite
// moved a row within a page.
//
// For the reading thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "journal/journal.h"
#include "journal/search.h"
#include "journal/sqlite/database.h"

namespace holdfast::journal {

class SearchIndex {
 public:
  // The file beside the journal at `journal_path`. One that is no index of this form is replaced.
  static Result<std::unique_ptr<SearchIndex>> open(const std::string& journal_path,
                                                   int busy_timeout_ms);
  // The file, of a damaged index that nobody here has open any more.
  static void remove(const std::string& journal_path, const Error& why);

  // How far it has come; arrival 0 when it has not begun.
  struct Position {
    Arrival arrival;
    Hash32 digest;
  };
  Result<Position> position();
  // Forgets everything.
  Result<void> clear();

  // What one event adds to its chat. No words: an event whose body is gone, or a second entry.
  struct Item {
    ChatKey key;
    protocol::Hlc accepted;
    std::vector<std::string> words;
  };
  // All of it or nothing, together with the new position.
  Result<void> add(std::vector<Item> items, const Position& upto);

  Result<ChatsFound> search(const ChatSearch& search);

  // Erasure, first half: the chat's words leave the file and its log. The chat is remembered as one
  // whose words must be read again. A large file is not written anew at once but by tidy(), so that
  // many erasures cost that once.
  Result<void> forget(const ChatKey& key);
  // Second half, once the bodies are gone: the words that the chat still has.
  Result<void> replace(const ChatKey& key, const std::vector<std::string>& words);
  // Writes the file anew when something was erased since it last was: then no copy is left in the
  // gaps of its pages either. True when it did.
  Result<bool> tidy();
  // Chats between the halves, after a crash.
  Result<std::vector<ChatKey>> forgotten();

 private:
  explicit SearchIndex(Database database) : database_(std::move(database)) {}
  Result<void> prepare();
  Result<std::int64_t> site_number(const protocol::SiteId& site, bool make);
  Result<std::int64_t> chat_number(const ChatKey& key, bool make);
  Result<void> write_words(std::int64_t chat, std::int64_t site,
                           const std::vector<std::string>& words);
  Result<void> empty_log();

  // A search under way.
  struct Asked;
  Result<std::size_t> count(const Asked& asked, const std::string& word);
  Result<bool> has_all(const Asked& asked, std::int64_t chat, std::size_t but);
  Result<ChatsFound> all_chats(const Asked& asked);
  Result<ChatsFound> by_rarest(const Asked& asked, std::size_t rarest);
  Result<ChatsFound> by_walking(const Asked& asked);

  Database database_;
  Statement position_, set_position_, find_site_, add_site_, find_chat_, add_chat_, touch_chat_,
      add_word_, drop_words_, dirty_, clean_, forgotten_, gaps_, count_, has_, with_word_,
      newest_first_;
};

// Its file; for whoever copies, restores or looks for traces.
std::string search_file(const std::string& journal_path);

}  // namespace holdfast::journal
