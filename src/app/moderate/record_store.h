// Where the record is kept: in a file of this moderator alone, or in a store that several share.
//
// Loop thread. Everything is told through what start() was given, or through `then`; either may be
// called from inside the call.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "moderator/moderator.h"

namespace holdfast::app {

class RecordStore {
 public:
  struct Events {
    std::function<void(moderator::Started)> loaded;  // once, when it can be read
    std::function<void(moderator::RecordHeard)> heard;
    std::function<void(moderator::ColleaguesHeard)> colleagues;
  };
  using Then = std::function<void(Result<void>)>;

  struct Colleague {
    std::string name;
    std::string listens;   // where it can be asked
    WallMs seen;           // when it was last at work, by this machine's clock
    bool at_work = false;  // now, as far as is known
  };
  struct Status {
    std::string kind;     // "file" or "etcd"
    std::string where;    // for a person
    std::string trouble;  // why it cannot be used now; empty: it can
    std::vector<Colleague> others;
    std::string warning;  // what a person should mend although it works; empty: nothing
  };

  virtual ~RecordStore() = default;

  virtual void start(Events events) = 0;
  // Puts `record` in the place of what was last loaded, heard or stored here, as one. After
  // loaded(), and one at a time. `then` is called once:
  //   success       it is durable
  //   kFenced       another moderator was faster; heard() has told what it stored
  //   other errors  as far as is known nothing was written; if it was after all, heard() tells
  virtual void store(const moderator::Record& record, Then then) = 0;
  // Whom this moderator calls unhealthy now, for the others.
  virtual void tell(const moderator::Colleague& view) = 0;
  virtual Status status() const = 0;
};

}  // namespace holdfast::app
