// What is held of every origin, and the judgement of new batches against it: the part of a journal
// that every implementation shares.
//
// Batches are staged one after the other (each sees those staged before it), then committed or
// discarded together, as the disk decides. Not thread-safe: its owner guards it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "journal/journal.h"
#include "protocol/event.h"
#include "protocol/intervals.h"

namespace holdfast::journal {

class Held {
 public:
  struct Known {
    protocol::ChainHash h;
    Arrival arrival;
  };
  // Finds the entry that is held as (origin, seq); called only for those that holdings() contains.
  using LookUp = std::function<Result<Known>(const protocol::Origin&, protocol::Seq)>;

  // What becomes of one entry of a staged batch.
  struct Planned {
    bool is_new = true;
    Arrival arrival;             // its own from now on, or that of the held one
    protocol::ChainHash before;  // resolved
  };

  // Judges `batch` and stages it; new entries get arrivals from `next` on. On an error (kConflict,
  // kInvalid, or the look-up's) nothing of it is staged.
  Result<std::vector<Planned>> stage(std::span<const protocol::Entry> batch, Arrival next,
                                     const LookUp& look_up);
  // The staged batches are durable.
  void commit();
  void discard();

  // A row that is durable already: found at the start, or written by another process.
  protocol::AddResult add(const protocol::Origin& origin, const protocol::Interval& run);
  // One entry is gone (quarantined). `h` is the trusted chain hash after it.
  void forget(const protocol::Origin& origin, protocol::Seq seq, protocol::ChainHash before,
              protocol::ChainHash h);
  // Everything of `origin` after `last` is gone; `h` is the chain hash at `last` (of no meaning
  // when `last` is not held).
  void cut(const protocol::Origin& origin, protocol::Seq last, protocol::ChainHash h);
  void replace_all(protocol::Holdings holdings);

  const protocol::Holdings& holdings() const { return holdings_; }

 private:
  // One origin's part of what is staged.
  struct Part {
    protocol::IntervalSet held;  // with the closed runs
    std::optional<protocol::Interval>
        run;  // still growing, not in `held`; closed at the end of each batch
    std::vector<protocol::Interval> runs;  // closed, to be added on commit
    std::map<protocol::Seq, Known> staged;
  };
  using Parts = std::map<protocol::Origin, Part>;
  // What a batch did to a part, so that a refusal can be undone without copying what earlier
  // batches staged.
  struct Undo {
    Parts::iterator part;
    protocol::IntervalSet held;
    std::size_t runs;
    std::vector<protocol::Seq> staged;
  };

  Result<void> stage_all(std::span<const protocol::Entry> batch, Arrival next,
                         const LookUp& look_up, std::vector<Planned>& plan,
                         std::vector<Undo>& undo);
  std::size_t touch(const protocol::Origin& origin, std::vector<Undo>& undo);
  static Result<Planned> stage_one(Part& part, const protocol::Entry& entry, Arrival next,
                                   const LookUp& look_up);
  static Result<void> close_run(Part& part, const protocol::Origin& origin);

  protocol::Holdings holdings_;
  Parts staged_;
};

}  // namespace holdfast::journal
