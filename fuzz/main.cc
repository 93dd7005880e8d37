// Joins a harness to libFuzzer. With HOLDFAST_FUZZ_SEEDS=FOLDER the program writes its seeds there
// instead of fuzzing.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/check.h"
#include "base/log.h"
#include "fuzz/harness.h"

namespace holdfast::fuzz {
namespace {

void write_seeds(const std::filesystem::path& folder) {
  std::size_t number = 0;
  for (const std::string& seed : seeds()) {
    std::ofstream file(folder / fmt::format("seed-{:02}", number++), std::ios::binary);
    file << seed;
    CHECK(file.good(), "{}: a seed cannot be written", folder.string());
  }
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  holdfast::log::init({.level = holdfast::log::Level::kOff});
  holdfast::set_soft_checks_fatal(true);
  if (const char* const folder = std::getenv("HOLDFAST_FUZZ_SEEDS")) {
    holdfast::fuzz::write_seeds(folder);
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::fuzz::Input input({reinterpret_cast<const char*>(data), size});
  holdfast::fuzz::run(input);
  return 0;
}
