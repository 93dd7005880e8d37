#include "net/static_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/crypto.h"
#include "net/gzip.h"

namespace holdfast::net {
namespace {

std::optional<char> hex_byte(std::string_view two) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  if (two.size() != 2 || digit(two[0]) < 0 || digit(two[1]) < 0) return std::nullopt;
  return static_cast<char>(digit(two[0]) * 16 + digit(two[1]));
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = hex_byte(text.substr(i + 1, 2));
    if (!byte || *byte == '/') return std::nullopt;
    out += *byte;
    i += 2;
  }
  return out;
}

bool has_odd_characters(std::string_view path) {
  return std::any_of(path.begin(), path.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\'; });
}

bool segments_are_plain(std::string_view path) {
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    if (segment.empty() || segment.front() == '.') return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
  return true;  // ends with a slash: a folder
}

std::optional<std::string> read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

HttpResponse not_found() {
  return HttpResponse::text(404, "no such page\n");
}

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

std::optional<std::string> file_path_of(std::string_view url_path) {
  if (!url_path.starts_with('/')) return std::nullopt;
  const auto decoded = percent_decoded(url_path.substr(1));
  if (!decoded || has_odd_characters(*decoded) || !segments_are_plain(*decoded))
    return std::nullopt;
  return decoded;
}

std::string_view mime_type_of(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kTypes = {{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".mp3", "audio/mpeg"},
      {".ogg", "audio/ogg"},
      {".wasm", "application/wasm"},
  }};
  for (const auto& [extension, type] : kTypes) {
    if (path.ends_with(extension)) return type;
  }
  return "application/octet-stream";
}

namespace {

// Below this a packet more or less is not saved.
constexpr std::size_t kCompressedFrom = 512;

bool is_text(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type.starts_with("application/manifest") || type.starts_with("image/svg");
}

}  // namespace

std::shared_ptr<const StaticFiles::File> StaticFiles::load(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return nullptr;
  const std::int64_t modified = info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
  const auto cached = cache_.find(path);
  if (cached != cache_.end()) {
    if (cached->second->modified_ns == modified &&
        cached->second->body.size() == static_cast<std::size_t>(info.st_size)) {
      return cached->second;
    }
    cached_bytes_ -= cached->second->bytes();
    cache_.erase(cached);
  }
  auto body = read_whole(path);
  if (!body) return nullptr;
  auto file = std::make_shared<File>();
  file->etag = fmt::format("\"{}\"", sha256(*body).base64url().substr(0, 22));
  file->body = std::move(*body);
  if (is_text(mime_type_of(path)) && file->body.size() >= kCompressedFrom) {
    file->gzipped = gzip(file->body);
    if (file->gzipped.size() >= file->body.size()) file->gzipped.clear();
  }
  file->modified_ns = modified;
  if (cached_bytes_ + file->bytes() <= options_.cache_bytes_max) {
    cached_bytes_ += file->bytes();
    cache_[path] = file;
  }
  return file;
}

// Names under assets/ carry a hash of their content; everything else is asked for again each time.
std::string StaticFiles::cache_control(const std::string& relative) const {
  if (relative.starts_with("assets/")) return "public, max-age=31536000, immutable";
  const auto& kept = options_.kept_folder;
  if (!kept.empty() && relative.starts_with(kept) && relative.ends_with(".js"))
    return "public, max-age=300, stale-while-revalidate=604800, stale-if-error=604800";
  return "no-cache";
}

HttpResponse StaticFiles::serve(const HttpRequest& request, const std::string& relative,
                                const File& file) const {
  HttpResponse response;
  const auto type = mime_type_of(relative);
  response.headers.add("Content-Type", std::string(type));
  const bool compressed =
      !file.gzipped.empty() && accepts_gzip(request.headers.get("Accept-Encoding"));
  // Two representations, so two tags (RFC 9110 §8.8.1).
  const std::string etag =
      compressed ? file.etag.substr(0, file.etag.size() - 1) + "-gzip\"" : file.etag;
  response.headers.add("ETag", etag);
  if (!file.gzipped.empty()) response.headers.add("Vary", "Accept-Encoding");
  response.headers.add("Cache-Control", cache_control(relative));
  // The widget's files are loaded from other people's pages, and hold nothing private.
  response.headers.add("Access-Control-Allow-Origin", "*");
  response.headers.add("Cross-Origin-Resource-Policy", "cross-origin");
  if (type.starts_with("text/javascript")) response.headers.add("Service-Worker-Allowed", "/");
  if (type.starts_with("text/html") && !options_.content_security_policy.empty()) {
    response.headers.add("Content-Security-Policy", options_.content_security_policy);
  }
  if (request.headers.get("If-None-Match") == etag) {
    response.status = 304;
    return response;
  }
  if (compressed) response.headers.add("Content-Encoding", "gzip");
  response.body = compressed ? file.gzipped : file.body;
  return response;
}

HttpResponse StaticFiles::respond(const HttpRequest& request) {
  if (options_.root.empty()) return not_found();
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = HttpResponse::text(405, "GET and HEAD only\n");
    response.headers.add("Allow", "GET, HEAD");
    return response;
  }
  auto relative = file_path_of(request.path());
  if (!relative) return not_found();
  if (!relative->empty() && relative->back() != '/' && is_folder(options_.root + "/" + *relative)) {
    HttpResponse response{301, {}, {}};
    response.headers.add("Location", std::string(request.path()) + "/");
    return response;
  }
  if (relative->empty() || relative->back() == '/') *relative += "index.html";
  const auto file = load(options_.root + "/" + *relative);
  return file ? serve(request, *relative, *file) : not_found();
}

}  // namespace holdfast::net
