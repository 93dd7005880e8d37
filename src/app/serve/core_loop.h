// The core's thread: takes the mailbox in batches, lets the node handle them, carries the effects
// out in order. One batch is one submission to the journal and one visit of the sockets' thread.
//
// A node that emits Restart is discarded; the next one starts over the same journal, opened anew,
// with a new incarnation.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/config/serve_config.h"
#include "app/effects/effect_workers.h"
#include "app/serve/gateway.h"
#include "app/serve/journal_shell.h"
#include "app/serve/mailbox.h"
#include "app/serve/metrics_page.h"
#include "app/serve/password_workers.h"
#include "app/serve/verdict_keeper.h"
#include "base/random.h"
#include "bus/bus.h"

namespace holdfast::app {

class CoreLoop {
 public:
  // All references must outlive it.
  CoreLoop(const ServeConfig& config, Clock& clock, Random& random, Mailbox& mailbox,
           Gateway& gateway, PasswordWorkers& passwords, EffectWorkers& effects,
           MetricsBoard& board);
  ~CoreLoop();

  // Opens the journal for the first life; the one error that ends the process.
  Result<void> open_journal();

  // Until the mailbox is closed and drained; then what was accepted is durable and the journal
  // closed.
  void run();

  // Something to do with the journal of the current life, on its reading thread. False when there
  // is none now. Any thread.
  bool with_journal(journal::JournalReader::Work work);

 private:
  // One node's life. False when the mailbox is closed and drained.
  bool live();
  // The journal could not be opened: answers nobody, tries again.
  bool live_without_journal(const Error& error);
  // Takes nothing for a while. False when the mailbox is closed and drained.
  bool pause(Ms duration);
  void say_what_opening_met(const journal::OpenReport& report) const;
  node::Config node_config() const;

  void take_mail(Now& now);
  void tick(Now now);
  void every_second();
  void collect(node::Effects effects);
  void take(node::Append& effect);
  void take(node::Read& effect);
  void take(node::CheckPassword& effect);
  void take(node::HashPassword& effect);
  void take(node::Perform& effect);
  void take(node::Publish& effect);
  void take(node::Restart& effect);
  void take(node::HttpReply& effect);
  void take(node::StoreErasures& effect);
  template <class Effect>
  void take(Effect& effect) {
    outbound_.emplace_back(std::move(effect));
  }
  std::function<void(node::Input)> answer() const;
  void send_outbound();
  void publish_metrics();

  const ServeConfig& config_;
  Clock& clock_;
  Random& random_;
  Mailbox& mailbox_;
  Gateway& gateway_;
  PasswordWorkers& passwords_;
  EffectWorkers& effects_;
  MetricsBoard& board_;
  VerdictKeeper verdict_;
  std::unique_ptr<bus::Bus> bus_;
  std::unique_ptr<bus::Subscription> neighbours_;

  Life life_{1};
  std::unique_ptr<JournalShell>
      journal_;  // guarded by journal_mutex_ where another thread looks at it
  std::mutex journal_mutex_;
  std::optional<node::Node> node_;
  std::optional<std::string> restart_;
  std::vector<Outbound> outbound_;
  std::int64_t restarts_ = 0;
  MonoMs next_tick_;
  MonoMs next_second_;
  bool ready_ = false;
  bool peer_up_ = false;
};

}  // namespace holdfast::app
