#include "app/moderate/moderate.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <thread>
#include <utility>

#include "app/moderate/etcd_records.h"
#include "app/moderate/record_file.h"
#include "base/log.h"

namespace holdfast::app {
namespace {

// Without its own public key among the trusted ones a moderator would take its own verdicts for
// forged.
Result<void> check_own_key(const ModerateConfig& config) {
  const protocol::SecretKey& own = config.keys.signing;
  const auto expected = Ed25519KeyPair::from_seed(own.bytes).public_key().bytes;
  for (const protocol::PublicKey& key : config.moderators) {
    if (key.id != own.id) continue;
    if (key.bytes != expected) {
      return fail(ErrorCode::kInvalid,
                  "{}: [[moderator]] {} is not the public half of the signing key",
                  config.file.string(), own.id);
    }
    if (key.state != protocol::KeyState::kActive) {
      return fail(ErrorCode::kInvalid, "{}: [[moderator]] {} signs, but is not active",
                  config.file.string(), own.id);
    }
    return {};
  }
  return fail(ErrorCode::kInvalid, "{}: no [[moderator]] has the id of the signing key, {}",
              config.file.string(), own.id);
}

Result<std::unique_ptr<RecordStore>> open_store(net::Loop& loop, Random& random,
                                                const ModerateConfig& config) {
  VerdictKeys keys{config.moderators, config.keys.signing.id};
  const std::string file = config.data_dir + "/verdict.json";
  if (config.store.etcd.empty()) return RecordFile::open(file, keys);
  if (std::filesystem::exists(file)) {
    log::warn("moderator",
              "{} is not used: the record is in etcd. Freeze and maintenance that stand in "
              "it must be ordered again",
              file);
  }
  const StoreConfig& store = config.store;
  HF_TRY(tls, net::make_client_context({store.tls.verify, store.tls.ca_file}));
  const std::string listens =
      config.listen.addresses.empty() ? "" : config.listen.addresses.front().text();
  return std::make_unique<EtcdRecords>(
      loop, random,
      EtcdRecords::Config{{store.etcd, std::move(tls), Ms(store.timeout_ms)},
                          store.prefix,
                          Ms(store.poll_ms),
                          config.name,
                          listens,
                          std::move(keys)});
}

net::ServerOptions server_options(const ModerateConfig& config) {
  net::ServerOptions options;
  options.tls = config.listen.tls;
  options.headers.add("X-Content-Type-Options", "nosniff");
  return options;
}

// SIGTERM and SIGINT stop the loop, SIGHUP calls `on_hangup` on its thread. The signals are blocked
// in the constructing thread and those that it starts afterwards.
class Signals {
 public:
  Signals(net::Loop& loop, std::function<void()> on_hangup) {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    waiter_ = std::thread([this, &loop, on_hangup = std::move(on_hangup)] {
      for (int signal = SIGHUP; signal == SIGHUP;) {
        sigwait(&set_, &signal);
        if (signal == SIGHUP) loop.post(on_hangup);
      }
      loop.stop();
    });
  }
  ~Signals() {
    pthread_kill(waiter_.native_handle(),
                 SIGTERM);  // it waits still, when something else ended the loop
    waiter_.join();
  }

 private:
  sigset_t set_;
  std::thread waiter_;
};

}  // namespace

Moderate::Moderate(net::Loop& loop, Random& random, const ModerateConfig& config,
                   std::shared_ptr<const net::TlsContext> tls, std::unique_ptr<RecordStore> store,
                   const std::string& build)
    : shell_(loop, random, config, std::move(tls), std::move(store), build),
      pages_(shell_, random, config.listen.tls.has_value(), config.keys.admin, build),
      server_(loop, server_options(config), random,
              [this](const net::HttpRequest& request, const net::Responder& respond) {
                pages_.handle(request, respond);
              }),
      certificate_(loop, server_, "moderator") {
  pages_.watch(certificate_);
  if (!config.alerts.any()) return;
  alarm_ = std::make_unique<Alarm>(loop, config.alerts, config.name, shell_, certificate_, build);
  pages_.watch(*alarm_);
}

Result<std::unique_ptr<Moderate>> Moderate::open(net::Loop& loop, Random& random,
                                                 const ModerateConfig& config, std::string build) {
  HF_CHECKED(check_own_key(config));
  HF_TRY(tls, net::make_client_context({config.tls.verify, config.tls.ca_file}));
  HF_TRY(store, open_store(loop, random, config));
  std::unique_ptr<Moderate> opened(
      new Moderate(loop, random, config, std::move(tls), std::move(store), build));
  for (const net::SocketAddress& address : config.listen.addresses) {
    HF_TRY(bound, opened->server_.listen(address));
    opened->addresses_.push_back(bound);
  }
  opened->certificate_.start();
  opened->shell_.start();
  if (opened->alarm_) opened->alarm_->start();
  return opened;
}

void Moderate::reload_certificate() {
  if (const auto reloaded = server_.reload_certificate(); !reloaded) {
    log::error("moderator", "the old certificate stays in use: {}", reloaded.error().why);
    return;
  }
  log::info("moderator", "the certificate was read again");
  certificate_.start();
}

int run_moderate(const ModerateConfig& config, const std::string& build) {
  SystemClock clock;
  SystemRandom random;
  net::Loop loop(clock);
  Moderate* running = nullptr;
  const Signals signals(loop, [&running] {
    if (running != nullptr) running->reload_certificate();
  });
  const auto moderate = Moderate::open(loop, random, config, build);
  if (!moderate) {
    fmt::print(stderr, "holdfast moderate: {}\n", moderate.error().text());
    return 1;
  }
  running = moderate->get();
  for (const net::SocketAddress& address : (*moderate)->addresses())
    log::info("moderator", "listens on {}", address.text());
  loop.run();
  log::info("moderator", "stopped");
  return 0;
}

}  // namespace holdfast::app
