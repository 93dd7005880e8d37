// A temporary folder that goes when its owner does. HOLDFAST_BENCH_KEEP in the environment keeps
// it, for a look at the logs.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

#include "base/result.h"

namespace holdfast::bench {

class Scratch {
 public:
  // In `base`, or where temporary files belong when it is empty.
  static Result<Scratch> make(const std::filesystem::path& base) {
    const auto parent = base.empty() ? std::filesystem::temp_directory_path() : base;
    std::string pattern = (parent / "holdfast-bench-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      return fail(ErrorCode::kIo, "{}: no folder can be made there", parent.string());
    return Scratch(pattern);
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty() && std::getenv("HOLDFAST_BENCH_KEEP") == nullptr)
      std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  // Of all files in it.
  std::uint64_t bytes() const {
    std::uint64_t bytes = 0;
    std::error_code gone;
    for (const auto& file : std::filesystem::recursive_directory_iterator(path_, gone)) {
      if (file.is_regular_file(gone)) bytes += file.file_size(gone);
    }
    return bytes;
  }

 private:
  explicit Scratch(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace holdfast::bench
