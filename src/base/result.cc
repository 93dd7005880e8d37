#include "base/result.h"

namespace holdfast {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kNotFound:
      return "not found";
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kFenced:
      return "fenced";
    case ErrorCode::kFull:
      return "full";
    case ErrorCode::kDenied:
      return "denied";
  }
  return "unknown";
}

std::string Error::text() const {
  return fmt::format("{}: {}", name_of(code), why);
}

std::unexpected<Error> within(std::string_view context, Error error) {
  error.why = fmt::format("{}: {}", context, error.why);
  return std::unexpected(std::move(error));
}

}  // namespace holdfast
