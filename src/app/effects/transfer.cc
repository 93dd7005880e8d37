#include "app/effects/transfer.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "app/effects/mime.h"
#include "base/check.h"

namespace holdfast::app {
namespace {

constexpr std::size_t kAnswerBytesMax = 64 * 1'024;
constexpr long kMailTimeoutMs = 60'000;
constexpr long kConnectTimeoutMs = 10'000;

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// What libcurl's callbacks look at.
struct Transfer {
  const std::atomic<bool>& stop;
  const WebhookConfig* guard = nullptr;  // of a webhook
  bool plain = false;                    // http: to loopback alone
  std::string refused{};                 // the guard's reason
  std::size_t read = 0;
  std::string_view upload{};
  char error[CURL_ERROR_SIZE] = "";
};

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  CHECK(code == CURLE_OK, "libcurl option {}: {}", static_cast<int>(option),
        curl_easy_strerror(code));
}

curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.guard != nullptr) {
    const auto ip = ip_of(address->addr);
    const bool allowed = ip && is_allowed(*ip, transfer.guard->allow);
    if (!allowed || (transfer.plain && !is_loopback(*ip))) {
      transfer.refused =
          ip ? fmt::format("{} is {}", ip->text(),
                           allowed ? "not loopback: only https goes there" : "no public address")
             : "no internet address";
      return CURL_SOCKET_BAD;
    }
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Less than was given ends the transfer: whatever a receiver has to say after that much.
std::size_t take_answer(char*, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.read += size * count;
  return transfer.read > kAnswerBytesMax ? 0 : size * count;
}

std::size_t give_upload(char* out, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = std::min(size * count, transfer.upload.size());
  std::memcpy(out, transfer.upload.data(), bytes);
  transfer.upload.remove_prefix(bytes);
  return bytes;
}

int look_whether_to_stop(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(self)->stop.load() ? 1 : 0;
}

Handle begin(Transfer& transfer, const std::string& url, const char* protocols, long timeout_ms) {
  Handle handle(curl_easy_init(), &curl_easy_cleanup);
  CHECK(handle != nullptr, "libcurl gives no handle");
  CURL* const curl = handle.get();
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, protocols);
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_PROXY, "");
  set(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, std::min(kConnectTimeoutMs, timeout_ms));
  set(curl, CURLOPT_ERRORBUFFER, transfer.error);
  set(curl, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(curl, CURLOPT_OPENSOCKETDATA, &transfer);
  set(curl, CURLOPT_WRITEFUNCTION, &take_answer);
  set(curl, CURLOPT_WRITEDATA, &transfer);
  set(curl, CURLOPT_XFERINFOFUNCTION, &look_whether_to_stop);
  set(curl, CURLOPT_XFERINFODATA, &transfer);
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  return handle;
}

std::string reason(const Transfer& transfer, CURLcode code) {
  if (!transfer.refused.empty()) return transfer.refused;
  if (transfer.error[0] != '\0') return transfer.error;
  return curl_easy_strerror(code);
}

long response_of(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

Delivery judge_webhook(CURL* curl, const Transfer& transfer, CURLcode code) {
  const long status = response_of(curl);
  const bool too_long = code == CURLE_WRITE_ERROR && transfer.read > kAnswerBytesMax;
  if (code != CURLE_OK && !too_long) return {false, false, reason(transfer, code)};
  if (status >= 200 && status < 300) return {true, false, ""};
  if (status >= 300 && status < 400) {
    return {false, false,
            fmt::format("answered {}: redirects are not followed, give the URL itself", status)};
  }
  if (status == 410) return {false, true, "answered 410: gone for good"};
  return {false, false, fmt::format("answered {}", status)};
}

}  // namespace

void prepare_transfers() {
  CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl does not start");
}

Delivery post_webhook(const node::PostWebhook& post, const WebhookConfig& config,
                      const std::string& agent, const std::atomic<bool>& stop) {
  Transfer transfer{.stop = stop, .guard = &config, .plain = post.url.starts_with("http:")};
  const Handle handle = begin(transfer, post.url, config.allow.empty() ? "https" : "http,https",
                              static_cast<long>(config.timeout_ms));
  CURL* const curl = handle.get();
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_USERAGENT, agent.c_str());
  if (!config.ca_file.empty()) set(curl, CURLOPT_CAINFO, config.ca_file.c_str());
  set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  set(curl, CURLOPT_POSTFIELDS, post.body.c_str());
  curl_slist* raw = curl_slist_append(nullptr, "Content-Type: application/json");
  raw = curl_slist_append(raw, "Expect:");
  for (const auto& [name, value] : post.headers)
    raw = curl_slist_append(raw, (name + ": " + value).c_str());
  const List headers(raw, &curl_slist_free_all);
  set(curl, CURLOPT_HTTPHEADER, headers.get());
  return judge_webhook(curl, transfer, curl_easy_perform(curl));
}

Delivery send_mail(const node::SendMail& mail, const MailConfig& config, WallMs now,
                   const std::atomic<bool>& stop) {
  if (config.smtp.empty()) return {false, false, "no mail server is configured"};
  const std::string text = mime_of(mail, config.from, now);
  Transfer transfer{.stop = stop, .upload = text};
  const Handle handle = begin(transfer, config.smtp, "smtp,smtps", kMailTimeoutMs);
  CURL* const curl = handle.get();
  const bool encrypted = config.starttls || config.smtp.starts_with("smtps:");
  set(curl, CURLOPT_USE_SSL, static_cast<long>(encrypted ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!config.ca_file.empty()) set(curl, CURLOPT_CAINFO, config.ca_file.c_str());
  if (!config.user.empty()) {
    set(curl, CURLOPT_USERNAME, config.user.c_str());
    set(curl, CURLOPT_PASSWORD, config.password.c_str());
  }
  const std::string from = "<" + config.from + ">";
  set(curl, CURLOPT_MAIL_FROM, from.c_str());
  const List to(curl_slist_append(nullptr, ("<" + mail.to + ">").c_str()), &curl_slist_free_all);
  set(curl, CURLOPT_MAIL_RCPT, to.get());
  set(curl, CURLOPT_UPLOAD, 1L);
  set(curl, CURLOPT_READFUNCTION, &give_upload);
  set(curl, CURLOPT_READDATA, &transfer);
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OK) return {true, false, ""};
  const std::string why = reason(transfer, code);
  // "RCPT failed: 550": the server knows nobody of that name, and will not tomorrow.
  const long status = response_of(curl);
  const bool nobody = why.starts_with("RCPT failed") && status >= 550 && status <= 554;
  return {false, nobody, why};
}

}  // namespace holdfast::app
