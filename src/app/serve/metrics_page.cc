#include "app/serve/metrics_page.h"

#include <fmt/format.h>

#include <iterator>

namespace holdfast::app {

std::string metrics_page(const Numbers& numbers) {
  std::string out;
  for (const auto& [name, value] : numbers) {
    fmt::format_to(std::back_inserter(out), "# TYPE holdfast_{0} {1}\nholdfast_{0} {2}\n", name,
                   name.ends_with("_total") ? "counter" : "gauge", value);
  }
  return out;
}

Numbers net_numbers(const net::HttpServer& server) {
  const auto& http = server.counters();
  const auto& ws = http.websocket;
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  return {
      {"net_connections", number(server.connections())},
      {"net_connections_accepted_total", number(http.accepted)},
      {"net_connections_refused_total", number(http.refused)},
      {"net_requests_total", number(http.requests)},
      {"net_requests_bad_total", number(http.bad_requests)},
      {"net_timeouts_total", number(http.timeouts)},
      {"net_upgrades_total", number(http.upgrades)},
      {"net_upgrades_refused_total", number(http.refused_upgrades)},
      {"net_messages_in_total", number(ws.messages_in)},
      {"net_messages_out_total", number(ws.messages_out)},
      {"net_bytes_in_total", number(ws.bytes_in)},
      {"net_bytes_out_total", number(ws.bytes_out)},
      {"net_signals_dropped_total", number(ws.signals_dropped)},
      {"net_slow_consumers_total", number(ws.slow_consumers)},
      {"net_messages_too_large_total", number(ws.too_large)},
      {"net_frames_bad_total", number(ws.bad_frames)},
      {"net_links_silent_total", number(ws.silent)},
  };
}

}  // namespace holdfast::app
