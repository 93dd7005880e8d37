#include "app/serve/serve.h"

#include <fmt/ranges.h>
#include <signal.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <future>
#include <thread>

#include "app/client_tls.h"
#include "app/data_dir.h"
#include "app/durable_file.h"
#include "app/serve/admin_people.h"
#include "app/serve/admin_sums.h"
#include "app/serve/core_loop.h"
#include "app/serve/gateway.h"
#include "app/serve/mailbox.h"
#include "app/serve/peer_chats.h"
#include "app/serve/record_keeper.h"
#include "base/log.h"
#include "base/thread_name.h"
#include "protocol/names.h"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPasswordThreads = 2;
constexpr Ms kSweepEvery{250};
// For sessions to hear their good-bye, and then for the last bytes to leave.
constexpr Ms kDrainPatience{5'000};
constexpr Ms kClosePatience{1'000};
constexpr Ms kLookEvery{20};

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

// The threads and everything on them, in the order in which they come up; they go down in the
// opposite one.
class Server {
 public:
  // `peer_tls` is for the peer link, `public_tls` for the addresses that browsers use.
  Server(ServeConfig config, std::shared_ptr<const net::TlsContext> peer_tls,
         std::shared_ptr<const net::TlsContext> public_tls)
      : config_(std::move(config)),
        loop_(clock_, kSweepEvery),
        mailbox_(config_.mailbox_max),
        passwords_(kPasswordThreads),
        effects_(config_.effects, clock_, config_.node.build),
        record_(record_file(config_.data_dir),
                [this](const std::filesystem::path& file, std::string text) {
                  core_.with_journal([file, text = std::move(text)](journal::Journal&) {
                    if (const auto stored = replace_file(file, text); !stored)
                      log::warn("serve", "the moderator's record is not kept: {}",
                                stored.error().why);
                  });
                }),
        gateway_(
            loop_, config_, std::move(peer_tls), random_, mailbox_, board_,
            [this](const net::HttpRequest& request, const net::Responder& respond) {
              return sums_.handle(request, respond) || people_.handle(request, respond) ||
                     record_.handle(request, respond);
            },
            record_),
        peer_chats_(
            loop_, random_, config_, std::move(public_tls),
            [this](node::PeerChatDone done) { mailbox_.deliver(kAnyLife, std::move(done)); }),
        core_(config_, clock_, random_, mailbox_, gateway_, passwords_, effects_, board_),
        sums_(loop_,
              [this](journal::JournalReader::Work work) {
                return core_.with_journal(std::move(work));
              }),
        people_(loop_, [this](journal::JournalReader::Work work) {
          return core_.with_journal(std::move(work));
        }) {}

  Result<void> open() {
    // The ports first: what is most likely wrong costs nothing, and tells that another one runs
    // before its journal is touched.
    HF_TRY(addresses, gateway_.listen());
    HF_CHECKED(core_.open_journal());
    std::vector<std::string> texts;
    for (const auto& address : addresses) texts.push_back(address.text());
    log::info(
        "serve", "{} {} listens on {}{}; journal in {}; pages {}",
        protocol::name_of(config_.node.deployment), config_.node.node_name, fmt::join(texts, ", "),
        config_.listen.tls ? " (TLS)" : "", config_.data_dir,
        config_.web_root.empty() ? "not found: web.root names none" : "from " + config_.web_root);
    return {};
  }

  void start() {
    core_thread_ = std::thread([this] {
      name_thread("core");
      core_.run();
    });
    net_thread_ = std::thread([this] {
      name_thread("net");
      loop_.run();
    });
    loop_.post([this] {
      gateway_.watch_certificate();
      gateway_.start_dialling();
      peer_chats_.start();
    });
  }

  void reload() {
    loop_.post([this] {
      const auto reloaded = gateway_.reload_certificate();
      if (reloaded) {
        log::info("serve", "the certificate was read again");
      } else {
        log::error("serve", "the old certificate stays in use: {}", reloaded.error().why);
      }
    });
  }

  void stop() {
    loop_.post([this] {
      gateway_.stop_input();
      peer_chats_.stop();
    });
    mailbox_.deliver(kAnyLife, node::Drain{});
    wait_until([this] { return gateway_.sessions() == 0 && effects_.idle(); }, kDrainPatience);
    mailbox_.close();
    core_thread_.join();
    loop_.post([this] { gateway_.close_everything(); });
    wait_until([this] { return gateway_.connections() == 0; }, kClosePatience);
    loop_.stop();
    net_thread_.join();
  }

 private:
  // Looks on the loop's thread, waits on this one.
  class Wait : public std::enable_shared_from_this<Wait> {
   public:
    Wait(net::Loop& loop, std::function<bool()> reached, Ms patience)
        : loop_(loop), reached_(std::move(reached)), until_(loop.now() + patience), timer_(loop) {}
    void look() {
      if (reached_() || loop_.now() >= until_) return done_.set_value();
      timer_.start(kLookEvery, [self = shared_from_this()] { self->look(); });
    }
    std::future<void> future() { return done_.get_future(); }

   private:
    net::Loop& loop_;
    const std::function<bool()> reached_;
    const MonoMs until_;
    net::Timer timer_;
    std::promise<void> done_;
  };

  void wait_until(std::function<bool()> reached, Ms patience) {
    auto wait = std::make_shared<Wait>(loop_, std::move(reached), patience);
    const auto done = wait->future();
    loop_.post([wait = std::move(wait)] { wait->look(); });
    done.wait();
  }

  const ServeConfig config_;
  SystemClock clock_;
  SystemRandom random_;
  net::Loop loop_;
  Mailbox mailbox_;
  MetricsBoard board_;
  PasswordWorkers passwords_;
  EffectWorkers effects_;
  RecordKeeper record_;
  Gateway gateway_;
  PeerChats peer_chats_;
  CoreLoop core_;
  AdminSums sums_;
  AdminPeople people_;
  std::thread core_thread_;
  std::thread net_thread_;
};

// Every link is a file descriptor.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int cannot_start(const Error& error) {
  std::fprintf(stderr, "holdfast: %s\n", error.why.c_str());
  return 1;
}

}  // namespace

std::string web_root_beside_program() {
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error) return "";
  const auto bin = program.parent_path();
  for (const auto& root : {bin / "../share/holdfast/web", bin / "../../../web/dist"}) {
    if (fs::is_directory(root, error)) return fs::weakly_canonical(root, error).string();
  }
  return "";
}

int run_serve(ServeConfig config, const std::string& build) {
  log::init(config.log);
  config.node.build = build;
  if (config.web_root.empty()) config.web_root = web_root_beside_program();
  auto peer_tls = client_tls(config.peer.tls);
  if (!peer_tls) return cannot_start(peer_tls.error());
  auto public_tls = client_tls(config.peer_chat.tls);
  if (!public_tls) return cannot_start(public_tls.error());

  raise_descriptor_limit();
  std::signal(SIGXFSZ,
              SIG_IGN);  // a file that may not grow is a failing disk, not the end of the process
  // Blocked before any thread exists, so that all of them inherit it and only sigwait() hears.
  const auto signals = our_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  Server server(std::move(config), std::move(*peer_tls), std::move(*public_tls));
  if (auto opened = server.open(); !opened) return cannot_start(opened.error());
  server.start();
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal == SIGHUP) {
      server.reload();
      continue;
    }
    log::info("serve", "stopping: nothing new is taken, what was accepted is finished");
    server.stop();
    log::info("serve", "stopped");
    return 0;
  }
}

}  // namespace holdfast::app
