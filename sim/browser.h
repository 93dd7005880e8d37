// One browser: a machine of its own on the network, a page's storage in it, and one tab at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/client/client.h"
#include "sim/client/env.h"
#include "sim/client/storage.h"
#include "sim/clock.h"
#include "sim/network.h"
#include "sim/process.h"
#include "sim/trace.h"

namespace holdfast::sim {

class Browser {
 public:
  Browser(Scheduler& scheduler, Trace& trace, Network& network, Watcher& watcher,
          ClientOptions options, double drift_ppm, SeededRandom random)
      : trace_(trace),
        network_(network),
        watcher_(watcher),
        random_(random),
        options_(std::move(options)),
        party_(network.add(options_.name)),
        process_(scheduler),
        clock_(scheduler, drift_ppm),
        storage_(scheduler),
        env_{clock_, random_, network_, trace_, party_} {}
  ~Browser() { client_.reset(); }

  Party party() const { return party_; }
  const std::string& name() const { return options_.name; }
  const Author& author() const { return options_.author; }
  bool is_operator() const { return options_.role == protocol::Role::kOperator; }
  Client& client() { return *client_; }
  const Client& client() const { return *client_; }
  Process& process() { return process_; }
  MachineClock& clock() { return clock_; }
  const Storage& storage() const { return storage_; }
  Storage& storage() { return storage_; }

  void open_tab() {
    process_.start();
    client_ = std::make_unique<Client>(options_, process_, env_, storage_, watcher_);
  }
  // Memory is lost, storage stays, what was on its way into it may be lost.
  void reload() {
    trace_.line("{} reloads", name());
    end_tab();
    open_tab();
    watcher_.reloaded(name(), storage_.ever_kept(), client_->on_screen());
  }
  // The person cleared it, or the browser evicted it. No longer a replica.
  void lose_storage() {
    trace_.line("{} loses its storage", name());
    end_tab();
    storage_.lose_everything();
    open_tab();
  }
  void freeze() {
    trace_.line("{} is frozen", name());
    process_.pause();
  }
  void thaw() {
    if (!process_.paused()) return;
    trace_.line("{} thaws", name());
    process_.resume();
    client_->wake();
  }
  // Another tab is in front: its timers are held back.
  void hide(Ms step) {
    trace_.line("{} is hidden", name());
    process_.throttle(step);
  }
  void show() {
    process_.throttle(Ms(0));
    if (!process_.paused()) client_->wake();
  }

 private:
  void end_tab() {
    process_.end();
    client_.reset();
    network_.stop_listening(party_);
    storage_.tab_ended(random_.below(storage_.on_their_way() + 1));
  }

  Trace& trace_;
  Network& network_;
  Watcher& watcher_;
  SeededRandom random_;
  ClientOptions options_;
  Party party_;
  Process process_;
  MachineClock clock_;
  Storage storage_;
  Env env_;
  std::unique_ptr<Client> client_;
};

}  // namespace holdfast::sim
