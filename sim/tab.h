// One tab of a browser: a life of the page's script, with a place of its own in the network.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/browser.h"
#include "sim/client/client.h"
#include "sim/client/env.h"
#include "sim/clock.h"
#include "sim/network.h"
#include "sim/process.h"
#include "sim/trace.h"

namespace holdfast::sim {

class Tab {
 public:
  Tab(Scheduler& scheduler, Trace& trace, Network& network, Watcher& watcher, ClientOptions options,
      std::shared_ptr<Browser> browser, SeededRandom random)
      : scheduler_(scheduler),
        trace_(trace),
        network_(network),
        watcher_(watcher),
        random_(random),
        options_(std::move(options)),
        party_(network.add(options_.name)),
        process_(scheduler),
        browser_(std::move(browser)),
        id_(browser_->add(*this)),
        env_{browser_->clock(), random_, network_, trace_, party_} {
    options_.in_background = [this] { return hidden_ && browser_->another_visible(*this); };
  }
  ~Tab() { client_.reset(); }

  Party party() const { return party_; }
  const std::string& name() const { return options_.name; }
  const Author& author() const { return options_.author; }
  bool is_operator() const { return options_.role == protocol::Role::kOperator; }
  Client& client() { return *client_; }
  const Client& client() const { return *client_; }
  Process& process() { return process_; }
  Browser& browser() { return *browser_; }
  const Storage& storage() const { return browser_->storage(); }

  // What its page will say when it is loaded next.
  void set_moderator_keys(const std::vector<protocol::PublicKey>& keys) {
    options_.moderator_keys = keys;
  }

  void open() {
    process_.start();
    client_ =
        std::make_unique<Client>(options_, process_, env_, browser_->storage(), id_, watcher_);
  }
  // Memory is lost, storage stays, what was on its way into it may be lost.
  void close() {
    process_.end();
    client_.reset();
    network_.stop_listening(party_);
    Storage& storage = browser_->storage();
    storage.tab_ended(id_, random_.below(storage.on_their_way(id_) + 1));
  }
  void reload() {
    trace_.line("{} reloads", name());
    close();
    open();
    watcher_.reloaded(name(), storage().ever_kept(), client_->on_screen());
  }
  void freeze() {
    trace_.line("{} is frozen", name());
    frozen_at_ = scheduler_.now();
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
    hidden_ = true;
    process_.throttle(step);
    wake_all();
  }
  void show() {
    hidden_ = false;
    process_.throttle(Ms(0));
    wake_all();
  }
  // A visible tab says so again and again; one that stands still is believed for a while.
  bool looks_visible() const {
    constexpr Ms kForget{90'000};
    return !hidden_ && (!process_.paused() || scheduler_.now() - frozen_at_ < kForget);
  }
  // What another tab wrote.
  void hear(const Storage::Changes& changes) {
    process_.take([this, changes] { client_->adopt(changes); });
  }

 private:
  void wake_all() {
    for (Tab* const tab : browser_->tabs()) {
      if (tab->process_.alive() && !tab->process_.paused()) tab->client_->wake();
    }
  }

  Scheduler& scheduler_;
  Trace& trace_;
  Network& network_;
  Watcher& watcher_;
  SeededRandom random_;
  ClientOptions options_;
  Party party_;
  Process process_;
  std::shared_ptr<Browser> browser_;
  Storage::TabId id_;
  bool hidden_ = false;
  SimMs frozen_at_{};
  Env env_;
  std::unique_ptr<Client> client_;
};

}  // namespace holdfast::sim
