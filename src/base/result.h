// How an operation on a runtime path fails: a value, not an exception.
//
// Exceptions are for start-up and for third-party code, and are caught at the seam round it.
// Broken invariants of ours are no errors either, see check.h.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

// What a caller can do about it. Codes on the wire are a table of their own in protocol/.
enum class ErrorCode : std::uint8_t {
  kCorrupt,      // bytes that we hold are not what was written: quarantine and fetch again
  kIo,           // disk, socket or database failed: the resource behind it is suspect
  kNotFound,     // the thing asked for is not here
  kInvalid,      // the input breaks a rule; the same input will always be refused
  kConflict,     // valid by itself, but contradicts something that we hold
  kUnavailable,  // not now; the same request may succeed later
  kFenced,       // a newer epoch, term or incarnation has taken over
  kFull,         // a bounded resource is at its bound
  kDenied,       // the caller may not do this
};

std::string_view name_of(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string why;  // for a person: names the thing, not only the kind

  // "corrupt: entry 17 of origin ..."
  std::string text() const;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;

// return fail(ErrorCode::kInvalid, "body of {} bytes, at most {}", size, kBodyMax);
template <class... Args>
std::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> text, Args&&... args) {
  return std::unexpected(Error{code, fmt::format(text, std::forward<Args>(args)...)});
}

// Puts `context` before the reason and keeps the code: "origin table: no such column".
std::unexpected<Error> within(std::string_view context, Error error);

}  // namespace holdfast

#define HF_CONCAT_INNER(a, b) a##b
#define HF_CONCAT(a, b) HF_CONCAT_INNER(a, b)

// HF_TRY(entry, decode(bytes));   declares `entry`, or returns the error of the right-hand side.
#define HF_TRY(var, ...)                                                            \
  auto HF_CONCAT(hf_result_, __LINE__) = (__VA_ARGS__);                             \
  if (!HF_CONCAT(hf_result_, __LINE__)) {                                           \
    return ::std::unexpected(::std::move(HF_CONCAT(hf_result_, __LINE__)).error()); \
  }                                                                                 \
  auto var = *::std::move(HF_CONCAT(hf_result_, __LINE__))

// HF_CHECKED(file.sync());   returns the error, if any; the value is dropped.
#define HF_CHECKED(...)                                         \
  do {                                                          \
    if (auto hf_result = (__VA_ARGS__); !hf_result) {           \
      return ::std::unexpected(::std::move(hf_result).error()); \
    }                                                           \
  } while (false)
