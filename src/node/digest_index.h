// Finds things by an event's digest. A hash table that is only ever asked and never walked, so that
// the order of its insides reaches nobody: what a node does stays a function of its inputs.
//
// Why not a std::map: a message asks for several digests, and in a tree of all events in memory
// each answer is twenty comparisons of 32 bytes at as many places that no cache holds. That was the
// largest single cost of a message in the core (docs/performance.md).
//
// Digests are chosen by clients, who could make many that share a place. So the place depends on a
// salt that they do not know.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "node/words.h"
#include "protocol/hashes.h"

namespace holdfast::node {

// Different in every life of a node, the same in every run of a simulation.
inline std::uint64_t index_salt(const Origin& origin) {
  std::uint64_t salt = 0;
  std::memcpy(&salt, protocol::chain_start(origin).value().bytes.data(), sizeof salt);
  return salt | 1;
}

// `Value` is small and never equal to Value{}. Whether a value is that of a digest its owner can
// tell: here only 8 bytes of the digest are kept.
template <class Value>
class DigestIndex {
 public:
  explicit DigestIndex(std::uint64_t salt) : salt_(salt | 1) {}

  // Value{} when there is none. `is_it(value)`: the value belongs to this digest.
  template <class IsIt>
  Value find(const Digest& digest, IsIt is_it) const {
    if (slots_.empty()) return Value{};
    const std::uint64_t tag = tag_of(digest);
    for (std::size_t at = place_of(tag); slots_[at].value != Value{}; at = next(at)) {
      if (slots_[at].tag == tag && is_it(slots_[at].value)) return slots_[at].value;
    }
    return Value{};
  }

  // The digest must not be here yet.
  void add(const Digest& digest, Value value) {
    if (4 * (size_ + 1) > 3 * slots_.size()) grow();
    insert({tag_of(digest), value});
    ++size_;
  }

  template <class IsIt>
  void erase(const Digest& digest, IsIt is_it) {
    if (slots_.empty()) return;
    const std::uint64_t tag = tag_of(digest);
    std::size_t at = place_of(tag);
    while (slots_[at].value != Value{} && !(slots_[at].tag == tag && is_it(slots_[at].value)))
      at = next(at);
    if (slots_[at].value == Value{}) return;
    --size_;
    close_gap(at);
  }

  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t tag = 0;
    Value value{};
  };
  static constexpr std::size_t kFirstSlots = 8;

  static std::uint64_t tag_of(const Digest& digest) {
    std::uint64_t tag = 0;
    std::memcpy(&tag, digest.value().bytes.data(), sizeof tag);
    return tag;
  }
  std::size_t place_of(std::uint64_t tag) const {
    return static_cast<std::size_t>((tag * salt_) >> (64 - std::countr_zero(slots_.size())));
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

  void insert(Slot slot) {
    std::size_t at = place_of(slot.tag);
    while (slots_[at].value != Value{}) at = next(at);
    slots_[at] = slot;
  }

  void grow() {
    const auto old =
        std::exchange(slots_, std::vector<Slot>(slots_.empty() ? kFirstSlots : 2 * slots_.size()));
    for (const Slot& slot : old) {
      if (slot.value != Value{}) insert(slot);
    }
  }

  // Whoever stands behind the gap because its own place was taken moves up, so that a search never
  // ends too early.
  void close_gap(std::size_t gap) {
    for (std::size_t at = next(gap); slots_[at].value != Value{}; at = next(at)) {
      const std::size_t home = place_of(slots_[at].tag);
      const std::size_t mask = slots_.size() - 1;
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      slots_[gap] = slots_[at];
      gap = at;
    }
    slots_[gap] = {};
  }

  std::uint64_t salt_;
  std::vector<Slot> slots_;  // none, or a power of two, at most three quarters full
  std::size_t size_ = 0;
};

}  // namespace holdfast::node
