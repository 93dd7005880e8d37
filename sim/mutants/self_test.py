"""The finder of places finds what it should, and leaves alone what it should: on a sample text."""
from places import find_places, mutated_text
from tree import draw

SAMPLE = r'''
// if (commented) out();
#define NOT_CODE(x) if (x) run();
namespace holdfast::sample {
namespace {
constexpr int kMax = 1 + 1;
const std::map<int, std::string> kNames{{1, "if (a < b) run();"}};
bool text() { return a < b; }
}  // namespace

Queue::Queue(int max) : max_{max}, size_(max - 1) {
  clear();
}

std::optional<Item> Queue::take(const std::vector<std::pair<int, int>>& from, Now now) {
  static_assert(sizeof(int) < 8);
  constexpr int kHere = 2 + 1;
  CHECK(size_ <= max_, "{} of {}", size_, max_);
  HF_TRY(item, read(from));
  Item copied(item);
  if constexpr (kHere == 3) run();
  if (size_ == 0) return std::nullopt;
  if (const auto found = find(item)) {
    found->used = now;
    ++counters_.found;
    return *found;
  }
  if (closed_ || size_ + 1 > max_) {
    log::warn("queue", "full");
    throw_away<Item>(item);
  } else {
    return item;
  }
  while (!waiting_.empty() && waiting_.front() < now) waiting_.pop_front();
  const bool busy = std::ranges::any_of(from, [&](const auto& each) { return each.first != item.id; });
  const auto why = [&]() -> Result<int> {
    if (busy) return 1;
    return 2;
  }();
  return Item{.id = item.id - 1, .late = now >= std::max<std::size_t>(1, why) && busy};
}

}  // namespace holdfast::sample
'''

FOUND = """
Queue::Queue: drop: clear(); ->
Queue::take: drop: run(); ->
Queue::take: negate: (size_ == 0) -> !(size_ == 0)
Queue::take: return: if (size_ == 0) return std::nullopt; -> if (size_ == 0) {}
Queue::take: return: if (const auto found = find(item)) return *found; -> if (const auto found = find(item)) {}
Queue::take: drop: found->used = now; ->
Queue::take: negate: (closed_ || size_ + 1 > max_) -> !(closed_ || size_ + 1 > max_)
Queue::take: swap: closed_ || size_ + 1 > max_ -> closed_ && size_ + 1 > max_
Queue::take: off-by-one: size_ + 1 > max_ -> size_ + 1 >= max_
Queue::take: off-by-one: size_ + 1 -> size_
Queue::take: drop: throw_away<Item>(item); ->
Queue::take: negate: (!waiting_.empty() && waiting_.front() < now) -> !(!waiting_.empty() && waiting_.front() < now)
Queue::take: swap: !waiting_.empty() && waiting_.front() < now -> !waiting_.empty() || waiting_.front() < now
Queue::take: off-by-one: waiting_.front() < now -> waiting_.front() <= now
Queue::take: drop: waiting_.pop_front(); ->
Queue::take: negate: each.first != item.id -> each.first == item.id
Queue::take: negate: (busy) -> !(busy)
Queue::take: return: if (busy) return 1; -> if (busy) {}
Queue::take: off-by-one: item.id - 1 -> item.id
Queue::take: swap: now >= std::max<std::size_t>(1, why) && busy -> now >= std::max<std::size_t>(1, why) || busy
Queue::take: off-by-one: now >= std::max<std::size_t>(1, why) -> now > std::max<std::size_t>(1, why)
"""

# The line of the sample that a place stands on, and what it becomes.
BECOMES = {
    ("negate", "(size_ == 0)"):
        "  if ((::holdfast::mutants::on(7) != static_cast<bool>(size_ == 0))) return std::nullopt;",
    ("return", "if (size_ == 0) return std::nullopt;"):
        "  if (size_ == 0) { if (!::holdfast::mutants::on(7)) return std::nullopt; }",
    ("drop", "throw_away<Item>(item);"):
        "    { if (!::holdfast::mutants::on(7)) throw_away<Item>(item); }",
    ("off-by-one", "waiting_.front() < now"):
        "  while (!waiting_.empty() && ::holdfast::mutants::less(7, waiting_.front() , now)) waiting_.pop_front();",
    ("off-by-one", "item.id - 1"):
        "  return Item{.id = item.id - (::holdfast::mutants::on(7) ? 0 : 1), .late = now >= std::max<std::size_t>(1, why) && busy};",
    ("swap", "closed_ || size_ + 1 > max_"):
        "  if (((static_cast<bool>(closed_) != ::holdfast::mutants::on(7) || "
        "static_cast<bool>(size_ + 1 > max_) != ::holdfast::mutants::on(7)) != ::holdfast::mutants::on(7))) {",
}


def failures():
    places = find_places("sample.cc", SAMPLE)
    found = {f"{place.function}: {place.kind}: {place.original} -> {place.mutated}".strip() for place in places}
    expected = set(FOUND.strip().splitlines())
    yield from (f"not found: {line}" for line in sorted(expected - found))
    yield from (f"found without need: {line}" for line in sorted(found - expected))
    if mutated_text(SAMPLE, {}) != SAMPLE:
        yield "without mutants the text is another"

    by_name = {(place.kind, place.original): place for place in places}
    for name, line in BECOMES.items():
        place = by_name.get(name)
        made = mutated_text(SAMPLE, {7: place}).splitlines()[place.line - 1] if place else "nothing"
        if made != line:
            yield f"{name[1]}: became {made}\n  instead of {line}"

    drawn = draw(places, 6, seed=3)
    if drawn != draw(places, 6, seed=3) or drawn == draw(places, 6, seed=4):
        yield "a seed does not decide what is drawn"
    spans = sorted((place.start, place.end) for place in draw(places, 1_000, seed=3).values())
    if any(one[1] > next_one[0] for one, next_one in zip(spans, spans[1:])):
        yield "two mutants overlap"


def run():
    found = list(failures())
    for line in found:
        print(line)
    print(f"run_mutants self-test: {len(found)} found" if found else "run_mutants self-test: ok")
    return 1 if found else 0
