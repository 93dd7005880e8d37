// The configuration of `holdfast serve`, checked whole before anything is opened.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/config/common.h"
#include "app/effects/effects_config.h"
#include "net/http_server.h"
#include "net/url.h"
#include "node/node.h"

namespace holdfast::app {

struct PeerConfig {
  std::vector<net::Url>
      dial;  // where the other deployment listens for us; may be empty: then it dials us
  DialTls tls;
};

// This deployment's synthetic chats with the other one.
struct PeerChatConfig {
  std::uint32_t interval_ms = 3'000;  // one message and its answer: a third of what the moderator's
                                      // chats cost, and seen within 8 s when they fail twice
  std::uint32_t timeout_ms = 1'500;   // as the moderator's
  std::uint32_t links_renew_ms = 30'000;  // as the moderator's
  DialTls tls;  // how the other deployment's public addresses are verified; by default as [peer]
};

struct ServeConfig {
  std::filesystem::path file;
  node::Config node;
  std::string data_dir;
  std::string web_root;  // empty: the one that was installed beside the program
  std::vector<std::string> console_frame_ancestors;  // origins whose pages may frame the console
  ListenConfig listen;
  net::ServerOptions server;
  PeerConfig peer;
  PeerChatConfig peer_chat;
  EffectsConfig effects;
  std::size_t mailbox_max = 65'536;       // inputs that wait for the core
  std::size_t journal_queue_max = 8'192;  // batches and reads that wait for the journal
  std::size_t link_queue_bytes_max = 1u << 20;
  log::Options log;
};

// One clear line on failure. The log's node name and the web root are filled in.
Result<ServeConfig> load_serve_config(const std::filesystem::path& file);

// The configuration's part that both deployments must agree on, as one value to compare.
std::string config_digest(const node::Config& config);

}  // namespace holdfast::app
