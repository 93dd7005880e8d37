// Prints random sets of events with C++'s answers, one JSON line each, for the differential test
// against the TypeScript fold.
//
//   fold_sets --seed S --sets N
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/random.h"
#include "tests/fold/random_set.h"
#include "tests/fold/set_json.h"

namespace {

bool read_number(std::string_view text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1, sets = 1'000;
  bool ok = argc % 2 == 1;
  for (int i = 1; ok && i < argc; i += 2) {
    const std::string_view option = argv[i];
    std::uint64_t* const number = option == "--seed" ? &seed : option == "--sets" ? &sets : nullptr;
    ok = number != nullptr && read_number(argv[i + 1], *number);
  }
  if (!ok) {
    std::fputs("usage: fold_sets --seed S --sets N\n", stderr);
    return 2;
  }
  holdfast::SeededRandom random(seed);
  for (std::uint64_t n = 0; n < sets; ++n) {
    const std::string line = holdfast::fold::set_json(holdfast::fold::random_set(random)) + "\n";
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) return 1;
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
