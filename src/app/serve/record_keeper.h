// The moderator's record at a deployment, so that its status page is there when the moderator, or
// the other deployment, is not. Handed over by the moderator (POST /v1/admin/record), kept in
// memory and in a small file; a copy, so that losing it costs nothing. Loop thread.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "app/record/public_page.h"
#include "net/http_server.h"

namespace holdfast::app {

class RecordKeeper {
 public:
  // Writes the file, somewhere where a slow disk holds up no link.
  using Store = std::function<void(const std::filesystem::path& file, std::string text)>;

  // Reads the file, when there is one that can be read.
  RecordKeeper(std::filesystem::path file, Store store);

  // POST /v1/admin/record, authenticated already. False when the request is not for it.
  bool handle(const net::HttpRequest& request, const net::Responder& respond);
  // GET /status and GET /v1/record; empty for any other path.
  std::optional<net::HttpResponse> page(std::string_view path, const OwnWord& own,
                                        WallMs now) const;

 private:
  const std::filesystem::path file_;
  const Store store_;
  std::optional<PublishedRecord> published_;
};

}  // namespace holdfast::app
