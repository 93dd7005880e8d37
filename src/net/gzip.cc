#include "net/gzip.h"

#include <zlib.h>

#include "base/check.h"
#include "net/header_list.h"
#include "net/http_message.h"

namespace holdfast::net {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // zlib: 16 more asks for gzip's own frame
constexpr int kMemoryLevel = 9;

// "q=0", "q=0.", "q=0.000": not wanted at all.
bool is_refused(std::string_view parameter) {
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return false;
  return parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindowBits, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END, "all of it fits");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  for (const std::string_view item : split(accept_encoding, ',')) {
    const auto parts = split(item, ';');
    const bool wanted = parts.size() < 2 || !is_refused(parts[1]);
    if (equal_ignoring_case(parts[0], "gzip")) return wanted;
    if (parts[0] == "*") any = wanted;
  }
  return any;
}

}  // namespace holdfast::net
