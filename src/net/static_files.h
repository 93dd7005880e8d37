// The files of one folder, read and compressed as they are asked for and kept while they do not
// change. No path leaves the folder.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "net/http_message.h"

namespace holdfast::net {

struct StaticFilesOptions {
  std::string root;
  std::string content_security_policy;  // of HTML pages; empty: none
  // Scripts in this folder browsers may use for five minutes without asking, and for a week while
  // they ask in the background or nobody answers: they stand in pages that must work when we do
  // not. "widget/"; empty: none.
  std::string kept_folder;
  std::size_t cache_bytes_max = 64u << 20;
};

// One thread.
class StaticFiles {
 public:
  explicit StaticFiles(StaticFilesOptions options) : options_(std::move(options)) {}

  // 200 (GET, HEAD), 304, 301 for a folder without its slash, 404, 405. "index.html" stands for a
  // folder.
  HttpResponse respond(const HttpRequest& request);

 private:
  struct File {
    std::string body;
    std::string gzipped;  // empty where it would be no smaller
    std::string etag;
    std::int64_t modified_ns = 0;
    std::size_t bytes() const { return body.size() + gzipped.size(); }
  };
  std::shared_ptr<const File> load(const std::string& path);
  std::string cache_control(const std::string& relative) const;
  HttpResponse serve(const HttpRequest& request, const std::string& relative,
                     const File& file) const;

  StaticFilesOptions options_;
  std::map<std::string, std::shared_ptr<const File>> cache_;
  std::size_t cached_bytes_ = 0;
};

// The file that a request's path names inside the root: decoded, without a leading slash. Nothing
// for what is no such path: "..", hidden files, encoded slashes, NUL, broken escapes.
std::optional<std::string> file_path_of(std::string_view url_path);

std::string_view mime_type_of(std::string_view path);

}  // namespace holdfast::net
